"""What is published of models: prices, windows, limits, abilities; by host, by name, or by
the family of a name. The file is generated: see `scripts/catalog.py`."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Literal

import msgspec

from ownkey.core.figure import Figure
from ownkey.core.origin import host_of, is_at
from ownkey.core.price import Price, Rates, Tier

PLANS = (
    "api.z.ai/api/coding",
    "open.bigmodel.cn/api/coding",
    "api.kimi.com/coding",
    "coding-intl.dashscope.aliyuncs.com",
    "coding.dashscope.aliyuncs.com",
    "token-plan-ams.xiaomimimo.com",
    "token-plan-cn.xiaomimimo.com",
    "token-plan-sgp.xiaomimimo.com",
    "opencode.ai/zen/go",
    "api.stepfun.ai/step_plan",
)
"""Addresses that are paid for by the month (models.dev, 2026-05): no price by the token is
that of theirs."""

PATH = re.compile(r"^(accounts/[^/]+/(models|routers)/|models/|publishers/[^/]+/models/)")
DATE = re.compile(r"([-@]\d{8}|-\d{4}-\d{2}-\d{2}|-latest)$|-v\d+:\d+$")
NUMBER = re.compile(r"\d")
VENDOR = re.compile(r"^([a-z-]+\.)+")
"""Of Bedrock's ids: `us.anthropic.`."""
OTHER_MODEL = re.compile(
    r"\d{1,2}(\D|$)"
    r"|(.*-)?(mini|nano|lite|small|flash|fast|turbo|medium|large|pro|max|ultra|highspeed)\b"
)
"""What follows a family's name where it names a newer model, or one of another size."""

ABILITIES = {"images": "i", "tools": "t", "reasoning": "r"}

Ability = Literal["images", "tools", "reasoning"]
Rating = list[float | None]
"""US dollars for a million tokens: input, output, cache read, cache write, for an hour."""


class Row(msgspec.Struct, frozen=True, array_like=True):
    """A model at a host, as the file has it. 0 and "" are not known."""

    names: str
    """Separated by spaces, the id first; in small letters."""
    rates: Rating = []
    tiers: list[Rating] = []
    """Each with its bound first."""
    window: int = 0
    max_output: int = 0
    abilities: str = ""
    """A letter of `ABILITIES` for each that is known, in capitals where the model has it."""
    second: int = 0
    """1: the price is from the second source, 2: the window is, 3: both are."""


class Host(msgspec.Struct, frozen=True, array_like=True):
    domains: str
    """Separated by spaces."""
    rows: list[Row]


class Catalog(msgspec.Struct, frozen=True):
    """`hosts` begins with those that made the models."""

    date: str
    sources: tuple[str, str]
    """The first for prices and windows where it has them; the second for the rest."""
    hosts: list[Host]


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """What the catalog has of one model."""

    host: str
    name: str
    price: Price | None
    window: Figure[int] | None
    max_output: Figure[int] | None
    images: Figure[bool] | None
    tools: Figure[bool] | None
    reasoning: Figure[bool] | None


def find(base_url: str, name: str) -> Listing | None:
    """The model at this address, by its id or one that means the same."""
    host = _host(host_of(base_url))
    row = host and _row(host, _key(name))
    return _listing(host, row, guess=False) if host and row else None


def named(name: str) -> Listing | None:
    """The model that a person means by `openrouter.ai/z-ai/glm-5.2`, or by an id alone:
    at its maker's, if there are several."""
    domain, _, rest = name.partition("/")
    host = _host(domain)
    hosts = [host] if host else _catalog().hosts
    key = _key(rest if host else name)
    found = ((one, _row(one, key)) for one in hosts)
    return next((_listing(one, row, guess=False) for one, row in found if row), None)


def alike(name: str) -> Listing | None:
    """The same model anywhere else, its maker first; else the longest name that it begins
    with, unless what follows says that it is another one. A guess."""
    families = _families()
    wanted = _family(name)
    best = next((one for one in _beginnings(wanted) if one in families), None)
    if best is None or _is_other(wanted, best):
        return None
    return _listing(*families[best], guess=True)


