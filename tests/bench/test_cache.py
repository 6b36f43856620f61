"""The bench of the cache: its sums hold, and a short conversation agrees with a count by hand."""

from __future__ import annotations

import asyncio
from itertools import islice
from pathlib import Path
from typing import Any

from bench.cache import billed, cacheable, rows
from bench.conversation import hold, long_task
from bench.tables import put
from ownkey.rehearsal.cache import Bill

SYSTEM = "x" * 8_000
"""Some 2,000 tokens: above the least that is cached."""


def body(*messages: str, marked: bool) -> dict[str, Any]:
    mark = {"cache_control": {"type": "ephemeral"}} if marked else {}
    texts: list[dict[str, Any]] = [
        {"role": role, "content": [{"type": "text", "text": text}]}
        for role, text in zip(("user", "assistant") * 9, messages, strict=False)
    ]
    texts[-1]["content"][0] |= mark
    return {
        "model": "m",
        "max_tokens": 9,
        "stream": True,
        "system": [{"type": "text", "text": SYSTEM}],
        "tools": [],
        "messages": texts,
    }


def test_a_short_conversation_is_billed_as_by_hand() -> None:
    # By hand: each block is its canonical JSON with its place before it,
    # ["system",{"text":"…","type":"text"}] = 8,036 bytes, ["user",{"text":"abcd",…}] = 38,
    # ["assistant",…] = 43; four bytes are a token, rounded up over the whole.
    first = body("abcd", marked=True)
    second = body("abcd", "abcd", "abcd", marked=True)
    bills = list(billed([first, second]))
    whole = -(-(8_036 + 38) // 4)
    longer = -(-(8_036 + 38 + 43 + 38) // 4)
    assert bills == [
        Bill(uncached=0, write=whole),
        Bill(uncached=0, read=whole, write=longer - whole),
    ]
    assert cacheable([first, second], bills) == whole


def test_without_markers_nothing_is_read() -> None:
    bodies = [body("abcd", marked=False), body("abcd", "abcd", "abcd", marked=False)]
    assert all(bill.read == bill.write == 0 for bill in billed(bodies))


def test_all_clients_are_billed_for_the_same_tokens_and_none_reads_more(tmp_path: Path) -> None:
    script, prompts = long_task(tmp_path)
    held = asyncio.run(hold(script, islice(prompts, 6), tmp_path, "anthropic"))
    made = {row.name: row for row in rows(held.bodies)}
    ours = made["ownkey"]
    for row in made.values():
        assert row.uncached + row.read + row.written == row.prompt
    same = {row.prompt for name, row in made.items() if "time of day" not in name}
    assert same == {ours.prompt}
    assert ours.read == max(row.read for row in made.values())
    assert ours.read == cacheable(held.bodies, ours.bills)


def test_a_table_is_put_between_its_marks_alone() -> None:
    text = "before\n<!-- a -->\nold\n<!-- /a -->\nafter\n"
    assert put(text, "a", iter(["new"])) == "before\n<!-- a -->\nnew\n<!-- /a -->\nafter\n"
