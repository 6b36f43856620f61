"""A measured figure, and the table of those that belong together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Figure(NamedTuple):
    what: str
    ours: float
    unit: str = "s"
    floor: float | None = None
    """The same of the least that does this work, in the same run."""
    against: str = ""
    """What the floor is."""
    most: float | None = None
    """What we hold ourselves to: a ratio where there is a floor, else a figure."""

    @property
    def ratio(self) -> float | None:
        return self.ours / self.floor if self.floor else None

    @property
    def holds(self) -> bool | None:
        if self.most is None:
            return None
        return (self.ratio or self.ours) <= self.most

    def document(self) -> dict[str, object]:
        """As JSON has it."""
        return {**self._asdict(), "ratio": self.ratio, "holds": self.holds}


def table(figures: Iterable[Figure]) -> Iterator[str]:
    yield "| what | ours | floor | times | at most |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for one in figures:
        floor = f"{_number(one.floor)} {one.unit} ({one.against})" if one.floor else ""
        ratio = f"{one.ratio:.2f}" if one.ratio else ""
        most = "" if one.most is None else f"{one.most:g}{'' if one.holds else ' **missed**'}"
        yield f"| {one.what} | {_number(one.ours)} {one.unit} | {floor} | {ratio} | {most} |"


def _number(value: float) -> str:
    """Three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
