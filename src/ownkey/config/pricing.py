"""An entry's `pricing`: what its model costs, in the person's own figures."""

from __future__ import annotations

from typing import Any

from ownkey.config.diagnostics import nearest, quoted
from ownkey.config.entries import Entry
from ownkey.config.fields import OBJECT, RATE, mismatch
from ownkey.core.price import Price, Rates, Tier

RATES = {
    "input": "input",
    "output": "output",
    "cacheRead": "cache_read",
    "cacheWrite": "cache_write",
    "cacheWrite1h": "cache_write_1h",
}
"""What each name is in `Rates`."""

ABOVE = "above"

HOW = 'Write it like {"input": 3, "output": 15, "cacheRead": 0.3}: USD for a million tokens'
HOW_ABOVE = 'Write it like "above": {"200000": {"input": 6, "output": 22.5}}'

Told = dict[str, float]


def price(entry: Entry) -> Price | None:
    """The price that the entry gives. What is wrong with it is reported, and is an error:
    half a price is a wrong one, and budgets are kept by it."""
    given = entry.fields.get("pricing")
    if given is None:
        return None
    if "priceLike" in entry.fields:
        what = "pricing and priceLike are both given; pricing counts"
        entry.report(entry.at("priceLike"), what, "Remove one of them", severity="warning")
    told = _told(entry, given)
    for name in ("input", "output"):
        if given.get(name) is None:
            entry.report(entry.at("pricing"), f"pricing has no {name}", HOW)
    tiers = _tiers(entry, given.get(ABOVE), told)
    if entry.failed:
        return None
    return Price(Rates(**told), entry.file.where(entry.at("pricing")), tiers)


def _told(entry: Entry, given: dict[str, Any], *inside: str) -> Told:
    """The rates of the object at `pricing`, or of one inside it."""
    names = RATES if inside else (*RATES, ABOVE)
    told: Told = {}
    for name, value in given.items():
        at = entry.at("pricing", *inside, name)
        if name not in names:
            meant = nearest(name, names)
            hint = f": did you mean {meant!r}?" if meant else ""
            fix = f"Use some of: {', '.join(names)}"
            entry.report(at, f"Unknown rate {quoted(name)}{hint}", fix, at_name=True)
        elif name != ABOVE and value is not None:
            if RATE.fits(value):
                told[RATES[name]] = value
            else:
                entry.report(at, *mismatch(name, RATE, value))
    return told


def _tiers(entry: Entry, given: Any, below: Told) -> tuple[Tier, ...]:
    """What a tier does not say is as it is below all of them."""
    if given is None:
        return ()
    if not OBJECT.fits(given):
        entry.report(entry.at("pricing", ABOVE), mismatch(ABOVE, OBJECT, given)[0], HOW_ABOVE)
        return ()
    found: dict[int, Told] = {}
    for bound, rates in given.items():
        at = entry.at("pricing", ABOVE, bound)
        if not (bound.isascii() and bound.isdigit()):
            what = f"{quoted(bound)} is no number of tokens"
            entry.report(at, what, HOW_ABOVE, at_name=True)
        elif not OBJECT.fits(rates):
            entry.report(at, mismatch(bound, OBJECT, rates)[0], HOW_ABOVE)
        else:
            found[int(bound)] = below | _told(entry, rates, ABOVE, bound)
    if entry.failed:
        return ()
    return tuple(Tier(bound, Rates(**found[bound])) for bound in sorted(found))
