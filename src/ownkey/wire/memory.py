"""What endpoints were found to want, kept from one run of the program to the next."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import msgspec

from ownkey.core.errors import SettingsError
from ownkey.core.figure import Claims, Pace, Proof
from ownkey.core.model import Model
from ownkey.wire import quirks

LARGEST = 1 << 20
"""Bytes. A larger file is not one that this module wrote."""


class Dialect(msgspec.Struct, frozen=True, omit_defaults=True):
    """How one endpoint wants to be asked for one model, besides what the rows say."""

    quirks: dict[str, Any] = {}
    """Fields of `Quirks`."""
    without: tuple[str, ...] = ()
    """Optional fields of the request that are refused, as `request.prune` has them."""
    window: Annotated[int, msgspec.Meta(gt=0)] | None = None
    """Tokens of context: what a refusal named, or the server itself says."""
    claims: Claims | None = None
    """What the endpoint's list says of the model."""
    claimed: str = ""
    """The day on which it said so: `2026-11-23`."""
    proofs: dict[str, Proof] = {}
    """What of `ABILITIES` it was seen to have or to lack, whatever it says."""
    pace: Pace | None = None
    """How quick it was when that was last measured."""


KEPT = 30
"""Days for which a list is believed, and a proof: prices change, and so do models."""

ABILITIES = ("images", "tools", "reasoning")
"""Fields of `Claims` that can be seen."""


class Memory:
    """Dialects by model, in a small file that may be lost or damaged without harm. Without
    a file they are kept for the process only."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file
        self._dialects: dict[str, Dialect] | None = None

    def recall(self, model: Model) -> Dialect:
        if self._dialects is None:
            self._dialects = self._read()
        return self._dialects.get(_name(model), Dialect())

    def claims(self, model: Model) -> Claims | None:
        """What the endpoint said of the model, unless that was too long ago. What it was seen
        to do, and a limit that it set, go before what it lists."""
        known = self.recall(model)
        claims = known.claims if known.claimed >= _days_ago(KEPT) else None
        for name in ABILITIES:
            proof = known.proofs.get(name)
            if proof and proof.day >= _days_ago(KEPT):
                claims = _with(claims, name, proof.able, f"ownkey doctor, {proof.day}")
        if known.window is None:
            return claims
        return _with(claims, "window", known.window, "the endpoint, which takes no more")

    def amend(self, model: Model, **changes: Any) -> None:
        """Remember these fields of a dialect alone: the others may have been learned by
        somebody else since this program read them."""
        latest = self._read().get(_name(model)) or self.recall(model)
        self.keep(model, msgspec.structs.replace(latest, **changes))

    def keep(self, model: Model, dialect: Dialect) -> None:
        """Remember, here and in the file as far as that can be written: the file may have
        been added to by others, and a cache is not worth an error."""
        self._dialects = {**(self._dialects or {}), **self._read(), _name(model): dialect}
        if self.file is not None:
            with suppress(OSError):
                _replace(self.file, msgspec.json.format(msgspec.json.encode(self._dialects)))

    def _read(self) -> dict[str, Dialect]:
        if self.file is None:
            return {}
        try:
            with self.file.open("rb") as file:
                entries = msgspec.json.decode(file.read(LARGEST), type=dict[str, msgspec.Raw])
        except (OSError, msgspec.DecodeError):
            return {}
        read = {name: _dialect(entry) for name, entry in entries.items()}
        return {name: dialect for name, dialect in read.items() if dialect is not None}


def place(environ: Mapping[str, str]) -> Path:
    """The file, in the cache folder: `OWNKEY_CACHE_DIR`, else the platform's own."""
    if given := environ.get("OWNKEY_CACHE_DIR"):
        folder = Path(given).expanduser().absolute()
    else:
        from platformdirs import user_cache_path

        try:
            folder = user_cache_path("ownkey")
        except RuntimeError:  # there is no home: nothing is kept
            folder = Path(os.devnull)
    return folder / "dialects.json"


def _with(claims: Claims | None, field: str, value: Any, source: str) -> Claims:
    """The claims with a field that somebody else says."""
    claims = claims or Claims(source=source)
    others = {**claims.others, field: source}
    return msgspec.structs.replace(claims, others=others, **{field: value})


def _days_ago(days: int) -> str:
    return (datetime.now(UTC).date() - timedelta(days)).isoformat()


def _name(model: Model) -> str:
    return f"{model.wire} {model.origin.host} {model.name}"


def _dialect(entry: msgspec.Raw) -> Dialect | None:
    """What another version wrote may not be understood here, and is forgotten."""
    try:
        dialect = msgspec.json.decode(entry, type=Dialect)
        quirks.resolve("openai", "", "", dialect.quirks)
    except (msgspec.DecodeError, SettingsError):
        return None
    return dialect


def _replace(file: Path, data: bytes) -> None:
    """Readers see the old file or the new one, and others than the user neither."""
    import tempfile  # much, for what is rarely done

    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=file.name)
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as writing:
            writing.write(data)
        fresh.replace(file)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
