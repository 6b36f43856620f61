"""How long a context a server really reads: asked of the server itself.

Local servers load models with a window far below what the model was trained for, and cut
what does not fit without a word (wire-facts 6.38).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from ownkey.core.model import Model
from ownkey.wire import address, loose
from ownkey.wire.published import look
from ownkey.wire.refusals import refusal

SMALL = 32_768
"""Tokens below which coding work does not fit: the tools' results alone fill it."""

PATIENCE = 2.0
"""Seconds for all the questions: they are asked of a machine nearby."""


class Window(NamedTuple):
    tokens: int
    """0: the model is not loaded yet, so there is none."""
    source: str
    """The address that said so."""
    cure: str
    """How to have a larger one."""


class Server(NamedTuple):
    """A kind of server, and where it says what it has loaded."""

    path: str
    """From the root of its origin; empty: the list of models of the wire format."""
    tokens: Callable[[Any, str], int | None]
    """Out of the document there, for a model of this name. None: it is not said there."""
    cure: str


def _of_list(document: Any, name: str) -> int | None:
    return _count(look.row(loose.table(document).get("data"), name).get("max_model_len"))


def _of_props(document: Any, name: str) -> int | None:
    del name
    settings = loose.table(loose.table(document).get("default_generation_settings"))
    return _count(settings.get("n_ctx"))


def _of_loaded(document: Any, name: str) -> int | None:
    loaded = loose.table(document).get("models")
    if not isinstance(loaded, list):
        return None
    row = look.row(loaded, name)
    return _count(row.get("context_length")) if row else 0


def _of_studio(document: Any, name: str) -> int | None:
    return _count(look.row(loose.table(document).get("data"), name).get("loaded_context_length"))


SERVERS = (
    # vLLM and SGLang (docs.vllm.ai, "OpenAI-Compatible Server")
    Server("", _of_list, "start the server with a larger --max-model-len"),
    # llama.cpp (tools/server/README.md, "GET /props"): of one slot
    Server("/props", _of_props, f"start llama-server with -c {SMALL} for each --parallel slot"),
    # Ollama (docs/api.md, "List Running Models"): only once the model is loaded
    Server("/api/ps", _of_loaded, f"start it with OLLAMA_CONTEXT_LENGTH={SMALL} ollama serve"),
    # LM Studio (lmstudio.ai/docs, "REST API v0")
    Server(
        "/api/v0/models", _of_studio, f"load it with lms load {{model}} --context-length {SMALL}"
    ),
)


async def ask(sender: look.Sender, model: Model) -> Window | None:
    """The window that the endpoint says it has for this model. None: it does not say.
    Never raises for what the endpoint does; a redirect is no answer."""
    try:
        async with asyncio.timeout(PATIENCE):
            for server in SERVERS:
                url = _url(model, server)
                tokens = server.tokens(await look.document(sender, model, url), model.name)
                if tokens is not None:
                    cure = server.cure.format(model=model.name)
                    return Window(tokens, refusal.veiled(refusal.shown(url), model), cure)
    except TimeoutError:
        pass
    return None


def warning(window: Window, model: Model) -> str | None:
    """Word of a window that is too small to work in."""
    if window.tokens == 0 or window.tokens >= SMALL:
        return None
    return (
        f"{model.display_name} reads only {window.tokens} tokens of context, says"
        f" {window.source}: it will forget the beginning of its task. To change that,"
        f" {window.cure}; or write contextWindow into {model.source or 'its entry'} if you"
        " know better."
    )


def _url(model: Model, server: Server) -> str:
    listed = address.endpoint(model.wire, model.base_url, "/models")
    if not server.path:
        return listed
    return urlsplit(listed)._replace(path=server.path).geturl()


def _count(value: Any) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and value > 0 else None
