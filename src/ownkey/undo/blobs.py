"""Contents by their digest: each is kept once, however often it was there."""

from __future__ import annotations

import os
import zlib
from collections.abc import Container, Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from secrets import token_hex

from ownkey.sessions.place import make_private

QUICK = 1
"""The level of compression: a turn waits for it."""


class Blobs:
    """A folder of files that are named after what they hold, closed to others."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: set[Path] = set()

    def put(self, data: bytes) -> bytes:
        """Keep `data` and give its digest. Raises `OSError`."""
        digest = _digest(data)
        path = self._path(digest)
        if not path.exists():
            self._write(path, zlib.compress(data, QUICK))
        return digest

    def get(self, digest: bytes) -> bytes | None:
        """The content; None where it is kept no more, or was damaged."""
        try:
            data = zlib.decompress(self._path(digest).read_bytes())
        except (OSError, zlib.error):
            return None
        return data if _digest(data) == digest else None

    def size(self) -> int:
        """Bytes on the disk."""
        return sum(path.lstat().st_size for path in self._files())

    def sweep(self, alive: Container[bytes]) -> None:
        """Drop all but these."""
        for path in list(self._files()):
            if _named(path) not in alive:
                with suppress(OSError):
                    path.unlink()

    def _files(self) -> Iterator[Path]:
        return self._folder.glob("*/*")

    def _path(self, digest: bytes) -> Path:
        name = digest.hex()
        return self._folder / name[:2] / name

    def _write(self, path: Path, data: bytes) -> None:
        """Whole or not at all: a name is believed as soon as it is there."""
        if path.parent not in self._made:
            make_private(path.parent)
            self._made.add(path.parent)
        temporary = path.with_name(token_hex(8))
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=32).digest()


def _named(path: Path) -> bytes:
    """Half of a digest, for what a killed process left behind."""
    return bytes.fromhex(path.name)
