"""`ownkey demo`: the whole machine at work, without any key.

The rehearsal's script plays the model; `--real` asks a small model that really is one.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from ownkey import console, exits, words
from ownkey.commands import rehearsal
from ownkey.conversation import converse
from ownkey.core.errors import Failure, OwnkeyError
from ownkey.core.event import Added, Answer, Event, Permission, Streaming, TurnEnded
from ownkey.core.message import Assistant, Result, Text
from ownkey.options import Options
from ownkey.rehearsal import Rehearsal, real, sample

PROVIDERS = {
    "anthropic": ("anthropic", ""),
    "openai": ("openai", "/v1"),
    "generic": ("generic-chat-completion-api", "/v1"),
}
"""By `--wire`: the settings' `provider`, and what its base address ends with."""

QUESTION = "Here is the file shelf/order.py:\n\n{text}\n\nIn one sentence: what does this file do?"


async def rehearse(wire: str) -> int:
    """The scripted coder mends the sample repository."""
    stage = Path(tempfile.mkdtemp(prefix="ownkey-demo-"))
    repository = sample.copy(stage / "shelf")
    rehearsal.commit(repository)
    async with Rehearsal(pace=rehearsal.PACE) as far:
        provider, base = PROVIDERS[wire]
        entry = rehearsal.entry(far.url + base, provider)
        console.say("A rehearsal: a script plays the model; everything else is real. It speaks to")
        console.say("a server of its own on this machine, through this entry of settings.json:\n")
        console.say(json.dumps(entry, indent=2) + "\n")
        console.say(f"> {sample.PROMPT}\n")
        options = rehearsal.staged(stage, entry, cwd=repository, level="medium")
        ended = await _turn(options, sample.PROMPT)
    if _failed(ended.error):
        return exits.FAILED
    console.say(f"\nThe mended repository is {repository} (git diff shows the change).")
    console.say("Now with a model of yours: write such an entry into ~/.factory/settings.json,")
    console.say('then: ownkey, or ownkey exec --auto medium "fix the failing test"')
    return exits.DONE


async def real_turn() -> int:
    """A real small model answers a question about a file, twice, to show its cache."""
    try:
        return await _ask_twice(_cache(os.environ))
    except real.Unavailable as error:
        raise OwnkeyError(str(error)) from error


async def _ask_twice(folder: Path) -> int:
    if not real.present(folder):
        console.say("Fetching llama.cpp and a model of 135 million parameters, about 200 MB, once…")
        real.fetch(folder)
    stage = Path(tempfile.mkdtemp(prefix="ownkey-demo-"))
    repository = sample.copy(stage / "shelf")
    async with real.serve(folder) as url:
        entry = {
            "model": "smollm2-135m",
            "displayName": "SmolLM2 135M",
            "baseUrl": f"{url}/v1",
            "apiKey": "",
            "provider": "generic-chat-completion-api",
            "maxOutputTokens": 120,
        }
        console.say(
            "A real model with 135 million parameters, on llama.cpp on this machine. It can"
        )
        console.say(
            "put a sentence together; it cannot code, and what it says may well be wrong.\n"
        )
        source = (repository / "shelf" / "order.py").read_text("utf-8")
        for resume, question in ((None, QUESTION.format(text=source)), ("last", "Say it shorter.")):
            console.say(f"> {question.splitlines()[-1]}\n")
            options = rehearsal.staged(stage, entry, cwd=repository, resume=resume, only_tools=())
            ended = await _turn(options, question, live=True)
            if _failed(ended.error):
                return exits.FAILED
            console.say("")
    console.say(
        "The second question shared its beginning with the first: that is the cache at work."
    )
    return exits.DONE


async def _turn(options: Options, task: str, *, live: bool = False) -> TurnEnded:
    async with converse(
        options, partial(_tell_live, console.Live()) if live else _tell, _decline
    ) as conversation:
        ended = await conversation.say(task)
    console.say("\n" + words.of_usage(ended.usage, ended.steps))
    return ended


def _tell_live(answer: console.Live, event: Event) -> None:
    """Prints an answer while it comes."""
    match event:
        case Streaming(part=Text(text=text)):
            answer.add(text)
        case Added(message=Assistant()):
            answer.end()


def _tell(event: Event) -> None:
    """Prints what happens, a line each."""
    if line := words.of_event(event):
        console.say(line)
    match event:
        case Added(message=Result() as result) if outcome := words.of_result(result):
            console.say(f"  {outcome}")
        case Added(message=Assistant() as message) if message.text:
            console.say(message.text.strip())


async def _decline(permission: Permission) -> Answer:
    del permission
    return Answer("never")


def _cache(environ: Mapping[str, str]) -> Path:
    if folder := environ.get("OWNKEY_CACHE_DIR"):
        return Path(folder) / "rehearsal"
    from platformdirs import user_cache_path

    return user_cache_path("ownkey") / "rehearsal"


def _failed(error: Failure | None) -> bool:
    if error:
        console.explain(error)
    return error is not None
