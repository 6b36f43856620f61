"""The client over real sockets: answers, and every way an exchange has of failing."""

from __future__ import annotations

import asyncio
import gzip
import shutil
import socket
import ssl
import subprocess
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ownkey import exits
from ownkey.core.errors import (
    BadRequest,
    BrokenStream,
    KeyRefused,
    NoAccess,
    OutOfCredit,
    Overloaded,
    ProviderError,
    RateLimited,
    TooLarge,
    TooLong,
    UnknownModel,
    Unreachable,
    Untrusted,
    WrongAddress,
)
from ownkey.core.message import Assistant, Draft, Text, User
from ownkey.core.model import Model, Prompt, Secret, WireName
from ownkey.keys import file
from ownkey.keys.file import InFile
from ownkey.wire.client import Client
from tests.far import Act, Far, Reply, chat, event, messages, refusal, reply, responses, stream

KEY = "test-key-not-real-1"
PROMPT = Prompt(system="Be brief.", messages=(User((Text("Hello."),)),))
SOON = 10.0
"""Seconds in which everything here must be over; it mostly takes milliseconds."""


OLD, NEW = "test-key-not-real-old", "test-key-not-real-new"


def model(base_url: str, wire: WireName = "generic-chat-completion-api", **fields: Any) -> Model:
    return Model(
        id="custom:Big-0",
        name="big-1",
        wire=wire,
        base_url=base_url,
        display_name="Big",
        key=Secret(KEY, "settings.json:7:17"),
        max_output=64,
        **fields,
    )


async def listen(client: Client, asked: Model) -> Assistant:
    draft = Draft(asked.origin)
    async with client.stream(asked, PROMPT) as chunks:
        async for chunk in chunks:
            draft.add(chunk)
    return draft.message()


def ask(*asked: Model) -> list[Assistant]:
    """Ask one after the other, by one client."""

    async def run() -> list[Assistant]:
        client = Client()
        try:
            async with asyncio.timeout(SOON):
                return [await listen(client, one) for one in asked]
        finally:
            await client.aclose()

    return asyncio.run(run())


def fail(asked: Model) -> ProviderError:
    """Ask in vain. Whatever went wrong, the key is not in what is shown of it."""
    with pytest.raises(ProviderError) as caught:
        ask(asked)
    error = caught.value
    shown = "".join(traceback.format_exception(error)) + repr(error) + repr(error.failure())
    assert KEY not in shown
    assert "{" not in str(error) + error.hint
    assert error.url.startswith(asked.base_url)
    return error


@pytest.mark.parametrize(
    ("wire", "answer"),
    [
        ("anthropic", messages("Hello.")),
        ("openai", responses("Hello.")),
        ("generic-chat-completion-api", chat("Hello.")),
    ],
)
def test_an_answer_arrives_in_every_format(wire: WireName, answer: Reply) -> None:
    with Far(answer) as far:
        (message,) = ask(model(far.url, wire))
    assert message.text == "Hello."
    assert message.stop == "end"
    assert message.usage.prompt == 9
    (request,) = far.requests
    assert request.method == "POST"
    assert request.json["model"] == "big-1"
    assert KEY in "".join(request.headers.values())


def test_one_connection_serves_request_after_request() -> None:
    with Far(chat("One."), refusal(429), chat("Two.")) as far:

        async def run() -> list[str]:
            client = Client()
            first = await listen(client, model(far.url))
            with pytest.raises(RateLimited):
                await listen(client, model(far.url))
            second = await listen(client, model(far.url))
            await client.aclose()
            return [first.text, second.text]

        assert asyncio.run(run()) == ["One.", "Two."]
    assert far.connections == 1


def test_chunks_come_before_the_answer_is_complete() -> None:
    words = event({"choices": [{"delta": {"content": "Hel"}}]})

    async def run(far: Far) -> None:
        async with Client().stream(model(far.url), PROMPT) as chunks, asyncio.timeout(SOON):
            assert "Hel" in repr(await anext(chunks))

    with Far(stream(words, Act.STALL)) as far:
        asyncio.run(run(far))


@pytest.mark.parametrize("encoding", ["utf-8", "none", "identity"])
def test_a_header_that_names_no_packing_packs_nothing(encoding: str) -> None:
    with Far(stream(*chat("Hello.").steps, content_encoding=encoding)) as far:
        assert ask(model(far.url))[0].text == "Hello."


def test_what_is_said_before_an_answer_is_none() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"
    said = chat("Hello.")
    with Far(said._replace(head=early + said.head)) as far:
        assert ask(model(far.url))[0].text == "Hello."


