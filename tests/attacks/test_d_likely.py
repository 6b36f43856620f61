"""Group D: secrets that no setting names, in what a model reads; and what it writes back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.attacks.canary import KEYS
from tests.e2e.front_door import entry, run, settle
from tests.far import Far, chat, chat_call

TOKEN = "ghp_" + "notReal0" * 5
OTHER = "AKIA" + "NOTREAL2" * 2
ENV = f"A=1\nGITHUB_TOKEN={TOKEN}\nAWS_ACCESS_KEY_ID={OTHER}\nB=2\n"

MASKED = "GITHUB_TOKEN=[redacted: GitHub token]"


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "deploy.env").write_text(ENV)
    return folder


def bodies(
    home: Path, work: Path, *calls: tuple[str, dict[str, object]], **settings: object
) -> tuple[list[bytes], str]:
    with Far(*(chat_call(name, **given) for name, given in calls), chat("Done.")) as far:
        settle(home, entry(far.url), **settings)
        done = run("exec", "--auto", "medium", "Go on.", cwd=work)
        assert done.returncode == 0, done.stderr
        return [one.body for one in far.requests], done.stderr


READS: dict[str, dict[str, object]] = {
    "read": {"path": "deploy.env"},
    "grep": {"pattern": "="},
    "shell": {"command": "cat deploy.env; python3 -c 'print(open(\"deploy.env\").read())'"},
}


@pytest.mark.parametrize("tool", READS)
def test_d18_what_looks_like_a_secret_is_not_sent(home: Path, work: Path, tool: str) -> None:
    said, told = bodies(home, work, (tool, READS[tool]))
    assert MASKED.encode() in said[1]
    for secret in (TOKEN, OTHER):
        assert secret.encode() not in b"".join(said)
    assert "was not sent: AWS access key, GitHub token" in told
    assert "likelySecrets" in told


def test_d18_what_was_sent_once_is_sent_the_same_again(home: Path, work: Path) -> None:
    said, told = bodies(home, work, ("read", READS["read"]), ("grep", READS["grep"]))
    first, second, third = (json.loads(body)["messages"] for body in said)
    assert second == third[: len(second)]
    assert first == second[: len(first)]
    assert told.count("likelySecrets") == 1


def test_d18_whoever_wants_it_sent_says_so(home: Path, work: Path) -> None:
    said, told = bodies(home, work, ("read", READS["read"]), ownkey={"likelySecrets": "send"})
    assert TOKEN.encode() in said[1]
    assert "not sent" not in told


def test_a_project_does_not_say_so(home: Path, work: Path) -> None:
    (work / ".factory").mkdir()
    (work / ".factory" / "settings.json").write_text('{"ownkey": {"likelySecrets": "send"}}')
    said, _ = bodies(home, work, ("read", READS["read"]))
    assert TOKEN.encode() not in said[1]


@pytest.mark.parametrize("key", [TOKEN, KEYS[0]], ids=["of somebody", "of the settings"])
@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("write", {"content": "A=2\nK={mask}\nB=2\n"}),
        ("edit", {"old": "B=2", "new": "B={mask}"}),
        ("edit", {"old": "K={mask}\nB=2", "new": "B=3"}),
    ],
)
def test_d19_a_mask_is_not_written_over_a_secret(
    home: Path, work: Path, key: str, tool: str, given: dict[str, str]
) -> None:
    """A model that writes back what it was shown would have destroyed what it was not."""
    file = work / "deploy.env"
    file.write_text(f"A=1\nK={key}\nB=2\n")
    mask = "[redacted: GitHub token]" if key == TOKEN else "[redacted]"
    filled = {name: value.replace("{mask}", mask) for name, value in given.items()}
    with Far(
        chat_call("read", path="deploy.env"),
        chat_call(tool, path="deploy.env", **filled),
        chat_call("edit", path="deploy.env", old="A=1", new="A=7"),
        chat("Done."),
    ) as far:
        settle(home, {**entry(far.url), "apiKey": KEYS[0]})
        run("exec", "--auto", "low", "Go on.", cwd=work)
        said = [one.body for one in far.requests]
    assert mask.encode() in said[1]
    assert b"stands for a secret that you are not shown" in said[2]
    assert file.read_text() == f"A=7\nK={key}\nB=2\n"


def test_a_file_that_speaks_of_masks_is_written(home: Path, work: Path) -> None:
    said, _ = bodies(home, work, ("write", {"path": "veil.py", "content": "M = '[redacted]'\n"}))
    assert b"Created veil.py" in said[1]
