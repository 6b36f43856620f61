"""Every way ownkey fails on purpose, each with words for the person.

OwnkeyError
├── UsageError          the command line
├── SettingsError       settings files, models, keys
├── SessionError        the journal
├── OverBudget          what may be spent
├── ToolError           speaks to the model, not to the person
└── ProviderError       one exchange with an endpoint
    ├── Unreachable     no connection, DNS
    ├── Untrusted       TLS
    ├── KeyMissing      the key is kept elsewhere, and not to be had there
    ├── KeyRefused      401
    ├── NoAccess        403
    ├── UnknownModel    404 that names the model
    ├── WrongAddress    404, 405, HTML, not an API
    ├── BadRequest      400, 422
    ├── BadCall         400, a call of the model's that the provider could not read
    ├── NoTools         400, the model cannot be given tools
    ├── TooLong         the context window
    ├── TooLarge        413, the body
    ├── RateLimited     429
    ├── OutOfCredit     402, quota
    ├── Overloaded      5xx, 529
    ├── ContentRefused  the provider's filter
    └── BrokenStream    ended without its terminal marker, or unreadable
"""

from __future__ import annotations

from typing import ClassVar

import msgspec


class Failure(msgspec.Struct, frozen=True, omit_defaults=True):
    """An error as data: what a turn ended with, in events, journals and JSON output."""

    kind: str
    """The class in this module, in kebab-case: `key-refused`."""
    what: str
    """One sentence: what happened."""
    hint: str = ""
    """The one thing to do."""
    said: str = ""
    """The provider's own words."""
    url: str = ""
    status: int | None = None
    request_id: str = ""

    def lines(self) -> list[str]:
        """The message as a person reads it, most important line first."""
        facts = [f"HTTP {self.status}"] if self.status else []
        if self.request_id:
            facts.append(f"request id {self.request_id}")
        where = f"at {self.url}" if self.url else ""
        if facts:
            where = f"{where} ({', '.join(facts)})".strip()
        said = f"it said: {self.said}" if self.said else ""
        return [line for line in (self.what, where, said, self.hint) if line]


class OwnkeyError(Exception):
    """Base of all: `str()` is what happened, `hint` the one thing to do."""

    kind: ClassVar[str] = "error"

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint

    def failure(self) -> Failure:
        return Failure(kind=self.kind, what=self.what, hint=self.hint)


class UsageError(OwnkeyError):
    kind = "usage"


class SettingsError(OwnkeyError):
    kind = "settings"


class SessionError(OwnkeyError):
    kind = "session"


class OverBudget(OwnkeyError):
    kind = "budget"


class ToolError(OwnkeyError):
    """Raised by a tool to tell the model, in words it can act on, why it failed."""

    kind = "tool"


class ProviderError(OwnkeyError):
    """An exchange that failed. `retry_after` is the provider's wish in seconds,
    `should_retry` its explicit word on trying again; None leaves it to the class. `names`
    is what it calls its complaint, `field` the part of the request it complains of."""

    kind = "provider"
    transient: ClassVar[bool] = False
    """Whether the same request may succeed if it is sent again."""

    def __init__(
        self,
        what: str,
        hint: str = "",
        *,
        said: str = "",
        url: str = "",
        status: int | None = None,
        request_id: str = "",
        retry_after: float | None = None,
        should_retry: bool | None = None,
        names: tuple[str, ...] = (),
        field: str = "",
    ) -> None:
        super().__init__(what, hint)
        self.said = said
        self.url = url
        self.status = status
        self.request_id = request_id
        self.retry_after = retry_after
        self.should_retry = should_retry
        self.names = names
        self.field = field

    def failure(self) -> Failure:
        return Failure(
            kind=self.kind,
            what=self.what,
            hint=self.hint,
            said=self.said,
            url=self.url,
            status=self.status,
            request_id=self.request_id,
        )


class Unreachable(ProviderError):
    kind = "unreachable"
    transient = True


class Untrusted(ProviderError):
    kind = "tls"


class KeyMissing(ProviderError):
    kind = "key-missing"


class KeyRefused(ProviderError):
    kind = "key-refused"


class NoAccess(ProviderError):
    kind = "no-access"


class UnknownModel(ProviderError):
    kind = "unknown-model"


class WrongAddress(ProviderError):
    kind = "wrong-address"


class BadRequest(ProviderError):
    kind = "bad-request"


class BadCall(ProviderError):
    kind = "bad-call"
    transient = True


class NoTools(ProviderError):
    kind = "no-tools"


class TooLong(ProviderError):
    kind = "too-long"
    limit: int | None = None
    """Tokens of context that there are, where the provider says."""


class TooLarge(ProviderError):
    kind = "too-large"


class RateLimited(ProviderError):
    kind = "rate-limited"
    transient = True


class OutOfCredit(ProviderError):
    kind = "out-of-credit"


class Overloaded(ProviderError):
    kind = "overloaded"
    transient = True


class ContentRefused(ProviderError):
    kind = "content-refused"


class BrokenStream(ProviderError):
    kind = "broken-stream"
    transient = True
