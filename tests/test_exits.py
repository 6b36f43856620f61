"""The page for scripts names every kind of failure, with the code that it ends with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ownkey import exits
from ownkey.core import errors
from ownkey.core.errors import OwnkeyError

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "headless.md").read_text("utf-8")
ROW = re.compile(r"^\| (`[a-z`, -]+`) \| ([0-9]+) \| [^|]+ \|$", re.MULTILINE)
SAID = re.compile(r"""kind=['"]([a-z-]+)['"]""")


def documented() -> dict[str, int]:
    table = PAGE.partition("`error.kind` is one of these:")[2]
    return {
        kind: int(code)
        for kinds, code in ROW.findall(table)
        for kind in re.findall(r"[a-z-]+", kinds)
    }


def kinds() -> Iterator[str]:
    """Those of the errors, and those that a turn ends with."""
    for one in vars(errors).values():
        if isinstance(one, type) and issubclass(one, OwnkeyError):
            yield one.kind
    for file in ("agent/loop.py", "faces/headless/report.py"):
        yield from SAID.findall((ROOT / "src" / "ownkey" / file).read_text("utf-8"))


def test_every_kind_is_documented_and_no_other() -> None:
    assert documented().keys() == {*kinds(), *exits.OF_KIND}


def test_each_ends_with_the_code_that_is_documented() -> None:
    assert documented() == {kind: exits.code(kind) for kind in documented()}