def is_plan(base_url: str) -> bool:
    """Whether what is asked there is paid for by the month."""
    bare = base_url.partition("://")[2]
    return any(bare == plan or bare.startswith(f"{plan}/") for plan in PLANS)


def ids() -> list[str]:
    """All ids, for the one that may have been meant."""
    return sorted({row.names.partition(" ")[0] for host in _catalog().hosts for row in host.rows})


@cache
def _catalog() -> Catalog:
    text = pkgutil.get_data("ownkey", "data/catalog.json")
    return msgspec.json.decode(text or b"", type=Catalog)


def _host(name: str) -> Host | None:
    for host in _catalog().hosts:
        if any(is_at(name, domain) for domain in host.domains.split()):
            return host
    return None


def _row(host: Host, key: str) -> Row | None:
    """By the id as it is, and only then without its date: some versions have prices of
    their own."""
    known: dict[str, Row] = {}
    undated: dict[str, Row] = {}
    for row in host.rows:
        for name in row.names.split():
            known.setdefault(name, row)
            undated[DATE.sub("", name)] = row
    bare = DATE.sub("", key)
    return known.get(key) or known.get(bare) or undated.get(bare)


@cache
def _families() -> dict[str, tuple[Host, Row]]:
    """By names with a number: `gpt-latest` and `chat` are another model next week."""
    found: dict[str, tuple[Host, Row]] = {}
    for host in _catalog().hosts:
        for row in host.rows:
            for name in row.names.split():
                if NUMBER.search(family := _family(name)):
                    found.setdefault(family, (host, row))
    return found


def _key(name: str) -> str:
    return PATH.sub("", name.lower())


def _family(name: str) -> str:
    """The name that a model has wherever it is served."""
    last = VENDOR.sub("", _key(name).rpartition("/")[2])
    return DATE.sub("", DATE.sub("", last).partition(":")[0])


def _beginnings(name: str) -> Iterator[str]:
    """The whole first, then cut where a word ends."""
    yield name
    for at in range(len(name) - 1, 0, -1):
        if name[at] in "-_@":
            yield name[:at]


def _is_other(name: str, family: str) -> bool:
    rest = name[len(family) + 1 :]
    return OTHER_MODEL.match(rest) is not None


def _listing(host: Host, row: Row, *, guess: bool) -> Listing:
    catalog = _catalog()
    domain = host.domains.partition(" ")[0]
    name = row.names.partition(" ")[0]
    of = f"{name} at {domain}, " if guess else ""
    first, second = (f"{of}catalog {catalog.date} ({one})" for one in catalog.sources)

    def ability(which: Ability) -> Figure[bool] | None:
        letter = ABILITIES[which]
        if letter not in row.abilities.lower():
            return None
        return Figure(letter.upper() in row.abilities, second, guess)

    return Listing(
        host=domain,
        name=name,
        price=_price(row, second if row.second & 1 else first, guess),
        window=_count(row.window, second if row.second & 2 else first, guess),
        max_output=_count(row.max_output, second, guess),
        images=ability("images"),
        tools=ability("tools"),
        reasoning=ability("reasoning"),
    )


def _count(tokens: int, source: str, guess: bool) -> Figure[int] | None:
    return Figure(tokens, source, guess) if tokens else None


def _price(row: Row, source: str, guess: bool) -> Price | None:
    if not row.rates:
        return None
    tiers = tuple(Tier(int(above or 0), _rates(rest)) for above, *rest in row.tiers)
    return Price(_rates(row.rates), source, tiers, guess)


def _rates(rating: Rating) -> Rates:
    kinds: tuple[str, ...] = Rates.__struct_fields__
    told: dict[str, Any] = dict(zip(kinds, rating, strict=False))
    return Rates(**told)
