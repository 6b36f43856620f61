from __future__ import annotations

import asyncio

import pytest

from ownkey.core.message import Image, Text
from tests.tools.desk import Desk

PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)
JPEG = b"\xff\xd8\xff\xe0" + bytes(8)
GIF = b"GIF89a" + bytes(8)
WEBP = b"RIFF\x08\0\0\0WEBPVP8 "


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("one\n\tñandú\n", "1\tone\n2\t\tñandú"),
        ("one\ntwo", "1\tone\n2\ttwo"),
        ("one\r\ntwo\r\n", "1\tone\n2\ttwo"),
        ("one\rtwo\r", "1\tone\n2\ttwo"),
        ("\n\n", "1\t\n2\t"),
        ("", "[the file is empty]"),
        ("a\u2028b\x0cc\n", "1\ta\u2028b\x0cc"),
        ("\ufeffone\n".encode(), "1\tone"),
        ("é\n".encode("utf-16"), "1\té\n[utf-16-le]"),
        ("“é”\n".encode("windows-1252"), "1\t“é”\n[windows-1252]"),
        (b"caf\xe9 \x81\n", "1\tcaf\xe9 \x81\n[latin-1]"),
        (
            "日本語\n".encode() + b"\xff\n",
            "1\t日本語\n2\t\ufffd\n[some bytes are not UTF-8; they are shown as \ufffd]",
        ),
    ],
)
def test_lines_are_numbered_whatever_they_are_written_in(
    desk: Desk, content: str | bytes, said: str
) -> None:
    desk.file("a.txt", content)
    assert desk.say("read", path="a.txt") == said


def test_a_range_says_how_to_go_on(desk: Desk) -> None:
    desk.file("a.txt", "".join(f"line {n}\n" for n in range(1, 11)))
    said = desk.say("read", path="a.txt", offset=4, limit=2)
    assert said == "4\tline 4\n5\tline 5\n[lines 4-5 of 10; go on with offset=6]"
    assert desk.say("read", path="a.txt", offset=9) == "9\tline 9\n10\tline 10"


def test_following_the_notes_reads_every_line_once(desk: Desk) -> None:
    desk.file("a.txt", "".join(f"{n} {'x' * (n % 300)}\n" for n in range(1, 5001)))
    lines: list[str] = []
    while len(lines) < 5000:
        said = desk.say("read", path="a.txt", offset=len(lines) + 1)
        assert len(said) < 51_000
        assert said.count("\n") <= 2000
        lines += [line for line in said.split("\n") if not line.startswith("[")]
    assert [line.split(" ")[0] for line in lines] == [f"{n}\t{n}" for n in range(1, 5001)]


def test_a_long_line_is_cut_and_said_to_be(desk: Desk) -> None:
    desk.file("a.js", "x" * 100_000)
    said = desk.say("read", path="a.js")
    assert said == f"1\t{'x' * 2000}\u2026\n[1 long lines cut at 2000 characters]"


@pytest.mark.parametrize(
    ("data", "mime"),
    [(PNG, "image/png"), (JPEG, "image/jpeg"), (GIF, "image/gif"), (WEBP, "image/webp")],
)
def test_an_image_is_known_by_its_bytes_not_by_its_name(desk: Desk, data: bytes, mime: str) -> None:
    desk.file("a.txt", data)
    output = desk.output("read", path="a.txt")
    assert output.content == (Text(f"a.txt: {mime}, {len(data)} B"), Image(mime, data))


def test_null_and_numbers_in_quotes_are_understood(desk: Desk) -> None:
    desk.file("a.txt", "one\ntwo\n")
    assert desk.say("read", path="a.txt", offset="2", limit=None) == "2\ttwo"


def test_files_outside_of_the_roots_can_be_read(desk: Desk) -> None:
    (desk.folder.parent / "b.txt").write_text("b\n")
    assert desk.say("read", path="../b.txt") == "1\tb"


def test_reads_run_side_by_side(desk: Desk) -> None:
    for n in range(20):
        desk.file(f"{n}.txt", f"file {n}\n")

    async def all_of_them() -> list[object]:
        return [
            output.content
            for output in await asyncio.gather(
                *(desk.call("read", path=f"{n}.txt") for n in range(20))
            )
        ]

    assert asyncio.run(all_of_them()) == [(Text(f"1\tfile {n}"),) for n in range(20)]
    assert len(desk.context.seen) == 20
