"""`python -m ownkey.rehearsal`: the provider by itself, until it is interrupted."""

from __future__ import annotations

import argparse
import asyncio
import contextlib

from ownkey.rehearsal.faults import FAULTS, Fault
from ownkey.rehearsal.server import FORMATS, Rehearsal


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m ownkey.rehearsal", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--pace", type=float, default=0.0, help="seconds between events")
    parser.add_argument(
        "--fault",
        type=_fault,
        action="append",
        default=[],
        metavar="NAME[@N[-M]]",
        help=f"on every request, the Nth, or the Nth to the Mth: {', '.join(FAULTS)}",
    )
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(parser.parse_args()))


def _fault(text: str) -> Fault:
    try:
        return Fault.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


async def _serve(options: argparse.Namespace) -> None:
    far = Rehearsal(faults=options.fault, port=options.port, pace=options.pace)
    async with far:
        print(far.url, flush=True)
        print("A scripted coder, no model. Paths:", *FORMATS, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    main()
