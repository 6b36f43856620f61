"""The smallest question to a model: whether it answers at all, and what that costs."""

from __future__ import annotations

from msgspec.structs import replace

from ownkey.core.message import Text, Usage, User
from ownkey.core.model import Model, Prompt, Spec
from ownkey.doctor.exam import PATIENCE
from ownkey.money.bill import bill
from ownkey.wire.client import Client

SMALLEST = Usage(input=20, output=16)
"""Tokens that a question of one word takes at most; OpenAI allows no less to be asked for."""


TOOL = Usage(input=100)
"""What each tool takes beside it."""


async def ask(client: Client, model: Model, *tools: Spec) -> None:
    """One word of it. Raises `ProviderError` where it does not answer."""
    prompt = Prompt(system="Say OK.", messages=(User((Text("OK?"),)),), tools=tools)
    bounded = replace(model, max_output=SMALLEST.output, idle=min(model.idle, PATIENCE))
    async with client.stream(bounded, prompt) as chunks:
        async for _ in chunks:
            pass


def price(model: Model, *tools: Spec) -> str:
    """What that costs, to be said before."""
    usage = sum((TOOL for _ in tools), SMALLEST)
    cost = bill(usage, model.price)
    if cost is None:
        some = usage.prompt + usage.output
        return f"{model.name} is asked for one word: an unknown price for some {some} tokens."
    told = f"at most ${cost.total:f}" if cost.total else "that is free"
    return f"{model.name} is asked for one word: {told}."
