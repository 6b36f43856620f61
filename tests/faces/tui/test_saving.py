"""However settings are saved, the app goes by what was saved last."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.config.test_watch import SAVES, Save
from tests.e2e.front_door import entry, settle
from tests.faces.tui.seat import Person, at_app
from tests.far import Far, chat


def said(far: Far, limit: int) -> str:
    return json.dumps({"customModels": [entry(far.url, maxOutputTokens=limit)]})


@pytest.mark.parametrize("save", SAVES)
def test_what_was_saved_holds(home: Path, tmp_path: Path, save: Save) -> None:
    async def act(person: Person) -> None:
        save(file, said(far, 77))
        await person.sees("The settings of Far One have changed")
        await person.write("Well?")
        await person.sees("Yes.")

    with Far(chat("Yes.")) as far:
        file = settle(home, entry(far.url, maxOutputTokens=7))
        at_app(tmp_path, act)
    assert far.requests[0].json["max_tokens"] == 77


def test_of_a_hundred_saves_at_once_the_last_holds(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        for limit in range(1, 101):
            SAVES[limit % len(SAVES)](file, said(far, limit))
        await person.sees("The settings of Far One have changed")
        await person.write("Well?")
        await person.sees("Yes.")

    with Far(chat("Yes.")) as far:
        file = settle(home, entry(far.url, maxOutputTokens=7))
        at_app(tmp_path, act)
    assert far.requests[0].json["max_tokens"] == 100
