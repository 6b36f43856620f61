"""An `apiKey` that says where the key is kept instead of saying the key."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ownkey.config.diagnostics import nearest, quoted
from ownkey.config.entries import Entry
from ownkey.config.fields import SECONDS, described, mismatch
from ownkey.core.secret import Keeper
from ownkey.keys.command import PATIENCE, FromCommand
from ownkey.keys.file import InFile
from ownkey.keys.keyring import InKeyring

KEYRING, FILE = "keyring:", "file:"

IN_COMMAND = ("command", "timeout")
"""What the object of a command may have."""

LIKE_THIS = 'Write {"command": ["PROGRAM", "ARGUMENT"]}'


def elsewhere(given: object) -> bool:
    """Whether an `apiKey` names a place."""
    return isinstance(given, dict) or str(given).startswith((KEYRING, FILE))


def called(given: object) -> str:
    """The place in a few words. Of a command the program alone: the rest may be private."""
    if not isinstance(given, dict):
        return str(given)
    match given.get("command"):
        case [str() as program, *_]:
            return f"command {Path(program).name}"
        case _:
            return "command"


def keeper(entry: Entry, given: Any) -> Keeper | None:
    """Who keeps the key; None where that cannot be understood, which is reported."""
    at = entry.at("apiKey")
    if not entry.dialect.expands:
        what = f"{entry.spelled('apiKey')} is only looked for elsewhere in settings.json"
        entry.report(at, what, "Write the key itself, or move the entry to settings.json")
        return None
    if isinstance(given, dict):
        return _command(entry, given)
    if name := given.removeprefix(KEYRING) if given.startswith(KEYRING) else "":
        return InKeyring(name)
    if given in (KEYRING, FILE):
        entry.report(at, f"{given!r} names nothing", f'Write "{given}NAME"')
        return None
    return _file(entry, given.removeprefix(FILE))


def _file(entry: Entry, given: str) -> InFile | None:
    """Relative paths begin at the folder of the settings."""
    expanded = entry.expand(given, entry.at("apiKey"))
    if expanded is None:
        return None
    try:
        path = Path(expanded.text).expanduser()
    except RuntimeError:
        entry.report(entry.at("apiKey"), "~ is nobody's home here", "Write the whole path")
        return None
    return InFile(str(entry.file.path.parent.absolute() / path))


def _command(entry: Entry, given: dict[str, Any]) -> FromCommand | None:
    before = len(entry.diagnostics)
    for name in given.keys() - set(IN_COMMAND):
        meant = nearest(name, IN_COMMAND)
        hint = f"Did you mean {meant!r}?" if meant else "Remove it"
        entry.report(entry.at("apiKey", name), f"There is no {quoted(name)}", hint, at_name=True)
    argv = _argv(entry, given.get("command"))
    patience = given.get("timeout", PATIENCE)
    if not SECONDS.fits(patience) or isinstance(patience, bool):
        entry.report(entry.at("apiKey", "timeout"), *mismatch("timeout", SECONDS, patience))
    return FromCommand(argv, float(patience)) if len(entry.diagnostics) == before else None


def _program(entry: Entry, given: str) -> str:
    program = os.path.expanduser(given)  # noqa: PTH111 - Path raises where there is no home
    if program != Path(program).name and not Path(program).is_absolute():
        what = f"{quoted(program)} depends on the folder one is in"
        fix = "Write its whole path, or a name that is on PATH"
        entry.report(entry.at("apiKey", "command", 0), what, fix)
    return program


def _argv(entry: Entry, given: object) -> tuple[str, ...]:
    at = entry.at("apiKey", "command")
    if isinstance(given, str):
        entry.report(at, "command must be an array: no shell takes it apart", LIKE_THIS)
    elif not isinstance(given, list) or not given:
        entry.report(at, f"command must be an array of strings, not {described(given)}", LIKE_THIS)
    elif not all(isinstance(one, str) and "\0" not in one for one in given) or not given[0]:
        entry.report(at, "command must have strings in it, and begin with a program", LIKE_THIS)
    else:
        return (_program(entry, given[0]), *given[1:])
    return ()
