"""`exec` in this process, with its processor time at each request: `turns.py FILE exec ...`.

The file gets a line for each: seconds of processor when it is sent, when the head of its answer
has come, and bytes of its body.
"""

from __future__ import annotations

import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from ownkey.cli import main
from ownkey.wire import transport
from ownkey.wire.request import Request
from ownkey.wire.transport import Reply, Transport

marks: list[str] = []


class Clocked(Transport):
    @asynccontextmanager
    async def send(self, request: Request) -> AsyncIterator[Reply]:
        began = time.process_time()
        async with super().send(request) as reply:
            marks.append(f"{began} {time.process_time()} {len(request.body)}\n")
            yield reply


if __name__ == "__main__":
    transport.Transport = Clocked  # type: ignore[misc]
    code = main(sys.argv[2:])
    Path(sys.argv[1]).write_text("".join(marks), "utf-8")
    raise SystemExit(code)
