"""When a book is due, and what it costs to forget."""

from __future__ import annotations

from datetime import date, timedelta

LOAN = timedelta(weeks=3)
FEE = 10
"""Cents for each day."""


def due(lent: date) -> date:
    return lent + LOAN


def fee(lent: date, returned: date) -> int:
    """Cents owed. The day it is due is still in time."""
    return max((returned - due(lent)).days, 0) * FEE
