"""Each program's own files in a home folder, as its documents have them, and what they give."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ownkey.setup.imports.candidate import Candidate, Left
from ownkey.setup.imports.readers import READERS, SOURCES, look

KEY = "test-key-not-real-1"


def candidates(
    home: Path, source: str, files: Mapping[str, str], environ: Mapping[str, str] | None = None
) -> list[str]:
    """A line for each: FILE:LINE, format, model, address, and where the key is."""
    for name, text in files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return [line(home, one) for one in look(home, environ or {}, [source])]


def line(home: Path, one: Candidate | Left) -> str:
    where = one.where.replace(f"{home}/", "")
    if isinstance(one, Left):
        return f"{where} left: {one.why}".replace(f"{home}/", "")
    key = one.key
    kept = f"literal in {key.literal.source}" if key.literal else key.reference or key.note or "-"
    wire = {"anthropic": "messages", "openai": "responses"}.get(one.provider, "chat")
    sizes = "".join(f" {size}" for size in (one.window, one.max_output, one.images) if size)
    said = f"{where} {wire} {one.model} {one.base_url} {kept}{sizes}"
    return said.replace(f"{home}/", "")


def test_claude_code_takes_the_address_and_the_models_of_its_env_block(home: Path) -> None:
    settings_json = json.dumps(
        {
            "model": "opus[1m]",
            "env": {
                "ANTHROPIC_BASE_URL": "https://api.z.ai/api/anthropic",
                "ANTHROPIC_AUTH_TOKEN": KEY,
                "ANTHROPIC_MODEL": "glm-5.3[1m]",
                "ANTHROPIC_DEFAULT_SONNET_MODEL": "glm-5.3",
                "ANTHROPIC_DEFAULT_HAIKU_MODEL": "glm-5-air",
            },
        },
        indent=1,
    )
    assert candidates(home, "claude", {".claude/settings.json": settings_json}) == [
        ".claude/settings.json:6 messages glm-5.3 https://api.z.ai/api/anthropic "
        "literal in .claude/settings.json:5",
        ".claude/settings.json:8 messages glm-5-air https://api.z.ai/api/anthropic "
        "literal in .claude/settings.json:5",
    ]


def test_claude_code_s_logins_are_named_and_left(home: Path) -> None:
    token = {"env": {"ANTHROPIC_AUTH_TOKEN": "sk-ant-oat01-not-real"}}
    files = {".claude/settings.json": json.dumps(token), ".claude/.credentials.json": "{}"}
    assert candidates(home, "claude", files) == [
        ".claude/settings.json:1 left: is a subscription's token, not a key: not taken",
        ".claude/.credentials.json left: is a login to a subscription, which is for that program "
        "alone: not taken",
    ]


def test_a_key_that_a_command_makes_is_told_and_no_command_runs(home: Path) -> None:
    helped = {"apiKeyHelper": "touch ran", "env": {"ANTHROPIC_MODEL": "claude-sonnet-5"}}
    assert candidates(home, "claude", {".claude/settings.json": json.dumps(helped)}) == [
        ".claude/settings.json:1 messages claude-sonnet-5 https://api.anthropic.com "
        "the command of .claude/settings.json:1 makes it",
    ]


def test_codex_reads_providers_profiles_of_both_kinds_and_the_kept_key(home: Path) -> None:
    config = """
model = "gpt-5.5"
model_context_window = 272000

[model_providers.groq]
base_url = "https://api.groq.com/openai/v1"
env_key = "GROQ_API_KEY"
wire_api = "chat"

[model_providers.gateway]
base_url = "https://gateway.example.com/v1"
experimental_bearer_token = "test-key-not-real-1"

[model_providers.idle]
base_url = "https://idle.example.com/v1"

[profiles.fast]
model = "openai/gpt-oss-120b"
model_provider = "groq"

