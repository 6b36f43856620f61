"""Settings of any bytes: `models list` answers, with file, line and column for what is wrong."""

from __future__ import annotations

import contextlib
import copy
import io
import itertools
import json
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ownkey import cli
from tests.config.test_mutations import GOOD, VALUES, places
from tests.e2e.front_door import run, settle_text
from tests.proof.figures import LONG, note, tried

EXAMPLES = tried("settings")
TRIED = itertools.count()
PLACED = re.compile(r"settings\.json:\d+:\d+")
TEXT = json.dumps(GOOD, indent=1)


def listed(data: bytes) -> tuple[int, str]:
    """What `ownkey models list` gives in a home with these settings: exit code and words."""
    told = io.StringIO()
    with tempfile.TemporaryDirectory() as home:
        file = Path(home, ".factory", "settings.json")
        file.parent.mkdir()
        file.write_bytes(data)
        with (
            pytest.MonkeyPatch.context() as patch,
            contextlib.redirect_stdout(told),
            contextlib.redirect_stderr(told),
        ):
            patch.setenv("HOME", home)
            code = cli.main(["models", "list"])
        assert file.read_bytes() == data
        assert list(file.parent.iterdir()) == [file]
    return code, told.getvalue()


@pytest.mark.timeout(0 if LONG else 120)
def test_no_mutation_of_settings_breaks_the_list() -> None:
    broken()
    note("settings", mutations=next(TRIED), tracebacks=0)


@settings(
    max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
@given(data=st.data())
def broken(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(MUTATIONS))(data)
    code, told = listed(text)
    assert code in (0, 78), told
    assert "Traceback" not in told
    assert "test-key-not-real-1" not in told
    if not parses(text) and text.strip():
        assert PLACED.search(told) or "settings.json" in told, told
    next(TRIED)


def parses(text: bytes) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def bitten(data: st.DataObject) -> bytes:
    """Bytes gone, others come."""
    damaged = bytearray(TEXT.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(damaged)))
        damaged[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=6))
    return bytes(damaged)


def mistyped(data: st.DataObject) -> bytes:
    """Values of another type, NaN and infinities among them."""
    mutant = copy.deepcopy(GOOD)
    for _ in range(data.draw(st.integers(1, 4))):
        if found := places(mutant):
            container, step = data.draw(st.sampled_from(found))
            container[step] = data.draw(VALUES)
    return json.dumps(mutant).encode()


def doubled(data: st.DataObject) -> bytes:
    """A line twice: a key that is there again, an entry that begins again."""
    lines = TEXT.splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 1))
    return "".join([*lines[:at], lines[at], *lines[at:]]).encode()


def cut(data: st.DataObject) -> bytes:
    return TEXT.encode()[: data.draw(st.integers(0, len(TEXT)))]


def encoded(data: st.DataObject) -> bytes:
    return TEXT.encode(data.draw(st.sampled_from(["utf-8-sig", "utf-16", "utf-32", "utf-16-le"])))


MUTATIONS = [bitten, mistyped, doubled, cut, encoded]

LARGE = {
    "a hundred thousand lists": b"[" * 100_000,
    "a hundred thousand objects": b'{"a":' * 100_000,
    "a field that is too deep": b'{"customModels": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "ten megabytes of space": b" " * 10_000_000,
    "ten megabytes of text": b'{"a": "' + b"x" * 10_000_000 + b'"}',
    "ten megabytes of entries": b'{"customModels": [' + b'{"a": 1}, ' * 1_000_000 + b"{}]}",
    "ten megabytes of comments": b"// x\n" * 2_000_000 + b"{}",
    "a number without end": b'{"model": ' + b"9" * 1_000_000 + b"}",
    "a NaN": b'{"customModels": [{"maxOutputTokens": NaN}]}',
    "an infinity": b'{"customModels": [{"maxOutputTokens": -Infinity}]}',
    "a key that is there twice": b'{"customModels": [], "customModels": {}}',
}


@pytest.mark.parametrize("case", LARGE)
def test_settings_of_any_size_and_depth_are_answered_in_words(home: Path, case: str) -> None:
    file = settle_text(home, "")
    file.write_bytes(LARGE[case])
    done = run("models", "list")
    told = done.stdout + done.stderr
    assert done.returncode in (0, 78), told[:2_000]
    assert "Traceback" not in told
    assert len(told) < 20_000
    if done.returncode:
        assert "settings.json" in told, told[:2_000]
