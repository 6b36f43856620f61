"""The listener that keeps a session: what the agent tells, on record before it is shown."""

from __future__ import annotations

from ownkey.core.errors import SessionError
from ownkey.core.event import (
    Added,
    Called,
    Compacted,
    Emit,
    Event,
    Notice,
    ToolStarted,
    TurnEnded,
    TurnStarted,
)
from ownkey.core.message import Assistant
from ownkey.sessions.journal import Journal
from ownkey.sessions.records import Asked, Ended, Intent, Payload, Said, Shortened, Switched


class Recorder:
    """An `Emit` that writes a journal, and tells `tell` once when that stops working."""

    def __init__(self, journal: Journal, tell: Emit) -> None:
        self._journal = journal
        self._tell = tell

    def __call__(self, event: Event) -> None:
        match event:
            case TurnStarted(model=model) if model != self._journal.model:
                self._append(Switched(model))
            case Called(call=call):
                self._append(Asked(call))
            case Added(message=message):
                # A model's words can be asked for again; the user's and a tool's cannot.
                self._append(Said(message), durable=not isinstance(message, Assistant))
            case Compacted(compaction=compaction):
                self._append(Shortened(compaction), durable=True)
            case ToolStarted(call=call, effect=effect) if effect != "reads":
                self._append(Intent(call.id, call.name, effect), durable=True)
            case TurnEnded():
                self._append(Ended(event.stop, event.steps, event.error), durable=True)

    def keep(self, payload: Payload) -> None:
        """What no event tells of."""
        self._append(payload)

    def _append(self, payload: Payload, *, durable: bool = False) -> None:
        try:
            self._journal.append(payload, durable=durable)
        except SessionError as error:
            self._tell(Notice(f"{error.what} {error.hint}"))
