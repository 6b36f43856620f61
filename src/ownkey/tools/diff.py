"""What changed between two texts, as a unified diff."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

import msgspec

AROUND = 3
"""Unchanged lines shown on each side of a change."""

COMPARABLE = 9_000_000
"""Lines times lines beyond which a change is shown as one replacement: matching them
takes time by the square."""

LINE = re.compile(r"[^\r\n]*(?:\r?\n|\r)|[^\r\n]+")

Opcode = tuple[str, int, int, int, int]


class Diff(msgspec.Struct, frozen=True):
    text: str
    """Empty where nothing changed."""
    added: int
    removed: int


def compare(old: str, new: str, name: str) -> Diff:
    """The unified diff from `old` to `new` under the heading `name`. Line endings count;
    a CR is left out of what is shown."""
    before, after = LINE.findall(old), LINE.findall(new)
    opcodes = list(_opcodes(before, after))
    changes = [code for code in opcodes if code[0] != "equal"]
    added = sum(code[4] - code[3] for code in changes)
    removed = sum(code[2] - code[1] for code in changes)
    lines = [f"--- {name}", f"+++ {name}"] if changes else []
    for group in _groups(opcodes):
        lines += _hunk(group, before, after)
    return Diff("\n".join(lines), added, removed)


def _opcodes(before: list[str], after: list[str]) -> Iterator[Opcode]:
    """As difflib's, with the common head and tail set aside first."""
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    yield "equal", 0, head, 0, head
    if len(old) * len(new) > COMPARABLE:
        yield "replace", head, head + len(old), head, head + len(new)
    else:
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, False).get_opcodes():
            yield tag, head + i1, head + i2, head + j1, head + j2
    yield "equal", len(before) - tail, len(before), len(after) - tail, len(after)


def _groups(opcodes: list[Opcode]) -> Iterator[list[Opcode]]:
    """Changes with the lines around them; a long stretch of equal lines parts two groups.
    The last opcode is an equal one."""
    group: list[Opcode] = []
    for tag, i1, i2, j1, j2 in opcodes:
        if tag != "equal" or (group and i2 - i1 <= 2 * AROUND):
            group.append((tag, i1, i2, j1, j2))
        else:
            if group:
                yield [*group, (tag, i1, i1 + AROUND, j1, j1 + AROUND)]
            group = [(tag, max(i1, i2 - AROUND), i2, max(j1, j2 - AROUND), j2)]
    if any(code[0] != "equal" for code in group):
        *changes, (tag, i1, i2, j1, j2) = group
        yield [*changes, (tag, i1, min(i2, i1 + AROUND), j1, min(j2, j1 + AROUND))]


def _hunk(group: list[Opcode], before: list[str], after: list[str]) -> list[str]:
    old = _range(group[0][1], group[-1][2])
    new = _range(group[0][3], group[-1][4])
    lines = [f"@@ -{old} +{new} @@"]
    for tag, i1, i2, j1, j2 in group:
        if tag == "equal":
            lines += [_shown(" ", line) for line in before[i1:i2]]
        else:
            lines += [_shown("-", line) for line in before[i1:i2]]
            lines += [_shown("+", line) for line in after[j1:j2]]
    return lines


def _range(start: int, stop: int) -> str:
    """Lines as a hunk's header counts them: an empty range names the line before it."""
    length = stop - start
    first = start + 1 if length else start
    return str(first) if length == 1 else f"{first},{length}"


def _shown(sign: str, line: str) -> str:
    text = sign + line.rstrip("\r\n").encode("utf-8", "replace").decode("utf-8")
    return text if line.endswith(("\n", "\r")) else f"{text}\n\\ No newline at end of file"


def _common(one: list[str], other: list[str]) -> int:
    most = min(len(one), len(other))
    return next((at for at in range(most) if one[at] != other[at]), most)
