"""The way of a request: the origin it goes to, the proxy in between, and its first bytes."""

from __future__ import annotations

import string
from typing import NamedTuple, Self
from urllib.parse import quote, urlsplit
from urllib.request import getproxies_environment, proxy_bypass

from ownkey.wire.request import Request

PORTS = {"http": 80, "https": 443}

PLAIN = "plain"
DIRECT = "direct"


class Origin(NamedTuple):
    """Scheme, host and port of an address."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Self:
        parts = urlsplit(url)
        return cls(parts.scheme, parts.hostname or "", parts.port or PORTS[parts.scheme])

    @property
    def authority(self) -> str:
        """Host and port, as a tunnel is asked for."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def route(url: str) -> str:
    """`plain`, `direct`, or the address of the proxy that HTTPS_PROXY names.

    HTTP_PROXY is not heard: a proxy for plain http sees the key in every request. To a
    proxy for https it is one encrypted tunnel.
    """
    parts = urlsplit(url)
    if parts.scheme != "https":
        return PLAIN
    proxies = getproxies_environment()
    proxy = proxies.get("https") or proxies.get("all")
    if not proxy or proxy_bypass(parts.netloc.rpartition("@")[2]):
        return DIRECT
    return proxy if "://" in proxy else f"http://{proxy}"


def head(request: Request, origin: Origin) -> bytes:
    """What goes before the body (RFC 9112, 3). The headers are known to be sendable."""
    parts = urlsplit(request.url)
    target = quote(parts.path or "/", safe=string.punctuation)
    if parts.query:
        target += "?" + quote(parts.query, safe=string.punctuation)
    headers = {"host": origin.authority.removesuffix(f":{PORTS[origin.scheme]}")}
    headers |= request.headers
    if request.body or request.method == "POST":
        headers["content-length"] = str(len(request.body))
    lines = [f"{request.method} {target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("ascii")