[profiles.local]
model = "qwen3-coder"
model_provider = "ollama"
"""
    files = {
        ".codex/config.toml": config,
        ".codex/work.config.toml": 'model = "big"\nmodel_provider = "gateway"\n',
        ".codex/auth.json": json.dumps({"OPENAI_API_KEY": KEY, "tokens": {"access_token": "x"}}),
    }
    assert candidates(home, "codex", files) == [
        ".codex/auth.json:1 left: holds a login to ChatGPT, which is for that program alone: "
        "not taken",
        ".codex/config.toml:2 responses gpt-5.5 https://api.openai.com/v1 "
        "literal in .codex/auth.json:1 272000",
        ".codex/config.toml:18 chat openai/gpt-oss-120b https://api.groq.com/openai/v1 "
        "${GROQ_API_KEY}",
        ".codex/config.toml:22 responses qwen3-coder http://localhost:11434/v1 -",
        ".codex/work.config.toml:1 responses big https://gateway.example.com/v1 "
        "literal in .codex/config.toml:12",
        ".codex/config.toml:14 left: names no model: `ownkey models add` asks the address",
    ]


def test_opencode_reads_providers_with_variables_files_and_kept_keys(home: Path) -> None:
    config = """{
  // comments and trailing commas are fine
  "model": "anthropic/claude-sonnet-5",
  "provider": {
    "gateway": {
      "npm": "@ai-sdk/openai-compatible",
      "options": {"baseURL": "https://gw.example.com/v1", "apiKey": "{env:GATEWAY_KEY}"},
      "models": {
        "big": {"name": "Big One", "limit": {"context": 200000, "output": 8192}},
        "seeing": {"modalities": {"input": ["text", "image"]}},
      },
    },
    "groq": {"options": {"apiKey": "{file:~/keys/groq}"}, "models": {"openai/gpt-oss-120b": {}}},
    "bedrock": {"npm": "@ai-sdk/amazon-bedrock", "models": {"claude": {}}},
  },
}
"""
    files = {
        ".config/opencode/opencode.jsonc": config,
        ".local/share/opencode/auth.json": json.dumps(
            {"anthropic": {"type": "api", "key": KEY}, "copilot": {"type": "oauth", "access": "x"}}
        ),
    }
    path = ".config/opencode/opencode.jsonc"
    assert candidates(home, "opencode", files) == [
        ".local/share/opencode/auth.json:1 left: is a login to a subscription, which is for that "
        "program alone: not taken",
        f"{path}:9 chat big https://gw.example.com/v1 ${{GATEWAY_KEY}} 200000 8192",
        f"{path}:10 chat seeing https://gw.example.com/v1 ${{GATEWAY_KEY}} True",
        f"{path}:13 chat openai/gpt-oss-120b https://api.groq.com/openai/v1 file:keys/groq",
        f"{path}:14 left: its provider 'bedrock' has no address or format that is known here",
        f"{path}:3 messages claude-sonnet-5 https://api.anthropic.com "
        "literal in .local/share/opencode/auth.json:1",
    ]


def test_crush_reads_both_of_its_files_and_runs_no_script(home: Path) -> None:
    own = {
        "providers": {
            "deepseek": {
                "type": "openai-compat",
                "base_url": "https://api.deepseek.com/v1",
                "api_key": "${DEEPSEEK_API_KEY:?set it}",
                "models": [{"id": "deepseek-v4-pro", "context_window": 64000}],
            },
            "vault": {
                "type": "anthropic",
                "base_url": "https://vault.example.com",
                "api_key": "$(touch ran)",
                "models": [{"id": "inside", "supports_attachments": True}],
            },
            "off": {"disable": True, "models": [{"id": "off"}]},
        },
        "models": {"large": {"provider": "deepseek", "model": "deepseek-v4-pro"}},
    }
    state = {
        "providers": {"openai": {"api_key": KEY}, "hyper": {"oauth": {"access_token": "x"}}},
        "models": {"large": {"provider": "openai", "model": "gpt-5.5"}},
    }
    files = {
        ".config/crush/crushrc": "touch ran",
        ".config/crush/crush.json": json.dumps(own),
        ".local/share/crush/crush.json": json.dumps(state),
    }
    assert candidates(home, "crush", files) == [
        ".config/crush/crushrc left: is a script, which is not run: `ownkey models add` takes "
        "what it says",
        ".config/crush/crush.json:1 chat deepseek-v4-pro https://api.deepseek.com/v1 "
        "${DEEPSEEK_API_KEY} 64000",
        ".config/crush/crush.json:1 messages inside https://vault.example.com "
        "the command of .config/crush/crush.json:1 makes it True",
        ".local/share/crush/crush.json:1 left: is a login to a subscription, which is for that "
        "program alone: not taken",
        ".local/share/crush/crush.json:1 responses gpt-5.5 https://api.openai.com/v1 "
        "literal in .local/share/crush/crush.json:1",
    ]


def test_pi_reads_models_the_one_in_use_and_kept_keys(home: Path) -> None:
    models = {
        "providers": {
            "ollama": {
                "baseUrl": "http://localhost:11434/v1",
                "api": "openai-completions",
                "apiKey": "ollama",
                "models": [{"id": "qwen3:8b", "contextWindow": 40960, "input": ["text", "image"]}],
            },
            "proxy": {
                "baseUrl": "https://proxy.example.com",
                "api": "anthropic-messages",
                "apiKey": "PROXY_API_KEY",
                "models": [{"id": "one"}, {"id": "two", "api": "google-generative-ai"}],
            },
            "vault": {
                "baseUrl": "https://vault.example.com/v1",
                "api": "openai-responses",
                "apiKey": "!op read x",
                "models": [{"id": "safe"}],
            },
        }
    }
    files = {
        ".pi/agent/models.json": json.dumps(models),
        ".pi/agent/settings.json": json.dumps(
            {"defaultProvider": "anthropic", "defaultModel": "claude-sonnet-5"}
        ),
        ".pi/agent/auth.json": json.dumps(
            {"anthropic": {"type": "api_key", "key": KEY}, "xai": {"type": "oauth"}}
        ),
    }
    path = ".pi/agent/models.json:1"
    assert candidates(home, "pi", files) == [
        ".pi/agent/auth.json:1 left: is a login to a subscription, which is for that program "
        "alone: not taken",
        f"{path} chat qwen3:8b http://localhost:11434/v1 literal in {path} 40960 True",
        f"{path} messages one https://proxy.example.com ${{PROXY_API_KEY}}",
        f"{path} left: its provider 'proxy' has no address or format that is known here",
        f"{path} responses safe https://vault.example.com/v1 the command of {path} makes it",
        ".pi/agent/settings.json:1 messages claude-sonnet-5 https://api.anthropic.com "
        "literal in .pi/agent/auth.json:1",
    ]


def test_aider_reads_its_yaml_its_dotenv_and_its_model_settings(home: Path) -> None:
    files = {
        ".aider.conf.yml": (
            "model: openai/big\nweak-model: groq/openai/gpt-oss-120b\neditor-model: sonnet\n"
            f"api-key:\n  - groq={KEY}\n"
        ),
        ".env": "# mine\nexport OPENAI_API_BASE='https://gw.example.com/v1'\nOPENAI_API_KEY=t-1\n",
        ".aider.model.settings.yml": (
            "- name: aider/extra_params\n- name: openrouter/z-ai/glm-5.2\n"
            "- name: ollama_chat/qwen3\n- name: claude-sonnet-5\n"
        ),
    }
    assert candidates(home, "aider", files) == [
        ".aider.conf.yml:1 chat big https://gw.example.com/v1 literal in .env:3",
        ".aider.conf.yml:2 chat openai/gpt-oss-120b https://api.groq.com/openai/v1 "
        "literal in .aider.conf.yml:5",
        ".aider.conf.yml:3 left: is a short name of aider's own",
        ".aider.model.settings.yml:2 chat z-ai/glm-5.2 https://openrouter.ai/api/v1 "
        "${OPENROUTER_API_KEY}",
        ".aider.model.settings.yml:3 chat qwen3 http://localhost:11434/v1 -",
        ".aider.model.settings.yml:4 messages claude-sonnet-5 https://api.anthropic.com "
        "${ANTHROPIC_API_KEY}",
    ]


def test_litellm_s_models_are_taken_at_their_providers(home: Path) -> None:
    config = f"""
