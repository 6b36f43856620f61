"""Amending a JSONC text: only the bytes that say what changes are others afterwards.

Comments, odd spacing, the byte order mark and line ends stay; what is new is laid out as its
neighbours are. All functions are pure, and raise `jsonc.Broken` where the text is no JSONC or
has something else in the place that is meant.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ownkey.config import jsonc
from ownkey.config.document import BOM, Document, Node, Pointer, dotted
from ownkey.config.fields import described

_PIECE = re.compile(
    r"(?P<end>\r\n?|\n)|(?P<space>[ \t]+)|(?P<line>//[^\r\n]*)|(?P<block>/\*.*?\*/)", re.DOTALL
)
"""What may stand between values."""

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\r\n]*|/\*.*?\*/|[][{},]', re.DOTALL)
_COLON = re.compile(r'"(?:[^"\\]|\\.)*"([ \t]*:[ \t]*)')
_COMMA = re.compile(r",[ \t]*")
_LEAD = re.compile(r"[ \t]*")
_SPACE = " \t\r\n"

Cut = tuple[int, int, str]
"""A slice of the text, and what stands there instead."""


def put(text: str, pointer: Pointer, value: Any) -> str:
    """Let `pointer` be `value`: another one in its place, or a new member at the end of its
    object. Objects that are missing on the way are made."""
    document = jsonc.parse(text)
    node, rest = _found(document, pointer)
    if rest and isinstance(node.value, dict):
        return _joined(document, node, str(rest[0]), _nested(rest[1:], value))
    held = pointer[: len(pointer) - len(rest)]
    if rest and node.value is not None:
        raise _misfit(node, held, "an object")
    return _replaced(document, node, held, _nested(rest, value))


def append(text: str, pointer: Pointer, value: Any) -> str:
    """Add an element to the end of the array at `pointer`, which is made if it is missing."""
    document = jsonc.parse(text)
    node, rest = _found(document, pointer)
    if rest or node.value is None:
        return put(text, pointer, [value])
    if not isinstance(node.value, list):
        raise _misfit(node, pointer, "an array")
    return _joined(document, node, None, value)


def drop(text: str, pointer: Pointer) -> str:
    """Take out what stands at `pointer`, if anything does, with its comma and its comments:
    those on its last line, and those on the lines right above it. A name that is set more
    than once goes every time."""
    document = jsonc.parse(text)
    _, rest = _found(document, pointer)
    if rest:
        return text
    around, step = document.node(pointer[:-1]), pointer[-1]
    less = _parted(text, around, around.children[step])
    return drop(less, pointer) if isinstance(step, str) else less


def rename(text: str, pointer: Pointer, name: str) -> str:
    """Call the member at `pointer` something else, if it is there. Where its name is set more
    than once, the others, which count for nothing, go."""
    document = jsonc.parse(text)
    node, rest = _found(document, pointer)
    if rest or node.key is None or name == pointer[-1]:
        return text
    end = _match_end(_TOKEN, text, node.key)
    return drop(_cut(text, [(node.key, end, json.dumps(name, ensure_ascii=False))]), pointer)


def _found(document: Document, pointer: Pointer) -> tuple[Node, Pointer]:
    """The innermost value on the way to `pointer`, and the steps that lead nowhere."""
    node = document.root
    for depth, step in enumerate(pointer):
        if step not in node.children:
            return node, pointer[depth:]
        node = node.children[step]
    return node, ()


def _nested(steps: Pointer, value: Any) -> Any:
    for step in reversed(steps):
        value = {step: value}
    return value


def _misfit(node: Node, pointer: Pointer, wanted: str) -> jsonc.Broken:
    what = f"{dotted(pointer) or 'the whole'} must be {wanted}, not {described(node.value)}"
    return jsonc.Broken(what, node.start, "Mend it first")


def _replaced(document: Document, node: Node, pointer: Pointer, value: Any) -> str:
    text, around = document.text, document.node(pointer[:-1])
    style, is_short = _style(document, around), _is_short(text, around)
    new = _said(value, style, None if is_short else _indent(text, node.start))
    return _cut(text, [(node.start, node.end, new)])


def _joined(document: Document, container: Node, name: str | None, value: Any) -> str:
    """The text with one more element, or member if it has a `name`, in the container."""
    text, style = document.text, _style(document, container)
    head = "" if name is None else json.dumps(name, ensure_ascii=False) + style.colon
    if not container.children:
        return _opened(text, container, style, head, value)
    last = _in_order(container)[-1]
    comma = _comma_after(text, last.end)
    behind = last.end if comma is None else comma + 1
    at, ends = _after_comments(text, behind)
    stands_alone = _begins_line(text, _begin(last))
    if stands_alone or (ends and at > behind):
        # What follows a comment to the end of the line would be part of it.
        base = _indent(text, _begin(last)) if stands_alone else _within(text, container, style)
        is_short = name is None and bool(last.children) and _is_short(text, last)
        new = style.newline + base + head + _said(value, style, None if is_short else base)
    else:
        base = _indent(text, _begin(last))
        new = style.gap + head + _said(value, style, None if _is_short(text, last) else base)
    if comma is not None:
        return _cut(text, [(at, at, new + ",")])
    return _cut(text, [(last.end, last.end, ","), (at, at, new)])


def _opened(text: str, container: Node, style: _Style, head: str, value: Any) -> str:
    """An empty container gets lines of its own for what comes into it."""
    base, inner = _indent(text, container.start), _within(text, container, style)
    new = style.newline + inner + head + _said(value, style, inner)
    start, end = container.start + 1, container.end - 1
    if not text[start:end].strip(_SPACE):
        return _cut(text, [(start, end, new + style.newline + base)])
    at, ends = _after_comments(text, start)
    return _cut(text, [(at, at, new if ends else new + style.newline + base)])


def _parted(text: str, container: Node, node: Node) -> str:
    """The text without one child of the container."""
    begin = _begin(node)
    before = _separator(text, container, begin)
    comma = _comma_after(text, node.end)
    is_last = comma is None and text[before] == ","
    behind = node.end if comma is None else comma + 1
    at, ends = _after_comments(text, behind)
    if ends and _begins_line(text, begin) and _is_on_one_line(text[behind:at]):
        cuts = [(_first_line(text, before + 1, begin), _next_line(text, at), "")]
        cuts += [(before, before + 1, "")] if is_last else []
    elif is_last and not text[before + 1 : begin].strip(_SPACE):
        cuts = [(before, node.end, "")]
    elif is_last:
        cuts = [(before, before + 1, ""), (begin, node.end, "")]
    else:
        cuts = [(begin, _match_end(_LEAD, text, behind), "")]
    return _closed(_cut(text, cuts), container, len(text))


def _closed(less: str, container: Node, length: int) -> str:
    """Brackets with nothing but space between them are closed up."""
    start, end = container.start + 1, container.end - 1 - (length - len(less))
    return less[:start] + less[end:] if not less[start:end].strip(_SPACE) else less


def _cut(text: str, cuts: list[Cut]) -> str:
    """All cuts made; of two in the same place, the first one given comes first."""
    done, at = [], 0
    for start, end, new in sorted(cuts, key=lambda cut: cut[:2]):
        done += [text[at:start], new]
        at = end
    return "".join([*done, text[at:]])


class _Style(NamedTuple):
    """How a text is laid out, as far as it shows."""

    newline: str
    unit: str
    """What a level is indented by."""
    colon: str
    gap: str
    """What follows a comma within a line."""


def _style(document: Document, near: Node) -> _Style:
    """As it shows in and below `near`, else anywhere."""
    text = document.text
    ends = (piece[0] for piece in _PIECE.finditer(text) if piece.lastgroup == "end")
    nodes = [*_all(near), *_all(document.root)]
    units = (unit for node in nodes for unit in _units(text, node))
    colons = (_COLON.match(text, node.key) for node in nodes[1:] if node.key is not None)
    gaps = (
        gap[0][1:]
        for node in nodes
        if _is_short(text, node)
        for child in _in_order(node)[:-1]
        if (gap := _COMMA.match(text, child.end))
    )
    return _Style(
        newline=next(ends, "\n"),
        unit=next(units, "  "),
        colon=next((colon[1] for colon in colons if colon), ": "),
        gap=next(gaps, " "),
    )


def _units(text: str, container: Node) -> Iterator[str]:
    """By how much the children that begin a line stand further in than their container."""
    outer = _indent(text, container.start)
    for child in container.children.values():
        inner = _indent(text, _begin(child))
        if _begins_line(text, _begin(child)) and inner.startswith(outer) and inner != outer:
            yield inner[len(outer) :]


def _said(value: Any, style: _Style, indent: str | None) -> str:
    """The value as JSON: over lines that begin with `indent`, or in one where that is None."""
    if indent is None:
        separators = ("," + style.gap, style.colon)
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=separators)
    lines = json.dumps(
        value,
        ensure_ascii=False,
        allow_nan=False,
        indent=style.unit,
        separators=(",", style.colon),
    )
    return lines.replace("\n", style.newline + indent)


def _all(node: Node) -> Iterator[Node]:
    yield node
    for child in _in_order(node):
        yield from _all(child)


def _in_order(node: Node) -> list[Node]:
    """The children as they stand in the text: a name set twice has its first one's place."""
    return sorted(node.children.values(), key=lambda child: child.start)


