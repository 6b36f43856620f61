"""How servers of one's own are started, by the port where each is unless told otherwise."""

from __future__ import annotations

from ownkey.core.origin import is_near, port_of

STARTS: dict[int | None, tuple[str, str]] = {
    # docs.ollama.com/faq
    11434: ("Ollama", "ollama serve"),
    # lmstudio.ai/docs/developer/core/server
    1234: ("LM Studio", "lms server start"),
    # github.com/ggml-org/llama.cpp, tools/server/README.md
    8080: ("llama.cpp", "llama-server --jinja -c 32768 -m MODEL.gguf"),
    # docs.vllm.ai, "OpenAI-Compatible Server" and "Tool Calling"
    8000: ("vLLM", "vllm serve MODEL --enable-auto-tool-choice --tool-call-parser NAME"),
}


def sentence(url: str) -> str:
    """How the server that is mostly at this port is started; empty: nobody knows."""
    port = port_of(url) if is_near(url) else None
    if port not in STARTS:
        return ""
    name, command = STARTS[port]
    return f"{name} is started with `{command}`. "
