from __future__ import annotations

import errno
import re
from pathlib import Path

import pytest

from ownkey.sandbox import seccomp
from ownkey.sandbox.seccomp import ALLOW, ARCHITECTURES, ERRNO, KILL, NUMBERS, Network

HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}


def ruled(program: bytes, call: int, *arguments: int, machine: str = "x86_64") -> int:
    """What the kernel would answer: its machine, for the few instructions that are used."""
    data = {0: call, 4: ARCHITECTURES[machine]}
    data |= {16 + 8 * index: value & 0xFFFFFFFF for index, value in enumerate(arguments)}
    code = seccomp.decode(program)
    at = register = 0
    while True:
        kind, then, other, value = code[at]
        at += 1
        match kind:
            case seccomp.LOAD:
                register = data.get(value, 0)
            case seccomp.AND:
                register &= value
            case seccomp.EQUAL:
                at += then if register == value else other
            case seccomp.AT_LEAST:
                at += then if register >= value else other
            case seccomp.RETURN:
                return value


def call(
    name: str, *arguments: int, network: Network = "namespace", machine: str = "x86_64"
) -> int:
    number = NUMBERS[name][list(ARCHITECTURES).index(machine)]
    assert number is not None
    return ruled(seccomp.assemble(network, machine), number, *arguments, machine=machine)


DENIED = ERRNO | errno.EPERM


@pytest.mark.parametrize("machine", ARCHITECTURES)
@pytest.mark.parametrize(
    ("name", "arguments", "answer"),
    [
        ("ptrace", (), DENIED),
        ("io_uring_setup", (), DENIED),
        ("mount", (), DENIED),
        ("clone3", (), ERRNO | errno.ENOSYS),
        ("openat2", (), ERRNO | errno.ENOSYS),
        ("clone", (0x10000000,), DENIED),
        ("clone", (0x01200011,), ALLOW),
        ("socket", (1, 1), DENIED),
        ("socket", (2, 1), ALLOW),
        ("socket", (10, 2), ALLOW),
        ("socket", (16, 3), ALLOW),
        ("socket", (17, 3), DENIED),
        ("socket", (40, 1), DENIED),
        ("socketpair", (1, 1), ALLOW),
        ("socketpair", (1, 0o2000000 | 1), ALLOW),
        ("socketpair", (1, 2), DENIED),
        ("socketpair", (1, 0o2000000 | 2), DENIED),
        ("ioctl", (0, 0x5412), DENIED),
        ("ioctl", (0, 0x1_0000_5412), DENIED),
        ("ioctl", (0, 0x5401), ALLOW),
        ("fchmod", (3, 0o4755), DENIED),
        ("fchmod", (3, 0o755), ALLOW),
        ("openat", (0, 0, 0o101, 0o4755), DENIED),
        ("openat", (0, 0, 0o101, 0o644), ALLOW),
        ("openat", (0, 0, 0, 0o4755), ALLOW),
        ("mknodat", (0, 0, 0o104755), DENIED),
    ],
)
def test_the_filter_answers(
    machine: str, name: str, arguments: tuple[int, ...], answer: int
) -> None:
    assert call(name, *arguments, machine=machine) == answer


def test_without_a_namespace_the_filter_keeps_the_network_away() -> None:
    assert call("socket", 2, 1, network="none") == DENIED
    assert call("socket", 10, 2, network="none") == DENIED
    assert call("socketpair", 1, 1, network="none") == ALLOW


def test_the_calls_of_another_architecture_end_the_process() -> None:
    program = seccomp.assemble("namespace", "x86_64")
    assert ruled(program, 0, machine="aarch64") == KILL
    assert ruled(program, 0x40000000 | 101) == ERRNO | errno.ENOSYS


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_every_call_is_refused_by_its_number_and_no_other(machine: str) -> None:
    program = seccomp.assemble("namespace", machine)
    column = list(ARCHITECTURES).index(machine)
    refused = {NUMBERS[name][column] for name in (*seccomp.NEVER, "clone3", "openat2")}
    found = {
        number for number in range(600) if ruled(program, number, 2, 1, machine=machine) != ALLOW
    }
    assert found - {NUMBERS["clone"][column]} == refused


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_the_numbers_are_those_of_the_kernels_headers(machine: str) -> None:
    header = HEADERS[machine]
    if not header.is_file():
        pytest.skip("the kernel's headers are not installed")
    said = dict(re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", header.read_text()))
    column = list(ARCHITECTURES).index(machine)
    ours = {name: numbers[column] for name, numbers in NUMBERS.items() if name in said}
    assert {name: int(said[name]) for name in ours} == ours
    assert len(ours) > 40


def test_for_a_machine_that_is_not_known_there_is_no_filter() -> None:
    assert seccomp.assemble("namespace", "riscv64") == b""
