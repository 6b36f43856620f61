"""What is asked of the person before a call runs, in words and exactly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from ownkey.core.event import Permission
from ownkey.faces.tui.exactly import Asking
from ownkey.words import of_call

TITLES = {
    "writes": "Change a file",
    "runs": "Run a command",
    "network": "Reach another machine",
}


def asking(permission: Permission, cwd: Path) -> Asking:
    given = _arguments(permission.call.arguments)
    command = str(given.get("command", "")) if permission.effect == "runs" else ""
    rest = {} if permission.diff else {k: v for k, v in given.items() if k != "command"}
    return Asking(
        title=f"{TITLES.get(permission.effect, 'Allow')}: {of_call(permission.call)}",
        command=command,
        cwd=str(cwd) if command else "",
        diff=permission.diff,
        detail="\n".join(f"{name}: {value}" for name, value in rest.items()),
        why=f"Asked because {permission.why}.",
        always=permission.always,
        after=tuple(asking(one, cwd) for one in permission.after),
    )


def _arguments(text: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text or "{}", type=dict[str, Any])
    except msgspec.DecodeError:
        return {"arguments": text}