def test_a_gzipped_answer_is_read() -> None:
    packed = gzip.compress(b"".join(chat("Hello.").steps))
    halves = packed[:40], packed[40:]
    with Far(stream(*halves, content_encoding="gzip")) as far:
        assert ask(model(far.url))[0].text == "Hello."


@pytest.mark.parametrize("label", ["application/json", "text/plain", ""])
def test_a_stream_under_a_wrong_label_is_read(label: str) -> None:
    with Far(reply(200, b"\r\n", *chat("Hello.").steps, headers={"content-type": label})) as far:
        assert ask(model(far.url))[0].text == "Hello."


@pytest.mark.parametrize("after", [Act.STALL, Act.RESET, Act.HANG_UP])
def test_what_comes_after_the_end_marker_does_no_harm(
    after: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ownkey.wire.client.LINGER", 0.1)
    with Far(stream(*chat("Hello.").steps, after)) as far:
        assert ask(model(far.url))[0].text == "Hello."


@pytest.mark.parametrize(
    ("refused", "kind", "what"),
    [
        (refusal(400, {"error": {"message": "no"}}), BadRequest, "{host} rejected the request."),
        (refusal(401), KeyRefused, "{host} refused the key."),
        (refusal(402), OutOfCredit, "The account behind the key at {host} is out of credit"),
        (refusal(403), NoAccess, "{host} does not let this key use big-1."),
        (refusal(404), WrongAddress, "There is no model API at {url}/v1/chat/completions."),
        (refusal(404, {"error": "no such model"}), UnknownModel, "{host} has no model big-1."),
        (refusal(413), TooLarge, "The request is larger than {host} accepts."),
        (refusal(422, {"detail": [{"loc": ["n"], "msg": "no"}]}), BadRequest, "{host} rejected"),
        (refusal(429), RateLimited, "{host} limits how often this key may ask."),
        (refusal(500), Overloaded, "{host} failed to answer."),
        (refusal(529), Overloaded, "{host} failed to answer."),
        (refusal(400, {"error": "prompt is too long"}), TooLong, "The conversation is longer"),
    ],
)
def test_a_refusal_is_explained(refused: Reply, kind: type[ProviderError], what: str) -> None:
    with Far(refused, refused) as far:  # twice, for a wrong address has a sibling
        error = fail(model(far.url))
    assert type(error) is kind
    assert str(error).startswith(what.format(host=far.address, url=far.url))
    assert error.status
    assert error.hint


def test_a_key_that_is_kept_elsewhere_is_fetched_anew_once_it_was_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"

    async def run(url: str) -> None:
        key = Secret("", "settings.json:7:17", keeper=InFile(str(path)))
        asked = msgspec.structs.replace(model(url), key=key)
        client = Client()
        try:
            for value in (OLD, NEW):
                file.write(path, value)
                with suppress(KeyRefused):
                    await listen(client, asked)
        finally:
            await client.aclose()

    with Far(*[refusal(401)] * 2, chat("Hello.")) as far:
        asyncio.run(run(far.url))
    sent = [one.headers.get("authorization", "") for one in far.requests]
    assert (sent[0], sent[-1]) == (f"Bearer {OLD}", f"Bearer {NEW}")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "7"}, 7.0),
        ({"retry_after_ms": "250"}, 0.25),
        (
            {
                "retry_after": "Wed, 21 Oct 2026 07:28:00 GMT",
                "date": "Wed, 21 Oct 2026 07:27:00 GMT",
            },
            60.0,
        ),
    ],
)
def test_the_wish_to_be_left_alone_arrives(headers: dict[str, str], seconds: float) -> None:
    with Far(refusal(429, **headers)) as far:
        assert fail(model(far.url)).retry_after == seconds


def test_an_echoed_key_and_the_request_id() -> None:
    body = {"error": {"message": f"Incorrect API key: {KEY}"}}
    with Far(refusal(401, body, x_request_id="req-7")) as far:
        error = fail(model(far.url))
    assert error.said == "Incorrect API key: ***"
    assert error.request_id == "req-7"
    assert error.hint == "Check the key, which came from settings.json:7:17."


