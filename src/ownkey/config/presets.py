"""Providers with what an entry for them needs: a start that works, to be changed at will."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ownkey.config.preset_rows import CHAT, MESSAGES, RESPONSES, ROWS, Row

__all__ = ["CHAT", "MESSAGES", "PLACEHOLDER", "PRESETS", "RESPONSES", "Preset", "found", "settings"]

NO_KEY = "none"
"""An entry must have a key; a server of one's own does not look at it."""

PLACEHOLDER = "RESOURCE"
"""Stands in an address for what is one's own in it."""


class Preset(Row):
    """A row, and what follows from it."""

    __slots__ = ()

    @property
    def model(self) -> str:
        return self.models[0]

    @property
    def is_whole(self) -> bool:
        """Whether nothing of one's own is missing in it but the key."""
        return bool(self.variable) and PLACEHOLDER not in self.base_url

    def entry(self) -> dict[str, Any]:
        """The entry of `customModels`, as the documents write them."""
        return {
            "model": self.model,
            "displayName": f"{self.name} {self.model.rpartition('/')[2]}",
            "baseUrl": self.base_url,
            "apiKey": f"${{{self.variable}}}" if self.variable else NO_KEY,
            "provider": self.provider,
        }


PRESETS = tuple(map(Preset._make, ROWS))
"""The first one is the example where no key is found."""


def found(environ: Mapping[str, str]) -> tuple[Preset, ...]:
    """Those whose key is in the environment, and that need no more."""
    keyed = (one for one in PRESETS if environ.get(one.variable or "", "").strip())
    return tuple(one for one in keyed if one.is_whole)


def settings(presets: Iterable[Preset]) -> str:
    """The text of a settings file with an entry for each."""
    return json.dumps({"customModels": [one.entry() for one in presets]}, indent=2)
