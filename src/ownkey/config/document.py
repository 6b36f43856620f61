"""What a JSONC text says, and where in the text each value of it stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import Any, NamedTuple

import msgspec

Pointer = tuple[str | int, ...]
"""The way to a value: `("customModels", 2, "provider")`."""

BOM = "\ufeff"

_LINE_END = re.compile(r"\r\n?|\n")


class Position(NamedTuple):
    """A place as editors count it: from 1, in characters."""

    line: int
    column: int


class Node(msgspec.Struct, frozen=True):
    """A value and the slice `start:end` of the text that says it; `key` is the offset of
    its name, where it is a member of an object."""

    value: Any
    start: int
    end: int
    key: int | None = None
    children: dict[str | int, Node] = {}


class Document(msgspec.Struct, frozen=True, dict=True):
    """A text that was understood. Of a name that is set twice, the last one counts."""

    text: str
    root: Node
    duplicates: tuple[tuple[Pointer, int], ...] = ()
    """Each name that its object had already: its path and offset."""

    @property
    def value(self) -> Any:
        return self.root.value

    def node(self, path: Pointer) -> Node:
        """What stands at `path`, or the innermost value around it where nothing does."""
        node = self.root
        for step in path:
            if step not in node.children:
                break
            node = node.children[step]
        return node

    def position(self, offset: int) -> Position:
        return _position(self._lines, offset)

    @cached_property
    def _lines(self) -> list[int]:
        return _line_starts(self.text)


def position(text: str, offset: int) -> Position:
    """Where `offset` is in a text that need not be JSONC."""
    return _position(_line_starts(text), offset)


def dotted(path: Pointer) -> str:
    """The path as people write it: `customModels[2].provider`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


def _line_starts(text: str) -> list[int]:
    first = 1 if text.startswith(BOM) else 0
    return [first, *(end.end() for end in _LINE_END.finditer(text))]


def _position(lines: list[int], offset: int) -> Position:
    line = max(bisect_right(lines, offset), 1)
    return Position(line, max(offset - lines[line - 1], 0) + 1)
