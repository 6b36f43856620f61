from __future__ import annotations

from pathlib import Path

from ownkey.faces.tui.keys import KEYS

DOCS = Path(__file__).parents[3] / "docs" / "app.md"


def test_the_documents_say_the_same_of_the_keys_as_the_app() -> None:
    text = DOCS.read_text("utf-8")
    assert [key for key, does in KEYS if f"| {key} | {does} |\n" not in text] == []
