"""Who may come in: one browser, with a token that works once, from the page itself.

A page on another site can make a browser send requests here, and by a name that resolves to
127.0.0.1 (DNS rebinding) even read the answers: so what a browser says of host and origin is
checked as well, on every request.
"""

from __future__ import annotations

from collections.abc import Mapping
from hmac import compare_digest
from secrets import token_urlsafe

HOST = "127.0.0.1"

HERE = ("none", "same-origin")
"""`Sec-Fetch-Site` of what a person opens, and of what the page asks for."""

SPENT = (
    "This address has been used, or is not whole.\n"
    "End `ownkey web` with Ctrl+C, start it again, and open the address it prints.\n"
)


class Door:
    """`token` admits one browser, which gets a cookie; after that it admits nobody."""

    def __init__(self, port: int) -> None:
        self.address = f"{HOST}:{port}"
        self.origin = f"http://{self.address}"
        self.token = token_urlsafe(32)
        self.cookie = f"ownkey-{port}"
        """Browsers keep the cookies of all ports together."""
        self._pass = ""

    @property
    def url(self) -> str:
        """What a person opens, once."""
        return f"{self.origin}/enter?token={self.token}"

    def admit(self, token: str) -> str | None:
        """The cookie for whoever brings the token first."""
        if self._pass or not _same(token, self.token):
            return None
        self._pass = token_urlsafe(32)
        return self._pass

    def knows(self, cookie: str) -> bool:
        return bool(self._pass) and _same(cookie, self._pass)

    def misdirected(self, headers: Mapping[str, str]) -> bool:
        """Whether the browser takes us for another host."""
        return headers.get("Host") != self.address

    def foreign(self, headers: Mapping[str, str]) -> bool:
        """Whether a page of another site has the browser ask."""
        origin = headers.get("Origin", self.origin)
        return origin != self.origin or headers.get("Sec-Fetch-Site", "none") not in HERE


def _same(given: str, wanted: str) -> bool:
    return compare_digest(given.encode("utf-8", "replace"), wanted.encode())
