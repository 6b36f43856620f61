"""Cache counters against sums done by hand. A token is four bytes."""

from __future__ import annotations

import pytest

from ownkey.rehearsal.cache import Automatic, Bill, Marked, Segment, tokens

FIVE_MINUTES = 300.0


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def block(size: int, letter: bytes = b"a", *, marked: bool = False) -> Segment:
    """A block of `size` tokens."""
    return Segment(letter * 4 * size, FIVE_MINUTES if marked else None)


@pytest.mark.parametrize(("size", "count"), [(0, 0), (1, 1), (4, 1), (5, 2), (4096, 1024)])
def test_a_token_is_four_bytes_begun(size: int, count: int) -> None:
    assert tokens(size) == count


def test_marked_writes_to_the_last_marker_and_reads_it_back() -> None:
    cache = Marked(Clock())
    prompt = [block(600, marked=True), block(500, marked=True), block(50)]
    assert cache.settle("m", prompt) == Bill(uncached=50, write=1100)
    assert cache.settle("m", prompt) == Bill(uncached=50, read=1100)


def test_marked_reads_the_old_and_writes_the_new_when_the_marker_moves_on() -> None:
    cache = Marked(Clock())
    cache.settle("m", [block(2000, marked=True)])
    grown = [block(2000), block(300), block(100, marked=True)]
    assert cache.settle("m", grown) == Bill(uncached=0, read=2000, write=400)


@pytest.mark.parametrize(("size", "write"), [(1023, 0), (1024, 1024)])
def test_marked_needs_1024_tokens(size: int, write: int) -> None:
    prompt = [block(size, marked=True)]
    assert Marked(Clock()).settle("m", prompt) == Bill(uncached=size - write, write=write)


def test_without_markers_marked_caches_nothing() -> None:
    cache = Marked(Clock())
    prompt = [block(5000)]
    cache.settle("m", prompt)
    assert cache.settle("m", prompt) == Bill(uncached=5000)


@pytest.mark.parametrize(("added", "read"), [(19, 2000), (20, 0)])
def test_marked_looks_back_over_twenty_blocks(added: int, read: int) -> None:
    cache = Marked(Clock())
    cache.settle("m", [block(2000, marked=True)])
    grown = [block(2000), *[block(10)] * (added - 1), block(10, marked=True)]
    bill = cache.settle("m", grown)
    assert (bill.read, bill.prompt) == (read, 2000 + 10 * added)


def test_a_second_marker_bridges_a_long_turn() -> None:
    cache = Marked(Clock())
    cache.settle("m", [block(2000, marked=True)])
    grown = [block(2000, marked=True), *[block(10)] * 29, block(10, marked=True)]
    assert cache.settle("m", grown) == Bill(uncached=0, read=2000, write=300)


def test_a_changed_first_block_costs_everything() -> None:
    cache = Marked(Clock())
    cache.settle("m", [block(2000), block(100, marked=True)])
    changed = [block(2000, b"b"), block(100, marked=True)]
    assert cache.settle("m", changed) == Bill(uncached=0, write=2100)


@pytest.mark.parametrize("kind", [Marked, Automatic])
def test_an_entry_lives_five_minutes_from_its_last_use(kind: type[Marked | Automatic]) -> None:
    clock = Clock()
    cache = kind(clock)
    prompt = [block(2048, marked=True)]
    reads = []
    for moment in (0.0, 299.0, 598.0, 898.0):
        clock.now = moment
        reads.append(cache.settle("m", prompt).read)
    assert reads == [0, 2048, 2048, 0]


@pytest.mark.parametrize("kind", [Marked, Automatic])
def test_models_do_not_share(kind: type[Marked | Automatic]) -> None:
    cache = kind(Clock())
    prompt = [block(2048, marked=True)]
    cache.settle("m", prompt)
    assert cache.settle("other", prompt).read == 0


@pytest.mark.parametrize(
    ("first", "second", "read"),
    [
        pytest.param(1023, 1023, 0, id="below the minimum"),
        pytest.param(1024, 1024, 1024, id="just enough"),
        pytest.param(1200, 1200, 1152, id="whole steps of 128"),
        pytest.param(1200, 5000, 1152, id="a prompt that grew"),
        pytest.param(5000, 1200, 1152, id="a prompt that shrank"),
    ],
)
def test_automatic_matches_the_longest_prefix_in_steps(first: int, second: int, read: int) -> None:
    cache = Automatic(Clock())
    assert cache.settle("m", [block(first)]).read == 0
    assert cache.settle("m", [block(second)]) == Bill(uncached=second - read, read=read)


def test_automatic_reads_up_to_the_first_difference() -> None:
    cache = Automatic(Clock())
    cache.settle("m", [block(1300), block(1000, b"b")])
    # 1300 tokens are common: ten whole steps of 128.
    assert cache.settle("m", [block(1300), block(1000, b"c")]) == Bill(uncached=1020, read=1280)
