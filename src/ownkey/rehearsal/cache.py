"""A prompt cache that holds nothing but digests, and counts honestly.

A token is four bytes of the prompt's canonical JSON, rounded up over the whole prefix:
a stand-in for a tokenizer that anyone can check by hand. The rules are the providers'
own: Messages caches at `cache_control` markers, the other formats by longest prefix
(docs.anthropic.com, "Prompt caching"; developers.openai.com, "Prompt caching").
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from itertools import accumulate
from typing import Literal, Protocol

import msgspec

MINIMUM = 1024
"""Tokens below which no prefix is cached."""
STEP = 128
"""Tokens by which an automatic match grows."""
LOOK_BACK = 20
"""Blocks examined from each marker towards the start, the marked one included."""
LIFETIME = 300.0
"""Seconds an entry lives after it was last written or read."""
BYTES = 4
"""Bytes in a token."""


class Segment(msgspec.Struct, frozen=True):
    """One block of a prompt, in the order a provider renders it: tools, system, messages."""

    data: bytes
    lifetime: float | None = None
    """Set where a marker ends a cacheable prefix."""


class Bill(msgspec.Struct, frozen=True):
    """Tokens of one exchange. The first three add up to the prompt."""

    uncached: int
    read: int = 0
    write: int = 0
    output: int = 0
    reasoning: int = 0
    """The part of `output` spent on thinking."""

    @property
    def prompt(self) -> int:
        return self.uncached + self.read + self.write


def tokens(size: int) -> int:
    """Tokens of so many bytes."""
    return -(-size // BYTES)


class Cache(Protocol):
    def settle(self, scope: str, segments: Sequence[Segment]) -> Bill:
        """Bill a prompt and remember it. `scope` keeps models apart."""
        ...


Caching = Literal["marked", "automatic"]


def cache(caching: Caching, clock: Callable[[], float] = time.monotonic) -> Cache:
    return Marked(clock) if caching == "marked" else Automatic(clock)


class _Shelf:
    """Digests of prefixes and when each is forgotten."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until: dict[bytes, float] = {}

    def knows(self, digest: bytes) -> bool:
        return self._until.get(digest, 0.0) > self._clock()

    def keep(self, digest: bytes, lifetime: float) -> None:
        self._until[digest] = self._clock() + lifetime


class Marked:
    """Caches the prefixes that end at a marker, and finds no others."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._shelf = _Shelf(clock)

    def settle(self, scope: str, segments: Sequence[Segment]) -> Bill:
        digests = list(_digests(scope, [segment.data for segment in segments]))
        sizes = [tokens(size) for size in accumulate(len(segment.data) for segment in segments)]
        marks = [
            index
            for index, segment in enumerate(segments)
            if segment.lifetime and sizes[index] >= MINIMUM
        ]
        found = [
            index
            for mark in marks
            for index in range(mark, max(mark - LOOK_BACK, -1), -1)
            if self._shelf.knows(digests[index])
        ]
        read = sizes[max(found)] if found else 0
        cached = sizes[marks[-1]] if marks else 0
        for mark in marks:
            self._shelf.keep(digests[mark], segments[mark].lifetime or LIFETIME)
        total = sizes[-1] if sizes else 0
        return Bill(uncached=total - max(cached, read), read=read, write=max(cached - read, 0))


class Automatic:
    """Caches every prompt, and finds the longest prefix it has seen, step by step."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._shelf = _Shelf(clock)

    def settle(self, scope: str, segments: Sequence[Segment]) -> Bill:
        prompt = b"".join(segment.data for segment in segments)
        whole = len(prompt) // (STEP * BYTES) * STEP * BYTES
        steps = [prompt[at : at + STEP * BYTES] for at in range(0, whole, STEP * BYTES)]
        read = 0
        for count, digest in enumerate(_digests(scope, steps), 1):
            size = count * STEP
            if size < MINIMUM:
                continue
            if self._shelf.knows(digest):
                read = size
            self._shelf.keep(digest, LIFETIME)
        return Bill(uncached=tokens(len(prompt)) - read, read=read)


def _digests(scope: str, pieces: Sequence[bytes]) -> Iterator[bytes]:
    """The digest of each prefix of `pieces`; where one piece ends and the next begins counts."""
    running = blake2b(scope.encode(), digest_size=16)
    for piece in pieces:
        running.update(len(piece).to_bytes(8))
        running.update(piece)
        yield running.digest()
