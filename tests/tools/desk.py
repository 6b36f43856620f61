"""The tools, called the way the agent calls them, on a folder of their own."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ownkey.core.errors import ToolError
from ownkey.core.message import Text
from ownkey.tools import Context, Output, Tool
from ownkey.tools.builtin import BUILTIN

TOOLS: dict[str, Tool] = {tool.spec.name: tool for tool in BUILTIN}


def words(output: Output) -> str:
    """What a model reads of an output that is text alone."""
    (part,) = output.content
    assert isinstance(part, Text)
    part.text.encode()  # what cannot be sent would end the conversation
    return part.text


class Desk:
    """What a model does with its tools, and what it hears."""

    def __init__(self, folder: Path, spool: Path, secret: Path) -> None:
        self.folder = folder
        self.context = Context(
            folder,
            environment={"PATH": os.environ["PATH"]},
            spool=spool,
            hidden=(secret,),
        )

    async def call(self, name: str, **arguments: Any) -> Output:
        return await TOOLS[name](self.context, msgspec.json.encode(arguments).decode())

    def output(self, name: str, **arguments: Any) -> Output:
        return asyncio.run(self.call(name, **arguments))

    def say(self, name: str, **arguments: Any) -> str:
        """The text that goes to the model."""
        return words(self.output(name, **arguments))

    def refuse(self, name: str, **arguments: Any) -> str:
        """The error that goes to the model."""
        with pytest.raises(ToolError) as caught:
            self.output(name, **arguments)
        str(caught.value).encode()
        return str(caught.value)

    def file(self, name: str, content: str | bytes = "") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path
