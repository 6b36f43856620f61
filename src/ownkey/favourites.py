"""Models that a person likes to have at hand: their ids, in a small file of our own."""

from __future__ import annotations

from collections.abc import Mapping

from ownkey.sessions.slip import Slip


class Favourites:
    """A file that cannot be read or written is no error: nobody has favourites then, or has
    them until the app is left."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._slip = Slip(environ, "favourites.json")
        self.ids = self._slip.read()

    def toggle(self, identity: str) -> None:
        """Mark a model, or take the mark away."""
        others = tuple(one for one in self.ids if one != identity)
        self._keep(others if len(others) < len(self.ids) else (*others, identity))

    def follow(self, ids: Mapping[str, str]) -> None:
        """Models have other ids from now on; one that is none any more has an empty one."""
        self._keep(tuple(filter(None, (ids.get(one, one) for one in self.ids))))

    def _keep(self, ids: tuple[str, ...]) -> None:
        if ids != self.ids:
            self.ids = ids
            self._slip.keep(ids)
