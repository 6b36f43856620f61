"""Other programs' files, read without trust: any value may be absent or of another kind, and
every one knows its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from ownkey.config import jsonc, yml
from ownkey.config.document import Document, Node, position
from ownkey.config.files import LIMIT
from ownkey.setup.imports.candidate import Left

BILLION = 1_000_000_000
"""Of tokens: no window is so large, but a mistake may be."""

_ABSENT = Node(None, 0, 0)


class Unreadable(ValueError):
    """Why a text could not be understood, in words that repeat nothing of it."""


class Place(msgspec.Struct, frozen=True):
    """A value in a file."""

    document: Document
    path: Path
    node: Node = _ABSENT
    name: str = ""
    """The member's, in the object around it."""
    left: tuple[Left, ...] = ()
    """Why the file was not understood, if so: then it has no values."""

    @property
    def where(self) -> str:
        """FILE:LINE; the file alone where the line is not known."""
        start = self.node.start if self.node.key is None else self.node.key
        if self.node is _ABSENT or start < 0:
            return str(self.path)
        return f"{self.path}:{self.document.position(start).line}"

    @property
    def said(self) -> bool:
        """Whether there is anything here."""
        return self.node.value is not None

    def at(self, *steps: str) -> Place:
        """What stands at the end of the way; nothing where it ends early."""
        node = self.node
        for step in steps:
            node = node.children.get(step, _ABSENT)
        name = steps[-1] if steps else self.name
        return msgspec.structs.replace(self, node=node, name=name)

    def members(self) -> Iterator[Place]:
        """Those of an object or a list."""
        for step, node in self.node.children.items():
            yield msgspec.structs.replace(self, node=node, name=str(step))

    def text(self, *steps: str) -> str:
        """The string there without space around it; empty where there is none that fits a line."""
        value = self.at(*steps).node.value
        return value.strip() if isinstance(value, str) and value.strip().isprintable() else ""

    def number(self, *steps: str) -> int | None:
        """The count there, of tokens."""
        value = self.at(*steps).node.value
        fits = isinstance(value, int) and not isinstance(value, bool) and 0 < value < BILLION
        return value if fits else None

    def flag(self, *steps: str) -> bool | None:
        value = self.at(*steps).node.value
        return value if isinstance(value, bool) else None


def read_json(source: str, path: Path) -> Place:
    """A JSON file, which may have comments."""
    return _read(source, path, _json)


def read_toml(source: str, path: Path) -> Place:
    return _read(source, path, _toml)


def read_yaml(source: str, path: Path) -> Place:
    return _read(source, path, _yaml)


def _read(source: str, path: Path, parse: Callable[[str], Document]) -> Place:
    nothing = Document("", _ABSENT)
    try:
        text = read_text(path)
        document = parse(text) if text.strip() else nothing
    except Unreadable as error:
        return Place(nothing, path, left=(Left(source, str(path), str(error)),))
    except RecursionError:
        why = "it is nested too deeply to be read"
        return Place(nothing, path, left=(Left(source, str(path), why),))
    return Place(document, path, document.root)


def read_text(path: Path) -> str:
    """The file's text, empty where there is none. Raises `Unreadable`."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as stream:
            data = stream.read(LIMIT + 1)
        if len(data) > LIMIT:
            raise Unreadable(f"it is larger than {LIMIT // 1024} KiB, which no settings are")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("it is not UTF-8") from error
    except OSError as error:
        raise Unreadable(f"it cannot be read: {error.strerror}") from error
    except ValueError as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("its name is not one that a file can have") from error


def _json(text: str) -> Document:
    try:
        return jsonc.parse(text)
    except jsonc.Broken as error:
        line, column = position(text, error.offset)
        raise Unreadable(f"line {line}, column {column}: {error.what}") from error


def _toml(text: str) -> Document:
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"\(at [^)]*\)", str(error))
        raise Unreadable(f"it is no TOML {at[0] if at else ''}".strip()) from error
    return Document(text, _of_toml(text, value, (), 0))


def _of_toml(text: str, value: Any, path: tuple[str, ...], start: int) -> Node:
    """The library keeps no positions: a table's is that of its header, a key's that of its line."""
    children: dict[str | int, Node] = {}
    if isinstance(value, dict):
        for name, inner in value.items():
            way = (*path, name)
            children[name] = _of_toml(text, inner, way, _toml_start(text, way, start))
    elif isinstance(value, list):
        children = {at: _of_toml(text, one, path, start) for at, one in enumerate(value)}
    return Node(value, start, start, None, children)


def _toml_start(text: str, path: tuple[str, ...], outer: int) -> int:
    steps = [f"[\"']?{re.escape(step)}[\"']?" for step in path]
    header = re.compile(
        r"^[ \t]*\[+[ \t]*" + r"[ \t]*\.[ \t]*".join(steps) + r"[ \t]*[\].]", re.MULTILINE
    )
    line = re.compile(rf"^[ \t]*{steps[-1]}[ \t]*[.=]", re.MULTILINE)
    found = header.search(text) or line.search(text, outer)
    return found.start() if found else outer


def _yaml(text: str) -> Document:
    try:
        return yml.parse(text)
    except jsonc.Broken as error:
        line, _ = position(text, error.offset)
        raise Unreadable(f"line {line}: {error.what}") from error
