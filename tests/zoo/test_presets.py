"""Each preset's entry, unchanged, does its work at a host that behaves as its own does."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ownkey.rehearsal import sample
from tests.e2e.front_door import run, settle
from tests.zoo.far import Authority, Stand, Street
from tests.zoo.host import KEY, Door
from tests.zoo.hosts import HOSTS
from tests.zoo.presets import ENTRIES, nearby, place

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere the system's store and loopback are others"
)

each_preset = pytest.mark.parametrize("name", HOSTS)


@contextmanager
def opened(
    name: str, authority: Authority
) -> Iterator[tuple[Door, dict[str, Any], dict[str, str]]]:
    """The preset's host, its entry, and the environment of a process that meets them."""
    entry = nearby(ENTRIES[name])
    door = Door(HOSTS[name], entry["model"])
    host, port = place(entry)
    stands = [Stand(door, host, port)] if port else []
    variable = entry["apiKey"].removeprefix("${").removesuffix("}")
    with Street({host: door}, authority.context, *stands) as street:
        yield door, entry, {variable: KEY, **street.environment, **authority.environment()}


@each_preset
def test_a_coding_turn_goes_through(
    home: Path, tmp_path: Path, authority: Authority, name: str
) -> None:
    repository = sample.copy(tmp_path / "shelf")
    with opened(name, authority) as (door, entry, variables):
        settle(home, entry)
        arguments = ("--auto", "medium", "-r", "high", "-o", "json", sample.PROMPT)
        done = run("exec", *arguments, cwd=repository, **variables)
    told = json.loads(done.stdout)
    assert (done.returncode, told["error"]) == (0, None), (door.refused, done.stderr)
    suite = [sys.executable, "-m", "unittest", "-q"]
    assert subprocess.run(suite, cwd=repository, capture_output=True).returncode == 0
    assert len(door.asked) == 5
    assert "to make it permanent" not in done.stderr
    assert told["usage"]["input_tokens"] + told["usage"]["cache_read_input_tokens"] > 0


@each_preset
def test_a_wrong_key_is_named(home: Path, work: Path, authority: Authority, name: str) -> None:
    with opened(name, authority) as (door, entry, variables):
        if not door.host.header:
            pytest.skip("it asks for no key")
        settle(home, entry)
        variable = entry["apiKey"].removeprefix("${").removesuffix("}")
        done = run("exec", "Hi.", cwd=work, **{**variables, variable: "test-key-not-real-2"})
    assert (done.returncode, done.stdout) == (77, ""), done.stderr
    assert "refused the key." in done.stderr
    assert variable in done.stderr


@each_preset
def test_a_wrong_model_is_named(home: Path, work: Path, authority: Authority, name: str) -> None:
    with opened(name, authority) as (_door, entry, variables):
        settle(home, entry | {"model": "no-such-1"})
        done = run("exec", "Hi.", cwd=work, **variables)
    assert (done.returncode, done.stdout) == (78, ""), done.stderr
    assert "has no model no-such-1." in done.stderr
    assert "settings.json:" in done.stderr


@each_preset
def test_the_doctor_finds_nothing_to_mend(
    home: Path, work: Path, authority: Authority, name: str
) -> None:
    with opened(name, authority) as (door, entry, variables):
        settle(home, entry)
        done = run("doctor", "--yes", "--json", cwd=work, **variables)
    (told,) = json.loads(done.stdout)["models"]
    found = {one["check"]: one["verdict"] for one in told["checks"]}
    assert told["usable"], (told["cause"], door.refused)
    assert "entry" not in found, told["checks"]
    for check in ("answer", "streaming", "usage", "tool call", "tool result"):
        assert found[check] == "ok", told["checks"]
    signed = [one["saw"] for one in told["checks"] if "certificate from trustme" in one["saw"]]
    assert bool(signed) == entry["baseUrl"].startswith("https:"), told["checks"]
