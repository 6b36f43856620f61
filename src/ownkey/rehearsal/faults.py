"""What can go wrong on demand: each fault a row, named, on all requests or on some.

rate-limit         every request
rate-limit@1       the first
cut@2-4            the second to the fourth
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from ownkey.rehearsal.formats import Format, Problem, event


class Refusal(msgspec.Struct, frozen=True):
    """An answer in the format's own error shape."""

    problem: Problem
    only_with: str = ""
    """Only requests that carry this top-level field are refused."""


class Page(msgspec.Struct, frozen=True):
    """An answer that is no API's."""

    status: int
    kind: str
    """Its content type."""
    body: bytes


class Mishap(msgspec.Struct, frozen=True):
    """An answer that begins well: the first half of its events, then this."""

    then: Literal["end", "error", "garbage", "silence", "hangup"]


class Reset(msgspec.Struct, frozen=True):
    """The connection is torn down before a byte of answer."""


class Slow(msgspec.Struct, frozen=True):
    """A whole answer, with so many seconds before each event."""

    pace: float


What = Refusal | Page | Mishap | Reset | Slow

HTML = b"<!doctype html><html><head><title>Welcome</title></head><body>Sign in</body></html>"

FAULTS: dict[str, What] = {
    "refuse-key": Refusal(
        Problem(401, "Incorrect API key provided.", "invalid_api_key", "invalid x-api-key")
    ),
    "out-of-credit": Refusal(Problem(402, "Your credit balance is too low.", "insufficient_quota")),
    "no-access": Refusal(
        Problem(403, "Your key has no access to this model.", "model_not_allowed")
    ),
    "unknown-model": Refusal(
        Problem(404, "The model does not exist.", "model_not_found", "model: no such model")
    ),
    "wrong-path": Page(404, "text/html", HTML),
    "rate-limit": Refusal(
        Problem(429, "Rate limit reached.", "rate_limit_exceeded", headers={"retry-after": "1"})
    ),
    "quota": Refusal(Problem(429, "You exceeded your current quota.", "insufficient_quota")),
    "overloaded": Refusal(Problem(529, "Overloaded")),
    "server-error": Refusal(Problem(500, "The server had an error.", "server_error")),
    "no-tools": Refusal(
        Problem(400, "This model does not support tools.", "unsupported_parameter"), "tools"
    ),
    "no-stream-options": Refusal(
        Problem(400, "Unknown parameter: 'stream_options'.", "unknown_parameter"),
        "stream_options",
    ),
    "too-long": Refusal(
        Problem(
            400,
            "This model's maximum context length is 200000 tokens. However, your messages "
            "resulted in 213462 tokens.",
            "context_length_exceeded",
            "prompt is too long: 213462 tokens > 200000 maximum",
        )
    ),
    "html": Page(200, "text/html", HTML),
    "json-error": Page(
        200, "application/json", b'{"error":{"message":"Provider returned error","code":502}}'
    ),
    "reset": Reset(),
    "cut": Mishap("end"),
    "drop": Mishap("hangup"),
    "malformed": Mishap("garbage"),
    "stall": Mishap("silence"),
    "error-in-stream": Mishap("error"),
    "slow": Slow(0.2),
}

IN_STREAM = Problem(529, "Overloaded", "server_is_overloaded")


class Fault(msgspec.Struct, frozen=True):
    """`what` happens to the requests numbered `first` to `last`, counted from 1."""

    what: What
    first: int = 1
    last: float = float("inf")

    @classmethod
    def parse(cls, text: str) -> Fault:
        """`NAME`, `NAME@N` or `NAME@N-M`. Raises ValueError, saying what there is."""
        name, _, span = text.partition("@")
        if name not in FAULTS:
            raise ValueError(f"no fault is called {name!r}; there are: {', '.join(FAULTS)}")
        if not span:
            return cls(FAULTS[name])
        first, _, last = span.partition("-")
        return cls(FAULTS[name], int(first), int(last or first))

    def strikes(self, number: int, body: Mapping[str, Any]) -> bool:
        needs = self.what.only_with if isinstance(self.what, Refusal) else ""
        return self.first <= number <= self.last and (not needs or bool(body.get(needs)))


def broken(mishap: Mishap, events: Sequence[bytes], form: Format) -> list[bytes]:
    """The events that still come out."""
    half = list(events[: len(events) // 2])
    if mishap.then == "error":
        half.append(form.failure(IN_STREAM))
    if mishap.then == "garbage":
        half.append(event('{"type": "content_block_de'))
    return half
