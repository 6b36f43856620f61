"""What is true of a format, and of the models that are at home in it, wherever served."""

from __future__ import annotations

from ownkey.wire.rows.row import MESSAGES, RESPONSES, Row

ROWS = (
    Row(
        wire=MESSAGES,
        auth="x-api-key",
        cache="markers",
        tool_id="[a-zA-Z0-9_-]{1,64}",
        thinking="budget",
        note="https://platform.claude.com/docs/en/api/messages",
    ),
    Row(
        wire=MESSAGES,
        model="*claude-*",
        thinking="adaptive",
        efforts="none low medium high xhigh max",
        note="https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking",
    ),
    Row(
        wire=MESSAGES,
        model="*claude-opus-4[-.]6* *claude-sonnet-4[-.]6*",
        efforts="none low medium high max",
        note="pydantic/pydantic-ai, profiles/anthropic.py: xhigh came with Opus 4.7",
    ),
    Row(
        wire=MESSAGES,
        model="*claude-fable-* *claude-mythos-*",
        efforts="low medium high xhigh max",
        note="earendil-works/pi#5567: thinking cannot be disabled",
    ),
    Row(
        wire=MESSAGES,
        model="*claude-3* *claude-*-4 *claude-*-4[:@]* *claude-*-4-2025* *claude-*-4[-.][015]*",
        thinking="budget",
        efforts="",
        note="https://platform.claude.com/docs/en/build-with-claude/extended-thinking",
    ),
    Row(
        wire=MESSAGES,
        model="*claude-3-5* *claude-3.5* *claude-3-[hos]* *claude-2* *claude-instant*",
        effort="none",
        note="https://platform.claude.com/docs/en/build-with-claude/extended-thinking: since 3.7",
    ),
    # How short a prompt is not cached: Anthropic's own figures, wherever it is served
    Row(
        model="*claude-haiku-4[-.]5* *claude-opus-4[-.][56]*",
        cache_minimum=4096,
        note="https://platform.claude.com/docs/en/build-with-claude/prompt-caching",
    ),
    Row(
        model="*claude-3*haiku* *claude-haiku-3*",
        cache_minimum=2048,
        note="https://platform.claude.com/docs/en/build-with-claude/prompt-caching",
    ),
    Row(
        model="*claude-opus-5* *claude-fable-5* *claude-mythos-5*",
        cache_minimum=512,
        note="https://docs.litellm.ai/docs/completion/prompt_caching",
    ),
    Row(
        wire=RESPONSES,
        tool_id=".{1,64}",
        note="https://platform.openai.com/docs/api-reference/responses/create",
    ),
)
