"""The tapes, and what decodes them: one for each way in which endpoints depart from the
documents, named for its wire and for the fact (wire-facts 1A, 1B, 1C, 1D, 6)."""

from __future__ import annotations

from pathlib import Path

from ownkey.core.errors import ProviderError
from ownkey.core.message import Assistant, Chunk, Draft
from ownkey.core.model import Model, Secret, WireName
from ownkey.wire import Decoder, sse
from ownkey.wire.request import wire_of

FOLDER = Path(__file__).parent / "tapes"
TAPES = {path.stem: path.read_bytes() for path in sorted(FOLDER.glob("*.sse"))}
WIRES: dict[str, WireName] = {
    "anthropic": "anthropic",
    "responses": "openai",
    "chat": "generic-chat-completion-api",
}
LIMIT = 1000
"""Tokens of output that were asked for."""


def model(name: str) -> Model:
    return Model(
        id="custom:Far-0",
        name="far-1",
        wire=WIRES[name.partition("-")[0]],
        base_url="http://127.0.0.1:9",
        display_name="Far",
        key=Secret("test-key-not-real-1"),
        max_output=LIMIT,
    )


def decoder(name: str) -> Decoder:
    asked = model(name)
    return wire_of(asked.wire).decoder(asked)


def chunks(decoding: Decoder, *pieces: bytes) -> list[Chunk]:
    events = sse.Events()
    payloads = [data for piece in pieces for data in events.feed(piece)] + events.close()
    return [chunk for data in payloads for chunk in decoding.feed(data)]


def decoded(name: str, *pieces: bytes) -> tuple[Assistant, bool] | tuple[str, str]:
    """The message and whether it has its end, or the error and what was said."""
    draft = Draft(model(name).origin)
    decoding = decoder(name)
    try:
        for chunk in chunks(decoding, *pieces):
            draft.add(chunk)
    except ProviderError as error:
        return type(error).__name__, error.said
    return draft.message(), decoding.complete


def payloads(name: str) -> list[bytes]:
    return sse.Events().feed(TAPES[name])
