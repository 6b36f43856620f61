"""vi's keys: what a person types, and what stands then. `|` is the cursor."""

from __future__ import annotations

from pathlib import Path

import pytest

from ownkey.faces.tui.vim import Vim
from tests.e2e.front_door import entry, settle
from tests.faces.tui.seat import Person, at_app
from tests.far import Far, chat


def typed(before: str, keys: str) -> str:
    """What stands after the keys, `<` being Esc; begins in normal mode."""
    at = before.index("|")
    text = before.replace("|", "")
    vim = Vim()
    vim.mode = "normal"
    for key in keys:
        step = vim.press("escape" if key == "<" else key, text, at)
        if step is None:
            text, at = text[:at] + key + text[at:], at + 1
            continue
        if step.edit:
            start, end, put = step.edit
            text = text[:start] + put + text[end:]
        at = step.at
    return f"{text[:at]}|{text[at:]}"


TABLE = [
    ("one |two three", "w", "one two |three"),
    ("one two |three", "b", "one |two three"),
    ("one |two three", "e", "one tw|o three"),
    ("one two.thre|e", "b", "one two.|three"),
    ("one two|.three", "b", "one |two.three"),
    ("|one two three", "2w", "one two |three"),
    ("on|e\ntwo\nthree", "j", "one\ntw|o\nthree"),
    ("one\nt|wo\nthree", "k", "o|ne\ntwo\nthree"),
    ("one\nt|wo\nthree", "gg", "|one\ntwo\nthree"),
    ("o|ne\ntwo\nthree", "G", "one\ntwo\n|three"),
    ("  on|e", "0", "|  one"),
    ("  on|e", "^", "  |one"),
    ("|one two", "$", "one tw|o"),
    ("on|e two", "l", "one| two"),
    ("one tw|o", "l", "one tw|o"),
    ("|one two", "x", "|ne two"),
    ("one tw|o", "x", "one t|w"),
    ("one |two three", "dw", "one |three"),
    ("one |two", "dw", "one| "),
    ("|one two three", "2dw", "|three"),
    ("one |two three", "d$", "one| "),
    ("one |two three", "D", "one| "),
    ("one\nt|wo\nthree", "dd", "one\n|three"),
    ("one\ntwo\nth|ree", "dd", "one\n|two"),
    ("o|ne\ntwo\nthree", "2dd", "|three"),
    ("o|ne\ntwo\nthree", "dj", "|three"),
    ("one\ntw|o\nthree", "dgg", "|three"),
    ("one t|wo three", "diw", "one | three"),
    ("one |two three", "cwsix<", "one si|x three"),
    ("one t|wo three", "ciwsix<", "one si|x three"),
    ("one\nt|wo\nthree", "ccsix<", "one\nsi|x\nthree"),
    ("one |two", "Cx<", "one |x"),
    ("on|e", "ix<", "on|xe"),
    ("on|e", "ax<", "one|x"),
    ("  on|e", "Ix<", "  |xone"),
    ("o|ne\ntwo", "Ax<", "one|x\ntwo"),
    ("o|ne\ntwo", "ox<", "one\n|x\ntwo"),
    ("one\nt|wo", "Ox<", "one\n|x\ntwo"),
    ("o|ne\ntwo", "yyp", "one\n|one\ntwo"),
    ("one\nt|wo", "yyP", "one\n|two\ntwo"),
    ("|one two", "dwp", "tone| wo"),
    ("|ab", "xp", "b|a"),
    ("one |two", "d<w", "one tw|o"),
    ("one |two", "dq", "one |two"),
    ("|", "/ab", "/ab|"),
    ("|", "x", "|"),
    ("a\n|\nb", "dd", "a\n|b"),
]


@pytest.mark.parametrize(("before", "keys", "after"), TABLE)
def test_a_key_does_what_it_does_in_vi(before: str, keys: str, after: str) -> None:
    assert typed(before, keys) == after


def test_vi_s_keys_hold_as_soon_as_the_settings_say_so(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        editor = person.app.composer.editor
        await person.sees("Far One")
        await person.press(*"one two", "escape", "b")
        assert editor.text == "one twob"
        await person.press("ctrl+c")
        settle(home, entry(far.url), ownkey={"vim": True})
        await person.until(lambda: editor.border_subtitle == "insert")
        await person.press(*"one two", "escape")
        assert editor.border_subtitle == "normal"
        await person.press("b", "d", "w", "u", "0", "c", "w", *"six", "escape", "enter")
        await person.sees("Six it is.")
        assert editor.border_subtitle == "insert"
        await person.press("escape", "k")
        assert editor.text == "six two"

    with Far(chat("Six it is.")) as far:
        settle(home, entry(far.url))
        at_app(tmp_path, act)
    assert far.requests[0].json["messages"][-1]["content"].endswith("six two")
