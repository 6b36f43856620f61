"""Streams as real endpoints send them, one for each way they depart from the documents."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from ownkey.core.model import WireName


class Tape(NamedTuple):
    """`events` are payloads, as objects or as they are; `fact` is what the tape is about."""

    wire: WireName
    fact: str
    events: tuple[Any, ...]

    @property
    def body(self) -> bytes:
        payloads = (one if isinstance(one, str) else json.dumps(one) for one in self.events)
        return "".join(f"data: {payload}\n\n" for payload in payloads).encode()


def messages(fact: str, *events: Any) -> Tape:
    """Between the usual start and end."""
    start = {"type": "message_start", "message": {"id": "msg_1", "usage": {"input_tokens": 9}}}
    return Tape("anthropic", fact, (start, *events, {"type": "message_stop"}))


def block(index: int, kind: str, *deltas: dict[str, Any], **fields: Any) -> list[dict[str, Any]]:
    """A content block of Messages."""
    start = {
        "type": "content_block_start",
        "index": index,
        "content_block": {"type": kind, **fields},
    }
    grown = [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
    return [start, *grown, {"type": "content_block_stop", "index": index}]


def said(text: str) -> dict[str, str]:
    return {"type": "text_delta", "text": text}


def ended(reason: str | None, **usage: Any) -> dict[str, Any]:
    return {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": usage}


MESSAGES = (
    messages(
        "a signature comes in pieces",
        *block(
            0,
            "thinking",
            {"type": "thinking_delta", "thinking": "Let me "},
            {"type": "thinking_delta", "thinking": "see."},
            {"type": "signature_delta", "signature": "sig-"},
            {"type": "signature_delta", "signature": "one"},
            thinking="",
        ),
        *block(1, "text", said("Yes."), text=""),
        ended("end_turn", output_tokens=7, output_tokens_details={"thinking_tokens": 4}),
    ),
    messages(
        "thinking is sealed, and thinking is signed and empty",
        *block(0, "redacted_thinking", data="sealed=="),
        *block(1, "thinking", {"type": "signature_delta", "signature": "s"}, thinking=""),
        *block(2, "text", said("Yes."), text=""),
        ended("end_turn", output_tokens=7),
    ),
    messages(
        "calls run side by side, one without input, one whole at once",
        *block(
            0,
            "tool_use",
            {"type": "input_json_delta", "partial_json": ""},
            {"type": "input_json_delta", "partial_json": '{"path": '},
            {"type": "input_json_delta", "partial_json": '"a"}'},
            id="toolu_1",
            name="read",
            input={},
        ),
        *block(1, "tool_use", id="toolu_2", name="ls"),
        *block(2, "tool_use", id="toolu_3", name="read", input={"path": "b"}),
        ended("tool_use", output_tokens=20),
    ),
    messages(
        "unknown blocks, deltas and events are skipped, pings come anywhere",
        {"type": "ping"},
        *block(0, "server_tool_use", said("no"), id="srv_1", name="web_search", input={}),
        *block(1, "text", said("Yes"), {"type": "citations_delta", "citation": {}}, text=""),
        {"type": "brand_new"},
        {"type": "ping"},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "brand_new_delta"}},
        {"type": "content_block_delta", "index": 1, "delta": None},
        ended("end_turn", output_tokens=1),
    ),
    messages(
        "usage is null here and zero there",
        *block(0, "text", said("Yes."), text=""),
        ended(None, input_tokens=None, output_tokens=None),
        ended("max_tokens", input_tokens=0, output_tokens=5, cache_read_input_tokens=100),
    ),
    Tape(
        "anthropic",
        "LiteLLM starts with zeros and gives the figures at the end",
        (
            {
                "type": "message_start",
                "message": {"usage": {"input_tokens": 0, "output_tokens": 0}},
            },
            *block(0, "text", said("Yes."), text=""),
            ended("end_turn", input_tokens=12, output_tokens=3, cache_creation_input_tokens=40),
            {"type": "message_stop"},
            "[DONE]",
        ),
    ),
    messages("a refusal", *block(0, "text", said("I"), text=""), ended("refusal")),
    messages("an unknown reason is an end", *block(0, "text", said("A"), text=""), ended("novel")),
)


def responses(fact: str, *events: Any, **closing: Any) -> Tape:
    usage = {"input_tokens": 30, "output_tokens": 8, "input_tokens_details": {"cached_tokens": 20}}
    done = {"id": "resp_1", "status": "completed", "output": [], "usage": usage, **closing}
    last = {"type": f"response.{done['status']}", "response": done}
    return Tape("openai", fact, ({"type": "response.created", "response": {}}, *events, last))


def item(place: int | None, done: bool, **fields: Any) -> dict[str, Any]:
    where = {} if place is None else {"output_index": place}
    kind = "response.output_item.done" if done else "response.output_item.added"
    return {"type": kind, **where, "item": fields}


def grown(kind: str, delta: Any, **where: Any) -> dict[str, Any]:
    return {"type": f"response.{kind}.delta", "delta": delta, **where}


MESSAGE = {"type": "message", "id": "msg_1", "role": "assistant"}
CALL = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "read"}
REASONING = {"type": "reasoning", "id": "rs_1"}
YES = [{"type": "output_text", "text": "Yes.", "annotations": []}]

RESPONSES = (
    responses(
        "reasoning, sealed in the finished item, then words with a phase",
        item(0, done=False, **REASONING, summary=[]),
        grown("reasoning_summary_text", "First.", output_index=0, summary_index=0),
        {"type": "response.reasoning_summary_part.added", "output_index": 0, "summary_index": 1},
        grown("reasoning_summary_text", "Then.", output_index=0, summary_index=1),
        item(
            0,
            done=True,
            **REASONING,
            summary=[
                {"type": "summary_text", "text": "First."},
                {"type": "summary_text", "text": "Then."},
            ],
            encrypted_content="gAAA",
            status="completed",
        ),
        item(1, done=False, **MESSAGE, content=[]),
        grown("output_text", "Ye", output_index=1),
        grown("output_text", "s.", output_index=1),
        item(1, done=True, **MESSAGE, content=YES, phase="final_answer"),
    ),
    responses(
        "llama.cpp: no places, no end of arguments",
        item(None, done=False, **CALL),
        grown("function_call_arguments", '{"path"', item_id="fc_1"),
        grown("function_call_arguments", ': "a"}', item_id="fc_1"),
        item(None, done=True, **CALL, arguments='{"path": "a"}'),
    ),
    responses(
        "arguments that come only at the end",
        item(0, done=False, **CALL),
        {
            "type": "response.function_call_arguments.done",
            "output_index": 0,
            "arguments": '{"a": 1}',
        },
        item(0, done=True, **CALL, arguments='{"a": 1}'),
    ),
    responses(
        "two items at once, finished out of order",
        item(0, done=False, **CALL),
        item(1, done=False, **{**CALL, "id": "fc_2", "call_id": "call_2", "name": "ls"}),
        grown("function_call_arguments", "{}", output_index=1, item_id="fc_2"),
        grown("function_call_arguments", '{"a": 1}', output_index=0, item_id="fc_1"),
        item(
            1,
            done=True,
            **{**CALL, "id": "fc_2", "call_id": "call_2", "name": "ls"},
            arguments="{}",
        ),
        item(0, done=True, **CALL, arguments='{"a": 1}'),
    ),
    responses(
        "a finished item without its content, and a null delta",
        item(0, done=False, **MESSAGE, content=[]),
        grown("output_text", None, output_index=0),
        grown("output_text", "Yes.", output_index=0),
        item(0, done=True, **MESSAGE, content=None),
    ),
    responses(
        "open reasoning of LM Studio and vLLM",
        item(0, done=False, **REASONING),
        grown("reasoning_text", "Hm.", output_index=0),
        item(
            0,
            done=True,
            **REASONING,
            summary=[],
            content=[{"type": "reasoning_text", "text": "Hm."}],
        ),
        item(1, done=False, **MESSAGE, content=[]),
        item(1, done=True, **MESSAGE, content=YES),
    ),
    responses(
        "Azure seals the reasoning only in the closing event",
        item(0, done=False, **REASONING, summary=[]),
        item(0, done=True, **REASONING, summary=[]),
        item(1, done=False, **MESSAGE, content=[]),
        grown("output_text", "Yes.", output_index=1),
        item(1, done=True, **MESSAGE, content=YES),
        output=[
            {**REASONING, "summary": [], "encrypted_content": "gBBB"},
            {**MESSAGE, "content": YES},
        ],
    ),
    responses(
        "the closing event has the call again, under another id and place",
        item(0, done=False, **CALL),
        item(0, done=True, **CALL, arguments="{}"),
        output=[{**REASONING, "summary": []}, {**CALL, "id": "fc_9", "arguments": "{}"}],
    ),
    responses("everything comes with the closing event", output=[{**MESSAGE, "content": YES}]),
    responses(
        "cut at the limit",
        item(0, done=False, **MESSAGE, content=[]),
        grown("output_text", "Ye", output_index=0),
        status="incomplete",
        incomplete_details={"reason": "max_output_tokens"},
    ),
    responses(
        "refused by the filter",
        item(0, done=False, **MESSAGE, content=[]),
        grown("refusal", "I will not.", output_index=0),
        item(0, done=True, **MESSAGE, content=[{"type": "refusal", "refusal": "I will not."}]),
        status="incomplete",
        incomplete_details={"reason": "content_filter"},
    ),
    responses(
        "the server's own tools are passed over",
        item(0, done=False, type="web_search_call", id="ws_1"),
        {"type": "response.web_search_call.searching", "output_index": 0},
        item(0, done=True, type="web_search_call", id="ws_1"),
        item(1, done=False, **MESSAGE, content=[]),
        grown("output_text", "Yes.", output_index=1),
        item(1, done=True, **MESSAGE, content=YES),
    ),
)


def chat(fact: str, *deltas: Any, reason: Any = "stop", **closing: Any) -> Tape:
    """Deltas of one choice, then its finish_reason, then usage, as OpenAI does it."""
    chunks = [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    last = {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}], **closing}
    return Tape("generic-chat-completion-api", fact, (*chunks, last, "[DONE]"))


def calls(*given: dict[str, Any]) -> dict[str, Any]:
    return {"tool_calls": list(given)}


def call(arguments: Any = None, name: str | None = None, **more: Any) -> dict[str, Any]:
    function = {"arguments": arguments, **({"name": name} if name else {})}
    return {**more, "function": function}


USAGE = {
    "prompt_tokens": 100,
    "completion_tokens": 20,
    "prompt_tokens_details": {"cached_tokens": 60, "cache_write_tokens": 10},
    "completion_tokens_details": {"reasoning_tokens": 5},
}

CHAT = (
    chat(
        "usage comes in a chunk without choices",
        {"role": "assistant", "content": None},
        {"content": ""},
        {"content": "Ye"},
        {"content": "s."},
    )._replace(
        events=(
            {"choices": [{"delta": {"role": "assistant", "content": None}}]},
            {"choices": [{"delta": {"content": "Yes."}}]},
            {"choices": [{"delta": None}]},
            {"choices": [{"delta": {}, "finish_reason": "stop"}]},
            {"choices": [], "usage": USAGE},
            {"choices": None},
            {},
            "[DONE]",
        )
    ),
    chat("usage inside the choice (Moonshot)", {"content": "Yes."})._replace(
        events=(
            {"choices": [{"delta": {"content": "Yes."}}]},
            {
                "choices": [
                    {
                        "delta": {},
                        "finish_reason": "stop",
                        "usage": {"prompt_tokens": 9, "completion_tokens": 2, "cached_tokens": 4},
                    }
                ]
            },
        )
    ),
    chat(
        "usage of Groq",
        {"content": "A"},
        x_groq={"usage": {"prompt_tokens": 9, "completion_tokens": 2}},
    ),
    chat(
        "usage in every chunk, the last one holds",
        {"content": "A"},
        usage={"prompt_tokens": 9, "completion_tokens": 2, "prompt_cache_hit_tokens": 5},
    ),
    chat(
        "more reasoning than output: it was not counted in (xAI)",
        {"content": "A"},
        usage={
            "prompt_tokens": 9,
            "completion_tokens": 2,
            "completion_tokens_details": {"reasoning_tokens": 7},
        },
    ),
    chat(
        "reasoning_content",
        {"reasoning_content": "Hm"},
        {"reasoning_content": "."},
        {"content": "A"},
    ),
    chat(
        "the same reasoning in two fields",
        {"reasoning_content": "Hm.", "reasoning": "Hm."},
        {"content": "A"},
    ),
    chat(
        "reasoning_details are gathered, a sealed one comes after its call",
        {
            "reasoning": "Hm",
            "reasoning_details": [{"type": "reasoning.text", "text": "Hm", "index": 0}],
        },
        {
            "reasoning": ".",
            "reasoning_details": [
                {"type": "reasoning.text", "text": ".", "index": 0, "signature": "s"}
            ],
        },
        calls(call('{"a": 1}', "read", index=0, id="c1")),
        {"reasoning_details": [{"type": "reasoning.encrypted", "data": "xx", "id": "c1"}]},
        reason="tool_calls",
    ),
    chat(
        "content in a list, with thinking in it (Mistral)",
        {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}]},
        {"content": [{"type": "text", "text": "A"}]},
    ),
    chat(
        "fragments by index, names again and again, ids that change",
        calls(call("", "read", index=0, id="c1")),
        calls(call('{"a"', "read", index=0, id="c9")),
        calls(call(": 1}", index=0)),
        calls(call("  ", index=0)),
        reason="tool_calls",
    ),
    chat(
        "one index for all calls, a new id begins a new one",
        calls(call('{"a": 1}', "read", index=0, id="c1")),
        calls(call('{"b": 2}', "ls", index=0, id="c2")),
        reason="tool_calls",
    ),
    chat(
        "one index for all calls, the first without arguments",
        calls(call("", "ls", index=0, id="c1")),
        calls(call('{"b": 2}', "read", index=0, id="c2")),
        reason="tool_calls",
    ),
    chat("no index (Gemini)", calls(call("{}", "ls", id="c1"), call("{}", "read", id="c2"))),
    chat("no id and no index", calls(call('{"a":', "ls")), calls(call(" 1}"))),
    chat(
        "arguments as an object, and none",
        calls(call({"a": "é"}, "ls", index=0, id="c1")),
        calls(call(None, "read", index=1, id="c2")),
    ),
    chat(
        "a signature that must come back (Gemini)",
        calls(
            {
                **call("{}", "ls", index=0, id="c1"),
                "extra_content": {"google": {"thought_signature": "ts"}},
            }
        ),
    ),
    chat("tool_calls announced, none given", {"content": "A"}, reason="tool_calls"),
    chat("unknown reason", {"content": "A"}, reason="eos_token"),
    chat("length", {"content": "A"}, reason="length"),
    chat("filtered", {"content": "A"}, reason="content_filter"),
    chat("no finish_reason, but its closing line", {"content": "A"}, reason=None),
    Tape(
        "generic-chat-completion-api",
        "a whole message instead of deltas",
        ({"choices": [{"message": {"content": "A"}, "finish_reason": "stop"}]},),
    ),
)

TAPES = (*MESSAGES, *RESPONSES, *CHAT)
