"""The page of proofs says what is tried, and no more."""

from __future__ import annotations

from tests.proof.document import PAGE, PARTS, ROWS, measured, written
from tests.proof.figures import PLAN


def test_the_page_shows_what_is_tried_and_what_was_measured() -> None:
    """`python scripts/proof.py [FOLDER]` writes it."""
    page = PAGE.read_text("utf-8")
    assert all(f"<!-- {part} -->" in page for part in PARTS)
    assert page == written(page)


def test_what_is_planned_and_what_was_measured_has_a_row() -> None:
    names = {row.name for row in ROWS}
    assert PLAN.keys() <= names
    assert measured().keys() <= names


def test_a_long_run_has_tried_no_less_than_the_suite_does() -> None:
    known = measured()
    counted = {
        "kills": "begun",
        "logs": "mutations",
        "settings": "mutations",
        "load": "conversations",
        "gate": "strings",
        "races": "tries",
        "edits": "edits",
    }
    for name, figure in counted.items():
        least = PLAN[name].normal // (2 if name == "kills" else 1)
        assert name not in known or known[name][figure] >= least


def test_nothing_was_lost() -> None:
    zeros = [
        figures[key]
        for figures in measured().values()
        for key in (
            "lost",
            "crashes",
            "tracebacks",
            "orphans",
            "unclaimed",
            "hits",
            "broken",
            "false",
        )
        if key in figures
    ]
    assert zeros
    assert not any(zeros)
