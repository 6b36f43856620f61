"""Addresses as people write them, and servers that answer at another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from ownkey.core.errors import WrongAddress
from tests.failures.asking import at, execute, fail
from tests.far import Far, Reply, chat, messages, refusal
from tests.wire.conversations import CHAT, MESSAGES, user


@pytest.mark.parametrize("base", ["", "/", "/v1", "/v1/", "/v1/chat/completions"])
def test_a_chat_address_leads_to_the_endpoint_however_it_is_written(
    home: Path, work: Path, base: str
) -> None:
    with Far(chat("Here.")) as far:
        done = execute(home, work, far, baseUrl=far.url + base)
    assert done.stdout == "Here.\n"
    assert [request.path for request in far.requests] == ["/v1/chat/completions"]


@pytest.mark.parametrize(
    "there_is_none",
    [
        refusal(404, "404 page not found", content_type="text/plain"),
        refusal(405, {"detail": "Method Not Allowed"}),
        refusal(404, "<html><title>Not here</title></html>", content_type="text/html"),
    ],
    ids=["404", "405", "a page"],
)
def test_the_sibling_address_is_tried_once_and_told(
    home: Path, work: Path, there_is_none: Reply
) -> None:
    with Far(there_is_none, chat("Here.")) as far:
        done = execute(home, work, far, baseUrl=f"{far.url}/llm")
    paths = [request.path for request in far.requests]
    assert paths == ["/llm/chat/completions", "/llm/v1/chat/completions"]
    assert done.stdout == "Here.\n"
    assert "/llm/v1" in done.stderr


def test_where_no_sibling_answers_either_the_person_learns_what_was_tried(
    home: Path, work: Path
) -> None:
    nothing = refusal(404, "404 page not found", content_type="text/plain")
    with Far(nothing, nothing, nothing) as far:
        done = execute(home, work, far, baseUrl=f"{far.url}/llm")
    assert (done.returncode, done.stdout) == (69, "")
    assert "/llm/chat/completions" in done.stderr
    assert "baseUrl" in done.stderr
    assert len(far.requests) <= 2


def test_two_hundred_with_an_error_in_it_is_no_answer() -> None:
    error = {"error": "Unexpected endpoint or method. (POST /chat/completions)"}
    with Far(refusal(200, error), refusal(200, error)) as far:
        failure = fail(at(far, CHAT, like="http://localhost:1234/v1"), user("Hi."))
    assert type(failure) is WrongAddress
    assert failure.said == error["error"]
    assert "baseUrl" in failure.hint


@pytest.mark.parametrize("base", ["", "/v1", "/v1/", "/v1/messages"])
def test_a_messages_address_may_end_in_v1_or_not(home: Path, work: Path, base: str) -> None:
    with Far(messages("Here.")) as far:
        done = execute(home, work, far, wire=MESSAGES, baseUrl=far.url + base)
    assert done.stdout == "Here.\n"
    assert [request.path for request in far.requests] == ["/v1/messages"]
