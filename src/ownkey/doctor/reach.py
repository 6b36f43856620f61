"""The way to an endpoint: its name, its port, its certificate. No key is sent.

What is in the way is told best by a request that fails of it, so here it is only noted.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from ownkey.core.model import Model
from ownkey.core.origin import absolute
from ownkey.doctor.finding import Finding
from ownkey.wire import transport
from ownkey.wire.transport.connection import Connection, Unconnected
from ownkey.wire.transport.way import Origin

DAYS = 86_400
SOON = 14
"""Days before a certificate ends from which on that is told."""


async def checks(model: Model) -> AsyncIterator[Finding]:
    """What there is to see from here to there, until something is in the way."""
    address = urlsplit(absolute(model.base_url))
    way = transport.route(address.geturl())
    if way in (transport.PLAIN, transport.DIRECT):
        name = await _name(address)
        yield name
        if name.verdict != "ok":
            return
    else:
        proxy = urlsplit(way)
        saw = f"through the proxy {proxy.hostname}:{proxy.port}, which HTTPS_PROXY names"
        yield Finding(check="route", verdict="ok", saw=saw)
    yield await _connection(Origin.of(address.geturl()), way)


async def _name(address: SplitResult) -> Finding:
    host, port = address.hostname or "", Origin.of(address.geturl()).port
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return Finding(check="name", verdict="no", saw=f"{host} is not known to the DNS")
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    saw = "is an address" if addresses == [host] else f"is {', '.join(addresses[:2])}"
    return Finding(check="name", verdict="ok", saw=f"{host} {saw}")


async def _connection(origin: Origin, way: str) -> Finding:
    """To the port, and through TLS where it is https, as requests go."""
    began = time.monotonic()
    try:
        connection = await Connection.open(way, origin)
    except Unconnected:
        saw = f"none came about with port {origin.port}"
        return Finding(check="connection", verdict="no", saw=saw)
    milliseconds = (time.monotonic() - began) * 1000
    secured = _secured(connection.tls) if connection.tls else ""
    connection.close()
    saw = f"port {origin.port} in {milliseconds:.0f} ms{secured}"
    return Finding(check="connection", verdict="ok", saw=saw)


def _secured(tls: ssl.SSLObject) -> str:
    certificate = tls.getpeercert() or {}
    return f", {tls.version()}, certificate from {_issuer(certificate)}{_ending(certificate)}"


def _issuer(certificate: Mapping[str, Any]) -> str:
    facts = {name: value for part in certificate.get("issuer", ()) for name, value in part}
    return str(facts.get("organizationName") or facts.get("commonName") or "an unnamed issuer")


def _ending(certificate: Mapping[str, Any]) -> str:
    if "notAfter" not in certificate:
        return ""
    left = (ssl.cert_time_to_seconds(certificate["notAfter"]) - time.time()) / DAYS
    return f", which ends in {left:.0f} days" if left < SOON else ""
