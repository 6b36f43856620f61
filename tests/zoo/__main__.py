"""Writes what follows from the zoo into `docs/`: `python -m tests.zoo`."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tests.conftest import LENT
from tests.zoo.document import PROOF, TROUBLES, counted, quoted
from tests.zoo.far import Authority
from tests.zoo.trial import as_seen, tried
from tests.zoo.variants import VARIANTS


def said(name: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        home, work = Path(folder, "home"), Path(folder, "work")
        home.mkdir()
        work.mkdir()
        for variable in set(os.environ) - set(LENT):
            del os.environ[variable]
        os.environ["HOME"] = str(home)
        done, address = tried(VARIANTS[name], Authority(Path(folder)), home, work)
        return as_seen(done, address, home, work)


if __name__ == "__main__":
    PROOF.write_text(counted(PROOF.read_text("utf-8")), "utf-8")
    TROUBLES.write_text(quoted(TROUBLES.read_text("utf-8"), said), "utf-8")
