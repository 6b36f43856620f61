"""How the app looks: dark, light, and one for eyes that need more contrast."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.filter import DimFilter
from textual.theme import Theme

if TYPE_CHECKING:
    from textual.app import App

DARK = Theme(
    "ownkey-dark",
    primary="#7aa2f7",
    secondary="#9d7cd8",
    accent="#7dcfff",
    success="#9ece6a",
    warning="#e0af68",
    error="#f7768e",
    foreground="#d5daf0",
    background="#16161e",
    surface="#1f2030",
    panel="#24283b",
    variables={"text-muted": "auto 70%"},
)

LIGHT = Theme(
    "ownkey-light",
    primary="#2a5db0",
    secondary="#7a3e9d",
    accent="#00687a",
    success="#2f6f2f",
    warning="#8a5a00",
    error="#b3261e",
    foreground="#22252e",
    background="#fbfbfa",
    surface="#f0f0ee",
    panel="#e6e6e3",
    dark=False,
    variables={"text-muted": "auto 80%"},
)

CONTRAST = Theme(
    "ownkey-contrast",
    primary="#ffffff",
    secondary="#ffff00",
    accent="#00ffff",
    success="#00ff00",
    warning="#ffff00",
    error="#ff6060",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#202020",
    variables={"text-muted": "auto 90%", "text-disabled": "auto 75%"},
)

DIM = {DARK.name: 0.6, LIGHT.name: 0.7, CONTRAST.name: 0.8}
"""How much of its colour dim text keeps: on each background at least 4.5 to 1, on the last 7 to 1
(WCAG 2.2, 1.4.3 and 1.4.6). Textual's own half leaves 3 to 1 on a light one."""

THEMES = {"dark": DARK, "light": LIGHT, "contrast": CONTRAST}


def soften(app: App[None]) -> None:
    """Dim the dim text of an app by as much as its theme bears."""
    for one in app.get_line_filters():
        if isinstance(one, DimFilter):
            one.dim_factor = DIM.get(app.theme, one.dim_factor)


def suited(environ: Mapping[str, str], light: bool | None = None) -> Theme:
    """The one for the terminal's background: as it says when asked, else as `COLORFGBG` ends
    with its colour's number (rxvt, Konsole, and others)."""
    if light is not None:
        return LIGHT if light else DARK
    background = environ.get("COLORFGBG", "").rpartition(";")[2]
    return LIGHT if background in ("7", "15") else DARK
