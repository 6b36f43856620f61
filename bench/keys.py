"""From a key to the screen, while an answer streams in and in a long session, as on a terminal."""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path
from statistics import quantiles

from bench.terminal import Terminal, opened
from bench.text import markdown
from ownkey.core.message import Assistant, Origin, Text, User
from ownkey.rehearsal.conversation import Turn, playing
from ownkey.rehearsal.server import Rehearsal
from ownkey.sessions import place
from ownkey.sessions.journal import Journal
from ownkey.sessions.records import Said

KEYS = 100
SIGNS = [chr(0x4E00 + number) for number in range(KEYS)]
"""Letters that stand in no answer: each is seen once, when it was typed."""

PACE = 0.001
"""Seconds between the events of the answer, of some two tokens each."""


async def streaming() -> float:
    """Seconds, of which 95 of 100 keys take less, while an answer comes as fast as it can be
    read."""
    answer = markdown(800_000)
    async with Rehearsal(playing(Turn(text=answer)), pace=PACE) as far:
        return await asyncio.to_thread(_while_streaming, far.url)


def long_session(messages: int) -> float:
    """The same in a session of so many messages."""
    with tempfile.TemporaryDirectory() as home:
        _settle(home, "http://127.0.0.1:9")
        origin, body = Origin("anthropic", "host.example", "model"), markdown(800)
        journal = Journal.create(
            place.folder({"HOME": home, "OWNKEY_STATE_DIR": f"{home}/state"}),
            Path(home),
            "custom:Rehearsal-0",
        )
        for number in range(messages // 2):
            journal.append(Said(User((Text(f"question {number}"),))))
            journal.append(Said(Assistant((Text(f"{body}{number}"),), origin)))
        journal.close()
        with opened(["-P", "-m", "ownkey", "--resume", "last"], home) as terminal:
            terminal.shown(f"{messages // 2 - 1}".encode())
            terminal.rest(1)
            return _late(terminal)


def _while_streaming(url: str) -> float:
    with tempfile.TemporaryDirectory() as home:
        _settle(home, url)
        with opened(["-P", "-m", "ownkey"], home) as terminal:
            terminal.shown(b"sk, or /")
            terminal.rest(1)
            terminal.typed("Go\r", b"quick")
            return _late(terminal)


def _late(terminal: Terminal) -> float:
    taken = []
    for sign in SIGNS:
        taken.append(terminal.typed(sign))
        terminal.rest(0.05)
    return quantiles(taken, n=20)[-1]


def _settle(home: str, url: str) -> None:
    entry = {
        "model": "rehearsal",
        "displayName": "Rehearsal",
        "baseUrl": url,
        "apiKey": "test-key-not-real-1",
        "provider": "anthropic",
    }
    file = Path(home) / ".factory" / "settings.json"
    file.parent.mkdir()
    file.write_text(json.dumps({"customModels": [entry]}))
    file.chmod(0o600)