def _begin(node: Node) -> int:
    return node.start if node.key is None else node.key


def _is_short(text: str, node: Node) -> bool:
    """Whether it is said in one line."""
    return _is_on_one_line(text[node.start : node.end])


def _is_on_one_line(text: str) -> bool:
    return "\n" not in text and "\r" not in text


def _within(text: str, container: Node, style: _Style) -> str:
    return _indent(text, container.start) + style.unit


def _line_start(text: str, offset: int) -> int:
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    return start or len(BOM) * text.startswith(BOM)


def _indent(text: str, offset: int) -> str:
    """The space that the line of `offset` begins with."""
    start = _line_start(text, offset)
    return text[start : _match_end(_LEAD, text, start)]


def _begins_line(text: str, offset: int) -> bool:
    return not text[_line_start(text, offset) : offset].strip(_SPACE)


def _match_end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _comma_after(text: str, at: int) -> int | None:
    """The offset of the comma that is next, if one is."""
    while piece := _PIECE.match(text, at):
        at = piece.end()
    return at if text.startswith(",", at) else None


def _after_comments(text: str, at: int) -> tuple[int, bool]:
    """The end of the comments that follow in this line, and whether the line ends then."""
    behind = at
    while piece := _PIECE.match(text, at):
        if piece.lastgroup == "end":
            return behind, True
        at = piece.end()
        behind = behind if piece.lastgroup == "space" else at
    return behind, False


def _separator(text: str, container: Node, begin: int) -> int:
    """The offset of the comma, or bracket, that the child beginning at `begin` follows."""
    at, depth = container.start, 0
    for token in _TOKEN.finditer(text, container.start + 1, begin):
        depth += (token[0] in ("{", "[")) - (token[0] in ("}", "]"))
        if token[0] == "," and depth == 0:
            at = token.start()
    return at


def _first_line(text: str, start: int, begin: int) -> int:
    """Where the line of `begin` starts, or the first one of comments right above it. What
    stands in the line of `start` belongs to something else."""
    line, owned, has_comment = start, None, False
    for piece in _PIECE.finditer(text, start, begin):
        if piece.lastgroup in ("line", "block"):
            has_comment = True
        elif piece.lastgroup == "end":
            is_owned = has_comment and line != start
            owned = (line if owned is None else owned) if is_owned else None
            line, has_comment = piece.end(), False
    return line if owned is None else owned


def _next_line(text: str, at: int) -> int:
    at = _match_end(_LEAD, text, at)
    return _match_end(_PIECE, text, at)
