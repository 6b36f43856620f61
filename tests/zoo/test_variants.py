"""Each way to have it wrong: the program's words name the true cause, and the cure."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from tests.zoo import document
from tests.zoo.far import Authority
from tests.zoo.trial import as_seen, filled, tried
from tests.zoo.variants import VARIANTS

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere the system's store is another"
)


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("name", VARIANTS)
def test_exec_names_the_cause_and_the_cure(
    home: Path, work: Path, authority: Authority, name: str
) -> None:
    variant = VARIANTS[name]
    if variant.stands_at == "::1" and not has_ipv6():
        pytest.skip("there is no IPv6 here")
    done, address = tried(variant, authority, home, work)
    assert done.returncode == variant.exit, done.stderr
    assert filled(variant.cause, address) in done.stderr
    assert filled(variant.cure, address) in done.stderr
    shown = document.quotations().get(name)
    assert shown in (None, as_seen(done, address, home, work)), "run `python -m tests.zoo`"
