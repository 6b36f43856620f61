"""Skills through the front door: what the model is told and loads, what the person says."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.front_door import entry, run, settle
from tests.far import Far, Request, chat, chat_call
from tests.sandbox import walls
from tests.skills.made import skill

PDF = "Take text out of PDF files."


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def tools(request: Request) -> list[str]:
    return [one["function"]["name"] for one in request.json.get("tools", ())]


def said(request: Request) -> str:
    """What the person's last message says, with all that goes before it."""
    content = request.json["messages"][-1]["content"]
    return content if isinstance(content, str) else "\n".join(one["text"] for one in content)


def test_without_any_nothing_is_said_of_them(home: Path, work: Path) -> None:
    with Far(chat("Said."), chat("Said.")) as far:
        settle(home, entry(far.url))
        run("exec", "Hi.", cwd=work)
        skill(home / ".claude" / "skills" / "pdf", PDF)
        run("exec", "Hi.", cwd=work)
    without, with_one = far.requests
    assert "skill" not in without.body.decode().lower()
    assert set(tools(with_one)) - set(tools(without)) == {"skill"}
    assert without.json["messages"][0] == with_one.json["messages"][0], "the system prompt"
    assert "<skills>" in said(with_one)


def test_the_model_is_told_of_a_skill_and_loads_it(home: Path, work: Path) -> None:
    folder = home / ".agents" / "skills" / "pdf"
    skill(folder, PDF, body="Run scripts/fill.py.")
    (folder / "notes.md").write_text("Mind the fonts.\n")
    load = chat_call("skill", name="pdf")
    read = chat_call("read", path=str(folder / "notes.md"))
    with Far(load, read, chat("Said.")) as far:
        settle(home, entry(far.url))
        done = run("exec", "Fill it.", cwd=work)
    assert done.returncode == 0, done.stderr
    first, second, third = far.requests
    assert f"- pdf: {PDF}" in said(first)
    assert "Run scripts/fill.py." not in first.body.decode()
    loaded = second.json["messages"][-1]["content"]
    assert loaded.startswith(f'<skill name="pdf">\nIts folder is {folder}')
    assert "Run scripts/fill.py." in loaded
    assert "Mind the fonts." in third.json["messages"][-1]["content"]
    assert tools(first) == tools(second) == tools(third)


def test_a_skill_that_is_not_there_is_told_with_those_that_are(home: Path, work: Path) -> None:
    skill(home / ".claude" / "skills" / "pdf", PDF)
    skill(home / ".claude" / "skills" / "mine", disable_model_invocation="true")
    calls = [chat_call("skill", name="pfd"), chat_call("skill", name="mine")]
    with Far(*calls, chat("Said.")) as far:
        settle(home, entry(far.url))
        run("exec", "Hi.", cwd=work)
    assert "Did you mean pdf?" in far.requests[1].json["messages"][-1]["content"]
    assert "Did you mean" not in far.requests[2].json["messages"][-1]["content"]
    assert "There are: pdf." in far.requests[2].json["messages"][-1]["content"]
    assert "- mine" not in said(far.requests[0])


def test_the_person_says_one_by_its_name(home: Path, work: Path) -> None:
    skill(home / ".claude" / "skills" / "mine", body="Ship $ARGUMENTS.")
    skill(home / ".claude" / "skills" / "guide", body="Hidden.", user_invocable="false")
    lines = "/mine 1.2\n/guide\n/skills\n"
    with Far(chat("Said."), chat("Said.")) as far:
        settle(home, entry(far.url))
        run("exec", "/mine 1.1", cwd=work)
        plain = run("--plain", cwd=work, stdin=lines)
    assert said(far.requests[0]).endswith("Ship 1.1.\n</skill>")
    assert said(far.requests[1]).endswith("Ship 1.2.\n</skill>")
    assert len(far.requests) == 2
    assert "There is no command /guide." in plain.stdout
    assert "mine   your own · the model, /mine · About mine." in plain.stdout
    assert "guide  your own · the model · About guide." in plain.stdout


def test_no_file_takes_a_command_from_the_person(home: Path, work: Path) -> None:
    for name in ("quit", "tidy"):
        skill(home / ".claude" / "skills" / name, body="Obey.")
    commands = home / ".factory" / "commands"
    with Far(chat("Said.")) as far:
        settle(home, entry(far.url))
        commands.mkdir()
        (commands / "tidy.md").write_text("Tidy up.")
        (commands / "skills.md").write_text("Obey.")
        done = run("--plain", cwd=work, stdin="/skills\n/tidy\n/quit\nnever\n")
    assert "the model, not you: /quit is another command" in done.stdout
    assert "the model, not you: /tidy is another command" in done.stdout
    assert len(far.requests) == 1
    assert said(far.requests[0]).endswith("Tidy up.")


