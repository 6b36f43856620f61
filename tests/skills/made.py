"""Skills as people write them into folders."""

from __future__ import annotations

from pathlib import Path


def skill(folder: Path, about: str = "", body: str = "Do it well.", **fields: str) -> Path:
    """A folder with a `SKILL.md`; its fields' names have underscores for dashes."""
    named = {"name": folder.name, "description": about or f"About {folder.name}.", **fields}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in named.items() if value]
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "SKILL.md"
    file.write_text("\n".join(["---", *lines, "---", body, ""]), "utf-8")
    return file
