"""What a person does in the app, from the first key to the last."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.e2e.front_door import KEY, entry, settle, settle_text
from tests.faces.tui.seat import Person, at_app
from tests.far import Act, Far, chat, chat_call, event, messages, stream


def begun(text: str) -> bytes:
    return event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": text}}]})


def test_a_prompt_is_answered(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        await person.write("Well?")
        await person.sees("Hello, **you**.".replace("**", ""))
        await person.is_idle()
        assert person.reads("> Well?")

    with Far(chat("Hello, **you**.")) as far:
        settle(home, entry(far.url))
        at_app(tmp_path, act)
    assert far.requests[0].json["messages"][-1]["content"].endswith("Well?")


def test_without_a_model_it_says_what_is_missing_and_opens_when_it_is_there(
    home: Path, tmp_path: Path
) -> None:
    async def act(person: Person) -> None:
        await person.sees("No model is set up yet.")
        settle(home, entry(far.url))
        await person.sees("Far One")
        await person.write("Well?")
        await person.sees("Here I am.")

    with Far(chat("Here I am.")) as far:
        at_app(tmp_path, act)


def test_a_key_of_the_environment_is_enough(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "test-key-not-real-1")

    async def act(person: Person) -> None:
        await person.sees("Groq gpt-oss-120b can answer: GROQ_API_KEY is in your environment")
        await person.write("/model")
        await person.sees("Built-in")
        await person.sees("api.groq.com")

    at_app(tmp_path, act)


def test_a_change_is_shown_before_it_is_made_and_refused_with_words(
    home: Path, tmp_path: Path
) -> None:
    async def act(person: Person) -> None:
        await person.write("Write it.")
        await person.sees("+one line")
        assert not (tmp_path / "new.txt").exists()
        person.app.permission._shown_at = 0.0
        await person.press("t", *"later", "enter")
        await person.sees("As you like.")

    write = chat_call("write", path="new.txt", content="one line\n")
    with Far(write, chat("As you like.")) as far:
        settle(home, entry(far.url))
        at_app(tmp_path, act)
    assert "says: later" in far.requests[1].json["messages"][-1]["content"]
    assert not (tmp_path / "new.txt").exists()


def test_leave_for_the_session_is_asked_for_once(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        await person.write("Write both.")
        await person.sees("+first")
        person.app.permission._shown_at = 0.0
        await person.press("a")
        await person.sees("Done.")

    first = chat_call("write", path="a.txt", content="first\n")
    second = chat_call("write", path="b.txt", content="second\n")
    with Far(first, second, chat("Done.")) as far:
        settle(home, entry(far.url))
        at_app(tmp_path, act)
    assert (tmp_path / "b.txt").read_text() == "second\n"


def test_escape_interrupts_and_what_came_stays(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        await person.write("Go.")
        await person.sees("The beginning")
        await person.press("escape")
        await person.sees("Interrupted.")
        await person.is_idle()
        await person.write("Again.")
        await person.sees("The rest.")

    with Far(stream(begun("The beginning"), Act.STALL), chat("The rest.")) as far:
        settle(home, entry(far.url))
        at_app(tmp_path, act)
    said = [message["content"] for message in far.requests[1].json["messages"]]
    assert "The beginning" in str(said)


def test_prompts_wait_while_it_works_and_go_on_by_themselves(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        await person.write("First.")
        await person.sees("One")
        await person.write("Second.")
        await person.sees("1 waiting")
        await person.press("escape")
        await person.sees("Two.")

    with Far(stream(begun("One"), Act.STALL), chat("Two.")) as far:
        settle(home, entry(far.url))
        at_app(tmp_path, act)
    assert far.requests[1].json["messages"][-1]["content"] == "Second."


def test_the_model_is_switched_in_mid_conversation(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        await person.write("Who are you?")
        await person.sees("I am One.")
        await person.is_idle()
        await person.write("/model")
        await person.sees("Custom models")
        await person.press("down", "enter")
        await person.sees("paid in full")
        await person.write("And you?")
        await person.sees("I am Two.")
        assert person.reads("Two ·")

    with Far(chat("I am One.")) as one, Far(messages("I am Two.")) as two:
        second = entry(two.url, "anthropic", model="far-2", displayName="Two")
        settle(home, entry(one.url), second)
        at_app(tmp_path, act)
    assert two.requests[0].path == "/v1/messages"
    assert "I am One." in str(two.requests[0].json["messages"])


def test_saved_settings_hold_at_once_and_broken_ones_never(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        settle_text(home, "{ broken")
        await person.sees("What held before holds on")
        settle(home, entry(far.url, maxOutputTokens=77))
        await person.sees("The settings of Far One have changed")
        await person.write("Well?")
        await person.sees("Yes.")

    with Far(chat("Yes.")) as far:
        settle(home, entry(far.url))
        at_app(tmp_path, act)
    assert far.requests[0].json["max_tokens"] == 77


def test_a_model_that_is_removed_ends_its_turn_and_another_is_asked_for(
    home: Path, tmp_path: Path
) -> None:
    async def act(person: Person) -> None:
        await person.write("Well?")
        await person.until(lambda: len(one.requests) == 1)
        settle(home, second)
        await person.sees("This conversation goes on with Far One")
        assert not person.reads("Custom models")
        await person.press("escape")
        await person.sees("Custom models")
        await person.press("enter")
        await person.write("And you?")
        await person.sees("I am Two.")

    with Far(stream(Act.STALL)) as one, Far(chat("I am Two.")) as two:
        second = entry(two.url, model="far-2", displayName="Two")
        settle(home, entry(one.url), second)
        at_app(tmp_path, act)


def test_going_back_takes_the_prompt_up_again(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        await person.write("First thing.")
        await person.sees("One.")
        await person.is_idle()
        await person.write("Second thing.")
        await person.sees("Two.")
        await person.is_idle()
        await person.write("/rewind last")
        await person.until(lambda: person.app.composer.editor.text == "Second thing.")
        assert not person.reads("Two.")
        await person.write("Another thing.")
        await person.sees("Three.")

    with Far(chat("One."), chat("Two."), chat("Three.")) as far:
        settle(home, entry(far.url))
        at_app(tmp_path, act)
    said = [message["content"] for message in far.requests[2].json["messages"]]
    assert "Another thing." in str(said)
    assert "Second thing." not in str(said)


def test_what_a_command_did_is_taken_back_after_it_was_shown(home: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (work / "old.txt").write_text("old\n")

    async def act(person: Person) -> None:
        await person.write("Away with it.")
        await person.sees("Gone.")
        await person.is_idle()
        assert not (work / "old.txt").exists()
        await person.write("/undo")
        await person.sees("Take this back?")
        assert person.reads("Yes, 1 path")
        assert person.reads("bring old.txt +1 -0")
        await person.press("enter")
        await person.sees("The same again brings it back.")

    with Far(chat_call("shell", command="rm old.txt"), chat("Gone.")) as far:
        settle(home, entry(far.url))
        at_app(work, act, level="medium")
    assert (work / "old.txt").read_text() == "old\n"


def test_an_own_command_is_run_and_the_model_is_told_next_time(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        await person.write("!echo from the shell")
        await person.sees("✓ ! echo from the shell")
        await person.write("What did it say?")
        await person.sees("It said so.")

    with Far(chat("It said so.")) as far:
        settle(home, entry(far.url))
        at_app(tmp_path, act)
    assert "from the shell\n</shell>" in far.requests[0].json["messages"][-1]["content"]


def test_what_looks_like_a_secret_in_its_output_is_shown_and_not_told(
    home: Path, tmp_path: Path
) -> None:
    token = "ghp_" + "notReal0" * 5
    (tmp_path / "a.env").write_text(f"TOKEN={token}\n")

    async def act(person: Person) -> None:
        await person.write("!cat a.env")
        await person.sees("✓ ! cat a.env")
        await person.write("What did it say?")
        await person.sees("It said so.")

    with Far(chat("It said so.")) as far:
        settle(home, entry(far.url))
        at_app(tmp_path, act)
    told = far.requests[0].json["messages"][-1]["content"]
    assert "TOKEN=[redacted: GitHub token]\n</shell>" in told
    assert token not in told


def test_a_question_beside_the_task_leaves_no_trace(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        await person.write("First.")
        await person.sees("One.")
        await person.is_idle()
        await person.write("/btw What is this?")
        await person.sees("It is a test.")
        await person.write("Second.")
        await person.sees("Two.")

    with Far(chat("One."), chat("It is a test."), chat("Two.")) as far:
        settle(home, entry(far.url))
        at_app(tmp_path, act)
    first, aside, second = (request.json["messages"] for request in far.requests)
    assert aside[: len(first)] == first
    assert "What is this?" in str(aside[-1])
    assert "What is this?" not in str(second)


def test_an_own_status_line_is_told_of_the_session_and_no_key(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAR_KEY", "test-key-not-real-1")
    script = tmp_path / "line.py"
    script.write_text(
        "import json, os, sys\n"
        "told = json.load(sys.stdin)\n"
        "print('\\x1b[31mmine:', told['model']['display_name'], 'FAR_KEY' in os.environ)\n"
        "print('a second row')\n"
    )

    async def act(person: Person) -> None:
        await person.sees("mine: Far One False")
        assert not person.reads("a second row")

    with Far() as far:
        line = {"command": f"'{sys.executable}' '{script}'"}
        settle(home, entry(far.url, apiKey="${FAR_KEY}"), statusLine=line)
        at_app(tmp_path, act)


def test_a_mistyped_command_names_the_nearest(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        await person.write("/modle")
        await person.sees("Did you mean /model?")

    with Far() as far:
        settle(home, entry(far.url))
        at_app(tmp_path, act)


def test_leaving_keeps_the_answer_and_says_how_to_go_on(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> str:
        await person.write("Well?")
        await person.sees("Remember me.")
        await person.is_idle()
        await person.press("ctrl+c", "ctrl+c")
        await person.until(lambda: bool(person.app.parting))
        return person.app.parting

    with Far(chat("Remember me."), chat("Still here.")) as far:
        settle(home, entry(far.url))
        parting = at_app(tmp_path, act)
    answer, _, command = parting.split("\n")
    assert answer == "Remember me."
    session = command.removeprefix("ownkey --resume ")

    async def go_on(person: Person) -> None:
        await person.sees("Remember me.")

    at_app(tmp_path, go_on, resume=session)


def test_hostile_output_never_reaches_the_terminal(home: Path, tmp_path: Path) -> None:
    hostile = "\x1b]0;owned\x07\x1b[2J\u202egnp.exe\u202c \x9b31m`\x1b[5m`"

    async def act(person: Person) -> None:
        await person.write("Well?")
        await person.sees("gnp.exe")
        shown = "\n".join(person.screen)
        assert not set(shown) & set("\x1b\x07\x9b\u202e\u202c")

    with Far(chat(hostile)) as far:
        settle(home, entry(far.url))
        at_app(tmp_path, act)


def test_the_picker_writes_the_default_and_marks_favourites(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        await person.sees("One")
        await person.write("/model")
        await person.sees("Custom models")
        await person.press("down", "ctrl+d")
        await person.sees("★ Two")
        await person.press("ctrl+f")
        await person.sees("Favourites")
        await person.press("escape", "ctrl+n")
        await person.until(lambda: person.app.status.fields.model == "Two")
        await person.press("ctrl+n")
        await person.until(lambda: person.app.status.fields.model == "Two")

    url = "http://127.0.0.1:9"
    file = settle(home, entry(url, displayName="One"), entry(url, displayName="Two", model="b"))
    at_app(tmp_path, act)
    assert json.loads(file.read_text())["sessionDefaultSettings"]["model"] == "custom:Two-1"

    async def again(person: Person) -> None:
        await person.write("/model")
        await person.sees("Favourites")

    at_app(tmp_path, again)


def test_settings_are_shown_without_what_may_be_secret(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        await person.sees("Far One")
        await person.write("/settings")
        await person.sees("1 of customModels")
        await person.sees('theme: "x"')
        assert not person.reads(KEY)

    settle(home, entry("http://127.0.0.1:9"), theme="x", mcpServers={"a": {"token": KEY}})
    at_app(tmp_path, act, size=(120, 40))


def test_escape_twice_drops_what_is_written_and_only_then_goes_back(
    home: Path, tmp_path: Path
) -> None:
    async def act(person: Person) -> None:
        await person.write("Well?")
        await person.sees("Yes.")
        await person.is_idle()
        await person.press(*"no", "escape", "escape")
        assert not person.app.composer.editor.text
        await person.press("escape")
        await person.sees("Back to before")

    with Far(chat("Yes.")) as far:
        settle(home, entry(far.url))
        at_app(tmp_path, act)


def test_help_tells_commands_and_keys(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        await person.sees("Far One")
        await person.write("/help")
        await person.sees("/compress [focus]")
        await person.sees("goes back to an earlier prompt")

    settle(home, entry("http://127.0.0.1:9"))
    at_app(tmp_path, act, size=(120, 70))


def test_an_earlier_answer_is_copied_by_its_number(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        for number, prompt in enumerate(("First.", "Second."), 1):
            await person.write(prompt)
            await person.sees(f"Answer {number}.")
            await person.is_idle()
        await person.write("/copy 2")
        await person.until(lambda: person.app.clipboard == "Answer 1.")
        await person.write("/copy 3")
        await person.sees("There are 2 answers.")

    with Far(chat("Answer 1."), chat("Answer 2.")) as far:
        settle(home, entry(far.url))
        at_app(tmp_path, act)


def test_the_theme_of_the_settings_is_taken(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        await person.until(lambda: person.app.theme == "ownkey-contrast")
        settle(home, entry("http://127.0.0.1:9"), theme="light")
        await person.until(lambda: person.app.theme == "ownkey-light")

    settle(home, entry("http://127.0.0.1:9"), theme="contrast")
    at_app(tmp_path, act)


def test_the_picker_says_what_it_costs_to_switch(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        await person.write("Well?")
        await person.sees("Yes.")
        await person.is_idle()
        await person.write("/model")
        await person.sees("Custom models")
        assert not person.reads("pays the")
        await person.press("down")
        await person.sees("switching pays the 1,000,003 tokens of this conversation again, $2.00")

    with Far(chat("Yes.", prompt=1_000_000)) as far:
        pricing = {"input": 2, "output": 4}
        second = entry(far.url, displayName="Two", model="b", pricing=pricing)
        settle(home, entry(far.url), second)
        at_app(tmp_path, act, size=(120, 40))


def test_the_conversation_is_paged_through_from_the_composer(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        await person.write("Count.")
        await person.sees("line 99")
        await person.is_idle()
        await person.press("pageup", "pageup", "pageup")
        await person.sees("line 66")
        assert not person.reads("line 99")
        await person.press("pagedown", "pagedown", "pagedown")
        await person.sees("line 99")

    with Far(chat("\n\n".join(f"line {number}" for number in range(100)))) as far:
        settle(home, entry(far.url))
        at_app(tmp_path, act)


@pytest.mark.parametrize(
    ("said", "model", "effort"),
    [
        ("two", "Number Two", None),
        ("Number Two high", "Number Two", "high"),
        ("far-2", "Number Two", None),
        ("low", "Far One", "low"),
    ],
)
def test_a_model_is_named_by_words_of_its_name(
    home: Path, tmp_path: Path, said: str, model: str, effort: str | None
) -> None:
    async def act(person: Person) -> None:
        await person.sees("Far One")
        await person.write(f"/model {said}")
        fields = person.app.status
        await person.until(lambda: (fields.fields.model, fields.fields.effort) == (model, effort))

    second = entry("http://127.0.0.1:9", model="far-2", displayName="Number Two")
    settle(home, entry("http://127.0.0.1:9"), second)
    at_app(tmp_path, act)


def test_words_that_several_models_have_name_none(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        await person.sees("Far One")
        await person.write("/model far")
        await person.sees("There is no model 'far'")

    second = entry("http://127.0.0.1:9", model="far-2", displayName="Number Two")
    settle(home, entry("http://127.0.0.1:9"), second)
    at_app(tmp_path, act)


def test_a_session_goes_on_with_the_model_it_was_held_with(home: Path, tmp_path: Path) -> None:
    async def switch(person: Person) -> None:
        await person.sees("Far One")
        await person.write("/model two")
        await person.write("Well?")
        await person.sees("I am Two.")
        await person.is_idle()

    async def go_on(person: Person) -> None:
        await person.sees("I am Two.")
        await person.sees(answers)

    with Far() as one, Far(chat("I am Two.")) as two:
        second = entry(two.url, model="far-2", displayName="Number Two")
        settle(home, entry(one.url), second)
        at_app(tmp_path, switch)
        answers = "Number Two"
        at_app(tmp_path, go_on, resume="last")
        settle(home, entry(one.url))
        answers = "which this session was held with, cannot be used"
        at_app(tmp_path, go_on, resume="last")
