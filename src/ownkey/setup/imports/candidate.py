"""What is found in another program's settings: a model that may be taken over, or what may not."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from ownkey.config.variables import REFERENCE
from ownkey.core import origin
from ownkey.core.model import WireName
from ownkey.core.secret import Secret
from ownkey.setup.imports import hosts

_NO_NAME = re.compile(r"[^A-Z0-9]+")


class Key(msgspec.Struct, frozen=True):
    """Where a key is. At most one of the three says so, or a reference and a literal."""

    reference: str = ""
    """As our settings write it: `${GROQ_API_KEY}`, `file:PATH`."""
    literal: Secret | None = None
    """The key itself, as it stands in the other program's file."""
    note: str = ""
    """Why there is none to take: `a command makes it`."""


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A model as another program has it, in our words."""

    source: str
    """The program: `opencode`."""
    where: str
    """FILE:LINE, or the variable that says so."""
    model: str
    provider: WireName
    base_url: str
    """May hold `${NAME}`."""
    name: str = ""
    """What the program calls it, where it has a name of its own."""
    key: Key = Key()
    window: int | None = None
    max_output: int | None = None
    images: bool | None = None

    @property
    def variable(self) -> str:
        """The environment variable that the key is expected in where none is named."""
        preset = hosts.preset_at(self.base_url)
        if preset:
            return preset.variable
        labels = origin.host_of(self.base_url).removeprefix("api.").split(".")
        return f"{_NO_NAME.sub('_', labels[0].upper()).strip('_') or 'MODEL'}_API_KEY"

    def entry(self, display_name: str, *, with_keys: bool) -> dict[str, Any]:
        """The entry of `customModels`. Without `with_keys` it holds no key, only references."""
        fields = {
            "model": self.model,
            "displayName": display_name,
            "baseUrl": self.base_url,
            "apiKey": self._key(with_keys=with_keys),
            "provider": self.provider,
            "contextWindow": self.window,
            "maxOutputTokens": self.max_output,
            "supportsImages": self.images,
        }
        return {field: value for field, value in fields.items() if value not in (None, "")}

    def _key(self, *, with_keys: bool) -> str:
        if with_keys and self.key.literal:
            return self.key.literal.reveal()
        if self.key.reference or origin.is_near(self.base_url):
            return self.key.reference
        return f"${{{self.variable}}}"


class Left(msgspec.Struct, frozen=True):
    """Something that was seen and is not taken over."""

    source: str
    where: str
    why: str
    """In words that give no value away."""


Found = Candidate | Left


def key(said: str, place: str) -> Key:
    """The key that a value means whose variables are written in our way."""
    if not said:
        return Key()
    if REFERENCE.fullmatch(said):
        return Key(reference=said)
    if "${" in said:
        return Key(note=f"{place} puts it together from several parts")
    return Key(literal=Secret(said, place))
