"""Every way people write a base address leads to the endpoint they mean."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownkey.core.model import WireName
from ownkey.core.origin import absolute, problem
from ownkey.wire.address import HOMES, base_of, endpoint, sibling

PATHS: dict[WireName, str] = {
    "anthropic": "/messages",
    "openai": "/responses",
    "generic-chat-completion-api": "/chat/completions",
}
NAMES: dict[str, WireName] = {
    "messages": "anthropic",
    "responses": "openai",
    "chat": "generic-chat-completion-api",
}

Row = tuple[Literal["messages", "responses", "chat"], str, str]

ROWS: list[Row] = [
    # Messages: the base of one SDK ends in /v1, of the other it does not
    ("messages", "https://api.anthropic.com", "https://api.anthropic.com/v1/messages"),
    ("messages", "https://api.anthropic.com/", "https://api.anthropic.com/v1/messages"),
    ("messages", "https://api.anthropic.com/v1", "https://api.anthropic.com/v1/messages"),
    ("messages", "https://api.anthropic.com/v1/", "https://api.anthropic.com/v1/messages"),
    ("messages", "https://api.anthropic.com//v1//", "https://api.anthropic.com/v1/messages"),
    ("messages", "https://api.anthropic.com/v1/messages", "https://api.anthropic.com/v1/messages"),
    (
        "messages",
        "https://api.anthropic.com/v1/messages/count_tokens",
        "https://api.anthropic.com/v1/messages",
    ),
    ("messages", "api.anthropic.com", "https://api.anthropic.com/v1/messages"),
    ("messages", "https://proxy.example/claude", "https://proxy.example/claude/v1/messages"),
    ("messages", "https://proxy.example/claude/v1", "https://proxy.example/claude/v1/messages"),
    ("messages", "https://proxy.example/v1beta", "https://proxy.example/v1beta/messages"),
    ("messages", "http://localhost:11434", "http://localhost:11434/v1/messages"),
    ("messages", "localhost:8080/v1/", "http://localhost:8080/v1/messages"),
    ("messages", "https://openrouter.ai", "https://openrouter.ai/api/v1/messages"),
    ("messages", "https://openrouter.ai/api", "https://openrouter.ai/api/v1/messages"),
    ("messages", "https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1/messages"),
    ("messages", "https://api.deepseek.com", "https://api.deepseek.com/anthropic/v1/messages"),
    (
        "messages",
        "https://api.deepseek.com/anthropic",
        "https://api.deepseek.com/anthropic/v1/messages",
    ),
    ("messages", "https://api.z.ai/api/anthropic", "https://api.z.ai/api/anthropic/v1/messages"),
    ("messages", "https://api.z.ai", "https://api.z.ai/api/anthropic/v1/messages"),
    (
        "messages",
        "https://api.minimax.io/anthropic/v1",
        "https://api.minimax.io/anthropic/v1/messages",
    ),
    ("messages", "https://api.minimax.io", "https://api.minimax.io/anthropic/v1/messages"),
    ("messages", "https://api.moonshot.ai", "https://api.moonshot.ai/anthropic/v1/messages"),
    ("messages", "https://api.kimi.com/coding", "https://api.kimi.com/coding/v1/messages"),
    (
        "messages",
        "https://api.fireworks.ai/inference",
        "https://api.fireworks.ai/inference/v1/messages",
    ),
    (
        "messages",
        "https://r.services.ai.azure.com/anthropic/",
        "https://r.services.ai.azure.com/anthropic/v1/messages",
    ),
    (
        "messages",
        "https://dashscope-intl.aliyuncs.com/apps/anthropic",
        "https://dashscope-intl.aliyuncs.com/apps/anthropic/v1/messages",
    ),
    ("messages", "https://p.example/?tenant=a", "https://p.example/v1/messages?tenant=a"),
    ("messages", "https://p.example/claude/messages", "https://p.example/claude/messages"),
    # Responses
    ("responses", "https://api.openai.com/v1", "https://api.openai.com/v1/responses"),
    ("responses", "https://api.openai.com", "https://api.openai.com/v1/responses"),
    ("responses", "https://api.openai.com/v1/responses", "https://api.openai.com/v1/responses"),
    (
        "responses",
        "https://api.openai.com/v1/chat/completions",
        "https://api.openai.com/v1/responses",
    ),
    ("responses", "https://api.openai.com/v1/models", "https://api.openai.com/v1/responses"),
    ("responses", "http://localhost:1234/v1", "http://localhost:1234/v1/responses"),
    ("responses", "localhost:1234", "http://localhost:1234/v1/responses"),
    ("responses", "https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1/responses"),
    ("responses", "https://api.deepseek.com", "https://api.deepseek.com/responses"),
    (
        "responses",
        "https://r.openai.azure.com/openai/v1/",
        "https://r.openai.azure.com/openai/v1/responses",
    ),
    ("responses", "https://r.openai.azure.com", "https://r.openai.azure.com/openai/v1/responses"),
    (
        "responses",
        "https://r.openai.azure.com/openai/v1?api-version=preview",
        "https://r.openai.azure.com/openai/v1/responses?api-version=preview",
    ),
    # Chat Completions
    ("chat", "https://api.openai.com/v1/", "https://api.openai.com/v1/chat/completions"),
    ("chat", "https://api.openai.com", "https://api.openai.com/v1/chat/completions"),
    (
        "chat",
        "https://api.openai.com/v1/chat/completions",
        "https://api.openai.com/v1/chat/completions",
    ),
    (
        "chat",
        "https://api.openai.com/v1/chat/completions/",
        "https://api.openai.com/v1/chat/completions",
    ),
    (
        "chat",
        "https://a.example/v1/chat/completions/chat/completions",
        "https://a.example/v1/chat/completions",
    ),
    ("chat", "https://a.example/v1/completions", "https://a.example/v1/chat/completions"),
    ("chat", "https://a.example/v1/embeddings", "https://a.example/v1/chat/completions"),
    ("chat", "https://a.example//v1///", "https://a.example/v1/chat/completions"),
    ("chat", " https://a.example/v1\n", "https://a.example/v1/chat/completions"),
    ("chat", '"https://a.example/v1"', "https://a.example/v1/chat/completions"),
    ("chat", "a.example:8443/llm", "https://a.example:8443/llm/chat/completions"),
    ("chat", "https://a.example/my-responses", "https://a.example/my-responses/chat/completions"),
    ("chat", "HTTPS://A.Example/V1", "https://A.Example/V1/chat/completions"),
    ("chat", "http://localhost:11434/v1/", "http://localhost:11434/v1/chat/completions"),
    ("chat", "localhost:11434", "http://localhost:11434/v1/chat/completions"),
    ("chat", "192.168.1.20:8000/v1", "http://192.168.1.20:8000/v1/chat/completions"),
    ("chat", "[::1]:8080", "http://[::1]:8080/v1/chat/completions"),
    ("chat", "https://api.groq.com", "https://api.groq.com/openai/v1/chat/completions"),
    ("chat", "https://api.groq.com/v1", "https://api.groq.com/openai/v1/chat/completions"),
    ("chat", "https://api.groq.com/openai", "https://api.groq.com/openai/v1/chat/completions"),
    ("chat", "https://api.groq.com/openai/v1", "https://api.groq.com/openai/v1/chat/completions"),
    ("chat", "https://openrouter.ai", "https://openrouter.ai/api/v1/chat/completions"),
    ("chat", "https://openrouter.ai/v1", "https://openrouter.ai/api/v1/chat/completions"),
    ("chat", "https://eu.openrouter.ai/api", "https://eu.openrouter.ai/api/v1/chat/completions"),
    ("chat", "https://notopenrouter.ai", "https://notopenrouter.ai/v1/chat/completions"),
    ("chat", "https://api.deepinfra.com", "https://api.deepinfra.com/v1/openai/chat/completions"),
    (
        "chat",
        "https://api.deepinfra.com/v1",
        "https://api.deepinfra.com/v1/openai/chat/completions",
    ),
    (
        "chat",
        "https://api.fireworks.ai",
        "https://api.fireworks.ai/inference/v1/chat/completions",
    ),
    (
        "chat",
        "https://generativelanguage.googleapis.com/v1beta/",
        "https://generativelanguage.googleapis.com/v1beta/openai/chat/completions",
    ),
    (
        "chat",
        "https://generativelanguage.googleapis.com/v1beta/openai/",
        "https://generativelanguage.googleapis.com/v1beta/openai/chat/completions",
    ),
    ("chat", "https://api.deepseek.com", "https://api.deepseek.com/chat/completions"),
    ("chat", "https://api.deepseek.com/v1", "https://api.deepseek.com/v1/chat/completions"),
    ("chat", "https://api.perplexity.ai", "https://api.perplexity.ai/chat/completions"),
    ("chat", "https://api.z.ai/v4", "https://api.z.ai/api/paas/v4/chat/completions"),
    (
        "chat",
        "https://api.z.ai/api/coding/paas/v4",
        "https://api.z.ai/api/coding/paas/v4/chat/completions",
    ),
    (
        "chat",
        "https://dashscope.aliyuncs.com",
        "https://dashscope.aliyuncs.com/compatible-mode/v1/chat/completions",
    ),
    (
        "chat",
        "https://r.openai.azure.com/openai/deployments/d?api-version=2024-10-21",
        "https://r.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21",
    ),
    ("chat", "https://a.example/chat/completions/", "https://a.example/chat/completions"),
    ("chat", "api.groq.com/chat/completions", "https://api.groq.com/openai/v1/chat/completions"),
    ("chat", "https://a.example/v1?k=a//b", "https://a.example/v1/chat/completions?k=a//b"),
]


@pytest.mark.parametrize(("name", "written", "reached"), ROWS)
def test_a_base_address_in_any_form_leads_to_the_endpoint(
    name: str, written: str, reached: str
) -> None:
    wire = NAMES[name]
    assert endpoint(wire, written, PATHS[wire]) == reached


def test_the_list_of_models_stands_beside_the_endpoint() -> None:
    assert endpoint("openai", "localhost:1234/v1/responses", "/models") == (
        "http://localhost:1234/v1/models"
    )


WIRES = st.sampled_from(sorted(PATHS))
HOSTS = st.sampled_from(
    [
        "api.example.com",
        "localhost:11434",
        "R.openai.azure.com",
        "[::1]:80",
        *(h.host for h in HOMES),
    ]
)
SEGMENTS = st.sampled_from(
    ["v1", "v1beta", "v4", "api", "openai", "anthropic", "inference", "paas", "x", ""]
) | st.sampled_from(["messages", "count_tokens", "chat", "completions", "responses", "models"])
PLACES = st.builds(
    lambda host, segments, query: "/".join(["https:/", host, *segments]) + query,
    HOSTS,
    st.lists(SEGMENTS, max_size=5),
    st.sampled_from(["", "?", "?a=b", "?a=/v1/messages//"]),
)


@given(WIRES, PLACES)
def test_an_endpoint_given_as_a_base_address_is_itself(wire: WireName, base_url: str) -> None:
    once = endpoint(wire, base_url, PATHS[wire])
    assert endpoint(wire, once, PATHS[wire]) == once


@given(WIRES, PLACES | st.text(max_size=40).filter(lambda text: problem(text) is None))
def test_the_host_and_the_query_never_change(wire: WireName, base_url: str) -> None:
    given, reached = urlsplit(absolute(base_url)), urlsplit(endpoint(wire, base_url, PATHS[wire]))
    assert (reached.scheme, reached.netloc, reached.query) == (
        given.scheme,
        given.netloc,
        given.query,
    )
    assert reached.path.endswith(PATHS[wire])
    assert "//" not in reached.path


@pytest.mark.parametrize("home", HOMES, ids=lambda home: home.host)
def test_a_bare_host_is_led_to_where_it_keeps_each_format(home: tuple[str, str, str]) -> None:
    host, openai, anthropic = home
    assert (
        endpoint("openai", f"https://{host}", "/responses") == f"https://{host}{openai}/responses"
    )
    assert endpoint("anthropic", host, "/messages") == f"https://{host}{anthropic}/messages"


@pytest.mark.parametrize(
    ("name", "written", "other"),
    [
        ("chat", "localhost:8080", "http://localhost:8080/chat/completions"),
        ("chat", "localhost:8080/v1", "http://localhost:8080/chat/completions"),
        ("chat", "http://localhost:8080/llm", "http://localhost:8080/llm/v1/chat/completions"),
        ("chat", "https://a.example/v4", None),
        ("chat", "https://a.example/v1?k=a", "https://a.example/chat/completions?k=a"),
        ("messages", "localhost:8080", "http://localhost:8080/messages"),
        ("responses", "localhost:8080/api", "http://localhost:8080/api/v1/responses"),
        (
            "chat",
            "https://api.groq.com/v1/openai",
            "https://api.groq.com/openai/v1/chat/completions",
        ),
        ("messages", "https://api.z.ai/api/paas/v4", "https://api.z.ai/api/anthropic/v1/messages"),
    ],
)
def test_an_endpoint_that_is_not_there_may_be_at_its_sibling(
    name: str, written: str, other: str | None
) -> None:
    wire = NAMES[name]
    assert sibling(wire, endpoint(wire, written, PATHS[wire]), PATHS[wire]) == other


@given(WIRES, PLACES)
def test_a_sibling_is_another_path_at_the_same_origin_and_can_be_written_down(
    wire: WireName, base_url: str
) -> None:
    path = PATHS[wire]
    url = endpoint(wire, base_url, path)
    other = sibling(wire, url, path)
    if other is None:
        return
    was, now = urlsplit(url), urlsplit(other)
    assert (was.scheme, was.netloc, was.query) == (now.scheme, now.netloc, now.query)
    assert was.path != now.path
    assert endpoint(wire, base_of(wire, other, path), path) == other
