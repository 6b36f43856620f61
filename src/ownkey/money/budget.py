"""Limits on what may be spent, kept before each call and not after it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from ownkey.core.call import Call
from ownkey.core.errors import OverBudget
from ownkey.core.model import Model
from ownkey.core.price import Rates
from ownkey.money.bill import MILLION, bill, exact

WARN = Decimal("0.8")
"""The share of a limit at which the person is told."""

OUTPUT = 32_000
"""Tokens that an answer is held to be able to have where no limit of output is known."""

LEAST = 1_024
"""Tokens of output without which a call is not worth making."""


ENDLESS = Decimal("Infinity")


class Limit(msgspec.Struct):
    """One bound, and what has been used of it."""

    span: str
    """What it is for, in words: `this session`, `today`, `this project`."""
    amount: Decimal
    """US dollars; tokens of all kinds where `tokens`."""
    used: Decimal = Decimal(0)
    tokens: bool = False
    warned: bool = False

    @property
    def left(self) -> Decimal:
        return self.amount - self.used

    def __str__(self) -> str:
        if self.tokens:
            return f"{self.amount:,.0f} tokens for {self.span}"
        cents = self.amount == self.amount.quantize(Decimal("0.01"))
        shown = f"{self.amount:,.2f}" if cents else f"{self.amount.normalize():f}"
        return f"${shown} for {self.span}"


class Budget:
    """All limits of a conversation. Without any, everything is allowed."""

    def __init__(self, limits: Iterable[Limit] = ()) -> None:
        self._limits = tuple(limits)

    def afford(self, model: Model, prompt: int) -> Model:
        """The model with its output limited to what is left, once a prompt of so many tokens
        is paid for at its dearest. Raises `OverBudget` where that leaves too little."""
        if not self._limits:
            return model
        self._know_the_price(model)
        wanted = model.max_output or OUTPUT
        room = min(_room(limit, model, prompt) for limit in self._limits)
        if room < min(wanted, LEAST):
            raise self._over(model, prompt)
        return model if room >= wanted else msgspec.structs.replace(model, max_output=int(room))

    def spend(self, call: Call) -> list[str]:
        """Count a call. Gives word of each limit that is nearly used up, once."""
        for limit in self._limits:
            limit.used += _weight(call, limit)
        near = [one for one in self._limits if one.used >= WARN * one.amount and not one.warned]
        for limit in near:
            limit.warned = True
        return [f"{one.used / one.amount:.0%} of the budget of {one} is spent." for one in near]

    def _know_the_price(self, model: Model) -> None:
        """A budget in money can't be kept where prices are unknown, save by counting tokens."""
        if model.price or any(limit.tokens for limit in self._limits):
            return
        (first, *_) = self._limits
        raise OverBudget(
            f"The price of {model.name} is unknown, so the budget of {first} can't be kept.",
            f'Give "pricing" in {model.source or "its entry"}, or bound the tokens with'
            " --max-tokens-total.",
        )

    def _over(self, model: Model, prompt: int) -> OverBudget:
        limit = min(self._limits, key=lambda one: _room(one, model, prompt))
        used = f"{limit.used:,.0f}" if limit.tokens else f"${limit.used:,.4f}"
        return OverBudget(
            f"The budget of {limit} leaves no room for another call: {used} are used, and the"
            f" next prompt has about {prompt:,} tokens.",
            "Nothing is lost: go on in the same session with a larger budget.",
        )


def _room(limit: Limit, model: Model, prompt: int) -> Decimal:
    """Tokens of output that a limit leaves to a call. Below nothing: not even the prompt."""
    if limit.tokens:
        return limit.left - prompt
    if model.price is None:
        return ENDLESS
    rates = model.price.at(prompt)
    left = limit.left * MILLION - prompt * _dearest(rates)
    if left < 0:
        return Decimal(-1)
    return left / exact(rates.output) if rates.output else ENDLESS


def _dearest(rates: Rates) -> Decimal:
    """US dollars for a million tokens of a prompt that is not cached, or is being so."""
    return exact(max(rates.input, rates.cache_write or 0.0, rates.cache_write_1h or 0.0))


def _weight(call: Call, limit: Limit) -> Decimal:
    if limit.tokens:
        return Decimal(call.usage.prompt + call.usage.output)
    made = bill(call.usage, call.price)
    return made.total if made else Decimal(0)
