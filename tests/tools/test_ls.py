from __future__ import annotations

import os

from tests.tools.desk import Desk


def test_folders_come_first_and_files_have_sizes(desk: Desk) -> None:
    desk.file("b.txt", "x" * 1500)
    desk.file("a.txt")
    desk.file(".hidden", "x")
    desk.file("src/x")
    desk.file(".git/config")
    (desk.folder / "link").symlink_to("b.txt")
    (desk.folder / "docs").symlink_to("src")
    (desk.folder / "broken").symlink_to("nowhere")
    assert desk.say("ls").split("\n") == [
        ".git/",
        "docs -> src/",
        "src/",
        ".hidden\t1 B",
        "a.txt\t0 B",
        "b.txt\t1.5 KB",
        "broken -> nowhere",
        "link -> b.txt\t1.5 KB",
    ]


def test_an_empty_folder_says_so(desk: Desk) -> None:
    assert desk.say("ls", path=".") == "[the folder is empty]"


def test_a_huge_folder_is_cut_and_said_to_be(desk: Desk) -> None:
    for number in range(510):
        desk.file(f"{number:03}.txt")
    lines = desk.say("ls").split("\n")
    assert lines[499] == "499.txt\t0 B"
    assert lines[500:] == ["[500 of 510 entries; use glob to find the others]"]


def test_a_name_that_is_no_text_or_no_single_line_is_escaped(desk: Desk) -> None:
    for name in (b"caf\xe9", b"a\nb", b"\x1b[31m"):
        (desk.folder / os.fsdecode(name)).touch()
    assert desk.say("ls").split("\n") == ["\\x1b[31m\t0 B", "a\\nb\t0 B", "caf\\udce9\t0 B"]
