"""How often a property is tried: `OWNKEY_LONG=1 make test ARGS="tests/tools --timeout 0"` tries
each twenty times as often."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.proof.figures import LONG

OFTEN = settings(
    max_examples=10_000 if LONG else 500,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,  # each example makes anew what it needs
        HealthCheck.too_slow,
    ],
)
