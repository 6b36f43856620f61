"""Models that a person likes to have at hand: their ids, in a small file of our own."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from ownkey.sessions import place


class Favourites:
    """A file that cannot be read or written is no error: nobody has favourites then, or has
    them until the app is left."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._file = place.folder(environ) / "favourites.json"
        self.ids = _read(self._file)

    def toggle(self, identity: str) -> None:
        """Mark a model, or take the mark away."""
        others = tuple(one for one in self.ids if one != identity)
        self._keep(others if len(others) < len(self.ids) else (*others, identity))

    def follow(self, ids: Mapping[str, str]) -> None:
        """Models have other ids from now on; one that is none any more has an empty one."""
        self._keep(tuple(filter(None, (ids.get(one, one) for one in self.ids))))

    def _keep(self, ids: tuple[str, ...]) -> None:
        if ids == self.ids:
            return
        self.ids = ids
        with suppress(OSError):
            place.make_private(self._file.parent)
            fresh = self._file.with_suffix(".new")
            fresh.write_bytes(msgspec.json.encode(self.ids))
            fresh.replace(self._file)


def _read(file: Path) -> tuple[str, ...]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=tuple[str, ...])
    except (OSError, msgspec.DecodeError):
        return ()
