"""A few words that are kept from one run to the next, in a small file of our own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

import msgspec

from ownkey.sessions import place


class Slip:
    """One that cannot be read says nothing, and one that cannot be written is no error."""

    def __init__(self, environ: Mapping[str, str], name: str) -> None:
        self._file = place.folder(environ) / name

    def read(self) -> tuple[str, ...]:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=tuple[str, ...])
        except (OSError, msgspec.DecodeError):
            return ()

    def keep(self, words: Sequence[str]) -> None:
        with suppress(OSError):
            place.make_private(self._file.parent)
            fresh = self._file.with_suffix(".new")
            fresh.write_bytes(msgspec.json.encode(words))
            fresh.replace(self._file)
