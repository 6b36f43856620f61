"""Each preset's entry as it is written into settings, and where its far side must stand."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

from ownkey.config.presets import PRESETS
from tests.zoo import gateways

ENTRIES = {preset.name: preset.entry() for preset in PRESETS} | {"LiteLLM": gateways.ENTRY}


def place(entry: dict[str, Any]) -> tuple[str, int | None]:
    """The host and the port that an entry leads to."""
    parts = urlsplit(entry["baseUrl"])
    return parts.hostname or "", parts.port


def nearby(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry, for a server of one's own, with an address of this process alone: tests that
    run at once would else want the same port."""
    host, port = place(entry)
    if port is None:
        return entry
    low, high = os.getpid() % 250 + 1, os.getpid() // 250 % 250 + 1
    own = entry["baseUrl"].replace(host, f"127.77.{high}.{low}")
    return entry | {"baseUrl": own}
