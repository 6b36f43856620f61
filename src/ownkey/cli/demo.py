"""`ownkey demo`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

WIRES = ("anthropic", "openai", "generic")


def add(parser: ArgumentParser) -> None:
    parser.description = (
        "A scripted provider on this machine plays a coder who mends a small repository:\n"
        "wires, tools, edits, tests and cache really run; only the model is played."
    )
    option = parser.add_argument
    option("--wire", choices=WIRES, default="anthropic", help="the format to speak")
    option("--real", action="store_true", help="ask a small real model (fetches 200 MB once)")


def run(given: Namespace) -> int:
    import asyncio

    from ownkey.faces import demo

    return asyncio.run(demo.real_turn() if given.real else demo.rehearse(given.wire))
