from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ownkey.faces.tui.completion import OFFERED, Command, Files, mention, offer_commands, rank


@pytest.mark.parametrize(
    ("before", "typed"),
    [("@", ""), ("see @ma", "ma"), ("(@x", "x"), ("a@b.example", None), ("@a b", None)],
)
def test_a_mention_begins_a_word(before: str, typed: str | None) -> None:
    assert mention(before) == typed


def test_names_come_before_folders_and_whole_words_before_scattered_letters() -> None:
    names = ["a/xmain.py", "main/z.py", "m/a/i/n.py", "other", "main.py"]
    assert rank("main", names) == ["main.py", "a/xmain.py", "main/z.py", "m/a/i/n.py"]


def test_typing_on_and_back_finds_the_same_as_typing_at_once(tmp_path: Path) -> None:
    for name in ("alpha", "alps", "beta"):
        (tmp_path / name).touch()

    async def run() -> list[list[str]]:
        files = Files(tmp_path)
        files.refresh()
        await files.walk
        return [await files.search(query) for query in ("a", "al", "alp", "alph", "b")]

    found = asyncio.run(run())
    assert found[1:] == [["alps", "alpha"], ["alps", "alpha"], ["alpha"], ["beta"]]


def test_no_more_are_offered_than_can_be_read() -> None:
    assert len(rank("f", (f"f{number}" for number in range(100_000)))) == OFFERED


@pytest.mark.parametrize(
    ("typed", "labels"),
    [
        ("/", ["/new", "/quit"]),
        ("/cl", ["/clear"]),
        ("/ex", ["/exit"]),
        ("/ne", ["/new"]),
        ("/cle x", []),
    ],
)
def test_another_name_is_offered_to_who_begins_to_type_it(typed: str, labels: list[str]) -> None:
    commands = [Command("new", "", aliases=("clear",)), Command("quit", "", aliases=("exit",))]
    assert [one.label for one in offer_commands(typed, commands)] == labels
