"""The line below the composer: what answers, what it costs, what it may do."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import ClassVar

import msgspec
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from ownkey.faces.tui.clean import clean_line

FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
SPEED = 8
"""Of them, a second: each with every other drawing of the transcript."""

SEPARATOR = " · "


class Fields(msgspec.Struct, frozen=True, kw_only=True):
    """What the line says. None and empty: not known, so not shown."""

    model: str = ""
    effort: str | None = None
    context: int | None = None
    """Tokens of the last prompt."""
    window: int | None = None
    cost: float | None = None
    """US dollars so far."""
    hit_rate: float | None = None
    """The share of prompt tokens read from the cache, 0 to 1."""
    level: str = ""
    branch: str = ""
    sandbox: str = ""
    """Which walls commands run in; `off`: none."""
    background: int = 0
    """Commands that run in the background."""
    state: str = ""
    """What goes on, in a word: `queued 2`, `waiting for you`."""


def line(fields: Fields, width: int) -> Content:
    """As much of `fields` as fits into `width` cells: what matters least goes first, and
    nothing is cut in the middle but a model's name that is itself too long."""
    segments = [one for one in _segments(fields) if one[1].cell_length]
    while len(segments) > 1 and _length(segments) > width:
        segments.remove(max(segments, key=lambda segment: segment[0]))
    joined = Content.styled(SEPARATOR, "dim").join(text for _, text in segments)
    return joined.truncate(width, ellipsis=True)


def _length(segments: list[tuple[int, Content]]) -> int:
    return sum(text.cell_length for _, text in segments) + len(SEPARATOR) * (len(segments) - 1)


def _segments(fields: Fields) -> list[tuple[int, Content]]:
    """Each with its rank: the higher, the sooner it is left out."""
    model = clean_line(fields.model) + (f" {fields.effort}" if fields.effort else "")
    cost = "" if fields.cost is None else f"${fields.cost:.2f}"
    hits = "" if fields.hit_rate is None else f"{fields.hit_rate:.0%} cached"
    sandbox = f"sandbox {fields.sandbox}" if fields.sandbox else ""
    alarm = "$text-warning" if fields.sandbox == "off" else "dim"
    work = f"{fields.background} in background" if fields.background else ""
    return [
        (0, Content.styled(model, "bold")),
        (3, _context(fields.context, fields.window)),
        (2, Content.styled(cost, "dim")),
        (6, Content.styled(hits, "dim")),
        (1, Content.styled(clean_line(fields.level), "$text-accent")),
        (1 if fields.sandbox == "off" else 7, Content.styled(sandbox, alarm)),
        (5, Content.styled(clean_line(fields.branch), "dim")),
        (4, Content.styled(work, "$text-warning")),
        (1, Content.styled(clean_line(fields.state), "$text-warning")),
    ]


def _context(used: int | None, window: int | None) -> Content:
    if used is None:
        return Content("")
    if not window:
        return Content.styled(f"{used:,} tokens", "dim")
    share = used / window
    style = "$text-error" if share >= 0.9 else "$text-warning" if share >= 0.7 else "dim"
    return Content.styled(f"{share:.0%} of {window / 1000:,.0f}k", style)


def progress(elapsed: float, tokens: int, doing: str = "") -> Content:
    """`⠹ Running pytest  1:05 · 2,310 tokens · Esc interrupts`"""
    frame = FRAMES[int(elapsed * SPEED) % len(FRAMES)]
    minutes, seconds = divmod(int(elapsed), 60)
    clock = f"{minutes}:{seconds:02}" if minutes else f"{seconds} s"
    count = f"{SEPARATOR}{tokens:,} tokens" if tokens else ""
    label = Content.styled(f"{frame} {clean_line(doing) or 'Working'}  ", "$text-accent")
    return label + Content.styled(f"{clock}{count}{SEPARATOR}Esc interrupts", "dim")


class StatusLine(Widget):
    """One row; set `fields`."""

    DEFAULT_CSS: ClassVar[str] = "StatusLine { height: 1; padding: 0 2; }"

    fields: reactive[Fields] = reactive(Fields())

    def render(self) -> Content:
        return line(self.fields, self.size.width)


class Spinner(Widget):
    """One row while something runs, none while nothing does. Set `tokens` and `doing`; whoever
    refreshes it moves it."""

    DEFAULT_CSS: ClassVar[str] = "Spinner { height: 1; padding: 0 2; display: none; }"

    def __init__(self, clock: Callable[[], float] = monotonic, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self._clock = clock
        self._since = 0.0
        self.tokens = 0
        self.doing = ""

    def start(self) -> None:
        self._since, self.tokens, self.doing = self._clock(), 0, ""
        self.display = True

    def stop(self) -> None:
        self.display = False

    def render(self) -> Content:
        return progress(self._clock() - self._since, self.tokens, self.doing)
