"""The table of quirks: what each row makes of an endpoint, and how a person overrules it.

The profiles stand in `profiles.json`; `pytest --inline-snapshot=fix` rewrites them.
"""

from __future__ import annotations

import re

import msgspec
import pytest
from inline_snapshot import external_file

from ownkey.core.errors import SettingsError
from ownkey.core.model import WireName
from ownkey.core.quirks import Quirks
from ownkey.wire.quirks import resolve
from ownkey.wire.rows import RULES
from ownkey.wire.rows.row import CHAT, MESSAGES, RESPONSES, Row


def profile(wire: WireName, base_url: str, model: str) -> str:
    """The fields that differ from the defaults, in one line."""
    effective = msgspec.structs.asdict(resolve(wire, base_url, model, {}))
    usual = msgspec.structs.asdict(Quirks())
    return " ".join(f"{k}={v}" for k, v in effective.items() if v != usual[k])


def example(row: Row) -> tuple[WireName, str, str]:
    """A wire, an address and a model that the row is about."""
    model = re.sub(r"\[(.).*?\]", r"\1", row.models[0]).replace("*", "") if row.models else "m"
    port = f":{row.ports[0]}" if row.ports else ""
    host = f"localhost{port}" if row.near else (row.hosts or ["host.example"])[0]
    return row.wire or RESPONSES, f"https://{host}/v1", model


def test_each_row_gives_this_profile() -> None:
    told = {" ".join(example(row)): profile(*example(row)) for row in RULES}
    assert told == external_file("profiles.json")


def test_each_row_names_its_source_and_changes_known_fields() -> None:
    for row in RULES:
        assert row.note
        assert row.changes
        assert msgspec.convert(row.changes, Quirks)
        assert row.fits(*example(row))
        resolve(*example(row), {})


NAMED = (
    *("api.anthropic.com", "api.openai.com", "openai.azure.com", "openrouter.ai", "api.groq.com"),
    *("api.fireworks.ai", "api.deepinfra.com", "inference.baseten.co", "router.huggingface.co"),
    *("generativelanguage.googleapis.com", "api.deepseek.com", "api.mistral.ai", "api.x.ai"),
    *("api.together.xyz", "api.cerebras.ai", "api.moonshot.ai", "api.z.ai", "api.minimax.io"),
    "dashscope-intl.aliyuncs.com",
)
LOCAL = {"Ollama": "11434", "LM Studio": "1234", "vLLM": "8000", "llama.cpp": "8080"}


@pytest.mark.parametrize("host", NAMED)
def test_every_host_of_the_list_has_a_row(host: str) -> None:
    assert any(host in row.hosts for row in RULES)


@pytest.mark.parametrize("port", [*LOCAL.values(), "4000"], ids=[*LOCAL, "LiteLLM"])
def test_every_local_server_of_the_list_has_a_row(port: str) -> None:
    assert any(port in row.ports for row in RULES)


@pytest.mark.parametrize(
    ("base_url", "schema"),
    [
        ("http://localhost:8080/v1", "plain"),
        ("http://127.0.0.1:8080/v1", "plain"),
        ("http://192.168.1.9:8080/v1", "plain"),
        ("http://box.local:8080/v1", "plain"),
        ("localhost:8080", "plain"),
        ("http://localhost:8081/v1", "full"),
        ("http://localhost/v1", "full"),
        ("https://llm.example.com:8080/v1", "full"),
        ("http://localhost:99999/v1", "full"),
    ],
)
def test_a_local_server_is_known_by_its_port_on_this_network(base_url: str, schema: str) -> None:
    assert resolve(CHAT, base_url, "m", {}).schema == schema


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
        (CHAT, "https://ollama.example/v1", "qwen3-coder", ""),
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
            "stream_usage=False effort=none echo=never named_results=True bridge=True"
            " tool_id=[a-zA-Z0-9]{9} cache=key",
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
        (
            {"cache": "keys"},
            "quirks.cache cannot be 'keys'",
            "one of: 'none', 'markers', 'key', 'breakpoint'.",
        ),
        ({"stream_usage": "no"}, "quirks.stream_usage cannot be 'no'", "It is true or false."),
        ({"tool_id": 9}, "quirks.tool_id cannot be 9", "It is text."),
        ({"efforts": "low highest"}, "quirks.efforts: there is no level 'highest'", "xhigh max."),
        ({"body": True}, "quirks.body cannot be True", "It is an object."),
        ({"headers": {"a": 1}}, "quirks.headers cannot be", "It is an object."),
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
