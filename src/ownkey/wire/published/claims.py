"""What an endpoint says of a model: asked of its list of models; of Ollama, of the model."""

from __future__ import annotations

import asyncio
import re
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

from ownkey.core.figure import Claims
from ownkey.core.model import Model
from ownkey.wire import address, loose
from ownkey.wire.published import card, look
from ownkey.wire.refusals import refusal

PATIENCE = 5.0
"""Seconds for all the questions: a list may be long."""

NUM_CTX = re.compile(r"^num_ctx\s+(\d{1,9})\s*$", re.MULTILINE)
"""A line of what a Modelfile sets (docs.ollama.com/modelfile, "PARAMETER")."""


async def ask(sender: look.Sender, model: Model, *, near: bool) -> Claims | None:
    """What the endpoint says of this model. None: nothing, or not in time. `near`: it may be
    an Ollama."""
    try:
        async with asyncio.timeout(PATIENCE):
            return (
                await _named(sender, model)
                or await _listed(sender, model)
                or (await _shown_by_ollama(sender, model) if near else None)
            )
    except TimeoutError:
        return None


def read(document: Any, name: str, source: str) -> Claims | None:
    """The claims about `name` in a list of models, that stands by itself or as `data`."""
    return _claimed(look.row(look.entries(document), name), source)


async def _named(sender: look.Sender, model: Model) -> Claims | None:
    """Anthropic knows a model by its short name too, which its list does not have, and lists
    them by twenties (docs.claude.com, "Get a Model")."""
    if model.wire != "anthropic":
        return None
    listed = urlsplit(address.endpoint(model.wire, model.base_url, "/models"))
    name = quote(model.name, safe="", errors="replace")
    url = listed._replace(path=f"{listed.path}/{name}").geturl()
    row = loose.table(await look.document(sender, model, url))
    return _claimed(row, _shown(url, model)) if "id" in row else None


async def _listed(sender: look.Sender, model: Model) -> Claims | None:
    url, document = await look.listed(sender, model)
    return read(document, model.name, _shown(url, model)) if document is not None else None


async def _shown_by_ollama(sender: look.Sender, model: Model) -> Claims | None:
    """Its list names the models alone, and its page of one has what this can, and what it was
    made for: not what is loaded (docs.ollama.com/api, "Show Model Details")."""
    origin = urlsplit(address.endpoint(model.wire, model.base_url, "/models"))
    version = origin._replace(path="/api/version", query="").geturl()
    if "version" not in loose.table(await look.document(sender, model, version)):
        return None
    url = origin._replace(path="/api/show", query="").geturl()
    question = msgspec.json.encode({"model": model.name})
    told = loose.table(await look.document(sender, model, url, question))
    row = {"capabilities": told.get("capabilities"), "context_length": _length(told)}
    return _claimed(row, _shown(url, model))


def _length(told: dict[str, Any]) -> int | None:
    """What the model is set to read; on Ollama's cloud, which `remote_host` tells, all that it
    was made for."""
    if told.get("remote_host"):
        facts = loose.table(told.get("model_info")).items()
        return next((value for name, value in facts if name.endswith(".context_length")), None)
    found = NUM_CTX.search(loose.text(told.get("parameters")))
    return int(found[1]) if found else None


def _claimed(row: dict[str, Any], source: str) -> Claims | None:
    bare = Claims(source=source)
    claims = card.read(row, bare)
    return None if claims == bare else claims


def _shown(url: str, model: Model) -> str:
    return refusal.veiled(refusal.shown(url), model)
