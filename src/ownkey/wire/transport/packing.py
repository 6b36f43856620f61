"""Bodies that come compressed, although we ask for plain ones."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

UNSPOKEN = frozenset({"br", "compress", "x-compress", "zstd"})
"""Packings that we do not open. Whatever else the header says (`utf-8`, `none`) is none."""

PIECE = 1 << 20
"""Bytes that come out at once: a small body may unpack to a giant one."""

Unpack = Callable[[bytes], Iterator[bytes]]


class Unpackable(Exception):
    """It is not packed in the way that its header names."""


def of(encoding: str) -> Unpack:
    """What makes the pieces of a body plain, by its `content-encoding`."""
    name = encoding.strip().lower()
    if name in ("gzip", "x-gzip", "deflate"):
        return _Inflating().feed
    return _refuse if name in UNSPOKEN else _plain


def _plain(piece: bytes) -> Iterator[bytes]:
    yield piece


def _refuse(piece: bytes) -> Iterator[bytes]:
    raise Unpackable("in a way that was not asked for")


class _Inflating:
    """zlib's own or gzip's wrapping is told by its first bytes."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)

    def feed(self, piece: bytes) -> Iterator[bytes]:
        while piece:
            try:
                plain = self._inflate.decompress(piece, PIECE)
            except zlib.error as error:
                raise Unpackable(str(error)) from error
            if plain:
                yield plain
            piece = self._inflate.unconsumed_tail
