"""Windows has no fcntl, resource or pwd: every module must be importable without them."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import aiohttp, asyncio, ctypes, httptools, importlib.resources
import platform, pkgutil, subprocess, sys, tempfile
sys.platform = "win32"  # after the libraries, which are not ours to try
for name in ("fcntl", "resource", "pwd", "grp", "termios", "pty"):
    sys.modules[name] = None
import ownkey
for module in pkgutil.walk_packages(ownkey.__path__, "ownkey."):
    if not module.name.startswith("ownkey.data") and not module.name.endswith("__main__"):
        __import__(module.name)
print("imported")
"""


def test_every_module_imports_without_what_windows_lacks() -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("imported\n", "")
