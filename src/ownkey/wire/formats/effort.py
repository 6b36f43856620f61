"""How hard a model is to think: the level asked for, the one it takes, how Chat puts it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

from ownkey.core.model import Effort, Model
from ownkey.core.quirks import EffortStyle

Json = dict[str, Any]

LEVELS: tuple[Effort, ...] = get_args(Effort)
"""From none to the most."""


def settle(model: Model, asked: Effort | None) -> tuple[Effort | None, str]:
    """The level to send, and a sentence for the person where it is not the one `asked` for.

    Nothing asked, nothing sent: the model's own default holds. No level ever becomes none,
    which would switch off in silence what somebody wanted more or less of.
    """
    if asked is None:
        return None, ""
    if model.quirks.effort == "none":
        told = "" if asked == "none" else f"{model.name} takes no level of effort; none is sent."
        return None, told
    taken = levels(model.quirks.efforts)
    if asked in taken:
        return asked, ""
    used = _nearest(asked, taken)
    words = f"{model.name} takes no effort {asked!r}; {used!r} is used instead."
    return used, f"{words} It takes: {', '.join(taken)}."


def levels(efforts: str) -> tuple[Effort, ...]:
    """What a row's or a person's `efforts` names. Raises LookupError for an unknown word."""
    words = efforts.split()
    if unknown := set(words) - set(LEVELS):
        raise LookupError(min(unknown))
    return tuple(level for level in LEVELS if level in words) or LEVELS


def _nearest(asked: Effort, taken: tuple[Effort, ...]) -> Effort:
    """The closest level, the higher of two: DeepSeek and Ollama put it so (wire-facts 1C)."""
    place = LEVELS.index(asked)
    awake = tuple(level for level in taken if level != "none")
    return min(reversed(awake or taken), key=lambda level: abs(LEVELS.index(level) - place))


def _switch(effort: Effort) -> str:
    return "disabled" if effort == "none" else "enabled"


def _level(effort: Effort) -> Json:
    """Beside a switch that is off, no level is due."""
    return {} if effort == "none" else {"reasoning_effort": effort}


STYLES: dict[EffortStyle, Callable[[Effort], Json]] = {
    "reasoning_effort": lambda effort: {"reasoning_effort": effort},
    "reasoning": lambda effort: {"reasoning": {"effort": effort}},
    "reasoning_enabled": lambda effort: {
        "reasoning": {"enabled": effort != "none"},
        **_level(effort),
    },
    "thinking": lambda effort: {"thinking": {"type": _switch(effort)}},
    "thinking_effort": lambda effort: {"thinking": {"type": _switch(effort)}, **_level(effort)},
    "enable_thinking": lambda effort: {"enable_thinking": effort != "none"},
    "chat_template_kwargs": lambda effort: {
        "chat_template_kwargs": {"enable_thinking": effort != "none"}
    },
    "chat_template_args": lambda effort: {
        "chat_template_args": {"enable_thinking": effort != "none"},
        **_level(effort),
    },
    "default": lambda effort: {"reasoning_effort": "none" if effort == "none" else "default"},
    "disable_reasoning": lambda effort: {"disable_reasoning": effort == "none"},
    "none": lambda effort: {},
}
"""How Chat puts a level of effort, by `quirks.effort`."""
