"""A conversation that gets too long goes on from a summary, and nothing of it is lost."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.e2e.front_door import entry, run, settle
from tests.far import Far, chat, chat_call, refusal

LINE = "a line of a long file"
LONG = f"{LINE}\n" * 300
"""Some 2,000 tokens as it is read, by the estimate of four bytes each."""

TOO_LONG = refusal(
    400,
    {
        "error": {
            "message": "This model's maximum context length is 9000 tokens. However, you "
            "requested 12000 tokens. Please reduce the length of the messages.",
            "code": "context_length_exceeded",
        }
    },
)


def talk(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run("exec", "--only-tools", "read", *arguments, cwd=project)


def go_on(project: Path, words: str = "Go on.") -> subprocess.CompletedProcess[str]:
    return talk(project, "--session-id", "last", words)


def read_first(home: Path, project: Path, far: Far, **fields: Any) -> None:
    """A session whose first turn reads a long file; the far side counts 4,000 tokens."""
    project.mkdir()
    (project / "long.txt").write_text(LONG)
    settle(home, entry(far.url, **{"contextWindow": 4_700, "maxOutputTokens": 500, **fields}))
    assert talk(project, "Read long.txt.").returncode == 0


def sent(far: Far, at: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = far.requests[at].json["messages"]
    return found


def spoken(message: dict[str, Any]) -> str:
    content = message["content"]
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


READ = chat_call("read", path="long.txt")
LOOKED = chat("It is long.", 4_000)


def test_a_conversation_is_made_shorter_before_the_context_is_full(
    home: Path, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    with Far(READ, LOOKED, chat("Goal: look at a file."), chat("Yes.", 900)) as far:
        read_first(home, project, far)
        done = go_on(project)
    assert done.stdout == "Yes.\n"
    assert "Compacted: " in done.stderr
    before, asked, after = sent(far, 1), sent(far, 2), sent(far, 3)
    assert asked[: len(before)] == before, "the summary is asked for with the cached prefix"
    assert far.requests[2].json["tools"] == far.requests[1].json["tools"]
    assert "<compaction>" in spoken(asked[-1])
    assert [message["role"] for message in after] == ["system", "user", "assistant", "user"]
    assert "Goal: look at a file." in spoken(after[1])
    assert "> Read long.txt." in spoken(after[1])
    assert [spoken(message) for message in after[2:]] == ["It is long.", "Go on."]
    assert LINE not in json.dumps(after)


def test_what_follows_is_appended_to_the_shorter_conversation(home: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    replies = (READ, LOOKED, chat("Goal: look."), chat("Yes.", 900), chat("And yes.", 950))
    with Far(*replies) as far:
        read_first(home, project, far)
        go_on(project)
        go_on(project, "And then?")
    shorter, later = sent(far, 3), sent(far, 4)
    assert later[: len(shorter)] == shorter
    assert [spoken(message) for message in later[len(shorter) :]] == ["Yes.", "And then?"]


def test_all_of_it_stays_in_the_session(home: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    with Far(READ, LOOKED, chat("Goal: look."), chat("Yes.", 900)) as far:
        read_first(home, project, far)
        go_on(project)
        shown = run("sessions", "show", "last", cwd=project).stdout
        cost = json.loads(run("cost", "--json", cwd=project).stdout)
    assert "Read long.txt." in shown
    assert "compacted here" in shown
    assert "Yes." in shown
    assert cost["total"]["calls"] == 4


def test_a_refused_prompt_is_made_shorter_once(home: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    with Far(READ, LOOKED, TOO_LONG, chat("Goal: look."), chat("Yes.", 900)) as far:
        read_first(home, project, far, contextWindow=100_000)
        done = go_on(project)
    assert done.stdout == "Yes.\n", done.stderr
    assert "is too long for Far One" in done.stderr
    assert LINE not in json.dumps(sent(far, 4))


def test_the_learnt_limit_holds_in_the_next_run(home: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    refused = (READ, LOOKED, TOO_LONG, chat("Goal: look."), chat("Yes.", 900))
    with Far(*refused, READ, chat("Long.", 8_600), chat("Goal: again."), chat("Done.")) as far:
        read_first(home, project, far, contextWindow=None)
        go_on(project)
        assert talk(project, "Read it again.").returncode == 0
        done = go_on(project)
    assert done.stdout == "Done.\n"
    assert "of 9,000 tokens" in done.stderr
    told = json.loads(run("models", "show", "far-1", "--json", cwd=project).stdout)
    assert told["contextWindow"]["value"] == 9_000


def test_a_prompt_that_stays_too_long_is_a_plain_error(home: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    with Far(READ, LOOKED, TOO_LONG, chat("Goal: look."), TOO_LONG) as far:
        read_first(home, project, far, contextWindow=None)
        done = go_on(project)
    assert done.returncode == 1
    assert "Compacting it was not enough" in done.stderr
    assert len(far.requests) == 5


def test_without_a_summary_the_conversation_stays_as_it_is(home: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    with Far(READ, LOOKED, chat(""), chat("Yes.")) as far:
        read_first(home, project, far)
        done = go_on(project)
    assert "was not compacted and stays as it is" in done.stderr
    assert done.stdout == "Yes.\n"
    assert LINE in json.dumps(sent(far, len(far.requests) - 1))


def test_the_documented_limits_of_length_are_obeyed(home: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    with Far(READ, LOOKED, chat("Goal: look."), chat("Yes.", 900)) as far:
        project.mkdir()
        (project / "long.txt").write_text(LONG)
        settle(
            home,
            entry(far.url, contextWindow=1_000_000),
            compactionTokenLimit=900_000,
            compactionTokenLimitPerModel={"far-1": 3_900},
        )
        talk(project, "Read long.txt.")
        done = go_on(project)
    assert "Compacted: " in done.stderr


def test_a_second_compaction_sums_up_the_first(home: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    once = (READ, LOOKED, chat("Goal: look."), READ, chat("Yes.", 4_100))
    with Far(*once, chat("Goal: look twice."), chat("Done.")) as far:
        read_first(home, project, far)
        go_on(project)
        done = go_on(project, "And now?")
    assert done.stdout == "Done.\n"
    asked, after = sent(far, 5), sent(far, 6)
    assert "Goal: look." in spoken(asked[1]), "what is summed up begins with the last summary"
    assert "Goal: look twice." in spoken(after[1])
    assert "Goal: look." not in spoken(after[1])
