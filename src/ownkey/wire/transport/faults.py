"""What a failure on the way means, in words for the person."""

from __future__ import annotations

import errno
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from ownkey.core.errors import BrokenStream, ProviderError, Unreachable, Untrusted
from ownkey.wire.transport.answer import Garbled
from ownkey.wire.transport.connection import (
    CONNECT,
    Barred,
    Cut,
    Foreign,
    HungUp,
    Silent,
    Slow,
    Stuck,
    Unconnected,
)
from ownkey.wire.transport.packing import Unpackable
from ownkey.wire.transport.way import DIRECT, PLAIN

RAISED = (Unconnected, Stuck, Silent, HungUp, Cut, Garbled, Unpackable)

REFUSED = rf"(Errno|WinError) ({errno.ECONNREFUSED}|1225)\b"
"""In the words, for asyncio joins the failures of several addresses into one of no number."""


class Fault(NamedTuple):
    """What an exception of the network means. `{host}`, `{url}` and `{entry}` are filled
    in by `refusal.placed`, `{reason}` and `{idle}` here."""

    sign: type[BaseException]
    kind: type[ProviderError]
    what: str
    hint: str
    again: bool | None = None
    words: str = ""
    """A pattern that the exception's words must match."""

    def fits(self, cause: BaseException) -> bool:
        return isinstance(cause, self.sign) and bool(re.search(self.words, str(cause)))


LISTENING = "Is the server running? {start}Check the host and the port of `baseUrl` in {entry}."
TRY_AGAIN = "Try again; if it lasts, ask {host} or look at the proxies in between."

FAULTS = (
    Fault(
        socket.gaierror,
        Unreachable,
        "The name {host} is not known (DNS).",
        "Check the host of `baseUrl` in {entry}, and the network; behind a company's proxy, set"
        " HTTPS_PROXY.",
    ),
    Fault(
        OSError,
        Unreachable,
        "Nothing listens at {host}: connection refused.",
        LISTENING,
        words=REFUSED,
    ),
    Fault(
        ssl.SSLCertVerificationError,
        Untrusted,
        "The certificate of {host} is not trusted: {reason}.",
        "Check `baseUrl` in {entry}; a company's own certificates belong in the system's store.",
        again=False,
    ),
    Fault(
        ssl.SSLError,
        Untrusted,
        "No encrypted connection to {host} came about: {reason}.",
        "Check `baseUrl` in {entry}: does the server speak https at this port?",
        again=False,
    ),
    Fault(
        Slow,
        Unreachable,
        f"{{host}} did not accept a connection within {CONNECT:g} s.",
        LISTENING,
    ),
    Fault(
        Foreign,
        Unreachable,
        "The proxy in HTTPS_PROXY is of a kind ownkey does not speak.",
        "Give one that starts with http:// or https://, or unset HTTPS_PROXY.",
        again=False,
    ),
    Fault(
        Barred,
        Unreachable,
        "The proxy in HTTPS_PROXY wants a login: {reason}.",
        "Write HTTPS_PROXY as http://NAME:PASSWORD@HOST:PORT, or name {host} in NO_PROXY.",
        again=False,
        words="^407",
    ),
    Fault(
        Barred,
        Unreachable,
        "The proxy in HTTPS_PROXY did not let the request to {host} through: {reason}.",
        "Check HTTPS_PROXY, or name the host in NO_PROXY.",
    ),
    Fault(Unconnected, Unreachable, "{host} cannot be reached.", LISTENING),
    Fault(Stuck, Unreachable, "{host} stopped taking the request.", TRY_AGAIN),
    Fault(Silent, BrokenStream, "{host} fell silent: no byte for {idle} s.", TRY_AGAIN),
    Fault(Unpackable, BrokenStream, "What {host} sent does not decompress.", TRY_AGAIN),
    Fault(HungUp, BrokenStream, "{host} hung up in mid answer.", TRY_AGAIN),
    Fault(Garbled, BrokenStream, "{host} hung up in mid answer.", TRY_AGAIN),
    Fault(Cut, BrokenStream, "The connection to {host} broke.", TRY_AGAIN),
)
"""The first whose sign is among an exception and its causes holds: causes say more."""

IS_IT_THE_PORT = (
    "Try again; if it lasts: is this the port of `baseUrl` in {entry}? Does it speak https?"
)

NO_ANSWER = tuple(
    Fault(sign, BrokenStream, "{host} hung up without an answer.", IS_IT_THE_PORT)
    for sign in (HungUp, Garbled, Cut)
)
"""Before an answer has begun. Whether one who hangs up is heard to close the connection or
to reset it is chance: what is on its way decides."""

TO_THE_PROXY = tuple(
    Fault(
        sign,
        Unreachable,
        "The proxy in HTTPS_PROXY cannot be reached.",
        "Check HTTPS_PROXY, or name {host} in NO_PROXY.",
        words=words,
    )
    for sign, words in ((socket.gaierror, ""), (OSError, REFUSED), (Slow, ""))
)
"""Through a proxy, it alone is connected to: these are not about the host."""


def before_an_answer(way: str) -> tuple[Fault, ...]:
    """What may go wrong until the head of an answer is there."""
    return (*NO_ANSWER, *FAULTS) if way in (PLAIN, DIRECT) else (*TO_THE_PROXY, *NO_ANSWER, *FAULTS)


@contextmanager
def explained(idle: float, faults: tuple[Fault, ...]) -> Iterator[None]:
    """Raise the `ProviderError` that the first of these says it is; `idle` is in seconds."""
    try:
        yield
    except RAISED as error:
        causes = tuple(_causes(error))
        for fault in faults:
            for cause in causes:
                if fault.fits(cause):
                    what = fault.what.replace("{reason}", _reason(cause))
                    what = what.replace("{idle}", f"{idle:g}")
                    raise fault.kind(what, fault.hint, should_retry=fault.again) from error
        raise


def _reason(cause: BaseException) -> str:
    """Of TLS, the words without the names and lines of OpenSSL's source."""
    if isinstance(cause, ssl.SSLCertVerificationError):
        return cause.verify_message.removesuffix(".")  # OpenSSL ends one of them with it
    if isinstance(cause, ssl.SSLError) and cause.reason:
        return cause.reason.lower().replace("_", " ")
    return str(cause)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
