from __future__ import annotations

import asyncio
import os
import re
import signal
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest

from ownkey.tools import shell as module
from ownkey.tools.process import MARKER
from tests.sandbox import walls
from tests.tools.desk import Desk, words


@pytest.fixture(params=["off", *walls.NAMES])
def desk(desk: Desk, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """With the walls there may be around a command, and without any."""
    if request.param == "off":
        yield desk
        return
    walls.needs(request.param)
    desk.context.confinement = walls.confinement(request.param, desk.folder)
    yield desk
    asyncio.run(desk.context.confinement.aclose())


@pytest.fixture
def nap() -> str:
    """A command that sleeps, and can be told from all others."""
    return f"sleep 1000.{uuid4().int}"


def running(nap: str) -> list[str]:
    """The command lines of all processes that have to do with it."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found.append(file.read_text("utf-8", "replace"))
    return [line for line in found if nap.split()[1] in line]


@pytest.mark.parametrize(
    ("command", "said", "code"),
    [
        ("echo out; echo err >&2", "out\nerr", 0),
        ("true", "[no output]", 0),
        ("false", "[exit code 1]", 1),
        ("echo a; exit 42", "a\n[exit code 42]", 42),
        (
            "nosuchcommand",
            "/bin/bash: line 1: nosuchcommand: command not found\n[exit code 127]",
            127,
        ),
        ("kill -9 $$", "[killed by SIGKILL]", -9),
        ("cat; echo end", "end", 0),
        ("[[ a == a ]] && echo bash", "bash", 0),
        ("pwd -P", "{folder}", 0),
        ("printf '\\033[1;31mred\\033[0m \\033]0;title\\007\\033(Bend'", "red end", 0),
        ("printf ' 10%%\\r 50%%\\r100%%\\ndone\\r\\n'", "100%\ndone", 0),
        ("printf 'caf\\303\\251 \\377'", "café \ufffd", 0),
        ("printf 'a\\0b\\bc'", "abc", 0),
        ("printf '\\n\\n  a\\n\\n'", "\n\n  a", 0),
    ],
)
def test_what_a_command_says(desk: Desk, command: str, said: str, code: int) -> None:
    output = desk.output("shell", command=command)
    assert words(output) == said.format(folder=desk.folder)
    assert output.detail is not None
    assert output.detail["exit"] == code
    assert output.detail["timed_out"] is False


def test_the_environment_is_the_one_lent_and_nothing_else(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "test-key-not-real-1")
    desk.context.environment["LENT"] = "yes"
    names = {line.partition("=")[0] for line in desk.say("shell", command="env").split("\n")}
    moved = {"TMPDIR", "XDG_CACHE_HOME", "npm_config_cache"}
    assert names - moved == {"PATH", "LENT", MARKER, "PWD", "SHLVL", "_"}
    assert not names & moved or desk.context.confinement.name != "off"


def test_long_output_keeps_head_and_tail_and_the_whole_in_a_file(desk: Desk) -> None:
    output = desk.output("shell", command="seq 100000")
    said = words(output)
    assert said.startswith("1\n2\n")
    assert said.endswith("\n99999\n100000")
    assert len(said) < 30_500
    note = re.search(r"^\[(\d+) characters left out; all of it is in (.+)\]$", said, re.MULTILINE)
    assert note
    whole = Path(note[2])
    assert output.detail is not None
    assert output.detail["saved"] == str(whole)
    text = "".join(f"{n}\n" for n in range(1, 100_001))
    assert whole.read_text() == text
    assert whole.stat().st_mode & 0o777 == 0o600
    head, tail = said.split(note[0])
    assert len(head.strip()) + len(tail.strip()) + int(note[1]) == pytest.approx(len(text), abs=4)
    assert "50000" in desk.say("read", path=str(whole), offset=50_000, limit=1)


def test_short_output_leaves_no_file(desk: Desk) -> None:
    desk.say("shell", command="seq 5000")
    assert not desk.context.spool.exists()


def test_a_flood_is_stopped_in_bounded_memory(desk: Desk) -> None:
    tracemalloc.start()
    try:
        said = desk.say("shell", command="yes", timeout=1)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert said.endswith("[timed out after 1 s and was killed]")
    assert len(said) < 31_000
    assert peak < 10_000_000
    (whole,) = desk.context.spool.iterdir()
    assert whole.stat().st_size <= 64_000_000


def test_a_flood_beyond_the_limit_is_saved_up_to_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ownkey.tools.terminal.SAVED", 100_000)
    said = desk.say("shell", command="seq 100000")
    (whole,) = desk.context.spool.iterdir()
    assert whole.stat().st_size == 100_000
    assert f"the first 64 MB of it is in {whole}]" in said


def test_a_spool_that_cannot_be_written_costs_only_the_file(desk: Desk) -> None:
    desk.context.spool.write_text("a file, not a folder")
    output = desk.output("shell", command="seq 100000")
    assert "; the whole could not be saved]" in str(output.content)
    assert output.detail is not None
    assert output.detail["saved"] is None


def test_live_output_comes_before_the_end(desk: Desk) -> None:
    """The command waits for what its first line makes us do."""
    pieces: list[str] = []

    def show(text: str) -> None:
        pieces.append(text)
        (desk.folder / "seen").touch()

    desk.context.progress = show
    command = "printf '\\033[1mfirst\\n'; until [ -e seen ]; do sleep 0.01; done; echo last"
    assert desk.say("shell", command=command, timeout=20) == "first\nlast"
    assert pieces[0] == "first\n"
    assert "".join(pieces) == "first\nlast\n"


def test_live_output_of_a_flood_is_thinned(desk: Desk) -> None:
    pieces: list[str] = []
    desk.context.progress = pieces.append
    desk.say("shell", command="seq 3000000")
    assert max(map(len, pieces)) <= module.LIVE
    assert "".join(pieces).endswith("3000000\n")


TREES = [
    "{nap}",
    "{nap} & {nap} & wait",
    "{nap} & (setsid {nap} &) ; wait",
    "setsid {nap} > /dev/null 2>&1 < /dev/null & disown; {nap}",
    "(setsid setsid {nap} &) & sleep 1000",
    "trap '' TERM; {nap} & (trap '' TERM; while :; do sleep 1000; done)",
    "env -i setsid /bin/{nap} & {nap}",
    "nohup {nap} & sleep 1000 | cat",
]


@pytest.mark.parametrize("tree", TREES)
def test_when_time_is_over_no_process_is_left(desk: Desk, nap: str, tree: str) -> None:
    output = desk.output("shell", command=f"echo begun; {tree.format(nap=nap)}", timeout=0.5)
    assert words(output).startswith("begun\n")
    assert "[timed out after 0.5 s and was killed]" in str(output.content)
    assert output.detail is not None
    assert output.detail["timed_out"] is True
    assert output.detail["exit"] is None
    assert running(nap) == []


@pytest.mark.parametrize("tree", TREES)
def test_when_the_task_is_cancelled_no_process_is_left(desk: Desk, nap: str, tree: str) -> None:
    async def cancel() -> None:
        begun = asyncio.Event()
        desk.context.progress = lambda text: begun.set()
        task = asyncio.create_task(
            desk.call("shell", command=f"echo begun; {tree.format(nap=nap)}")
        )
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert running(nap) == []

    asyncio.run(cancel())


def test_programs_may_clean_up_when_time_is_over(desk: Desk) -> None:
    command = "trap 'echo cleaned; exit' TERM; echo begun; while :; do sleep 0.01; done"
    said = desk.say("shell", command=command, timeout=0.5)
    assert said.endswith("cleaned\n[timed out after 0.5 s and was killed]")


ENDED = "[background processes were ended with the command: "


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("{nap} & echo out", f"out\n{ENDED}"),
        ("setsid {nap} > /dev/null 2>&1 & echo out", f"out\n{ENDED}"),
        ("(setsid {nap} &); exit 3", ENDED),
        ("nohup {nap} > /dev/null 2>&1 & disown", ENDED),
    ],
)
def test_background_processes_end_with_their_command(
    desk: Desk, nap: str, command: str, said: str
) -> None:
    heard = desk.say("shell", command=command.format(nap=nap), timeout=20)
    assert heard.startswith(said)
    assert heard.endswith("\n[exit code 3]") == ("exit 3" in command)
    assert running(nap) == []


@pytest.mark.parametrize(
    "command", ["echo out | (sleep 0.02; cat) &", "echo out > >(sleep 0.02; cat)"]
)
def test_a_command_that_is_about_to_end_is_waited_for(desk: Desk, command: str) -> None:
    assert desk.say("shell", command=command) == "out"


def test_calls_side_by_side_do_not_end_each_other(desk: Desk) -> None:
    async def both() -> list[str]:
        first = desk.call("shell", command="until [ -e go ]; do sleep 0.01; done; echo first")
        second = desk.call("shell", command="sleep 1000 & touch go; echo second")
        return [words(output) for output in await asyncio.gather(first, second)]

    first, second = asyncio.run(both())
    assert first == "first"
    assert second.startswith("second\n[background")


def test_the_users_own_processes_are_not_touched(desk: Desk) -> None:
    pid = os.posix_spawn("/bin/sleep", ["sleep", "1000"], {})
    try:
        desk.say("shell", command="sleep 1000 & sleep 1000", timeout=0.2)
        assert os.waitpid(pid, os.WNOHANG) == (0, 0)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def test_no_descriptor_is_leaked(desk: Desk) -> None:
    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    async def often() -> tuple[int, int]:
        await desk.call("shell", command="true")
        before = descriptors()
        for _ in range(5):
            await desk.call("shell", command="seq 100000; sleep 1000 & exit 1")
        return before, descriptors()

    before, after = asyncio.run(often())
    assert after == before
