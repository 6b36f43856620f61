"""Writes the catalog of prices and limits from kept data sets: `make catalog`, or
`make catalog ARGS="--date 2026-11-23"` for the prices of that day.

Prices and windows are those of `genai-prices`; where it has none, and for limits of output
and abilities, those of the table that `litellm` ships. Only figures are taken. A price that
depends on the hour is taken at its dearest, so that no bill comes as a surprise, and free
only where the name says so: elsewhere a zero means that nobody filled it in.

The same packages and the same `--date` give the same file to the byte.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

OUT = Path(__file__).resolve().parents[1] / "src" / "ownkey" / "data" / "catalog.json"
TABLE = "model_prices_and_context_window_backup.json"

KINDS = ("input", "output", "cache_read", "cache_write", "cache_write_1h")
"""In the order of a row's rates."""


class Host(NamedTuple):
    """An address, and who publishes figures of it."""

    at: str
    """Domains, separated by spaces."""
    genai: str = ""
    """Its name in `genai-prices`."""
    litellm: str = ""
    """Its name in `litellm`."""


HOSTS = (
    # The makers: whose model it is comes first, as guesses take the first that fits.
    Host("api.anthropic.com", "anthropic", "anthropic"),
    Host("api.openai.com", "openai", "openai"),
    Host("googleapis.com", "google", "gemini"),
    Host("api.x.ai", "x-ai", "xai"),
    Host("api.deepseek.com", "deepseek", "deepseek"),
    Host("api.moonshot.ai api.moonshot.cn", "moonshotai", "moonshot"),
    Host("api.z.ai", "zai", "zai"),
    Host("open.bigmodel.cn", "zhipuai", "bigmodel"),
    Host("api.minimax.io api.minimaxi.com", "minimax", "minimax"),
    Host("api.mistral.ai codestral.mistral.ai", "mistral", "mistral"),
    Host("dashscope-intl.aliyuncs.com dashscope-us.aliyuncs.com", "", "dashscope"),
    Host("api.cohere.com api.cohere.ai", "cohere", "cohere_chat"),
    Host("api.perplexity.ai", "perplexity", ""),
    Host("api.meta.ai", "meta", "meta"),
    Host("openrouter.ai", "openrouter", ""),
    Host("api.groq.com", "groq", "groq"),
    Host("api.cerebras.ai", "cerebras", "cerebras"),
    Host("api.fireworks.ai", "fireworks", "fireworks_ai"),
    Host("api.together.xyz api.together.ai", "together", "together_ai"),
    Host("api.deepinfra.com", "", "deepinfra"),
    Host("inference.baseten.co", "baseten", "baseten"),
    Host("ai-gateway.vercel.sh", "", "vercel_ai_gateway"),
    Host("api.novita.ai", "novita", ""),
    Host("api.tokenfactory.nebius.com api.studio.nebius.com", "", "nebius"),
    Host("api.aws amazonaws.com", "aws", "bedrock_mantle"),
    Host("openai.azure.com services.ai.azure.com cognitiveservices.azure.com", "azure", "azure_ai"),
)

ABILITIES = {
    "supports_vision": "i",
    "supports_function_calling": "t",
    "supports_reasoning": "r",
}
"""In capitals where the model has it, in small letters where it is said not to."""

PREFIX = re.compile(r"^(accounts/[^/]+/(models|routers)/|models/)")
DATED = re.compile(r"([-@]\d{8}|-\d{4}-\d{2}-\d{2}|-latest)$")
ABOVE = re.compile(r"input_cost_per_token_above_(\d+)k_tokens")
OTHER = re.compile(
    r"embed|whisper|tts|transcribe|realtime|audio|image|moderation|rerank|:batch$|^ft:|ocr|guard"
    r"|voice|speech|-live|robotics|sonic"
)
"""Models that no coding agent talks to."""

CACHES = {
    "cache_read": "cache_read_input_token_cost",
    "cache_write": "cache_creation_input_token_cost",
    "cache_write_1h": "cache_creation_input_token_cost_above_1hr",
}

Rates = dict[str, Decimal]


class Row:
    """A model at a host, being put together. `second` names what is litellm's."""

    def __init__(self, name: str) -> None:
        self.names = [name]
        self.rates: Rates = {}
        self.tiers: dict[int, Rates] = {}
        self.window: int | None = None
        self.output: int | None = None
        self.abilities = ""
        self.second: set[str] = set()

    def packed(self) -> list[Any]:
        """Without what says nothing at its end."""
        price, window = ("price" in self.second) * 1, ("window" in self.second) * 2
        kept = {a: r for a, r in self.tiers.items() if self.window is None or a < self.window}
        row = [
            " ".join(self.names),
            _figures(self.rates),
            [[above, *_figures(kept[above])] for above in sorted(kept)],
            self.window or 0,
            self.output or 0,
            self.abilities,
            price + window,
        ]
        while not row[-1]:
            row.pop()
        return row


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--date", type=date.fromisoformat, default=datetime.now(tz=UTC).date())
    on: date = options.parse_args().date
    table = _table()
    hosts = []
    for host in HOSTS:
        rows = _prices(host.genai, on)
        _complete(rows, host.litellm, table, on)
        found = sorted(row.packed() for row in rows.values() if len(row.packed()) > 1)
        hosts.append([host.at, found])
    sources = [f"{name} {metadata.version(name)}" for name in ("genai-prices", "litellm")]
    OUT.write_text(_text(on, sources, hosts), "utf-8")
    print(f"{OUT.name}: {sum(len(rows) for _, rows in hosts)} models, {OUT.stat().st_size} bytes")


