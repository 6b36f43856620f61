"""The way out: a proxy of our own for the hosts that the user allows, and no others.

It listens on a unix socket that is mounted into the sandbox, and speaks CONNECT alone (RFC
9110, 9.3.6): what passes is TLS between the command and the host. A name is resolved once, and
that address is connected to; one of this machine or its neighbourhood never is.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

HOST = re.compile(r"(?=.{1,253}\Z)(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*\Z")
"""Letters as IDNA has them; no user, no NUL, no space, no trailing dot."""

PORTS = frozenset({443})

HEAD = 8_192
"""Bytes of a request, at most."""

SECONDS = 30

REFUSED = "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{words}"


class Way:
    """The proxy of one conversation."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._server: asyncio.Server | None = None
        self.domains: tuple[str, ...] = ()

    async def open(self) -> None:
        self._server = await asyncio.start_unix_server(self._accept, self._path, limit=HEAD)
        self._path.chmod(0o600)

    async def aclose(self) -> None:
        if self._server:
            self._server.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(SECONDS):
                there = await self._reach(reader)
        except (_Refused, OSError, TimeoutError, EOFError, asyncio.LimitOverrunError) as error:
            words = f"ownkey: {error}\n"
            status = "403 Forbidden" if isinstance(error, _Refused) else "502 Bad Gateway"
            writer.write(REFUSED.format(status=status, length=len(words), words=words).encode())
            with suppress(OSError):
                await writer.drain()
            writer.close()
            return
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(_pass(reader, there[1]), _pass(there[0], writer))

    async def _reach(
        self, reader: asyncio.StreamReader
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        head = await reader.readuntil(b"\r\n\r\n")
        method, _, rest = head.decode("latin-1").partition(" ")
        if method != "CONNECT":
            raise _Refused("only https gets out of the sandbox (CONNECT)")
        host, port = target(rest.partition(" ")[0])
        if not allowed(host, self.domains):
            raise _Refused(f"{host} is not among sandbox.network.allowedDomains")
        return await asyncio.open_connection(await resolve(host), port)


class _Refused(Exception):
    """In words for the command's output."""


def target(text: str) -> tuple[str, int]:
    """Host and port of a CONNECT. Raises `_Refused` for anything that is not plainly one."""
    host, _, port = text.rpartition(":")
    host = host.lower()
    if not HOST.match(host) or not port.isascii() or not port.isdecimal():
        raise _Refused("this is no host and port")
    if int(port) not in PORTS:
        raise _Refused(f"port {int(port)} is not allowed, 443 is")
    return host, int(port)


def allowed(host: str, domains: Iterable[str]) -> bool:
    """Exactly, or by `*.suffix` at a dot: `*.a.org` has neither `a.org` nor `xa.org`."""
    for domain in map(_ascii, domains):
        if domain.startswith("*."):
            if host.endswith(domain[1:]) and HOST.match(domain[2:]) and "." in domain[2:]:
                return True
        elif HOST.match(domain) and host == domain:
            return True
    return False


async def resolve(host: str) -> str:
    """The one address that is connected to. Raises `_Refused` where any is not public: a name
    that points both ways is meant to be asked twice."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    addresses = [str(one[4][0]) for one in found]
    for address in addresses:
        if not public(address):
            raise _Refused(f"{host} is {address}, which is not a public address")
    return addresses[0]


def public(address: str) -> bool:
    """Neither of this machine, nor of its network, nor a cloud's own (169.254.169.254)."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return False  # nobody's real address is written so
        if ip in NAT64:
            return False
    return ip.is_global and not ip.is_multicast


NAT64 = ipaddress.ip_network("64:ff9b::/96")


def _ascii(domain: str) -> str:
    star, dot, rest = domain.lower().partition("*.")
    name = rest if dot else star
    try:
        name = name.encode("idna").decode("ascii") if not name.isascii() else name
    except UnicodeError:
        return ""
    return f"*.{name}" if dot and not star else name if not dot else ""


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    with suppress(OSError):
        writer.close()
