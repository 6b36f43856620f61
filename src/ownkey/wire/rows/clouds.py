"""Those who serve other people's models, or pass on to those who do."""

from __future__ import annotations

from ownkey.wire.rows.row import CHAT, MESSAGES, Row

ROWS = (
    Row(
        wire=MESSAGES,
        host="api.aws",
        auth="bearer",
        note="https://github.com/anthropics/anthropic-sdk-python (Bedrock keys)",
    ),
    Row(
        wire=CHAT,
        host="inference.baseten.co",
        effort="chat_template_args",
        efforts="none low medium high",
        note="https://github.com/earendil-works/pi, openai-completions.ts",
    ),
    Row(
        wire=CHAT,
        host="inference.baseten.co",
        model="*gpt-oss*",
        effort="reasoning_effort",
        note="https://github.com/openai/harmony: its levels are no switch of the template",
    ),
    Row(
        wire=CHAT,
        host="api.cerebras.ai",
        echo="never",
        effort="none",
        note="anomalyco/opencode#26763 for the echo",
    ),
    Row(
        wire=CHAT,
        host="api.cerebras.ai",
        model="*gpt-oss*",
        effort="reasoning_effort",
        note="https://inference-docs.cerebras.ai/capabilities/reasoning",
    ),
    Row(
        wire=CHAT,
        host="api.cerebras.ai",
        model="*glm*",
        echo="tags",
        effort="disable_reasoning",
        efforts="none high",
        note="https://inference-docs.cerebras.ai/capabilities/reasoning;"
        " pydantic/pydantic-ai, providers/cerebras.py for the tags",
    ),
    Row(
        wire=CHAT,
        host="api.deepinfra.com",
        efforts="none low medium high",
        note="unverified: the four levels that all such hosts take",
    ),
    Row(
        wire=MESSAGES,
        host="api.fireworks.ai",
        cache="none",
        note="https://github.com/earendil-works/pi CHANGELOG 0.80.1: no markers on tools",
    ),
    Row(
        wire=CHAT,
        host="api.fireworks.ai",
        cache="key",
        note="earendil-works/pi#3430: the cache is local to a replica",
    ),
    Row(
        host="api.fireworks.ai",
        affinity="x-session-affinity",
        note="https://docs.fireworks.ai/guides/prompt-caching",
    ),
    Row(
        wire=CHAT,
        host="api.groq.com",
        effort="none",
        note="https://console.groq.com/docs/reasoning: an error where a model has no levels",
    ),
    Row(
        wire=CHAT,
        host="api.groq.com",
        model="*gpt-oss*",
        effort="reasoning_effort",
        note="https://console.groq.com/docs/reasoning",
    ),
    Row(
        wire=CHAT,
        host="api.groq.com",
        model="*qwen3*",
        effort="default",
        efforts="none high",
        body={"reasoning_format": "parsed"},
        note="https://console.groq.com/docs/reasoning: on or off, and raw is no choice with tools",
    ),
    Row(
        wire=CHAT,
        host="router.huggingface.co",
        efforts="none minimal low medium high xhigh",
        note="https://huggingface.co/docs/inference-providers/tasks/chat-completion",
    ),
    Row(
        wire=CHAT,
        host="openrouter.ai",
        effort="reasoning",
        efforts="none minimal low medium high xhigh",
        note="https://openrouter.ai/docs/use-cases/reasoning-tokens: for all models alike",
    ),
    Row(
        wire=CHAT,
        host="openrouter.ai",
        model="inception/mercury*",
        effort="none",
        note="https://github.com/earendil-works/pi: Mercury 2 loses its tools",
    ),
    Row(
        wire=CHAT,
        host="openrouter.ai",
        model="anthropic/* qwen/*",
        cache="markers",
        note="https://openrouter.ai/docs/guides/best-practices/prompt-caching",
    ),
    Row(
        host="openrouter.ai",
        affinity="x-session-id",
        note="https://openrouter.ai/docs/guides/best-practices/prompt-caching: stays with who"
        " has the cache",
    ),
    Row(
        wire=CHAT,
        host="api.together.xyz api.together.ai",
        effort="reasoning_enabled",
        efforts="none low medium high",
        note="https://docs.together.ai/docs/inference/chat/reasoning",
    ),
    Row(
        wire=CHAT,
        host="api.together.xyz api.together.ai",
        model="*gpt-oss*",
        effort="reasoning_effort",
        note="https://docs.together.ai/docs/gpt-oss",
    ),
)