@pytest.mark.parametrize(
    ("answer", "kind", "what"),
    [
        (refusal(200, "<title>Sign in</title>"), WrongAddress, "There is no model API at"),
        (stream(b"<html>"), WrongAddress, "There is no model API at"),
        (refusal(200, {"error": {"code": 429, "message": "slow"}}), RateLimited, "{host} limits"),
        (stream(b'{"error":', b'{"code":502}}'), Overloaded, "{host} failed to answer."),
        (refusal(200, {"choices": []}), BrokenStream, "{host} answered in one piece"),
        (refusal(200), BrokenStream, "The answer ended after 0 bytes without its end marker."),
        (refusal(200, "Bad luck"), BrokenStream, "The answer ended after 8 bytes without"),
    ],
)
def test_two_hundred_is_not_success(answer: Reply, kind: type[ProviderError], what: str) -> None:
    with Far(answer, answer) as far:
        error = fail(model(far.url))
    assert type(error) is kind
    assert str(error).startswith(what.format(host=far.address))
    assert error.status == 200


def test_plain_words_instead_of_events_are_quoted() -> None:
    with Far(refusal(200, "Bad luck")) as far:
        assert fail(model(far.url)).said == "Bad luck"


def test_an_error_in_the_stream_is_placed() -> None:
    broken = event({"error": {"code": 502, "message": f"upstream hates {KEY}"}})
    with Far(stream(broken, x_request_id="req-8")) as far:
        error = fail(model(far.url))
    assert type(error) is Overloaded
    assert (error.said, error.status, error.request_id) == ("upstream hates ***", 200, "req-8")


WORDS = event({"choices": [{"delta": {"content": "Hel"}}]})
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
PACKED = gzip.compress(b"".join(chat("Hello. " * 99).steps))


@pytest.mark.parametrize(
    ("script", "what"),
    [
        (Reply(b"", (Act.RESET,)), "{host} hung up without an answer."),
        (Reply(b"", (Act.HANG_UP,)), "{host} hung up without an answer."),
        (Reply(b"SSH-2.0-OpenSSH\r\n", (Act.HANG_UP,)), "{host} hung up without an answer."),
        (Reply(b"HTTP/1.1 200 OK\r\nconte", (Act.RESET,)), "{host} hung up without an answer."),
        (Reply(b"HTTP/1.1 200 OK\r\nconte", (Act.HANG_UP,)), "{host} hung up without an answer."),
        (Reply(b"", (Act.STALL,)), "{host} fell silent: no byte for 0.2 s."),
        (Reply(HEAD, (Act.STALL,)), "{host} fell silent: no byte for 0.2 s."),
        (stream(Act.STALL), "{host} fell silent: no byte for 0.2 s."),
        (stream(WORDS, Act.STALL), "{host} fell silent: no byte for 0.2 s."),
        (stream(WORDS, Act.RESET), "The connection to {host} broke."),
        (stream(WORDS[:20], Act.RESET), "The connection to {host} broke."),
        (stream(WORDS, WORDS[:20], Act.HANG_UP), "{host} hung up in mid answer."),
        (stream(WORDS), f"The answer ended after {len(WORDS)} bytes without its end marker."),
        (stream(WORDS, WORDS[:20]), f"The answer ended after {len(WORDS) + 20} bytes without"),
        (stream(WORDS, content_length="9999")._replace(steps=(WORDS, Act.HANG_UP)), "{host} hung"),
        (
            Reply(HEAD + b"transfer-encoding: chunked\r\n\r\nzz\r\n"),
            "{host} hung up in mid answer.",
        ),
        (stream(PACKED[:60], content_encoding="gzip"), "The answer ended after"),
        (stream(b"no gzip", content_encoding="gzip"), "What {host} sent does not decompress."),
        (stream(b"brotli", content_encoding="br"), "What {host} sent does not decompress."),
        (stream(event('{"choices": [')), "{host} sent an event that cannot be read."),
        (stream(*[b"x" * 2**20] * 17), "One event of the stream is larger than 16 MB."),
    ],
)
def test_a_broken_answer_is_explained(script: Reply, what: str) -> None:
    with Far(script) as far:
        error = fail(model(far.url, idle=0.2))
    assert type(error) is BrokenStream
    assert str(error).startswith(what.format(host=far.address))


def test_what_came_of_a_broken_refusal_is_enough() -> None:
    body = b'{"error": "the engine is on fi'
    with Far(reply(500, body, Act.RESET)) as far:
        error = fail(model(far.url))
    assert type(error) is Overloaded
    with Far(reply(401, body, Act.STALL)) as far:
        assert type(fail(model(far.url, idle=0.2))) is KeyRefused


