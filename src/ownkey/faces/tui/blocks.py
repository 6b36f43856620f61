"""What the transcript is made of. A block renders itself to lines, once for each width."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from rich.padding import Padding
from rich.text import Text

from ownkey.faces.tui import difference, markdown
from ownkey.faces.tui.clean import clean, clean_line

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.strip import Strip

    from ownkey.faces.tui.paint import Paint

Kind = Literal["info", "warning", "error", "diff"]

LIVE = 5
"""Lines of a running command that are in sight."""

FOLDED = 10
"""Lines of a change that are in sight while it is not opened."""

KEPT = 400_000
"""Characters of an output that can be opened: its end."""

COLOURS: dict[Kind, str] = {"info": "muted", "warning": "warning", "error": "error", "diff": ""}


class Block:
    """Its lines are drawn again when `stale`, or the width or the colours are others."""

    can_open = False

    def __init__(self) -> None:
        self.opened = False
        self.stale = True
        self.apart = False
        """Whether a blank line stands before it."""

    def estimate(self, width: int) -> int:
        """About how many lines it has, without rendering them."""
        raise NotImplementedError

    def render(self, paint: Paint) -> Iterator[RenderableType]:
        raise NotImplementedError

    def lines(self, paint: Paint) -> list[Strip]:
        return paint.lines(self.render(paint))

    def toggle(self) -> None:
        self.opened = not self.opened
        self.stale = True


class Said(Block):
    """What the person wrote."""

    def __init__(self, text: str, images: int = 0) -> None:
        super().__init__()
        self._text = clean(text)
        self._images = images

    def estimate(self, width: int) -> int:
        return _height(self._text, width - 4) + 1 + bool(self._images)

    def render(self, paint: Paint) -> Iterator[RenderableType]:
        text = Text(self._text, paint.style("strong"))
        if self._images:
            text.append(f"\n[{self._images} image{'s' * (self._images > 1)}]", paint.style("muted"))
        yield paint.beside(">", text, "primary")
        yield Text()


class Answer(Block):
    """Markdown, as it comes."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self._splitter = markdown.Splitter()
        self._pieces: list[str] = []
        self._length = 0
        self._paint: Paint | None = None
        self._finished: list[Strip] = []
        """The lines of the first pieces, and of how many."""
        self._rendered = 0
        self.add(text)

    def add(self, fragment: str) -> None:
        safe = clean(fragment)
        self._pieces += self._splitter.add(safe)
        self._length += len(safe)
        self.stale = True

    def estimate(self, width: int) -> int:
        return self._length // max(width, 1) + 2 * len(self._pieces) + 2

    def lines(self, paint: Paint) -> list[Strip]:
        if paint is not self._paint:
            self._paint, self._finished, self._rendered = paint, [], 0
        for piece in self._pieces[self._rendered :]:
            self._finished += paint.lines(_rendered(piece, paint))
        self._rendered = len(self._pieces)
        return self._finished + paint.lines(_rendered(self._splitter.tail, paint))


def _rendered(piece: str, paint: Paint) -> Iterator[RenderableType]:
    if piece.strip():
        yield markdown.render(piece, paint.dark)
        yield Text()


class Thought(Block):
    """Reasoning, folded into a line."""

    can_open = True

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self._text = ""
        self.running = True
        self.add(text)

    def add(self, fragment: str) -> None:
        self._text += clean(fragment)
        self.stale = True

    def settle(self) -> None:
        self.running = False
        self.stale = True

    def estimate(self, width: int) -> int:
        return _height(self._text, width - 2) + 2 if self.opened else 2

    def render(self, paint: Paint) -> Iterator[RenderableType]:
        count = len(self._text.split())
        doing = "Thinking" if self.running else "Thought"
        mark = "▾" if self.opened else "▸"
        yield Text(f"{mark} {doing} · {count:,} words", paint.style("muted"))
        if self.opened:
            yield Padding(Text(self._text.strip(), paint.style("muted italic")), (0, 0, 0, 2))
        yield Text()


class Call(Block):
    """A tool call: one line, what it does while it runs, and what came of it to be opened."""

    can_open = True

    def __init__(self, name: str, about: str) -> None:
        super().__init__()
        self._name = clean_line(name)
        self._about = clean_line(about)
        self._output = ""
        self._preview = ""
        self._diff: list[difference.Row] = []
        self._seconds: float | None = None
        self._state: Literal["running", "done", "failed"] = "running"

    def add(self, text: str) -> None:
        self._output = (self._output + clean(text))[-KEPT:]
        self.stale = True

    def finish(
        self, *, ok: bool, seconds: float | None, preview: str, whole: str, diff: str
    ) -> None:
        self._state = "done" if ok else "failed"
        self._seconds = seconds
        self._preview = clean_line(preview)
        self._output = clean(whole)[-KEPT:]
        self._diff = list(difference.rows(clean(diff)))
        self.stale = True

    def estimate(self, width: int) -> int:
        below = len(self._diff) if self.opened else min(len(self._diff), FOLDED)
        return 1 + below + (_height(self._output, width) if self.opened else 0)

    def render(self, paint: Paint) -> Iterator[RenderableType]:
        yield self._line(paint)
        if self._diff:
            shown = self._diff if self.opened else self._diff[:FOLDED]
            yield Padding(paint.diff(shown), (0, 0, 0, 2))
            if hidden := len(self._diff) - len(shown):
                yield Text(f"    … {hidden:,} more lines, Enter opens", paint.style("muted"))
        elif self.opened or self._state == "running":
            lines = self._output.rstrip().split("\n")
            text = "\n".join(lines if self.opened else lines[-LIVE:])
            if text:
                yield Padding(Text(markdown.cut(text), paint.style("muted")), (0, 0, 0, 4))

    def _line(self, paint: Paint) -> Text:
        mark, style = {
            "running": ("◌", "warning"),
            "done": ("✓", "success"),
            "failed": ("✗", "error"),
        }[self._state]
        line = Text(no_wrap=True, overflow="ellipsis")
        line.append(f"{mark} ", paint.style(style)).append(self._name, paint.style("strong"))
        line.append(f" {self._about}" if self._about else "")
        facts = [f"{self._seconds:.1f} s"] if self._seconds and self._seconds >= 0.1 else []
        facts += [self._preview] if self._preview else []
        return line.append("".join(f"  {fact}" for fact in facts), paint.style("muted"))


class Note(Block):
    """Something that is no part of the conversation."""

    def __init__(self, text: str, kind: Kind = "info") -> None:
        super().__init__()
        self._text = clean(text)
        self._kind = kind

    def estimate(self, width: int) -> int:
        return _height(self._text, width) + 1

    def render(self, paint: Paint) -> Iterator[RenderableType]:
        changed = list(difference.rows(self._text)) if self._kind == "diff" else []
        yield paint.diff(changed) if changed else Text(self._text, paint.style(COLOURS[self._kind]))
        yield Text()


def _height(text: str, width: int) -> int:
    return sum(len(line) // max(width, 1) + 1 for line in text.split("\n"))
