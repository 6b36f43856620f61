"""Tables of `docs/bench.md`, each between two marks of its name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "bench.md"


def write(name: str, lines: Iterator[str]) -> None:
    """Put the table in place of what stood between its marks, and show it."""
    rows = list(lines)
    print("\n".join(rows))
    DOCUMENT.write_text(put(DOCUMENT.read_text("utf-8"), name, iter(rows)), "utf-8")


def put(document: str, name: str, lines: Iterator[str]) -> str:
    """The document with the table between the two marks of this name."""
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    before, _, rest = document.partition(begin)
    _, _, after = rest.partition(end)
    return before + begin + "\n".join(lines) + "\n" + end + after
