"""Each fault does what its name says, as seen by a client that knows nothing but sockets."""

from __future__ import annotations

import asyncio
import http.client
import json
import time

import pytest

from ownkey.rehearsal import Fault, Rehearsal
from ownkey.rehearsal.conversation import Conversation, Turn, playing
from ownkey.rehearsal.faults import Slow

HEADERS = {"authorization": "Bearer test-key-not-real-1", "anthropic-version": "2023-06-01"}
BODIES = {
    "/v1/messages": {"max_tokens": 100, "messages": [{"role": "user", "content": "hi"}]},
    "/v1/responses": {"input": "hi"},
    "/v1/chat/completions": {"messages": [{"role": "user", "content": "hi"}]},
}
TERMINAL = {
    "/v1/messages": b'"message_stop"',
    "/v1/responses": b'"response.completed"',
    "/v1/chat/completions": b"[DONE]",
}
CHAT = "/v1/chat/completions"
SCRIPT = playing(Turn(text="A short answer in some small words."))

each_path = pytest.mark.parametrize("path", BODIES)

Seen = tuple[int, dict[str, str], bytes]


def request(url: str, path: str, **more: object) -> Seen:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=20)
    try:
        body = {"model": "m", "stream": True, **BODIES[path], **more}
        connection.request("POST", path, json.dumps(body).encode(), HEADERS)
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def seen(path: str, *faults: str | Fault, times: int = 1, **more: object) -> list[Seen]:
    async def main() -> list[Seen]:
        async with Rehearsal(SCRIPT, faults) as far:
            return [await asyncio.to_thread(request, far.url, path, **more) for _ in range(times)]

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("fault", "status", "others", "kind"),
    [
        ("refuse-key", 401, 401, "authentication_error"),
        ("out-of-credit", 402, 402, "billing_error"),
        ("no-access", 403, 403, "permission_error"),
        ("unknown-model", 404, 404, "not_found_error"),
        ("rate-limit", 429, 429, "rate_limit_error"),
        ("quota", 429, 429, "rate_limit_error"),
        ("overloaded", 529, 503, "overloaded_error"),
        ("server-error", 500, 500, "api_error"),
        ("too-long", 400, 400, "invalid_request_error"),
    ],
)
def test_a_refusal_has_its_status_and_each_formats_shape(
    fault: str, status: int, others: int, kind: str
) -> None:
    for path in BODIES:
        [(code, headers, body)] = seen(path, fault)
        told = json.loads(body)
        assert code == (status if path == "/v1/messages" else others)
        assert told["error"]["message"]
        assert ("code" in told["error"]) == (path != "/v1/messages")
        assert headers.get("retry-after") == ("1" if fault == "rate-limit" else None)
        if path == "/v1/messages":
            assert told["error"]["type"] == kind


@each_path
@pytest.mark.parametrize(
    ("fault", "status", "kind", "words"),
    [
        ("wrong-path", 404, "text/html", b"<html"),
        ("html", 200, "text/html", b"<html"),
        ("json-error", 200, "application/json", b"Provider returned error"),
    ],
)
def test_a_page_is_no_answer(path: str, fault: str, status: int, kind: str, words: bytes) -> None:
    [(code, headers, body)] = seen(path, fault)
    assert (code, headers["content-type"]) == (status, kind)
    assert words in body


@each_path
def test_reset_tears_the_connection_before_any_answer(path: str) -> None:
    with pytest.raises(ConnectionResetError, match="reset by peer"):
        seen(path, "reset")


@each_path
def test_cut_ends_properly_but_too_early(path: str) -> None:
    [(status, _, body)] = seen(path, "cut")
    assert status == 200
    assert body.startswith((b"event: ", b"data: "))
    assert TERMINAL[path] not in body
    assert TERMINAL[path] in seen(path)[0][2]


@each_path
def test_drop_hangs_up_within_the_body(path: str) -> None:
    with pytest.raises(http.client.IncompleteRead):
        seen(path, "drop")


@each_path
def test_malformed_holds_an_event_that_is_not_json(path: str) -> None:
    [(_, _, body)] = seen(path, "malformed")
    last = body.rstrip().rpartition(b"data: ")[2]
    with pytest.raises(json.JSONDecodeError):
        json.loads(last)


@each_path
def test_error_in_stream_is_told_after_the_answer_began(path: str) -> None:
    [(status, _, body)] = seen(path, "error-in-stream")
    last = json.loads(body.rstrip().rpartition(b"data: ")[2])
    assert status == 200
    assert "Overloaded" in (last.get("error") or last)["message"]
    assert TERMINAL[path] not in body


@each_path
def test_stall_begins_and_then_says_nothing_more(path: str) -> None:
    async def main() -> bytes:
        async with Rehearsal(SCRIPT, ["stall"]) as far:
            reader, writer = await asyncio.open_connection(*far.url[7:].split(":"))
            body = json.dumps({"model": "m", "stream": True, **BODIES[path]})
            head = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
            size = f"content-length: {len(body)}\r\n\r\n"
            writer.write(f"POST {path} HTTP/1.1\r\n{head}{size}{body}".encode())
            begun = await reader.readuntil(b"data: ")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.read(), 0.2)
            writer.close()
            return begun

    assert b"200 OK" in asyncio.run(main())


def test_slow_waits_before_each_event() -> None:
    begun = time.monotonic()
    [(_, _, body)] = seen(CHAT, Fault(Slow(0.02)))
    assert TERMINAL[CHAT] in body
    assert time.monotonic() - begun > body.count(b"data: ") * 0.01


@pytest.mark.parametrize(
    ("fault", "more"),
    [
        ("no-tools", {"tools": [{"type": "function", "function": {"name": "ls"}}]}),
        ("no-stream-options", {"stream_options": {"include_usage": True}}),
    ],
)
def test_what_is_not_supported_is_refused_only_where_it_is_sent(
    fault: str, more: dict[str, object]
) -> None:
    assert seen(CHAT, fault, **more)[0][0] == 400
    assert seen(CHAT, fault)[0][0] == 200


def test_faults_strike_the_requests_they_are_told_to() -> None:
    answers = seen(CHAT, "rate-limit@1", "overloaded@3-4", times=5)
    assert [status for status, _, _ in answers] == [429, 200, 503, 503, 200]


def test_an_unknown_fault_is_told_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"'nonsense'.*rate-limit"):
        Fault.parse("nonsense")


def test_leaving_ends_a_connection_that_stalls() -> None:
    async def main() -> bytes:
        asked = asyncio.Event()

        def script(conversation: Conversation) -> Turn:
            asked.set()
            return SCRIPT(conversation)

        async with Rehearsal(script, ["stall"]) as far:
            asking = asyncio.create_task(asyncio.to_thread(request, far.url, CHAT))
            await asked.wait()
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            await asking
        return b"over"

    assert asyncio.run(main()) == b"over"
