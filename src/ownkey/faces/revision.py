"""Changes to the settings, told: what was written, where, and how to take it back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ownkey import console, exits, words
from ownkey.app import load_settings
from ownkey.config import arguments, models, revise
from ownkey.config.revise import Revision
from ownkey.config.settings import Settings
from ownkey.core.errors import OwnkeyError
from ownkey.options import Options


def remove(runtime: Path | None, wanted: str, *, as_json: bool) -> int:
    return _tell("Removed", revise.remove(*_now(runtime), wanted), as_json=as_json)


def rename(runtime: Path | None, wanted: str, name: str, *, as_json: bool) -> int:
    return _tell("Renamed to", revise.rename(*_now(runtime), wanted, name), as_json=as_json)


def put(runtime: Path | None, wanted: str, field: str, said: str, *, as_json: bool) -> int:
    value = arguments.value_of(field, said)
    revision = revise.set_field(*_now(runtime), wanted, field, value)
    return _tell("Changed", revision, as_json=as_json)


def make_default(runtime: Path | None, wanted: str, *, as_json: bool) -> int:
    revision = revise.make_default(*_now(runtime), wanted)
    return _tell("The default is", revision, as_json=as_json)


def default(runtime: Path | None, *, as_json: bool) -> int:
    """Which model answers where none is asked for, and who says so."""
    loaded, _ = _now(runtime)
    try:
        found = models.find(loaded, None).id
    except OwnkeyError:
        if not as_json or not loaded.default_model:
            raise
        found = None
    if as_json:
        said, source = loaded.default_model, loaded.default_source
        console.say(words.document({"id": found, "said": said, "source": source}))
        return exits.DONE
    console.say(str(found))
    reason = loaded.default_source or "no default is set: this is the first one"
    console.say(f"  {reason}")
    return exits.DONE


def _now(runtime: Path | None) -> tuple[Settings, Mapping[str, str]]:
    options = Options(cwd=Path.cwd(), settings=runtime)
    return load_settings(options), options.environ


def _tell(did: str, revision: Revision, *, as_json: bool) -> int:
    if as_json:
        console.say(words.document(revision))
        return exits.DONE
    console.say(f"{did} {revision.name} ({revision.id}).")
    for line in words.of_revision(revision):
        console.say(f"  {line}")
    return exits.DONE
