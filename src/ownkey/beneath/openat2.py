"""Linux's openat2(2), which Python does not have: a path is opened beneath a folder, or not."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable
from errno import EAGAIN, EINTR, ENAMETOOLONG, ENOSYS, EPERM
from functools import cache

NUMBER = 437
"""Of the call, on these machines (Linux, `arch/x86/entry/syscalls/syscall_64.tbl` and
`include/uapi/asm-generic/unistd.h`)."""
MACHINES = frozenset({"x86_64", "aarch64"})

RESOLVE = 0x02 | 0x04 | 0x08
"""`RESOLVE_NO_MAGICLINKS`, `RESOLVE_NO_SYMLINKS`, `RESOLVE_BENEATH` (`linux/openat2.h`)."""

ABSENT = frozenset({ENOSYS, EPERM})
"""What an older kernel says, or a container that filters the calls."""

TRIES = 100
"""How often it is asked again while something is renamed on the way (openat2(2), EAGAIN)."""

Call = Callable[[int, bytes, int], int]


def openat2(folder: int, path: bytes, flags: int) -> int | None:
    """A descriptor of what is at `path` beneath an open folder, through no link. None where
    this cannot be asked for. Raises `OSError`."""
    call = _call()
    if call is None:
        return None
    for _ in range(TRIES):
        try:
            return call(folder, path, flags)
        except OSError as error:
            if error.errno == ENAMETOOLONG and len(path) > 255:
                return None  # one call takes 4,096 bytes; part by part they are no matter
            if error.errno not in (EAGAIN, EINTR):
                raise
    return None


@cache
def _call() -> Call | None:
    if sys.platform != "linux" or platform.machine() not in MACHINES:
        return None
    import ctypes

    class How(ctypes.Structure):
        _fields_ = (
            ("flags", ctypes.c_uint64),
            ("mode", ctypes.c_uint64),
            ("resolve", ctypes.c_uint64),
        )

    system = ctypes.CDLL(None, use_errno=True).syscall

    def call(folder: int, path: bytes, flags: int) -> int:
        how = How(flags, 0, RESOLVE)
        opened: int = system(
            ctypes.c_long(NUMBER),
            ctypes.c_int(folder),
            ctypes.c_char_p(path),
            ctypes.byref(how),
            ctypes.c_size_t(ctypes.sizeof(how)),
        )
        if opened < 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), path)
        return opened

    return call if _answers(call) else None


def _answers(call: Call) -> bool:
    root = os.open("/", os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.close(call(root, b".", os.O_RDONLY))
    except OSError as error:
        return error.errno not in ABSENT
    finally:
        os.close(root)
    return True
