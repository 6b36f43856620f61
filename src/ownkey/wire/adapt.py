"""How to put a question again that an endpoint would not take as it was.

`RULES` are tried in order. Each looks at the error and at how it was asked, and gives
another way to ask, or none. Nothing here knows a socket; the client asks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from ownkey.core.errors import (
    BadRequest,
    BrokenStream,
    KeyRefused,
    NoAccess,
    Overloaded,
    ProviderError,
    TooLarge,
    Unreachable,
    WrongAddress,
)
from ownkey.core.origin import host_of
from ownkey.wire import address, optional, request
from ownkey.wire.ask import Ask
from ownkey.wire.formats.effort import LEVELS, settle
from ownkey.wire.optional import Field, Quirk
from ownkey.wire.refusals import refusal


class Change(NamedTuple):
    """Another way to ask."""

    ask: Ask
    words: str
    """For the person, once there is an answer."""
    vain: str = ""
    """What to add to the first error if this way was no better."""


class Rule(NamedTuple):
    change: Callable[[ProviderError, Ask], Change | None]
    times: int = 1
    """How often it may be applied to one question."""
    vain: tuple[type[ProviderError], ...] = ()
    """Errors after which the change was for nothing, and the one before it stands."""


class Adaptation:
    """One question, put until it is answered or no rule knows better."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self.words: list[str] = []
        self._used: list[Rule] = []
        self._last: tuple[Rule, Change, ProviderError] | None = None

    def after(self, error: ProviderError) -> None:
        """Find another way to ask. Raises the error that stands if there is none."""
        self._give_up_if_vain(error)
        for rule in RULES:
            change = rule.change(error, self.ask) if self._used.count(rule) < rule.times else None
            if change is not None:
                self._used.append(rule)
                self._last = rule, change, error
                self.ask = change.ask
                self.words.append(change.words)
                return
        _blame(error, self.ask)
        raise error

    def _give_up_if_vain(self, error: ProviderError) -> None:
        if self._last is None:
            return
        rule, change, first = self._last
        if isinstance(error, rule.vain):
            first.what = f"{first.what} {change.vain}"
            first.args = (first.what,)
            raise first


def _elsewhere(error: ProviderError, ask: Ask) -> Change | None:
    """The sibling address, for one that has never answered."""
    silent = error.status is None or error.status // 100 == 3
    if ask.answered or silent or not isinstance(error, WrongAddress):
        return None
    model = ask.model
    path = request.wire_of(model.wire).path
    other = address.sibling(model.wire, ask.url, path)
    if other is None:
        return None
    shown = refusal.veiled(refusal.shown(other), model)
    base = refusal.shown(address.base_of(model.wire, other, path))
    base = refusal.veiled(base, model)
    return Change(
        ask.elsewhere(other),
        f"{ask.host} answered at {shown}:"
        f' write "baseUrl": "{base}" into {ask.entry} to make it permanent.',
        f"Neither is there one at {shown}.",
    )


FIRST_PARTY = ("api.anthropic.com", "api.openai.com")
"""Hosts whose header for the key is known: a refused key is one."""

KEY_HEADERS = {"bearer": "Authorization: Bearer", "x-api-key": "x-api-key"}
HEADER_NAMES = {"authorization", "x-api-key"}


def _other_header(error: ProviderError, ask: Ask) -> Change | None:
    """The key in the other of two headers: Messages is served with either."""
    model = ask.model
    own = "auth" in model.quirk_overrides or HEADER_NAMES & {name.lower() for name in model.headers}
    if ask.taken or own or not model.key or host_of(ask.url) in FIRST_PARTY:
        return None
    if model.wire != "anthropic" or not isinstance(error, KeyRefused) or error.status != 401:
        return None
    other = "bearer" if ask.asked.quirks.auth == "x-api-key" else "x-api-key"
    return Change(
        ask.with_quirk({"auth": other}),
        f"{ask.host} took the key as {KEY_HEADERS[other]}: {_line(ask, {'auth': other})}",
        "It was sent as x-api-key and as Authorization: Bearer.",
    )


EFFORT_NAMES = ("reasoning_effort", "reasoning.effort", "output_config.effort", "effort")
EFFORT_ROOTS = ("reasoning_effort", "reasoning", "output_config")
LEVEL = re.compile(rf"(?<![\w-])(?:{'|'.join(LEVELS)})(?![\w-])", re.IGNORECASE)
OFFER = re.compile(
    r"(?:(?:supported|allowed|valid|possible) values|one of|must be|should be|expected)(.*)",
    re.IGNORECASE,
)
QUOTED = re.compile(r"(['\"`])(\w+)\1")


