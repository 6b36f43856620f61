"""Images from the clipboard of the desktop, by a program that really runs."""

from __future__ import annotations

import asyncio
import base64
import sys
from pathlib import Path

import pytest

from ownkey.faces.tui import clipboard
from tests.e2e.front_door import entry, settle
from tests.faces.tui.seat import Person, at_app
from tests.far import Far, chat

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20

WAYS = {
    "wl-paste": ({"WAYLAND_DISPLAY": "wayland-1"}, "linux", PNG),
    "xclip": ({"DISPLAY": ":0"}, "linux", PNG),
    "pngpaste": ({}, "darwin", PNG),
    "osascript": ({}, "darwin", b"\xc2\xabdata PNGf" + PNG.hex().upper().encode() + b"\xc2\xbb\n"),
    "powershell.exe": ({"WSL_DISTRO_NAME": "Debian"}, "linux", base64.b64encode(PNG) + b"\r\n"),
}


def program(folder: Path, name: str, says: bytes, code: int = 0) -> None:
    """One of this name that prints these bytes."""
    folder.mkdir(exist_ok=True)
    file = folder / name
    words = f"import sys; sys.stdout.buffer.write({says!r}); sys.exit({code})"
    file.write_text(f"#!{sys.executable}\n{words}\n")
    file.chmod(0o755)


@pytest.mark.parametrize("name", WAYS)
def test_each_program_hands_the_image_over_in_its_own_way(name: str, tmp_path: Path) -> None:
    environ, platform, says = WAYS[name]
    program(tmp_path / "bin", name, says)
    environ = {**environ, "PATH": str(tmp_path / "bin")}
    assert asyncio.run(clipboard.image(environ, platform)) == PNG


def test_a_clipboard_without_an_image_has_none(tmp_path: Path) -> None:
    program(tmp_path / "bin", "xclip", b"", 1)
    environ = {"DISPLAY": ":0", "PATH": str(tmp_path / "bin")}
    assert asyncio.run(clipboard.image(environ, "linux")) == b""


@pytest.mark.parametrize(
    ("environ", "why"),
    [
        ({"WAYLAND_DISPLAY": "wayland-1"}, "by wl-clipboard, which is not installed"),
        ({"DISPLAY": ":0"}, "by xclip, which is not installed"),
        ({}, "no desktop here"),
    ],
)
def test_what_is_missing_is_said(environ: dict[str, str], why: str, tmp_path: Path) -> None:
    with pytest.raises(OSError, match=why):
        asyncio.run(clipboard.image({**environ, "PATH": str(tmp_path)}, "linux"))


def desktop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, says: bytes) -> None:
    program(tmp_path / "bin", "xclip", says)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")


@pytest.mark.skipif(sys.platform != "linux", reason="a desktop with xclip")
def test_an_image_is_pasted_shown_as_a_chip_and_sent(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop(monkeypatch, tmp_path, PNG)

    async def act(person: Person) -> None:
        await person.press("ctrl+v")
        await person.sees("[image from the clipboard]")
        await person.press(*" what?", "enter")
        await person.sees("A picture.")
        assert person.reads("[1 image]")

    with Far(chat("A picture.")) as far:
        settle(home, entry(far.url, supportsImages=True))
        at_app(tmp_path, act)
    parts = far.requests[0].json["messages"][-1]["content"]
    assert "image_url" in [part["type"] for part in parts]


@pytest.mark.skipif(sys.platform != "linux", reason="a desktop with xclip")
def test_a_model_that_sees_no_images_is_named_when_one_is_attached(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop(monkeypatch, tmp_path, PNG)

    async def act(person: Person) -> None:
        await person.sees("Far One")
        await person.press("ctrl+v")
        await person.sees("[image from the clipboard]")
        await person.press("enter")
        await person.sees("Far One sees no images, and is not sent them.")
        await person.sees("Blindly.")

    with Far(chat("Blindly.")) as far:
        settle(home, entry(far.url, noImageSupport=True))
        at_app(tmp_path, act)
    assert "image_url" not in str(far.requests[0].json)


def test_without_a_desktop_it_says_what_to_do_instead(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        await person.sees("Far One")
        await person.press("ctrl+v")
        await person.until(
            lambda: any("drop the file" in one.message for one in person.app._notifications)
        )

    settle(home, entry("http://127.0.0.1:9"))
    at_app(tmp_path, act)
