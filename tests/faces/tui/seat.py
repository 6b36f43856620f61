"""The app with a person before it and a far side behind it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ownkey.faces import tui
from ownkey.faces.tui.app import OwnkeyApp
from ownkey.options import Options

if TYPE_CHECKING:
    from textual.pilot import Pilot

T = TypeVar("T")

PATIENCE = 1_000
"""Looks at the screen before a test gives up: the time they take is the machine's."""


class Person:
    """Presses keys, and reads the screen."""

    def __init__(self, app: OwnkeyApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def screen(self) -> list[str]:
        """The lines as they stand, without the blanks at their ends."""
        return [
            "".join(segment.text for segment in strip).rstrip()
            for strip in self.app.screen._compositor.render_strips()
        ]

    def reads(self, words: str) -> bool:
        return words in " ".join(" ".join(self.screen).split())

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def write(self, text: str) -> None:
        self.app.composer.write(text)
        await self.pilot.press("enter")

    async def until(self, condition: Callable[[], bool]) -> None:
        for _ in range(PATIENCE):
            if condition():
                return
            await self.pilot.pause(0.01)
        raise AssertionError("never came to be:\n" + "\n".join(self.screen))

    async def sees(self, words: str) -> None:
        await self.until(lambda: self.reads(words))

    async def is_idle(self) -> None:
        await self.until(lambda: not self.app.composer.busy)


def at_app(
    cwd: Path,
    act: Callable[[Person], Awaitable[T]],
    *,
    size: tuple[int, int] = (80, 24),
    **options: object,
) -> T:
    """What `act` gives, with the app open and ready."""

    async def run() -> T:
        app = tui.furnished(Options(cwd=cwd, environ=dict(os.environ), interactive=True, **options))  # type: ignore[arg-type]
        async with app.run_test(size=size) as pilot:
            person = Person(app, pilot)
            await person.until(lambda: app._desk is not None)
            done = await act(person)
            if app.is_running:
                await app.leave()
        return done

    return asyncio.run(run())
