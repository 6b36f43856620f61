"""How hosts' streams differ from the format they speak: each takes an event and gives some."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]
Accent = Callable[[Json], Iterator[Json]]


def reasoning_elsewhere(field: str) -> Accent:
    """Reasoning in a field of this name."""

    def accent(chunk: Json) -> Iterator[Json]:
        delta = _delta(chunk)
        if "reasoning_content" in delta:
            delta[field] = delta.pop("reasoning_content")
        yield chunk

    return accent


def reasoning_in_details(chunk: Json) -> Iterator[Json]:
    """OpenRouter: as a text and as details, of which the details come back."""
    delta = _delta(chunk)
    if "reasoning_content" in delta:
        text = delta.pop("reasoning_content")
        detail = {"type": "reasoning.text", "text": text, "format": "unknown", "index": 0}
        delta |= {"reasoning": text, "reasoning_details": [detail]}
    yield chunk


def no_reasoning(chunk: Json) -> Iterator[Json]:
    """The model does not reason."""
    if "reasoning_content" not in _delta(chunk):
        yield chunk


def usage_of_groq(chunk: Json) -> Iterator[Json]:
    if usage := chunk.pop("usage", None):
        yield {**chunk, "x_groq": {"id": "req_1", "usage": usage}}
    else:
        yield chunk


def usage_with_its_cost(chunk: Json) -> Iterator[Json]:
    if chunk.get("usage"):
        chunk["usage"] |= {"cost": 0.0001, "is_byok": False}
    yield chunk


def usage_without_details(chunk: Json) -> Iterator[Json]:
    if usage := chunk.get("usage"):
        usage.pop("prompt_tokens_details", None)
        usage.pop("completion_tokens_details", None)
    yield chunk


def signed_calls(chunk: Json) -> Iterator[Json]:
    """Gemini: the first call of a message is signed, and calls end with `stop`."""
    for call in _delta(chunk).get("tool_calls", []):
        if call.get("id", "").endswith("_0"):
            call["extra_content"] = {"google": {"thought_signature": f"signed-{call['id']}"}}
    for choice in chunk["choices"]:
        choice["finish_reason"] = choice["finish_reason"] and "stop"
    yield chunk


def content_in_lists(chunk: Json) -> Iterator[Json]:
    """Mistral: content may be a list of parts."""
    delta = _delta(chunk)
    if isinstance(delta.get("content"), str):
        delta["content"] = [{"type": "text", "text": delta["content"]}]
    yield chunk


def without_an_index(chunk: Json) -> Iterator[Json]:
    for call in _delta(chunk).get("tool_calls", []):
        call.pop("index", None)
    yield chunk


def nulls_everywhere(chunk: Json) -> Iterator[Json]:
    """vLLM writes each field that it has nothing for."""
    for choice in chunk["choices"]:
        choice |= {"logprobs": None, "stop_reason": None}
    delta = _delta(chunk)
    if delta:
        chunk["choices"][0]["delta"] = {"refusal": None, "function_call": None} | delta
    yield chunk


def ended_by(reason: str) -> Accent:
    """A finish reason of its own for an ordinary end."""

    def accent(chunk: Json) -> Iterator[Json]:
        for choice in chunk.get("choices", []):
            choice["finish_reason"] = choice["finish_reason"] and reason
        yield chunk

    return accent


def pings(event: Json) -> Iterator[Json]:
    """Anthropic: after the start."""
    yield event
    if event["type"] == "message_start":
        yield {"type": "ping"}


def counted_at_the_end(event: Json) -> Iterator[Json]:
    """Messages: zeros at the start, and all the counts at the end."""
    if event["type"] == "message_start":
        usage = event["message"]["usage"]
        event["message"]["usage"] = dict.fromkeys(usage, 0)
    if event["type"] == "message_delta":
        event["usage"] = {"input_tokens": 1200, **event["usage"]}
    yield event


def _delta(chunk: Json) -> Json:
    choices = chunk.get("choices")
    delta: Json = choices[0].get("delta") or {} if choices else {}
    return delta
