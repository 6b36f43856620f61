"""A whole session, seen by the kernel: it connects to the addresses of the settings alone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.front_door import KEY, command, entry, settle
from tests.e2e.test_terminal import terminal
from tests.far import Far, Reply, chat, chat_call, refusal


def _traceable() -> bool:
    if sys.platform != "linux" or not shutil.which("strace"):
        return False
    done = subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True)
    return done.returncode == 0


pytestmark = pytest.mark.skipif(not _traceable(), reason="strace is missing, or is not permitted")

CALLS = "trace=connect,listen,sendto,sendmsg,sendmmsg"

INET = re.compile(
    r"sin6?_port=htons\((\d+)\).*?(?:inet_addr\(\"|inet_pton\(AF_INET6, \")([^\"]+)\""
)

NAMES = re.compile(r'sun_path="(/var)?/run/(nscd/socket|systemd/userdb/[\w.]+)"')
"""Where the C library asks who a user is."""

LISTED = {"/v1/models": refusal(200, {"data": [{"id": "far-1"}, {"id": "far-2"}]})}

REPLIES: tuple[Reply, ...] = (chat_call("shell", command="git status; true"), chat("Done."))


def _traced(log: Path) -> tuple[str, ...]:
    return ("strace", "-f", "-qq", "-e", CALLS, "-o", str(log))


def _seen(log: Path) -> tuple[set[str], list[str]]:
    """Every internet address that was spoken to, and every socket that was not to be."""
    lines = log.read_text("utf-8", "replace").splitlines()
    targets = {f"{host}:{port}" for line in lines for port, host in INET.findall(line)}
    sockets = [line for line in lines if " listen(" in line or "sun_path" in line]
    return targets, [line for line in sockets if not NAMES.search(line)]


LINES = (
    ("exec", "--auto", "high", "Look."),
    ("models", "list"),
    ("models", "show", "far-1"),
    ("keys", "list", "--check"),
    ("cost",),
    ("sessions", "list"),
)


def test_p09_commands_connect_to_the_configured_address_alone(home: Path, tmp_path: Path) -> None:
    targets: set[str] = set()
    with Far(*REPLIES, facts=LISTED) as far:
        settle(home, entry(far.url))
        for nth, line in enumerate(LINES):
            log = tmp_path / f"calls-{nth}"
            whole = [*_traced(log), *command(*line)]
            done = subprocess.run(whole, cwd=tmp_path, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
            found, others = _seen(log)
            assert others == [], line
            targets |= found
    assert targets == {far.address}


def test_p09_a_model_is_added_without_asking_anyone_else(home: Path, tmp_path: Path) -> None:
    log = tmp_path / "calls"
    with Far(chat("OK"), facts=LISTED) as far:
        settle(home, entry(far.url))
        line = ("models", "add", f"{far.url}/v1", "--model", "far-2", "--key-variable", "FAR_KEY")
        done = subprocess.run(
            [*_traced(log), *command(*line, "--yes")],
            env={**os.environ, "FAR_KEY": KEY},
            capture_output=True,
            text=True,
        )
    targets, others = _seen(log)
    assert (targets, others) == ({far.address}, []), done.stderr


def test_p09_the_app_connects_to_the_configured_address_alone(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even to servers on this machine, since there is a model."""
    monkeypatch.delenv("OWNKEY_LOCAL_SERVERS")
    log = tmp_path / "calls"
    with Far(chat("Hello."), facts=LISTED) as far:
        settle(home, entry(far.url))
        with terminal(tmp_path, under=_traced(log)) as app:
            app.reads(b"Far One")
            app.types("Hi.\r")
            app.reads(b"Hello.")
            app.types("/quit\r")
            assert app.ends() == 0
    assert _seen(log) == ({far.address}, [])


def test_the_trace_sees_a_stray_connection(tmp_path: Path) -> None:
    log = tmp_path / "calls"
    stray = "from socket import *; socket(AF_INET, SOCK_DGRAM).connect(('127.0.0.9', 53))"
    subprocess.run([*_traced(log), sys.executable, "-c", stray], check=True)
    assert _seen(log)[0] == {"127.0.0.9:53"}
