"""Locks its own process in, then becomes the command: Landlock, no capabilities, a filter of
system calls; and, inside bubblewrap, the way out to the hosts that are allowed.

Run as a program (`python -I -S launch.py FD`) by the standard library alone: it reads its
orders as JSON from that descriptor. Sources: landlock(7), capabilities(7), prctl(2), and
Linux's include/uapi/linux/landlock.h.
"""

from __future__ import annotations

import ctypes
import json
import os
import socket
import stat
import struct
import sys
from base64 import b64decode
from contextlib import suppress
from functools import cache
from typing import Any

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
"""The calls have the same numbers on every machine."""

PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, PR_CAP_AMBIENT = 24, 38, 22, 47
PR_SET_DUMPABLE, PR_SET_PDEATHSIG = 4, 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
MAKE_CHAR, MAKE_BLOCK = 1 << 6, 1 << 11
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV

READING = EXECUTE | READ_FILE | READ_DIR
FIRST = (1 << 13) - 1
"""What the first version knows; then one right more with each of ABI 2, 3 and 5."""


def main() -> None:
    with os.fdopen(int(sys.argv[1]), "rb") as given:
        orders: dict[str, Any] = json.load(given)
    libc().prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    argv = orders["argv"]
    if relay := orders.get("relay"):
        argv = [*argv, str(start_relay(relay["socket"], relay["port"]))]
    if orders.get("landlock"):
        drop_capabilities()
        restrict(orders["landlock"])
    if orders["filter"]:
        refuse(b64decode(orders["filter"]))
    os.execve(argv[0], argv, orders["environment"])  # noqa: S606  what the walls are for


def abi() -> int:
    """The version of Landlock that this kernel has; below 1, none."""
    return int(libc().syscall(CREATE_RULESET, None, 0, 1))


def restrict(wanted: dict[str, list[str]]) -> None:
    """What is not granted is refused from here on."""
    version = abi()
    if version < 1:
        raise OSError(ctypes.get_errno(), "Landlock is not there")
    rights = FIRST
    for right, since in ((REFER, 2), (TRUNCATE, 3), (IOCTL_DEV, 5)):
        rights |= right if version >= since else 0
    network = 3 if version >= 4 else 0
    scope = 3 if version >= 6 else 0
    ruleset = checked(
        libc().syscall(CREATE_RULESET, *attribute(rights, network, scope, version), 0)
    )
    write = rights & ~MAKE_CHAR & ~MAKE_BLOCK & ~IOCTL_DEV
    for paths, granted in (
        (wanted["read"], READING & rights),
        (wanted["list"], READ_DIR),
        (wanted["write"], write),
        (wanted["devices"], (READ_FILE | WRITE_FILE | IOCTL_DEV | TRUNCATE) & rights),
    ):
        for path in paths:
            grant(ruleset, path, granted)
    checked(libc().syscall(RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)


def attribute(rights: int, network: int, scope: int, version: int) -> tuple[Any, int]:
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    return ctypes.create_string_buffer(struct.pack("=QQQ", rights, network, scope), 24), size


def grant(ruleset: int, path: str, rights: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(opened).st_mode):
            rights &= OF_FILES
        beneath = ctypes.create_string_buffer(struct.pack("=Qi", rights, opened), 12)
        if rights:
            checked(libc().syscall(ADD_RULE, ruleset, 1, beneath, 0))
    finally:
        os.close(opened)


def drop_capabilities() -> None:
    """Root is nobody in particular from here on, and stays so across programs."""
    for capability in range(64):
        libc().prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    libc().prctl(PR_CAP_AMBIENT, 4, 0, 0, 0)  # PR_CAP_AMBIENT_CLEAR_ALL
    header = struct.pack("=Ii", 0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
    libc().capset(header, bytes(24))


def refuse(program: bytes) -> None:
    """Load the filter; nothing takes it off again."""
    text = ctypes.create_string_buffer(program, len(program))
    whole = struct.pack("@HP", len(program) // 8, ctypes.addressof(text))
    checked(libc().prctl(PR_SET_SECCOMP, 2, whole, 0, 0))


def start_relay(path: str, port: int) -> int:
    """A process that passes what comes to `port` on to the socket outside; its number. No
    other process here may look into it: it alone has unix sockets."""
    listening = socket.create_server(("127.0.0.1", port))
    if pid := os.fork():
        listening.close()
        return pid
    libc().prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    os.closerange(0, listening.fileno())
    os.closerange(listening.fileno() + 1, 1024)
    import asyncio

    asyncio.run(relay(listening, path))
    os._exit(0)


async def relay(listening: socket.socket, path: str) -> None:
    import asyncio

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_unix_connection(path)
        except OSError:
            writer.close()
            return
        await asyncio.gather(pipe(reader, back), pipe(there, writer))

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        with suppress(OSError):
            writer.close()

    server = await asyncio.start_server(accept, sock=listening)
    await server.serve_forever()


@cache
def libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def checked(result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


if __name__ == "__main__":
    main()
