"""Skills and commands of one's own in the app: completed, said by name, and asked about first."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.front_door import entry, settle
from tests.faces.tui.seat import Person, at_app
from tests.far import Act, Far, chat, event, stream
from tests.skills.made import skill

BEGUN = event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": "Begun."}}]})


def test_a_skill_is_completed_and_said_by_its_name(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        await person.press(*"/3d-p")
        await person.sees("/3d-print FILE")
        await person.sees("Slices models.")
        await person.press("tab", *"cube", "enter")
        await person.sees("Said.")
        await person.is_idle()
        await person.write("/skills")
        await person.sees("the model, /3d-print · Slices models.")

    folder = home / ".claude" / "skills" / "3d-print"
    skill(folder, "Slices models.", "Slice $ARGUMENTS.", argument_hint="FILE")
    with Far(chat("Said.")) as far:
        settle(home, entry(far.url))
        at_app(tmp_path, act, size=(100, 30))
    (request,) = far.requests
    assert "Slice cube.\\n</skill>" in request.body.decode()


def test_a_projects_skill_is_there_once_the_folder_is_trusted(home: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    skill(work / ".agents" / "skills" / "mend", body="Mend $ARGUMENTS, please.")

    async def act(person: Person) -> None:
        await person.sees("Do you trust this folder?")
        assert person.reads(".agents/skills/mend/SKILL.md")
        await person.press("down", "enter")
        await person.sees("count from now on")
        await person.press(*"/men")
        await person.sees("About mend.")
        await person.press("tab", *"it", "enter")
        await person.sees("Said.")

    with Far(chat("Said.")) as far:
        settle(home, entry(far.url))
        at_app(work, act, size=(110, 30))
    body = far.requests[0].json
    assert "skill" in [one["function"]["name"] for one in body["tools"]]
    assert "Mend it, please." in str(body["messages"][-1])


@pytest.mark.parametrize("name", ["mend", "tidy"])
def test_one_that_is_said_while_a_turn_runs_has_to_wait(
    home: Path, tmp_path: Path, name: str
) -> None:
    """Two turns at once would share one conversation."""

    async def act(person: Person) -> None:
        await person.write("Go.")
        await person.sees("Begun.")
        await person.write(f"/{name}")
        await person.sees(f"/{name} has to wait.")
        assert len(far.requests) == 1
        await person.press("escape")
        await person.sees("Interrupted.")

    skill(home / ".claude" / "skills" / "mend")
    with Far(stream(BEGUN, Act.STALL), chat("Said.")) as far:
        settle(home, entry(far.url))
        (home / ".factory" / "commands").mkdir()
        (home / ".factory" / "commands" / "tidy.md").write_text("Tidy up.")
        at_app(tmp_path, act)
