"""What ownkey prints goes through `console`, which makes it safe: nothing else may print."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.test_hygiene import SOURCE, modules, short

WRITERS = {
    "console.py": "it is the place",
    "tools/search.py": "a process of its own, that ownkey reads",
    "rehearsal/__main__.py": "a program of its own",
    "rehearsal/llama.py": "another",
}
"""What else may say something on its own."""

RAW = {
    "faces/tui/terminal.py": "a question of ours to the terminal",
    "faces/tui/tab.py": "packets for another process",
}
"""What may have the descriptor."""

ASKED = {"isatty", "encoding"}
"""What anybody may ask of a stream."""


def found(path: Path) -> Iterator[str]:
    name = path.relative_to(SOURCE).as_posix()
    if name in WRITERS:
        return
    allowed = ASKED | ({"fileno"} if name in RAW else set())
    tree = ast.parse(path.read_text("utf-8"))
    asked = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in allowed
    }
    for node in ast.walk(tree):
        if _prints(node) or (_is_stream(node) and id(node) not in asked):
            yield f"{short(path)}:{getattr(node, 'lineno', 0)}: {ast.unparse(node)[:60]}"


def _prints(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) in (
        "print",
        "input",
        "getpass.getpass",
        "getpass",
    )


def _is_stream(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and ast.unparse(node) in (
        "sys.stdout",
        "sys.stderr",
        "sys.__stdout__",
        "sys.__stderr__",
    )


def test_nothing_but_the_console_writes_to_the_terminal() -> None:
    assert [one for path in modules() for one in found(path)] == []


def test_every_exception_is_needed() -> None:
    assert all((SOURCE / name).exists() for name in WRITERS | RAW)


def test_streams_are_not_imported_by_name() -> None:
    taken = [
        short(path)
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        and node.module == "sys"
        and {"stdout", "stderr"} & {one.name for one in node.names}
    ]
    assert taken == []
