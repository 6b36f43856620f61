"""One response of HTTP/1.1, put together as its bytes come. llhttp parses it, by httptools."""

from __future__ import annotations

import httptools

LONGEST_HEAD = 102_400
"""Bytes of status line and headers. The largest that servers send by default are 16 KB."""


class Garbled(Exception):
    """What came is no HTTP."""


class Answer:
    """A response; its body is taken while it grows."""

    def __init__(self) -> None:
        self.status = 0
        self.reason = ""
        self.headers: dict[str, str] = {}
        """By lower-case name; the values of one name are joined, as RFC 9110, 5.3 has it."""
        self.begun = False
        """Whether its head is whole."""
        self.complete = False
        self.keeps = False
        """Whether the connection can serve again."""
        self.held = 0
        """Bytes of the body that were not taken yet."""
        self._body: list[bytes] = []
        self._fed = 0
        self._parser = httptools.HttpResponseParser(self)

    @property
    def touched(self) -> bool:
        """Whether any byte of it has come."""
        return self._fed > 0

    def feed(self, data: bytes) -> None:
        """Raises `Garbled`. Bytes after the end spoil the connection, not the answer."""
        if self.complete:
            self.keeps = False
            return
        self._fed += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self.keeps = False
            if not self.complete:
                raise Garbled(str(error)) from error
        if not self.begun and self._fed > LONGEST_HEAD:
            raise Garbled("the headers have no end")

    def end(self) -> None:
        """No more will come: the end of a body that nothing else delimits (RFC 9112, 6.3)."""
        framed = "content-length" in self.headers or "transfer-encoding" in self.headers
        if self.begun and not framed:
            self.complete = True

    def take(self) -> bytes:
        """All of the body that has come since."""
        body = b"".join(self._body)
        self._body.clear()
        self.held = 0
        return body

    def on_status(self, status: bytes) -> None:
        self.reason = status.decode("ascii", "ignore")

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.begun:  # a trailer
            return
        known = name.decode("latin-1").lower()
        text = value.decode("latin-1").strip()
        self.headers[known] = f"{self.headers[known]}, {text}" if known in self.headers else text

    def on_headers_complete(self) -> None:
        self.status = self._parser.get_status_code()
        if self._is_final:
            self.begun = True

    def on_body(self, body: bytes) -> None:
        self._body.append(body)
        self.held += len(body)

    def on_message_begin(self) -> None:
        if self.complete:  # nobody asked for another
            self.keeps = False

    def on_message_complete(self) -> None:
        if not self._is_final:  # "100 Continue" and the like
            self.headers.clear()
        elif not self.complete:
            self.complete = True
            self.keeps = self._parser.should_keep_alive()

    @property
    def _is_final(self) -> bool:
        return self.status >= 200
