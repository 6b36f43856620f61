"""Servers of one's own, told by their usual ports on this machine or its network.

Another program may sit on such a port: these rows are harmless where they are wrong.
"""

from __future__ import annotations

from ownkey.wire.rows.row import CHAT, Row

LLAMA_CPP = "8080"
LM_STUDIO = "1234"
OLLAMA = "11434"
LITELLM = "4000"
VLLM, SGLANG = "8000", "30000"

ROWS = (
    Row(
        near=True,
        cache_minimum=1,
        cache_lifetime=86_400.0,
        note="https://github.com/ggml-org/llama.cpp, tools/server/README.md (cache_prompt): a"
        " slot keeps its prompt until another takes its place",
    ),
    Row(
        wire=CHAT,
        ports=OLLAMA,
        efforts="none low medium high max",
        note="https://github.com/ollama/ollama, openai/openai.go: 400 for other levels",
    ),
    Row(
        wire=CHAT,
        ports=f"{LLAMA_CPP} {LM_STUDIO}",
        schema="plain",
        note="charmbracelet/crush#1314: a schema without types is error 500",
    ),
    Row(
        wire=CHAT,
        ports=f"{LLAMA_CPP} {VLLM} {SGLANG}",
        model="*qwen3* qwq*",
        effort="chat_template_kwargs",
        efforts="none high",
        body={"chat_template_kwargs": {"preserve_thinking": True}},
        note="earendil-works/pi#3325: without its own reasoning Qwen comes to call without"
        " arguments; earendil-works/pi#2020",
    ),
    Row(
        wire=CHAT,
        ports=LITELLM,
        tools_always=True,
        note="https://github.com/earendil-works/pi, openai-completions.ts: Anthropic behind it",
    ),
)
