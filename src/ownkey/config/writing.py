"""Writing settings: what a text becomes with another entry or default, and the file, safely.

The four changes are pure, keep every byte that says something else, and raise `SettingsError`
with line and column where the text is not what it should be. `index` is the position in the
file's list; `field` is a name of `entries.FIELDS`, which the dialect spells.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ownkey.config import amend, files, jsonc
from ownkey.config.diagnostics import quoted
from ownkey.config.document import Pointer, position
from ownkey.config.entries import MODERN, Dialect
from ownkey.config.levels import NESTED
from ownkey.core.errors import SettingsError

UNTOUCHED = "Nothing was written."

PRIVATE = 0o600


def added(text: str, entry: Mapping[str, Any], dialect: Dialect = MODERN) -> str:
    """One more entry at the end of the list."""
    spelled = {_spelled(field, dialect): value for field, value in entry.items()}
    text = _begun(text)
    with _located(text):
        return amend.append(text, (dialect.list,), spelled)


def removed(text: str, index: int, dialect: Dialect = MODERN) -> str:
    """Without that entry."""
    with _located(text):
        _check(text, dialect, index)
        return amend.drop(text, (dialect.list, index))


def changed(text: str, index: int, field: str, value: Any, dialect: Dialect = MODERN) -> str:
    """That entry with another value of a field, or without the field where it is None."""
    pointer = (dialect.list, index, _spelled(field, dialect))
    with _located(text):
        _check(text, dialect, index)
        return amend.drop(text, pointer) if value is None else amend.put(text, pointer, value)


def set_default(text: str, model: str | None) -> str:
    """With that model as the default, said where the text says one already; None takes out
    what it says."""
    text = _begun(text)
    with _located(text):
        root = jsonc.parse(text).root
        inner, outer = (
            node.children["model"].value if node and "model" in node.children else None
            for node in (root.children.get(NESTED), root)
        )
        pointer: Pointer = ("model",) if outer and not inner else (NESTED, "model")
        return amend.drop(text, pointer) if model is None else amend.put(text, pointer, model)


def traces(path: Path) -> tuple[Path, Path]:
    """The files beside this one that saving leaves: what it said before, and, of a process
    that was killed, what it was to say. They may hold keys too."""
    return path.with_name(f"{path.name}.bak"), path.with_name(f".{path.name}.new")


def read(path: Path) -> str:
    """The text of a file that is to be changed, empty where there is none. Raises
    `SettingsError` for one that cannot be read or understood."""
    file = files.read(path)
    if file.document:
        return file.document.text
    if file.state in (files.ABSENT, "empty"):
        return _current(path) or ""
    raise SettingsError(str(file.diagnostics[0]), f"{UNTOUCHED} Mend this first.")


def save(path: Path, before: str, after: str, *, keep: bool = True) -> Path | None:
    """Let the file say `after` instead of `before`, in one step: whoever reads it, and
    whenever this is killed, finds the one or the other. The former text is kept beside it;
    its path is returned, None where there was none or nothing changes. A link stays one: the
    file it leads to is replaced, which keeps its mode and owner. Without `keep` no former text
    stays, for a change that takes a key out of it. Raises `SettingsError` if
    the file does not say `before` any more, or cannot be written."""
    if before == after:
        return None
    broken = files.written(path, after)
    if broken.document is None or len(after.encode()) > files.LIMIT:
        raise SettingsError(f"{path} could not be read if it were written so.", UNTOUCHED)
    target = Path(os.path.realpath(path))
    try:
        return _save(path, target, before, after, keep=keep)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        what = f"{error.filename or target} cannot be written: {reason}."
        raise SettingsError(what, f"{UNTOUCHED} Make it writable to you.") from error


def _save(path: Path, target: Path, before: str, after: str, *, keep: bool) -> Path | None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with alone(target.parent):
        current = _current(target)
        if (current or "") != before:
            what = f"{path} was changed by somebody else since it was read."
            raise SettingsError(what, f"{UNTOUCHED} Look at it, then do this again.")
        if current is None:
            _replace(target, after)
            return None
        if not os.access(target, os.W_OK):
            raise SettingsError(f"{path} is write-protected.", f"{UNTOUCHED} Make it writable.")
        backup, _ = traces(path)
        if keep:
            _replace(backup, before)
        _replace(target, after, like=target.stat())
        if not keep:
            backup.unlink(missing_ok=True)
        return backup if keep else None


def _replace(file: Path, text: str, like: os.stat_result | None = None) -> None:
    """Put a whole new file in the place of `file`, with the mode and owner of `like`."""
    _, draft = traces(file)
    draft.unlink(missing_ok=True)  # of one that was killed
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(draft, flags, PRIVATE)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(text.encode())
            stream.flush()
            if like is not None:
                _liken(draft, like)
            os.fsync(descriptor)
        draft.replace(file)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
    _settle(file.parent)


def _liken(draft: Path, like: os.stat_result) -> None:
    """Owner first: changing it may clear bits of the mode."""
    own = draft.stat()
    if sys.platform != "win32" and (own.st_uid, own.st_gid) != (like.st_uid, like.st_gid):
        os.chown(draft, like.st_uid, like.st_gid)
    draft.chmod(like.st_mode & 0o7777)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep other processes of ours out for as long as this lasts. Windows locks no folder:
    there, looking at the file right before is all."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a file system without locks: better unguarded than unsaved
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _settle(folder: Path) -> None:
    """Let the new name outlast a loss of power, where folders can be synced."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network file systems refuse
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _current(path: Path) -> str | None:
    """What the file says now; None where there is none."""
    try:
        return path.read_bytes().decode(errors="surrogateescape")
    except (FileNotFoundError, NotADirectoryError):
        return None


def _begun(text: str) -> str:
    """A text without any value, which is how a file may begin, with an empty object."""
    if not jsonc.is_blank(text):
        return text
    newline = "\r\n" if "\r\n" in text else "\n"
    is_open = bool(text.strip("\ufeff")) and not text.endswith(("\n", "\r"))
    return f"{text}{newline if is_open else ''}{{}}{newline}"


def _check(text: str, dialect: Dialect, index: int) -> None:
    """There must be such an entry."""
    listed = jsonc.parse(text).root.children.get(dialect.list)
    if listed is None or index not in listed.children:
        raise SettingsError(f"There is no entry {index} in {dialect.list}.", UNTOUCHED)


def _spelled(field: str, dialect: Dialect) -> str:
    if field in dialect.spelling or dialect is MODERN:
        return dialect.spelling.get(field, field)
    what = f"An entry of {dialect.list} has no field {quoted(field)}."
    raise SettingsError(what, f"{UNTOUCHED} Move the entry to customModels in settings.json.")


@contextmanager
def _located(text: str) -> Iterator[None]:
    """Say by line and column where the text is not as it should be."""
    try:
        yield
    except jsonc.Broken as error:
        line, column = position(text, error.offset)
        what = f"Line {line}, column {column}: {error.what}."
        raise SettingsError(what, f"{UNTOUCHED} {error.fix}.".replace(" .", "")) from error
