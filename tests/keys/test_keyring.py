"""The system's keyring, played by a real backend that keeps a file, and by broken ones."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import keyring as library
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as Missing
from keyring.errors import KeyringLocked

from ownkey.core.errors import KeyMissing
from ownkey.keys import keyring
from tests.keys.backend.filed import Filed


@pytest.fixture(autouse=True)
def filed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("FILED_KEYRING", str(tmp_path / "keyring.json"))
    before = library.get_keyring()
    library.set_keyring(Filed())
    yield
    library.set_keyring(before)


class Raising(KeyringBackend):
    priority = 1.0

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        raise self.error

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.error


def test_a_key_is_put_had_and_dropped() -> None:
    async def round_trip() -> list[object]:
        item = keyring.InKeyring("far")
        place = await keyring.put("far", "test-key-not-real-1")
        fetched = await item.fetch()
        dropped = [await keyring.drop("far"), await keyring.drop("far")]
        return [place, fetched, *dropped, await keyring.get("far")]

    assert asyncio.run(round_trip())[1:] == ["test-key-not-real-1", True, False, None]


@pytest.mark.parametrize(
    ("backend", "words"),
    [
        (Missing(), "There is no keyring on this system."),
        (Raising(KeyringLocked("test-key-not-real-1")), "The keyring is locked."),
        (Raising(OSError("test-key-not-real-1")), "The keyring failed (OSError)."),
    ],
)
def test_a_keyring_that_fails_is_told_with_what_to_do(backend: KeyringBackend, words: str) -> None:
    library.set_keyring(backend)
    with pytest.raises(KeyMissing) as caught:
        asyncio.run(keyring.InKeyring("far").fetch())
    assert caught.value.what == words
    assert "--to file" in caught.value.hint
