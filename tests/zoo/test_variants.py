"""Each way to have it wrong: the program's words name the true cause, and the cure."""

from __future__ import annotations

import json
import ssl
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.e2e.front_door import run, settle_text
from tests.zoo.far import Authority, Stand, Street
from tests.zoo.host import CHAT, KEY, Answer
from tests.zoo.variants import MODEL, NAME, VARIANTS, Always, Trust, Variant

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere the system's store is another"
)

PAST = datetime(2024, 1, 1, tzinfo=UTC)


def certificate(trust: Trust, authority: Authority, folder: Path) -> ssl.SSLContext:
    if trust == "self-signed":
        return Authority(folder).context(NAME)
    if trust == "expired":
        return authority.context(NAME, expires=PAST)
    return authority.context("api.other.example" if trust == "another's name" else NAME)


def filled(value: Any, far: str) -> Any:
    return value.replace("{far}", far) if isinstance(value, str) else value


def tried(
    variant: Variant, authority: Authority, home: Path, work: Path
) -> tuple[CompletedProcess[str], str]:
    """What `exec` makes of it, and the address of the far side."""
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
        text = json.dumps(
            {"customModels": [{name: filled(value, address) for name, value in entry.items()}]},
            indent=2,
        )
        settle_text(home, text.replace(*variant.slip))
        variables = {**street.environment, **authority.environment(), **variant.environment}
        named = {name: filled(value, address) for name, value in variables.items()}
        return run("exec", *variant.arguments, "Hi.", cwd=work, **named), address


@pytest.mark.parametrize("name", VARIANTS)
def test_exec_names_the_cause_and_the_cure(
    home: Path, work: Path, authority: Authority, name: str
) -> None:
    variant = VARIANTS[name]
    done, address = tried(variant, authority, home, work)
    assert done.returncode == variant.exit, done.stderr
    assert filled(variant.cause, address) in done.stderr
    assert filled(variant.cure, address) in done.stderr


def _same(context: ssl.SSLContext, _: str) -> ssl.SSLContext:
    return context
