"""Every call with which a turn touches files is failed once, and the turn killed in each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

import pytest

from tests.faults.nursery import Child, Nursery
from tests.faults.tracing import Blow, Struck, strike, unable
from tests.faults.work import ARGUMENTS, Place, is_whole, provider
from tests.proof.figures import LONG, note

pytestmark = pytest.mark.skipif(bool(unable()), reason=unable() or "strace can be used")

DISK = ("error=ENOSPC", "error=EIO", "signal=SIGKILL")
BLOWS = [
    *(Blow("write", how) for how in DISK),
    *(Blow("fdatasync", how) for how in DISK),
    *(Blow("fsync", how) for how in DISK),
    *(Blow("/^rename", how) for how in (*DISK, "error=EACCES")),
    *(Blow("/^mkdir", how) for how in (*DISK, "error=EROFS")),
    *(Blow("/^unlink", how) for how in DISK[1:]),
    *(Blow("ftruncate", how) for how in DISK[1:]),
    *(Blow("flock", how) for how in ("error=ENOLCK", "error=EINTR", "signal=SIGKILL")),
    *(Blow("/^(fchmodat|chmod|fchmod)$", how) for how in ("error=EPERM", "signal=SIGKILL")),
    *(Blow("openat", how) for how in ("error=ENOSPC", "error=EACCES", "error=EMFILE")),
    Blow("openat", "signal=SIGKILL"),
    *(Blow("read", how) for how in DISK[1:]),
    *(Blow("lseek", how) for how in DISK[1:]),
    Blow("/^(newfstatat|fstat)$", "error=EIO"),
]
SAMPLE = 2
"""Of the calls of a kind, so many from the first are tried when not all are, and few later ones."""

MOST = 3_000

RENAME = ["models", "rename", "custom:Far-One-0", "Another Name"]


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as made, provider() as far, TemporaryDirectory() as folder:
        work = Place(Path(folder, "taught"), far.url)
        assert made.learn(ARGUMENTS, work.cwd, work.home) == 0
        assert is_whole(work.sessions()[0])
        assert made.learn(RENAME, work.cwd, work.home) == 0
        yield made


@pytest.mark.timeout(0 if LONG else 120)
@pytest.mark.parametrize("blow", BLOWS, ids=str)
def test_no_failing_call_loses_or_mixes_anything(
    tmp_path: Path, nursery: Nursery, blow: Blow
) -> None:
    wrong: list[str] = []
    points = killed = 0
    with provider() as far:
        for number in numbers(blow):
            work = Place(tmp_path / "tried", far.url)
            child = nursery.born(ARGUMENTS, work.cwd, work.home)
            struck = strike(child, blow, number, tmp_path / "log")
            if struck.fired:
                points += 1
                killed += struck.code == -9
                wrong += [f"{number}: {one}\n{struck.where}" for one in judge(work, child, struck)]
            rmtree(tmp_path / "tried")
            if not struck.fired:
                break
    note(f"sweep-{BLOWS.index(blow):02}", blow=str(blow), points=points, killed=killed)
    assert not wrong, "\n\n".join(wrong[:10]) + f"\n\n{len(wrong)} in all"


WRITING = [blow for blow in BLOWS if blow.call not in ("ftruncate", "read", "lseek")]


@pytest.mark.timeout(0 if LONG else 120)
@pytest.mark.parametrize("blow", WRITING, ids=str)
def test_settings_are_old_or_new_whatever_call_fails(
    tmp_path: Path, nursery: Nursery, blow: Blow
) -> None:
    taught = Place(tmp_path / "taught", "http://127.0.0.1:9")
    child = nursery.born(RENAME, taught.cwd, taught.home)
    child.go()
    assert child.end() == 0
    new = (taught.home / ".factory" / "settings.json").read_bytes()
    assert new != taught.settings
    points = killed = 0
    for number in numbers(blow):
        work = Place(tmp_path / "tried", "http://127.0.0.1:9")
        child = nursery.born(RENAME, work.cwd, work.home)
        struck = strike(child, blow, number, tmp_path / "log")
        text = (work.home / ".factory" / "settings.json").read_bytes()
        said = child.said()
        rmtree(tmp_path / "tried")
        if not struck.fired:
            break
        points += 1
        killed += struck.code == -9
        assert text in (work.settings, new), struck.where
        assert "Traceback" not in said, f"{said}\n{struck.where}"
        # Once the new text is in its place, what fails after it undoes nothing.
        assert struck.code or text == new, struck.where
        assert struck.code <= 0 or said.strip() or blow.call == "write", struck.where
    note(f"sweep-settings-{BLOWS.index(blow):02}", blow=str(blow), points=points, killed=killed)


def numbers(blow: Blow) -> Iterator[int]:
    """All of them up to the first that there is not; or the first few, and then further and
    further apart."""
    if LONG:
        yield from range(1, MOST)
        return
    number = 1
    while number < MOST:
        yield number
        number += max(1, number * number // SAMPLE)


def judge(work: Place, child: Child, struck: Struck) -> Iterator[str]:
    """What is not as it must be."""
    try:
        work.check_files()
    except AssertionError as error:
        yield f"a file is neither: {str(error)[:200]}"
    told = list(lines(child.out.read_text("utf-8", "replace")))
    notices = [one["text"] for one in told if one["type"] == "notice"]
    results = [one for one in told if one["type"] == "tool_result"]
    try:
        sessions = work.sessions()
    except Exception as error:  # noqa: BLE001  whatever it is, it is a finding
        yield f"the session does not open: {error!r}"
        return
    kept = [getattr(one, "call", "") for session in sessions for one in session.messages]
    unsaved = any("not being saved" in text for text in notices)
    lost = [one["id"] for one in results if one["id"] not in kept]
    if lost and not unsaved:
        yield f"acknowledged and lost: {lost}; notices {notices}"
    if struck.code == -9:
        return
    said = child.said()
    if "Traceback" in said:
        yield f"a traceback: {said[-700:]}"
    if struck.code not in (0, 1, 2, 69, 78) or (struck.code and not (said.strip() or told)):
        yield f"exit code {struck.code} with: {said[-300:]!r}"
    if struck.code == 0 and not any(map(is_whole, sessions)) and not unsaved:
        yield f"the session is not whole: {[len(one.messages) for one in sessions]} {notices}"


def lines(text: str) -> Iterator[dict[str, str]]:
    """The facts that came out whole."""
    for line in text.splitlines(keepends=True):
        if line.endswith("\n"):
            yield json.loads(line)
