"""The profile that macOS's sandbox-exec is given. Experimental: its text is tested, and no
Mac has run it here.

Sources: sandbox-exec(1), the profiles in /System/Library/Sandbox/Profiles.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from ownkey.sandbox.policy import Policy, protected

PROGRAM = "/usr/bin/sandbox-exec"

BEGINNING = """\
(version 1)
(deny default)
(allow process-exec)
(allow process-fork)
(allow process-info* (target same-sandbox))
(allow signal (target same-sandbox))
(allow sysctl-read)
(allow mach-lookup
  (global-name "com.apple.system.opendirectoryd.libinfo")
  (global-name "com.apple.system.logger")
  (global-name "com.apple.system.notification_center")
  (global-name "com.apple.CoreServices.coreservicesd"))
(allow ipc-posix-sem)
(allow pseudo-tty)
(allow file-ioctl (literal "/dev/null") (literal "/dev/tty"))
(allow file-read*)
(allow file-write* (literal "/dev/null") (literal "/dev/zero") (literal "/dev/tty"))
"""
"""No network at all: nothing of it is allowed."""


def profile(policy: Policy) -> str:
    """Later rules win. A folder above a protected path may not be moved away either."""
    fixed = [path for path, _ in protected(policy)]
    write = (*policy.roots, policy.private)
    lines = [
        BEGINNING,
        _rule("allow file-write*", "subpath", write),
        _rule("deny file-write*", "subpath", (*fixed, *policy.masked)),
        _rule("deny file-write-unlink", "literal", _above(policy, (*fixed, *policy.masked))),
        _rule("deny file-read-data", "subpath", policy.masked),
        _rule("allow file-read-data", "subpath", policy.shown),
    ]
    return "\n".join(filter(None, lines))


def _above(policy: Policy, paths: Iterable[Path]) -> Iterator[Path]:
    found = {
        folder
        for path in paths
        for folder in path.parents
        if any(folder.is_relative_to(root) for root in policy.roots)
    }
    return iter(sorted(found))


def _rule(head: str, kind: str, paths: Iterable[Path]) -> str:
    places = " ".join(f"({kind} {_quoted(path)})" for path in paths)
    return f"({head} {places})" if places else ""


def _quoted(path: Path) -> str:
    text = os.fspath(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
