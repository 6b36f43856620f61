"""Finding out which format a far side speaks, and where, without asking any model."""

from __future__ import annotations

import asyncio

import pytest

from ownkey.core.errors import Unreachable, WrongAddress
from ownkey.core.secret import Secret
from ownkey.doctor.speaks import Speech, speaks
from ownkey.wire.transport import Transport
from tests.far import Far, Reply, refusal

KEY = "test-key-not-real-1"

NOT_FOUND = refusal(404, {"error": {"message": "Not Found"}})
INVALID = refusal(400, {"error": {"message": "messages: not a list", "type": "invalid"}})
UNKNOWN = refusal(404, {"error": {"message": "model x not found", "code": "model_not_found"}})
REFUSED = refusal(401, {"error": {"message": "Incorrect API key provided"}})

NOWHERE = "/ownkey-looks-who-answers"


def asked(url: str, key: str = KEY) -> Speech:
    async def ask() -> Speech:
        sender = Transport()
        try:
            return await speaks(sender, url, Secret(key))
        finally:
            await sender.aclose()

    return asyncio.run(ask())


def at(doors: dict[str, Reply], *, otherwise: Reply = NOT_FOUND) -> Far:
    return Far(*[otherwise] * 60, facts=doors)


@pytest.mark.parametrize("answer", [INVALID, UNKNOWN], ids=["invalid", "unknown model"])
@pytest.mark.parametrize(
    ("path", "written", "wire", "base"),
    [
        ("/v1/chat/completions", "", "generic-chat-completion-api", "/v1"),
        ("/v1/chat/completions", "/v1/", "generic-chat-completion-api", "/v1"),
        ("/v1/chat/completions", "/v1/models", "generic-chat-completion-api", "/v1"),
        ("/v1/chat/completions", "/wrong", "generic-chat-completion-api", "/v1"),
        ("/openai/v1/responses", "", "openai", "/openai/v1"),
        ("/anthropic/v1/messages", "", "anthropic", "/anthropic"),
        ("/v1/messages", "/v1/messages", "anthropic", ""),
    ],
)
def test_the_one_format_is_found_where_it_is(
    path: str, written: str, wire: str, base: str, answer: Reply
) -> None:
    with at({path: answer}) as far:
        best = asked(far.url + written).best
        assert best is not None
        assert (best.sign, best.wire, best.url) == ("there", wire, far.url + path)
        assert best.base_url.removeprefix(far.url) == base


def test_of_several_the_one_that_the_address_hints_at_is_taken() -> None:
    doors = {f"/v1/{name}": INVALID for name in ("chat/completions", "responses", "messages")}
    with at(doors) as far:
        bases = ("/v1", "/v1/responses", "/v1/messages")
        found = [asked(far.url + base) for base in bases]
    assert [one.best.wire for one in found if one.best] == [
        "generic-chat-completion-api",
        "openai",
        "anthropic",
    ]
    assert len(found[0].wires) == 3


def test_its_models_are_listed() -> None:
    listed = refusal(200, {"data": [{"id": "far-1"}, {"id": "far-2"}]})
    with at({"/v1/chat/completions": INVALID, "/v1/models": listed}) as far:
        assert asked(far.url).ids == ("far-1", "far-2")


def test_a_refused_key_is_told_from_a_path_that_is_none() -> None:
    with at({"/v1/messages": REFUSED}) as far:
        best = asked(far.url).best
        assert best is not None
        assert (best.sign, best.wire, best.status) == ("key refused", "anthropic", 401)


def test_a_host_that_says_the_same_to_everything_tells_nothing() -> None:
    with at({}, otherwise=REFUSED) as far:
        found = asked(far.url)
    assert {one.sign for one in found.tries} == {"unsure"}
    assert len(far.requests) < 20


def test_nothing_there_is_said_so() -> None:
    with at({}) as far:
        assert asked(far.url).best is None


def test_no_model_is_asked_anything_and_no_redirect_is_followed() -> None:
    with at({}) as elsewhere:
        away = refusal(307, "", location=f"{elsewhere.url}/v1/chat/completions")
        with at({}, otherwise=away) as far:
            found = asked(far.url)
        assert (elsewhere.requests, elsewhere.looks) == ([], [])
    assert found.best is None
    assert f"sends on to {elsewhere.url}" in found.tries[0].said
    assert all(request.json["messages"] == [0] for request in far.requests)


def test_no_answer_shows_the_key() -> None:
    with at({}, otherwise=refusal(400, f"bad key {KEY}")) as far:
        assert KEY not in repr(asked(far.url))


def test_a_host_that_cannot_be_reached_is_said_at_once() -> None:
    with pytest.raises(Unreachable, match="connection refused"):
        asked("http://127.0.0.1:9/v1")
    with pytest.raises(WrongAddress, match="unencrypted"):
        asked("http://api.example.com/v1")
