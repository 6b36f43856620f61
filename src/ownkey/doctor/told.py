"""A report in words: the cause and its cure first, then every check."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from ownkey.core.model import FORMATS, Model
from ownkey.doctor.examine import Report, estimate
from ownkey.doctor.finding import Finding
from ownkey.doctor.probes import Probe
from ownkey.money.bill import bill


def of_price(model: Model, chosen: Sequence[Probe]) -> str:
    """What it will cost to ask."""
    cost = estimate(model, chosen)
    price = "an unknown price" if cost is None else f"about ${cost:.4f}"
    return f"{model.id} is asked some {len(chosen)} questions: {price}."


def of_report(report: Report, *, asked: bool = True) -> Iterator[str]:
    """The cause and its cure, then every check."""
    model, cause = report.model, report.cause
    yield f"{model.id} · {model.name} at {model.base_url} ({FORMATS[model.wire]})"
    yield from _headline(cause, asked=asked)
    yield ""
    width = max(len(one.check) for one in report.findings)
    for one in report.findings:
        said = textwrap.shorten(one.saw, 300, placeholder=" …")
        if one is not cause and (more := " ".join(filter(None, (one.means, one.cure)))):
            said = f"{said.removesuffix('.')}. {more}"
        yield from _wrapped(f"  {SIGNS[one.verdict]:3} {one.check:{width}}  ", said)
    if asked:
        cost = bill(report.used, model.price)
        spent = f" (${cost.total:.4f})" if cost else ""
        yield f"  {report.used.prompt:,} tokens in, {report.used.output:,} out{spent}."


WIDTH = 80

SIGNS = {"ok": "ok", "no": "NO", "unknown": "?", "not tried": "-"}


def _headline(cause: Finding | None, *, asked: bool) -> Iterator[str]:
    if cause is None:
        yield "  All is well." if asked else "  Nothing is wrong so far; no question was asked."
        return
    what = cause.saw if cause.grave and cause.kind else f"{cause.check}: {cause.saw}."
    for line in filter(
        None, (textwrap.shorten(what, 500, placeholder=" …"), cause.means, cause.cure)
    ):
        yield from _wrapped("  ", line)


def _wrapped(head: str, text: str) -> list[str]:
    """In lines that a narrow terminal has room for; addresses stay whole, to be copied."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_long_words=False,
        break_on_hyphens=False,
    )
