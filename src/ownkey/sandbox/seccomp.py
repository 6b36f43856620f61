"""A filter of system calls, assembled by hand: no library, a few hundred bytes.

What a sandboxed command does without: other namespaces and mounts, looking into other
processes, io_uring (which does what the filter would refuse), kernel keys, modules and
clocks, typing into a terminal, unix sockets (they lead to docker, ssh-agent and D-Bus
whatever is mounted), and setuid files.

Sources: seccomp(2), Linux's include/uapi/linux/{filter,seccomp,audit}.h, and its tables of
system calls for x86_64 and aarch64.
"""

from __future__ import annotations

import errno
import platform
import socket
import struct
from collections.abc import Sequence
from typing import Literal, NamedTuple

Network = Literal["namespace", "none"]
"""Whether a network namespace holds the network back, or this filter has to."""

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

NUMBERS: dict[str, tuple[int | None, int | None]] = {
    "acct": (163, 89),
    "add_key": (248, 217),
    "adjtimex": (159, 171),
    "bpf": (321, 280),
    "chmod": (90, None),
    "chroot": (161, 51),
    "clock_settime": (227, 112),
    "clone": (56, 220),
    "clone3": (435, 435),
    "creat": (85, None),
    "delete_module": (176, 106),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "finit_module": (313, 273),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "init_module": (175, 105),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "ioctl": (16, 29),
    "kcmp": (312, 272),
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "open": (2, None),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "openat": (257, 56),
    "openat2": (437, 437),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "quotactl": (179, 60),
    "reboot": (169, 142),
    "request_key": (249, 218),
    "setns": (308, 268),
    "settimeofday": (164, 170),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "swapoff": (168, 225),
    "swapon": (167, 224),
    "syslog": (103, 116),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
}
"""Of each call its number on x86_64 and on aarch64; None: there is no such call."""

NEVER = (
    "acct",
    "add_key",
    "adjtimex",
    "bpf",
    "chroot",
    "clock_settime",
    "delete_module",
    "finit_module",
    "fsconfig",
    "fsmount",
    "fsopen",
    "fspick",
    "init_module",
    "io_uring_enter",
    "io_uring_register",
    "io_uring_setup",
    "kcmp",
    "kexec_file_load",
    "kexec_load",
    "keyctl",
    "mount",
    "mount_setattr",
    "move_mount",
    "open_by_handle_at",
    "open_tree",
    "perf_event_open",
    "pidfd_getfd",
    "pivot_root",
    "process_vm_readv",
    "process_vm_writev",
    "ptrace",
    "quotactl",
    "reboot",
    "request_key",
    "setns",
    "settimeofday",
    "swapoff",
    "swapon",
    "syslog",
    "umount2",
    "unshare",
    "userfaultfd",
)

NAMESPACES = 0x7E020000
"""CLONE_NEW* of clone(2), all but the one for time, which clone has no bit for."""

TERMINAL = (0x5412, 0x541C)
"""TIOCSTI and TIOCLINUX: text into the terminal as if it had been typed."""

SETUID = 0o6000
O_CREAT = 0o100
TYPE = 0xF
"""The bits of a socket's type that are no flags."""


class Test(NamedTuple):
    """Of an argument: whether its lower half, masked, is `value`, or not (`same` False)."""

    argument: int
    mask: int
    value: int
    same: bool = True


class Rule(NamedTuple):
    """A call that fails with `code` where all tests hold."""

    call: str
    tests: tuple[Test, ...] = ()
    code: int = errno.EPERM


def rules(network: Network) -> list[Rule]:
    families = [socket.AF_NETLINK]  # of which getaddrinfo(3) learns what addresses there are
    if network == "namespace":
        families += [socket.AF_INET, socket.AF_INET6]
    elsewhere = tuple(Test(0, 0xFFFFFFFF, family, same=False) for family in families)
    return [
        *(Rule(call) for call in NEVER),
        # What has its flags in memory, where no filter looks; programs fall back.
        *(Rule(call, code=errno.ENOSYS) for call in ("clone3", "openat2")),
        Rule("clone", (Test(0, NAMESPACES, 0, same=False),)),
        Rule("socket", elsewhere),
        # A pair of datagram sockets could be connected to another path later.
        Rule("socketpair", (Test(1, TYPE, socket.SOCK_DGRAM),)),
        *(Rule("ioctl", (Test(1, 0xFFFFFFFF, request),)) for request in TERMINAL),
        *(Rule(call, (Test(1, SETUID, 0, same=False),)) for call in ("chmod", "fchmod", "creat")),
        *(Rule(call, (Test(2, SETUID, 0, same=False),)) for call in ("fchmodat", "fchmodat2")),
        *(Rule(call, (Test(at, SETUID, 0, same=False),)) for call, at in MAKING),
        *(Rule(call, _created(at)) for call, at in OPENING),
    ]


MAKING = (("mknod", 1), ("mknodat", 2))
"""Where the mode of a new file stands among the arguments."""

OPENING = (("open", 1), ("openat", 2))
"""Where the flags stand; the mode follows, and counts only where a file is made."""


def _created(flags: int) -> tuple[Test, ...]:
    return (Test(flags, O_CREAT, O_CREAT), Test(flags + 1, SETUID, 0, same=False))


def assemble(network: Network, machine: str = "") -> bytes:
    """The program as the kernel takes it; empty for a machine that is not known."""
    machine = machine or platform.machine()
    if machine not in ARCHITECTURES:
        return b""
    column = list(ARCHITECTURES).index(machine)
    program = [
        _load(4),  # struct seccomp_data: nr, arch, instruction_pointer, args[6]
        _jump(EQUAL, ARCHITECTURES[machine], 1, 0),
        _return(KILL),
        _load(0),
    ]
    if machine == "x86_64":  # the x32 calls are the same ones under other numbers
        program += [_jump(AT_LEAST, 0x40000000, 0, 1), _refuse(errno.ENOSYS)]
    for rule in rules(network):
        number = NUMBERS[rule.call][column]
        if number is not None:
            program += _block(number, rule)
    return b"".join([*program, _return(ALLOW)])


LOAD, AND, RETURN = 0x20, 0x54, 0x06
EQUAL, AT_LEAST = 0x15, 0x35
ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000


def _block(number: int, rule: Rule) -> list[bytes]:
    """Leaves the number of the call in the register, as it found it."""
    tests: list[bytes] = []
    for test in reversed(rule.tests):
        beyond = len(tests) + 1  # over the tests that follow and the refusal
        jump = _jump(EQUAL, test.value, *((0, beyond) if test.same else (beyond, 0)))
        mask = [] if test.mask == 0xFFFFFFFF else [struct.pack("=HBBI", AND, 0, 0, test.mask)]
        tests = [_load(16 + 8 * test.argument), *mask, jump, *tests]
    body = [*tests, _refuse(rule.code), *([_load(0)] if tests else [])]
    return [_jump(EQUAL, number, 0, len(body)), *body]


def _load(offset: int) -> bytes:
    return struct.pack("=HBBI", LOAD, 0, 0, offset)


def _jump(kind: int, value: int, then: int, other: int) -> bytes:
    return struct.pack("=HBBI", kind, then, other, value)


def _return(value: int) -> bytes:
    return struct.pack("=HBBI", RETURN, 0, 0, value)


def _refuse(code: int) -> bytes:
    return _return(ERRNO | code)


def decode(program: bytes) -> Sequence[tuple[int, int, int, int]]:
    """The instructions: code, jump if true, jump if false, operand."""
    return list(struct.iter_unpack("=HBBI", program))
