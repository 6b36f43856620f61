"""Keys of every shape in use, all made up, and the search for them in whatever was written."""

from __future__ import annotations

import html
import json
import re
import zlib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import quote
from uuid import UUID


class Canary(NamedTuple):
    """A key, and two halves of it that stand nowhere by chance."""

    key: str
    halves: tuple[str, str]


def _digits(seed: str) -> str:
    return sha256(f"not real: {seed}".encode()).hexdigest()


def _made(seed: str, pattern: str = "{}{}") -> Canary:
    """`pattern` with the two halves in it."""
    digits = _digits(seed)
    left, right = digits[:16], digits[16:32]
    return Canary(pattern.format(left, right), (left, right))


def _uuid() -> Canary:
    key = str(UUID(_digits("uuid")[:32]))
    return Canary(key, (key[:18], key[19:]))


CANARIES = {
    "sk-ant-": _made("anthropic", "sk-ant-api03-not-real-{}_{}-AA"),
    "sk-proj-": _made("openai", "sk-proj-not-real-{}{}"),
    "sk-or-v1-": _made("openrouter", "sk-or-v1-{}{}"),
    "gsk_": _made("groq", "gsk_not_real_{}{}"),
    "hf_": _made("hugging face", "hf_notReal{}{}"),
    "AIza": _made("google", "AIza-{}{}"),
    "xai-": _made("xai", "xai-not-real-{}{}"),
    "fw_": _made("fireworks", "fw_{}{}"),
    "uuid": _uuid(),
    "200 characters": _made("long", "{}" + "notreal." * 21 + "{}"),
    "signs of base64": _made("signs", "not/real+{}/+{}+/w=="),
    "escaped in JSON": _made("escaped", "not-real-{}-{}"),
}

CONTROL = _made("no key at all", "control-{}{}")
"""What stands beside the keys wherever they may leak, is no key, and must be found."""

KEYS = [canary.key for canary in CANARIES.values()]


def echo(*extra: str) -> str:
    """What an endpoint, a model or a command says that knows everything: each in every form."""
    return "\n".join(form for key in (*KEYS, CONTROL.key, *extra) for form in forms(key))


def forms(word: str) -> Iterator[str]:
    """As this search has it, which is not taken from what it tests."""
    yield word
    yield quote(word, safe="")
    yield json.dumps(f"{word}/")[1:-1].replace("/", "\\/")
    yield "".join(f"\\u{ord(letter):04x}" for letter in word)
    yield html.escape(word)
    yield word.encode().hex()
    for before in ("", "a", "ab"):
        yield b64encode(f"{before}{word}".encode()).decode()
        yield urlsafe_b64encode(f"{before}{word}??".encode()).decode()


def hits(written: bytes, canary: Canary) -> list[str]:
    """The forms of the key, or of either half of it, that stand in what was written: as it is,
    as it shows on a terminal, and without white space."""
    shown = ESCAPES.sub(b"", written)
    views = (written, shown, b"".join(shown.split()))
    words = (canary.key, *canary.halves)
    needles = {needle for word in words for needle in _needles(word)}
    return sorted(one.decode() for one in needles if any(one in view for view in views))


ESCAPES = re.compile(rb"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[0-9;:?<>=]*[ -/]*[@-~]|\x1b.")


def _needles(word: str) -> Iterator[bytes]:
    yield word.encode()
    yield quote(word, safe="").encode()
    yield word.replace("/", "\\/").encode()
    yield "".join(f"\\u{ord(letter):04x}" for letter in word).encode()
    yield word.encode().hex().encode()
    for before in range(3):
        coded = b64encode(bytes(before) + word.encode())
        # Of the first and the last digits some bits belong to the neighbours.
        yield coded[-(-before * 8 // 6) : (before + len(word)) * 8 // 6]


def unpacked(data: bytes) -> bytes:
    """With what is in it once it is decompressed, where it was compressed."""
    try:
        return data + zlib.decompress(data)
    except zlib.error:
        return data
