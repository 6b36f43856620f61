"""What the transcript is made of. A block renders itself to lines, once for each width."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len
from rich.padding import Padding
from rich.text import Text

from ownkey.faces.tui import difference
from ownkey.faces.tui.clean import LONGEST, Prose, clean, clean_line, cut
from ownkey.faces.tui.pieces import Piece, Splitter

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.strip import Strip

    from ownkey.faces.tui.paint import Paint

Kind = Literal["info", "warning", "error", "diff"]

LIVE = 5
"""Lines of a running command that are in sight."""

FOLDED = 10
"""Lines of a change that are in sight while it is not opened."""

LONG = 40
"""Lines of what the person wrote that are in sight while it is not opened: it may be pasted."""

KEPT = 400_000
"""Characters of an output that can be opened: its end."""

COLOURS: dict[Kind, str] = {"info": "muted", "warning": "warning", "error": "error", "diff": ""}

STATES = {"running": ("◌", "warning"), "done": ("✓", "success"), "failed": ("✗", "error")}


class Block:
    """Its lines are drawn again when `stale`, or the width or the colours are others."""

    def __init__(self) -> None:
        self.opened = False
        self.stale = True
        self.apart = False
        """Whether a blank line stands before it."""

    @property
    def can_open(self) -> bool:
        return False

    def estimate(self, width: int) -> int:
        """About how many lines it has, without rendering them."""
        raise NotImplementedError

    def lines(self, paint: Paint) -> list[Strip]:
        raise NotImplementedError

    def toggle(self) -> None:
        self.opened = not self.opened
        self.stale = True


class Said(Block):
    """What the person wrote."""

    def __init__(self, text: str, images: int = 0) -> None:
        super().__init__()
        self._text = Prose().add(text).strip("\n")
        self._images = images
        self._folded = _first(self._text)

    @property
    def can_open(self) -> bool:
        return self._folded != self._text

    def estimate(self, width: int) -> int:
        shown = self._text if self.opened else self._folded
        return _height(shown, width - 2) + 1 + bool(self._images) + self.can_open

    def lines(self, paint: Paint) -> list[Strip]:
        text = Text(self._text if self.opened else self._folded, paint.style("strong"))
        if self.can_open and not self.opened:
            text.append("\n… all of it: Enter opens", paint.style("muted"))
        if self._images:
            text.append(f"\n[{self._images} image{'s' * (self._images > 1)}]", paint.style("muted"))
        return paint.lines([paint.beside(">", text, "primary"), Text()])


def _first(text: str) -> str:
    """As much as is shown of what is not opened."""
    return cut("\n".join(text.split("\n", LONG)[:LONG]))


class Answer(Block):
    """Markdown, as it comes."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self._waiting: list[str] = []
        """What was not looked at yet: what is never in sight never is."""
        self._length = self._breaks = 0
        """Characters, and ends of lines among them."""
        self._prose = Prose()
        self._splitter = Splitter()
        self._pieces: list[Piece] = []
        self._paint: Paint | None = None
        self._finished: list[Strip] = []
        """The lines of the first pieces, and of how many."""
        self._count = 0
        self._columns: list[int] = []
        """How wide those of the last table are."""
        self.add(text)

    def add(self, fragment: str) -> None:
        self._waiting.append(fragment)
        self._length += len(fragment)
        self._breaks += fragment.count("\n")
        self.stale = True

    def estimate(self, width: int) -> int:
        return self._length // max(width, 1) + self._breaks + 2

    def lines(self, paint: Paint) -> list[Strip]:
        self._pieces += self._splitter.add(self._prose.add("".join(self._waiting)))
        self._waiting.clear()
        if paint is not self._paint:
            self._paint, self._finished, self._count = paint, [], 0
        for piece in self._pieces[self._count :]:
            self._finished += self._rendered(piece, paint)
        self._count = len(self._pieces)
        return self._finished + self._rendered(self._splitter.tail, paint)

    def _rendered(self, piece: Piece, paint: Paint) -> list[Strip]:
        """With one blank line after it, whatever it ends with; with none where it goes on."""
        if not piece.text.strip():
            return []
        from ownkey.faces.tui import code, markdown  # not before there is an answer

        if not piece.opening:
            self._columns = []
        if piece.kind == "code":
            lines = code.lines(cut(piece.code), piece.language, paint)
        else:
            shown = markdown.render(piece.markdown, paint, self._columns)
            lines = paint.lines([shown])
            while lines and not lines[0].text.strip():  # Rich puts one before a list or a table
                lines.pop(0)
        while lines and not lines[-1].text.strip():
            lines.pop()
        return lines if piece.goes_on or not lines else [*lines, paint.blank()]


