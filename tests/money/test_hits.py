"""A long conversation with many calls is read from the cache, all but what is new in it."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest

from ownkey.core.model import WireName
from ownkey.rehearsal import Rehearsal
from ownkey.rehearsal.cache import Bill
from tests.money.talk import Talk, coder

TURNS = 50
MOST = 40
"""Calls in one turn: twice the blocks that the strict cache looks back over."""

HIT = 0.999
"""Of what the last request has made cacheable; automatic caches match in steps."""


def bills(wire: WireName, cwd: Path) -> list[Bill]:
    async def talk() -> list[Bill]:
        async with Rehearsal(coder) as far:
            made = Talk(far, cwd)
            await made.take(("switch", wire))
            for turn in range(TURNS):
                await made.take(("say", turn * 7 % (MOST + 1)))
            await made.aclose()
            assert all(call.miss is None for call in made.calls)
            return far.bills

    return asyncio.run(talk())


@pytest.mark.parametrize("wire", get_args(WireName))
def test_what_could_be_read_from_the_cache_is_read_from_it(wire: WireName, tmp_path: Path) -> None:
    made = bills(wire, tmp_path)
    cacheable = sum(before.prompt for before, _ in pairwise(made))
    read = sum(now.read for _, now in pairwise(made))
    assert len(made) == 2 * TURNS - sum(turn * 7 % (MOST + 1) == 0 for turn in range(TURNS))
    assert read / cacheable >= HIT
