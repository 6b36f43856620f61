"""Nothing but `reveal` shows a secret, and nobody is asked for one twice."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
from collections.abc import Callable

import msgspec
import pytest

from ownkey.core.errors import KeyMissing
from ownkey.core.secret import Secret, fetched

VALUE = "test-key-not-real-1"


class Kept(msgspec.Struct, frozen=True):
    """Somebody who is asked, and counts how often."""

    name: str
    value: str = VALUE
    asked: list[str] = []

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Kept) and other.name == self.name

    async def fetch(self) -> str:
        self.asked.append(self.name)
        await asyncio.sleep(0)
        if not self.value:
            raise KeyMissing("It is gone.", "Look for it.")
        return self.value


@pytest.mark.parametrize("show", [repr, str, format, "{}".format, "%s".__mod__, ascii])
def test_a_secret_is_shown_as_stars(show: Callable[[Secret], str]) -> None:
    kept = Secret("", "a file", keeper=Kept("shown"))
    asyncio.run(kept.open())
    assert [show(one) for one in (Secret(VALUE), kept)] == ["***", "***"]


@pytest.mark.parametrize(
    "encode",
    [pickle.dumps, copy.copy, copy.deepcopy, json.dumps, msgspec.json.encode, msgspec.to_builtins],
)
def test_no_encoder_takes_a_secret(encode: Callable[[Secret], object]) -> None:
    kept = Secret("", "a file", keeper=Kept("encoded"))
    asyncio.run(kept.open())
    for one in (Secret(VALUE), kept):
        with pytest.raises(TypeError):
            encode(one)


def test_a_secret_is_fetched_once_for_all_that_refer_to_it() -> None:
    async def together() -> None:
        await asyncio.gather(one.open(), one.open())
        await other.open()

    keeper = Kept("once")
    one, other = Secret("", "a", keeper=keeper), Secret("", "b", keeper=keeper)
    assert (bool(one), one.known) == (True, False)
    with pytest.raises(LookupError):
        one.reveal()
    asyncio.run(together())
    assert (one.reveal(), other.reveal(), keeper.asked) == (VALUE, VALUE, ["once"])
    assert one == other


def test_what_was_forgotten_is_fetched_anew_and_still_kept_out_of_sight() -> None:
    keeper = Kept("rotated", "test-key-not-real-old")
    secret = Secret("", "a", keeper=keeper)
    asyncio.run(secret.open())
    secret.forget()
    assert not secret.known
    asyncio.run(secret.open())
    assert keeper.asked == ["rotated"] * 2
    assert "test-key-not-real-old" in fetched()


def test_who_cannot_be_asked_says_whose_key_it_is() -> None:
    secret = Secret("", "settings.json:6:17 (keyring:far)", keeper=Kept("gone", ""))
    with pytest.raises(KeyMissing) as caught:
        asyncio.run(secret.open())
    assert caught.value.what == (
        "The key of settings.json:6:17 (keyring:far) is not to be had. It is gone."
    )
    assert caught.value.hint == "Look for it."
