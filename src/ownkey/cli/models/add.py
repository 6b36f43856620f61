"""`ownkey models add`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

FORMATS = ("anthropic", "openai", "generic-chat-completion-api")


def add(parser: ArgumentParser) -> None:
    parser.epilog = (
        "In a terminal, what is missing is asked for. In scripts the key comes from its\n"
        "variable or from a pipe, and nothing is kept of a model that does not answer.\n\n"
        "  ownkey models add groq\n"
        "  ownkey models add https://llm.example.com --key-variable EXAMPLE_KEY --model m-1"
    )
    option = parser.add_argument
    option("start", nargs="?", metavar="PRESET|URL", help="a provider's name, or any address")
    option("--model", metavar="ID", help="as the endpoint calls it")
    option("--name", help="what you call it")
    option("--provider", choices=FORMATS, help="the format; found out, else")
    option("--base-url", metavar="URL", help="in place of the preset's")
    option("--key-variable", metavar="VAR", help="the environment variable with the key")
    option("--default", action="store_true", help="it answers from now on where none is named")
    option("--yes", action="store_true", help="ask the model its one word without asking you")
    option("--no-verify", action="store_true", help="write the entry without trying it")
    option("--settings", type=Path, metavar="FILE", help="where to add it")
    option("--json", action="store_true")


def run(given: Namespace) -> int:
    from ownkey.commands import adding

    return adding.run(
        adding.Wish(
            start=given.start or "",
            model=given.model or "",
            name=given.name or "",
            provider=given.provider,
            base_url=given.base_url or "",
            variable=given.key_variable or "",
            default=given.default,
            yes=given.yes,
            verify=not given.no_verify,
            settings=given.settings,
            as_json=given.json,
        )
    )
