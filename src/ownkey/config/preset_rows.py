"""The providers, a row each: as their documents have them, collected in wire-facts 2 and 3.

Names of models are of the catalog's day; an endpoint's own list (`ownkey models add`) is newer.
"""

from __future__ import annotations

from typing import NamedTuple

from ownkey.core.model import WireName

MESSAGES: WireName = "anthropic"
RESPONSES: WireName = "openai"
CHAT: WireName = "generic-chat-completion-api"


class Row(NamedTuple):
    name: str
    provider: WireName
    base_url: str
    """`RESOURCE` stands for what is one's own in it."""
    variable: str
    """The environment variable that its own documents keep the key in; empty: it needs none."""
    keys: str
    """Where one gets a key; for a server of one's own, how it is started."""
    models: tuple[str, ...]
    """Ids worth having for coding work, the first one before all."""
    limits: str
    """What to know of it."""
    caching: str
    """How prompts are cached there, and what ownkey does for it."""


MARKED = "Where it is marked: ownkey marks tools, system prompt and the newest message."
KEYED = "Automatic; ownkey names the session in `prompt_cache_key`, so that it meets its cache."
PLAIN = "Automatic on some models."
PREFIX = "Automatic in memory, as long as the beginning of the prompt stays the same: it does."

ROWS = (
    Row(
        "Anthropic",
        MESSAGES,
        "https://api.anthropic.com",
        "ANTHROPIC_API_KEY",
        "https://platform.claude.com/settings/keys",
        ("claude-sonnet-5", "claude-opus-5", "claude-haiku-4-5"),
        "The key goes into `x-api-key`. An output limit is required: ownkey sends the model's own.",
        f"{MARKED} Five minutes; `cacheTtl` asks for an hour.",
    ),
    Row(
        "OpenAI",
        RESPONSES,
        "https://api.openai.com/v1",
        "OPENAI_API_KEY",
        "https://platform.openai.com/api-keys",
        ("gpt-5.5", "gpt-5.4-mini", "gpt-5.3-codex"),
        "Prompts above 272k tokens cost more, though the window is larger.",
        f"{KEYED} From gpt-5.6 on, also a breakpoint behind what all sessions share.",
    ),
    Row(
        "OpenRouter",
        CHAT,
        "https://openrouter.ai/api/v1",
        "OPENROUTER_API_KEY",
        "https://openrouter.ai/settings/keys",
        ("z-ai/glm-5.2", "anthropic/claude-opus-5", "openai/gpt-oss-20b"),
        "It hands on to other hosts: `extraArgs.provider` chooses among them, which switches off"
        " that a session stays at one. Models that end in `:free` are often busy.",
        "As at the host behind it. ownkey names the session in `x-session-id` and marks the"
        " prompts of models that want it.",
    ),
    Row(
        "Groq",
        CHAT,
        "https://api.groq.com/openai/v1",
        "GROQ_API_KEY",
        "https://console.groq.com/keys",
        ("openai/gpt-oss-120b", "qwen/qwen3-32b", "moonshotai/kimi-k2-instruct-0905"),
        "A request above the tokens per minute of one's plan is refused with 413.",
        "Automatic on some models; what is read from it does not count against the limits.",
    ),
    Row(
        "Fireworks",
        CHAT,
        "https://api.fireworks.ai/inference/v1",
        "FIREWORKS_API_KEY",
        "https://fireworks.ai/account/api-keys",
        ("accounts/fireworks/models/glm-5p2", "accounts/fireworks/models/deepseek-v4-pro"),
        "Ids have `p` for the dot of a version.",
        "Automatic, in each replica by itself: ownkey names the session in `x-session-affinity`.",
    ),
    Row(
        "DeepInfra",
        CHAT,
        "https://api.deepinfra.com/v1/openai",
        "DEEPINFRA_API_KEY",
        "https://deepinfra.com/dash/api_keys",
        ("zai-org/GLM-4.7", "Qwen/Qwen3-Coder-480B-A35B-Instruct-Turbo"),
        "The path is `/v1/openai`, in this order.",
        PLAIN,
    ),
    Row(
        "Baseten",
        CHAT,
        "https://inference.baseten.co/v1",
        "BASETEN_API_KEY",
        "https://app.baseten.co/settings/api_keys",
        ("zai-org/GLM-5.2", "deepseek-ai/DeepSeek-V4-Pro", "moonshotai/Kimi-K2.6"),
        "Thinking is switched by `chat_template_args`: ownkey does so.",
        PLAIN,
    ),
    Row(
        "Hugging Face",
        CHAT,
        "https://router.huggingface.co/v1",
        "HF_TOKEN",
        "https://huggingface.co/settings/tokens",
        ("openai/gpt-oss-120b:fireworks-ai", "MiniMaxAI/MiniMax-M3:fireworks-ai"),
        "What stands behind the colon chooses the host, whose ways show through. 402 once the"
        " month's credits are used up.",
        "As at the host behind it; nothing is promised.",
    ),
    Row(
        "Gemini",
        CHAT,
        "https://generativelanguage.googleapis.com/v1beta/openai",
        "GEMINI_API_KEY",
        "https://aistudio.google.com/apikey",
        ("gemini-3.1-pro-preview", "gemini-3.7-flash", "gemini-2.5-pro"),
        "Calls carry signatures that must go back: ownkey keeps them. Schemas of tools are made"
        " plain for it.",
        "Automatic.",
    ),
    Row(
        "Ollama",
        CHAT,
        "http://localhost:11434/v1",
        "",
        "`ollama serve`, then `ollama pull qwen3-coder`",
        ("qwen3-coder", "gpt-oss:20b"),
        "It reads little at a time unless told otherwise, and cuts the rest without a word:"
        " `OLLAMA_CONTEXT_LENGTH=32768 ollama serve`. The first answer may take minutes.",
        f"{PREFIX} It never says how much.",
    ),
    Row(
        "Ollama Cloud",
        CHAT,
        "http://localhost:11434/v1",
        "",
        "`ollama signin`: the server on your machine passes on to theirs",
        ("glm-4.7:cloud",),
        "Models that end in `:cloud` run on Ollama's machines, with their whole window.",
        "It never says.",
    ),
    Row(
        "LM Studio",
        CHAT,
        "http://localhost:1234/v1",
        "",
        "`lms server start`, then `lms load MODEL --context-length 32768`",
        ("openai/gpt-oss-20b", "google/gemma-4-e4b"),
        "The window is fixed when the model is loaded. A wrong path is answered with 200.",
        PREFIX,
    ),
    Row(
        "llama.cpp",
        CHAT,
        "http://localhost:8080/v1",
        "",
        "`llama-server --jinja -c 32768 -m MODEL.gguf`",
        ("qwen3-coder",),
        "Tools need `--jinja`. The window is shared among `--parallel` slots. Any name of a model"
        " is taken.",
        f"{PREFIX} It says how much.",
    ),
    Row(
        "vLLM",
        CHAT,
        "http://localhost:8000/v1",
        "",
        "`vllm serve MODEL --enable-auto-tool-choice --tool-call-parser NAME`",
        ("qwen3-coder",),
        "Tools need both options. Prompt and output limit together must fit the window.",
        PREFIX,
    ),
    Row(
        "DeepSeek",
        CHAT,
        "https://api.deepseek.com",
        "DEEPSEEK_API_KEY",
        "https://platform.deepseek.com/api_keys",
        ("deepseek-v4-pro", "deepseek-v4-flash"),
        "It thinks unless told not to, and wants its reasoning back with each call: ownkey sends"
        " it. 402 when the balance is used up.",
        "Automatic, on disk, for hours.",
    ),
    Row(
        "Mistral",
        CHAT,
        "https://api.mistral.ai/v1",
        "MISTRAL_API_KEY",
        "https://console.mistral.ai/api-keys",
        ("devstral", "mistral-medium-3.5", "codestral-latest"),
        "Ids of calls must have nine letters, and unknown fields are refused: ownkey obeys. Keys"
        " for codestral.mistral.ai are others.",
        KEYED,
    ),
    Row(
        "xAI",
        RESPONSES,
        "https://api.x.ai/v1",
        "XAI_API_KEY",
        "https://console.x.ai",
        ("grok-4.6", "grok-4.5", "grok-build-0.1"),
        "Its Chat Completions cannot give reasoning back; Responses can.",
        KEYED,
    ),
    Row(
        "Together",
        CHAT,
        "https://api.together.xyz/v1",
        "TOGETHER_API_KEY",
        "https://api.together.ai/settings/api-keys",
        ("zai-org/GLM-5.3",),
        "Nothing out of the ordinary.",
        PLAIN,
    ),
    Row(
        "Cerebras",
        CHAT,
        "https://api.cerebras.ai/v1",
        "CEREBRAS_API_KEY",
        "https://cloud.cerebras.ai",
        ("gpt-oss-120b", "gemma-4-31b", "zai-glm-4.7"),
        "Several optional fields are refused, and too long a prompt without a word: ownkey sends"
        " none of them.",
        PLAIN,
    ),
    Row(
        "Moonshot",
        MESSAGES,
        "https://api.moonshot.ai/anthropic",
        "MOONSHOT_API_KEY",
        "https://platform.moonshot.ai/console/api-keys",
        ("kimi-k3", "kimi-k2.7-code", "kimi-k2.6"),
        "In China api.moonshot.cn. Keys of a plan are for https://api.kimi.com/coding.",
        "Automatic.",
    ),
    Row(
        "Z.ai",
        MESSAGES,
        "https://api.z.ai/api/anthropic",
        "ZAI_API_KEY",
        "https://z.ai/manage-apikey/apikey-list",
        ("glm-5.3", "glm-5.2", "glm-4.7"),
        "It has no list of models. The key of a coding plan at the address of another is told to"
        " have no balance. In China open.bigmodel.cn.",
        "Automatic.",
    ),
    Row(
        "MiniMax",
        MESSAGES,
        "https://api.minimax.io/anthropic",
        "MINIMAX_API_KEY",
        "https://platform.minimax.io/user-center/basic-information/interface-key",
        ("MiniMax-M3", "MiniMax-M2.7"),
        "Its thinking must stay in the history: ownkey keeps it. In China api.minimaxi.com.",
        MARKED,
    ),
    Row(
        "Azure OpenAI",
        RESPONSES,
        "https://RESOURCE.openai.azure.com/openai/v1",
        "AZURE_OPENAI_API_KEY",
        "https://portal.azure.com, at your resource, Keys and Endpoint",
        ("gpt-5.5",),
        "`model` is the name of your deployment. The address takes no `api-version`.",
        KEYED,
    ),
)
