"""What the ledger adds up to is what the far side charges, whatever happens in between."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ownkey.core.call import Call
from ownkey.core.model import WireName
from ownkey.money.bill import bill
from ownkey.rehearsal import Rehearsal
from tests.money.talk import Step, Talk, coder

steps: st.SearchStrategy[Step] = st.one_of(
    st.tuples(st.just("say"), st.integers(0, 30)),
    st.tuples(st.just("switch"), st.sampled_from(get_args(WireName))),
    st.tuples(
        st.just("fault"), st.sampled_from(["cut", "drop", "overloaded", "rate-limit", "reset"])
    ),
    st.tuples(st.just("abort"), st.integers(0, 30)),
    st.tuples(st.just("compact"), st.sampled_from(["", "the parts"])),
)


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(steps, min_size=2, max_size=8))
def test_the_ledger_adds_up_to_what_the_far_side_charges(
    tmp_path: Path, conversation: list[Step]
) -> None:
    async def talk() -> tuple[list[Call], list[Decimal]]:
        async with Rehearsal(coder) as far:
            made = Talk(far, tmp_path)
            try:
                for step in conversation:
                    await made.take(step)
            finally:
                await made.aclose()
            return made.calls, list(made.expected())

    calls, charged = asyncio.run(talk())
    bills = [bill(call.usage, call.price) for call in calls]
    assert all(one is not None for one in bills)
    spent = sum((one.total for one in bills if one), Decimal(0))
    assert spent * 1_000_000 == sum(charged, Decimal(0))
