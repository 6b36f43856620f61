"""Conversations that between them hold all that a request can: what encoding is proved on."""

from __future__ import annotations

from typing import Any

import msgspec

from ownkey.core.message import (
    Assistant,
    Image,
    Message,
    Opaque,
    Origin,
    Part,
    Result,
    Stop,
    Text,
    Thinking,
    ToolCall,
    User,
)
from ownkey.core.model import Effort, Model, Prompt, Secret, Spec, WireName
from ownkey.rehearsal.formats import seal
from ownkey.wire import history, quirks

MESSAGES: WireName = "anthropic"
RESPONSES: WireName = "openai"
CHAT: WireName = "generic-chat-completion-api"

ENDPOINTS: dict[WireName, tuple[str, str]] = {
    MESSAGES: ("https://api.anthropic.com", "claude-opus-5"),
    RESPONSES: ("https://api.openai.com/v1", "gpt-5.5"),
    CHAT: ("https://api.example.test/v1", "big-1"),
}
"""Each format where it is at home; Chat with no profile of its own."""

KEY = "test-key-not-real-1"
SESSION = "0198c0de-0000-7000-8000-000000000001"

READ = Spec(
    "read",
    "Read a file.",
    {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]},
)
TODO = Spec("todo", "List what is left.", {"type": "object", "properties": {}})
TOOLS = (READ,)

PNG = Image("image/png", b"\x89PNG\r\n\x1a\nred")
JPEG = Image("image/jpeg", b"\xff\xd8\xff\xe0blue")


def model(wire: WireName, base_url: str = "", name: str = "", **fields: Any) -> Model:
    """A model with the profile that its address and name give it."""
    home, resident = ENDPOINTS[wire]
    base_url, name = base_url or home, name or resident
    entry: dict[str, Any] = {
        "id": "custom:Big-0",
        "name": name,
        "wire": wire,
        "base_url": base_url,
        "display_name": "Big",
        "key": Secret(KEY),
        "images": True,
        "quirks": quirks.resolve(wire, base_url, name, {}),
    }
    return Model(**{**entry, **fields})


ORIGINS: dict[WireName, Origin] = {wire: model(wire).origin for wire in ENDPOINTS}


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    messages: tuple[Message, ...]
    system: str = ""
    tools: tuple[Spec, ...] = ()
    effort: Effort | None = None
    max_output: int | None = None

    def prompt(self, model: Model) -> Prompt:
        """What the agent would ask `model` for."""
        return Prompt(
            system=self.system,
            messages=history.mend(self.messages, model),
            tools=self.tools,
            effort=self.effort,
            session=SESSION,
        )


def user(*content: str | Image) -> User:
    return User(tuple(Text(part) if isinstance(part, str) else part for part in content))


def said(*content: str | Part, stop: Stop = "end", by: WireName = CHAT) -> Assistant:
    parts = tuple(Text(part) if isinstance(part, str) else part for part in content)
    return Assistant(content=parts, origin=ORIGINS[by], stop=stop)


def call(
    number: int, arguments: str = '{"path": "a.py"}', opaque: Opaque | None = None
) -> ToolCall:
    return ToolCall(f"call_{number}", "read", arguments, opaque)


def result(number: int, *content: str | Image, failed: bool = False) -> Result:
    return Result(f"call_{number}", "read", user(*content).content, failed)


SEALED = seal("It must be in a.py.")
"""A signature as the rehearsal gives and accepts it."""

REASONING: dict[WireName, Thinking] = {
    MESSAGES: Thinking("It must be in a.py.", {"signature": SEALED}),
    RESPONSES: Thinking(
        "It must be in a.py.",
        {
            "item": {
                "id": "rs_1",
                "type": "reasoning",
                "summary": [{"type": "summary_text", "text": "It must be in a.py."}],
                "encrypted_content": SEALED,
            }
        },
    ),
    CHAT: Thinking("It must be in a.py.", {"field": "reasoning_content"}),
}
"""With the state that each format's decoder leaves."""