model_list:
  - model_name: fast
    litellm_params: &fast
      model: groq/openai/gpt-oss-120b
      api_key: os.environ/FAST_KEY
    model_info: {{max_input_tokens: 131072, supports_vision: false}}
  - model_name: mine
    litellm_params:
      model: openai/mine
      api_base: os.environ/MINE_URL
      api_key: {KEY}
  - model_name: vectors
    litellm_params: {{model: openai/text-embedding-3-small}}
    model_info: {{mode: embedding}}
  - model_name: cloud
    litellm_params: {{model: bedrock/claude}}
  - model_name: again
    litellm_params: *fast
"""
    path = home / "proxy.yaml"
    environ = {"CONFIG_FILE_PATH": str(path)}
    assert candidates(home, "litellm", {"proxy.yaml": config}, environ) == [
        "proxy.yaml:5 chat openai/gpt-oss-120b https://api.groq.com/openai/v1 ${FAST_KEY} 131072",
        "proxy.yaml:10 chat mine ${MINE_URL} literal in proxy.yaml:12",
        "proxy.yaml:14 left: is a model for embedding, not for talking to",
        "proxy.yaml:17 left: 'bedrock/claude' leads to no address or format that is known here",
        "proxy.yaml:5 chat openai/gpt-oss-120b https://api.groq.com/openai/v1 ${FAST_KEY}",
    ]


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("", "http://127.0.0.1:11434/v1"),
        ("0.0.0.0", "http://127.0.0.1:11434/v1"),
        (":8080", "http://127.0.0.1:8080/v1"),
        ("gpu.local:11434", "http://gpu.local:11434/v1"),
        ("https://gpu.example.com", "https://gpu.example.com/v1"),
        ("not an address", "http://127.0.0.1:11434/v1"),
    ],
)
def test_ollama_s_models_are_those_with_a_manifest(home: Path, said: str, url: str) -> None:
    folder = ".ollama/models/manifests"
    files = {
        f"{folder}/registry.ollama.ai/library/qwen3/8b": "{}",
        f"{folder}/registry.ollama.ai/somebody/tuned/latest": "{}",
        f"{folder}/hf.co/somebody/model-GGUF/Q4_K_M": "{}",
    }
    assert candidates(home, "ollama", files, {"OLLAMA_HOST": said}) == [
        f"{folder}/hf.co/somebody/model-GGUF/Q4_K_M chat hf.co/somebody/model-GGUF:Q4_K_M {url} -",
        f"{folder}/registry.ollama.ai/library/qwen3/8b chat qwen3:8b {url} -",
        f"{folder}/registry.ollama.ai/somebody/tuned/latest chat somebody/tuned:latest {url} -",
    ]


def test_keys_in_the_environment_stand_for_the_models_of_their_providers(home: Path) -> None:
    environ = {
        "GROQ_API_KEY": KEY,
        "OPENAI_API_KEY": KEY,
        "ANTHROPIC_BASE_URL": "https://a.example",
    }
    environ["OPENAI_BASE_URL"] = "https://elsewhere.example/v1"
    environ |= {"ANTHROPIC_AUTH_TOKEN": KEY, "ANTHROPIC_MODEL": "theirs", "ANTHROPIC_API_KEY": ""}
    found = candidates(home, "environment", {}, environ)
    assert found[0] == "$ANTHROPIC_MODEL messages theirs https://a.example ${ANTHROPIC_AUTH_TOKEN}"
    assert any(one.startswith("$GROQ_API_KEY chat ") for one in found)
    assert any(one.startswith("$OPENAI_BASE_URL left: names no model") for one in found)
    assert not any(KEY in one for one in found)


FILES = {
    "claude": [".claude/settings.json"],
    "codex": [".codex/config.toml", ".codex/auth.json", ".codex/x.config.toml"],
    "opencode": [".config/opencode/opencode.json", ".local/share/opencode/auth.json"],
    "crush": [".config/crush/crush.json", ".local/share/crush/crush.json"],
    "pi": [".pi/agent/models.json", ".pi/agent/settings.json", ".pi/agent/auth.json"],
    "aider": [".aider.conf.yml", ".aider.model.settings.yml", ".env"],
    "litellm": ["litellm_config.yaml"],
}
BROKEN = [(source, file) for source, files in FILES.items() for file in files]


@pytest.mark.parametrize(("source", "file"), BROKEN)
@pytest.mark.parametrize(
    "data",
    [b"{[", b"\xff\xfe\x00", b"[" * 100_000, b"x" * 2_000_000, b"\x00", b"- &a [*a, *a]\n"],
    ids=["cut", "not utf-8", "deep", "large", "nul", "circular"],
)
def test_a_broken_file_is_told_and_keeps_nothing_else_from_being_read(
    home: Path, source: str, file: str, data: bytes
) -> None:
    path = home / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    found = look(home, {})
    assert all(isinstance(one, Left) for one in found)
    lenient = file == ".env" or (data.startswith(b"- &a") and file.endswith((".yml", ".yaml")))
    assert lenient or [one.where for one in found] == [str(path)]


def test_a_file_that_may_not_be_read_or_is_none_is_no_trouble(home: Path) -> None:
    (home / ".claude" / "settings.json").mkdir(parents=True)
    (home / ".codex").write_text("a file")
    (home / ".aider.conf.yml").symlink_to(home / ".aider.conf.yml")
    assert look(home, {"OLLAMA_MODELS": "\0", "OPENCODE_CONFIG": "\0"}) == ()


WORDS = """
    providers provider models model id name options baseURL apiKey api_key base_url type npm api
    env ANTHROPIC_MODEL ANTHROPIC_BASE_URL model_list litellm_params tokens OPENAI_API_KEY groq
    openai anthropic limit context modalities input profiles model_providers oauth key
    defaultProvider defaultModel weak-model api-key large
