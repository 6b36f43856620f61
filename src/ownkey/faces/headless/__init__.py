"""`ownkey exec`: one task, no questions, an exit code."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import Literal, Protocol

import msgspec

from ownkey.commands import added
from ownkey.conversation import Conversation, converse
from ownkey.core.errors import OwnkeyError
from ownkey.core.event import Event
from ownkey.faces.headless.json import JsonFace, StreamJsonFace
from ownkey.faces.headless.report import NOTHING_DONE, Report
from ownkey.faces.headless.text import TextFace
from ownkey.options import Options

Format = Literal["text", "json", "stream-json"]


class Face(Protocol):
    def begin(self, conversation: Conversation) -> None: ...
    def hear(self, event: Event) -> None: ...
    def end(self, report: Report) -> None: ...


FACES: dict[Format, type[Face]] = {
    "text": TextFace,
    "json": JsonFace,
    "stream-json": StreamJsonFace,
}


async def execute(options: Options, task: str, form: Format) -> int:
    """Do `task` and return the exit code."""
    report = Report()
    face = FACES[form]()

    def listen(event: Event) -> None:
        report.hear(event)
        face.hear(event)

    stopped = _cancel_on_signals()
    try:
        async with converse(options, listen, report.refuse) as conversation:
            report.conversation = conversation
            face.begin(conversation)
            report.ended = await conversation.say(added.expanded(conversation, task))
    except OwnkeyError as error:
        report.ended = msgspec.structs.replace(NOTHING_DONE, error=error.failure())
    except asyncio.CancelledError:
        report.interrupted = True
    face.end(report)
    return 128 + stopped[0] if stopped else report.exit_code


def _cancel_on_signals() -> list[int]:
    """SIGTERM, SIGHUP and SIGQUIT end the run as Ctrl-C does: by cancelling its task. The list
    tells afterwards which signal it was."""
    seen: list[int] = []
    task = asyncio.current_task()
    loop = asyncio.get_running_loop()

    def stop(number: int) -> None:
        seen.append(number)
        if task is not None:
            task.cancel()

    for name in ("SIGTERM", "SIGHUP", "SIGQUIT"):
        with contextlib.suppress(AttributeError, NotImplementedError, RuntimeError):
            number = getattr(signal, name)
            loop.add_signal_handler(number, stop, number)
    return seen