class Thought(Block):
    """Reasoning, folded into a line."""

    def __init__(self, text: str = "", clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._prose = Prose()
        self._text = ""
        self._clock = clock
        self._began = clock()
        self._seconds: int | None = None
        """How long it took; None: it goes on."""
        self.add(text)

    @property
    def can_open(self) -> bool:
        return True

    def add(self, fragment: str) -> None:
        self._text += self._prose.add(fragment)
        self.stale = True

    def settle(self) -> None:
        self._seconds = round(self._clock() - self._began)
        self.stale = True

    def estimate(self, width: int) -> int:
        return _height(self._text, width - 2) + 2 if self.opened else 2

    def lines(self, paint: Paint) -> list[Strip]:
        mark = "▾" if self.opened else "▸"
        doing = "Thinking" if self._seconds is None else "Thought"
        took = f" {self._seconds} s" if self._seconds else ""
        count = len(self._text.split())
        head = f"{mark} {doing}{took} · {count:,} words"
        shown: list[RenderableType] = [Text(head, paint.style("muted"))]
        if self.opened:
            text = Text(self._text.strip(), paint.style("muted italic"))
            shown.append(Padding(text, (0, 0, 0, 2)))
        return paint.lines([*shown, Text()])


class Call(Block):
    """A tool call: one line, what it does while it runs, and what came of it to be opened."""

    def __init__(self, name: str, about: str, tail: int = 0) -> None:
        """`tail`: lines of its output that stay in sight when it is done."""
        super().__init__()
        self._tail = tail
        self._name = clean_line(name)
        self._about = clean_line(about)
        self._output = ""
        self._dropped = 0
        """Characters of the output that are not kept."""
        self._preview = ""
        self._diff: list[difference.Row] = []
        self._seconds: float | None = None
        self._state: Literal["running", "done", "failed"] = "running"

    @property
    def can_open(self) -> bool:
        return True

    def add(self, text: str) -> None:
        self._output += text
        if len(self._output) > 2 * KEPT:
            self._keep_end()
        self.stale = True

    def finish(
        self, *, ok: bool, seconds: float | None, preview: str, whole: str, diff: str
    ) -> None:
        self._state = "done" if ok else "failed"
        self._seconds = seconds
        self._preview = clean_line(preview)
        self._output, self._dropped = whole, 0
        self._keep_end()
        self._diff = difference.rows(clean(diff))
        self.stale = True

    def estimate(self, width: int) -> int:
        below = len(self._diff) if self.opened else min(len(self._diff), FOLDED + 1)
        if not self._diff and not self.opened:
            below = min(self._output.count("\n"), self._in_sight)
        return 1 + below + (_height(self._output, width) if self.opened else 0)

    def lines(self, paint: Paint) -> list[Strip]:
        head = paint.lines([self._head(paint)])
        if self._diff:
            return head + self._changed(paint)
        if self.opened:
            return head + self._whole(paint)
        return head + self._live(paint)

    @property
    def _in_sight(self) -> int:
        """Lines of the output, while it is not opened."""
        return max(self._tail, LIVE) if self._state == "running" else self._tail

    def _head(self, paint: Paint) -> Text:
        """What it is about gives way, so that what came of it is in sight."""
        mark, style = STATES[self._state]
        came = "".join(f"  {fact}" for fact in (_took(self._seconds), self._preview) if fact)
        about = Text(f" {self._about}" if self._about else "")
        if not self.opened:
            room = paint.width - cell_len(f"{mark} {self._name}{came}")
            about.truncate(max(room, paint.width // 3), overflow="ellipsis")
        line = Text(no_wrap=not self.opened, overflow="fold" if self.opened else "ellipsis")
        line.append(f"{mark} ", paint.style(style)).append(self._name, paint.style("strong"))
        line.append_text(about)
        return line.append(came, paint.style("muted"))

    def _changed(self, paint: Paint) -> list[Strip]:
        shown = self._diff if self.opened else self._diff[:FOLDED]
        lines = difference.lines(shown, 2, paint)
        hidden = len(self._diff) - len(shown)
        more = [f"… {hidden:,} more lines, Enter opens"] if hidden else []
        return lines + paint.plain(more, "muted", 2)

    def _live(self, paint: Paint) -> list[Strip]:
        """The last lines, each in one row."""
        count = self._in_sight
        if not count:
            return []
        last = self._output.rstrip()[-count * LONGEST :].rsplit("\n", count)[-count:]
        room = paint.width - 4
        shown = (_overwritten(line)[:room] for line in last)
        return paint.plain((line for line in shown if line), "muted", 4)

    def _whole(self, paint: Paint) -> list[Strip]:
        lines = [_overwritten(line) for line in self._output.rstrip().split("\n")]
        if self._dropped:
            lines.insert(0, f"… {self._dropped:,} characters before this are not kept")
        return paint.plain(lines if any(lines) else [], "muted", 4)

    def _keep_end(self) -> None:
        over = max(len(self._output) - KEPT, 0)
        self._dropped += over
        self._output = self._output[over:]


def _took(seconds: float | None) -> str:
    """Empty: so little that nobody asks."""
    if seconds is None or seconds < 0.1:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"


def _overwritten(line: str) -> str:
    """What a terminal shows of a line that goes back to its first column, as progress does."""
    return clean(line.rstrip("\r").rpartition("\r")[2])


class Note(Block):
    """Something that is no part of the conversation."""

    def __init__(self, text: str, kind: Kind = "info") -> None:
        super().__init__()
        self._text = clean(text)
        self._kind = kind
        self._diff = difference.rows(self._text) if kind == "diff" else []

    def estimate(self, width: int) -> int:
        return (len(self._diff) or _height(self._text, width)) + 1

    def lines(self, paint: Paint) -> list[Strip]:
        if self._diff:
            return [*difference.lines(self._diff, 0, paint), paint.blank()]
        return paint.lines([Text(self._text, paint.style(COLOURS[self._kind])), Text()])


def _height(text: str, width: int) -> int:
    return sum(len(line) // max(width, 1) + 1 for line in text.split("\n"))
