"""The clipboard of the desktop: an image from it, text to it where the terminal does not do it."""

from __future__ import annotations

import asyncio
import base64
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple

PATIENCE = 10.0
"""Seconds for a program to hand over what it has: PowerShell takes some to begin."""

POWERSHELL = (
    "Add-Type -AssemblyName System.Windows.Forms;"
    "$image = [Windows.Forms.Clipboard]::GetImage();"
    "if ($image) { $bytes = New-Object IO.MemoryStream; $image.Save($bytes, 'Png');"
    "[Convert]::ToBase64String($bytes.ToArray()) }"
)


class Way(NamedTuple):
    """A program that hands over an image."""

    argv: tuple[str, ...]
    package: str
    """What is to be installed where it is missing."""
    decode: Callable[[bytes], bytes] = bytes

    @property
    def program(self) -> str:
        return self.argv[0]


def _apple(said: bytes) -> bytes:
    """`«data PNGf89504E47…»`"""
    found = re.search(rb"data PNGf([0-9A-F]+)", said)
    return bytes.fromhex(found[1].decode()) if found else b""


MAC = (
    Way(("pngpaste", "-"), "pngpaste"),
    Way(("osascript", "-e", "get the clipboard as «class PNGf»"), "osascript", _apple),
)
WINDOWS = (
    Way(
        ("powershell.exe", "-NoProfile", "-STA", "-Command", POWERSHELL),
        "PowerShell",
        base64.b64decode,
    ),
)
WAYLAND = tuple(
    Way(("wl-paste", "--no-newline", "--type", kind), "wl-clipboard")
    for kind in ("image/png", "image/jpeg", "image/webp", "image/gif")
)
X11 = tuple(
    Way(("xclip", "-selection", "clipboard", "-target", kind, "-out"), "xclip")
    for kind in ("image/png", "image/jpeg", "image/webp", "image/gif")
)

NOWHERE = "there is no desktop here with a clipboard: drop the file instead, or write its path"


async def image(environ: Mapping[str, str], platform: str = sys.platform) -> bytes:
    """The image in the clipboard; empty where there is none in it. Raises `OSError` that says
    what is missing."""
    ways = tuple(_ways(environ, platform))
    if not ways:
        raise OSError(NOWHERE)
    there = [one for one in ways if shutil.which(one.program, path=environ.get("PATH"))]
    if not there:
        packages = " or ".join(dict.fromkeys(one.package for one in ways))
        raise OSError(f"images are taken from the clipboard by {packages}, which is not installed")
    for one in there:
        said = await _said(one.argv, environ)
        with suppress(ValueError):
            if found := one.decode(said):
                return found
    return b""


async def hand_over(text: str, environ: Mapping[str, str]) -> None:
    """To tmux, which takes no notice of OSC 52 from within unless it is told to, but hands on
    what is loaded into a buffer of its own (tmux, "load-buffer -w", since 3.2)."""
    if environ.get("TMUX") and shutil.which("tmux", path=environ.get("PATH")):
        await _said(("tmux", "load-buffer", "-w", "-"), environ, text.encode())


def _ways(environ: Mapping[str, str], platform: str) -> Iterator[Way]:
    if platform == "darwin":
        yield from MAC
    if platform == "win32" or "WSL_DISTRO_NAME" in environ:
        yield from WINDOWS
    if "WAYLAND_DISPLAY" in environ:
        yield from WAYLAND
    if "DISPLAY" in environ:
        yield from X11


async def _said(argv: tuple[str, ...], environ: Mapping[str, str], told: bytes = b"") -> bytes:
    """What a program prints; nothing where it fails, as it does without an image."""
    try:
        process = await asyncio.create_subprocess_exec(
            *argv,
            env=dict(environ),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError:
        return b""
    try:
        async with asyncio.timeout(PATIENCE):
            out, _ = await process.communicate(told)
    except TimeoutError:
        return b""
    finally:
        if process.returncode is None:
            process.kill()
    return b"" if process.returncode else out
