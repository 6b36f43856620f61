"""Exit codes: a contract for scripts, documented in docs/headless.md."""

from __future__ import annotations

DONE = 0
FAILED = 1
USAGE = 2
BUDGET = 3
PERMISSION = 4
UNAVAILABLE = 69
RATE_LIMITED = 75
KEY_REFUSED = 77
SETTINGS = 78
INTERRUPTED = 130

OF_KIND = {
    "usage": USAGE,
    "steps": BUDGET,
    "budget": BUDGET,
    "unreachable": UNAVAILABLE,
    "tls": UNAVAILABLE,
    "overloaded": UNAVAILABLE,
    "broken-stream": UNAVAILABLE,
    "wrong-address": UNAVAILABLE,
    "rate-limited": RATE_LIMITED,
    "key-refused": KEY_REFUSED,
    "no-access": KEY_REFUSED,
    "out-of-credit": KEY_REFUSED,
    "permission": PERMISSION,
    "interrupted": INTERRUPTED,
    "settings": SETTINGS,
    "key-missing": SETTINGS,
    "unknown-model": SETTINGS,
}
"""By `Failure.kind`; every other kind is `FAILED`."""


def code(kind: str) -> int:
    return OF_KIND.get(kind, FAILED)
