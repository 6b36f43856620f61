"""What the agent tells, put into the transcript."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import monotonic

from ownkey import words
from ownkey.core.event import (
    Added,
    Called,
    Compacted,
    Event,
    Notice,
    Retrying,
    Streaming,
    ToolOutput,
    ToolStarted,
    TurnEnded,
    TurnStarted,
)
from ownkey.core.message import (
    Assistant,
    Compaction,
    Entry,
    Image,
    Part,
    Result,
    Text,
    Thinking,
    ToolCall,
    User,
)
from ownkey.faces.tui.transcript import Transcript


class Feed:
    """Hears events, and keeps the transcript what they say it is."""

    def __init__(self, transcript: Transcript, clock: Callable[[], float] = monotonic) -> None:
        self._transcript = transcript
        self._clock = clock
        self._streamed = 0
        """Characters of the message being made that are shown already."""
        self._began: dict[str, float] = {}

    def hear(self, event: Event) -> None:
        match event:
            case Streaming(part=part, whole=whole):
                self._stream(part, whole=whole)
            case Added(message=message):
                self._add(message)
            case Retrying():
                self._transcript.discard()
                self._streamed = 0
                self._transcript.note(words.of_event(event), "warning")
            case ToolStarted(call=call):
                self._began[call.id] = self._clock()
            case ToolOutput():
                self._transcript.output(event.call, event.text)
            case Notice() | Compacted():
                self._transcript.note(words.of_event(event))
            case TurnEnded(error=error):
                self._streamed = 0
                if error:
                    self._transcript.note("\n".join(error.lines()), "error")
            case TurnStarted() | Called():
                pass

    def replay(self, entries: Iterable[Entry]) -> None:
        """The conversation so far, as if it had just been held."""
        for entry in entries:
            if isinstance(entry, Compaction):
                self._transcript.note("The conversation went on from a summary here.")
            else:
                self._add(entry)

    def _stream(self, part: Part, *, whole: bool) -> None:
        """A whole part repeats what was streamed of it, unless nothing was."""
        text = part.text if isinstance(part, Text | Thinking) else ""
        if not text or (whole and self._streamed):
            return
        self._streamed += len(text)
        if isinstance(part, Thinking):
            self._transcript.thought(text)
        else:
            self._transcript.answer(text)

    def _add(self, message: User | Assistant | Result) -> None:
        match message:
            case User():
                images = sum(isinstance(part, Image) for part in message.content)
                self._transcript.user(message.text, images)
            case Assistant():
                self._answered(message)
            case Result():
                self._returned(message)

    def _answered(self, message: Assistant) -> None:
        if not self._streamed:
            for part in message.content:
                self._stream(part, whole=False)
        self._streamed = 0
        self._transcript.settle()
        for call in message.calls:
            self._transcript.call(call.id, call.name, _about(call))

    def _returned(self, result: Result) -> None:
        began = self._began.pop(result.call, None)
        detail = result.detail or {}
        self._transcript.done(
            result.call,
            ok=not result.failed,
            seconds=None if began is None else self._clock() - began,
            preview=words.of_result(result),
            whole=result.text,
            diff=str(detail.get("diff", "")),
        )


def _about(call: ToolCall) -> str:
    return words.of_call(call).removeprefix(call.name).strip()
