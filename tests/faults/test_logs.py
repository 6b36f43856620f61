"""Any log opens: what is whole in it is there, what is not is told of, and nothing is written."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ownkey.core.message import Message, User
from ownkey.sessions.journal import Journal
from ownkey.sessions.records import Said
from ownkey.sessions.session import Session, read
from ownkey.sessions.spending import spent
from ownkey.sessions.store import summaries
from tests.proof.figures import LONG, note, tried
from tests.sessions.made import talk, user, written

EXAMPLES = tried("logs")
TRIED = itertools.count()

GARBAGE = [
    b"garbage\n",
    b"\x00" * 4_096,
    "\u2028\u2029\n".encode(),
    b'{"crc":"00000000","v":1}\n',
    b'{"crc":"' * 40 + b"\n",
    b"\n\r\n \n",
    b"\xff\xfe\x00\n",
    b'{"type":"message","text":"another program\'s"}\n',
    b"[" * 100_000 + b"\n",
    b"x" * (1 << 20) + b"\n",
]
"""What a crash, a full disk, an editor or another program may leave in a file."""


def sealed(covered: bytes) -> bytes:
    """A line with a right checksum, whatever it says."""
    return b'{"crc":"%08x",%s\n' % (crc32(covered), covered)


STRANGE = [
    sealed(b'"v":99,"seq":3,"id":"later","at":"2031-01-01T00:00:00Z","kind":"message"}'),
    sealed(b'"v":1,"seq":3,"id":"new","at":"2031-01-01T00:00:00Z","kind":"invented"}'),
    sealed(b'"v":1,"seq":-1,"id":"","at":"never","kind":"message","message":null}'),
    sealed(b'"v":1,"seq":1,"id":7,"at":0,"kind":[]}'),
    sealed(b'"a":' + b"[" * 100_000),
    sealed(b"}"),
    sealed(b""),
]
"""Lines whose checksum is right: of a later version, or a bug."""


@pytest.fixture(scope="module")
def original() -> tuple[list[bytes], list[Message]]:
    said = talk(8)
    with tempfile.TemporaryDirectory() as folder:
        lines = written(Path(folder), *said).read_bytes().splitlines(keepends=True)
    return lines, said


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def mutated(original: tuple[list[bytes], list[Message]], data: st.DataObject) -> None:
    lines, said = original
    pieces: list[tuple[int, bytes]] = list(enumerate(lines))
    for _ in range(data.draw(st.integers(1, 3))):
        pieces = data.draw(st.sampled_from(MUTATIONS))(pieces, data)
    content = b"".join(line for _, line in pieces)
    whole = {number for number, line in pieces if number > 0 and _stands(pieces, number, line)}
    with tempfile.TemporaryDirectory() as folder:
        check(Path(folder), content, [said[number - 1] for number in sorted(whole)])
    next(TRIED)


Pieces = list[tuple[int, bytes]]
"""Lines, each with its place in the original; none, negative, for what was not in it."""


def _stands(pieces: Pieces, number: int, line: bytes) -> bool:
    """Whether a line is as it was and begins where a line begins."""
    at = [index for index, (one, _) in enumerate(pieces) if one == number]
    before = pieces[at[0] - 1][1] if at[0] else b"\n"
    return line.startswith(b'{"crc":"') and line.endswith(b"}\n") and before.endswith(b"\n")


def torn(pieces: Pieces, data: st.DataObject) -> Pieces:
    _, last = pieces[-1]
    return [*pieces[:-1], (-1, last[: data.draw(st.integers(0, len(last)))])]


def inserted(pieces: Pieces, data: st.DataObject) -> Pieces:
    at = data.draw(st.integers(0, len(pieces)))
    return [*pieces[:at], (-1, data.draw(st.sampled_from(GARBAGE + STRANGE))), *pieces[at:]]


def holed(pieces: Pieces, data: st.DataObject) -> Pieces:
    """A run of NULs in the place of bytes."""
    at = data.draw(st.integers(0, len(pieces) - 1))
    line = pieces[at][1]
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, len(line)))
    changed = line[:start] + b"\x00" * (end - start) + line[end:]
    return [*pieces[:at], (pieces[at][0] if changed == line else -1, changed), *pieces[at + 1 :]]


def swapped(pieces: Pieces, data: st.DataObject) -> Pieces:
    order = data.draw(st.permutations(range(len(pieces))))
    moved = [pieces[index] for index in order]
    return [(number, line) for number, line in moved]


def doubled(pieces: Pieces, data: st.DataObject) -> Pieces:
    at = data.draw(st.integers(0, len(pieces) - 1))
    return [*pieces, (-1, pieces[at][1])]


def bitten(pieces: Pieces, data: st.DataObject) -> Pieces:
    at = data.draw(st.integers(0, len(pieces) - 1))
    line = bytearray(pieces[at][1])
    if not line:
        return pieces
    line[data.draw(st.integers(0, len(line) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    return [*pieces[:at], (-1, bytes(line)), *pieces[at + 1 :]]


def interleaved(pieces: Pieces, data: st.DataObject) -> Pieces:
    """Records of another writer in between, with numbers and parents of its own."""
    with tempfile.TemporaryDirectory() as folder:
        theirs = written(Path(folder), *map(user, ("theirs", "too"))).read_bytes()
    mixed = list(pieces)
    for line in theirs.splitlines(keepends=True):
        mixed.insert(data.draw(st.integers(0, len(mixed))), (-1, line))
    return mixed


MUTATIONS = [torn, inserted, holed, swapped, doubled, bitten, interleaved]


def check(folder: Path, content: bytes, kept: list[Message]) -> None:
    path = folder / "sessions" / "shelf" / "20260101-000000-abcdef.jsonl"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    session = read(path)
    assert path.read_bytes() == content
    every = [one for one in _every(path) if one in kept]
    assert all(message in every for message in kept)
    if not content.strip():
        assert session.skipped == ("the file is empty",)
    damaged = any(part in content for part in GARBAGE if part.strip())
    assert session.skipped or not damaged
    assert len(summaries(folder)) == 1
    list(spent(folder))
    journal = Journal.open(path)
    journal.append(Said(user("and more")))
    journal.close()
    assert path.read_bytes().startswith(content)
    again = read(path)
    assert again.messages[-1] == user("and more")
    assert _prefix(session, again)


def _every(path: Path) -> list[Message]:
    from ownkey.sessions.session import records

    return [one.payload.message for one in records(path) if isinstance(one.payload, Said)]


def _prefix(before: Session, after: Session) -> bool:
    return after.messages[: len(before.messages)] == before.messages


@pytest.mark.timeout(0 if LONG else 240)
def test_any_log_opens(original: tuple[list[bytes], list[Message]]) -> None:
    mutated(original)
    note("logs", mutations=next(TRIED), crashes=0)


LARGE = 200_000_000
"""Bytes."""

OPENED = """
import resource, sys, time
from pathlib import Path
from ownkey.sessions.session import read
from ownkey.sessions.store import _summary
began = time.monotonic()
session = read(Path(sys.argv[1]))
took = time.monotonic() - began
status = Path("/proc/self/status")
if status.exists():  # ru_maxrss would be the parent's, if that was larger
    peak = int(status.read_text().partition("VmHWM:")[2].split()[0])
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(len(session.messages), len(session.skipped), round(took, 2), peak // 1024)
"""


@pytest.mark.timeout(0 if LONG else 240)
def test_a_large_log_opens_in_bounded_memory(tmp_path: Path) -> None:
    """200 MB of a real session: results of up to 50 KB, one line in a thousand damaged."""
    path, messages, damaged = grown(tmp_path, LARGE if LONG else LARGE // 10)
    size = path.stat().st_size
    done = subprocess.run(
        [sys.executable, "-c", OPENED, str(path)], capture_output=True, text=True, check=True
    )
    found, skipped, seconds, peak = map(float, done.stdout.split())
    assert found == messages
    assert (skipped > 0) == (damaged > 0)
    assert peak < 100 + 4 * size / 1e6, "in megabytes"
    note("large-log", megabytes=size // 1_000_000, seconds=seconds, peak_mb=peak)


def grown(folder: Path, size: int) -> tuple[Path, int, int]:
    chance = random.Random(3)
    journal = Journal.create(folder, folder, "m")
    said = damaged = 0
    journal.append(Said(User(user("start").content)))
    with journal.path.open("ab") as beside:
        while journal.path.stat().st_size < size:
            journal.append(Said(user("x" * chance.randrange(50_000))))
            said += 1
            if said % 1_000 == 0:
                beside.write(b"\x00" * 512 + b"\n")
                beside.flush()
                damaged += 1
    journal.close()
    return journal.path, said + 1, damaged
