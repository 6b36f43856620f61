"""Conversations at once in one process, each with an agent and a client of its own.

`crowd.py URL COUNT TOKENS RATE` prints JSON: seconds of processor, of the clock, the delay in
seconds that 95 of 100 tokens do not exceed, and the MiB that the process has at most.

A token is due in its turn, `RATE` a second; its delay is against the one that came soonest.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from bench.stage import KEY
from ownkey.agent.calls import Caller
from ownkey.agent.loop import Agent
from ownkey.agent.prompt import SYSTEM
from ownkey.core.event import Answer, Event, Permission, Streaming
from ownkey.core.message import Text, User
from ownkey.core.model import Model
from ownkey.core.secret import Secret
from ownkey.tools import Context
from ownkey.tools.builtin import BUILTIN
from ownkey.wire.client import Client
from ownkey.wire.quirks import resolve


async def hold(url: str, cwd: Path, rate: int) -> list[float]:
    """How late each token came after its time, against the one that came soonest."""
    client = Client()
    offsets: list[float] = []
    words = 0

    def hear(event: Event) -> None:
        nonlocal words
        if isinstance(event, Streaming) and isinstance(event.part, Text):
            # What comes at once is as late as the oldest of it.
            offsets.append(time.monotonic() - words / rate)
            words += event.part.text.count("word")

    agent = Agent(
        _model(url),
        system=SYSTEM,
        stream=client.stream,
        caller=Caller(
            BUILTIN, Context(cwd, environment={}, spool=cwd), level="high", ask=_never, emit=hear
        ),
        emit=hear,
        session="bench",
    )
    ended = await agent.turn(User((Text("Go on."),)))
    if ended.error:
        raise RuntimeError(ended.error.what)
    await client.aclose()
    return [offset - min(offsets) for offset in offsets]


async def crowd(url: str, count: int, tokens: int, rate: int) -> dict[str, float]:
    scene = f"{url}/paced-{tokens}-{rate}/v1"
    with TemporaryDirectory() as folder:
        await hold(f"{url}/text-1/v1", Path(folder), rate)  # loads all that is needed
        worked, began = time.process_time(), time.monotonic()
        held = (hold(scene, Path(folder), rate) for _ in range(count))
        delays = [delay for one in await asyncio.gather(*held) for delay in one]
    unit = 1 if sys.platform == "darwin" else 1024
    return {
        "cpu": time.process_time() - worked,
        "wall": time.monotonic() - began,
        "delay": quantiles(delays, n=20)[-1],
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / (1 << 20),
    }


def _model(url: str) -> Model:
    return Model(
        id="bench",
        name="m",
        wire="generic-chat-completion-api",
        base_url=url,
        display_name="bench",
        key=Secret(KEY),
        window=2_000_000,
        quirks=resolve("generic-chat-completion-api", url, "m", {}),
    )


async def _never(permission: Permission) -> Answer:
    del permission
    return Answer("never")


if __name__ == "__main__":
    address, *numbers = sys.argv[1:]
    print(json.dumps(asyncio.run(crowd(address, *map(int, numbers)))))
