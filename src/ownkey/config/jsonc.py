"""Reading JSON with comments and trailing commas, keeping where each value stands."""

from __future__ import annotations

import json
import re
from math import isinf
from typing import Any, NoReturn

from ownkey.config.document import BOM, Document, Node, Pointer, position

MAX_DEPTH = 64
"""Levels of nesting: far more than settings need, far fewer than the stack holds."""

_BLANK = re.compile(r"(?:[ \t\r\n]++|//[^\r\n]*+|/\*.*?\*/)++", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]+")
_SURROGATE = re.compile("[\ud800-\udfff]")

_WORDS = {"true": True, "false": False, "null": None}
_MEANT = {
    "True": "true",
    "False": "false",
    "None": "null",
    "undefined": "null",
    "NaN": "null",
    "Infinity": "null",
}
_BAD_STRING = {
    "Unterminated string": ("this string has no closing quote", 'Close it with "'),
    "Invalid control": ("a string runs past the end of its line", 'Close it with ", or write \\n'),
    "Invalid \\": ("a backslash here starts no escape that JSON knows", "Write it twice: \\\\"),
}
"""What the standard library says of a string, in our words, with the cure."""
_NO_NUMBER = "this is not a number that JSON has"


class Broken(ValueError):
    """The text is not JSONC: what is wrong at `offset`, and what may mend it."""

    def __init__(self, what: str, offset: int, fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.offset = offset
        self.fix = fix


def parse(text: str) -> Document:
    """Read a whole text; a byte order mark before it is skipped. Raises `Broken`."""
    parser = _Parser(text)
    root = parser.document()
    return Document(text, root, tuple(parser.duplicates))


def is_blank(text: str) -> bool:
    """Whether the text holds nothing but space and comments."""
    text = text.removeprefix(BOM)
    return not text or _BLANK.fullmatch(text) is not None


def _refuse_constant(name: str) -> NoReturn:
    """The standard library reads `-Infinity`, which JSON does not have."""
    raise ValueError(name)


_SCALAR = json.JSONDecoder(parse_constant=_refuse_constant)


class _Parser:
    """Recursive descent: every method starts at `at` and leaves it behind what it read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 1 if text.startswith(BOM) else 0
        self.path: Pointer = ()
        self.duplicates: list[tuple[Pointer, int]] = []

    def document(self) -> Node:
        root = self.value(None)
        if self.peek():
            raise Broken(f"expected the end of the file but found {self.found()}", self.at)
        return root

    def value(self, key: int | None) -> Node:
        first, start = self.peek(), self.at
        value: Any
        children: dict[str | int, Node] = {}
        if first == "{":
            children = self.container("}")
            value = {name: child.value for name, child in children.items()}
        elif first == "[":
            children = self.container("]")
            value = [child.value for child in children.values()]
        else:
            value = self.scalar(first)
        return Node(value, start, self.at, key, children)

    def container(self, close: str) -> dict[str | int, Node]:
        """What stands between brackets, with commas between and perhaps one at the end."""
        opened, path = self.at, self.path
        if len(path) >= MAX_DEPTH:
            raise Broken(f"nested deeper than {MAX_DEPTH} levels", opened)
        children: dict[str | int, Node] = {}
        self.at += 1
        while self.peek() != close:
            step, key = self.name(opened) if close == "}" else (len(children), None)
            self.path = (*path, step)
            if key is not None and step in children:
                self.duplicates.append((self.path, key))
            children[step] = self.value(key)
            self.path = path
            if self.peek() == ",":
                self.at += 1
            elif self.peek() != close:
                self.fail(f"',' or '{close}'", opened, "Put a comma before it")
        self.at += 1
        return children

    def name(self, opened: int) -> tuple[str, int]:
        """A member's name and its offset, up to and with the colon."""
        key = self.at
        if self.peek() != '"':
            self.fail("a name in double quotes or '}'", opened)
        name = str(self.scalar('"'))
        if self.peek() != ":":
            self.fail(f"':' after {json.dumps(name)}", opened)
        self.at += 1
        return name, key

    def scalar(self, first: str) -> Any:
        word = _WORD.match(self.text, self.at)
        if word and word[0] in _WORDS:
            self.at = word.end()
            return _WORDS[word[0]]
        if not first or first not in '"-0123456789':
            self.fail("a value")
        start = self.at
        try:
            value, self.at = _SCALAR.raw_decode(self.text, start)
        except json.JSONDecodeError as error:
            what, fix = next(
                (words for said, words in _BAD_STRING.items() if error.msg.startswith(said)),
                (_NO_NUMBER, ""),
            )
            raise Broken(what, error.pos, fix) from error
        except ValueError as error:
            raise Broken(_NO_NUMBER, start) from error
        if isinstance(value, float) and isinf(value):
            raise Broken("this number is too large", start)
        if isinstance(value, str) and _SURROGATE.search(value):
            raise Broken("a \\u escape here is half of a pair", start, "Write the character itself")
        return value

    def peek(self) -> str:
        """The next character that says something, empty at the end of the text."""
        if blank := _BLANK.match(self.text, self.at):
            self.at = blank.end()
        if self.text.startswith("/*", self.at):
            raise Broken("this comment has no end", self.at, "Close it with */")
        return self.text[self.at : self.at + 1]

    def found(self) -> str:
        """What stands here, in words that give no key away."""
        if self.at >= len(self.text):
            return "the end of the file"
        word = _WORD.match(self.text, self.at)
        if word and word[0] in _MEANT:
            return word[0]
        return "a string" if self.text[self.at] == '"' else repr(self.text[self.at])

    def fail(self, expected: str, opened: int | None = None, fix: str = "") -> NoReturn:
        """Raise `Broken` here; `opened` is the bracket that is still open."""
        if self.text.startswith("'", self.at):
            fix = 'Write strings in double quotes: "'
        elif self.at >= len(self.text) and opened is not None:
            line = position(self.text, opened).line
            fix = f"Close the '{self.text[opened]}' that line {line} opens"
        elif word := _WORD.match(self.text, self.at):
            fix = f"Write {_MEANT[word[0]]}" if word[0] in _MEANT else fix
        raise Broken(f"expected {expected} but found {self.found()}", self.at, fix)
