"""Tables of the documents, each between two marks of its name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"


def write(name: str, lines: Iterator[str], document: Path = DOCS / "bench.md") -> None:
    """Put the table in place of what stood between its marks."""
    document.write_text(put(document.read_text("utf-8"), name, lines), "utf-8")


def put(document: str, name: str, lines: Iterator[str]) -> str:
    """The document with the table between the two marks of this name."""
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    before, _, rest = document.partition(begin)
    _, _, after = rest.partition(end)
    return before + begin + "\n".join(lines) + "\n" + end + after
