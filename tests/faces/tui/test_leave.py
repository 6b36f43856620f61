"""Leave in the app: for a command that the person changed, and for several calls of a reply."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.front_door import entry, settle
from tests.faces.tui.seat import Person, at_app
from tests.far import Far, chat, chat_call, chat_calls


async def answer(person: Person, asked: str, *keys: str) -> None:
    """With these keys, once it is asked."""
    await person.until(lambda: asked in str(person.app.permission.border_title))
    person.app.permission._shown_at = 0.0
    await person.press(*keys)


def told(far: Far, request: int) -> str:
    """What the model was sent last."""
    return str(far.requests[request].json["messages"][-1]["content"])


def test_a_changed_command_is_what_runs_and_the_model_is_told(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        await person.write("Make a.")
        await answer(person, "touch a", "e", "b", "enter")
        await person.sees("Made.")
        await person.sees("you changed it to: touch ab")

    with Far(chat_call("shell", command="touch a"), chat("Made.")) as far:
        settle(home, entry(far.url))
        at_app(tmp_path, act, size=(120, 40))
    assert (tmp_path / "ab").exists()
    assert not (tmp_path / "a").exists()
    assert "The user changed this command before it ran. What ran is:\ntouch ab\n" in told(far, 1)


def test_a_rule_that_asks_about_the_changed_command_asks_again(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        await person.write("Make a.")
        await answer(person, "touch a", "e", "b", "enter")
        await answer(person, "touch ab", "n")
        await person.sees("As you like.")

    with Far(chat_call("shell", command="touch a"), chat("As you like.")) as far:
        settle(home, entry(far.url), commandDenylist=["touch ab"])
        at_app(tmp_path, act)
    assert not (tmp_path / "ab").exists()
    assert "The user changed the command to: touch ab" in told(far, 1)


def test_a_rule_forbids_what_the_person_changed_a_command_to(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        await person.write("Make a.")
        await answer(person, "touch a", "e", "b", "enter")
        await person.sees("Too bad.")

    with Far(chat_call("shell", command="touch a"), chat("Too bad.")) as far:
        settle(home, entry(far.url), commandBlocklist=["touch ab"])
        at_app(tmp_path, act)
    assert not (tmp_path / "ab").exists()
    assert "a rule forbids it" in told(far, 1)


def test_the_calls_of_one_reply_are_allowed_together(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        await person.write("Both.")
        await person.sees("2 of 2 Run a command: shell touch b")
        await answer(person, "a.txt", "Y")
        await person.sees("Done.")

    both = chat_calls(
        ("write", {"path": "a.txt", "content": "one\n"}), ("shell", {"command": "touch b"})
    )
    with Far(both, chat("Done.")) as far:
        settle(home, entry(far.url))
        at_app(tmp_path, act)
    assert (tmp_path / "a.txt").exists()
    assert (tmp_path / "b").exists()


def test_a_change_that_looks_otherwise_by_its_turn_is_asked_about_again(
    home: Path, tmp_path: Path
) -> None:
    async def act(person: Person) -> None:
        await person.write("Twice.")
        await person.sees("2 of 2")
        await answer(person, "a.txt", "Y")
        await person.until((tmp_path / "a.txt").exists)
        await answer(person, "a.txt", "n")
        await person.sees("Half.")

    twice = chat_calls(
        ("write", {"path": "a.txt", "content": "one\n"}),
        ("write", {"path": "a.txt", "content": "two\n"}),
    )
    with Far(twice, chat("Half.")) as far:
        settle(home, entry(far.url))
        at_app(tmp_path, act)
    assert (tmp_path / "a.txt").read_text() == "one\n"


def test_leave_for_a_reply_ends_with_it(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        await person.write("Both.")
        await person.sees("2 of 2")
        await answer(person, "sleep 60", "Y")
        await person.until(lambda: person.app.spinner.doing.startswith("shell sleep"))
        await person.press("escape")
        await person.sees("Interrupted.")
        await person.is_idle()
        await person.write("Again.")
        await answer(person, "touch b", "n")
        await person.sees("As you like.")

    reply = ({"command": "sleep 60"}, {"command": "touch b"})
    first = chat_calls(*(("shell", given) for given in reply))
    second = chat_calls(("ls", {}), ("shell", reply[1]))  # the same call, by id and words
    with Far(first, second, chat("As you like.")) as far:
        settle(home, entry(far.url))
        at_app(tmp_path, act)
    assert not (tmp_path / "b").exists()
