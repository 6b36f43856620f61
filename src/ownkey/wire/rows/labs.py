"""Those who serve models of their own."""

from __future__ import annotations

from ownkey.wire.rows.row import CHAT, MESSAGES, RESPONSES, Row

OPENAI = "api.openai.com openai.azure.com cognitiveservices.azure.com services.ai.azure.com"
DASHSCOPE = "dashscope.aliyuncs.com dashscope-intl.aliyuncs.com dashscope-us.aliyuncs.com"
MINIMAX = "api.minimax.io api.minimaxi.com"
MISTRAL = "api.mistral.ai codestral.mistral.ai"
MOONSHOT = "api.moonshot.ai api.moonshot.cn api.kimi.com"
ZAI = "api.z.ai open.bigmodel.cn"

ROWS = (
    # Anthropic
    Row(
        wire=MESSAGES,
        host="api.anthropic.com",
        model="*claude-*-4 *claude-*-4-2025* *claude-*-4-[015]*",
        headers={"anthropic-beta": "interleaved-thinking-2025-05-14"},
        note="https://platform.claude.com/docs/en/build-with-claude/extended-thinking"
        "#interleaved-thinking: to think between calls; built in since 4.6",
    ),
    Row(
        wire=CHAT,
        host="api.anthropic.com",
        effort="none",
        note="https://platform.claude.com/docs/en/api/openai-sdk: ignored there",
    ),
    # OpenAI, at home and at Azure
    Row(
        wire=CHAT,
        host=OPENAI,
        max_tokens="max_completion_tokens",
        tool_id=".{1,40}",
        note="https://platform.openai.com/docs/api-reference/chat/create",
    ),
    Row(
        host="api.openai.com openai.azure.com",
        cache="key",
        note="https://platform.openai.com/docs/guides/prompt-caching",
    ),
    Row(
        wire=RESPONSES,
        host=OPENAI,
        model="gpt-5* gpt-6* o1* o3* o4* codex-*",
        sealed_reasoning=True,
        note="https://platform.openai.com/docs/guides/reasoning#encrypted-reasoning-items",
    ),
    Row(
        host="api.openai.com",
        model="gpt-5.6* gpt-6*",
        cache="breakpoint",
        cache_lifetime=1_800.0,
        note="https://developers.openai.com/api/docs/guides/prompt-caching: since gpt-5.6, entries"
        " are made at breakpoints, by themselves only at the newest message",
    ),
    Row(
        host=OPENAI,
        model="gpt-3* gpt-4* chatgpt-* gpt-5-chat* o1-mini* o1-preview*",
        effort="none",
        sealed_reasoning=False,
        note="pydantic/pydantic-ai, profiles/openai.py: these do not reason by effort",
    ),
    Row(
        host=OPENAI,
        model="o[134] o[134]-20* o[34]-mini* o[13]-pro* codex-mini*",
        efforts="low medium high",
        note="https://platform.openai.com/docs/guides/reasoning",
    ),
    Row(
        host=OPENAI,
        model="gpt-5 gpt-5-20* gpt-5-mini* gpt-5-nano*",
        efforts="minimal low medium high",
        note="https://platform.openai.com/docs/guides/reasoning: cannot be off before 5.1",
    ),
    Row(
        host=OPENAI,
        model="gpt-5-codex* gpt-5.1-codex*",
        efforts="low medium high",
        note="pydantic/pydantic-ai, profiles/openai.py: always on",
    ),
    Row(
        host=OPENAI,
        model="gpt-5-pro*",
        efforts="high",
        note="https://learn.microsoft.com/en-us/javascript/api/@azure/ai-projects/reasoningeffort",
    ),
    Row(
        host=OPENAI,
        model="gpt-5.1 gpt-5.1-20* gpt-5.1-mini*",
        efforts="none low medium high",
        note="openai/openai-agents-python#2089",
    ),
    Row(
        host=OPENAI,
        model="gpt-5.[2345]*",
        efforts="none low medium high xhigh",
        note="https://learn.microsoft.com/en-us/javascript/api/@azure/ai-projects/reasoningeffort:"
        " xhigh in all after 5.1-codex-max",
    ),
    Row(
        host=OPENAI,
        model="gpt-5.1-codex-max* gpt-5.[23]-codex*",
        efforts="low medium high xhigh",
        note="https://developers.openai.com/api/docs/models/gpt-5.3-codex",
    ),
    Row(
        host=OPENAI,
        model="gpt-5.[245]-pro*",
        efforts="medium high xhigh",
        note="pydantic/pydantic-ai, profiles/openai.py: cannot be off",
    ),
    Row(
        host=OPENAI,
        model="gpt-5.[123]-chat*",
        efforts="medium",
        note="pydantic/pydantic-ai, profiles/openai.py: fixed",
    ),
    Row(
        host=OPENAI,
        model="gpt-5.6*",
        efforts="none low medium high xhigh max",
        note="anomalyco/opencode#36141",
    ),
    Row(
        host=OPENAI,
        model="gpt-6*",
        efforts="low medium high xhigh max",
        note="https://developers.openai.com/api/docs/models/gpt-6-astra: cannot be off",
    ),
    Row(
        wire=CHAT,
        host="services.ai.azure.com cognitiveservices.azure.com",
        model="*mistral* *codestral* *ministral*",
        max_tokens="max_tokens",
        note="pydantic/pydantic-ai#6593: 422 on the new field",
    ),
    # DeepSeek
    Row(
        wire=CHAT,
        host="api.deepseek.com",
        echo="required",
        effort="thinking_effort",
        efforts="none low high max",
        note="https://api-docs.deepseek.com/guides/thinking_mode;"
        " anomalyco/opencode#24722: 400 where reasoning_content is missing",
    ),
    # Google
    Row(
        wire=CHAT,
        host="generativelanguage.googleapis.com",
        efforts="minimal low medium high",
        schema="plain",
        note="https://ai.google.dev/gemini-api/docs/openai; earendil-works/pi#3412 for schemas",
    ),
    Row(
        wire=CHAT,
        host="generativelanguage.googleapis.com",
        model="gemini-2.5-flash*",
        efforts="none minimal low medium high",
        note="https://ai.google.dev/gemini-api/docs/openai#thinking: off in 2.5 Flash only",
    ),
    Row(
        wire=CHAT,
        host="generativelanguage.googleapis.com",
        model="gemini-1* gemini-2.0* gemma-*",
        effort="none",
        note="https://ai.google.dev/gemini-api/docs/thinking: since 2.5",
    ),
    Row(
        wire=CHAT,
        host="generativelanguage.googleapis.com",
        model="gemini-[3-9]*",
        signed_calls=True,
        note="https://ai.google.dev/gemini-api/docs/thought-signatures",
    ),
    # MiniMax
    Row(
        wire=MESSAGES,
        host=MINIMAX,
        auth="bearer",
        note="https://github.com/charmbracelet/catwalk",
    ),
    Row(
        wire=CHAT,
        host=MINIMAX,
        effort="none",
        body={"reasoning_split": True},
        note="https://platform.minimax.io/docs/api-reference/text-openai-api: else in the text",
    ),
    # Mistral
    Row(
        wire=CHAT,
        host=MISTRAL,
        bridge=True,
        echo="never",
        effort="none",
        named_results=True,
        stream_usage=False,
        tool_id="[a-zA-Z0-9]{9}",
        note="mistralai/mistral-vibe#1075 for ids; https://docs.mistral.ai/api for the rest,"
        " where an unknown field is an error",
    ),
    Row(
        wire=CHAT,
        host=MISTRAL,
        model="mistral-small-26* mistral-small-latest mistral-medium-3[.-]5* mistral-medium-latest",
        effort="reasoning_effort",
        efforts="none high",
        note="earendil-works/pi#3338; https://docs.mistral.ai/capabilities/reasoning",
    ),
    Row(
        host=MISTRAL,
        cache="key",
        note="earendil-works/pi#5854; https://docs.mistral.ai/api/endpoint/responses",
    ),
    # Moonshot
    Row(
        wire=CHAT,
        host=MOONSHOT,
        cache="key",
        effort="none",
        schema="plain",
        note="https://github.com/MoonshotAI/kimi-cli, packages/kosong",
    ),
    Row(
        wire=CHAT,
        host=MOONSHOT,
        model="kimi-k2[.-][56]* kimi-for-coding*",
        echo="required",
        effort="thinking",
        efforts="none high",
        note="earendil-works/pi#5531; reasoning is missed where it is left out (pi#4678)",
    ),
    Row(
        wire=CHAT,
        host=MOONSHOT,
        model="kimi-k2[.-]7* kimi-k2-thinking*",
        echo="required",
        note="pydantic/pydantic-ai, providers/moonshotai.py: always on, without levels",
    ),
    Row(
        wire=CHAT,
        host=MOONSHOT,
        model="kimi-k3* k3*",
        echo="required",
        effort="reasoning_effort",
        efforts="max",
        note="earendil-works/pi#5760",
    ),
    # Qwen, at Alibaba
    Row(
        wire=CHAT,
        host=DASHSCOPE,
        effort="enable_thinking",
        efforts="none high",
        note="https://www.alibabacloud.com/help/en/model-studio/deep-thinking",
    ),
    Row(
        wire=CHAT,
        host=DASHSCOPE,
        model="qwen*",
        cache="markers",
        note="https://www.alibabacloud.com/help/en/model-studio/context-cache",
    ),
    Row(
        wire=CHAT,
        host=DASHSCOPE,
        model="qwen3-coder* qwen*-instruct* qwen2*",
        effort="none",
        note="https://www.alibabacloud.com/help/en/model-studio/deep-thinking: do not think",
    ),
    # xAI
    Row(
        host="api.x.ai",
        effort="none",
        note="https://docs.x.ai/docs/guides/reasoning: most refuse the field",
    ),
    Row(
        host="api.x.ai",
        model="grok-4.3* grok-latest",
        effort="reasoning_effort",
        efforts="none low medium high",
        note="pydantic/pydantic-ai, profiles/grok.py",
    ),
    Row(
        host="api.x.ai",
        model="grok-4.[5-9]*",
        effort="reasoning_effort",
        efforts="low medium high",
        note="pydantic/pydantic-ai, profiles/grok.py",
    ),
    Row(
        host="api.x.ai",
        model="grok-3-mini*",
        effort="reasoning_effort",
        efforts="low high",
        note="https://docs.x.ai/docs/guides/reasoning",
    ),
    Row(
        wire=CHAT,
        host="api.x.ai",
        affinity="x-grok-conv-id",
        note="https://docs.x.ai/developers/advanced-api-usage/prompt-caching/maximizing-cache-hits",
    ),
    Row(
        wire=RESPONSES,
        host="api.x.ai",
        cache="key",
        note="https://docs.x.ai/developers/advanced-api-usage/prompt-caching/maximizing-cache-hits",
    ),
    Row(
        wire=RESPONSES,
        host="api.x.ai",
        model="grok-4* grok-build* grok-latest",
        sealed_reasoning=True,
        note="https://docs.x.ai/docs/guides/reasoning#encrypted-reasoning-content",
    ),
    # Z.ai
    Row(
        wire=CHAT,
        host=ZAI,
        effort="thinking",
        efforts="none high",
        body={"tool_stream": True},
        note="https://docs.z.ai/guides/capabilities/stream-tool; earendil-works/pi#2732",
    ),
    Row(
        wire=CHAT,
        host=ZAI,
        model="glm-4.7* glm-5*",
        body={"tool_stream": True, "thinking": {"type": "enabled", "clear_thinking": False}},
        note="https://docs.z.ai/guides/capabilities/thinking-mode: on by default, and forgotten"
        " between requests unless asked; earendil-works/pi#6083",
    ),
    Row(
        wire=CHAT,
        host=ZAI,
        model="glm-5.2*",
        effort="thinking_effort",
        efforts="none high max",
        note="https://openrouter.ai/z-ai/glm-5.2: two levels",
    ),
    Row(
        wire=CHAT,
        host=ZAI,
        model="glm-5.[3-9]*",
        effort="thinking_effort",
        efforts="low high max",
        note="https://openrouter.ai/z-ai/glm-5.3: cannot be off",
    ),
)
