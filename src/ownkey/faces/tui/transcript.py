"""The conversation on the screen: one widget that draws the lines in sight, and no others.

A widget for each message costs a layout of all of them for every word that streams in.
Here a block is rendered when it comes into sight, and kept; the rest is an estimate of its
height. Nothing is ever dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import zip_longest
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Offset, Region, Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from ownkey.faces.tui.bar import Bar
from ownkey.faces.tui.blocks import Answer, Call, Kind, Note, Said, Thought
from ownkey.faces.tui.paint import Paint
from ownkey.faces.tui.pane import Pane
from ownkey.faces.tui.roll import Roll
from ownkey.faces.tui.selection import around, highlighted
from ownkey.faces.tui.themes import DARK

if TYPE_CHECKING:
    from textual.events import Click, Resize
    from textual.scrollbar import ScrollBar
    from textual.timer import Timer

SOON = 0.001
"""Seconds until something is drawn after a pause: what comes at once is drawn at once."""

FRAME = 1 / 16
"""Seconds between two drawings, at least. Keys do not wait for it."""

SHARE = 4
"""A drawing that took long is followed by a pause of so many times as long, so that there is
time for the keys,"""

LULL = 0.2
"""but of no more than so many seconds: what waits meanwhile makes the next drawing longer."""

ROUNDS = 5
"""How often what is in sight is rendered again because a height was not what was thought."""


class Transcript(ScrollView, can_focus=True):
    """Follows what is added while its end is in sight. A click opens and folds, and leaves the
    focus where one writes; Tab comes here for the keys."""

    FOCUS_ON_CLICK = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "mark(-1)"),
        Binding("down,j", "mark(1)"),
        Binding("enter", "open"),
        Binding("escape", "fold"),
    ]

    DEFAULT_CSS: ClassVar[str] = """
    Transcript {
        padding: 0 2; overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1;
        scrollbar-background: $background; scrollbar-color: $panel;
        scrollbar-background-hover: $background;
        background: $background;
    }
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._roll = Roll(Paint(DARK, 80))
        self._calls: dict[str, Call] = {}
        self._open: Answer | Thought | None = None
        """What the message being made adds to."""
        self._began = 0
        """The first block of the message being made."""
        self._marked: int | None = None
        """The block that Enter opens."""
        self._following = True
        self._kept = (0, 0, 0)
        """The first line in sight after the last change of width, its block, and how much of
        its text stands above: an edge that is dragged passes many widths."""
        self._shown: list[tuple[Strip, bool, tuple[int, int] | None]] = []
        """What stands on the screen: each line, whether it is marked, and from where to where it
        is selected."""
        self._top = 0
        """The line that was put at the top last."""
        self._pane = Pane(self)
        self._timer: Timer | None = None
        """Runs while something waits to be drawn."""
        self._due = 0.0
        """When the next drawing may be."""

    # What is said

    def user(self, text: str, images: int = 0) -> None:
        self.settle()
        self._following = True
        self._roll.add(Said(text, images))
        self._began = len(self._roll.blocks)
        self._draw_soon()

    def answer(self, fragment: str) -> None:
        """More of an answer's markdown."""
        if not isinstance(self._open, Answer):
            self._settle_thought()
            self._open = self._roll.add(Answer())
        self._open.add(fragment)
        self._draw_soon()

    def thought(self, fragment: str) -> None:
        """More of the reasoning."""
        if not isinstance(self._open, Thought):
            self._open = self._roll.add(Thought(clock=self._clock))
        self._open.add(fragment)
        self._draw_soon()

    def settle(self) -> None:
        """The message being made is complete."""
        self._settle_thought()
        self._open = None
        self._began = len(self._roll.blocks)
        self._draw_soon()

    def discard(self) -> None:
        """The message being made begins anew."""
        self._roll.discard(self._began)
        self._open = self._marked = None
        self._draw_soon()

    def call(self, name: str, tool: str, about: str, tail: int = 0) -> None:
        """A tool is called; `name` is the call's own, `tail` the lines of its output that stay
        in sight."""
        self._calls[name] = self._roll.add(Call(tool, about, tail))
        self.settle()

    def output(self, name: str, text: str) -> None:
        """What a running tool says."""
        if name in self._calls:
            self._calls[name].add(text)
            self._draw_soon()

    def done(
        self,
        name: str,
        *,
        ok: bool,
        seconds: float | None = None,
        preview: str = "",
        whole: str = "",
        diff: str = "",
    ) -> None:
        """What came of a call."""
        if called := self._calls.pop(name, None):
            called.finish(ok=ok, seconds=seconds, preview=preview, whole=whole, diff=diff)
            self._draw_soon()

    def note(self, text: str, kind: Kind = "info") -> None:
        """Something that is no part of the conversation."""
        self._roll.add(Note(text, kind))
        self._draw_soon()

    def clear(self) -> None:
        self._roll.cut(0)
        self._calls.clear()
        self._marked, self._following, self._kept = None, True, (0, 0, 0)
        self.settle()

    # What is seen

    def render_lines(self, crop: Region) -> list[Strip]:
        first = self.scroll_offset.y + crop.y
        strips = self._roll.strips(first, crop.height)
        strips += [Strip.blank(self.size.width)] * (crop.height - len(strips))
        self._pane.renew(self._marked_line, self.text_selection)
        lines = [
            self._pane.line(line, strip, self._dressed) for line, strip in enumerate(strips, first)
        ]
        return [line.crop(crop.x, crop.right) for line in lines]

    def render_line(self, y: int) -> Strip:
        """As it tells the mouse what stands where."""
        line = y + self.scroll_offset.y
        strip = self._dressed(line, self._roll.strip(line))
        return strip.apply_offsets(0, line) if line < self._roll.height else strip

    def _dressed(self, line: int, strip: Strip) -> Strip:
        """Marked and selected as it is, in the colours of the screen."""
        if line == self._marked_line:
            strip = strip.apply_style(self._roll.paint.style("marked"))
        selected = self.text_selection if line < self._roll.height else None
        if selected and (span := selected.get_span(line)):
            style = self.screen.get_component_rich_style("screen--selection")
            strip = highlighted(strip, span, style)
        return strip.apply_style(self.rich_style)

    @property
    def _marked_line(self) -> int | None:
        if self._marked is None or not self.has_focus:
            return None
        return self._roll.head(self._marked)

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        if self._vertical_scrollbar is None:
            self._vertical_scrollbar = Bar()
            self._vertical_scrollbar.display = False
            self.app._start_widget(self, self._vertical_scrollbar)  # noqa: SLF001  as Widget does
        return self._vertical_scrollbar

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Only what is selected is rendered for it."""
        end_of_all = self._roll.height - 1
        first = selection.start.y if selection.start else 0
        last = min(selection.end.y, end_of_all) if selection.end else end_of_all
        lines: list[str] = []
        for line in range(first, last + 1):
            start, end = selection.get_span(line) or (0, 0)
            text = self._roll.strip(line).text
            lines.append(text[start : None if end == -1 else end].rstrip())
        return "\n".join(lines), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        del selection
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """What is drawn is drawn already, unless it is the person who scrolls."""
        del old_value
        self.vertical_scrollbar.position = new_value
        if round(new_value) != self._top:
            self._following = self.is_vertical_scroll_end
            self._draw()

    def on_resize(self, event: Resize) -> None:
        del event
        self._repaint()

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self._repaint())
        self._draw_soon()

    def on_focus(self) -> None:
        """Enter opens what was done last."""
        if self._marked is None and (openable := self._openable()):
            self._marked = openable[-1]
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    # What is opened

    def action_mark(self, by: int) -> None:
        """Go to another block that can be opened."""
        here = len(self._roll.blocks) if self._marked is None else self._marked
        beyond = [at for at in self._openable() if (at - here) * by > 0]
        if not beyond:
            self.scroll_relative(y=by * 3, animate=False)
            return
        self._marked = min(beyond) if by > 0 else max(beyond)
        self._show_block(self._marked)
        self.refresh()

    def action_open(self) -> None:
        """Or fold."""
        if self._marked is not None:
            self._toggle(self._marked)

    def toggle_last(self) -> None:
        """Open or fold what was done last."""
        if openable := self._openable():
            self._toggle(openable[-1])

    def action_fold(self) -> None:
        """Or go back to where one writes."""
        if self._marked is not None and self._roll.blocks[self._marked].opened:
            self._toggle(self._marked)
        else:
            self.screen.focus_next()

    def on_click(self, event: Click) -> None:
        """Once: open or fold. Twice selects a word, three times a line, as in a terminal."""
        event.prevent_default()
        line = event.y + self.scroll_offset.y
        at = self._roll.at(line)
        if event.chain > 1:
            self._select(line, event.x - self.gutter.left, whole=event.chain > 2)
        elif at in self._openable() and line == self._roll.head(at) and not self.text_selection:
            self._marked = at
            self._toggle(at)

    def _select(self, line: int, cell: int, *, whole: bool) -> None:
        text = self._roll.strip(line).text.rstrip()
        if span := around(text, cell, whole=whole):
            start, end = (Offset(at, line) for at in span)
            self.screen.selections = {self: Selection(start, end)}

    def _openable(self) -> list[int]:
        return [at for at, block in enumerate(self._roll.blocks) if block.can_open]

    def _toggle(self, at: int) -> None:
        self._roll.blocks[at].toggle()
        self._following = False
        self._draw()
        self._show_block(at)
        self._following = self.is_vertical_scroll_end

    def _show_block(self, at: int) -> None:
        """As much of it as there is room for, from its first line on."""
        first, last = self._roll.head(at), self._roll.top(at + 1) - 1
        seen, height = self.scroll_offset.y, self.size.height
        if first < seen or last >= seen + height:
            self._following = False
            self.scroll_to(y=min(first, last - height + 1), animate=False, immediate=True)

    # How it is drawn

    def _settle_thought(self) -> None:
        if isinstance(self._open, Thought):
            self._open.settle()

    def _repaint(self) -> None:
        """The size or the colours are others. What was the first line in sight remains it."""
        roll, theme = self._roll, self.app.current_theme
        width = self.scrollable_content_region.width
        if width > 0 and (width, theme) != (roll.paint.width, roll.paint.theme):
            line = self.scroll_offset.y
            if line != self._kept[0]:
                self._kept = (line, roll.at(line), roll.passed(line))
            _, anchor, passed = self._kept
            roll.repaint(Paint(theme, width))
            roll.measure()
            self._show(anchor, roll.within(anchor, passed))
            self._kept = (self.scroll_offset.y, anchor, passed)
        elif width > 0:
            self._draw()

    def _draw_soon(self) -> None:
        if self._timer is None and self.is_mounted:
            self._timer = self.set_timer(max(self._due - monotonic(), SOON), self._draw)

    def draw_waiting(self) -> None:
        """Draw what waits for it now, for something else is drawn: a little early is cheaper
        than to draw the screen twice."""
        if self._timer is not None and monotonic() + FRAME >= self._due:
            self._draw()

    def _draw(self) -> None:
        """What is looked at keeps still."""
        line = self.scroll_offset.y
        anchor = self._roll.at(line)
        self._show(anchor, line - self._roll.top(anchor))

    def _show(self, anchor: int, within: int) -> None:
        """Render what is in sight, so that all of it has its true height; this line of this
        block at the top, or the end if that is followed."""
        began = monotonic()
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        top = self._place(anchor, within)
        for _ in range(ROUNDS):
            if not self._roll.render(top, self.size.height):
                break
            top = self._place(anchor, within)
        # Nothing but the bar depends on how long this is: the screen need not be laid out anew.
        self.set_reactive(Transcript.virtual_size, Size(self._roll.paint.width, self._roll.height))
        self.vertical_scrollbar.window_virtual_size = self._roll.height
        self._top = top
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, immediate=True, force=True)
        self._refresh_changed(top)
        took = monotonic() - began
        self._due = began + took + min(max(took * SHARE, FRAME), LULL)

    def _refresh_changed(self, top: int) -> None:
        """Far away, every line that is sent counts."""
        before, marked, selected = self._shown, self._marked_line, self.text_selection
        self._shown = [
            (strip, line == marked, selected.get_span(line) if selected else None)
            for line, strip in enumerate(self._roll.strips(top, self.size.height), top)
        ]
        both = zip_longest(before, self._shown)
        rows = [row for row, (was, now) in enumerate(both) if was != now]
        if rows:
            self.refresh(*(Region(0, row, self.outer_size.width, 1) for row in rows))

    def _place(self, anchor: int, within: int) -> int:
        """The line at the top of the window, by the heights as they are known now."""
        self._roll.measure()
        end = max(self._roll.height - self.size.height, 0)
        return end if self._following else min(self._roll.top(anchor) + within, end)
