"""A piece of work that every fault is tried on: two edits, a command, and what must hold after.

The provider is the rehearsal, on loopback, in a thread; what it says next follows from the
conversation alone, so a session that is gone on with is finished.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ownkey.core.message import Assistant, Result, User
from ownkey.rehearsal.conversation import Call, Conversation, Turn
from ownkey.rehearsal.server import Rehearsal
from ownkey.sessions import place
from ownkey.sessions.session import Session, read
from tests.e2e.front_door import entry, settle

OLD = "".join(f"line {number} as it was\n" for number in range(2_000))
NEW = OLD.replace("line 7 as", "line seven as")
MADE = "made\n" * 3_000
COMMAND = "cat kept.txt > copied.txt; echo copied"
DONE = "All of it is done."

ARGUMENTS = ["exec", "--auto", "high", "-o", "stream-json", "Do the work."]


def script(conversation: Conversation) -> Turn:
    """One step a message, from where the conversation stands."""
    steps = sum(isinstance(item, Turn) for item in conversation.items)
    match steps:
        case 0:
            return Turn(text="I read.", calls=(Call("read", {"path": "kept.txt"}),))
        case 1:
            change = {"path": "kept.txt", "old": "line 7 as", "new": "line seven as"}
            return Turn(text="I edit.", calls=(Call("edit", change),))
        case 2:
            made = {"path": "deep/made.txt", "content": MADE}
            return Turn(text="I write.", calls=(Call("write", made),))
        case 3:
            return Turn(text="I run.", calls=(Call("shell", {"command": COMMAND}),))
    return Turn(text=DONE)


@contextmanager
def provider(faults: tuple[str, ...] = ()) -> Iterator[Rehearsal]:
    """The rehearsal, in a thread with a loop of its own."""
    loop = asyncio.new_event_loop()
    far = Rehearsal(script, faults)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(far.__aenter__(), loop).result(10)
    try:
        yield far
    finally:
        asyncio.run_coroutine_threadsafe(far.__aexit__(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


class Place:
    """A home with settings, and a folder with a file to work on."""

    def __init__(self, folder: Path, url: str) -> None:
        self.home = folder / "home"
        self.cwd = folder / "work"
        self.home.mkdir(parents=True)
        self.cwd.mkdir()
        self.settings = settle(self.home, entry(url)).read_bytes()
        (self.cwd / "kept.txt").write_text(OLD, "utf-8")

    @property
    def state(self) -> Path:
        return self.home / ".local" / "state" / "ownkey"

    def journals(self) -> list[Path]:
        return sorted(place.sessions(self.state))

    def sessions(self) -> list[Session]:
        return [read(path) for path in self.journals()]

    def check_files(self) -> None:
        """Each is what it was or what it was to be, whole."""
        assert (self.cwd / "kept.txt").read_text("utf-8") in (OLD, NEW)
        made = self.cwd / "deep" / "made.txt"
        assert not made.exists() or made.read_text("utf-8") == MADE
        assert (self.home / ".factory" / "settings.json").read_bytes() == self.settings


def is_whole(session: Session) -> bool:
    """Whether all that was said in the work is there."""
    kinds = [type(message) for message in session.messages]
    return kinds == [User, *(Assistant, Result) * 4, Assistant]
