"""A prompt as it is written: text in which long pastes and images stand as short labels."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

from ownkey.core import person
from ownkey.core.message import Image
from ownkey.faces.tui.clean import clean_line

LINES = 10
CHARACTERS = 1_000
"""A paste of more than either stands as a label."""

PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")

LARGEST = 20_000_000
"""Bytes of an image: no provider takes more."""

TOO_LARGE = f"larger than {LARGEST // 1_000_000} MB"


class Prompt(msgspec.Struct, frozen=True):
    """What is to be sent."""

    text: str
    images: tuple[Image, ...] = ()
    written: str = ""
    """`text` as it stood in the composer, with its labels."""


class Draft:
    """What the labels of one prompt stand for."""

    def __init__(self) -> None:
        self._pastes: dict[str, str] = {}
        self._images: dict[str, Image] = {}

    def paste(self, text: str) -> str:
        """What goes into the composer for `text`: itself, or the label of a long one."""
        lines = len(text.splitlines())
        if lines <= LINES and len(text) <= CHARACTERS:
            return text
        size = f"{lines:,} lines" if lines > LINES else f"{len(text):,} characters"
        label = self._own(f"pasted {size}")
        self._pastes[label] = text
        return label

    def attach(self, name: str, image: Image) -> str:
        """The label of an image. A name that could end the label early cannot."""
        label = self._own("image " + re.sub(r"[\[\]]", "_", clean_line(name)))
        self._images[label] = image
        return label

    def finish(self, written: str) -> Prompt:
        """The prompt as it is sent: pastes whole, and the images that are still named."""
        images = tuple(one for label, one in self._images.items() if label in written)
        return Prompt(self._spell_out(written), images, written)

    def label_at(self, line: str, column: int, *, before: bool) -> tuple[int, int] | None:
        """Where in `line` the label ends (`before`) or begins that one keystroke at
        `column` would cut into."""
        for label in (*self._pastes, *self._images):
            for found in re.finditer(re.escape(label), line):
                start, end = found.span()
                if (start < column <= end) if before else (start <= column < end):
                    return start, end
        return None

    def _spell_out(self, written: str) -> str:
        """In one pass: a label within a paste is that paste's own text."""
        if not self._pastes:
            return written
        labels = "|".join(map(re.escape, self._pastes))
        return re.sub(labels, lambda found: self._pastes[found[0]], written)

    def _own(self, what: str) -> str:
        label, number = f"[{what}]", 1
        while label in self._pastes or label in self._images:
            number += 1
            label = f"[{what} #{number}]"
        return label


def picture_at(pasted: str, cwd: Path) -> Path | None:
    """The image file that a pasted or dropped path names, in any of the ways terminals
    write one: bare, quoted, with escaped spaces, as a file: address."""
    line = pasted.strip()
    if "\n" in line or not line.rstrip("'\"").lower().endswith(PICTURES):
        return None
    homely = [f"{person.home(os.environ)}{line[1:]}"] if line.startswith("~/") else []
    paths = (cwd / spelt for spelt in (line, *_unquoted(line), *homely))
    return next((path for path in paths if _is_file(path)), None)


def read_picture(path: Path) -> Image:
    """Raises `OSError` that says why the file cannot be an image."""
    if path.stat().st_size > LARGEST:
        raise OSError(TOO_LARGE)
    return picture(path.read_bytes())


def picture(data: bytes) -> Image:
    """Raises `OSError` that says why this cannot be an image."""
    from ownkey.tools.read import IMAGES

    mime = next((mime for sign, at, mime in IMAGES if data.startswith(sign, at)), None)
    if mime is None:
        raise OSError("not a PNG, JPEG, GIF or WebP")
    if len(data) > LARGEST:
        raise OSError(TOO_LARGE)
    return Image(mime, data)


def _unquoted(line: str) -> list[str]:
    if line.startswith("file://"):
        return [unquote(urlsplit(line).path)]
    try:
        words = shlex.split(line)
    except ValueError:
        return []
    return words if len(words) == 1 else []


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
