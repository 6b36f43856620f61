"""`ownkey web`: the app in a browser on this machine."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from importlib.util import find_spec

from ownkey.cli import opening


def add(parser: ArgumentParser) -> None:
    parser.description = (
        "The app in a browser on this machine, at an address that works once. Closing the tab\n"
        "ends what runs; reloading it goes on. /quit in the app, or Ctrl+C here, ends it all."
    )
    option = parser.add_argument
    option("--port", type=_port, default=0, metavar="N", help="default: one that is free")
    option("--no-open", action="store_true", help="only print the address")
    opening.add_interactive(parser)


def run(given: Namespace) -> int:
    import asyncio

    from ownkey.core.errors import UsageError

    if not find_spec("textual_serve"):
        raise UsageError(
            "The app in the browser needs a library that is not installed: textual-serve.",
            "Install it with: pip install 'ownkey[web]'",
        )
    options = opening.options(given, interactive=True)
    from ownkey.faces import web

    serving = web.serve(options, given.prompt, port=given.port, opens=not given.no_open)
    return asyncio.run(serving)


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number < 65_536:
        raise ArgumentTypeError(f"{text} is no port")
    return number
