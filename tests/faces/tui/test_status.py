from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ownkey.faces.tui.status import Fields, line, progress

FULL = Fields(
    model="Sonnet",
    effort="high",
    context=50_000,
    window=200_000,
    cost=0.123,
    hit_rate=0.91,
    level="medium",
    branch="main",
    sandbox="bwrap",
    background=2,
    state="queued 1",
)


def test_a_wide_line_says_everything() -> None:
    assert str(line(FULL, 120)) == (
        "Sonnet high · 25% of 200k · $0.12 · 91% cached · medium · sandbox bwrap · main"
        " · 2 in background · queued 1"
    )


def test_a_narrow_line_keeps_what_matters_most() -> None:
    assert str(line(FULL, 40)) == "Sonnet high · $0.12 · medium · queued 1"


def test_that_there_is_no_sandbox_is_said_in_a_narrow_line_too() -> None:
    fields = Fields(model="Sonnet", level="medium", sandbox="off", branch="a-long-branch")
    assert str(line(fields, 32)) == "Sonnet · medium · sandbox off"


def test_what_is_not_known_is_not_shown() -> None:
    assert str(line(Fields(model="Sonnet"), 80)) == "Sonnet"


@given(st.integers(1, 150), st.text(max_size=40))
def test_the_line_never_is_wider_than_its_place(width: int, model: str) -> None:
    fields = Fields(model=model, cost=1.0, level="low")
    assert line(fields, width).cell_length <= width


def test_a_long_run_is_told_in_minutes() -> None:
    assert str(progress(65.0, 2310, "pytest")) == "⠋ pytest  1:05 · 2,310 tokens · Esc interrupts"
