"""Taking a key out of the settings: kept elsewhere first, then referred to where it stood."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Literal

import msgspec

from ownkey.config import writing
from ownkey.config.inventory import Holder
from ownkey.config.kept import FILE, KEYRING
from ownkey.core import origin
from ownkey.core.errors import KeyMissing, OwnkeyError, UsageError
from ownkey.core.model import Model
from ownkey.keys import file, keyring

To = Literal["keyring", "file"]

FOLDER = "keys"
"""Within the folder of the settings."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,99}")
"""What a key may be called in both places."""


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a key."""

    reference: str
    place: str
    """Which keyring, or the path of the file."""
    models: tuple[str, ...]
    """The ids of all whose entries refer to it now."""
    copies: tuple[Path, ...]
    """Files beside the settings that have the key in them still."""


def named(name: str) -> str:
    """The name, if a key may be called that. Raises `UsageError`."""
    if NAME.fullmatch(name):
        return name
    raise UsageError("A key cannot be called that.", "Use letters, digits and . _ @ -")


def reference(name: str, to: To) -> str:
    """What to write as `apiKey`. Relative paths begin at the folder of the settings."""
    return f"{KEYRING}{name}" if to == "keyring" else f"{FILE}{FOLDER}/{name}"


async def keep(name: str, value: str, to: To, home: Path) -> str:
    """Put a key into its place, and say which that is. Raises `KeyMissing` where it is not
    there afterwards."""
    if to == "file":
        path = home / FOLDER / name
        file.write(path, value)
        return str(path)
    place = await keyring.put(name, value)
    if await keyring.get(name) != value:
        raise KeyMissing(f"{place} did not keep the key.", keyring.INSTEAD)
    return place


async def drop(name: str, to: To, home: Path) -> bool:
    """Take a key out of its place; whether it was there."""
    if to == "keyring":
        return await keyring.drop(name)
    path = home / FOLDER / name
    there = path.is_file()
    path.unlink(missing_ok=True)
    return there


async def move(chosen: Holder, entries: Sequence[Holder], to: To) -> Moved:
    """Move the key of an entry, and of all in its file that have the same one. Whatever
    fails, the key is in one of the two places. Raises `OwnkeyError`."""
    if chosen.kind != "literal" or not isinstance(chosen.who, Model):
        why = chosen.fault or "There is no key in its entry that could be moved."
        raise UsageError(f"{chosen.where}: {why}", "See `ownkey keys list`.")
    if not chosen.can_refer:
        what = f"{chosen.path.name} can only have keys themselves."
        raise UsageError(what, "Move the entry to customModels in settings.json first.")
    value, home = chosen.secret.reveal(), chosen.path.parent
    places = (one for one in entries if one.path == chosen.path and one.kind == "literal")
    same = [one for one in places if one.secret == chosen.secret]
    before = writing.read(chosen.path)
    name = await _free(_wish(chosen.who), value, to, home)
    place = await keep(name, value, to, home)
    after = before
    for one in same:
        after = writing.changed(after, one.index, "apiKey", reference(name, to))
    backup = writing.save(chosen.path, before, after)
    if backup is not None:
        backup.unlink()  # it would be one more file with the key in it
    return Moved(
        reference=reference(name, to),
        place=place,
        models=tuple(one.who.id for one in same),
        copies=tuple(_copies(chosen.path, value)),
    )


def _wish(model: Model) -> str:
    """A key belongs to a host."""
    return re.sub(r"[^A-Za-z0-9.-]", "-", origin.host_of(model.base_url)).strip("-.") or "key"


async def _free(wish: str, value: str, to: To, home: Path) -> str:
    """A name under which nothing else is kept."""
    for number in count(1):
        name = wish if number == 1 else f"{wish}-{number}"
        if await _kept(name, to, home) in (None, value):
            return name
    raise AssertionError


async def _kept(name: str, to: To, home: Path) -> str | None:
    if to == "keyring":
        return await keyring.get(name)
    path = home / FOLDER / name
    if not path.exists():
        return None
    try:
        return file.read(path)
    except OwnkeyError:
        return ""


def _copies(settings: Path, value: str) -> list[Path]:
    """Older copies of the settings, such as editors leave."""
    found = []
    for path in sorted(settings.parent.iterdir()):
        try:
            if path.is_file() and value.encode() in path.read_bytes():
                found.append(path)
        except OSError:
            continue
    return found
