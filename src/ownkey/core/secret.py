"""A value that nobody is to see, and how it is had when it is first needed."""

from __future__ import annotations

import asyncio
from typing import NoReturn, Protocol

from ownkey.core.errors import KeyMissing


class Keeper(Protocol):
    """A place outside the settings where a value is kept. Equal places keep the same value."""

    @property
    def called(self) -> str:
        """The place in a word or two, as in "key from keyring"."""

    async def fetch(self) -> str:
        """The value. Raises `KeyMissing` that says why it is not to be had."""

    def __hash__(self) -> int: ...


_FETCHED: dict[Keeper, str] = {}
"""What was fetched by this process, so that nobody is asked twice: settings are read anew
each time they change."""


_EVER: set[str] = set()


def fetched() -> frozenset[str]:
    """All that was fetched so far, for those who keep it out of what they write: what was
    forgotten since, too."""
    return frozenset(_EVER)


_GIVEN: set[str] = set()


def given() -> frozenset[str]:
    """Every value that any `Secret` of this process has had."""
    return frozenset(_EVER | _GIVEN)


class Secret:
    """A value that no log, repr or encoder may show. msgspec and json refuse to encode it."""

    __slots__ = ("_lock", "_value", "keeper", "source")

    def __init__(self, value: str, source: str = "", *, keeper: Keeper | None = None) -> None:
        self._value = value
        if value:
            _GIVEN.add(value)
        self._lock = asyncio.Lock()
        self.keeper = keeper
        """Who has the value, if it does not stand in the settings."""
        self.source = source
        """Where it came from, for messages: `settings.json:7:17 (${GROQ_API_KEY})`."""

    @property
    def known(self) -> bool:
        """Whether it can be revealed without asking anyone."""
        return self.keeper is None or self.keeper in _FETCHED

    async def open(self) -> None:
        """Fetch the value where that has not been done yet. Raises `KeyMissing`."""
        async with self._lock:
            if self.keeper is None or self.keeper in _FETCHED:
                return
            try:
                value = await self.keeper.fetch()
            except KeyMissing as error:
                what = f"The key of {self.source} is not to be had. {error.what}"
                raise KeyMissing(what, error.hint) from None
            _FETCHED[self.keeper] = value
            _EVER.add(value)

    def forget(self) -> None:
        """Fetch the value anew when it is needed next: the one that is known was refused."""
        if self.keeper is not None:
            _FETCHED.pop(self.keeper, None)

    def reveal(self) -> str:
        """The value, for whoever sends it or keeps it out of sight. Raises `LookupError`
        where it was not opened."""
        if self.keeper is None:
            return self._value
        if self.keeper not in _FETCHED:
            raise LookupError(f"the secret of {self.source} was not opened")
        return _FETCHED[self.keeper]

    def __repr__(self) -> str:
        return "***"

    def __bool__(self) -> bool:
        return self.keeper is not None or bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return (self._value, self.keeper) == (other._value, other.keeper)

    def __hash__(self) -> int:
        return hash((self._value, self.keeper))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled or copied")
