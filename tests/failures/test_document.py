"""The tables of facts are whole, their proofs exist, and the page shows them."""

from __future__ import annotations

from pathlib import Path

from tests.failures.document import PAGE, SECTIONS, TESTS, functions, proof, written
from tests.failures.facts import FACTS
from tests.failures.faults import FAULTS

PROOFS = [proof(text) for facts in SECTIONS.values() for fact in facts for text in fact.proofs]


def test_every_failure_and_every_fault_has_a_row() -> None:
    numbers = [fact.number for fact in FACTS]
    assert numbers == [*map(str, range(1, 41)), *(f"+{number}" for number in range(1, 12))]
    assert [fact.number for fact in FAULTS] == [f"F{number}" for number in range(1, 18)]
    assert all(fact.proofs for facts in SECTIONS.values() for fact in facts)


def test_every_proof_is_a_test() -> None:
    assert [one for one in PROOFS if one.name not in functions(one.path)] == []


def test_every_test_of_this_folder_is_the_proof_of_something() -> None:
    files = [path.relative_to(TESTS) for path in sorted(TESTS.glob("failures/test_*.py"))]
    files.remove(Path("failures", Path(__file__).name))
    tests = {(path, name) for path in files for name in functions(path)}
    assert tests - {(one.path, one.name) for one in PROOFS} == set()


def test_the_page_shows_the_tables_as_they_are() -> None:
    """`python -m tests.failures` writes them."""
    page = PAGE.read_text("utf-8")
    assert all(f"<!-- {name} -->" in page for name in SECTIONS)
    assert page == written(page)
