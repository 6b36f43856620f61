"""What an endpoint says of a model, asked of its list of models; of Ollama, of the model."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

from ownkey.core import origin
from ownkey.core.figure import Claims
from ownkey.core.model import Model
from ownkey.wire import address, card, loose, page, refusal
from ownkey.wire.page import Sender

PATIENCE = 5.0
"""Seconds for all the questions."""

NUM_CTX = re.compile(r"^num_ctx\s+(\d{1,9})\s*$", re.MULTILINE)
"""A line of what a Modelfile sets (docs.ollama.com/modelfile, "PARAMETER")."""


async def ask(sender: Sender, model: Model, today: date) -> tuple[Claims, ...]:
    """What is said of this model and by which page, the best first. Never raises for what
    the endpoint does."""
    found: list[Claims] = []
    try:
        async with asyncio.timeout(PATIENCE):
            async for url, row in _rows(sender, model):
                bare = Claims(source=refusal.veiled(refusal.shown(url), model), on=today)
                said = card.read(row, bare)
                if said != bare:
                    found.append(said)
    except TimeoutError:
        pass
    return tuple(found)


async def _rows(sender: Sender, model: Model) -> AsyncIterator[tuple[str, Any]]:
    listed = address.endpoint(model.wire, model.base_url, "/models")
    if model.wire == "anthropic":
        # By its short name, which the list does not have (docs.claude.com, "Get a Model").
        url = _below(listed, quote(model.name, safe="", errors="replace"))
        one = loose.table(await page.fetch(sender, model, url))
        if "id" in one:
            yield url, one
            return
    for url in filter(None, (listed, address.sibling(model.wire, listed, "/models"))):
        document = await page.fetch(sender, model, url)
        if document is not None:
            yield url, _row(document, model.name)
            break
    if origin.is_near(model.base_url):
        url = urlsplit(listed)._replace(path="/api/show", query="").geturl()
        yield url, await _shown(sender, model, url)


def _row(document: Any, name: str) -> Any:
    """Together sends a bare list, all others one inside of an object."""
    table = loose.table(document)
    return page.row(table.get("data") or table.get("models") or document, name)


def _below(url: str, name: str) -> str:
    parts = urlsplit(url)
    return parts._replace(path=f"{parts.path}/{name}").geturl()


async def _shown(sender: Sender, model: Model, url: str) -> Any:
    """Ollama's own page of a model (docs.ollama.com/api, "Show model details"), as a row.

    Where it runs the model itself, the length that this was trained for says nothing of
    what is loaded; on its cloud, which `remote_host` tells, there is nothing else.
    """
    version = _below(url.removesuffix("/show"), "version")
    if "version" not in loose.table(await page.fetch(sender, model, version)):
        return {}
    body = msgspec.json.encode({"model": model.name})
    told = loose.table(await page.fetch(sender, model, url, body))
    return {"capabilities": told.get("capabilities"), "context_length": _length(told)}


def _length(told: dict[str, Any]) -> int | None:
    if told.get("remote_host"):
        facts = loose.table(told.get("model_info")).items()
        return next((value for name, value in facts if name.endswith(".context_length")), None)
    found = NUM_CTX.search(loose.text(told.get("parameters")))
    return int(found[1]) if found else None
