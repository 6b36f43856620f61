"""Text: the answer on stdout; on stderr what went wrong, and progress where someone looks."""

from __future__ import annotations

import sys

from ownkey import console, statement, words
from ownkey.conversation import Conversation
from ownkey.core.event import Added, Compacted, Event, Notice, Retrying
from ownkey.core.message import Assistant, Result, Usage
from ownkey.faces.headless.report import Report


class TextFace:
    def __init__(self) -> None:
        self._watched = sys.stderr.isatty()

    def begin(self, conversation: Conversation) -> None:
        self._progress(f"{conversation.model.display_name} · session {conversation.session}")

    def hear(self, event: Event) -> None:
        line = words.of_event(event)
        if isinstance(event, Retrying | Notice | Compacted):
            console.note(line)
        elif line:
            self._progress(line)
        match event:
            case Added(message=Result() as result) if outcome := words.of_result(result):
                self._progress(f"  {outcome}")
            case Added(message=Assistant() as message) if message.calls and message.text:
                self._progress(message.text.strip())

    def end(self, report: Report) -> None:
        if report.answer:
            console.say(report.answer)
        if report.failure:
            console.explain(report.failure)
        if report.ended.usage != Usage():
            used = words.of_usage(report.ended.usage, report.ended.steps)
            console.note(f"{used} · cost {statement.cost(report.spent)}")

    def _progress(self, text: str) -> None:
        if self._watched:
            console.note(text)
