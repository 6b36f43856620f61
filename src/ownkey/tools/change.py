"""A change of one file: made up, shown to whoever must allow it, and carried out."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ownkey.beneath import within
from ownkey.core.errors import ToolError
from ownkey.core.message import Text
from ownkey.tools import Context, Output
from ownkey.tools.diff import Diff, compare
from ownkey.tools.files import File, failed, shown
from ownkey.tools.seen import remember
from ownkey.tools.store import store
from ownkey.tools.text import Document

MASK = "[redacted"
"""How everything begins that stands for a secret in what a model is shown."""


class Change(NamedTuple):
    """What a file is to hold from now on."""

    root: Path
    """The folder that writing is allowed below."""
    target: Path
    file: File | None
    """As it was found; None where it is created."""
    before: Document
    after: str

    def check(self, context: Context) -> None:
        """Raises `ToolError` where a mask would be written over a secret."""
        before = self.before.text
        if self.after.count(MASK) > before.count(MASK) and context.conceal(before) != before:
            raise ToolError(
                f"{MASK}…] in {shown(context, self.target)} stands for a secret that you are not"
                " shown; writing that would destroy it. Change the other lines with edit."
            )

    def diff(self, context: Context) -> Diff:
        return compare(self.before.text, self.after, shown(context, self.target))

    def carry_out(self, context: Context, done: str) -> Output:
        """`done` says it to the model, with the places `{name}`, `{added}`, `{removed}`."""
        data = self.before.encode(self.after)
        context.changing(self.target)
        try:
            with within(self.root, self.target) as place:
                store(place, data, self.file, aside=context.spool)
        except OSError as error:
            raise failed("write", context, self.target, error) from error
        remember(context, self.target, data)
        diff = self.diff(context)
        name = shown(context, self.target)
        counts = {"added": diff.added, "removed": diff.removed}
        said = done.format(name=name, **counts)
        return Output((Text(said),), {"path": name, "diff": diff.text, **counts})
