"""The list of suggestions above the composer. It never has the focus: the composer drives it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from ownkey.faces.tui.completion import Suggestion


class Suggestions(OptionList, can_focus=False):
    """Shown while there is something to suggest."""

    DEFAULT_CSS: ClassVar[str] = """
    Suggestions {
        height: auto;
        max-height: 8;
        display: none;
        border: none;
        padding: 0 1;
        background: $panel;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        & > .option-list--option-highlighted { background: $primary 40%; text-style: bold; }
    }
    """

    def __init__(self) -> None:
        super().__init__(compact=True)
        self._offered: Sequence[Suggestion] = ()

    def offer(self, offered: Sequence[Suggestion]) -> None:
        """Show these, the first one marked; none closes the list."""
        if offered == self._offered:
            return
        self._offered = offered
        self.clear_options()
        width = max((len(one.label) for one in offered), default=0)
        self.add_options(Option(_row(one, width)) for one in offered)
        self.highlighted = 0 if offered else None
        self.display = bool(offered)

    @property
    def marked(self) -> Suggestion | None:
        return None if self.highlighted is None else self._offered[self.highlighted]

    def step(self, by: int) -> None:
        """Mark the one below or above, round the ends."""
        if self.highlighted is not None:
            self.highlighted = (self.highlighted + by) % len(self._offered)

    def at(self, index: int) -> Suggestion:
        return self._offered[index]


def _row(one: Suggestion, width: int) -> Content:
    if not one.about:
        return Content(one.label)
    label = Content(one.label + " " * (width + 2 - len(one.label)))
    return label + Content.styled(one.about, "dim")
