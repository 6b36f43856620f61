"""The table of quirks: what each row makes of an endpoint, and how a person overrules it."""

from __future__ import annotations

import re

import msgspec
import pytest
from inline_snapshot import snapshot

from ownkey.core.errors import SettingsError
from ownkey.core.model import WireName
from ownkey.core.quirks import Quirks
from ownkey.wire.quirks import CHAT, MESSAGES, RESPONSES, RULES, Row, resolve


def profile(wire: WireName, base_url: str, model: str) -> str:
    """The fields that differ from the defaults, in one line."""
    effective = msgspec.structs.asdict(resolve(wire, base_url, model, {}))
    usual = msgspec.structs.asdict(Quirks())
    return " ".join(f"{k}={v}" for k, v in effective.items() if v != usual[k])


def example(row: Row) -> tuple[WireName, str, str]:
    """A wire, an address and a model that the row is about."""
    model = re.sub(r"\[(.).*?\]", r"\1", row.models[0]).replace("*", "") if row.models else "m"
    host = row.hosts[0] if row.hosts else "host.example"
    return row.wire or RESPONSES, f"https://{host}/v1", model


def test_each_row_gives_this_profile() -> None:
    table = [(" ".join(example(row)), profile(*example(row))) for row in RULES]
    assert table == snapshot(
        [
            (
                "anthropic https://host.example/v1 m",
                "thinking=budget tool_id=[a-zA-Z0-9_-]{1,64} cache=markers auth=x-api-key",
            ),
            (
                "anthropic https://host.example/v1 claude-",
                "tool_id=[a-zA-Z0-9_-]{1,64} cache=markers auth=x-api-key",
            ),
            (
                "anthropic https://host.example/v1 claude-3",
                "thinking=budget tool_id=[a-zA-Z0-9_-]{1,64} cache=markers auth=x-api-key",
            ),
            (
                "anthropic https://api.minimax.io/v1 m",
                "thinking=budget tool_id=[a-zA-Z0-9_-]{1,64} cache=markers",
            ),
            (
                "anthropic https://api.aws/v1 m",
                "thinking=budget tool_id=[a-zA-Z0-9_-]{1,64} cache=markers",
            ),
            (
                "anthropic https://api.fireworks.ai/v1 m",
                "thinking=budget tool_id=[a-zA-Z0-9_-]{1,64} auth=x-api-key",
            ),
            ("openai https://host.example/v1 m", "tool_id=.{1,64}"),
            (
                "generic-chat-completion-api https://api.openai.com/v1 m",
                "max_tokens=max_completion_tokens tool_id=.{1,40} cache=key",
            ),
            (
                "openai https://api.openai.com/v1 gpt-5",
                "tool_id=.{1,64} cache=key sealed_reasoning=True",
            ),
            ("openai https://api.openai.com/v1 m", "tool_id=.{1,64} cache=key"),
            (
                "generic-chat-completion-api https://services.ai.azure.com/v1 mistral",
                "tool_id=.{1,40}",
            ),
            ("generic-chat-completion-api https://api.cerebras.ai/v1 m", "echo=never"),
            ("generic-chat-completion-api https://api.deepseek.com/v1 m", "echo=required"),
            ("generic-chat-completion-api https://api.fireworks.ai/v1 m", "cache=key"),
            (
                "generic-chat-completion-api https://generativelanguage.googleapis.com/v1 gemini-3",
                "signed_calls=True",
            ),
            (
                "generic-chat-completion-api https://api.mistral.ai/v1 m",
                "stream_usage=False echo=never tool_id=[a-zA-Z0-9]{9} cache=key",
            ),
            ("openai https://api.mistral.ai/v1 m", "tool_id=.{1,64} cache=key"),
            ("generic-chat-completion-api https://api.moonshot.ai/v1 m", "cache=key"),
            ("generic-chat-completion-api https://openrouter.ai/v1 m", "effort=reasoning"),
            (
                "generic-chat-completion-api https://openrouter.ai/v1 anthropic/",
                "effort=reasoning cache=markers",
            ),
            ("openai https://api.x.ai/v1 m", "tool_id=.{1,64} cache=key"),
        ]
    )


def test_each_row_names_its_source_and_changes_known_fields() -> None:
    for row in RULES:
        assert row.note
        assert row.changes
        assert msgspec.convert(row.changes, Quirks)