def test_a_document_without_end_is_not_read_to_its_end() -> None:
    with Far(reply(500, *[b"x" * 2**20] * 17, Act.STALL)) as far:
        assert type(fail(model(far.url, idle=2 * SOON))) is Overloaded


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_nobody_listening_is_said(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = fail(model(f"http://{host}:{port}"))
    assert type(error) is Unreachable
    assert str(error) == f"Nothing listens at {host}:{port}: connection refused."
    assert error.hint.startswith("Is the server running?")


@pytest.mark.parametrize("host", ["nowhere.invalid", "a" * 64 + ".invalid"])
def test_an_unknown_name_is_said(host: str) -> None:
    error = fail(model(f"http://{host}"))
    assert type(error) is Unreachable
    assert str(error) == f"The name {host} is not known (DNS)."


@pytest.fixture(scope="module")
def untrusted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 with its key, signed by nobody."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not here to make a certificate")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=test"]
    names = ["-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(
        [*make, *names, "-keyout", path, "-out", f"{path}.crt"],
        check=True,
        capture_output=True,
    )
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


@pytest.fixture
def secure(untrusted: Path) -> Iterator[Far]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(untrusted)
    with Far(chat("Hello."), tls=context) as far:
        yield far


def test_an_untrusted_certificate_ends_it_whatever_the_environment_says(
    secure: Far, untrusted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(untrusted))
    error = fail(model(secure.url))
    assert type(error) is Untrusted
    assert exits.code(error.kind) == exits.UNAVAILABLE
    assert str(error).startswith(f"The certificate of {secure.address} is not trusted: ")
    assert error.should_retry is False
    assert secure.requests == []


def test_https_to_a_plain_server_is_explained() -> None:
    with Far() as far:
        error = fail(model(f"https://{far.address}"))
    assert type(error) is Untrusted
    assert error.should_retry is False
    assert str(error).startswith(f"No encrypted connection to {far.address} came about")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_named_and_not_followed(status: int) -> None:
    with Far() as other, Far(refusal(status, location=f"{other.url}/v1")) as far:
        error = fail(model(far.url, headers={"x-team": Secret("team-secret-2")}))
    assert type(error) is WrongAddress
    assert str(error) == f"{far.url}/v1/chat/completions sends on to {other.url}/v1."
    assert other.requests == []


def test_a_proxy_for_plain_http_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with Far() as proxy, Far(chat("Hello.")) as far:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert ask(model(far.url))[0].text == "Hello."
    assert proxy.requests == []


def test_a_proxy_for_https_is_used_and_sees_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    with Far(refusal(407)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.address)
        error = fail(model("https://api.example.invalid"))
    assert type(error) is Unreachable
    assert str(error).startswith("The proxy in HTTPS_PROXY wants a login: 407")
    (request,) = proxy.requests
    assert (request.method, request.path) == ("CONNECT", "api.example.invalid:443")
    assert KEY not in repr(request)


def test_a_proxy_that_is_not_there_is_not_taken_for_the_endpoint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    error = fail(model("https://api.example.invalid"))
    assert type(error) is Unreachable
    assert str(error) == "The proxy in HTTPS_PROXY cannot be reached."


def test_no_proxy_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    with Far() as proxy, Far() as far:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        fail(model(f"https://{far.address}"))
    assert proxy.requests == []


def test_a_proxy_of_another_kind_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5://me:test-login-2@127.0.0.1:1")
    error = fail(model("https://api.example.invalid"))
    assert "is of a kind ownkey does not speak" in str(error)
    assert "test-login-2" not in repr(error.failure())


@pytest.mark.parametrize("script", [Reply(b"", (Act.STALL,)), stream(WORDS, Act.STALL)])
def test_cancelling_hangs_up_at_once(script: Reply) -> None:
    async def run(far: Far) -> None:
        client = Client()
        task = asyncio.create_task(listen(client, model(far.url)))
        assert await asyncio.to_thread(far.asked.wait, SOON)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        # Before the client itself is closed.
        assert await asyncio.to_thread(far.left.wait, SOON)
        await client.aclose()

    with Far(script) as far:
        asyncio.run(run(far))


def test_leaving_in_mid_answer_hangs_up_at_once() -> None:
    async def run(far: Far) -> None:
        client = Client()
        async with client.stream(model(far.url), PROMPT) as chunks:
            await anext(chunks)
        assert await asyncio.to_thread(far.left.wait, SOON)
        await client.aclose()

    with Far(stream(WORDS, Act.STALL)) as far:
        asyncio.run(run(far))


def test_closing_an_unused_client_is_nothing() -> None:
    asyncio.run(Client().aclose())
