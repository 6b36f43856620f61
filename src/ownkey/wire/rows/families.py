"""Families of open weights, wherever they are served."""

from __future__ import annotations

from ownkey.wire.rows.row import CHAT, Row

ROWS = (
    Row(
        wire=CHAT,
        model="*gpt-oss*",
        efforts="low medium high",
        note="https://github.com/openai/harmony: three levels, never off",
    ),
    # They print their calls where the server has no parser for them
    Row(
        wire=CHAT,
        near=True,
        model="*qwen* qwq* *hermes*",
        text_calls="hermes",
        note="https://huggingface.co/NousResearch/Hermes-3-Llama-3.1-8B",
    ),
    Row(
        wire=CHAT,
        near=True,
        model="*llama-3* *llama3* *qwen3-coder* *qwen3.[5-9]*",
        text_calls="xml",
        note="https://huggingface.co/Qwen/Qwen3-Coder-30B-A3B-Instruct;"
        " https://www.llama.com/docs/model-cards-and-prompt-formats/llama3_1 (custom tools)",
    ),
    Row(
        wire=CHAT,
        near=True,
        model="*qwen2.5-coder*",
        text_calls="fenced",
        note="vllm-project/vllm#32926, ollama/ollama#12174: a block of JSON, or bare",
    ),
)
