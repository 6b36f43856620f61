"""What it means for the person that a check says no, and what to change: a row for each check."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from ownkey.core.model import Model
from ownkey.doctor.finding import Finding


class Meaning(NamedTuple):
    """What a finding says where it has no better words of its own."""

    means: str
    cure: str
    """The one thing to do; `{entry}` is where the model's entry stands."""
    mild: bool = False
    """Whether work goes on as well without, so that nothing has to be mended."""


USELESS = "Nothing works with this model until that is mended."
NO_WORK = "The model cannot read or change files: it is of no use as a coding agent."

MEANINGS = {
    "name": Meaning(
        "No request finds the way.", 'Check the host of "baseUrl" in {entry}.', mild=True
    ),
    "connection": Meaning(
        "No request gets through.", 'Check the port of "baseUrl" in {entry}.', mild=True
    ),
    "reach": Meaning(USELESS, 'Check "baseUrl" in {entry}.'),
    "key": Meaning(USELESS, 'Check "apiKey" in {entry}.'),
    "model": Meaning(
        "Some endpoints answer for models that they do not list.",
        'Check "model" in {entry} against the list of the endpoint.',
    ),
    "window": Meaning(
        "The beginning of a longer task is forgotten.",
        'Give the server more; or write "contextWindow" into {entry} if you know better.',
    ),
    "format": Meaning(USELESS, 'Check "provider" and "baseUrl" in {entry}.'),
    "entry": Meaning(
        "ownkey does so by itself; written down, it need not find out.",
        "What to write is said there; it belongs into {entry}.",
    ),
    "answer": Meaning(USELESS, 'Check "model" and "maxOutputTokens" in {entry}.'),
    "streaming": Meaning(
        "Nothing is to be seen of an answer until it is complete.",
        "Look for a proxy or a gateway in between that holds streams back.",
    ),
    # docs.litellm.ai, "Usage": the proxy may always include it.
    "usage": Meaning(
        "Cost and context are estimates.",
        "It was asked for: let the server or gateway send usage in streams (LiteLLM:"
        ' always_include_stream_usage). "contextWindow" in {entry} gives the estimate its limit.',
    ),
    "tool call": Meaning(
        NO_WORK,
        "Choose a model that is made for tools; with a local server, its tool parser must be on"
        " (vLLM: --enable-auto-tool-choice, llama.cpp: --jinja).",
    ),
    "tool result": Meaning(
        NO_WORK,
        'Look in docs/providers.md for the "quirks" of this host, or choose another model.',
    ),
    # github.com/ggml-org/llama.cpp, tools/server/README.md: off there unless it is asked for.
    "parallel calls": Meaning(
        "Work takes a few turns more.",
        'Where the server can, "extraArgs": {"parallel_tool_calls": true} in {entry} asks for it.',
        mild=True,
    ),
    "forced choice": Meaning(
        "ownkey never needs it.", "Nothing has to be changed in {entry}.", mild=True
    ),
    "image": Meaning(
        "Images are told of in words instead.",
        'For images use a model that sees; "supportsImages" in {entry} would not make it one.',
        mild=True,
    ),
    "reasoning": Meaning(
        "It cannot be told how much to think.",
        'Write "quirks": {"effort": "none"} into {entry}: then it is sent no level.',
    ),
    "reasoning off": Meaning(
        "Its thoughts are paid for in each answer.",
        'Write "reasoningEffort": "low" into {entry} for fewer of them.',
        mild=True,
    ),
    "cache": Meaning(
        "Each turn pays for the whole conversation again, or the endpoint does not say what it"
        " saved.",
        'Write "quirks": {"cache": "markers"} into {entry} where the host caches what is marked,'
        ' {"cache": "key"} where it wants sessions named; a gateway must keep to one host.',
    ),
    "errors": Meaning(
        "This endpoint answers with whatever model it has: a mistake in `model` goes unnoticed.",
        'See yourself that "model" in {entry} is the one you mean.',
    ),
    "long input": Meaning(
        "The endpoint cuts long conversations without a word.",
        'Write a smaller "contextWindow" into {entry}.',
    ),
}


def explained(finding: Finding, model: Model) -> Finding:
    """A no with what follows from it and what to do. Words of its own stay."""
    if finding.verdict != "no":
        return finding
    means, cure, mild = MEANINGS[finding.check]
    return replace(
        finding,
        means=finding.means or means,
        cure=finding.cure or cure.replace("{entry}", model.source or "its entry"),
        mild=mild and not finding.cure and not finding.grave,
    )
