"""What an address says about where it leads, read from its text alone: no name is looked up."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

PRIVATE_NETWORKS = tuple(
    ip_network(block)
    for block in (
        "0.0.0.0/32",  # connects to this machine
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "fc00::/7",
        "fe80::/10",
    )
)
"""RFC 1918, RFC 4193 and link-local. Narrower than `is_private`, which also holds the
documentation blocks."""

PRIVATE_SUFFIXES = (".local", ".internal", ".home.arpa")
"""Names that public DNS does not serve: RFC 6762, RFC 8375, ICANN's `.internal`."""

SCHEME = re.compile(r"https?:|[a-z][a-z0-9+.-]*://", re.IGNORECASE)
LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE)
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)


def absolute(base_url: str) -> str:
    """The address without the space and quotes around it, and with a scheme: http where
    plain text stays on this machine or its network, https everywhere else."""
    text = base_url.strip().strip("'\"`<>").strip()
    if SCHEME.match(text):
        return text
    rest = text.removeprefix("//")
    return f"http://{rest}" if is_near(f"http://{rest}") else f"https://{rest}"


def host_of(base_url: str) -> str:
    """The host's name alone, lower-cased; empty where there is none."""
    parts = _split(base_url)
    return (parts.hostname or "").removesuffix(".") if parts else ""


def port_of(base_url: str) -> int | None:
    """The port, where the address names one."""
    parts = _split(base_url)
    return parts.port if parts else None


def is_at(host: str, domain: str) -> bool:
    """Whether `host` is `domain` or a name below it."""
    return host == domain or host.endswith(f".{domain}")


def is_loopback(base_url: str) -> bool:
    """Whether the address stays on this machine: 127/8, ::1, localhost and names under it."""
    host = host_of(base_url)
    address = _address(host)
    if address is None:
        return is_at(host, "localhost")
    return address.is_loopback


def is_private(base_url: str) -> bool:
    """Whether the address stays on a private network, as far as its text can tell: a
    private IP address, a name without dots, or one that public DNS does not serve."""
    host = host_of(base_url)
    address = _address(host)
    if address is None:
        single = "." not in host and LABEL.fullmatch(host) and not NUMBER.fullmatch(host)
        return bool(single) or host.endswith(PRIVATE_SUFFIXES)
    return any(address in network for network in PRIVATE_NETWORKS)


def is_near(base_url: str) -> bool:
    """Whether it is this machine, or a private network."""
    return is_loopback(base_url) or is_private(base_url)


def problem(base_url: str, *, allow_insecure: bool = False) -> str | None:
    """Why the address cannot be used, to be read after a subject such as `baseUrl`; None
    where it can. `allow_insecure` accepts http:// to the open network. Nothing of the
    address but its scheme and host is repeated: the rest may hold a secret."""
    text = absolute(base_url)
    if not text.isprintable() or " " in text:
        return "holds a space or a control character; remove it"
    parts = _split(text)
    if parts is None:
        return "is not an address: its host or port is malformed"
    return (
        _problem_of_form(text, parts)
        or _problem_of_host(parts.hostname or "")
        or (None if allow_insecure else _problem_of_secrecy(parts))
    )


def _problem_of_form(text: str, parts: SplitResult) -> str | None:
    if parts.scheme not in ("http", "https"):
        return f"starts with {parts.scheme}://; only https:// and http:// can be used"
    if "\\" in text:
        return "holds a backslash; write / instead"
    if "@" in parts.netloc:
        return "carries a user name or password; put the key into apiKey and remove it here"
    if "#" in text:
        return "holds a #; remove it and what follows"
    if not parts.hostname:
        return "names no host; write it like https://api.example.com/v1"
    return None


def _problem_of_host(host: str) -> str | None:
    if _address(host) is not None:
        return None
    if not host.isascii():
        return f"names the host {host!r}, which is not ASCII; {_in_ascii(host)}"
    labels = host.removesuffix(".").split(".")
    if NUMBER.fullmatch(labels[-1]):
        return f"names the host {host}, which is no IP address in its usual form"
    if not all(LABEL.fullmatch(label) for label in labels):
        return "names a host that is not valid; write it like https://api.example.com/v1"
    return None


def _in_ascii(host: str) -> str:
    """Two names may look alike; their ASCII forms do not."""
    try:
        return f"if you do mean it, write {host.encode('idna').decode()}"
    except UnicodeError:
        return "write its xn-- form if you do mean it"


def _problem_of_secrecy(parts: SplitResult) -> str | None:
    if parts.scheme == "https" or is_near(parts.geturl()):
        return None
    return f"would send the key to {parts.hostname} unencrypted; write https://"


def _split(base_url: str) -> SplitResult | None:
    """The parts of an address, or None where its host or port is malformed."""
    text = base_url if SCHEME.match(base_url) else absolute(base_url)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    return None if port == 0 else parts


def _address(host: str) -> IPv4Address | IPv6Address | None:
    """The IP address that `host` spells in its usual form. `0x7f.1` and the like, which
    some resolvers accept, are none: what reads differently to different programs is
    not trusted."""
    try:
        address = ip_address(host)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address
