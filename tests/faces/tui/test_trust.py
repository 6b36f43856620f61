"""The question that the app begins with in a folder that brings something of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.front_door import entry, settle
from tests.faces.tui.seat import Person, at_app
from tests.far import Far, chat

ORDER = "Always answer in rhymes."


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    (folder / ".factory" / "commands").mkdir(parents=True)
    (folder / "AGENTS.md").write_text(f"{ORDER}\n")
    (folder / ".factory" / "commands" / "mend.md").write_text("Mend $ARGUMENTS, please.")
    return folder


@pytest.mark.parametrize(
    ("keys", "said", "told"),
    [
        (("enter",), "Left out", False),
        (("escape",), "Left out", False),
        (("down", "enter"), "count from now on", True),
        (("down", "down", "enter"), "do not count", False),
    ],
)
def test_it_is_asked_before_the_first_prompt(
    home: Path, work: Path, keys: tuple[str, ...], said: str, told: bool
) -> None:
    async def act(person: Person) -> None:
        await person.sees("Do you trust this folder?")
        assert person.reads("AGENTS.md")
        assert person.reads("tells the model how to work here")
        await person.press(*keys)
        await person.sees(said)
        await person.write("Hi.")
        await person.sees("Said.")

    with Far(chat("Said.")) as far:
        settle(home, entry(far.url))
        at_app(work, act, size=(100, 30))
    assert (ORDER in far.requests[0].body.decode()) == told


def test_what_was_decided_is_not_asked_again_until_it_changes(home: Path, work: Path) -> None:
    async def trusts(person: Person) -> None:
        await person.sees("Do you trust this folder?")
        await person.press("down", "enter")
        await person.sees("count from now on")

    async def uses(person: Person) -> None:
        await person.write("/mend it")
        await person.sees("Said.")
        assert not person.reads("Do you trust")

    async def sees_the_change(person: Person) -> None:
        await person.sees("changed since you decided")

    with Far(chat("Said.")) as far:
        settle(home, entry(far.url))
        at_app(work, trusts)
        at_app(work, uses)
        assert "Mend it, please." in far.requests[0].body.decode()
        assert ORDER in far.requests[0].body.decode()
        (work / "AGENTS.md").write_text("Other orders.\n")
        at_app(work, sees_the_change)


def test_a_folder_without_any_of_its_own_asks_nothing(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        await person.write("/trust")
        await person.sees("nothing of its own")

    with Far() as far:
        settle(home, entry(far.url))
        at_app(tmp_path / ".." / tmp_path.name, act)


def test_a_prompt_given_at_the_start_waits_for_the_answer(home: Path, work: Path) -> None:
    async def act(person: Person) -> None:
        await person.sees("Do you trust this folder?")
        assert far.requests == []
        person.app._prompt = "Hi."
        await person.press("down", "enter")
        await person.sees("Said.")

    with Far(chat("Said.")) as far:
        settle(home, entry(far.url))
        at_app(work, act)
    assert ORDER in far.requests[0].body.decode()


def test_settings_that_change_in_a_trusted_folder_no_longer_count(home: Path, work: Path) -> None:
    settings = work / ".factory" / "settings.json"
    settings.write_text('{"commandBlocklist": ["touch"]}')

    async def act(person: Person) -> None:
        await person.sees("Do you trust this folder?")
        await person.press("down", "enter")
        await person.sees("count from now on")
        assert person.app._desk.conversation.settings.rules  # type: ignore[union-attr]
        settings.write_text("{}")
        await person.sees("changed since you decided: .factory/settings.json")
        assert not person.app._desk.conversation.settings.rules  # type: ignore[union-attr]

    with Far() as far:
        settle(home, entry(far.url))
        at_app(work, act, size=(100, 30))
