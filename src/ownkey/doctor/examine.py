"""The whole examination of one model, and what is kept of it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from ownkey.config.diagnostics import nearest
from ownkey.core.errors import KeyRefused, ProviderError, UnknownModel
from ownkey.core.figure import Pace, Proof
from ownkey.core.message import Usage
from ownkey.core.model import Model
from ownkey.core.origin import is_near
from ownkey.doctor import neighbours, reach
from ownkey.doctor.exam import Exam
from ownkey.doctor.finding import Finding, failed
from ownkey.doctor.meanings import explained
from ownkey.doctor.probes import Probe, rate
from ownkey.money.bill import bill
from ownkey.wire.client import Client
from ownkey.wire.memory import Memory
from ownkey.wire.published import look, window

Tell = Callable[[Finding], None]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was found out about one model."""

    model: Model
    findings: tuple[Finding, ...]
    used: Usage

    @property
    def usable(self) -> bool:
        """Whether work can be done with it."""
        return not any(one.grave for one in self.findings)

    @property
    def cause(self) -> Finding | None:
        """The one thing to mend: the first that makes the model useless, else the first that
        could be better."""
        grave = (one for one in self.findings if one.grave)
        return next(grave, None) or next((one for one in self.findings if one.amiss), None)


async def examine(model: Model, memory: Memory, probes: Sequence[Probe], tell: Tell) -> Report:
    """All checks in their order, with a client of its own; `tell` hears each as it is made.
    What the probes find is kept in `memory`. Never raises for what the endpoint does."""
    told: list[str] = []
    client = Client(tell=told.append, still=_patiently, memory=memory)
    exam = Exam(model, client, told)
    found: list[Finding] = []
    try:
        async for seen in _checked(exam, probes):
            found.append(explained(seen, model))
            tell(found[-1])
        if elsewhere := await neighbours.sought(model, found, asked=bool(probes)):
            tell(elsewhere)
            found.insert(0, elsewhere)
    finally:
        await client.aclose()
    findings = (*_adapted(exam), *_weighed(found))
    report = Report(model=model, findings=findings, used=exam.used)
    if probes:
        _keep(report, exam, memory)
    return report


def _patiently(words: str) -> None:
    """A server that takes its time is in good health."""
    del words


def estimate(model: Model, probes: Iterable[Probe]) -> Decimal | None:
    """US dollars, about. None: unknown."""
    bills = [bill(probe.takes(model), model.price) for probe in probes]
    known = [one.total for one in bills if one is not None]
    return sum(known, Decimal(0)) if len(known) == len(bills) else None


def _adapted(exam: Exam) -> Iterator[Finding]:
    """What ownkey did differently to be answered, and how to write that down."""
    for words in dict.fromkeys(exam.told):
        saw, line = (*ADVICE.split(words, maxsplit=1), "")[:2]
        cure = f"{line[:1].upper()}{line[1:]}"
        yield explained(Finding(check="entry", verdict="no", saw=saw, cure=cure), exam.model)


ADVICE = re.compile(r": (?=(?:write|add) \")")
"""Where the line to write begins, in what `wire.adapt` tells."""


def _weighed(found: Sequence[Finding]) -> Iterator[Finding]:
    """A list may lack a short name or all but its first page: an endpoint that refuses models
    which it does not have, and answers for this one, has it. One that refuses this one is
    believed, and its list says which it may have been."""
    fine = {one.check for one in found if one.verdict == "ok"}
    has_it = {"answer", "errors"} <= fine
    unlisted = next((one for one in found if one.check == "model" and one.verdict == "no"), None)
    for one in found:
        if has_it and one is unlisted:
            yield Finding(check="model", verdict="ok", saw="not listed, and yet it answers")
        elif unlisted and one.check == "answer" and one.kind == UnknownModel.kind:
            yield replace(one, cure=f"{unlisted.cure} {one.cure}")
        else:
            yield one


async def _checked(exam: Exam, probes: Sequence[Probe]) -> AsyncIterator[Finding]:
    async for finding in reach.checks(exam.model):
        yield finding
    key = await _key(exam)
    yield key
    if key.grave:
        return
    yield await _listed(exam)
    if loaded := await _window(exam):
        yield loaded
    fine: set[str] = set()
    for probe in probes:
        finding = await _made(probe, exam, fine)
        fine |= {finding.check} if finding.verdict == "ok" else set()
        yield finding
        if finding.check == "answer" and not loaded and (loaded := await _window(exam)):
            yield loaded  # some servers load a model only when it is asked


async def _made(probe: Probe, exam: Exam, fine: set[str]) -> Finding:
    if missing := next((need for need in probe.needs if need not in fine), ""):
        return Finding(check=probe.name, verdict="not tried", saw=f"it needs: {missing}")
    return await probe.check(exam)


async def _key(exam: Exam) -> Finding:
    model = exam.model
    try:
        proof = await exam.client.proof(model)
    except KeyRefused as error:
        return failed("key", error)
    except ProviderError as error:
        lost = failed("reach", error)
        return replace(lost, cure=f"{lost.cure} {await neighbours.running(model)}".rstrip())
    if not model.key:
        return Finding(check="key", verdict="ok", saw="none is set, and none is sent")
    if proof == "taken":
        return Finding(check="key", verdict="ok", saw=f"taken, from {model.key.source}")
    return Finding(check="key", verdict="unknown", saw="only an answer shows whether it is taken")


async def _listed(exam: Exam) -> Finding:
    """Whether the endpoint lists the model, and which of its ids is the nearest."""
    name, document = exam.model.name, await exam.client.listed(exam.model)
    ids = look.ids(document)
    if not ids:
        return Finding(check="model", verdict="unknown", saw="the endpoint has no list of models")
    if look.row(look.entries(document), name):
        return Finding(check="model", verdict="ok", saw=f"listed, among {len(ids)}")
    close = nearest(name, ids)
    return Finding(
        check="model",
        verdict="no",
        saw=f"{name} is not among the {len(ids)} that the endpoint lists",
        cure=f'Did you mean "model": "{close}"?' if close else _some(ids),
        kind="unknown-model",
    )


def _some(ids: Sequence[str]) -> str:
    return f"It lists: {', '.join(ids[:5])}{' …' if len(ids) > 5 else '.'}"


async def _window(exam: Exam) -> Finding | None:
    """What a server nearby has loaded. None: it does not say, or has loaded nothing yet."""
    found = await exam.client.window(exam.model) if is_near(exam.model.base_url) else None
    if not found or not found.tokens:
        return None
    if window.warning(found, exam.model):
        saw = f"it reads only {found.tokens} tokens of context, says {found.source}"
        cure = f"{found.cure[0].upper()}{found.cure[1:]}."
        return Finding(check="window", verdict="no", saw=saw, cure=cure)
    return Finding(check="window", verdict="ok", saw=f"{found.tokens} tokens")


def _keep(report: Report, exam: Exam, memory: Memory) -> None:
    """Remember what the model can do, for sessions and lists to go by."""
    day = datetime.now(UTC).date().isoformat()
    sure = {one.check: one.verdict == "ok" for one in report.findings if one.verdict in SURE}
    shown = {able: Proof(sure[check], day) for able, check in ABILITIES.items() if check in sure}
    if shown:
        before = memory.recall(exam.model).proofs
        memory.amend(exam.model, proofs=before | shown)
    if speed := rate(exam.plain):
        memory.amend(exam.model, pace=Pace(first=exam.plain.first, rate=speed, day=day))


ABILITIES = {"images": "image", "tools": "tool call", "reasoning": "reasoning"}
"""Fields of `Claims`, and the checks that show them."""

SURE = ("ok", "no")