def _other_level(error: ProviderError, ask: Ask) -> Change | None:
    """One of the levels of effort that the error's words offer instead of ours."""
    sent, _ = settle(ask.asked, ask.prompt.effort)
    if not isinstance(error, BadRequest) or sent is None or _theirs(ask, EFFORT_ROOTS):
        return None
    if not any(optional.mentions(error, name) for name in EFFORT_NAMES):
        return None
    offered = _offered(error.said) - {sent}
    if not offered or "efforts" in ask.model.quirk_overrides:
        return None
    quirk = {"efforts": " ".join(level for level in LEVELS if level in offered)}
    changed = ask.with_quirk(quirk)
    used, _ = settle(changed.asked, ask.prompt.effort)
    return Change(
        changed,
        f"{ask.host} has no effort {sent} for {ask.model.name}, and was asked for {used}:"
        f" {_line(ask, quirk)}",
    )


def _offered(words: str) -> set[str]:
    """The levels listed after a word that announces them, else those in quotes."""
    offer = OFFER.search(words)
    listed = {level.lower() for level in LEVEL.findall(offer[1])} if offer else set()
    return listed or {word for _, word in QUOTED.findall(words)}.intersection(LEVELS)


def _leave_out(error: ProviderError, ask: Ask) -> Change | None:
    """An optional field that is refused: its other form, or none of it."""
    if not isinstance(error, BadRequest):
        return None
    body = ask.body()
    for field in optional.refused(error, ask.model.wire):
        sent = any(request.holds(body, place) for place in field.places)
        if sent and not _theirs(ask, field.places) and _is_new(field, ask):
            return _without_field(field, ask)
    return None


def _without_field(field: Field, ask: Ask) -> Change:
    said = f"{ask.host} does not take `{field.name}` for {ask.model.name}"
    if field.quirk:
        return Change(ask.with_quirk(field.quirk), f"{said}: {_line(ask, field.quirk)}")
    return Change(ask.without(field.places), f"{said}: it is left out from now on.")


def _is_new(field: Field, ask: Ask) -> bool:
    """Whether this way was neither tried before nor ruled out by the person."""
    decided = ask.tried | ask.model.quirk_overrides.keys()
    profile = ask.asked.quirks
    return not field.quirk or any(
        name not in decided and getattr(profile, name) != value
        for name, value in field.quirk.items()
    )


def _theirs(ask: Ask, places: tuple[str, ...]) -> bool:
    """Whether the person set a field of these in `extraArgs`: those words stand."""
    return any(place.partition(".")[0] in ask.model.extra for place in places)


BROKEN_SEAL = re.compile(
    r"invalid .?signature.? in .?thinking|invalid_encrypted_content"
    r"|encrypted content .{0,200}could not be (?:verified|decrypted)"
    r"|thinking.{0,10} blocks .{0,80}cannot be modified"
    r"|thought[ _]signature is (?:not valid|invalid)|corrupted thought signature"
    r"|of type .?reasoning.? was provided without its required",
    re.IGNORECASE,
)
"""Another region, account or router behind the same address made the reasoning, and each
replay is refused anew (wire-facts 4.2)."""


def _unsealed(error: ProviderError, ask: Ask) -> Change | None:
    """Without the reasoning so far."""
    if not ask.thoughts or not BROKEN_SEAL.search(" ".join((*error.names, error.said))):
        return None
    return Change(
        ask.thoughtless(),
        f"{ask.host} did not know its own reasoning again, and was asked without it.",
    )


def _unillustrated(error: ProviderError, ask: Ask) -> Change | None:
    """Without the images so far: a session would be stuck with them."""
    if not isinstance(error, TooLarge) or not ask.images:
        return None
    return Change(
        ask.imageless(),
        f"The request was larger than {ask.host} accepts,"
        " and was sent without the images from earlier in the conversation.",
    )


RULES = (
    Rule(_elsewhere, vain=(WrongAddress, Unreachable, BrokenStream, Overloaded, NoAccess)),
    Rule(_other_header, vain=(KeyRefused, NoAccess)),
    Rule(_unsealed),
    Rule(_unillustrated),
    Rule(_other_level),
    Rule(_leave_out, times=3),
)


def _line(ask: Ask, quirk: Quirk) -> str:
    """How to make a quirk permanent."""
    value = ", ".join(
        f'"{name}": {msgspec.json.encode(value).decode()}' for name, value in quirk.items()
    )
    if ask.model.quirk_overrides:
        return f'add {value} to "quirks" in {ask.entry} to make it permanent.'
    return f'write "quirks": {{{value}}} into {ask.entry} to make it permanent.'


def _blame(error: ProviderError, ask: Ask) -> None:
    """Name the person's own words where it is these that are refused."""
    if not isinstance(error, BadRequest):
        return
    if name := optional.own(error, ask.model.extra):
        error.hint = f"`{name}` stands in `extraArgs` in {ask.entry}: take it out there."
        return
    for field in optional.refused(error, ask.model.wire):
        for name in (field.quirk or {}).keys() & ask.model.quirk_overrides.keys():
            error.hint = f"`{name}` stands in `quirks` in {ask.entry}: take it out there."
