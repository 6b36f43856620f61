"""Where the key goes in each format, and that nothing stands in its place without one."""

from __future__ import annotations

import pytest

from ownkey.core.model import Model, Prompt, Secret, WireName
from ownkey.core.quirks import Quirks
from ownkey.wire.request import build
from tests.wire.conversations import CHAT, ENDPOINTS, KEY, MESSAGES, RESPONSES, model, user

PLACES = {"authorization", "x-api-key", "api-key"}
BEARER = {"authorization": f"Bearer {KEY}"}
OWN = {"x-api-key": KEY}


def keys(target: Model) -> dict[str, str]:
    headers = build(target, Prompt(system="", messages=(user("Hi."),))).headers
    return {name: value for name, value in headers.items() if name in PLACES}


@pytest.mark.parametrize(
    ("wire", "base_url", "expected"),
    [
        (MESSAGES, "https://api.anthropic.com", OWN),
        (MESSAGES, "https://gateway.example.test", OWN),
        (MESSAGES, "https://api.minimax.io/anthropic", BEARER),
        (RESPONSES, "https://api.openai.com/v1", BEARER),
        (CHAT, "https://api.example.test/v1", BEARER),
    ],
)
def test_the_key_goes_where_the_endpoint_wants_it(
    wire: WireName, base_url: str, expected: dict[str, str]
) -> None:
    assert keys(model(wire, base_url)) == expected


@pytest.mark.parametrize("wire", ENDPOINTS)
def test_the_entry_decides_over_the_format(wire: WireName) -> None:
    assert keys(model(wire, quirks=Quirks(auth="bearer"))) == BEARER
    assert keys(model(wire, quirks=Quirks(auth="x-api-key"))) == OWN


@pytest.mark.parametrize("wire", ENDPOINTS)
def test_without_a_key_there_is_no_header_for_it(wire: WireName) -> None:
    assert keys(model(wire, key=Secret(""))) == {}


@pytest.mark.parametrize("wire", ENDPOINTS)
def test_a_header_of_the_users_own_is_enough(wire: WireName) -> None:
    own = {"Api-Key": Secret("test-key-not-real-2")}
    assert keys(model(wire, key=Secret(""), headers=own)) == {"api-key": "test-key-not-real-2"}


@pytest.mark.parametrize("wire", ENDPOINTS)
def test_only_messages_names_a_version_of_its_api(wire: WireName) -> None:
    headers = build(model(wire), Prompt(system="", messages=(user("Hi."),))).headers
    version = "2023-06-01" if wire == MESSAGES else None
    assert headers.get("anthropic-version") == version
