"""The street of the zoo's hosts: behind one proxy that every tunnel ends in, or on a port.

The program under test uses the real addresses. A tunnel to `api.example.com:443` ends here,
in TLS with a certificate of the tests' own authority for that very name.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol, Self

import trustme

from ownkey.rehearsal import http
from tests.zoo.host import Answer

STORE = Path(__file__).parent / "store"


class Answering(Protocol):
    def answer(self, request: http.Request) -> Answer: ...


class Authority:
    """A certificate authority, and the file in which a machine would trust it."""

    def __init__(self, folder: Path) -> None:
        self._own = trustme.CA()
        self._file = folder / "authority.pem"
        self._own.cert_pem.write_to_path(str(self._file))

    def context(self, *names: str, expires: datetime | None = None) -> ssl.SSLContext:
        """For a server that is known by these names."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._own.issue_cert(*names, not_after=expires).configure_cert(context)
        return context

    def environment(self) -> dict[str, str]:
        """Of a process on a machine that trusts this authority, and no other."""
        return {"PYTHONPATH": str(STORE), "TEST_TRUST_STORE": str(self._file)}


class Stand(NamedTuple):
    """A server on a port of its own."""

    host: Answering
    address: str = "127.0.0.1"
    port: int = 0
    """0: any."""
    tls: ssl.SSLContext | None = None


class Street:
    """Hosts by their names, as a proxy for https leads to them, and stands beside it. A host
    without a context takes what comes through the tunnel as it is."""

    def __init__(
        self,
        hosts: Mapping[str, Answering],
        context: Callable[[str], ssl.SSLContext | None],
        *stands: Stand,
    ) -> None:
        self._hosts = hosts
        self._context = context
        self._stands = stands
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def addresses(self) -> list[str]:
        """`127.0.0.1:50123` of the proxy and of each stand."""
        names = (server.sockets[0].getsockname() for server in self._servers)
        return [
            f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
            for address, port, *_ in names
        ]

    @property
    def environment(self) -> dict[str, str]:
        return {"HTTPS_PROXY": f"http://{self.addresses[0]}"}

    async def _open(self) -> None:
        self._servers = [await asyncio.start_server(self._tunnel, "127.0.0.1", 0)]
        for host, address, port, tls in self._stands:
            serve = partial(_serve, host)
            self._servers.append(await asyncio.start_server(serve, address, port, ssl=tls))

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await http.receive(reader)
        name = request.path.rpartition(":")[0] if request else ""
        if request is None or request.method != "CONNECT" or name not in self._hosts:
            writer.write(http.head(502, {"content-length": "0"}))
            writer.close()
            return
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            if context := self._context(name):
                await writer.start_tls(context)
            await _serve(self._hosts[name], reader, writer)
        except (OSError, EOFError):
            writer.transport.abort()


async def _serve(
    host: Answering, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    try:
        while request := await http.receive(reader):
            answer = host.answer(request)
            fields = {"content-type": answer.kind, "transfer-encoding": "chunked"}
            writer.write(http.head(answer.status, fields | dict(answer.headers)))
            for piece in filter(None, answer.pieces):
                writer.write(http.chunk(piece))
            if answer.then == "silence":
                await reader.read()
            if answer.then != "end":
                return
            writer.write(http.chunk(b""))
            await writer.drain()
    except http.Malformed:
        writer.write(http.head(400, {"content-length": "0"}))
    except OSError:
        pass
    finally:
        writer.close()
