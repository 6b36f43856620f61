"""A process that others cannot look into: its memory holds keys."""

from __future__ import annotations

import sys
from contextlib import suppress

PR_SET_DUMPABLE = 4
"""prctl(2). Without it /proc/PID/environ, mem and fd are closed to other processes of the
same user, debuggers cannot attach, and no core is written."""

PT_DENY_ATTACH = 31
"""ptrace(2) of macOS."""


def harden() -> None:
    """Keep core files and, as far as the system knows how, other programs away from this
    process. Commands it starts are as open as ever. Costs 2 ms; root sees everything still."""
    if sys.platform == "win32":
        return
    import ctypes
    import resource

    # The soft limit alone: who wants the core of a program of theirs can raise it again.
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, most))
    with suppress(OSError, AttributeError):  # a C library of another kind
        libc = ctypes.CDLL(None)
        if sys.platform == "linux":
            libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
        elif sys.platform == "darwin":
            libc.ptrace(PT_DENY_ATTACH, 0, None, 0)
