"""Talking to whoever adds a model: on a terminal, or from within a conversation."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine, Sequence
from concurrent.futures import CancelledError
from typing import Protocol

from ownkey import console
from ownkey.commands import Choice, Stage


class Talk(Protocol):
    """Who is asked. Every question raises `EOFError` where no answer is given any more."""

    @property
    def is_there(self) -> bool: ...
    def say(self, text: str) -> None: ...
    def ask(self, question: str) -> str: ...
    def ask_secret(self, question: str) -> str: ...

    def pick(self, question: str, how: str, rows: Sequence[str], most: int) -> str:
        """The number of a row, from 1, or what was said instead. So many are shown at a time.
        `how` says what a line of text may be."""
        ...

    def agree(self, question: str, *, usual: bool) -> bool: ...


class Terminal:
    """A `Talk` line by line."""

    @property
    def is_there(self) -> bool:
        return sys.stdin.isatty() and sys.stdout.isatty()

    def say(self, text: str) -> None:
        console.say(text)

    def ask(self, question: str) -> str:
        return console.ask(question).strip()

    def ask_secret(self, question: str) -> str:
        return console.ask_secret(question).strip()

    def pick(self, question: str, how: str, rows: Sequence[str], most: int) -> str:
        for number, row in enumerate(rows[:most], 1):
            console.say(f"{number:4}  {row}")
        if len(rows) > most:
            console.say(f"      … and {len(rows) - most} more")
        return self.ask(f"{question} {how}: ")

    def agree(self, question: str, *, usual: bool) -> bool:
        said = self.ask(f"{question} [{'Y/n' if usual else 'y/N'}] ").lower()
        return said in ("y", "yes") or (usual and not said)


class Spoken:
    """A `Talk` with the person before a face. It is used in a thread beside the face's loop,
    which waits for nobody."""

    is_there = True

    def __init__(self, stage: Stage, loop: asyncio.AbstractEventLoop) -> None:
        self._stage = stage
        self._loop = loop

    def say(self, text: str) -> None:
        self._loop.call_soon_threadsafe(self._stage.tell, text)

    def ask(self, question: str) -> str:
        return self._wait(self._stage.ask(question)).strip()

    def ask_secret(self, question: str) -> str:
        return self._wait(self._stage.ask(question, secret=True)).strip()

    def pick(self, question: str, how: str, rows: Sequence[str], most: int) -> str:
        """All of them: a face has its own way with long lists, and says how."""
        del how, most
        choices = [Choice(str(number), row) for number, row in enumerate(rows, 1)]
        return self._wait(self._stage.choose(question, choices, typed=True)).strip()

    def agree(self, question: str, *, usual: bool) -> bool:
        choices = [Choice("yes", "Yes"), Choice("no", "No")]
        return self._wait(self._stage.choose(question, choices[:: 1 if usual else -1])) == "yes"

    def _wait(self, asked: Coroutine[object, object, str | None]) -> str:
        try:
            said = asyncio.run_coroutine_threadsafe(asked, self._loop).result()
        except CancelledError:  # the face is left
            said = None
        if said is None:
            raise EOFError
        return said