def test_what_was_sent_stays_and_a_change_is_told_once(home: Path, work: Path) -> None:
    own = home / ".claude" / "skills"
    skill(own / "pdf", PDF)
    with Far(*[chat("Said.")] * 5) as far:
        settle(home, entry(far.url))
        run("exec", "One.", cwd=work)
        run("exec", "-s", "last", "Two.", cwd=work)
        skill(own / "csv", "Read tables.")
        run("exec", "-s", "last", "Three.", cwd=work)
        for name in ("pdf", "csv"):
            (own / name / "SKILL.md").unlink()
        run("exec", "-s", "last", "Four.", cwd=work)
        run("exec", "-s", "last", "Five.", cwd=work)
    told = [said(one).count("<skills>") for one in far.requests]
    assert told == [1, 0, 1, 1, 0]
    assert "- csv: Read tables." in said(far.requests[2])
    assert "There are none any more." in said(far.requests[3])
    for before, after in itertools.pairwise(far.requests):
        assert before.json["tools"] == after.json["tools"]
        sent: list[Any] = before.json["messages"]
        assert after.json["messages"][: len(sent)] == sent


def test_they_are_still_known_after_a_summary(home: Path, work: Path) -> None:
    skill(home / ".claude" / "skills" / "pdf", PDF)
    lines = "One.\nTwo.\n/compress\nThree.\n"
    with Far(*[chat("Said.")] * 4) as far:
        settle(home, entry(far.url))
        run("--plain", cwd=work, stdin=lines)
    last = far.requests[-1]
    assert len(far.requests) == 4
    assert "<compacted>" in last.body.decode()
    assert last.body.decode().count(f"- pdf: {PDF}") == 1
    assert tools(last) == tools(far.requests[0])


def test_a_conversation_that_began_without_any_reads_their_files(home: Path, work: Path) -> None:
    """A tool that comes later would cost the whole prompt cache."""
    with Far(chat("Said."), chat("Said.")) as far:
        settle(home, entry(far.url))
        run("exec", "One.", cwd=work)
        file = skill(home / ".claude" / "skills" / "pdf", PDF)
        run("exec", "-s", "last", "Two.", cwd=work)
    assert tools(far.requests[0]) == tools(far.requests[1])
    assert f"- pdf ({file}): {PDF}" in said(far.requests[1])
    assert "read its file" in said(far.requests[1])


def test_trust_that_is_given_before_the_first_prompt_brings_the_tool(
    home: Path, work: Path
) -> None:
    skill(work / ".claude" / "skills" / "fix", body="Mend $ARGUMENTS, please.")
    with Far(chat("Said."), chat("Said.")) as far:
        settle(home, entry(far.url))
        left = run("--plain", cwd=work, stdin="1\n/skills\n/fix it\nHi.\n")
        given = run("--plain", cwd=work, stdin="2\n/fix it\n")
    assert ".claude/skills/fix/SKILL.md counts once this folder is trusted: /trust." in left.stdout
    assert "There is no command /fix." in left.stdout
    assert "skill" not in far.requests[0].body.decode()
    assert "tells the model how to do something" in given.stdout
    assert "skill" in tools(far.requests[1])
    assert "Mend it, please." in said(far.requests[1])


@pytest.mark.parametrize("option", [("--remove-tools", "skill"), ("--only-tools", "Read,LS")])
def test_options_that_leave_the_tool_out_leave_them_out(
    home: Path, work: Path, option: tuple[str, str]
) -> None:
    skill(home / ".claude" / "skills" / "pdf", PDF)
    with Far(chat("Said.")) as far:
        settle(home, entry(far.url))
        run("exec", *option, "Hi.", cwd=work)
    assert "skill" not in tools(far.requests[0])
    assert PDF not in far.requests[0].body.decode()


def test_the_tools_that_are_listed_are_those_there_would_be(home: Path, work: Path) -> None:
    def listed() -> list[str]:
        done = run("exec", "--list-tools", "-o", "json", cwd=work)
        return [row["id"] for row in json.loads(done.stdout)]

    without = listed()
    skill(home / ".claude" / "skills" / "pdf", PDF)
    assert set(listed()) - set(without) == {"skill"}


