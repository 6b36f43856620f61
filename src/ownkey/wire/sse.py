"""The framing of an event stream: bytes in, the `data` of whole events out.

The rules are those of the HTML standard, 9.2.6 (server-sent events), with two liberties
that real endpoints need: an event the stream ends in the middle of is still given, and
an event without data is not.
"""

from __future__ import annotations

from ownkey.core.errors import BrokenStream

CAP = 16 * 1024 * 1024
"""Bytes one event may have: no honest event comes near, and memory ends somewhere."""

BOM = b"\xef\xbb\xbf"


class Events:
    """A decoder for one stream. Where the bytes are cut makes no difference.

    Names, ids and retry hints are skipped: all three wire formats say in the JSON what
    an event is, and some endpoints leave the name out (wire-facts 0.1).
    """

    def __init__(self) -> None:
        self._tail = bytearray()
        """The line that has no end yet."""
        self._data: list[bytes] = []
        """The `data` lines of the event that has no end yet."""
        self._held = 0
        """Bytes of the lines in `_data`."""
        self._first = True
        self._after_cr = False
        self.any = False
        """Whether an event has come."""

    def feed(self, received: bytes) -> list[bytes]:
        """The payloads completed by `received`. Raises `BrokenStream` beyond the cap."""
        received = self._with_plain_newlines(received)
        if b"\n" not in received:
            self._tail += received
            self._check(len(self._tail))
            return []
        lines = received.split(b"\n")
        lines[0] = self._take_tail() + lines[0]
        self._tail += lines.pop()
        payloads = self._read(lines)
        self._check(len(self._tail))
        return payloads

    def close(self) -> list[bytes]:
        """The stream has ended: the payload of an event that no blank line followed."""
        return self._read([self._take_tail(), b""])

    def _with_plain_newlines(self, received: bytes) -> bytes:
        """Turn CR and CRLF into LF. A CR ends its line at once; should it have been the
        first half of a CRLF, the second half is dropped when it comes."""
        if not received:
            return received
        if self._after_cr and received.startswith(b"\n"):
            received = received[1:]
        self._after_cr = received.endswith(b"\r")
        if b"\r" in received:
            received = received.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return received

    def _take_tail(self) -> bytes:
        tail = bytes(self._tail)
        self._tail.clear()
        return tail

    def _read(self, lines: list[bytes]) -> list[bytes]:
        if self._first:
            self._first = False
            lines[0] = lines[0].removeprefix(BOM)
        payloads: list[bytes] = []
        for line in lines:
            if line.startswith(b"data:"):
                self._check(len(line))
                self._held += len(line)
                self._data.append(line[6:] if line.startswith(b"data: ") else line[5:])
            elif not line and self._data:
                if payload := b"\n".join(self._data):
                    payloads.append(payload)
                    self.any = True
                self._data.clear()
                self._held = 0
        return payloads

    def _check(self, size: int) -> None:
        if self._held + size > CAP:
            raise BrokenStream(
                f"One event of the stream is larger than {CAP // 2**20} MB.",
                "This is not an answer of a model: check baseUrl.",
            )
