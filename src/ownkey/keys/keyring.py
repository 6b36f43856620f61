"""A key in the system's keyring: Keychain, Credential Locker, Secret Service, KWallet."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

import msgspec

from ownkey import keys
from ownkey.core.errors import KeyMissing

SERVICE = "ownkey"
"""What the keyring has all our keys under; a key's name is its user name there."""

PATIENCE = 120.0
"""Seconds for the person to unlock it."""

INSTEAD = (
    "Keep the key in a file (`ownkey keys set NAME --to file`), have a program print it "
    '({"command": ["pass", "KEY"]}), or take it from the environment ("${NAME}").'
)

T = TypeVar("T")


class InKeyring(msgspec.Struct, frozen=True):
    """The key that the keyring has under `name`."""

    name: str

    @property
    def called(self) -> str:
        return "keyring"

    async def fetch(self) -> str:
        value = await get(self.name)
        if value is None:
            what = f"There is no {self.name!r} in the keyring."
            raise KeyMissing(what, f"Run `ownkey keys set {self.name}`.")
        return keys.read(value.encode(), f"{self.name!r} in the keyring")


async def get(name: str) -> str | None:
    """The value, or None where there is none. Raises `KeyMissing` without a keyring."""
    return await _aside(lambda: _get(name))


async def put(name: str, value: str) -> str:
    """Keep a value, and say which keyring has it. Raises `KeyMissing`."""
    return await _aside(lambda: _put(name, value))


async def drop(name: str) -> bool:
    """Take a value out; whether there was one. Raises `KeyMissing`."""
    return await _aside(lambda: _drop(name))


def _get(name: str) -> str | None:
    import keyring

    return keyring.get_password(SERVICE, name)


def _put(name: str, value: str) -> str:
    import keyring

    keyring.set_password(SERVICE, name, value)
    return keyring.get_keyring().name


def _drop(name: str) -> bool:
    import keyring

    if keyring.get_password(SERVICE, name) is None:
        return False
    keyring.delete_password(SERVICE, name)
    return True


async def _aside(act: Callable[[], T]) -> T:
    """Run `act` in a thread that nothing waits for at the end: a keyring may be waiting for
    a person who has left."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(outcome: Callable[[], None]) -> None:
        if not done.done():
            outcome()

    def work() -> None:
        try:
            outcome = partial(done.set_result, act())
        except Exception as error:  # noqa: BLE001 - a backend raises what its system does
            outcome = partial(done.set_exception, _fault(error))
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, outcome)

    threading.Thread(target=work, daemon=True).start()
    try:
        async with asyncio.timeout(PATIENCE):
            return await done
    except TimeoutError:
        what = f"The keyring was not unlocked within {PATIENCE:g} seconds."
        raise KeyMissing(what, "Unlock it and try again.") from None


FAULTS = {
    "NoKeyringError": "There is no keyring on this system.",
    "InitError": "There is no keyring on this system.",
    "KeyringLocked": "The keyring is locked.",
}
"""By the names in `keyring.errors`. Backends raise others too, whose words may hold anything."""


def _fault(error: Exception) -> KeyMissing:
    kind = type(error).__name__
    return KeyMissing(FAULTS.get(kind, f"The keyring failed ({kind})."), INSTEAD)
