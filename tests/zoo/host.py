"""What a provider's host does, as data, and the answers that follow from it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from msgspec.structs import replace

from ownkey.core.model import WireName
from ownkey.doctor.exam import SYSTEM
from ownkey.rehearsal import http
from ownkey.rehearsal.cache import Cache, cache, tokens
from ownkey.rehearsal.conversation import Turn
from ownkey.rehearsal.formats import Format, Refused
from ownkey.rehearsal.formats.chat import Chat
from ownkey.rehearsal.formats.messages import Messages
from ownkey.rehearsal.formats.responses import Responses
from ownkey.rehearsal.script import coder
from tests.doctor.examinee import examinee
from tests.zoo.accents import Accent
from tests.zoo.demands import Demand

KEY = "test-key-not-real-1"

Json = dict[str, Any]
Headers = Mapping[str, str]

MESSAGES: WireName = "anthropic"
RESPONSES: WireName = "openai"
CHAT: WireName = "generic-chat-completion-api"

FORMATS: dict[WireName, type[Format]] = {MESSAGES: Messages, RESPONSES: Responses, CHAT: Chat}


class Refusal(NamedTuple):
    """An answer that is an error. `{model}`, `{path}`, `{field}` and `{words}` in its texts
    are filled in."""

    status: int
    body: Any


class Answer(NamedTuple):
    status: int
    kind: str
    """Its content type."""
    pieces: tuple[bytes, ...] = ()
    headers: Mapping[str, str] = {}
    then: Literal["end", "hangup", "silence"] = "end"
    """How it ends: properly, in the middle, or not at all."""


NOT_FOUND = Refusal(404, {"error": {"message": "Not Found: {path}", "type": "not_found"}})
REJECTED = Refusal(
    400,
    {"error": {"message": "{words}", "type": "invalid_request_error", "param": None, "code": None}},
)


class Host(NamedTuple):
    """One preset's far side. What its documents do not say is as at OpenAI."""

    preset: str
    doors: Mapping[str, WireName]
    """The paths that it serves, and the format of each."""
    refused: Refusal
    """To a wrong key."""
    unknown: Refusal
    """To a model that it does not have."""
    models: str = ""
    """The path of its list of models; empty: it has none."""
    row: Callable[[str], Json] = lambda name: {"id": name, "object": "model", "owned_by": "zoo"}
    """A model in that list."""
    bare: bool = False
    """Whether the list stands by itself and not under `data`."""
    missing: Refusal = NOT_FOUND
    """To any other path."""
    header: str = "authorization"
    """Where the key must be; empty: no key is asked for."""
    refuses: str = ""
    """Fields of the format that it does not take, separated by spaces."""
    unsupported: Refusal = REJECTED
    """To a field of `refuses`."""
    takes: str = ""
    """Fields of its own at the top of a request."""
    counts_unasked: bool = False
    """Chat: whether it sends the usage without `stream_options`."""
    memory: str = "reasoning_content"
    """Chat: the field in which reasoning comes, and may come back."""
    demands: tuple[Demand, ...] = ()
    accents: tuple[Accent, ...] = ()
    comment: bytes = b""
    """What it sends to keep the line open before it answers."""
    facts: Mapping[str, Any] = {}
    """Other documents, by their path."""
    note: str = ""
    """Where this is known from."""


