"""The far side of every exchange: a server on loopback that says what a test tells it to.

    with Far(refusal(429), chat("Hello.")) as far:
        ...  # ask far.url twice
    assert far.requests[0].json["model"] == "m"

Each request takes the next reply. Replies are bytes and acts, so they can be as broken as
the real world. It runs in threads of its own: tests may be asynchronous, or a process.
"""

from __future__ import annotations

import enum
import json
import socket
import ssl
import struct
import threading
from collections.abc import Mapping
from contextlib import suppress
from io import BufferedReader
from typing import Any, NamedTuple, Self


class Act(enum.Enum):
    """What a server does besides sending bytes."""

    RESET = "cut the connection with a RST"
    HANG_UP = "close the connection where it stands"
    STALL = "say nothing until the client goes away"


class Reply(NamedTuple):
    """`steps` after `head`. Chunked: each step of bytes is framed as one HTTP chunk."""

    head: bytes
    steps: tuple[bytes | Act, ...] = ()
    chunked: bool = False


class Request(NamedTuple):
    """A request as it came. Header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def reply(status: int, *steps: bytes | Act, headers: Mapping[str, str] | None = None) -> Reply:
    """A response of the given steps, chunked unless `headers` say a content-length."""
    fields = dict(headers or {})
    chunked = "content-length" not in fields
    if chunked:
        fields["transfer-encoding"] = "chunked"
    lines = [f"HTTP/1.1 {status} As told", *(f"{name}: {fields[name]}" for name in fields), "", ""]
    return Reply("\r\n".join(lines).encode(), steps, chunked)


def refusal(status: int, body: Any = None, **headers: str) -> Reply:
    """A response with a JSON body (a text or bytes are sent as they are, None is empty).
    Underscores in header names stand for dashes."""
    text = body if isinstance(body, str) else json.dumps(body)
    data = body if isinstance(body, bytes) else b"" if body is None else text.encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    named.setdefault("content-type", "application/json")
    return reply(status, headers={**named, "content-length": str(len(data))})._replace(
        steps=(data,)
    )


def stream(*steps: bytes | Act, **headers: str) -> Reply:
    """A response that is an event stream, byte for byte as given."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return reply(200, *steps, headers={"content-type": "text/event-stream", **named})


def event(data: Any) -> bytes:
    """One event: `data` as JSON, or as it is if it is a text."""
    return f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n".encode()


def chat(text: str, prompt: int = 9) -> Reply:
    """A whole answer in Chat Completions, to a prompt of so many tokens."""
    return _chat({"content": text}, "stop", prompt)


def chat_call(name: str, /, prompt: int = 9, **arguments: Any) -> Reply:
    """A call of a tool in Chat Completions."""
    return chat_calls((name, arguments), prompt=prompt)


def chat_calls(*calls: tuple[str, dict[str, Any]], prompt: int = 9) -> Reply:
    """Several, in one reply."""
    made = [
        {
            "index": index,
            "id": f"call_{index + 1}",
            "type": "function",
            "function": {"name": name, "arguments": json.dumps(arguments)},
        }
        for index, (name, arguments) in enumerate(calls)
    ]
    return _chat({"tool_calls": made}, "tool_calls", prompt)


def _chat(delta: dict[str, Any], finish: str, prompt: int) -> Reply:
    said = {"choices": [{"index": 0, "delta": {"role": "assistant", **delta}}]}
    usage = {"prompt_tokens": prompt, "completion_tokens": 3, "total_tokens": prompt + 3}
    end = {"choices": [{"index": 0, "delta": {}, "finish_reason": finish}], "usage": usage}
    return stream(event(said), event(end), event("[DONE]"))


