"""Each way to have it wrong: the program's words name the true cause, and the cure."""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from ownkey.core.model import FORMATS, WireName
from tests.zoo import document
from tests.zoo.far import Authority
from tests.zoo.host import Door
from tests.zoo.trial import added, as_seen, filled, tried
from tests.zoo.variant import Variant
from tests.zoo.variants import ADDED, TYPES, VARIANTS

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere the system's store is another"
)


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("name", VARIANTS)
def test_exec_names_the_cause_and_the_cure(
    home: Path, work: Path, authority: Authority, name: str
) -> None:
    variant = VARIANTS[name]
    if variant.stands_at == "::1" and not has_ipv6():
        pytest.skip("there is no IPv6 here")
    done, address = tried(variant, authority, home, work)
    assert done.returncode == variant.exit, done.stderr
    assert filled(variant.cause, address) in done.stderr
    assert filled(variant.cure, address) in done.stderr
    shown = document.quotations().get(name)
    assert shown in (None, as_seen(done, address, home, work)), "run `python -m tests.zoo`"


@pytest.mark.parametrize("name", ADDED)
def test_adding_it_works_or_names_the_cause(
    home: Path, work: Path, authority: Authority, name: str
) -> None:
    """Nothing is written that does not work."""
    variant = ADDED[name]
    if variant.stands_at == "::1" and not has_ipv6():
        pytest.skip("there is no IPv6 here")
    done, said, address = added(variant, authority, work)
    written = (home / ".factory" / "settings.json").exists()
    if variant.against:
        assert filled(variant.against, address) in done.stderr
        assert done.returncode == (variant.exit if variant.added is None else 2)
        assert not written
    else:
        assert (done.returncode, said.returncode, written) == (0, 0, True), done.stderr
        assert "It answers." in done.stdout


@pytest.mark.parametrize("name", [one.name for one in TYPES])
def test_a_format_that_is_given_wrong_is_named_with_the_right_one(
    home: Path, work: Path, authority: Authority, name: str
) -> None:
    variant = VARIANTS[name]
    wrong = variant.entry["provider"]
    done, _, address = added(variant, authority, work, "--provider", wrong)
    assert done.returncode == variant.exit
    assert f"This endpoint speaks {FORMATS[serves(variant)]}, not {FORMATS[wrong]}." in done.stderr
    assert filled(variant.cause, address) in done.stderr
    assert "Leave out --provider" in done.stderr.splitlines()[-1]
    assert not (home / ".factory").exists()


def serves(variant: Variant) -> WireName:
    assert isinstance(variant.far, Door)
    (wire,) = variant.far.host.doors.values()
    return wire


def test_a_tiny_window_is_told_when_its_model_is_added(
    home: Path, work: Path, authority: Authority
) -> None:
    variant = VARIANTS["the window is tiny"]
    done, _, _ = added(variant, authority, work)
    assert f"{variant.cause}, says http://127.0.0.1" in done.stdout
    assert variant.cure in done.stdout


def headline(done: CompletedProcess[str]) -> str:
    """The doctor's first words: all until the first empty line."""
    first, _, _ = (done.stdout or done.stderr).partition("\n\n")
    return " ".join(first.split())


def checks(done: CompletedProcess[str]) -> list[dict[str, str]]:
    models = json.loads(done.stdout)["models"] if done.stdout else []
    return [one for model in models for one in model["checks"]]


@pytest.mark.parametrize("name", VARIANTS)
def test_the_doctor_s_first_words_name_the_cause_and_each_no_has_a_cure(
    home: Path, work: Path, authority: Authority, name: str
) -> None:
    variant = VARIANTS[name]
    if variant.stands_at == "::1" and not has_ipv6():
        pytest.skip("there is no IPv6 here")
    _, *models = variant.arguments or ("",)
    asked = variant._replace(arguments=tuple(models))
    done, address = tried(asked, authority, home, work, ("doctor", "--yes"))
    assert filled(variant.cause, address).rstrip(".") in headline(done)
    told, _ = tried(asked, authority, home, work, ("doctor", "--yes", "--json"))
    for one in checks(told):
        assert one["verdict"] != "no" or (one["means"] and one["cure"]), one
