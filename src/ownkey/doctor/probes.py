"""The checks of what a model can do, each a question or two and what the answer shows."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Awaitable, Callable
from secrets import token_hex
from typing import Any, NamedTuple

from msgspec.structs import replace

from ownkey.core.errors import ProviderError, UnknownModel
from ownkey.core.message import Assistant, Image, Result, Text, Thinking, Usage, User
from ownkey.core.model import Model, WireName
from ownkey.doctor.exam import LOOK_UP, Exam, Heard, user
from ownkey.doctor.finding import Finding, Verdict, failed, tells, unable

Check = Callable[[Exam], Awaitable[Finding]]


class Probe(NamedTuple):
    name: str
    check: Check
    uses: Usage
    """About what it takes, for the price that is told before."""
    needs: tuple[str, ...] = ()
    """Checks without which it says nothing."""
    prefixes: int = 0
    """How often it sends, besides, a prompt that is long enough for a cache."""

    def takes(self, model: Model) -> Usage:
        """About what it takes of this model."""
        return self.uses + Usage(input=self.prefixes * _cacheable(model))


ASKED = user("Look up the word `tern` with the tool look_up, then tell me what it says.")
MEANING = "marigold-7"
"""What the dictionary says: nothing that a model would make up."""

COUNT = user("Write the numbers from 1 to 60, separated by spaces, and nothing else.")


async def answer(exam: Exam) -> Finding:
    """One question without anything, which also times the endpoint."""
    heard = exam.plain = await exam.ask(COUNT)
    if heard.error:
        return failed("answer", heard.error)
    if not _message(heard).text.strip():
        return Finding(
            check="answer",
            verdict="no",
            saw="an answer without a word in it",
            means="The model answers, but says nothing.",
            cure=f'Write a larger "maxOutputTokens" or another "reasoningEffort" into'
            f" {_entry(exam)}.",
            grave=True,
        )
    saw = f"first word after {heard.first:.2f} s"
    return Finding(check="answer", verdict="ok", saw=f"{saw}{_rate(heard)}")


def _rate(heard: Heard) -> str:
    speed = rate(heard)
    return f", then {speed:.0f} tokens/s" if speed else ""


def rate(heard: Heard) -> float | None:
    """Tokens a second, once the first had come. None: that cannot be told."""
    written = heard.message.usage.output if heard.message else 0
    took = heard.seconds - heard.first
    return written / took if written and took > 0.05 else None


async def streaming(exam: Exam) -> Finding:
    heard = exam.plain
    if heard.pieces > 2:
        return _fine("streaming", f"in {heard.pieces} pieces")
    return _lacking("streaming", f"the whole answer came in {heard.pieces} piece(s)")


async def usage(exam: Exam) -> Finding:
    used = _message(exam.plain).usage
    if used.prompt and used.output:
        return _fine("usage", f"{used.prompt} tokens in, {used.output} out")
    unasked = (
        exam.model.wire == "generic-chat-completion-api" and not exam.model.quirks.stream_usage
    )
    return Finding(
        check="usage",
        verdict="no",
        saw="the stream does not say how many tokens were used",
        cure=f'Write "quirks": {{"stream_usage": true}} into {_entry(exam)}.' if unasked else "",
    )


async def tool_call(exam: Exam) -> Finding:
    heard = exam.called = await exam.ask(ASKED, tools=(LOOK_UP,))
    if heard.message and not heard.message.calls:
        # Small models forget now and then; twice is no accident.
        heard = exam.called = await exam.ask(ASKED, tools=(LOOK_UP,))
    if heard.error:
        return unable("tool call", heard.error, vital=True)
    calls = _message(heard).calls
    if any(call.name == LOOK_UP.name and _is_word(call.arguments) for call in calls):
        return _fine("tool call", f"{LOOK_UP.name}({calls[0].arguments})")
    saw = "a call that cannot be read" if calls else "words instead of a call"
    return Finding(check="tool call", verdict="no", saw=saw, grave=True)


async def tool_result(exam: Exam) -> Finding:
    """The call goes back with what the tool gave, as in each turn of work."""
    made = _message(exam.called)
    heard = await exam.ask(ASKED, made, *_looked_up(made), tools=(LOOK_UP,))
    if heard.error:
        return unable("tool result", heard.error, vital=True)
    if MEANING in _message(heard).text:
        return _fine("tool result", "understood")
    return _unclear("tool result", "the model did not say what the tool gave")


async def parallel_calls(exam: Exam) -> Finding:
    both = user("Look up `tern` and `auk`, both at once: two calls of look_up in one answer.")
    heard = await exam.ask(both, tools=(LOOK_UP,))
    if heard.error:
        return unable("parallel calls", heard.error)
    count = len(_message(heard).calls)
    if count > 1:
        return _fine("parallel calls", f"{count} calls in one answer")
    return _lacking("parallel calls", "one at a time")


FORCED: dict[WireName, Any] = {
    "anthropic": {"type": "any"},
    "openai": "required",
    "generic-chat-completion-api": "required",
}
"""How each format demands a call (the formats' references, "tool_choice")."""


async def forced_choice(exam: Exam) -> Finding:
    extra = {"tool_choice": FORCED[exam.model.wire]}
    heard = await exam.ask(user("Hello."), tools=(LOOK_UP,), extra=extra)
    if heard.error:
        return _unclear("forced choice", f"refused, which ownkey can do without: {heard.error}")
    if _message(heard).calls:
        return _fine("forced choice", "obeyed")
    return _unclear("forced choice", "ignored, which ownkey can do without")


async def image(exam: Exam) -> Finding:
    question = User((Image("image/png", _red()), Text("Which colour is this? One word.")))
    heard = await exam.ask(question, change=_seeing)
    if heard.error and not tells(heard.error):
        return unable("image", heard.error)
    if heard.message and "red" in heard.message.text.lower():
        cure = "" if exam.model.images else f'Write "supportsImages": true into {_entry(exam)}.'
        return Finding(check="image", verdict="ok", saw="seen", cure=cure)
    saw = f"refused: {heard.error}" if heard.error else "taken, but not seen"
    wrong = exam.model.images and exam.model.images_told
    return Finding(
        check="image",
        verdict="no",
        saw=saw,
        cure=f'Write "supportsImages": false into {_entry(exam)}.' if wrong else "",
    )


def _seeing(model: Model) -> Model:
    return replace(model, images=True, images_told=True)


async def reasoning(exam: Exam) -> Finding:
    """Thinking on, with a call, and back with its result: what thinking models trip over."""
    heard = await exam.ask(ASKED, tools=(LOOK_UP,), effort="low")
    if heard.error:
        return unable("reasoning", heard.error)
    made = _message(heard)
    thought = any(isinstance(part, Thinking) for part in made.content) or made.usage.reasoning
    if not thought:
        return Finding(check="reasoning", verdict="unknown", saw="none was seen at effort low")
    if not made.calls:
        return _fine("reasoning", "seen")
    again = await exam.ask(ASKED, made, *_looked_up(made), tools=(LOOK_UP,), effort="low")
    if again.error:
        return unable("reasoning", again.error)
    return _fine("reasoning", "seen, and taken back with the next question")


async def without_reasoning(exam: Exam) -> Finding:
    heard = await exam.ask(user("Say OK."), effort="none")
    if heard.error:
        return unable("reasoning off", heard.error)
    made = _message(heard)
    if made.usage.reasoning or any(isinstance(part, Thinking) for part in made.content):
        return _lacking("reasoning off", "it reasons at effort none too")
    return _fine("reasoning off", "obeyed")


PADDING = "one two three four five six seven eight nine ten "
"""A token a word, whoever counts; digits are one each to some."""

ASKED_FOR_CACHE = (
    'It was asked for, by "cache": "{way}" of the host\'s quirks: a gateway in between must pass'
    " that on, and keep to one host."
)

SHORT = 1024
"""Tokens below which few endpoints cache anything."""


async def cache(exam: Exam) -> Finding:
    """The same beginning twice. It is new to the endpoint, or an earlier one would be hit."""
    padding = PADDING * (_cacheable(exam.model) // len(PADDING.split()) + 1)
    system = f"{token_hex(8)} {padding}"
    first = await exam.ask(user("Say OK."), system=system)
    second = await exam.ask(user("Say YES."), system=system)
    if error := first.error or second.error:
        return unable("cache", error)
    used = _message(second).usage
    if used.cache_read:
        return _fine("cache", f"{used.cache_read} of {used.prompt} tokens were read from it")
    asked = exam.model.quirks.cache
    return Finding(
        check="cache",
        verdict="no",
        saw=f"the same {used.prompt} tokens twice, none of them from a cache",
        cure="" if asked == "none" else ASKED_FOR_CACHE.format(way=asked),
    )


def _cacheable(model: Model) -> int:
    """Tokens of a prompt that is surely long enough."""
    return int(max(model.quirks.cache_minimum, SHORT) * 1.3)


async def error_shape(exam: Exam) -> Finding:
    """A model that is not there: what does the endpoint say?"""
    strange = replace(exam.model, name="ownkey-asks-for-no-such-model")
    heard = await exam.ask(user("Say OK."), change=lambda _: strange)
    if isinstance(heard.error, UnknownModel):
        return _fine("errors", "an unknown model is named as one")
    if heard.error and not tells(heard.error):
        return unable("errors", heard.error)
    if heard.error:
        return _fine("errors", f"an unknown model is answered with: {heard.error}")
    return _lacking("errors", "a model that does not exist answered")


PROBES = (
    Probe("answer", answer, Usage(input=50, output=200)),
    Probe("streaming", streaming, Usage(), ("answer",)),
    Probe("usage", usage, Usage(), ("answer",)),
    Probe("tool call", tool_call, Usage(input=150, output=100), ("answer",)),
    Probe("tool result", tool_result, Usage(input=250, output=60), ("tool call",)),
    Probe("parallel calls", parallel_calls, Usage(input=150, output=150), ("tool call",)),
    Probe("forced choice", forced_choice, Usage(input=150, output=60), ("tool call",)),
    Probe("image", image, Usage(input=400, output=60), ("answer",)),
    Probe("reasoning", reasoning, Usage(input=450, output=600), ("tool call",)),
    Probe("reasoning off", without_reasoning, Usage(input=50, output=20), ("answer",)),
    Probe("cache", cache, Usage(input=150, output=40), ("answer",), prefixes=2),
    Probe("errors", error_shape, Usage(), ("answer",)),
)
"""In the order in which they are made."""


def whole_window(tokens: int) -> Probe:
    """Whether so many tokens are really read: a word at the very beginning is asked for."""

    async def check(exam: Exam) -> Finding:
        long = f"The password is {MEANING}. " + "tern " * int(tokens * 0.9)
        heard = await exam.ask(user(f"{long}\nWhat is the password at the very beginning?"))
        if heard.error:
            return unable("long input", heard.error)
        used = _message(heard).usage.prompt
        if MEANING in _message(heard).text:
            return _fine("long input", f"read to its beginning: {used or tokens} tokens")
        return _lacking("long input", f"of some {tokens} tokens, the beginning was not read")

    return Probe("long input", check, Usage(input=tokens, output=60), ("answer",))


def _looked_up(made: Assistant) -> tuple[Result, ...]:
    content = (Text(f"tern: {MEANING}"),)
    return tuple(Result(call.id, call.name, content) for call in made.calls)


def _is_word(arguments: str) -> bool:
    try:
        return isinstance(json.loads(arguments).get("word"), str)
    except (ValueError, AttributeError):
        return False


def _red() -> bytes:
    """A PNG of 64 by 64 red dots."""
    rows = zlib.compress((b"\0" + b"\xff\0\0" * 64) * 64)
    head = struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)
    blocks = ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in blocks
    )


def _message(heard: Heard) -> Assistant:
    """Of a question that was answered."""
    if heard.message is None:
        raise heard.error or ProviderError("There is no answer.")
    return heard.message


def _fine(check: str, saw: str) -> Finding:
    return Finding(check=check, verdict="ok", saw=saw)


def _lacking(check: str, saw: str) -> Finding:
    """`meanings` says what follows from it."""
    return Finding(check=check, verdict="no", saw=saw)


def _unclear(check: str, saw: str) -> Finding:
    verdict: Verdict = "unknown"
    return Finding(check=check, verdict=verdict, saw=saw)


def _entry(exam: Exam) -> str:
    return exam.model.source or "its entry"
