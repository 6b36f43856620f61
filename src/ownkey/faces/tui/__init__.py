"""The app: ownkey as a person sees it in a terminal."""

from __future__ import annotations

import asyncio
import gc
from importlib import import_module
from typing import TYPE_CHECKING

from ownkey import console, exits
from ownkey.options import Options

if TYPE_CHECKING:
    from ownkey.faces.tui.app import Behind, OwnkeyApp


def run(options: Options, prompt: str = "", *, mouse: bool = True) -> int:
    """Until the person leaves. What is to stay on the terminal is printed then."""
    from ownkey.faces.tui import terminal

    gc.disable()  # until all is loaded: none of that is garbage
    with terminal.asked() as answer:
        opened = furnished(options, prompt)
        opened.light, opened.typed = answer()
    opened.run(mouse=mouse)
    if opened.parting:
        console.say(opened.parting)
    return 128 + opened.ended_by if opened.ended_by else exits.DONE


def furnished(options: Options, prompt: str = "") -> OwnkeyApp:
    """The app with all of ownkey behind it."""
    from ownkey.faces.tui.app import OwnkeyApp

    return OwnkeyApp(options, prompt, _furnish)


async def _furnish(screen: OwnkeyApp) -> Behind:
    """All of ownkey comes in with the desk, beside the loop, so that keys are answered."""
    await asyncio.to_thread(import_module, "ownkey.faces.tui.desk")
    from ownkey.faces.tui.desk import Desk

    if not gc.isenabled():  # what `run` has put off
        gc.freeze()  # what is loaded by now stays, and is not looked through again and again
        gc.enable()
    return Desk(screen)
