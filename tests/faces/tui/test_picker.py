from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import pytest
from textual import events, on
from textual.app import App
from textual.widgets import OptionList, Static

from ownkey.core.price import Rates
from ownkey.faces.tui.picker import Choice, Picked, Picker

if TYPE_CHECKING:
    from textual.pilot import Pilot

CHOICES = (
    Choice(
        id="a", name="Ada", section="Built-in", host="ada.example", images=True, keeper="keyring"
    ),
    Choice(
        id="b",
        name="Bea",
        section="Custom models",
        window=200_000,
        rates=Rates(input=3, output=15),
        efforts=("low", "high"),
        effort="low",
        current=True,
    ),
    Choice(id="c", name="Cyd", section="Custom models", fault="settings.json:7:3: no key"),
)


class Desk(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.left: list[Picked | None] = []
        self.defaults: list[Picked] = []

    def on_mount(self) -> None:
        self.push_screen(Picker(CHOICES), self.left.append)

    @on(Picker.Defaulted)
    def _defaulted(self, event: Picker.Defaulted) -> None:
        self.defaults.append(event.picked)


def at_desk(act: Callable[[Desk, Pilot[None]], Awaitable[None]]) -> Desk:
    async def run() -> Desk:
        app = Desk()
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await act(app, pilot)
            await pilot.pause()
        return app

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("keys", "left"),
    [
        (["enter"], [Picked("b", "low")]),
        (["tab", "enter"], [Picked("b", "high")]),
        (["tab", "tab", "enter"], [Picked("b", "low")]),
        (["up", "enter"], [Picked("a", None)]),
        ([*"ada", "enter"], [Picked("a", None)]),
        (["escape"], [None]),
        (["down", "enter"], []),
        ([*"zzz", "enter"], []),
    ],
)
def test_keys_choose_a_model_that_works(keys: list[str], left: list[Any]) -> None:
    async def act(app: Desk, pilot: Pilot[None]) -> None:
        await pilot.press(*keys)

    assert at_desk(act).left == left


def test_ctrl_d_makes_the_marked_one_the_default_and_stays() -> None:
    async def act(app: Desk, pilot: Pilot[None]) -> None:
        await pilot.press("ctrl+d")
        assert isinstance(app.screen, Picker)

    assert at_desk(act).defaults == [Picked("b", "low")]


def test_all_are_listed_in_their_sections_broken_ones_with_their_fault() -> None:
    async def act(app: Desk, pilot: Pilot[None]) -> None:
        options = app.screen.query_one(OptionList).options
        rows = [" ".join(str(one.prompt).split()) for one in options]
        assert rows == [
            "Built-in",
            "Ada ada.example ? ? img",
            "Custom models",
            "● Bea 200k 3/15 low",
            "Cyd settings.json:7:3: no key",
        ]

    at_desk(act)


def test_a_key_kept_elsewhere_is_said_to_be_there_and_not_asked_for() -> None:
    seen: list[str] = []

    async def act(app: Desk, pilot: Pilot[None]) -> None:
        for key in ("up", "down"):
            await pilot.press(key)
            await pilot.pause()
            seen.append(str(app.screen.query_one("#about", Static).content))

    at_desk(act)
    assert [one.splitlines()[-1] for one in seen] == ["key from keyring", "key present"]


def test_enter_comes_behind_the_letters_before_it() -> None:
    async def act(app: Desk, pilot: Pilot[None]) -> None:
        for key in (*"ada", "enter"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await pilot.pause()

    assert at_desk(act).left == [Picked("a", None)]
