"""What goes out: one request, the same bytes each time, with the user's word last."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownkey import __version__
from ownkey.core.errors import BadRequest
from ownkey.core.message import Text, User
from ownkey.core.model import Model, Prompt, Secret, WireName
from ownkey.wire.request import build, merge

KEY = "test-key-not-real-1"
PROMPT = Prompt(system="Be brief.", messages=(User((Text("Hello."),)),))


def model(wire: WireName = "generic-chat-completion-api", **fields: Any) -> Model:
    entry: dict[str, Any] = {
        "id": "custom:Big-0",
        "name": "big-1",
        "wire": wire,
        "base_url": "https://api.example.test/v1",
        "display_name": "Big",
        "key": Secret(KEY, "settings.json:7:17"),
        "max_output": 64,
    }
    return Model(**{**entry, **fields})


@pytest.mark.parametrize(
    ("wire", "url"),
    [
        ("anthropic", "https://api.example.test/v1/messages"),
        ("openai", "https://api.example.test/v1/responses"),
        ("generic-chat-completion-api", "https://api.example.test/v1/chat/completions"),
    ],
)
def test_each_format_is_asked_at_its_own_address(wire: WireName, url: str) -> None:
    request = build(model(wire), PROMPT)
    assert request.url == url
    assert json.loads(request.body)["model"] == "big-1"
    assert json.loads(request.body)["stream"] is True
    assert request == build(model(wire), PROMPT)


def test_a_request_says_who_asks_and_what_it_understands() -> None:
    headers = build(model(), PROMPT).headers
    assert headers == {
        "user-agent": f"ownkey/{__version__}",
        "content-type": "application/json",
        "accept": "text/event-stream",
        "accept-encoding": "identity",
        "authorization": f"Bearer {KEY}",
    }


def test_the_users_headers_win_in_any_case_and_an_empty_one_goes() -> None:
    theirs = {
        "Authorization": Secret("Basic test-login-2"),
        "USER-AGENT": Secret(""),
        "X-Team": Secret("7"),
    }
    headers = build(model(headers=theirs), PROMPT).headers
    assert headers["authorization"] == "Basic test-login-2"
    assert headers["x-team"] == "7"
    assert "user-agent" not in headers
    assert len(headers) == len({name.lower() for name in headers})


def test_the_users_fields_merge_into_the_body() -> None:
    extra = {"stop": ["x"], "metadata": {"team": 7}, "temperature": None, "model": "other"}
    body = json.loads(build(model(extra=extra), PROMPT).body)
    assert {name: body[name] for name in extra} == extra
    assert body["messages"]


@pytest.mark.parametrize(
    ("ours", "theirs", "merged"),
    [
        ({"a": 1}, {}, {"a": 1}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"c": 3, "d": 4}}, {"a": {"b": 1, "c": 3, "d": 4}}),
        ({"a": {"b": {"c": 1}}}, {"a": {"b": {"d": 2}}}, {"a": {"b": {"c": 1, "d": 2}}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"a": {"b": 1}}, {"a": 2}, {"a": 2}),
        ({"a": 1}, {"a": {"b": 2}}, {"a": {"b": 2}}),
        ({"a": 1}, {"a": None}, {"a": None}),
    ],
)
def test_objects_merge_and_all_else_is_replaced(
    ours: dict[str, Any], theirs: dict[str, Any], merged: dict[str, Any]
) -> None:
    before = json.dumps([ours, theirs])
    assert merge(ours, theirs) == merged
    assert json.dumps([ours, theirs]) == before


JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
)
OBJECTS = st.dictionaries(st.sampled_from("abc"), JSON, max_size=3)


@given(OBJECTS, OBJECTS)
def test_merging_twice_is_merging_once(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    assert merge(merge(ours, theirs), theirs) == merge(ours, theirs)


@pytest.mark.parametrize("bad", ["line\nend", "line\r\nX-Evil: 1", "blank ", "“quoted”", "\x00"])
def test_a_header_that_cannot_be_sent_is_named_and_its_value_is_not(bad: str) -> None:
    broken = {"key": Secret(f"{KEY}{bad}")}, {"headers": {"X-Team": Secret(f"{bad}{KEY}{bad}")}}
    for fields, name in zip(broken, ("authorization", "x-team"), strict=True):
        with pytest.raises(BadRequest, match=f"The header {name} cannot be sent") as caught:
            build(model(**fields), PROMPT)
        assert KEY not in f"{caught.value!r}{caught.value.failure()}"


def test_half_a_character_is_replaced_rather_than_fatal() -> None:
    prompt = Prompt(system="", messages=(User((Text("cut \ud83d off"),)),))
    assert b"cut ? off" in build(model(), prompt).body


def test_a_request_shows_no_secret() -> None:
    assert KEY not in repr(build(model(), PROMPT))


def test_only_the_format_in_use_is_loaded_and_no_network() -> None:
    script = (
        "import sys; from ownkey.wire import client, request; request.wire_of('anthropic');"
        "print(*(m for m in sys.modules if m in"
        " {'ownkey.wire.formats.chat', 'ownkey.wire.formats.responses',"
        " 'ownkey.wire.transport', 'httptools'}))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