def messages(text: str) -> Reply:
    """A whole answer in Messages."""
    delta = {"type": "text_delta", "text": text}
    return stream(
        event({"type": "message_start", "message": {"usage": {"input_tokens": 9}}}),
        event(
            {
                "type": "content_block_start",
                "index": 0,
                "content_block": {"type": "text", "text": ""},
            }
        ),
        event({"type": "content_block_delta", "index": 0, "delta": delta}),
        event({"type": "content_block_stop", "index": 0}),
        event(
            {
                "type": "message_delta",
                "delta": {"stop_reason": "end_turn"},
                "usage": {"output_tokens": 3},
            }
        ),
        event({"type": "message_stop"}),
    )


def responses(text: str) -> Reply:
    """A whole answer in Responses."""
    part = {"type": "output_text", "text": text, "annotations": []}
    item = {"type": "message", "id": "msg_1", "role": "assistant", "content": [part]}
    usage = {"input_tokens": 9, "output_tokens": 3, "total_tokens": 12}
    done = {"id": "resp_1", "status": "completed", "output": [item], "usage": usage}
    at = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    return stream(
        event({"type": "response.created", "response": {"id": "resp_1", "output": []}}),
        event(
            {
                "type": "response.output_item.added",
                "output_index": 0,
                "item": {**item, "content": []},
            }
        ),
        event({"type": "response.output_text.delta", **at, "delta": text}),
        event({"type": "response.output_item.done", "output_index": 0, "item": item}),
        event({"type": "response.completed", "response": done}),
    )


class Far:
    """A server for the length of a `with`."""

    def __init__(
        self,
        *replies: Reply,
        tls: ssl.SSLContext | None = None,
        facts: Mapping[str, Reply] | None = None,
    ) -> None:
        self.requests: list[Request] = []
        self.looks: list[Request] = []
        """What was only looked at, which `facts` answer by their path: all GETs, and what
        else goes there."""
        self.connections = 0
        self.stalled = threading.Event()
        """Set when a reply has begun to stall."""
        self.asked = threading.Event()
        """Set when a request has come."""
        self.left = threading.Event()
        """Set when a client has gone away in the middle of a reply."""
        self._replies = list(replies)
        self._facts = facts or {}
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.url = f"{'https' if tls else 'http'}://{self.address}"
        self._open: set[socket.socket] = set()

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for open_socket in (self._listener, *self._open):
            with suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        self._open.add(connection)
        try:
            with connection:
                self._talk(connection)
        except OSError:  # a client that hangs up, or does not like our certificate
            self.left.set()
        finally:
            self._open.discard(connection)

    def _talk(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        side = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
        with side, side.makefile("rb") as received:
            while received.peek(1)[:1].isupper():
                if not self._play(self._reply_to(_read(received)), side):
                    return
            side.sendall(b"HTTP/1.1 400 That is not HTTP\r\n\r\n")
            received.read1()

    def _reply_to(self, request: Request) -> Reply:
        if request.method == "GET" or request.path in self._facts:
            self.looks.append(request)
            return self._facts.get(request.path, refusal(404))
        self.requests.append(request)
        self.asked.set()
        return self._next()

    def _next(self) -> Reply:
        return self._replies.pop(0) if self._replies else refusal(418, "no reply is left")

    def _play(self, script: Reply, side: socket.socket) -> bool:
        """Whether the connection is still good for another request."""
        side.sendall(script.head)
        for step in script.steps:
            if isinstance(step, bytes):
                side.sendall(_chunk(step) if script.chunked else step)
            else:
                self._do(step, side)
                return False
        if script.chunked:
            side.sendall(b"0\r\n\r\n")
        return True

    def _do(self, act: Act, side: socket.socket) -> None:
        match act:
            case Act.RESET:
                side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            case Act.STALL:
                self.stalled.set()
                side.recv(1)
                self.left.set()
            case Act.HANG_UP:
                side.shutdown(socket.SHUT_RDWR)


def _read(received: BufferedReader) -> Request:
    line = received.readline().decode("latin-1").split()
    headers: dict[str, str] = {}
    while field := received.readline().strip().decode("latin-1"):
        name, _, value = field.partition(":")
        headers[name.lower()] = value.strip()
    body = received.read(int(headers.get("content-length", 0)))
    return Request(line[0], line[1], headers, body)


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"