def _table() -> dict[str, Any]:
    """The file alone: none of the package's code is run."""
    spec = find_spec("litellm")
    (folder, *_) = (spec and spec.submodule_search_locations) or ["."]
    table: dict[str, Any] = json.loads((Path(folder) / TABLE).read_text("utf-8"))
    return table


def _text(on: date, sources: list[str], hosts: list[list[Any]]) -> str:
    """One model a line, so that a change of price is a change of a line."""
    head = f'{{"date":"{on}","sources":{json.dumps(sources)},"hosts":['
    blocks = [
        f'["{at}",[\n'
        + ",\n".join(json.dumps(row, separators=(",", ":"), ensure_ascii=False) for row in rows)
        + "]]"
        for at, rows in hosts
    ]
    return head + ",\n".join(blocks) + "]}\n"


def _figures(rates: Rates) -> list[float | int | None]:
    found = [rates.get(kind) for kind in KINDS]
    while found and found[-1] is None:
        found.pop()
    return [one if one is None else _plain(one) for one in found]


def _plain(figure: Decimal) -> float | int:
    return int(figure) if figure == figure.to_integral_value() else float(figure)


def _key(name: str) -> str:
    return PREFIX.sub("", name.lower())


def _prices(provider: str, on: date) -> dict[str, Row]:
    """The models of a provider of genai-prices that are paid for by the token."""
    from genai_prices.data import providers

    rows: dict[str, Row] = {}
    for model in (m for p in providers if p.id == provider for m in p.models):
        if OTHER.search(model.id.lower()):
            continue
        row = Row(_key(model.id))
        row.names += sorted(set(_aliases(model.match, row.names[0])))
        row.window = model.context_window
        at_hours = (model.get_prices(datetime.combine(on, time(h, 30), UTC)) for h in range(24))
        split = max((_split(vars(one)) for one in at_hours), key=lambda s: s[0].get("input", 0))
        if _is_told(split[0], model.id):
            row.rates, row.tiers = split
            rows.setdefault(row.names[0], row)
    return rows


def _aliases(match: Any, name: str) -> Iterator[str]:
    """Other ids that mean the model and that leaving out a date does not give."""
    for clause in getattr(match, "or_", [match]):
        alias = _key(getattr(clause, "equals", name))
        if name not in (alias, DATED.sub("", alias)) and " " not in alias:
            yield alias


def _split(prices: Mapping[str, Any]) -> tuple[Rates, dict[int, Rates]]:
    """The rates of a call of any length, and those above each bound."""
    given = {kind: prices.get(f"{kind}_mtok") for kind in KINDS}
    told = {kind: one for kind, one in given.items() if one is not None}
    bounds = {tier.start for one in told.values() for tier in getattr(one, "tiers", ())}
    base = {kind: getattr(one, "base", one) for kind, one in told.items()}
    return base, {bound: {k: _above(one, bound) for k, one in told.items()} for bound in bounds}


def _above(price: Any, bound: int) -> Decimal:
    reached: list[Decimal] = [
        tier.price for tier in getattr(price, "tiers", ()) if tier.start <= bound
    ]
    base: Decimal = getattr(price, "base", price)
    return reached[-1] if reached else base


def _is_told(rates: Rates, name: str) -> bool:
    if "input" not in rates or "output" not in rates:
        return False
    return any(rates.values()) or name.endswith((":free", "/free"))


def _complete(rows: dict[str, Row], provider: str, table: dict[str, Any], on: date) -> None:
    """Add what litellm knows: to the rows there are, and rows of its own."""
    known = {name: row for row in rows.values() for name in row.names}
    for name, facts in sorted(_listed(provider, table, on), key=lambda one: len(one[0])):
        row = known.get(name) or known.get(DATED.sub("", name))
        if row is None:
            row = Row(name)
            row.rates, row.tiers = _costs(facts)
            if not _is_told(row.rates, name):
                continue
            row.second.add("price")
            rows[name] = known[name] = row
        limit = facts.get("max_input_tokens")
        if row.window is None and isinstance(limit, int):
            row.window = limit
            row.second.add("window")
        output = facts.get("max_output_tokens")
        if row.output is None and isinstance(output, int) and output != row.window:
            row.output = output
        row.abilities = row.abilities or "".join(
            letter.upper() if facts[key] else letter
            for key, letter in ABILITIES.items()
            if key in facts
        )


def _listed(provider: str, table: dict[str, Any], on: date) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, facts in table.items():
        if facts.get("litellm_provider") != provider or not provider:
            continue
        if facts.get("mode") not in ("chat", "responses") or OTHER.search(name.lower()):
            continue
        if facts.get("deprecation_date", "9999") > str(on):
            yield _key(name.removeprefix(f"{provider}/")), facts


def _costs(facts: dict[str, Any]) -> tuple[Rates, dict[int, Rates]]:
    bounds = {int(found[1]) for key in facts if (found := ABOVE.fullmatch(key))}
    base = _cost(facts, "")
    tiers = {b * 1000: base | _cost(facts, f"_above_{b}k_tokens") for b in bounds}
    return base, tiers


def _cost(facts: dict[str, Any], suffix: str) -> Rates:
    keys = {"input": "input_cost_per_token", "output": "output_cost_per_token", **CACHES}
    given = {kind: facts.get(key + suffix) for kind, key in keys.items()}
    # Shortest decimals first: times a million, floats would show their binary fractions.
    told = {k: Decimal(repr(v)) * 1_000_000 for k, v in given.items() if v is not None}
    return {k: v for k, v in told.items() if v or k not in CACHES}


if __name__ == "__main__":
    main()
