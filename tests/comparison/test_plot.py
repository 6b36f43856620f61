"""The picture of a comparison, as numbers in its SVG."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from ownkey.comparison import plot
from ownkey.comparison.plot import Column

SVG = "{http://www.w3.org/2000/svg}"
NAMES = ("custom:a", "custom:Kimi-K2-0905-Preview-[Fireworks]-12")


def drawn(*columns: Column) -> tuple[ET.Element, list[float], list[float]]:
    """The picture, where its bars begin, and how long they are."""
    root = ET.fromstring(plot.svg(NAMES, columns))
    _, *bars = root.iter(f"{SVG}rect")
    return (
        root,
        [float(one.attrib["x"]) for one in bars],
        [float(one.attrib["width"]) for one in bars],
    )


def test_the_longest_name_ends_before_the_bars_begin() -> None:
    _, begins, _ = drawn(Column("time", (1.0, 2.0), ("1 s", "2 s"), "#aaa"))
    assert min(begins) >= 8 * len(NAMES[1])


def test_bars_are_measured_by_the_greatest_or_by_what_there_was_to_reach() -> None:
    _, _, by_greatest = drawn(Column("time", (1.0, 2.0), ("1 s", "2 s"), "#aaa"))
    assert by_greatest == [plot.BAR / 2, plot.BAR]
    _, _, of_four = drawn(Column("solved", (1.0, 2.0), ("1/4", "2/4"), "#aaa", most=4.0))
    assert of_four == [round(plot.BAR / 4), plot.BAR / 2]


def test_what_is_unknown_has_no_bar_and_a_question_mark() -> None:
    root, _, lengths = drawn(Column("cost", (None, 0.5), ("?", "$0.50"), "#aaa"))
    assert lengths == [0, plot.BAR]
    assert "?" in list(root.itertext())
