"""A keyring in a JSON file that FILED_KEYRING names: a real backend, for processes and tests."""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class Filed(KeyringBackend):
    priority = 1.0

    def get_password(self, service: str, username: str) -> str | None:
        found: str | None = _read().get(f"{service}/{username}")
        return found

    def set_password(self, service: str, username: str, password: str) -> None:
        _write(_read() | {f"{service}/{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        kept = _read()
        if kept.pop(f"{service}/{username}", None) is None:
            raise PasswordDeleteError(username)
        _write(kept)


def _file() -> Path:
    return Path(os.environ["FILED_KEYRING"])


def _read() -> dict[str, str]:
    return json.loads(_file().read_text()) if _file().exists() else {}


def _write(kept: dict[str, str]) -> None:
    _file().write_text(json.dumps(kept))
