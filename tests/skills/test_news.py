"""A fault is told once, also where nothing can be kept."""

from __future__ import annotations

from pathlib import Path

from ownkey.config.diagnostics import Diagnostic
from ownkey.skills.news import FILE, KEPT, News


def fault(number: int = 0) -> Diagnostic:
    return Diagnostic(file=f"/skills/{number}/SKILL.md", line=1, what="Wrong", fix="Mend it")


def told(state: Path, *faults: Diagnostic) -> list[str]:
    return list(News({"OWNKEY_STATE_DIR": str(state)}).of(faults))


def test_each_is_told_once_whatever_else_is_wrong(tmp_path: Path) -> None:
    assert told(tmp_path) == []
    assert not (tmp_path / FILE).exists()
    assert told(tmp_path, fault(1)) == ["/skills/1/SKILL.md:1:0: Wrong. Mend it."]
    assert told(tmp_path, fault(1), fault(2)) == ["/skills/2/SKILL.md:1:0: Wrong. Mend it."]
    assert told(tmp_path, fault(2), fault(1)) == []


def test_many_are_told_in_short(tmp_path: Path) -> None:
    lines = told(tmp_path, *map(fault, range(KEPT + 5)))
    assert (len(lines), lines[-1]) == (4, "1002 more is wrong with skills: /skills.")
    assert len((tmp_path / FILE).read_bytes()) < KEPT * 20


def test_where_nothing_can_be_kept_once_in_a_conversation(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder")
    news = News({"OWNKEY_STATE_DIR": str(tmp_path / "state")})
    assert len(list(news.of([fault()]))) == 1
    assert list(news.of([fault()])) == []
    (tmp_path / "state").unlink()
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / FILE).write_bytes(b"{")
    assert len(told(tmp_path / "state", fault())) == 1
