"""The page `docs/providers.md`, as far as it follows from the tables of facts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.failures.facts import FACTS, Fact
from tests.failures.faults import FAULTS, SWITCHES

TESTS = Path(__file__).resolve().parents[1]
PAGE = TESTS.parent / "docs" / "providers.md"

SECTIONS = {"failures": FACTS, "faults": FAULTS, "switches": SWITCHES}
"""By the name in the marks around each: `<!-- failures -->` to `<!-- end of failures -->`."""

HEAD = "| | seen in the field | what ownkey does | proof |\n| --- | --- | --- | --- |\n"


class Proof(NamedTuple):
    path: Path
    """Of the file, below `tests/`."""
    name: str
    """Of the function."""

    @property
    def is_open(self) -> bool:
        """Whether the test is expected to fail, since what it wants is not built."""
        return "xfail" in functions(self.path)[self.name]


def proof(text: str) -> Proof:
    file, name = text.split("::")
    folder, _, file = file.rpartition("/")
    return Proof(Path(folder or "failures", f"test_{file}.py"), f"test_{name}")


@cache
def functions(path: Path) -> dict[str, str]:
    """The tests of a file below `tests/`, each with its decorators' source."""
    module = ast.parse((TESTS / path).read_text("utf-8"))
    return {
        node.name: " ".join(map(ast.unparse, node.decorator_list))
        for node in module.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def written(page: str) -> str:
    """The page with its sections as the tables have them now."""
    for name, facts in SECTIONS.items():
        section = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->\n)", re.DOTALL)
        page = section.sub(lambda marks, facts=facts: marks[1] + _table(facts) + marks[2], page)
    return page


def _table(facts: Iterable[Fact]) -> str:
    return HEAD + "".join(_row(fact) for fact in facts)


def _row(fact: Fact) -> str:
    proofs = "; ".join(_links(fact.proofs))
    return f"| {fact.number} | {fact.seen} | {fact.right} | {proofs} |\n"


def _links(proofs: Iterable[str]) -> Iterator[str]:
    for one in map(proof, proofs):
        words = one.name.removeprefix("test_").replace("_", " ")
        state = " (not yet)" if one.is_open else ""
        yield f"[{words}](../tests/{one.path.as_posix()}){state}"
