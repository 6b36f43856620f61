"""What is built is what is here: the wheel holds every file of the package, reproducibly."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = "import sys; from flit_core import buildapi; print(buildapi.build_wheel(sys.argv[1]))"


def build(to: Path) -> Path:
    to.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(to)],
        cwd=ROOT,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"},
        capture_output=True,
        text=True,
        check=True,
    )
    return to / done.stdout.strip()


def test_the_wheel_holds_every_file_and_the_command(tmp_path: Path) -> None:
    with zipfile.ZipFile(build(tmp_path / "dist")) as wheel:
        names = set(wheel.namelist())
        entry_points = next(name for name in names if name.endswith("entry_points.txt"))
        assert b"ownkey=ownkey.cli:main" in wheel.read(entry_points)
    source = ROOT / "src"
    files = {
        path.relative_to(source).as_posix()
        for path in (source / "ownkey").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert "ownkey/py.typed" in files
    assert {name for name in names if ".dist-info/" not in name} == files
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_same_source_gives_the_same_wheel_to_the_byte(tmp_path: Path) -> None:
    first, second = build(tmp_path / "first"), build(tmp_path / "second")
    assert first.read_bytes() == second.read_bytes()
