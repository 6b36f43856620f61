"""Searches files line by line. Run as a process of its own, by path: a pattern may take for
ever, and only a process can be stopped. Its first line of stdin is the search, as JSON; where
that names no files, each further line is a list of them, and what is written is the list of
those that hold a match.

Knows nothing of ours, so that it starts fast.
"""

from __future__ import annotations

import json
import os
import re
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

WIDEST = 300
"""Characters of a line that are shown, around the match."""

SNIFFED = 8_000
"""Bytes in which a NUL makes a file binary."""

READING = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""Not through a link, and not waiting for a FIFO's writer."""

UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


class Search(NamedTuple):
    """What is asked for."""

    pattern: str
    ignore_case: bool
    root: str
    files: Sequence[str]
    """Paths relative to `root`; found in this order."""
    folder: str
    """How `root` is shown, up to its slash."""
    spelled: dict[str, str]
    """How paths are shown that hold what cannot be."""
    hidden: Sequence[Sequence[int]]
    """Device and inode of files that may not be opened up."""
    barred: int | None
    """The device of the file system that shows the memory of processes."""
    around: int
    names_only: bool
    most: int
    """Lines after which the search stops."""
    largest: int
    """Bytes of the largest file that is looked into."""


def run(search: Search) -> dict[str, Any]:
    """The lines found, and whether there was more."""
    lines: list[str] = []
    for line in _found(search):
        if len(lines) == search.most:
            return {"lines": lines, "more": True}
        lines.append(line)
    return {"lines": lines, "more": False}


def sift(search: Search, files: Iterable[str]) -> list[str]:
    """Those that hold a match, in the order given."""
    return [path for path, *_ in _matching(search, files)]


def _found(search: Search) -> Iterator[str]:
    parted = False
    for path, lines, matches in _matching(search, search.files):
        name = search.folder + search.spelled.get(path, path)
        if search.names_only:
            yield name
            continue
        if parted and search.around:
            yield "--"
        parted = True
        yield from _lines(search, name, lines, matches)


def _matching(
    search: Search, files: Iterable[str]
) -> Iterator[tuple[str, list[str], dict[int, re.Match[str]]]]:
    """Each file that holds a match, its lines, and the matches by line."""
    flags = re.IGNORECASE if search.ignore_case else re.NOFLAG
    expression = re.compile(search.pattern, flags)
    may_hold = sieve(search.pattern, flags)
    for path in files:
        text = _text(search, path)
        if not may_hold(text):
            continue
        lines = text.removesuffix("\n").split("\n") if text else []
        lines = [line.removesuffix("\r") for line in lines]
        matches = {at: match for at, line in enumerate(lines) if (match := expression.search(line))}
        if matches:
            yield path, lines, matches


def sieve(pattern: str, flags: re.RegexFlag) -> Callable[[str], object]:
    """What tells a text without any match, much sooner than line by line does: in a text whose
    lines begin and end where they do, all matches of its lines are found, unless the pattern
    looks around or means the ends of the text."""
    if "(?" in pattern.replace("(?:", "") or "\\A" in pattern or "\\Z" in pattern:
        return bool
    # A line of CRLF ends before its CR, which is a blank like any other.
    expression = re.compile(pattern, flags | re.MULTILINE)
    return lambda text: "\r" in text or expression.search(text)


def _lines(
    search: Search, name: str, lines: list[str], matches: dict[int, re.Match[str]]
) -> Iterator[str]:
    previous = None
    for at in _with_neighbours(matches, search.around, len(lines)):
        if previous is not None and at > previous + 1 and search.around:
            yield "--"
        previous = at
        match = matches.get(at)
        sign = ":" if match else "-"
        yield f"{name}{sign}{at + 1}{sign}{_cut(lines[at], match.start() if match else 0)}"


def _with_neighbours(matches: Iterable[int], around: int, count: int) -> list[int]:
    return sorted(
        {near for at in matches for near in range(max(0, at - around), min(count, at + around + 1))}
    )


def _cut(line: str, at: int) -> str:
    """The part of a long line that has the match in it."""
    if len(line) <= WIDEST:
        return line
    start = max(0, min(at - WIDEST // 4, len(line) - WIDEST))
    end = start + WIDEST
    return ("\u2026" if start else "") + line[start:end] + ("\u2026" if end < len(line) else "")


def _text(search: Search, path: str) -> str:
    """The text of a file; empty where it is not to be looked into or cannot be."""
    try:
        data = _data(search, f"{search.root}/{path}")
    except OSError:
        return ""
    encoding = UTF16.get(data[:2])
    if encoding:
        return data[2:].decode(encoding, "replace")
    return "" if b"\0" in data[:SNIFFED] else data.decode("utf-8", "replace")


def _data(search: Search, path: str) -> bytes:
    """Nothing, of what is not to be looked into. Of what is slow in reading 100,000 files, a file
    object for each would be half. Raises OSError."""
    file = os.open(path, READING)
    try:
        state = os.fstat(file)
        size = state.st_size if _may_be_read(search, state) else 0
        data = os.read(file, size)
        while len(data) < size and (more := os.read(file, size - len(data))):
            data += more
    finally:
        os.close(file)
    return data


def _may_be_read(search: Search, state: os.stat_result) -> bool:
    return (
        stat.S_ISREG(state.st_mode)
        and state.st_dev != search.barred
        and [state.st_dev, state.st_ino] not in search.hidden
        and state.st_size <= search.largest
    )


def _listed(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield from json.loads(line)


def main() -> None:
    search = Search(**json.loads(sys.stdin.readline()))
    json.dump(run(search) if search.files else sift(search, _listed(sys.stdin)), sys.stdout)


if __name__ == "__main__":
    main()