class Door:
    """A host that is open, with what it was asked."""

    def __init__(self, host: Host, *models: str) -> None:
        self.host = host
        self.models = models
        self.asked: list[Json] = []
        """The requests that were answered."""
        self.refused: list[str] = []
        """Why others were not."""
        self._caches: dict[WireName, Cache] = {
            wire: cache(form.caching, time.monotonic) for wire, form in FORMATS.items()
        }

    def answer(self, request: http.Request) -> Answer:
        host, path = self.host, request.path
        if path in host.facts:
            return _document(200, host.facts[path])
        wire = host.doors.get(path)
        if path != host.models and (wire is None or request.method != "POST"):
            return self._refuse(host.missing, path=f"{request.method} {path}")
        if not self._knows(request.headers):
            return self._refuse(host.refused)
        if wire is None:
            return _document(200, self._listed())
        return self._converse(wire, json.loads(request.body), request.headers)

    def _knows(self, headers: Headers) -> bool:
        given = headers.get(self.host.header, "").removeprefix("Bearer ")
        return not self.host.header or given == KEY

    def _listed(self) -> Any:
        rows = [self.host.row(name) for name in self.models]
        return rows if self.host.bare else {"object": "list", "data": rows}

    def _converse(self, wire: WireName, body: Json, headers: Headers) -> Answer:
        host = self.host
        if not all(isinstance(message, dict) for message in body.get("messages", ())):
            return self._refuse(REJECTED, words="messages: not a list of messages")
        if body["model"] not in self.models:
            return self._refuse(host.unknown, model=body["model"])
        for field in host.refuses.split():
            if field in body:
                return self._refuse(host.unsupported, field=field, words=f"Unknown field: {field}")
        for demand in host.demands:
            if wrong := demand(body):
                return self._refuse(host.unsupported, field="messages", words=wrong)
        try:
            form = FORMATS[wire](self._tame(body), strict=True)
        except Refused as refused:
            return self._refuse(REJECTED, words=refused.problem.message)
        self.asked.append(body)
        return Answer(200, "text/event-stream", tuple(self._said(wire, form)))

    def _tame(self, body: Json) -> Json:
        """The request in words that the format knows."""
        own = self.host.takes.split()
        tamed = {name: value for name, value in body.items() if name not in own}
        if "messages" in body:
            tamed["messages"] = [self._plain(message) for message in body["messages"]]
        if self.host.counts_unasked:
            tamed["stream_options"] = {"include_usage": True}
        return tamed

    def _plain(self, message: Json) -> Json:
        plain = _without(message, self.host.memory)
        if self.host.memory in message:
            plain["reasoning_content"] = _text(message[self.host.memory])
        if "tool_calls" in plain:
            calls = [_without(call, "extra_content") for call in plain["tool_calls"]]
            plain["tool_calls"] = calls
        return plain

    def _said(self, wire: WireName, form: Format) -> list[bytes]:
        number = len(self.asked)
        examined = form.conversation.system.startswith(SYSTEM)
        turn = (examinee if examined else coder)(form.conversation)
        calls = tuple(
            call.__class__(call.name, call.arguments, f"call_{number}_{index}")
            for index, call in enumerate(turn.calls)
        )
        turn = Turn(turn.thinking if form.reasons else "", turn.text, calls)
        bill = self._caches[wire].settle(form.scope, form.segments)
        bill = replace(bill, output=tokens(len(turn.thinking) + len(turn.text)) + 8 * len(calls))
        events = [_Event.of(data) for data in form.stream(turn, bill, number)]
        for accent in self.host.accents:
            events = [event for one in events for event in _spoken(one, accent)]
        return [self.host.comment, *(event.data for event in events)]

    def _refuse(self, refusal: Refusal, **names: str) -> Answer:
        text = json.dumps(refusal.body)
        for name, value in names.items():
            text = text.replace(f"{{{name}}}", json.dumps(value)[1:-1])
        self.refused.append(text)
        return Answer(refusal.status, "application/json", (text.encode(),))


class _Event(NamedTuple):
    data: bytes
    label: bytes
    said: Json | None
    """None: no JSON (`[DONE]`)."""

    @classmethod
    def of(cls, data: bytes) -> _Event:
        label, _, payload = data.rpartition(b"data: ")
        said = json.loads(payload) if payload.startswith(b"{") else None
        return cls(data, label, said)


def _spoken(event: _Event, accent: Accent) -> list[_Event]:
    if event.said is None:
        return [event]
    return [
        _Event(event.label + b"data: " + json.dumps(said).encode() + b"\n\n", event.label, said)
        for said in accent(event.said)
    ]


def _document(status: int, value: Any) -> Answer:
    return Answer(status, "application/json", (json.dumps(value).encode(),))


def _without(fields: Json, name: str) -> Json:
    return {key: value for key, value in fields.items() if key != name}


def _text(memory: Any) -> str:
    """Reasoning that came back, as a text or as OpenRouter's details."""
    if isinstance(memory, str):
        return memory
    return "".join(detail.get("text", "") for detail in memory)
