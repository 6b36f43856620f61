"""A report in words: the cause and its cure first, then every check."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from ownkey.core.model import FORMATS, Model
from ownkey.core.screen import homely
from ownkey.doctor.examine import Report, estimate
from ownkey.doctor.finding import Finding
from ownkey.doctor.probes import Probe
from ownkey.money.bill import bill


def of_price(model: Model, chosen: Sequence[Probe]) -> str:
    """What it will cost to ask."""
    cost = estimate(model, chosen)
    price = "an unknown price"
    if cost is not None:
        price = f"about ${cost:.4f}" if cost else "that is free"
    return f"{model.id} is asked some {len(chosen)} questions: {price}."


def of_all(reports: Sequence[Report]) -> Iterator[str]:
    """A line for each of several models: what is the matter with it, or how quick it is."""
    working = sum(one.usable for one in reports)
    yield f"{working} of {len(reports)} models work."
    width = max(len(one.model.id) for one in reports)
    for one in reports:
        sign = "ok" if one.usable else "NO"
        yield from _wrapped(f"  {sign}  {one.model.id:{width}}  ", _state(one))


def of_report(report: Report, *, asked: bool = True) -> Iterator[str]:
    """The cause and its cure, then every check."""
    model, cause = report.model, report.cause
    yield from _headline(report, asked=asked)
    yield ""
    yield f"  {model.name} at {model.base_url} ({FORMATS[model.wire]})"
    tried = [one for one in report.findings if one.verdict != "not tried"]
    width = max(len(one.check) for one in tried)
    for one in tried:
        head = f"  {_sign(one):3} {one.check:{width}}  "
        yield from _wrapped(head, _row(one, above=cause))
    if left := [one.check for one in report.findings if one.verdict == "not tried"]:
        yield from _wrapped(f"  {'-':3} {'not tried':{width}}  ", f"{', '.join(left)}: too early")
    if report.used.prompt or report.used.output:
        yield f"  {report.used.prompt:,} tokens in, {report.used.output:,} out{_spent(report)}."


WIDTH = 80

SIGNS = {"ok": "ok", "no": "NO", "unknown": "?"}


def _sign(one: Finding) -> str:
    return "no" if _is_mild(one) else SIGNS[one.verdict]


def _is_mild(one: Finding) -> bool:
    """Whether it is no reason to change anything, and so does not shout."""
    return one.verdict == "no" and not one.amiss


def _row(one: Finding, *, above: Finding | None) -> str:
    """What was seen, and what follows from it unless that was said `above`."""
    if above and (one is above or one.saw == above.means):
        return "as said above"
    said = textwrap.shorten(one.saw, 300, placeholder=" …")
    cure = "" if _is_mild(one) else one.cure
    more = " ".join(filter(None, (one.means, cure)))
    return f"{said.removesuffix('.')}. {more}" if more else said


def _headline(report: Report, *, asked: bool) -> Iterator[str]:
    cause = report.cause
    if cause is None:
        state = "all is well" if asked else "nothing is wrong so far; no question was asked"
        yield from _wrapped(f"{report.model.id}: ", f"{state}.", "  ")
        return
    yield from _wrapped(f"{report.model.id}: ", _matter(cause), "  ")
    for line in filter(None, (cause.means, cause.cure)):
        yield from _wrapped("  ", textwrap.shorten(line, 500, placeholder=" …"))


def _state(report: Report) -> str:
    """What keeps it from working, else how quick it is and what could be better."""
    matter = _matter(report.cause) if report.cause else ""
    if not report.usable:
        return matter
    answers = [one.saw for one in report.findings if one.check == "answer"]
    quick = answers[0] if answers else "nothing is wrong so far"
    return f"{quick}; {matter}" if matter else quick


def _matter(cause: Finding) -> str:
    """What is wrong, in one sentence or two."""
    saw = textwrap.shorten(cause.saw, 500, placeholder=" …")
    if cause.kind and cause.grave:
        return saw
    return f"{cause.check}: {saw.removesuffix('.')}."


def _spent(report: Report) -> str:
    cost = bill(report.used, report.model.price)
    if cost is None:
        return ""
    return f" (${cost.total:.4f})" if cost.total else " (free)"


def _wrapped(head: str, text: str, next_head: str | None = None) -> list[str]:
    """In lines that a narrow terminal has room for; addresses stay whole, to be copied."""
    return textwrap.wrap(
        homely(text),
        WIDTH,
        initial_indent=head,
        subsequent_indent=" " * len(head) if next_head is None else next_head,
        break_long_words=False,
        break_on_hyphens=False,
    )
