"""Where an entry's secrets go, and what they are: its address, its key, its headers."""

from __future__ import annotations

import re

from ownkey.config import kept
from ownkey.config.diagnostics import quoted
from ownkey.config.document import Pointer
from ownkey.config.entries import Entry
from ownkey.config.fields import described
from ownkey.core import origin
from ownkey.core.secret import Secret
from ownkey.keys import KEY

OF_THE_CONNECTION = frozenset({
    "connection", "content-length", "host", "keep-alive",
    "te", "trailer", "transfer-encoding", "upgrade",
})  # fmt: skip
"""Headers that say how bytes travel (RFC 9110, 7.6.1), not what is asked."""

AUTHORISING = frozenset({"authorization", "x-api-key", "api-key", "x-goog-api-key"})
"""Headers that stand in for the key."""

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*")
_SHELL_VARIABLE = re.compile(r"\$[A-Za-z_][A-Za-z0-9_]*")


def base_url(entry: Entry) -> str:
    """The address with its variables replaced; empty where it cannot be used."""
    at, name = entry.at("baseUrl"), entry.spelled("baseUrl")
    given = entry.required("baseUrl")
    expanded = entry.expand(given, at) if given else None
    if expanded is None:
        return ""
    url = expanded.text
    problem = origin.problem(url, allow_insecure=True)
    if problem and expanded.names:
        # The wrong variable may hold a key: what came from one is not repeated.
        what = f"{name} is no address that can be used once {quoted(given)} is replaced"
        entry.report(at, what, "Check what the variable holds")
    elif problem:
        what, _, fix = problem.partition("; ")
        entry.report(at, f"{name} {what}", fix[:1].upper() + fix[1:])
    elif _carries_secret(entry) and not entry.fields.get("allowInsecure"):
        _check_secrecy(entry, url, quoted(given) if expanded.names else origin.host_of(url))
    return "" if problem else url


def _check_secrecy(entry: Entry, url: str, host: str) -> None:
    """Plain http is for this machine; `host` is what to call the other end."""
    can_consent = "allowInsecure" in entry.dialect.spelling
    consent = ', or set "allowInsecure": true if that is meant' if can_consent else ""
    at = entry.at("baseUrl")
    if origin.problem(url):
        what = f"{entry.spelled('baseUrl')} would send the key to {host} unencrypted"
        entry.report(at, what, f"Write https://{consent}")
    elif origin.absolute(url).startswith("http://") and not origin.is_loopback(url):
        what = f"The key goes unencrypted over the local network to {host}"
        entry.report(at, what, f"Use https:// if it can{consent}", severity="warning")


def _carries_secret(entry: Entry) -> bool:
    return bool(entry.fields.get("apiKey")) or _authorises(entry)


def _authorises(entry: Entry) -> bool:
    """Whether a header does what the key would do."""
    return any(name.lower() in AUTHORISING for name in entry.fields.get("extraHeaders", {}))


def key(entry: Entry, url: str) -> Secret:
    """The key, empty where the endpoint does without: servers on this machine and its
    network seldom want one. `url` is its address, empty where that is not known."""
    given = entry.fields.get("apiKey")
    if not given:
        is_near = origin.is_near(url)
        if url and not is_near and not _authorises(entry):
            entry.required("apiKey")
        return Secret("")
    at, name = entry.at("apiKey"), entry.spelled("apiKey")
    if kept.elsewhere(given):
        keeper = kept.keeper(entry, given)
        source = f"{entry.file.source(at)} ({kept.called(given)})"
        return Secret("", source, keeper=keeper)
    expanded = entry.expand(given, at)
    if expanded is None:
        return Secret("")
    if entry.dialect.expands and _SHELL_VARIABLE.fullmatch(given):
        entry.report(at, f"{name} {given!r} is no key", f"Write ${{{given[1:]}}}")
    elif not KEY.fullmatch(expanded.text):
        what = f"{name} has space around it or a character that is not printable ASCII"
        entry.report(at, what, "Copy the key again")
    return Secret(expanded.text, _source(entry, at, expanded.names))


def _source(entry: Entry, at: Pointer, names: tuple[str, ...]) -> str:
    variables = ", ".join(f"${{{name}}}" for name in names)
    return f"{entry.file.source(at)} ({variables})" if names else entry.file.source(at)


def headers(entry: Entry) -> dict[str, Secret]:
    """The entry's own headers, those that can be sent."""
    found = {
        name: _header(entry, name, value)
        for name, value in entry.fields.get("extraHeaders", {}).items()
    }
    return {name: secret for name, secret in found.items() if secret is not None}


def _header(entry: Entry, name: str, value: object) -> Secret | None:
    at = entry.at("extraHeaders", name)
    called = f"Header {quoted(name)}"
    if not _HEADER_NAME.fullmatch(name):
        entry.report(at, f"{called} has no valid name", "Use letters, digits and -", at_name=True)
    elif name.lower() in OF_THE_CONNECTION:
        entry.report(at, f"{called} belongs to the connection", "Remove it", at_name=True)
    elif not isinstance(value, str):
        entry.report(at, f"{called} must be a string, not {described(value)}")
    elif expanded := entry.expand(value, at):
        if _HEADER_VALUE.fullmatch(expanded.text):
            return Secret(expanded.text, _source(entry, at, expanded.names))
        entry.report(at, f"{called} has a line break or a character outside ASCII", "Remove that")
    return None