"""
NAMES = st.sampled_from(WORDS.split())
SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | NAMES
SHAPES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=25,
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(shape=SHAPES)
def test_no_shape_of_a_file_makes_a_reader_raise(home: Path, shape: Any) -> None:
    text = json.dumps(shape)
    for _, file in BROKEN:
        path = home / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_toml(shape) if file.endswith(".toml") else text, "utf-8")
    for one in look(home, {}):
        assert one.source in SOURCES
        if isinstance(one, Candidate):
            assert one.model
            assert one.base_url
            one.entry("name", with_keys=True)


def _toml(shape: Any) -> str:
    """The members that TOML can say, on one line each: inline tables are JSON's objects."""
    members = shape.items() if isinstance(shape, dict) else ()
    return "\n".join(f"{json.dumps(name)} = {_inline(value)}" for name, value in members)


def _inline(value: Any) -> str:
    match value:
        case dict():
            inner = ", ".join(f"{json.dumps(name)} = {_inline(one)}" for name, one in value.items())
            return f"{{{inner}}}"
        case list():
            return f"[{', '.join(map(_inline, value))}]"
        case None:
            return '""'
        case _:
            return json.dumps(value)


def test_every_reader_has_a_name_of_its_own() -> None:
    assert len(set(SOURCES)) == len(READERS)
