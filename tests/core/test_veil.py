"""Secrets are taken out of text in every form, however the text is cut."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncIterator
from itertools import pairwise
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from ownkey.core.message import Chunk, Delta, Draft, Origin, Result, Text, Thinking, ToolCall
from ownkey.core.veil import REDACTED, Flow, Veil
from ownkey.wire.pieces import veiled, veiled_events

KEY = "test-key/not+real=1"
OTHER = "test-key/not+real=1-and-more"
FORMS = [
    KEY,
    quote(KEY, safe=""),
    json.dumps(KEY)[1:-1].replace("/", "\\/"),
    b64encode(f"a{KEY}".encode()).decode()[2:26],
    KEY.encode().hex(),
]
VEIL = Veil([f"Bearer {KEY}", OTHER, "short"])
ORIGIN = Origin("wire", "host", "model")

TEXTS = st.lists(
    st.one_of(st.sampled_from([*FORMS, OTHER, "test-", "t", " "]), st.text(max_size=5)), max_size=8
).map("".join)


def test_every_form_is_hidden_and_words_are_not() -> None:
    for form in FORMS:
        assert VEIL(f"<{form}>") == f"<{REDACTED}>"
    assert VEIL("Bearer of short words") == "Bearer of short words"
    assert Veil()("anything") == "anything"


@given(TEXTS, st.lists(st.integers(0, 200), max_size=12))
def test_no_cut_lets_a_secret_through(text: str, cuts: list[int]) -> None:
    flow = Flow(VEIL)
    at = [0, *sorted(cuts), len(text)]
    pieces = [text[a:b] for a, b in pairwise(at)]
    shown = "".join(map(flow.feed, pieces)) + flow.close()
    assert not any(form in shown for form in FORMS)
    assert VEIL(shown) == shown
    if VEIL(text) == text:
        assert shown == text


def test_what_cannot_begin_a_secret_is_not_held_back() -> None:
    flow = Flow(VEIL)
    assert (flow.feed("Words."), flow.feed(" test"), flow.feed("s"), flow.close()) == (
        "Words.",
        " ",
        "tests",
        "",
    )


def test_structs_are_searched_and_kept_where_there_is_nothing() -> None:
    result = Result("1", "shell", (Text(f"a {KEY}"),), detail={KEY: [KEY, 1, None]})
    clean = Result("1", "shell", (Text("a"),))
    assert VEIL.deep(result) == Result(
        "1", "shell", (Text(f"a {REDACTED}"),), detail={REDACTED: [REDACTED, 1, None]}
    )
    assert VEIL.deep(clean) is clean


async def _chunks(*chunks: Chunk) -> AsyncIterator[Chunk]:
    for chunk in chunks:
        yield chunk


def test_the_parts_of_an_answer_are_held_back_each_for_itself() -> None:
    async def folded() -> Draft:
        draft = Draft(ORIGIN)
        async for chunk in veiled(_chunks(*given), VEIL):
            draft.add(chunk)
        return draft

    def _parts(half: str) -> list[Chunk]:
        call = ToolCall("1", "read", half, {"seal": "s"})
        return [Delta(0, Thinking(half)), Delta(1, Text(half, {"a": 1})), Delta(2, call)]

    given = [part for half in (KEY[:9], KEY[9:]) for part in _parts(half)]
    thinking, text, call = asyncio.run(folded()).message().content
    assert thinking == Thinking(REDACTED)
    assert text == Text(REDACTED, {"a": 1})
    assert isinstance(call, ToolCall)
    assert call.arguments == REDACTED


def test_what_is_held_back_of_an_answer_is_told_when_it_is_interrupted() -> None:
    async def told() -> str:
        draft, silent = Draft(ORIGIN), asyncio.Event()

        async def endless() -> AsyncIterator[Chunk]:
            yield Delta(0, Text("It goes on and te"))
            silent.set()
            await asyncio.Event().wait()

        async def listen() -> None:
            async for chunk in veiled(endless(), VEIL):
                draft.add(chunk)

        listening = asyncio.create_task(listen())
        await silent.wait()
        listening.cancel()
        await asyncio.wait([listening])
        assert listening.cancelled()
        (part,) = draft.message().content
        assert isinstance(part, Text)
        return part.text

    assert asyncio.run(told()) == "It goes on and te"


def test_a_secret_over_several_events_on_record_is_hidden_and_the_rest_stays() -> None:
    def event(text: str) -> str:
        return f"data: {json.dumps({'choices': [{'delta': {'content': text}}]})}\n\n"

    calm = event("Hel") + event("lo") + ": a comment\n\ndata: [DONE]\n\n"
    assert veiled_events(calm, VEIL) == calm
    told = veiled_events(event(f"a {KEY[:4]}") + event(f"{KEY[4:]} b") + calm, VEIL)
    assert KEY[4:] not in told
    assert json.loads(told.split("\n")[0][5:])["choices"][0]["delta"]["content"] == (
        f"a {REDACTED} bHello"
    )
