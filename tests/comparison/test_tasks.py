"""The tasks that are shipped: unsolved as they are, solved by a right solution."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ownkey.comparison import tasks
from ownkey.comparison.tasks import Task

MERGE = """
def merge(intervals):
    merged = []
    for first, last in sorted(map(sorted, intervals)):
        if merged and first <= merged[-1][1] + 1:
            merged[-1][1] = max(last, merged[-1][1])
        else:
            merged.append([first, last])
    return [tuple(one) for one in merged]
"""


def mend(folder: Path) -> None:
    file = folder / "shelf" / "order.py"
    file.write_text(file.read_text().replace('.lstrip("The ")', '.removeprefix("The ")'))


def rename(folder: Path) -> None:
    for file in folder.glob("*.py"):
        text = file.read_text().replace("qty(", "quantity(").replace("import missing, qty", "X")
        file.write_text(text.replace("X", "import missing, quantity"))


def write(folder: Path) -> None:
    (folder / "intervals.py").write_text(MERGE)


def answer(folder: Path) -> None:
    (folder / "ANSWER.txt").write_text("480\n")


SOLUTIONS: dict[str, Callable[[Path], None]] = {
    "mend a failing test": mend,
    "rename a function": rename,
    "write a function": write,
    "answer from code": answer,
}


@pytest.mark.parametrize("task", tasks.shipped(), ids=lambda task: task.name)
def test_the_check_tells_done_from_not_done(task: Task, tmp_path: Path) -> None:
    task.copy(tmp_path)
    assert not task.solved(tmp_path, dict(os.environ))
    SOLUTIONS[task.name](tmp_path)
    assert task.solved(tmp_path, dict(os.environ))


def test_a_check_that_cannot_run_is_not_passed(tmp_path: Path) -> None:
    task = Task(name="x", prompt="x", source=tmp_path, check=("no-such-program",))
    assert not task.solved(tmp_path, {})


def test_what_git_ignores_is_not_copied(tmp_path: Path) -> None:
    source, to = tmp_path / "from", tmp_path / "to"
    (source / "build").mkdir(parents=True)
    (source / "build" / "big").write_text("big")
    (source / ".gitignore").write_text("build/\n")
    (source / "kept").write_text("kept")
    Task(name="x", prompt="x", source=source, check=("true",)).copy(to)
    assert sorted(one.name for one in to.iterdir()) == [".gitignore", "kept"]
