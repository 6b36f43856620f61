"""Writing a prompt in the person's own editor."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory


def edit(text: str, environ: Mapping[str, str]) -> str:
    """`text` as it comes out of `$VISUAL` or `$EDITOR`, else vi. Waits for the editor: it
    has the terminal meanwhile. Raises `OSError` that says what failed; then nothing of
    `text` is lost."""
    command = environ.get("VISUAL") or environ.get("EDITOR") or "vi"
    with TemporaryDirectory(prefix="ownkey-") as folder:
        file = Path(folder) / "prompt.md"
        file.write_text(text, "utf-8")
        status = subprocess.run([*_words(command), str(file)], check=False).returncode
        if status:
            raise OSError(f"{command} ended with status {status}; the prompt is as it was")
        return file.read_text("utf-8", "replace").removesuffix("\n")


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError as error:
        raise OSError(f"$EDITOR is not a command: {error}") from error
