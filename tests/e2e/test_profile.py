"""What the doctor saw of a model is gone by: in what is sent, and in what is offered."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ownkey.wire import memory
from tests.e2e.front_door import entry, run, settle
from tests.faces.tui.seat import Person, at_app
from tests.far import Far, chat, chat_call


def seen(far: Far, days: int = 0, **abilities: bool) -> None:
    """As `ownkey doctor` leaves it behind."""
    day = (datetime.now(UTC).date() - timedelta(days)).isoformat()
    proofs = {name: {"able": able, "day": day} for name, able in abilities.items()}
    place = memory.place(dict(os.environ))
    place.parent.mkdir(parents=True, exist_ok=True)
    known = {f"generic-chat-completion-api {far.address} far-1": {"proofs": proofs}}
    place.write_text(json.dumps(known))


@pytest.mark.parametrize(
    ("fields", "able", "days", "sent"),
    [
        ({}, True, 0, True),
        ({}, False, 0, False),
        ({}, True, 31, False),
        ({"supportsImages": True}, False, 0, True),
        ({"supportsImages": False}, True, 0, False),
    ],
)
def test_images_are_sent_to_a_model_that_was_seen_to_see_them(
    home: Path, tmp_path: Path, fields: dict[str, Any], able: bool, days: int, sent: bool
) -> None:
    """What the entry says goes before it."""
    (tmp_path / "dot.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    with Far(chat_call("read", path="dot.png"), chat("Red.")) as far:
        settle(home, entry(far.url, contextWindow=64000, **fields))
        seen(far, days, images=able)
        assert run("exec", "Which colour?", cwd=tmp_path).stdout == "Red.\n"
    assert ("image_url" in far.requests[1].body.decode()) is sent


def test_the_picker_says_of_a_model_that_it_has_no_tools_and_sees(
    home: Path, tmp_path: Path
) -> None:
    async def act(person: Person) -> None:
        await person.write("/model")
        await person.sees("NO TOOLS")
        assert person.reads("sees images")

    with Far() as far:
        settle(home, entry(far.url))
        seen(far, tools=False, images=True)
        at_app(tmp_path, act)
