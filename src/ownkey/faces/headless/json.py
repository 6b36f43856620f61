"""JSON: one object at the end, or one a line as things happen; docs/headless.md says which."""

from __future__ import annotations

import time
from typing import Any

import msgspec

from ownkey import console, words
from ownkey.conversation import Conversation
from ownkey.core.event import Added, Compacted, Event, Notice, Retrying
from ownkey.core.message import Assistant, Part, Result, Text, Thinking, ToolCall
from ownkey.faces.headless.report import Report


class JsonFace:
    """One object on stdout when all is over."""

    def begin(self, conversation: Conversation) -> None:
        pass

    def hear(self, event: Event) -> None:
        if isinstance(event, Retrying | Notice | Compacted):
            console.note(words.of_event(event))

    def end(self, report: Report) -> None:
        _line(_result(report))


class StreamJsonFace:
    """One JSON object a line, as things happen."""

    def begin(self, conversation: Conversation) -> None:
        agent = conversation.agent
        facts = {
            "type": "system",
            "subtype": "init",
            "session_id": conversation.session,
            "model": agent.model.id,
            "reasoning_effort": agent.effort or "none",
            "tools": [tool.spec.name for tool in conversation.tools],
        }
        _line(facts)

    def hear(self, event: Event) -> None:
        match event:
            case Added(message=Assistant() as message):
                for line in _assistant(message):
                    _line(line)
            case Added(message=Result() as result):
                _line(_tool_result(result))
            case Retrying():
                reason = msgspec.to_builtins(event.reason)
                _line({"type": "retrying", "delay_s": event.delay, "reason": reason})
            case Notice():
                _line({"type": "notice", "text": event.text})
            case Compacted():
                _line(_compaction(event))

    def end(self, report: Report) -> None:
        _line({**_result(report), "type": "completion"})


def _compaction(event: Compacted) -> dict[str, Any]:
    return {
        "type": "compaction",
        "before_tokens": event.before,
        "after_tokens": event.after,
        "cost_usd": None if event.cost is None else float(event.cost),
    }


def _line(facts: dict[str, Any]) -> None:
    console.say(words.to_json(facts))


def _result(report: Report) -> dict[str, Any]:
    usage = report.ended.usage
    failure = report.failure
    spent = report.spent
    return {
        "type": "result",
        "subtype": "failure" if failure else "success",
        "is_error": failure is not None,
        "exit_code": report.exit_code,
        "duration_ms": round((time.monotonic() - report.started) * 1000),
        "num_turns": report.ended.steps,
        "result": report.answer,
        "session_id": report.conversation.session if report.conversation else None,
        "model": report.conversation.model.id if report.conversation else None,
        "stop": report.ended.stop,
        "error": msgspec.to_builtins(failure),
        "permission_denials": [words.of_call(one.call) for one in report.refused],
        "usage": {
            "input_tokens": usage.input,
            "output_tokens": usage.output,
            "cache_read_input_tokens": usage.cache_read,
            "cache_creation_input_tokens": usage.cache_write,
            "reasoning_tokens": usage.reasoning,
        },
        "cost_usd": None if spent.unpriced else float(spent.cost),
    }


def _assistant(message: Assistant) -> list[dict[str, Any]]:
    return [line for part in message.content if (line := _part(part))]


def _part(part: Part) -> dict[str, Any] | None:
    match part:
        case Text():
            return {"type": "message", "role": "assistant", "text": part.text}
        case Thinking():
            return {"type": "reasoning", "text": part.text} if part.text else None
        case ToolCall():
            return {
                "type": "tool_call",
                "id": part.id,
                "toolName": part.name,
                "parameters": _parameters(part.arguments or "{}"),
            }


def _parameters(arguments: str) -> Any:
    try:
        return msgspec.json.decode(arguments)
    except msgspec.DecodeError:
        return arguments


def _tool_result(result: Result) -> dict[str, Any]:
    return {
        "type": "tool_result",
        "id": result.call,
        "toolName": result.name,
        "isError": result.failed,
        "value": result.text,
    }
