"""Text can be read on its background, also the text that is meant to stand back."""

from __future__ import annotations

import pytest
from textual.color import Color

from ownkey.faces.tui.themes import DIM, THEMES

WANTED = {"dark": 4.5, "light": 4.5, "contrast": 7.0}
"""To 1, as WCAG 2.2 counts (1.4.3 and 1.4.6)."""


def luminance(colour: Color) -> float:
    parts = [
        value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4
        for value in colour.normalized
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: Color, other: Color) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", THEMES)
def test_dim_text_keeps_enough_of_its_colour(name: str) -> None:
    theme = THEMES[name]
    background, text = Color.parse(theme.background or ""), Color.parse(theme.foreground or "")
    assert contrast(background, background.blend(text, DIM[theme.name])) >= WANTED[name]


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("role", ["primary", "accent", "success", "warning", "error"])
def test_words_in_colour_can_be_read(name: str, role: str) -> None:
    theme = THEMES[name]
    background, colour = Color.parse(theme.background or ""), Color.parse(getattr(theme, role))
    assert contrast(background, colour) >= WANTED[name]
