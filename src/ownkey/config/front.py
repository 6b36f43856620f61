"""Front matter: what a text says of itself, in YAML between two lines of `---` at its top."""

from __future__ import annotations

import json
import re
from contextlib import suppress

import msgspec

from ownkey.config import yml
from ownkey.config.document import BOM, Document, Node, position
from ownkey.config.jsonc import Broken

LONGEST = 20_000
"""Characters of a front matter that is read as YAML: no person writes more."""

_FRONT = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_FIELD = re.compile(r"^([\w-]+):[ \t]*([^\n]*?)[ \t]*$", re.MULTILINE)

_LINE_END = re.compile(r"\r\n?")

_FLAGS = {"true": True, "false": False}


class Front(msgspec.Struct, frozen=True):
    """A text taken apart."""

    document: Document
    """Of the text up to the end of its front matter, empty where it has none. Its lines are
    those of the text."""
    body: str
    """What stands below, its lines ended by line feeds."""
    fault: Broken | None = None
    """Why it is no YAML; as much of it as can be understood counts all the same."""

    broken_at: int = 1
    """The line of the fault."""

    @property
    def found(self) -> bool:
        return bool(self.document.text)

    def text(self, name: str) -> str:
        """What it says, in one line; empty where it says nothing."""
        node = self.document.root.children.get(name)
        if node is None or node.value is None:
            return ""
        as_written = self.document.text[node.start : node.end]
        return " ".join((node.value if isinstance(node.value, str) else as_written).split())

    def flag(self, name: str, default: bool) -> bool | None:
        """None where it says neither true nor false."""
        said = self.text(name)
        return _FLAGS.get(said.lower()) if said else default

    def line(self, name: str) -> int:
        """Where its value stands; the first, where it has none."""
        node = self.document.root.children.get(name)
        return self.document.position(node.start).line if node else 1


def read(text: str) -> Front:
    """Never raises."""
    text = _LINE_END.sub("\n", text.removeprefix(BOM))
    parts = _FRONT.match(text)
    if parts is None:
        return Front(Document("", yml.NOTHING), text)
    said, body = text[: parts.end(1)], text[parts.end() :]
    try:
        if len(said) > LONGEST:
            raise Broken(f"it is longer than {LONGEST:,} characters", 0)
        document = yml.parse(said)
    except Broken as fault:
        return Front(_mended(said), body, fault, position(said, fault.offset).line)
    return Front(document, body)


def _mended(said: str) -> Document:
    """With quotes around what stands in one line: people write `Use when: asked` and `[a] [b]`.
    Where that is no YAML either, those lines alone. Lines stay where they are."""
    with suppress(Broken):
        if len(said) <= LONGEST:
            return yml.parse(_FIELD.sub(_quoted, said))
    fields: dict[str | int, Node] = {
        field[1]: Node(field[2].strip("\"'"), field.start(2), field.end(2))
        for field in _FIELD.finditer(said)
    }
    return Document(said, Node(None, 0, len(said), None, fields))


def _quoted(field: re.Match[str]) -> str:
    if not field[2] or field[2][0] in "\"'|>":
        return field[0]
    return f"{field[1]}: {json.dumps(field[2], ensure_ascii=False)}"
