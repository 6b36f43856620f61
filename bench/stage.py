"""What every bench stands on: the far side, and a home whose settings name it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import urlopen

from bench.far import Asked
from bench.process import Command, python

ROOT = Path(__file__).resolve().parents[1]

KEY = "test-key-not-real-1"

BASES = {"generic-chat-completion-api": "/v1", "openai": "/v1", "anthropic": ""}
"""What a base address of each format ends in."""

WIRES = tuple(BASES)


class Stage:
    """A home and a folder to work in, and the address of the far side."""

    def __init__(self, home: Path, url: str) -> None:
        self.home = home
        self.work = home / "work"
        self.url = url
        self.work.mkdir()

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        paths = {"HOME": str(self.home), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        return {**kept, **paths, "OWNKEY_STATE_DIR": str(self.home / "state"), **more}

    def settings(self, scene: str, wire: str = WIRES[0], **fields: Any) -> str:
        """A file of settings whose only model is this scene of the far side."""
        entry = {
            "model": "m",
            "displayName": "Far",
            "baseUrl": f"{self.url}/{scene}{BASES[wire]}",
            "apiKey": KEY,
            "provider": wire,
            "contextWindow": 2_000_000,
            **fields,
        }
        file = self.home / f"{wire}-{hash(scene)}.json"
        file.write_text(json.dumps({"customModels": [entry]}), "utf-8")
        file.chmod(0o600)
        return str(file)

    def command(self, arguments: list[str], **environment: str) -> Command:
        return Command(arguments, self.environment(**environment), self.work)

    def ownkey(self, *arguments: str, **environment: str) -> Command:
        return self.command(python("-m", "ownkey", *arguments), **environment)

    def task(self, scene: str, *arguments: str, wire: str = WIRES[0], **fields: Any) -> Command:
        """`exec` with a model that is this scene."""
        settings = self.settings(scene, wire, **fields)
        return self.ownkey("exec", "--settings", settings, *arguments, "hi")

    def asked(self) -> list[Asked]:
        """The requests since the last such question."""
        with urlopen(f"{self.url}/asked") as answer:  # noqa: S310  our own, on loopback
            return [Asked(**one) for one in json.load(answer)]


@contextmanager
def stage() -> Iterator[Stage]:
    with (
        TemporaryDirectory(prefix="ownkey-bench-") as home,
        subprocess.Popen(
            [sys.executable, "-m", "bench.far"], stdout=subprocess.PIPE, text=True, cwd=ROOT
        ) as far,
    ):
        assert far.stdout  # noqa: S101  asked for above
        try:
            yield Stage(Path(home), far.stdout.readline().strip())
        finally:
            far.terminate()