def reasoned(by: WireName) -> Conversation:
    """Two steps of one turn, both thought about; and words with a state of their own."""
    phase = {"phase": "commentary"} if by == RESPONSES else None
    return Conversation(
        messages=(
            user("Where is it?"),
            said(REASONING[by], Text("I look.", phase), call(1), stop="tools", by=by),
            result(1, "found = 1"),
            said(REASONING[by], call(2, '{"path": "b.py"}'), stop="tools", by=by),
            result(2, "found = 2"),
        ),
        tools=TOOLS,
        effort="high",
    )


CONVERSATIONS: dict[str, Conversation] = {
    "plain": Conversation(messages=(user("Hello."),)),
    "system": Conversation(system="Be brief.", messages=(user("Hello."),)),
    "surroundings": Conversation(
        system="Be brief.",
        messages=(user("<environment>\ndate: 2026-01-02\n</environment>", "Fix it."),),
        tools=(READ, TODO),
    ),
    "image_of_the_user": Conversation(messages=(user("What is this?", PNG),)),
    "image_in_a_result": Conversation(
        messages=(
            user("Look at both."),
            said(call(1), call(2), stop="tools"),
            result(1, PNG),
            result(2, "blue.jpg, 9 bytes", JPEG),
        ),
        tools=TOOLS,
    ),
    "parallel_calls": Conversation(
        messages=(
            user("Read both."),
            said("Both at once.", call(1), call(2, '{"path": "b.py"}'), stop="tools"),
            result(2, "b = 2"),
            result(1, "a = 1"),
            said("Done: a is 1, b is 2."),
            user("Thanks. And c?"),
        ),
        system="Be brief.",
        tools=TOOLS,
    ),
    "failed_result": Conversation(
        messages=(
            user("Read it."),
            said(call(1), stop="tools"),
            result(1, "There is no a.py.", failed=True),
        ),
        tools=TOOLS,
    ),
    "empty_output": Conversation(
        messages=(user("Read it."), said(call(1), stop="tools"), result(1)),
        tools=TOOLS,
    ),
    "reasoning_of_messages": reasoned(MESSAGES),
    "reasoning_of_responses": reasoned(RESPONSES),
    "reasoning_of_chat": reasoned(CHAT),
    "unsigned_reasoning": Conversation(
        messages=(user("Hi."), said(Thinking("Hm."), "Hello.", by=MESSAGES), user("Bye.")),
    ),
    "unicode_and_quotes": Conversation(
        messages=(
            user('Say "naïve" — 日本語 🦀 \\ \t </s>'),
            said(call(1, '{"path": "ü \\"q\\".py", "b" : 1,"a":2.50}'), stop="tools"),
            result(1, "x\x00y \ud83d z\u2028"),
        ),
        tools=TOOLS,
    ),
    "empty_arguments": Conversation(
        messages=(
            user("What is left?"),
            said(ToolCall("call_1", "todo"), stop="tools"),
            Result("call_1", "todo", (Text("Nothing."),)),
        ),
        tools=(TODO,),
    ),
    "broken_arguments": Conversation(
        messages=(
            user("Read it."),
            said(call(1, '{"path": "a.p'), call(2, '["a.py"]'), stop="length"),
            result(1, "Not JSON: the arguments end early.", failed=True),
            result(2, "Not an object.", failed=True),
        ),
        tools=TOOLS,
    ),
    "aborted": Conversation(
        messages=(
            user("Explain."),
            said(REASONING[CHAT], "It begins wi", call(1), stop="aborted"),
            user("Stop. What time is it?"),
        ),
        tools=TOOLS,
    ),
    "interrupted_tools": Conversation(
        messages=(
            user("Read both."),
            said(call(1), call(2), stop="tools"),
            result(1, "a = 1"),
            user("Never mind b."),
        ),
        tools=TOOLS,
    ),
    "two_of_the_user": Conversation(messages=(user("Hello?"), user("Are you there?"))),
    "blank_user": Conversation(messages=(user(" \n"),)),
    "effort": Conversation(messages=(user("Think."),), effort="xhigh"),
    "effort_none": Conversation(messages=(user("Don't think."),), effort="none"),
    "max_output": Conversation(messages=(user("Hello."),), max_output=512),
    "least_output": Conversation(messages=(user("Hello."),), max_output=1),
}
