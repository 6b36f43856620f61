"""Whether settings were saved since one last looked.

A look is one `stat` for each file, also for those that do not exist yet. It sees every way
of saving: in place, by rename, through a link, into a folder made anew, on file systems
that announce nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

Mark = tuple[int, int, int]


class Watch:
    def __init__(self, files: Iterable[Path]) -> None:
        self._files = tuple(files)
        self._known = self._last = self._look()

    def changed(self) -> bool:
        """Whether the files are others than when this last was true, and have kept still
        since the look before: an editor writes in more than one step."""
        now = self._look()
        settled, self._last = now == self._last, now
        if not settled or now == self._known:
            return False
        self._known = now
        return True

    def _look(self) -> tuple[Mark | None, ...]:
        return tuple(_mark(file) for file in self._files)


def _mark(file: Path) -> Mark | None:
    try:
        found = file.stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
