"""Changes to the settings, told: what was written, where, and how to take it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from ownkey import console, exits, words
from ownkey.app import load_settings
from ownkey.config import arguments, models, revise
from ownkey.config.models import Known
from ownkey.config.revise import Revision
from ownkey.config.settings import Settings
from ownkey.core.errors import OwnkeyError
from ownkey.favourites import Favourites
from ownkey.options import Options


def remove(runtime: Path | None, wanted: str, *, as_json: bool) -> int:
    revision = _followed(runtime, wanted, revise.remove, gone=True)
    return _tell("Removed", revision, as_json=as_json)


def rename(runtime: Path | None, wanted: str, name: str, *, as_json: bool) -> int:
    revision = _followed(runtime, wanted, partial(revise.rename, name=name))
    return _tell("Renamed to", revision, as_json=as_json)


def put(runtime: Path | None, wanted: str, field: str, said: str, *, as_json: bool) -> int:
    value = arguments.value_of(field, said)
    revision = _followed(runtime, wanted, partial(revise.set_field, field=field, value=value))
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


def _followed(
    runtime: Path | None, wanted: str, change: Callable[..., Revision], *, gone: bool = False
) -> Revision:
    """What a change did; the app's favourites are the same models as before, under their ids
    of now. `gone`: the model is none any more."""
    loaded, environ = _now(runtime)
    known = models.meant(loaded, wanted)
    revision = change(loaded, environ, wanted)
    favourites = Favourites(environ)
    note = (f"{known.id} was a favourite.",) if gone and known.id in favourites.ids else ()
    favourites.follow(_ids(loaded, load_settings(_options(runtime)), known.source if gone else ""))
    return replace(revision, notes=(*revision.notes, *note))


def _ids(before: Settings, after: Settings, gone: str) -> dict[str, str]:
    """The id that each model had, and the one that it has; empty for the one that is gone. None
    where the entries cannot be told apart, as one that was replaced is back."""
    old: tuple[Known, ...] = (*before.models, *before.broken)
    fresh: tuple[Known, ...] = (*after.models, *after.broken)
    stayed = [one for one in old if one.source != gone]
    if len(stayed) != len(fresh):
        return {}
    ids = {one.id: "" for one in old}
    return ids | {was.id: now.id for was, now in zip(stayed, fresh, strict=True)}


def _options(runtime: Path | None) -> Options:
    return Options(cwd=Path.cwd(), settings=runtime)


def _now(runtime: Path | None) -> tuple[Settings, Mapping[str, str]]:
    options = _options(runtime)
    return load_settings(options), options.environ


def _tell(did: str, revision: Revision, *, as_json: bool) -> int:
    if as_json:
        console.say(words.document(revision))
        return exits.DONE
    console.say(f"{did} {revision.name} ({revision.id}).")
    for line in words.of_revision(revision):
        console.say(f"  {line}")
    return exits.DONE
