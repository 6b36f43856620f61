"""As much of HTTP/1.1 as a provider on loopback needs, over asyncio's streams."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

import msgspec

TLS = b"\x16"
"""The first byte of a handshake (RFC 8446, 5.1)."""

LARGEST_BODY = 64 * 1024 * 1024


class Malformed(Exception):
    """Not a request that can be answered other than with 400 and goodbye."""


class Request(msgspec.Struct, frozen=True):
    method: str
    path: str
    headers: dict[str, str]
    """By lower-case name."""
    body: bytes


async def receive(reader: asyncio.StreamReader) -> Request | None:
    """The next request of a connection, None when there is none. Raises `Malformed`."""
    start = await reader.read(1)
    if not start:
        return None
    if start == TLS:
        raise Malformed("this is plain HTTP, and TLS was begun")
    try:
        head = start + await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        raise Malformed("the request ends within its head") from error
    except asyncio.LimitOverrunError as error:
        raise Malformed("the head is too long") from error
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    try:
        method, target, _version = first.split(" ")
        headers = dict(_header(line) for line in lines)
    except ValueError as error:
        raise Malformed("the head is not HTTP") from error
    body = await _body(reader, headers)
    return Request(method, target.partition("?")[0], headers, body)


def head(status: int, headers: dict[str, str]) -> bytes:
    """A response's first bytes, up to and with the blank line."""
    lines = [f"HTTP/1.1 {status} {_reason(status)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def chunk(data: bytes) -> bytes:
    """One chunk of a chunked body; of nothing, its end."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def _header(line: str) -> tuple[str, str]:
    name, value = line.split(":", 1)
    return name.lower(), value.strip()


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Overloaded"


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    try:
        if headers.get("transfer-encoding", "").lower() == "chunked":
            return await _chunks(reader)
        size = int(headers.get("content-length", "0"))
        if not 0 <= size <= LARGEST_BODY:
            raise Malformed("the body is too large")
        return await reader.readexactly(size)
    except (ValueError, asyncio.IncompleteReadError) as error:
        raise Malformed("the body does not have the length it claims") from error


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while size := int((await reader.readline()).partition(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
        if len(body) > LARGEST_BODY:
            raise Malformed("the body is too large")
    while (await reader.readline()).strip():
        pass  # trailers
    return bytes(body)
