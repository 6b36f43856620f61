"""Keys are safe in our own memory, and are not lent to what we start."""

from __future__ import annotations

import os
import string
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ownkey.sandbox.cell import CACHES
from ownkey.trust.environment import ALWAYS, NAMES, lend
from tests.attacks.canary import KEYS
from tests.e2e.front_door import entry, run, settle
from tests.far import Far, chat, chat_call

linux = pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")

INSIDE = """
import ctypes, resource, subprocess, sys
from ownkey.trust.hardening import harden
before = ctypes.CDLL(None).prctl(3)
harden()
state = (before, ctypes.CDLL(None).prctl(3), resource.getrlimit(resource.RLIMIT_CORE)[0])
child = subprocess.run([sys.executable, "-c", "import ctypes; print(ctypes.CDLL(None).prctl(3))"],
                       capture_output=True, text=True)
look = subprocess.run(["cat", f"/proc/{__import__('os').getpid()}/environ"], capture_output=True)
print(*state, child.stdout.strip(), look.returncode)
"""


@linux
def test_the_process_writes_no_core_and_its_children_are_as_open_as_ever() -> None:
    done = subprocess.run([sys.executable, "-c", INSIDE], capture_output=True, text=True)
    before, after, core, child, _ = done.stdout.split()
    assert (before, after, core, child) == ("1", "0", "0", "1"), done.stderr


@linux
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_process_of_the_same_user_cannot_read_our_environment(tmp_path: Path) -> None:
    python = "/usr/bin/python3"
    if not Path(python).exists():
        pytest.skip("there is no Python that everybody may run")
    module = Path(__file__).parents[2] / "src/ownkey/trust/hardening.py"
    script = INSIDE.replace("from ownkey.trust.hardening import harden", module.read_text())
    script = script.replace("from __future__ import annotations\n", "")
    looks = [
        subprocess.run(
            [python, "-I", "-c", body], user="nobody", cwd="/", capture_output=True, text=True
        ).stdout.split()[-1:]
        for body in (script, script.replace("\nharden()\n", "\n"))
    ]
    assert looks == [["1"], ["0"]]


def test_of_four_hundred_variables_commands_see_the_listed_ones_without_keys(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = sorted(NAMES - {"HOME", "PATH", "PWD", "SHELL", "TMPDIR", "SSL_CERT_FILE"})
    proxies = {name for name in listed if "proxy" in name.lower()}
    names = [*(name for name in listed if name not in proxies), *map(_hostile, range(400))][:400]
    for nth, name in enumerate(names):
        monkeypatch.setenv(name, f"{'x' if nth % 3 else KEYS[nth % len(KEYS)]}-{nth}")
    with Far(chat_call("shell", command="env -0 > seen"), chat("Seen.")) as far:
        headers = {f"X-Key-{nth}": key for nth, key in enumerate(KEYS)}
        settle(home, entry(far.url, extraHeaders=headers))
        done = run("exec", "--auto", "high", "Look.", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    pairs = (tmp_path / "seen").read_text().split("\0")[:-1]
    seen = dict(pair.split("=", 1) for pair in pairs)
    shells = {"_", "SHLVL", "OLDPWD", "PWD", "OWNKEY_CALL", *CACHES}
    assert set(seen) <= NAMES | set(ALWAYS) | shells
    assert not any(key in value for value in seen.values() for key in KEYS)
    assert len(seen) > 50


def _hostile(nth: int) -> str:
    """Names that open doors, and such as only look harmless."""
    some = ("{}_API_KEY", "AWS_{}_TOKEN", "LD_{}", "PYTHON{}", "GIT_{}", "{}_PASSWORD", "NPM_{}")
    return some[nth % len(some)].format(f"CANARY{nth}")


@settings(deadline=None, max_examples=30)
@given(st.integers())
def test_four_hundred_variables_lend_no_key_and_no_name_that_is_not_listed(seed: int) -> None:
    chance = Random(seed)
    environ: dict[str, str] = {}
    while len(environ) < 400:
        made = "".join(chance.choices(string.ascii_uppercase + "_", k=chance.randrange(1, 12)))
        name = chance.choice([made, made, _hostile(chance.randrange(10_000)), *sorted(NAMES)[:9]])
        environ[name] = chance.choice(["", "/", "x="]) + chance.choice([*KEYS, "plain", ""])
    environ |= dict.fromkeys(chance.sample(sorted(NAMES), 20), f"x{chance.choice(KEYS)}")
    lent = lend(environ, KEYS)
    assert set(lent) <= NAMES | set(ALWAYS)
    assert not any(key in value for value in lent.values() for key in KEYS)