@pytest.mark.parametrize(
    ("model", "thinking"),
    [
        ("claude-3-7-sonnet-20250219", "budget"),
        ("claude-opus-4-20250514", "budget"),
        ("claude-sonnet-4@20250514", "budget"),
        ("anthropic/claude-sonnet-4", "budget"),
        ("anthropic/claude-sonnet-4:beta", "budget"),
        ("claude-opus-4-0", "budget"),
        ("claude-opus-4-1-20250805", "budget"),
        ("claude-sonnet-4-5-20250929", "budget"),
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "budget"),
        ("claude-haiku-4-5", "budget"),
        ("anthropic/claude-opus-4.5", "budget"),
        ("claude-opus-4-6", "adaptive"),
        ("anthropic/claude-sonnet-4.6", "adaptive"),
        ("claude-opus-4-7", "adaptive"),
        ("claude-opus-4-8-20260701", "adaptive"),
        ("CLAUDE-OPUS-5", "adaptive"),
        ("claude-sonnet-5", "adaptive"),
        ("claude-fable-5", "adaptive"),
        ("claude-mythos-5", "adaptive"),
        ("glm-5.3", "budget"),
        ("deepseek-v4-pro", "budget"),
        ("qwen3-coder", "budget"),
    ],
)
def test_thinking_is_asked_for_as_the_family_takes_it(model: str, thinking: str) -> None:
    assert resolve(MESSAGES, "https://api.anthropic.com", model, {}).thinking == thinking


@pytest.mark.parametrize(
    ("wire", "base_url", "model", "shown"),
    [
        (CHAT, "http://localhost:11434/v1", "qwen3-coder", ""),
        (CHAT, "https://api.openai.com.evil.example/v1", "gpt-5", ""),
        (CHAT, "https://notapi.openai.com", "gpt-5", ""),
        (
            MESSAGES,
            "api.minimax.io/anthropic",
            "MiniMax-M3",
            "thinking=budget tool_id=[a-zA-Z0-9_-]{1,64} cache=markers",
        ),
        (
            CHAT,
            "https://r.services.ai.azure.com/openai/v1",
            "mistralai/Mistral-Large-3",
            "tool_id=.{1,40}",
        ),
        (
            CHAT,
            "https://API.MISTRAL.AI/v1",
            "devstral",
            "stream_usage=False echo=never tool_id=[a-zA-Z0-9]{9} cache=key",
        ),
    ],
)
def test_hosts_are_told_apart_by_their_whole_name(
    wire: WireName, base_url: str, model: str, shown: str
) -> None:
    assert profile(wire, base_url, model) == shown


def test_a_pattern_sees_the_name_with_and_without_its_vendor() -> None:
    row = Row(model="kimi-*", note="made up", echo="never")
    assert row.fits(CHAT, "a.example", "kimi-k3")
    assert row.fits(CHAT, "a.example", "moonshotai/kimi-k3")
    assert not row.fits(CHAT, "a.example", "not-kimi-k3")


def test_the_person_has_the_last_word() -> None:
    given = resolve(
        CHAT, "https://api.mistral.ai/v1", "devstral", {"stream_usage": True, "cache": "none"}
    )
    assert given.stream_usage
    assert given.cache == "none"
    assert given.echo == "never"


@pytest.mark.parametrize(
    ("overrides", "what", "hint"),
    [
        ({"cahce": "key"}, "quirks.cahce does not exist", "Did you mean cache?"),
        ({"toolId": "x"}, "quirks.toolId does not exist", "Did you mean tool_id?"),
        ({"zzz": 1}, "quirks.zzz does not exist", "There are: max_tokens, "),
        ({"cache": "keys"}, "quirks.cache cannot be 'keys'", "one of: none, markers, key."),
        ({"stream_usage": "no"}, "quirks.stream_usage cannot be 'no'", "It is true or false."),
        ({"tool_id": 9}, "quirks.tool_id cannot be 9", "It is text."),
        ({"tool_id": "["}, "quirks.tool_id: no id", "[a-zA-Z0-9]{9}"),
        ({"tool_id": "call_.*"}, "quirks.tool_id: no id", "[a-zA-Z0-9]{9}"),
    ],
)
def test_a_quirk_that_cannot_be_understood_is_explained(
    overrides: dict[str, object], what: str, hint: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        resolve(CHAT, "https://a.example/v1", "m", overrides)
    assert caught.value.what.startswith(what)
    assert hint in caught.value.hint
