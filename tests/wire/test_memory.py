"""What is remembered of endpoints, and how little a lost or damaged file matters."""

from __future__ import annotations

import json
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ownkey.core.figure import Claims, Pace, Proof
from ownkey.wire.memory import KEPT, Dialect, Memory, place
from tests.wire.conversations import CHAT, MESSAGES, model

FOUND = Dialect(quirks={"stream_usage": False}, without=("store",))
BIG = model(CHAT)
TODAY = datetime.now(UTC).date().isoformat()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "dialects.json"


def test_a_dialect_outlives_the_process_and_is_of_one_model_at_one_host(file: Path) -> None:
    Memory(file).keep(BIG, FOUND)
    memory = Memory(file)
    assert memory.recall(BIG) == FOUND
    for other in (
        model(CHAT, name="big-2"),
        model(CHAT, "https://other.example/v1"),
        model(MESSAGES, "https://api.example.test/v1", "big-1"),
    ):
        assert memory.recall(other) == Dialect()


def test_what_others_wrote_in_the_meantime_stays(file: Path) -> None:
    first, second = Memory(file), Memory(file)
    assert first.recall(BIG) == second.recall(BIG) == Dialect()
    first.keep(BIG, FOUND)
    other = model(CHAT, name="big-2")
    second.keep(other, Dialect(without=("include",)))
    assert Memory(file).recall(BIG) == FOUND
    assert Memory(file).recall(other) == Dialect(without=("include",))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_the_file_is_the_users_alone_and_nothing_else_is_left(file: Path) -> None:
    Memory(file).keep(BIG, FOUND)
    Memory(file).keep(BIG, Dialect())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in file.parent.iterdir()] == ["dialects.json"]


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b"\xff\xfe", b'{"a": 1}', b" " * 2_000_000], ids=repr
)
def test_a_damaged_file_is_forgotten_and_written_anew(file: Path, damage: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(damage)
    memory = Memory(file)
    assert memory.recall(BIG) == Dialect()
    memory.keep(BIG, FOUND)
    assert Memory(file).recall(BIG) == FOUND


@pytest.mark.parametrize(
    "entry",
    [
        None,
        7,
        {"quirks": {"no_such_quirk": 1}},
        {"quirks": {"effort": "loud"}},
        {"quirks": {"efforts": "loud"}},
        {"without": "store"},
    ],
)
def test_an_entry_that_is_not_understood_harms_no_other(file: Path, entry: Any) -> None:
    Memory(file).keep(BIG, FOUND)
    other = model(CHAT, name="big-2")
    entries = json.loads(file.read_text())
    (name,) = entries
    file.write_text(json.dumps({**entries, name.replace("big-1", "big-2"): entry}))
    memory = Memory(file)
    assert memory.recall(other) == Dialect()
    assert memory.recall(BIG) == FOUND


def test_where_nothing_can_be_written_it_is_remembered_for_the_process(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file, not a folder")
    memory = Memory(tmp_path / "cache" / "dialects.json")
    memory.keep(BIG, FOUND)
    assert memory.recall(BIG) == FOUND


def test_the_file_lies_in_the_cache_folder(home: Path, tmp_path: Path) -> None:
    assert place({"OWNKEY_CACHE_DIR": str(tmp_path)}) == tmp_path / "dialects.json"
    assert home in place({}).parents


def test_what_was_measured_goes_before_what_is_listed(file: Path) -> None:
    pace = Pace(first=0.5, rate=80.0, day="2026-11-23")
    seen = {"images": Proof(able=False, day=TODAY)}
    listed = Claims(source="a list", images=True, window=8000)
    Memory(file).keep(BIG, Dialect(pace=pace, proofs=seen, claims=listed, claimed=TODAY))
    memory = Memory(file)
    assert memory.recall(BIG).pace == pace
    claims = memory.claims(BIG)
    assert claims is not None
    assert (claims.images, claims.window) == (False, 8000)
    assert (claims.by("images"), claims.by("window")) == (f"ownkey doctor, {TODAY}", "a list")


@pytest.mark.parametrize(("days", "images"), [(0, False), (KEPT, False), (KEPT + 1, True)])
def test_what_was_measured_is_believed_as_long_as_a_list(
    file: Path, days: int, images: bool
) -> None:
    day = (datetime.now(UTC).date() - timedelta(days)).isoformat()
    proofs = {"images": Proof(able=False, day=day), "no such": Proof(able=True, day=TODAY)}
    listed = Claims(source="a list", images=True)
    Memory(file).keep(BIG, Dialect(proofs=proofs, claims=listed, claimed=TODAY))
    claims = Memory(file).claims(BIG)
    assert claims is not None
    assert claims.images is images


def test_a_limit_that_was_met_is_told_with_who_set_it(file: Path) -> None:
    listed = Claims(source="a list", images=True, window=8000)
    Memory(file).keep(BIG, Dialect(window=4000, claims=listed, claimed=TODAY))
    claims = Memory(file).claims(BIG)
    assert claims is not None
    assert (claims.window, claims.by("window")) == (4000, "the endpoint, which takes no more")


def test_amending_a_field_keeps_what_others_learned_meanwhile(file: Path) -> None:
    """A session and the doctor know the same model at the same time."""
    session, doctor = Memory(file), Memory(file)
    session.recall(BIG)
    doctor.amend(BIG, proofs={"tools": Proof(able=False, day=TODAY)})
    session.amend(BIG, window=8000)
    for memory in (session, Memory(file)):
        known = memory.recall(BIG)
        assert (known.proofs["tools"].able, known.window) == (False, 8000)
