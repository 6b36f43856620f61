"""Models that servers on this machine have: found by asking where such servers usually are."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from ownkey.core.model import Model
from ownkey.core.origin import absolute, host_of, is_loopback
from ownkey.core.secret import Secret
from ownkey.wire import quirks
from ownkey.wire.published import look

PATIENCE = 0.3
"""Seconds for a server to list what it has: nobody is to wait for one that is not there."""

NAMED = 5.0
"""Seconds for one that the person names: it is there, and may be busy."""

VARIABLE = "OWNKEY_LOCAL_SERVERS"
"""Other addresses to look at, separated by commas; empty: none."""


class Server(NamedTuple):
    """Where a kind of server usually listens. All list their models as OpenAI does."""

    name: str
    address: str
    variable: str = ""
    """The environment variable in which its own users write another address."""
    patience: float = PATIENCE


SERVERS = (
    # docs.ollama.com/faq, "How can I expose Ollama on my network?"
    Server("Ollama", "127.0.0.1:11434", "OLLAMA_HOST"),
    # lmstudio.ai/docs/developer/core/server
    Server("LM Studio", "127.0.0.1:1234"),
    # github.com/ggml-org/llama.cpp, tools/server/README.md, "--port"
    Server("llama.cpp", "127.0.0.1:8080"),
    # docs.vllm.ai, "OpenAI-Compatible Server"
    Server("vLLM", "127.0.0.1:8000"),
)

EVERYWHERE = "0." * 3 + "0"

OTHER_WORK = re.compile(r"embed|rerank|whisper|tts", re.IGNORECASE)
"""In the names of models that do not converse."""


async def listening(environ: Mapping[str, str]) -> tuple[Server, ...]:
    """Those at whose address something listens."""
    servers = tuple(_servers(environ))
    there = await asyncio.gather(*map(_listens, servers))
    return tuple(server for server, is_there in zip(servers, there, strict=True) if is_there)


async def found(sender: look.Sender, servers: Iterable[Server]) -> tuple[Model, ...]:
    """The models of all servers that answer in time, without any key. Never raises for what
    answers there, which may be something else."""
    listed = await asyncio.gather(*(_listed(sender, server) for server in servers))
    return tuple(model for models in listed for model in models)


def _servers(environ: Mapping[str, str]) -> Iterator[Server]:
    if VARIABLE in environ:
        said = (one.strip() for one in environ[VARIABLE].split(","))
        yield from (Server(host_of(absolute(one)), one, patience=NAMED) for one in said if one)
        return
    for server in SERVERS:
        own = environ.get(server.variable, "").strip() if server.variable else ""
        yield server._replace(address=_reachable(own), patience=NAMED) if own else server


def _reachable(address: str) -> str:
    """Ollama's variable says where it listens, too: everywhere is also here."""
    return address.replace(EVERYWHERE, "127.0.0.1")


async def _listens(server: Server) -> bool:
    parts = urlsplit(absolute(server.address))
    try:
        async with asyncio.timeout(server.patience):
            _, writer = await asyncio.open_connection(parts.hostname, parts.port)
    except (OSError, TimeoutError, ValueError):
        return False
    writer.close()
    return True


async def _listed(sender: look.Sender, server: Server) -> tuple[Model, ...]:
    base = f"{absolute(server.address).rstrip('/').removesuffix('/v1')}/v1"
    here = "" if is_loopback(base) else f" at {host_of(base)}"
    try:
        async with asyncio.timeout(server.patience):
            _, document = await look.listed(sender, _model(base, "any", server.name))
    except TimeoutError:
        return ()
    names = (name for name in look.ids(document) if not OTHER_WORK.search(name))
    return tuple(_model(base, name, f"{server.name}{here}") for name in names)


def _model(base: str, name: str, server: str) -> Model:
    return Model(
        id=name,
        name=name,
        wire="generic-chat-completion-api",
        base_url=base,
        display_name=f"{server} {name.rpartition('/')[2]}",
        key=Secret(""),
        quirks=quirks.resolve("generic-chat-completion-api", base, name, {}),
    )
