"""What came of a run, for every output format."""

from __future__ import annotations

import time

from ownkey import exits, words
from ownkey.conversation import Conversation
from ownkey.core.call import Call
from ownkey.core.errors import Failure
from ownkey.core.event import Added, Answer, Called, Event, Permission, TurnEnded
from ownkey.core.message import Assistant, Usage
from ownkey.money.ledger import Sum, add_up

NOTHING_DONE = TurnEnded("failed", Usage(), 0)


class Report:
    """What came of a run, gathered while it goes."""

    def __init__(self) -> None:
        self.conversation: Conversation | None = None
        self.ended = NOTHING_DONE
        self.answer = ""
        self.calls: list[Call] = []
        self.refused: list[Permission] = []
        self.interrupted = False
        self.started = time.monotonic()

    def hear(self, event: Event) -> None:
        match event:
            case Added(message=Assistant() as message):
                self.answer = message.text
            case Called(call=call):
                self.calls.append(call)
            case TurnEnded():
                self.ended = event

    async def refuse(self, permission: Permission) -> Answer:
        """Nobody is there to ask: what no flag allows is refused."""
        self.refused.append(permission)
        return Answer("never")

    @property
    def failure(self) -> Failure | None:
        if self.interrupted:
            return Failure(kind="interrupted", what="Interrupted.", hint=self._resume())
        if self.ended.error or not self.refused:
            return self.ended.error
        calls = ", ".join(sorted({words.of_call(one.call) for one in self.refused}))
        last = self.refused[-1]
        return Failure(
            kind="permission",
            what=f"Not permitted: {calls}",
            hint=f"Allow it with --auto {last.needs}."
            if last.by_level
            else f"It is not run unasked because {last.why}.",
        )

    @property
    def spent(self) -> Sum:
        """All calls of the run, whatever came of them."""
        return add_up(self.calls)

    @property
    def exit_code(self) -> int:
        return exits.code(self.failure.kind) if self.failure else exits.DONE

    def _resume(self) -> str:
        if self.conversation is None:
            return ""
        return f"Go on with: ownkey exec -s {self.conversation.session} 'go on'"
