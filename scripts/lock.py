"""Writes the locks from pyproject.toml: `make lock`, or `make lock ARGS=--upgrade`.

A lock holds names, versions, markers and hashes, for every system and Python we support;
where packages come from is the business of the machine that installs them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib

from bootstrap import LOCKS, ROOT

HOW = [
    *("--universal", "--python-version", "3.11", "--only-binary", ":all:", "--generate-hashes"),
    *("--no-header", "--no-annotate", "--no-config", "--system-certs", "--quiet"),
]


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"]
    run = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    _compile("run", run)
    # The tests run what the demo runs, to the version.
    _compile("test", [*run, *groups["test"]], "--constraint", str(LOCKS["run"]))
    # The packaged model names a framework that only its plugin needs; its file is enough.
    _compile("model", groups["model"], "--no-deps")
    _compile("lock", groups["lock"])


def _compile(name: str, requirements: list[str], *options: str) -> None:
    # Settings of the person's own could write addresses or paths into the lock.
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("UV_", "PIP_"))
    }
    command = [sys.executable, "-m", "uv", "pip", "compile", "-", *HOW, *options, *sys.argv[1:]]
    command += ["--output-file", str(LOCKS[name])]
    done = subprocess.run(
        command, input="\n".join(requirements), text=True, cwd=ROOT, env=environment, check=False
    )
    if done.returncode:
        sys.exit(f"{LOCKS[name]} stays as it was; the resolver says above why.")


if __name__ == "__main__":
    main()
