"""Writes the providers' part of docs/providers.md from the presets: `make providers`.

`python scripts/providers.py --check` fails where the page is not what the presets say.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from ownkey.config.presets import PRESETS, Preset
from ownkey.core.model import FORMATS

PAGE = Path(__file__).resolve().parents[1] / "docs" / "providers.md"
PART = re.compile(r"(<!-- presets -->\n).*?(<!-- end of presets -->\n)", re.DOTALL)


def main() -> None:
    page = PAGE.read_text("utf-8")
    written = PART.sub(lambda marks: f"{marks[1]}{''.join(sections())}{marks[2]}", page)
    if "--check" not in sys.argv:
        PAGE.write_text(written, "utf-8")
    elif written != page:
        sys.exit("docs/providers.md is not what the presets say: make providers")


def sections() -> Iterator[str]:
    for preset in PRESETS:
        yield from _section(preset)


def _section(preset: Preset) -> Iterator[str]:
    source = "Key" if preset.variable else "Start it"
    others = ", ".join(f"`{name}`" for name in preset.models[1:])
    yield f"### {preset.name}\n\n"
    yield f"```json\n{json.dumps(preset.entry(), indent=2)}\n```\n\n"
    yield f"- Speaks {FORMATS[preset.provider]}.{f' Also: {others}.' if others else ''}\n"
    yield f"- {source}: {preset.keys}\n"
    yield f"- {preset.limits}\n"
    yield f"- Cache: {preset.caching}\n\n"


if __name__ == "__main__":
    main()
