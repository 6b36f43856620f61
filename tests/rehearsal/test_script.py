"""The scripted coder as a function: the same conversation, the same next message."""

from __future__ import annotations

import pytest

from ownkey.rehearsal import sample
from ownkey.rehearsal.conversation import Call, Conversation, Item, Result, Told, Turn
from ownkey.rehearsal.script import NEEDED, coder

ASKED = Told(f"<environment>\ndate: today\n</environment>\n{sample.PROMPT}")
READ = Call("read", {"path": "lib/names.py"}, "c1")
EDIT = Call("edit", {"path": "lib/names.py", "old": "a", "new": "b"}, "c2")
SHELL = Call("shell", {"command": sample.CHECK}, "c3")


def after(*items: Item, tools: frozenset[str] = NEEDED) -> Turn:
    return coder(Conversation((ASKED, *items), tools))


def test_the_search_is_for_the_title_the_user_quoted() -> None:
    ls, grep = after().calls
    assert ls.arguments == {"path": "."}
    assert grep.arguments["pattern"].startswith("Tempest|")


@pytest.mark.parametrize(
    "line",
    ["./lib/names.py:7:def title", "lib/names.py\n  7: def title", "/work/lib/names.py: title"],
)
def test_it_reads_the_files_the_search_found_however_they_are_listed(line: str) -> None:
    look = after()
    (found,) = after(
        Turn(calls=(Call("grep", look.calls[1].arguments, "c0"),)), Result("c0", line)
    ).calls
    assert found.name == "read"
    assert found.arguments["path"].endswith("lib/names.py")


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ('7\t    return name.lstrip("Der ")', 'name.lstrip("Der ")', 'name.removeprefix("Der ")'),
        ("return t.lstrip('Le ')", "t.lstrip('Le ')", "t.removeprefix('Le ')"),
    ],
)
def test_the_edit_is_made_of_what_was_read(text: str, old: str, new: str) -> None:
    (edit,) = after(Turn(), Turn(calls=(READ,)), Result("c1", text)).calls
    assert edit.name == "edit"
    assert edit.arguments == {"path": "lib/names.py", "old": old, "new": new}


def test_without_the_fault_it_changes_nothing() -> None:
    turn = after(Turn(), Turn(calls=(READ,)), Result("c1", 'name.lstrip("T").lstrip()'))
    assert turn.calls == ()
    assert "do not see the one fault" in turn.text


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("Ran 6 tests in 0.001s\n\nOK\n", "6 tests ran and passed"),
        ("Ran 6 tests in 0.001s\n\nFAILED (failures=1)\n", "still say FAILED (failures=1)"),
        ("Not permitted: shell runs", "I need leave to run"),
        ("", "I could not see the tests run"),
    ],
)
def test_the_summary_follows_from_the_test_run(output: str, words: str) -> None:
    played = (Turn(), Turn(), Turn(calls=(EDIT,)), Result("c2", "ok"), Turn(calls=(SHELL,)))
    turn = after(*played, Result("c3", output))
    assert words in turn.text
    assert "script, no model" in turn.text
    assert ("passed" in turn.text) == ("OK" in output)


def test_a_failed_call_is_taken_at_its_word() -> None:
    turn = after(
        Turn(), Turn(), Turn(calls=(EDIT,)), Result("c2", "The file changed.", failed=True)
    )
    assert turn.calls == ()
    assert "The file changed." in turn.text


def test_missing_tools_are_named() -> None:
    assert "edit, shell" in after(tools=frozenset({"ls", "grep", "read"})).text


def test_a_new_request_begins_anew() -> None:
    turn = after(Turn(), Turn(calls=(READ,)), Result("c1", "x"), Turn(text="End."), ASKED)
    assert [call.name for call in turn.calls] == ["ls", "grep"]
