"""One try: a variant's far side, its settings, and what `ownkey exec` says to the person."""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from tests.e2e.front_door import run, settle_text
from tests.zoo.far import Authority, Stand, Street
from tests.zoo.host import CHAT, KEY, Answer
from tests.zoo.variant import MODEL, NAME, Always, Trust, Variant

PASSING = re.compile(r"Asking again in|tokens in \(")

PAST = datetime(2024, 1, 1, tzinfo=UTC)


def certificate(trust: Trust, authority: Authority, folder: Path) -> ssl.SSLContext:
    if trust == "self-signed":
        return Authority(folder).context(NAME)
    if trust == "expired":
        return authority.context(NAME, expires=PAST)
    return authority.context("api.other.example" if trust == "another's name" else NAME)


def filled(value: Any, far: str) -> Any:
    return value.replace("{far}", far) if isinstance(value, str) else value


EXEC = ("exec", "Hi.")


def tried(
    variant: Variant,
    authority: Authority,
    home: Path,
    work: Path,
    command: tuple[str, ...] = EXEC,
) -> tuple[CompletedProcess[str], str]:
    """What a command makes of it, and the address of the far side."""
    with opened(variant, authority, work) as (address, entry, variables):
        text = json.dumps({"customModels": [entry]}, indent=2)
        settle_text(home, text.replace(*variant.slip))
        return run(*command, *variant.arguments, cwd=work, **variables), address


def added(
    variant: Variant, authority: Authority, work: Path, *more: str
) -> tuple[CompletedProcess[str], CompletedProcess[str], str]:
    """What `models add` makes of the address, the key and the model of a wrong entry, what
    `exec` says then, and the address of the far side."""
    with opened(variant, authority, work) as (address, entry, variables):
        key = str(entry["apiKey"])
        given = {} if key.startswith("${") else {"ZOO_KEY": key}
        line = (entry["baseUrl"], "--model", entry["model"], "--key-variable", "ZOO_KEY")
        done = run("models", "add", *line, *more, cwd=work, **given, **variables)
        return done, run(*EXEC, cwd=work, **given, **variables), address


@contextmanager
def opened(
    variant: Variant, authority: Authority, work: Path
) -> Iterator[tuple[str, dict[str, Any], dict[str, str]]]:
    """The address of the far side, the entry that is wrong, and the environment."""
    context: Callable[[str], ssl.SSLContext] = authority.context
    if variant.tunnel:
        served = certificate(variant.tunnel, authority, work)
        context = partial(_same, served)
    far = variant.far or Always(Answer(404, "text/plain"))
    tls = authority.context("127.0.0.1") if variant.secure else None
    with Street({NAME: far}, context, Stand(far, variant.stands_at, tls=tls)) as street:
        address = street.addresses[1]
        base = f"https://{NAME}/v1" if variant.tunnel else f"http://{address}/v1"
        entry = {"model": MODEL, "baseUrl": base, "apiKey": KEY, "provider": CHAT, **variant.entry}
        variables = {**street.environment, **authority.environment(), **variant.environment}
        yield (
            address,
            {name: filled(value, address) for name, value in entry.items()},
            {name: filled(value, address) for name, value in variables.items()},
        )


def as_seen(done: CompletedProcess[str], address: str, home: Path, work: Path) -> str:
    """What was said, with the same names for what differs from run to run, and without the
    words of each try in between and of what it cost."""
    text = done.stderr.replace(address, "127.0.0.1:8080")
    text = text.replace(str(home), "~").replace(str(work), "~/work")
    return "\n".join(line for line in text.splitlines() if not PASSING.search(line))


def _same(context: ssl.SSLContext, _: str) -> ssl.SSLContext:
    return context
