"""Keys of twelve shapes are told to everything ownkey writes and shows: none stands there."""

from __future__ import annotations

import sys

import pytest

from tests.attacks.canary import CANARIES, CONTROL, hits
from tests.attacks.sinks import ALL, Sinks
from tests.proof.figures import note

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc, and types into terminals"),
    pytest.mark.xdist_group("canaries"),  # so that each run is made once
    pytest.mark.timeout(180),
]


COVERED = {
    "D14": "tests/attacks/test_keys_canary.py::test_no_key_stands_in",
    "D15": "tests/attacks/test_keys_canary.py::test_no_key_stands_in",
}
"""Cases that are sinks."""


@pytest.fixture(scope="module")
def sinks(tmp_path_factory: pytest.TempPathFactory) -> Sinks:
    return Sinks(tmp_path_factory.mktemp("sinks"))


@pytest.mark.parametrize("sink", ALL)
@pytest.mark.parametrize("shape", CANARIES)
def test_no_key_stands_in(sinks: Sinks, sink: str, shape: str) -> None:
    assert hits(sinks.of(sink), CANARIES[shape]) == []


def test_as_many_shapes_and_places_are_tried_as_is_promised(sinks: Sinks) -> None:
    assert len(CANARIES) >= 12
    assert len(ALL) >= 18
    found = sum(len(hits(sinks.of(sink), key)) for sink in ALL for key in CANARIES.values())
    note("canaries", shapes=len(CANARIES), places=len(ALL), hits=found)


@pytest.mark.parametrize("sink", ALL)
def test_what_is_no_key_is_found_by_the_same_search_in(sinks: Sinks, sink: str) -> None:
    assert CONTROL.key in hits(sinks.of(sink), CONTROL)


@pytest.mark.parametrize("shape", CANARIES)
def test_the_search_finds_every_form_and_either_half(shape: str) -> None:
    from tests.attacks.canary import forms

    key, halves = CANARIES[shape]
    for form in (*forms(key), *(f"\x1b[1m{half}\x1b[0m" for half in halves)):
        assert hits(f"<{form}>".encode(), CANARIES[shape]), form
