"""The level of effort that is asked for, the one that is sent, and what is said of it."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownkey.core.model import Effort, Model, Prompt, WireName
from ownkey.core.quirks import EffortStyle, Quirks
from ownkey.wire.formats import effort
from ownkey.wire.formats.effort import LEVELS, STYLES, settle
from ownkey.wire.request import build
from tests.wire.conversations import CHAT, MESSAGES, RESPONSES, model, user

HOSTS = {
    "alibaba": "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
    "anthropic": "https://api.anthropic.com",
    "baseten": "https://inference.baseten.co/v1",
    "cerebras": "https://api.cerebras.ai/v1",
    "deepseek": "https://api.deepseek.com",
    "fireworks": "https://api.fireworks.ai/inference/v1",
    "google": "https://generativelanguage.googleapis.com/v1beta/openai",
    "groq": "https://api.groq.com/openai/v1",
    "huggingface": "https://router.huggingface.co/v1",
    "llama.cpp": "http://127.0.0.1:8080/v1",
    "minimax": "https://api.minimax.io/v1",
    "mistral": "https://api.mistral.ai/v1",
    "moonshot": "https://api.moonshot.ai/v1",
    "ollama": "http://localhost:11434/v1",
    "openai": "https://api.openai.com/v1",
    "openrouter": "https://openrouter.ai/api/v1",
    "together": "https://api.together.xyz/v1",
    "unknown": "https://api.example.test/v1",
    "vllm": "http://gpu.internal:8000/v1",
    "xai": "https://api.x.ai/v1",
    "zai": "https://api.z.ai/api/paas/v4",
}


def sent(target: Model, asked: Effort | None) -> dict[str, Any]:
    """What the request says of effort."""
    prompt = Prompt(system="", messages=(user("Hi."),), effort=asked)
    body: dict[str, Any] = json.loads(build(target, prompt).body)
    plain = json.loads(build(target, Prompt(system="", messages=(user("Hi."),))).body)
    return {name: value for name, value in body.items() if plain.get(name) != value}


def used(wire: WireName, host: str, name: str) -> str:
    """What each level from none to max becomes; a dash where nothing is sent."""
    target = model(wire, HOSTS[host], name)
    return " ".join(settle(target, level)[0] or "-" for level in LEVELS)


ALL = "none minimal low medium high xhigh max"

MATRIX: list[tuple[WireName, str, str, str]] = [
    (MESSAGES, "anthropic", "claude-opus-5", "none low low medium high xhigh max"),
    (MESSAGES, "anthropic", "claude-opus-4-6", "none low low medium high max max"),
    (MESSAGES, "anthropic", "claude-opus-4-7", "none low low medium high xhigh max"),
    (MESSAGES, "anthropic", "claude-fable-5", "low low low medium high xhigh max"),
    (MESSAGES, "anthropic", "claude-sonnet-4-5", ALL),
    (MESSAGES, "anthropic", "claude-3-7-sonnet-20250219", ALL),
    (MESSAGES, "anthropic", "claude-3-5-haiku-20241022", "- - - - - - -"),
    (CHAT, "anthropic", "claude-opus-5", "- - - - - - -"),
    (RESPONSES, "openai", "gpt-5", "minimal minimal low medium high high high"),
    (RESPONSES, "openai", "gpt-5-mini", "minimal minimal low medium high high high"),
    (RESPONSES, "openai", "gpt-5-pro", "high high high high high high high"),
    (RESPONSES, "openai", "gpt-5.1", "none low low medium high high high"),
    (RESPONSES, "openai", "gpt-5.1-codex", "low low low medium high high high"),
    (RESPONSES, "openai", "gpt-5.1-codex-max", "low low low medium high xhigh xhigh"),
    (RESPONSES, "openai", "gpt-5.3-codex", "low low low medium high xhigh xhigh"),
    (
        RESPONSES,
        "openai",
        "gpt-5.3-chat-latest",
        "medium medium medium medium medium medium medium",
    ),
    (RESPONSES, "openai", "gpt-5.4-mini", "none low low medium high xhigh xhigh"),
    (RESPONSES, "openai", "gpt-5.5-pro", "medium medium medium medium high xhigh xhigh"),
    (RESPONSES, "openai", "gpt-5.6-sol", "none low low medium high xhigh max"),
    (RESPONSES, "openai", "o4-mini", "low low low medium high high high"),
    (RESPONSES, "openai", "o3-2025-04-16", "low low low medium high high high"),
    (RESPONSES, "openai", "gpt-4.1", "- - - - - - -"),
    (CHAT, "openai", "gpt-5.6-luna", "none low low medium high xhigh max"),
    (CHAT, "unknown", "big-1", ALL),
    (CHAT, "unknown", "gpt-oss-120b", "low low low medium high high high"),
    (CHAT, "alibaba", "qwen3.8-max", "none high high high high high high"),
    (CHAT, "alibaba", "qwen3-coder-plus", "- - - - - - -"),
    (CHAT, "baseten", "zai-org/GLM-5.2", "none low low medium high high high"),
    (CHAT, "cerebras", "gpt-oss-120b", "low low low medium high high high"),
    (CHAT, "cerebras", "zai-glm-4.7", "none high high high high high high"),
    (CHAT, "cerebras", "gemma-4-31b", "- - - - - - -"),
    (CHAT, "deepseek", "deepseek-v4-pro", "none low low high high max max"),
    (CHAT, "fireworks", "accounts/fireworks/models/kimi-k3", ALL),
    (CHAT, "google", "gemini-3.1-pro-preview", "minimal minimal low medium high high high"),
    (CHAT, "google", "gemini-2.5-flash", "none minimal low medium high high high"),
    (CHAT, "google", "gemini-2.0-flash", "- - - - - - -"),
    (CHAT, "groq", "openai/gpt-oss-120b", "low low low medium high high high"),
    (CHAT, "groq", "qwen/qwen3-32b", "none high high high high high high"),
    (CHAT, "groq", "moonshotai/kimi-k2-instruct-0905", "- - - - - - -"),
    (CHAT, "huggingface", "MiniMaxAI/MiniMax-M3", "none minimal low medium high xhigh xhigh"),
    (CHAT, "llama.cpp", "Qwen3-8B", "none high high high high high high"),
    (CHAT, "minimax", "MiniMax-M3", "- - - - - - -"),
    (CHAT, "mistral", "mistral-medium-3.5", "none high high high high high high"),
    (CHAT, "mistral", "devstral", "- - - - - - -"),
    (CHAT, "moonshot", "kimi-k2.6", "none high high high high high high"),
    (CHAT, "moonshot", "kimi-k2.7-code", "- - - - - - -"),
    (CHAT, "moonshot", "kimi-k3", "max max max max max max max"),
    (CHAT, "ollama", "qwen3", "none low low medium high max max"),
    (CHAT, "ollama", "gpt-oss:20b", "low low low medium high high high"),
    (CHAT, "openrouter", "anthropic/claude-opus-5", "none minimal low medium high xhigh xhigh"),
    (CHAT, "together", "zai-org/GLM-5.3", "none low low medium high high high"),
    (CHAT, "vllm", "qwen3-32b", "none high high high high high high"),
    (CHAT, "xai", "grok-4.3", "none low low medium high high high"),
    (CHAT, "xai", "grok-4.6", "low low low medium high high high"),
    (CHAT, "xai", "grok-3-mini", "low low low high high high high"),
    (RESPONSES, "xai", "grok-build-0.1", "- - - - - - -"),
    (CHAT, "zai", "glm-4.7", "none high high high high high high"),
    (CHAT, "zai", "glm-5.2", "none high high high high max max"),
    (CHAT, "zai", "glm-5.3", "low low low high high max max"),
]


@pytest.mark.parametrize(("wire", "host", "name", "becomes"), MATRIX)
def test_each_family_gets_a_level_that_it_takes(
    wire: WireName, host: str, name: str, becomes: str
) -> None:
    assert used(wire, host, name) == becomes


ON_AND_OFF: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("unknown", "big-1", {"reasoning_effort": "low"}, {"reasoning_effort": "none"}),
    (
        "openrouter",
        "z-ai/glm-5",
        {"reasoning": {"effort": "low"}},
        {"reasoning": {"effort": "none"}},
    ),
    (
        "together",
        "Qwen/Qwen3.7",
        {"reasoning": {"enabled": True}, "reasoning_effort": "low"},
        {"reasoning": {"enabled": False}},
    ),
    (
        "moonshot",
        "kimi-k2.6",
        {"thinking": {"type": "enabled"}},
        {"thinking": {"type": "disabled"}},
    ),
    (
        "deepseek",
        "deepseek-v4-pro",
        {"thinking": {"type": "enabled"}, "reasoning_effort": "low"},
        {"thinking": {"type": "disabled"}},
    ),
    (
        "zai",
        "glm-5.2",
        {"reasoning_effort": "high"},
        {"thinking": {"type": "disabled", "clear_thinking": False}},
    ),
    ("alibaba", "qwen3.8-max", {"enable_thinking": True}, {"enable_thinking": False}),
    (
        "vllm",
        "qwen3-32b",
        {"chat_template_kwargs": {"preserve_thinking": True, "enable_thinking": True}},
        {"chat_template_kwargs": {"preserve_thinking": True, "enable_thinking": False}},
    ),
    (
        "baseten",
        "zai-org/GLM-5.2",
        {"chat_template_args": {"enable_thinking": True}, "reasoning_effort": "low"},
        {"chat_template_args": {"enable_thinking": False}},
    ),
    (
        "groq",
        "qwen/qwen3-32b",
        {"reasoning_effort": "default"},
        {"reasoning_effort": "none"},
    ),
    ("cerebras", "zai-glm-4.7", {"disable_reasoning": False}, {"disable_reasoning": True}),
    ("mistral", "devstral", {}, {}),
]


@pytest.mark.parametrize(("host", "name", "low", "none"), ON_AND_OFF)
def test_chat_puts_a_level_as_the_house_has_it(
    host: str, name: str, low: dict[str, Any], none: dict[str, Any]
) -> None:
    target = model(CHAT, HOSTS[host], name)
    assert sent(target, "low") == low
    assert sent(target, "none") == none
    assert sent(target, None) == {}


def test_every_way_of_putting_it_is_known() -> None:
    assert set(STYLES) == set(get_args(EffortStyle))


@pytest.mark.parametrize("asked", ["none", "low", "max"])
def test_a_model_without_levels_is_asked_for_none_in_any_format(asked: Effort) -> None:
    for wire in (MESSAGES, RESPONSES, CHAT):
        assert sent(model(wire, quirks=Quirks(effort="none")), asked) == {}


def test_what_is_sent_is_what_was_settled() -> None:
    assert sent(model(RESPONSES, name="gpt-5.1"), "max")["reasoning"]["effort"] == "high"
    assert sent(model(MESSAGES, name="claude-opus-4-6"), "xhigh")["output_config"] == {
        "effort": "max"
    }


def test_another_level_than_the_one_asked_for_is_said() -> None:
    target = model(RESPONSES, name="gpt-5.6-sol")
    assert settle(target, "minimal") == (
        "low",
        "gpt-5.6-sol takes no effort 'minimal'; 'low' is used instead."
        " It takes: none, low, medium, high, xhigh, max.",
    )
    assert settle(model(CHAT, HOSTS["xai"], "grok-4"), "high") == (
        None,
        "grok-4 takes no level of effort; none is sent.",
    )


def test_nothing_is_said_where_there_is_nothing_to_say() -> None:
    assert settle(model(RESPONSES), None) == (None, "")
    assert settle(model(RESPONSES), "high") == ("high", "")
    assert settle(model(CHAT, HOSTS["xai"], "grok-4"), "none") == (None, "")


levels = st.sampled_from(LEVELS)


@given(asked=levels, taken=st.sets(levels, min_size=1))
def test_the_nearest_level_is_one_that_is_taken_and_never_turns_thinking_off(
    asked: Effort, taken: set[Effort]
) -> None:
    target = model(CHAT, quirks=Quirks(efforts=" ".join(sorted(taken))))
    level, words = settle(target, asked)
    assert level in taken
    assert (level == asked) == (asked in taken) == (not words)
    assert level != "none" or asked == "none" or taken == {"none"}
    assert settle(target, level) == (level, "")


def test_a_level_that_does_not_exist_is_named() -> None:
    with pytest.raises(LookupError, match="highest"):
        effort.levels("low highest")
