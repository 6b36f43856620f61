"""`models add` at a host that behaves as each preset's own: nothing but a name and a key."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.e2e.front_door import run
from tests.zoo.far import Authority
from tests.zoo.host import KEY
from tests.zoo.hosts import HOSTS
from tests.zoo.test_presets import opened

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere the system's store and loopback are others"
)

VARIABLE = "ZOO_KEY"


@pytest.mark.parametrize("name", HOSTS)
def test_the_host_s_name_and_a_key_are_enough(
    home: Path, work: Path, authority: Authority, name: str
) -> None:
    with opened(name, authority) as (door, entry, variables):
        parts = urlsplit(entry["baseUrl"])
        where = f"{parts.scheme}://{parts.netloc}"
        keys = {VARIABLE: KEY, **variables}
        line = ("--key-variable", VARIABLE, "--model", entry["model"], "--json")
        done = run("models", "add", where, *line, cwd=work, **keys)
        assert done.returncode == 0, (door.refused, done.stderr)
        said = run("exec", "Hi.", cwd=work, **keys)
    told = json.loads(done.stdout)
    assert told["verified"]
    assert told["provider"] in door.host.doors.values()
    assert said.returncode == 0, said.stderr
    assert "to make it permanent" not in said.stderr