def test_settings_disable_one_by_name(home: Path, work: Path) -> None:
    skill(home / ".claude" / "skills" / "pdf", PDF)
    with Far(chat("Said.")) as far:
        settle(home, entry(far.url), disabledSkills=["pdf"])
        done = run("--plain", cwd=work, stdin="/pdf\n/skills\nHi.\n")
    assert "There is no command /pdf." in done.stdout
    assert "pdf  your own · disabledSkills in your settings" in done.stdout
    assert PDF not in far.requests[0].body.decode()


def test_what_is_wrong_is_told_at_the_start_once_and_shown_always(home: Path, work: Path) -> None:
    for number in range(5):
        skill(home / ".claude" / "skills" / f"broken-{number}", body=" ")
    file = home / ".claude" / "skills" / "broken-0" / "SKILL.md"
    first = f"{file}:1:1: This skill says nothing. Write what is to be done below its ---."
    with Far(chat("Said."), chat("Said.")) as far:
        settle(home, entry(far.url))
        told = run("exec", "Hi.", cwd=work).stderr
        again = run("exec", "Hi.", cwd=work).stderr
        shown = run("--plain", cwd=work, stdin="/skills\n").stdout
        doctor = run("doctor", "--offline", cwd=work).stdout
        report = json.loads(run("doctor", "--offline", "--json", cwd=work).stdout)
    assert told.count(first) == 1
    assert "2 more is wrong with skills: /skills." in told
    assert "This skill" not in again
    assert first in shown
    assert first in doctor
    assert len(report["skills"]["diagnostics"]) == 5


def test_one_is_shown_with_all_it_says(home: Path, work: Path) -> None:
    file = skill(home / ".claude" / "skills" / "pdf", PDF, allowed_tools="Bash", license="MIT")
    with Far() as far:
        settle(home, entry(far.url))
        done = run("--plain", cwd=work, stdin="/skills pdf\n/skills pfd\n")
    assert f"pdf · your own · {file}" in done.stdout
    assert "allowed-tools: Bash (this gives no permission)" in done.stdout
    assert "license: MIT" in done.stdout
    assert "Do it well." in done.stdout
    assert "There is no skill 'pfd'." in done.stdout


@pytest.mark.parametrize("denied", [(), ("~/.claude/skills",)])
def test_scripts_of_a_skill_run_in_the_sandbox(
    home: Path, work: Path, denied: tuple[str, ...]
) -> None:
    walls.needs("bwrap")
    folder = home / ".claude" / "skills" / "pdf"
    skill(folder, PDF)
    (folder / "fill.sh").write_text("echo filled $1\n")
    (home / ".claude" / ".credentials.json").write_text("secret")
    command = f"sh {folder}/fill.sh form; touch {folder}/mark; cat ~/.claude/.credentials.json"
    with Far(chat_call("shell", command=command), chat("Said.")) as far:
        settle(home, entry(far.url), sandbox={"filesystem": {"denyRead": denied}})
        run("exec", "--auto", "medium", "Hi.", cwd=work)
    heard = far.requests[1].json["messages"][-1]["content"]
    assert ("filled form" in heard) == (not denied)
    assert "secret" not in heard
    assert not (folder / "mark").exists()


ABOUT = (
    "Takes text and tables out of PDF files, fills in their forms, and joins and splits documents."
    " Use it when the user speaks of PDF files, forms or documents, or asks for one to be read."
)
"""As long as people make them."""


FIGURE = re.compile(r"^\| (\d+) \| (\d+) \|$", re.MULTILINE)
PAGE = Path(__file__).resolve().parents[2] / "docs" / "skills.md"
FIGURES = {int(count): int(tokens) for count, tokens in FIGURE.findall(PAGE.read_text("utf-8"))}


@pytest.mark.parametrize("count", [0, 1, 10])
def test_they_cost_what_the_page_says(home: Path, work: Path, count: int) -> None:
    """In tokens of four bytes."""
    with Far(chat("Said."), chat("Said.")) as far:
        settle(home, entry(far.url))
        run("exec", "hi", cwd=work)
        for number in range(count):
            skill(home / ".claude" / "skills" / f"skill-{number}", ABOUT)
        run("exec", "hi", cwd=work)
    without, with_them = (len(one.body) for one in far.requests)
    assert round((with_them - without) / 4) == FIGURES[count]
    assert f"descriptions of {len(ABOUT)} characters" in PAGE.read_text("utf-8")
