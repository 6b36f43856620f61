"""Text fields whose keys act in the order in which they were pressed.

Textual hands letters to a field at once, but looks for what other keys are bound to only when
they have bubbled up to the app: letters that were typed after a Backspace or an arrow overtake
it while the app is busy.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.widgets import Input, TextArea

if TYPE_CHECKING:
    from textual.events import Key
    from textual.widget import Widget


class Area(TextArea):
    async def on_key(self, event: Key) -> None:
        await _act(self, event)


class Line(Input):
    async def on_key(self, event: Key) -> None:
        await _act(self, event)


async def _act(field: Widget, event: Key) -> None:
    action = _actions(type(field)).get(event.key)
    if action and await field.app.run_action(action, field):
        event.prevent_default()
        event.stop()


@lru_cache
def _actions(field: type[Widget]) -> dict[str, str]:
    """What the field's own bindings say, those of the nearest class first."""
    found: dict[str, str] = {}
    for one in reversed(field.__mro__):
        for binding in one.__dict__.get("BINDINGS", ()):
            if isinstance(binding, Binding):
                found |= dict.fromkeys(binding.key.split(","), binding.action)
    return found
