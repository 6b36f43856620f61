"""The framing of event streams: every legal and every sloppy form, cut anywhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownkey.core.errors import BrokenStream
from ownkey.wire.sse import CAP, Events

CAPTURES = Path(__file__).parents[3] / "shared" / "captures"

STREAMS = {
    "plain": (b"data: one\n\ndata: two\n\n", [b"one", b"two"]),
    "named": (b"event: message\ndata: one\nid: 7\nretry: 10\n\n", [b"one"]),
    "carriage returns": (b"data: one\r\rdata: two\r\r", [b"one", b"two"]),
    "both": (b"data: one\r\n\r\ndata: two\r\n\r\n", [b"one", b"two"]),
    "mixed": (b"data: one\r\n\ndata: two\r\rdata: three\n\r\n", [b"one", b"two", b"three"]),
    "a mark at the start": (b"\xef\xbb\xbfdata: one\n\n", [b"one"]),
    "a mark later is data": (b"data: \xef\xbb\xbf\n\n", [b"\xef\xbb\xbf"]),
    "comments": (b": OPENROUTER PROCESSING\n\n:\n\ndata: one\n: mid\n\n", [b"one"]),
    "no space": (b"data:one\n\n", [b"one"]),
    "only one space goes": (b"data:  one \n\n", [b" one "]),
    "several lines": (b"data: {\ndata: }\n\n", [b"{\n}"]),
    "no data": (b"event: ping\n\ndata\n\ndata:\n\n", []),
    "other fields": (b"database: 1\nDATA: 2\n data: 3\ndata: one\n\n", [b"one"]),
    "no last blank line": (b"data: one\n\ndata: two\n", [b"one", b"two"]),
    "no last line end": (b"data: one\n\ndata: two", [b"one", b"two"]),
    "unicode line ends": ("data: a\u2028b\x85c\n\n".encode(), ["a\u2028b\x85c".encode()]),
    "not utf-8": (b"data: \xff\xfe\n\n", [b"\xff\xfe"]),
    "empty": (b"", []),
    "no event stream": (b"Bad Gateway\nsorry\n\n", []),
}


def decode(*pieces: bytes) -> list[bytes]:
    events = Events()
    return [data for piece in pieces for data in events.feed(piece)] + events.close()


@pytest.mark.parametrize(("stream", "payloads"), STREAMS.values(), ids=STREAMS)
def test_a_stream_decodes_however_it_is_cut_in_three(stream: bytes, payloads: list[bytes]) -> None:
    assert decode(stream) == payloads
    assert decode(*(stream[i : i + 1] for i in range(len(stream)))) == payloads
    for first in range(len(stream)):
        for second in range(first, len(stream) + 1):
            assert decode(stream[:first], stream[first:second], stream[second:]) == payloads


LINE = st.sampled_from(
    [b"data: x", b"data:{}", b"data", b": c", b"event: e", b"", b"", b"\xef\xbb\xbf"]
)
LINE_END = st.sampled_from([b"\n", b"\r", b"\r\n"])


@given(
    st.lists(st.tuples(LINE, LINE_END), max_size=30),
    st.lists(st.integers(min_value=1, max_value=9), min_size=1),
)
def test_no_cut_of_any_stream_makes_a_difference(
    lines: list[tuple[bytes, bytes]], sizes: list[int]
) -> None:
    stream = b"".join(line + end for line, end in lines)
    pieces, at = [], 0
    while at < len(stream):
        size = sizes[len(pieces) % len(sizes)]
        pieces.append(stream[at : at + size])
        at += size
    assert decode(*pieces) == decode(stream)


def test_an_event_is_given_with_the_byte_that_completes_it() -> None:
    events = Events()
    assert events.feed(b"data: one\r\n") == []
    assert events.feed(b"\r") == [b"one"]
    assert events.feed(b"\ndata: two\n") == []
    assert events.feed(b"\n") == [b"two"]


@pytest.mark.parametrize(
    "pieces",
    [
        [b"data: " + b"x" * CAP + b"x\n\n"],
        [b"x" * 2**20] * 17,
        [b"data: x\n" * 2**17] * 20,
        [b"data: x\n\n", b"data: ", *[b"x" * 2**20] * 17],
    ],
    ids=["one piece", "a line without end", "an event without end", "after a good one"],
)
def test_an_event_beyond_sixteen_megabytes_is_refused(pieces: list[bytes]) -> None:
    with pytest.raises(BrokenStream, match="One event of the stream is larger than 16 MB"):
        decode(*pieces)


def test_a_stream_beyond_sixteen_megabytes_is_not() -> None:
    assert len(decode(*[b"data: " + b"x" * 2**20 + b"\n\n"] * 20)) == 20


@pytest.mark.skipif(not CAPTURES.exists(), reason="the recorded provider streams are not here")
def test_recorded_streams_are_json_event_by_event() -> None:
    streams = [path for path in CAPTURES.rglob("*.sse") if b"data:" in path.read_bytes()]
    assert streams
    for path in streams:
        recorded = path.read_bytes()
        payloads = decode(recorded)
        assert payloads == decode(*(recorded[i : i + 7] for i in range(0, len(recorded), 7)))
        assert all(json.loads(data) for data in payloads if data != b"[DONE]")
