"""The pages that follow from the zoo: what is proved, and what the person sees."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from tests.zoo.gateways import GATEWAYS
from tests.zoo.hosts import HOSTS
from tests.zoo.presets import ENTRIES
from tests.zoo.variant import Variant
from tests.zoo.variants import ADDED, GROUPS, VARIANTS

DOCS = Path(__file__).resolve().parents[2] / "docs"
PROOF = DOCS / "proof.md"
TROUBLES = DOCS / "troubleshooting.md"

QUOTATION = re.compile(r"(<!-- says: ([^\n]+) -->\n```text\n)(.*?)(\n```\n)", re.DOTALL)
ZOO = re.compile(r"(<!-- zoo -->\n).*?(<!-- end of zoo -->\n)", re.DOTALL)


@cache
def quotations() -> dict[str, str]:
    """What the page of troubles says that ownkey says, by the name of the variant."""
    return {found[2]: found[3] for found in QUOTATION.finditer(TROUBLES.read_text("utf-8"))}


def quoted(page: str, said: Callable[[str], str]) -> str:
    """The page of troubles with the program's own words, which `said` gives by the variant."""
    return QUOTATION.sub(lambda found: f"{found[1]}{said(found[2])}{found[4]}", page)


def counted(page: str) -> str:
    """The page of proofs with the tables as the zoo has them now."""
    return ZOO.sub(lambda marks: f"{marks[1]}{''.join(_zoo())}{marks[2]}", page)


def _zoo() -> Iterator[str]:
    healed = sum(variant.exit == 0 for variant in VARIANTS.values())
    yield f"{len(HOSTS) - len(GATEWAYS)} presets, each at a host of its own, and"
    yield f" {len(GATEWAYS)} gateway (LiteLLM's proxy, as its documents describe it and as it was"
    yield " seen to answer; the program itself: above);"
    yield f" {len(VARIANTS)} variants, of which"
    yield f" ownkey heals or bears {healed} and explains {len(VARIANTS) - healed}.\n\n"
    yield "| preset | address | key | peculiar to its host |\n| --- | --- | --- | --- |\n"
    yield from map(_preset, HOSTS)
    yield from _of_adding()
    yield "| variants | what is wrong | ownkey says | exit code | `models add` |\n"
    yield "| --- | --- | --- | --- | --- |\n"
    for group, variants in GROUPS.items():
        yield from (_variant(group, variant) for variant in variants)


def _of_adding() -> Iterator[str]:
    works = sum(not variant.against for variant in ADDED.values())
    yield "\n`ownkey models add` is given the address, the key and the model of"
    yield f" {len(ADDED)} of the variants: of {works} it makes an entry that answers, for"
    yield f" {len(ADDED) - works} it names the cause and writes nothing.\n\n"


def _preset(name: str) -> str:
    host, entry = HOSTS[name], ENTRIES[name]
    traits = (one.__qualname__.partition(".")[0] for one in (*host.demands, *host.accents))
    words = ", ".join(trait.replace("_", " ") for trait in traits)
    refused = f"refuses {host.refuses.replace(' ', ', ')}" if host.refuses else ""
    peculiar = "; ".join(filter(None, (words, refused))) or "none"
    return f"| {name} | `{entry['baseUrl']}` | {host.header or 'none'} | {peculiar} |\n"


def _variant(group: str, variant: Variant) -> str:
    said = variant.cause.replace("{far}", "ADDRESS") if variant.cause else "nothing: it works"
    return f"| {group} | {variant.name} | {said} | {variant.exit} | {_adding(variant)} |\n"


def _adding(variant: Variant) -> str:
    if variant.name not in ADDED:
        return "not tried"
    if variant.added is not None and variant.against:
        return variant.against
    return "says the same" if variant.against else "adds one that works"
