"""The gate of commands, against the program itself: nothing hidden in a command runs unasked."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.e2e.front_door import entry, run, settle
from tests.e2e.test_exec import calling
from tests.far import Far, chat

MARK = "ran"
"""A file that comes to be if the command ran."""


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "a").write_text("x\n")
    return folder


def tried(
    home: Path, work: Path, command: str, *arguments: str, **settings: object
) -> subprocess.CompletedProcess[str]:
    with Far(calling("shell", {"command": command}), chat("Done.")) as far:
        settle(home, entry(far.url), **settings)
        done = run("exec", *arguments, "do it", cwd=work)
        assert len(far.requests) == 2
    return done


UNASKED = {
    "b01_denied_after_a_harmless_one": "cat a && touch ran",
    "b02_separators": "cat a\ntouch ran",
    "b02_in_the_background": "cat a & touch ran",
    "b02_pipes_of_errors": "cat a |& tee ran",
    "b03_a_substitution": "cat $(touch ran)",
    "b03_backticks": "cat `touch ran`",
    "b03_of_a_process": "cat <(touch ran)",
    "b03_a_default": "cat ${x:-$(touch ran)}",
    "b03_an_index": "cat ${a[$(touch ran)]}",
    "b03_a_here_document": "cat <<E\n$(touch ran)\nE",
    "b03_arithmetic": "echo $((a[$(touch ran)]))",
    "b04_a_path_of_its_own": "export PATH=.:$PATH; cat a; touch ran",
    "b04_a_trap": "trap 'touch ran' EXIT; cat a",
    "b04_an_alias": "alias cat='touch ran'; cat a",
    "b04_a_function": "cat() { touch ran; }; cat a",
    "b05_an_assignment": "LD_PRELOAD=./x cat a; touch ran",
    "b06_find_that_runs": "find . -name a -exec touch ran ;",
    "b06_find_that_writes": "find . -fprint ran",
    "b06_sort_that_writes": "sort a -o ran",
    "b06_sort_that_writes_in_a_cluster": "sort -ro ran a",
    "b06_an_abbreviation": "sort --outp=ran a",
    "b06_uniq_that_writes": "uniq a ran",
    "b06_sed_that_writes": "sed -n w\\ ran a",
    "b06_awk": "awk 'BEGIN{system(\"touch ran\")}'",
    "b06_xargs": "echo ran | xargs touch",
    "b07_braces": "{touch,ran}",
    "b08_a_backslash": "t\\ouch ran",
    "b08_an_ansi_string": "$'\\x74ouch' ran",
    "b08_quotes": "\"t\"ou'ch' ran",
    "b08_blanks_of_a_variable": "touch${IFS}ran",
    "b09_fifty_and_one_more": ";".join(["true"] * 60) + "; touch ran",
    "b10_a_shell": "bash -c 'touch ran'",
    "b10_python": 'python3 -c \'open("ran","w")\'',
    "b12_a_redirection": "echo x > ran",
    "b13_elsewhere": "cd . && touch ran",
    "b14_many_blanks": "cat a" + " " * 300 + "; touch ran",
    "b14_many_lines": "cat a" + "\n" * 40 + "touch ran",
}


@pytest.mark.parametrize("name", UNASKED)
def test_what_hides_in_a_command_is_not_run_unasked(home: Path, work: Path, name: str) -> None:
    done = tried(home, work, UNASKED[name], "--auto", "low")
    assert not (work / MARK).exists()
    assert done.returncode == 4, done.stderr


@pytest.mark.parametrize(
    "command",
    [
        "sudo touch ran",
        "/usr/bin/sudo touch ran",
        "su -c 'touch ran'",
        "cat a; env -i doas touch ran",
        "echo $(pkexec touch ran)",
        "bash -c 'sudo touch ran'",
    ],
)
def test_b11_nobody_becomes_another_user_unasked(home: Path, work: Path, command: str) -> None:
    done = tried(home, work, command, "--auto", "medium")
    assert not (work / MARK).exists()
    assert done.returncode == 4, done.stderr


def test_the_same_marks_where_it_is_allowed(home: Path, work: Path) -> None:
    """So the cases above can fail."""
    tried(home, work, UNASKED["b01_denied_after_a_harmless_one"], "--auto", "medium")
    assert (work / MARK).exists()


def test_a_command_that_only_reads_runs_at_any_level(home: Path, work: Path) -> None:
    done = tried(home, work, "cat a | wc -l")
    assert done.returncode == 0


ENDLESS = {
    "b19_options": "git " + "-a " * 60,
    "b19_options_and_words": "git -a " * 10_000,
    "b19_words_for_a_home": "chmod -R " * 10_000,
    "b19_removals": "rm " * 30_000,
    "b19_lines": "\n" * 100_000 + "x",
    "b19_digits": "1" * 120_000,
    "b19_functions": "a() {" * 20_000,
    "b19_substitutions": "$(" * 50_000,
    "b19_braces": "{a," * 30_000,
}


@pytest.mark.parametrize("name", ENDLESS)
def test_no_command_takes_for_ever_to_be_judged(home: Path, work: Path, name: str) -> None:
    """It was hours, with the interpreter held, so that nothing could interrupt it."""
    lists = {"commandDenylist": ["git push"], "commandAllowlist": ["x"]}
    assert tried(home, work, ENDLESS[name], **lists).returncode == 4


@pytest.mark.parametrize(
    "path", ["{work}/bin:{path}", "bin:{path}", ":{path}", "{link}:{path}", "{above}/bin:{path}"]
)
def test_b18_a_program_of_the_folder_is_not_the_one_that_only_reads(
    home: Path, work: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """Folders of projects are on many a PATH: `node_modules/.bin`, a virtual environment."""
    here = lay(work, monkeypatch, "wc", path)
    done = tried(home, here, "wc a")
    assert not (here / MARK).exists()
    assert done.returncode == 4, done.stderr


@pytest.mark.parametrize("path", ["{work}/bin:{path}", "{link}:{path}", "{above}/bin:{path}"])
def test_b18_nor_is_it_the_one_that_searches(
    home: Path, work: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    here = lay(work, monkeypatch, "rg", path)
    with Far(calling("grep", {"pattern": "x"}), chat("Done.")) as far:
        settle(home, entry(far.url))
        run("exec", "do it", cwd=here)
    assert b"a:1:x" in far.requests[1].body
    assert not (work / MARK).exists()
    assert not (here / MARK).exists()


def lay(work: Path, monkeypatch: pytest.MonkeyPatch, name: str, path: str) -> Path:
    """A folder of a repository, and a program of this name where its PATH might find it."""
    here, link = work / "sub", work.parent / "link"
    (work / ".git").mkdir()
    here.mkdir()
    (work / "a").rename(here / "a")
    link.symlink_to(here / "bin")
    for folder in (here, here / "bin", work / "bin"):
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(f"#!/bin/sh\ntouch {here}/ran {work}/ran\n")
        (folder / name).chmod(0o755)
    usual = os.environ["PATH"]
    monkeypatch.setenv("PATH", path.format(work=here, link=link, above=work, path=usual))
    return here


@pytest.mark.parametrize(
    "command", ["touch ran", "ls; touch ran", "bash -c 'touch ran'", "$(touch ran)", "t\\ouch ran"]
)
@pytest.mark.parametrize("name", ["commandDenylist", "commandBlocklist"])
def test_b01_a_list_holds_at_the_highest_level(
    home: Path, work: Path, command: str, name: str
) -> None:
    done = tried(home, work, command, "--auto", "high", **{name: ["touch"]})
    assert not (work / MARK).exists()
    assert name != "commandDenylist" or "settings.json:" in done.stderr


def test_b16_an_allowed_command_does_not_lend_its_leave(home: Path, work: Path) -> None:
    allow = {"commandAllowlist": ["touch ok", "mkdir"]}
    tried(home, work, "touch ok; touch ran", **allow)
    tried(home, work, "touch ok > ran", **allow)
    tried(home, work, "touch okay", **allow)
    assert sorted(path.name for path in work.iterdir()) == ["a"]
    done = tried(home, work, "touch ok && mkdir made", **allow)
    assert sorted(path.name for path in work.iterdir()) == ["a", "made", "ok"]
    assert done.returncode == 0


@pytest.mark.parametrize("spelled", ["~/private/a", "{home}/private/a", "../home/private/a"])
def test_b20_a_path_is_judged_as_it_is_opened(home: Path, work: Path, spelled: str) -> None:
    (home / "private").mkdir()
    (home / "private" / "a").write_text("canary-not-a-key\n")
    path = spelled.format(home=home)
    with Far(calling("read", {"path": path}), chat("Done.")) as far:
        rule = {"do": "block", "path": f"{home}/private/*"}
        settle(home, entry(far.url), ownkey={"rules": [rule]})
        run("exec", "do it", cwd=home.parent / "work")
    assert b"canary" not in far.requests[1].body
    assert b"a rule forbids it" in far.requests[1].body


def test_a_project_may_forbid_and_never_allow(home: Path, work: Path) -> None:
    folder = work / ".factory"
    folder.mkdir()
    rules = {"commandAllowlist": ["touch"], "ownkey": {"rules": [{"do": "allow"}]}}
    (folder / "settings.json").write_text(json.dumps(rules))
    tried(home, work, "touch ran")
    assert not (work / MARK).exists()


def test_b15_the_last_of_two_arguments_is_the_one_that_is_judged(home: Path, work: Path) -> None:
    twice = '{"command": "cat a", "command": "touch ran"}'
    call = calling("shell", {})
    raw = b"".join(call.steps).replace(b'"{}"', json.dumps(twice).encode())
    with Far(call._replace(steps=(raw,)), chat("Done.")) as far:
        settle(home, entry(far.url))
        run("exec", "do it", cwd=work)
        assert len(far.requests) == 2
    assert not (work / MARK).exists()


@pytest.mark.parametrize("other", [{"path": None}, {"timeout": "5"}, {"timeout": None}])
def test_an_odd_argument_beside_it_hides_no_command(
    home: Path, work: Path, other: dict[str, object]
) -> None:
    with Far(calling("shell", {"command": "touch ran", **other}), chat("Done.")) as far:
        settle(home, entry(far.url), commandBlocklist=["touch"])
        run("exec", "--auto", "high", "do it", cwd=work)
    assert not (work / MARK).exists()
