"""The person's own commands, after `!`: run at once, and told to the model with the next prompt."""

from __future__ import annotations

from uuid import uuid4

from ownkey.conversation import Conversation
from ownkey.core.errors import OwnkeyError
from ownkey.core.message import Text
from ownkey.faces.tui.transcript import Transcript

TAIL = 20
"""Lines of an output that stay in sight."""


class OwnShell:
    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript
        self._seen = ""

    def told(self) -> str:
        """What the model has not been told yet, and is from now on."""
        seen, self._seen = self._seen, ""
        return seen

    async def run(self, conversation: Conversation, command: str) -> None:
        transcript, name = self._transcript, uuid4().hex
        transcript.call(name, "!", command, tail=TAIL)
        try:
            output = await conversation.run(command, lambda text: transcript.output(name, text))
        except OwnkeyError as error:
            transcript.done(name, ok=False, preview=str(error))
            return
        detail = output.detail or {}
        said = "".join(part.text for part in output.content if isinstance(part, Text))
        ended = "" if detail.get("exit") == 0 else f"exit code {detail.get('exit')}"
        transcript.done(
            name, ok=not ended, seconds=detail.get("seconds"), preview=ended, whole=said
        )
        told = conversation.concealed(said)
        self._seen += f"<shell>\n$ {command}\n{told}\n</shell>\n\n"
