"""Agents made of nothing but the official SDKs: they run the coder's calls by hand.

The SDKs parse our streams, so they are the judges of them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anthropic
import openai

KEY = "test-key-not-real-1"
SYSTEM = "You are a coding agent. " + "You look before you change anything. " * 150
"""Long enough to be cached."""

PARAMETERS = {
    "ls": ["path"],
    "grep": ["pattern", "glob"],
    "read": ["path"],
    "edit": ["path", "old", "new"],
    "shell": ["command"],
}


def schema(names: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: {"type": "string"} for name in names},
        "required": names,
        "additionalProperties": False,
    }


class Hands:
    """The tools, working in one folder. `refuses` names those the user says no to."""

    def __init__(self, folder: Path, refuses: str = "") -> None:
        self.folder = folder
        self.refuses = refuses
        self.used: list[str] = []

    def run(self, name: str, arguments: dict[str, str]) -> str:
        self.used.append(name)
        if name == self.refuses:
            return f"Not permitted: {name}; the user said no."
        return str(getattr(self, name)(**arguments))

    def ls(self, path: str) -> str:
        return "\n".join(sorted(entry.name for entry in (self.folder / path).iterdir()))

    def grep(self, pattern: str, glob: str) -> str:
        found = subprocess.run(
            ["grep", "-rnE", pattern, f"--include={glob}", "."],
            cwd=self.folder,
            capture_output=True,
            text=True,
        )
        return found.stdout

    def read(self, path: str) -> str:
        lines = (self.folder / path).read_text().splitlines()
        return "\n".join(f"{number:>4}\t{line}" for number, line in enumerate(lines, 1))

    def edit(self, path: str, old: str, new: str) -> str:
        file = self.folder / path
        text = file.read_text()
        assert text.count(old) == 1
        file.write_text(text.replace(old, new))
        return f"Changed {path}."

    def shell(self, command: str) -> str:
        ran = subprocess.run(
            [word.replace("python3", sys.executable) for word in command.split()],
            cwd=self.folder,
            capture_output=True,
            text=True,
        )
        return f"{ran.stdout}{ran.stderr}\n[exit code {ran.returncode}]"


async def messages(url: str, prompt: str, hands: Hands) -> list[str]:
    async with anthropic.AsyncAnthropic(api_key=KEY, base_url=url, max_retries=0) as client:
        return await _messages(client, prompt, hands)


async def _messages(client: anthropic.AsyncAnthropic, prompt: str, hands: Hands) -> list[str]:
    tools = [{"name": n, "input_schema": schema(p)} for n, p in PARAMETERS.items()]
    mark = {"cache_control": {"type": "ephemeral"}}
    tools[-1] |= mark
    history: list[Any] = [{"role": "user", "content": [{"type": "text", "text": prompt}]}]
    said = []
    while True:
        last = history[-1]["content"][-1]
        request = [
            *history[:-1],
            {"role": "user", "content": [*history[-1]["content"][:-1], last | mark]},
        ]
        async with client.messages.stream(
            model="rehearsal",
            max_tokens=4000,
            system=[{"type": "text", "text": SYSTEM, **mark}],
            tools=tools,
            thinking={"type": "adaptive", "display": "summarized"},
            messages=request,
        ) as stream:
            answer = await stream.get_final_message()
        said.append("".join(block.text for block in answer.content if block.type == "text"))
        calls = [block for block in answer.content if block.type == "tool_use"]
        assert answer.stop_reason == ("tool_use" if calls else "end_turn")
        if not calls:
            return said
        history.append({"role": "assistant", "content": [b.to_dict() for b in answer.content]})
        results = [
            {
                "type": "tool_result",
                "tool_use_id": call.id,
                "content": [
                    {"type": "text", "text": hands.run(call.name, call.input) or "nothing"}
                ],
            }
            for call in calls
        ]
        history.append({"role": "user", "content": results})


async def responses(url: str, prompt: str, hands: Hands) -> list[str]:
    async with openai.AsyncOpenAI(api_key=KEY, base_url=f"{url}/v1", max_retries=0) as client:
        return await _responses(client, prompt, hands)


async def _responses(client: openai.AsyncOpenAI, prompt: str, hands: Hands) -> list[str]:
    tools = [
        {"type": "function", "name": n, "parameters": schema(p), "strict": True}
        for n, p in PARAMETERS.items()
    ]
    history: list[Any] = [{"role": "user", "content": prompt}]
    said = []
    while True:
        async with client.responses.stream(
            model="rehearsal",
            instructions=SYSTEM,
            input=history,
            tools=tools,
            store=False,
            include=["reasoning.encrypted_content"],
            reasoning={"effort": "medium", "summary": "auto"},
            prompt_cache_key="one-session",
        ) as stream:
            answer = await stream.get_final_response()
        said.append(answer.output_text)
        history += [_replayed(item.to_dict()) for item in answer.output]
        calls = [item for item in answer.output if item.type == "function_call"]
        if not calls:
            return said
        for call in calls:
            output = hands.run(call.name, json.loads(call.arguments)) or "nothing"
            history.append(
                {"type": "function_call_output", "call_id": call.call_id, "output": output}
            )


def _replayed(value: Any) -> Any:
    """An item without what the SDK adds to it for its user."""
    if isinstance(value, list):
        return [_replayed(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {k: _replayed(v) for k, v in value.items() if not k.startswith("parsed")}


async def chat(url: str, prompt: str, hands: Hands) -> list[str]:
    async with openai.AsyncOpenAI(api_key=KEY, base_url=f"{url}/v1", max_retries=0) as client:
        return await _chat(client, prompt, hands)


async def _chat(client: openai.AsyncOpenAI, prompt: str, hands: Hands) -> list[str]:
    tools = [
        {"type": "function", "function": {"name": n, "parameters": schema(p), "strict": True}}
        for n, p in PARAMETERS.items()
    ]
    history: list[Any] = [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": prompt},
    ]
    said = []
    while True:
        async with client.chat.completions.stream(
            model="rehearsal",
            messages=history,
            tools=tools,
            stream_options={"include_usage": True},
        ) as stream:
            answer = (await stream.get_final_completion()).choices[0]
        said.append(answer.message.content or "")
        calls = answer.message.tool_calls or []
        assert answer.finish_reason == ("tool_calls" if calls else "stop")
        if not calls:
            return said
        history.append(
            {
                "role": "assistant",
                "content": answer.message.content,
                "tool_calls": [
                    {
                        "id": call.id,
                        "type": "function",
                        "function": {
                            "name": call.function.name,
                            "arguments": call.function.arguments,
                        },
                    }
                    for call in calls
                ],
            }
        )
        for call in calls:
            output = hands.run(call.function.name, json.loads(call.function.arguments))
            history.append({"role": "tool", "tool_call_id": call.id, "content": output})


Player = Callable[[str, str, Hands], Awaitable[list[str]]]
PLAYERS: dict[str, Player] = {"messages": messages, "responses": responses, "chat": chat}
