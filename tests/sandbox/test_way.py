from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from ownkey.sandbox import way
from ownkey.sandbox.policy import Wishes
from ownkey.sandbox.way import Way, allowed, public, target
from ownkey.tools import Context
from ownkey.tools.shell import shell
from tests.sandbox import walls

DOMAINS = ("api.example.com", "*.files.example", "bücher.example")


@pytest.mark.parametrize(
    ("host", "may"),
    [
        ("api.example.com", True),
        ("a.files.example", True),
        ("a.b.files.example", True),
        ("xn--bcher-kva.example", True),
        ("files.example", False),
        ("evilfiles.example", False),
        ("files.example.evil.com", False),
        ("api.example.com.evil.com", False),
        ("xapi.example.com", False),
        ("example.com", False),
    ],
)
def test_a_host_is_allowed_exactly_or_below_a_dot(host: str, may: bool) -> None:
    assert allowed(host, DOMAINS) is may


@pytest.mark.parametrize("domain", ["*", "*.", "*.com", "**.a.com", "a.*", "", "*.*", "x*.a.com"])
def test_a_pattern_that_would_allow_too_much_allows_nothing(domain: str) -> None:
    assert not allowed("www.a.com", [domain])


@pytest.mark.parametrize(
    "text",
    [
        "evil.com\0.api.example.com:443",
        "api.example.com:443@evil.com:443",
        "user@api.example.com:443",
        "api.example.com :443",
        "api.example.com.:443",
        "api.example.com:80",
        "api.example.com:0443x",
        "api.example.com",
        "[::1]:443",
        "-api.example.com:443",
        "api..example.com:443",
        "ⓐpi.example.com:443",
        "api.example.com:٤٤٣",
        "api.example.com%2eevil.com:443",
        "api.example.com/..:443",
        ":443",
    ],
)
def test_what_is_not_plainly_a_host_and_port_is_refused(text: str) -> None:
    with pytest.raises(way._Refused):
        target(text)


def test_a_host_is_the_same_in_capitals() -> None:
    assert target("API.Example.COM:443") == ("api.example.com", 443)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "ff02::1",
    ],
)
def test_an_address_that_is_not_public_is_known(address: str) -> None:
    assert not public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111"])
def test_a_public_address_is_known(address: str) -> None:
    assert public(address)


def test_a_name_that_points_at_this_machine_is_refused() -> None:
    with pytest.raises(way._Refused, match="not a public address"):
        asyncio.run(way.resolve("localhost"))


def spoken(tmp_path: Path, request: bytes, domains: tuple[str, ...]) -> bytes:
    async def ask() -> bytes:
        out = Way(tmp_path / "out")
        await out.open()
        out.domains = domains
        reader, writer = await asyncio.open_unix_connection(tmp_path / "out")
        writer.write(request)
        answer = await reader.read()
        writer.close()
        await out.aclose()
        return answer

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (b"GET http://api.example.com/ HTTP/1.1\r\n\r\n", b"only https gets out"),
        (b"CONNECT evil.com:443 HTTP/1.1\r\n\r\n", b"evil.com is not among"),
        (b"CONNECT localhost:443 HTTP/1.1\r\n\r\n", b"not a public address"),
        (b"CONNECT api.example.com:22 HTTP/1.1\r\n\r\n", b"port 22 is not allowed"),
    ],
)
def test_the_way_out_says_why_it_is_shut(tmp_path: Path, request_: bytes, said: bytes) -> None:
    answer = spoken(tmp_path, request_, ("localhost", "api.example.com"))
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert said in answer


def test_a_request_without_end_is_refused(tmp_path: Path) -> None:
    answer = spoken(tmp_path, b"CONNECT " + b"a" * 20_000 + b"\r\n\r\n", ())
    assert answer.startswith(b"HTTP/1.1 502 ")


CLIENT = """python3 -I -S - <<'END'
import os, socket, sys
host, port = os.environ["HTTPS_PROXY"].removeprefix("http://").split(":")
one = socket.create_connection((host, int(port)), 5)
one.sendall(b"CONNECT {host}:443 HTTP/1.1\\r\\n\\r\\n")
print(one.recv(4096).decode().split("\\r\\n")[0])
if "{say}":
    one.sendall(b"{say}")
    print(one.recv(4096).decode())
END"""


def test_a_command_reaches_the_allowed_host_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The far side is a server here, so for once this machine counts as public."""
    walls.needs("bwrap")
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.setattr(way, "public", lambda address: True)

    async def far() -> list[str]:
        async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write((await reader.read(100)).upper())
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        monkeypatch.setattr(way, "PORTS", frozenset({port}))
        wished = Wishes(domains=("localhost",))
        confinement = walls.confinement("bwrap", work, wished=wished)
        context = Context(
            work,
            environment={"PATH": "/usr/bin:/bin"},
            spool=tmp_path / "spool",
            confinement=confinement,
        )

        async def said(command: str) -> str:
            output = await shell(context, json.dumps({"command": command}))
            return str(getattr(output.content[0], "text", ""))

        through = CLIENT.replace(":443", f":{port}")
        told = [
            await said(through.format(host="localhost", say="hello")),
            await said(through.format(host="evil.com", say="")),
            await said(
                f"python3 -c 'import socket; socket.create_connection((\"127.0.0.1\", {port}))'"
            ),
            await said("python3 -c 'import socket; socket.socket(socket.AF_UNIX)'"),
            await said("sleep 1000 & echo out"),
        ]
        await confinement.aclose()
        server.close()
        return told

    reached, refused, direct, unix, left = asyncio.run(far())
    assert "200" in reached
    assert "HELLO" in reached
    assert refused.startswith("HTTP/1.1 403")
    assert "ConnectionRefusedError" in direct
    assert "PermissionError" in unix
    assert left == "out\n[background processes were ended with the command: 1 sleep]"
