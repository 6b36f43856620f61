"""The app on a machine where nothing is set up yet."""

from __future__ import annotations

import json
from pathlib import Path

from tests.e2e.front_door import KEY, entry, settle
from tests.faces.tui.seat import Person, at_app
from tests.far import Far, refusal

LIST = refusal(200, {"data": [{"id": "far-1"}, {"id": "far-2"}]})
INVALID = refusal(400, {"error": {"message": "messages: not a list"}})
NOT_FOUND = refusal(404, {"error": {"message": "Not Found"}})

CODEX = """\
model = "far-1"
model_provider = "far"

[model_providers.far]
base_url = "http://127.0.0.1:9/v1"
wire_api = "chat"
"""


def written(home: Path) -> list[dict[str, str]]:
    return list(json.loads((home / ".factory" / "settings.json").read_text())["customModels"])


def test_the_first_model_is_added_without_leaving_the_app(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        await person.sees("Welcome to ownkey")
        await person.press("enter")
        await person.sees("Which provider?")
        await person.press(*far.url, "enter")
        await person.sees("The key for 127.0.0.1")
        await person.press(*KEY)
        assert not person.reads(KEY)
        await person.press("enter")
        await person.sees("Which model?")
        await person.press("enter")
        await person.sees("Ask it?")
        await person.press("down", "enter")
        await person.sees("Added 127.0.0.1 far-1")
        await person.until(lambda: person.app.status.fields.model == "127.0.0.1 far-1")

    doors = {"/v1/chat/completions": INVALID, "/v1/models": LIST}
    with Far(*[NOT_FOUND] * 60, facts=doors) as far:
        at_app(tmp_path, act, size=(120, 40))
    assert [(one["model"], one["apiKey"]) for one in written(home)] == [("far-1", KEY)]


def test_whoever_wants_no_model_yet_is_told_the_ways_to_one(home: Path, tmp_path: Path) -> None:
    async def act(person: Person) -> None:
        await person.sees("Welcome to ownkey")
        await person.press("escape")
        await person.sees("/add adds one")
        await person.write("Well?")
        await person.until(lambda: person.app.composer.editor.text == "Well?")

    at_app(tmp_path, act)


def test_the_rehearsal_is_played_in_the_app_and_left_for_a_model(
    home: Path, tmp_path: Path
) -> None:
    async def act(person: Person) -> None:
        await person.sees("Welcome to ownkey")
        await person.press("down", "enter")
        await person.sees("This is a rehearsal")
        await person.press("enter")
        await person.until(lambda: person.app.permission.display)
        await person.sees("removeprefix")
        person.app.permission._shown_at = 0.0
        await person.press("a")
        await person.until(lambda: "python3 -m unittest" in str(person.app.permission.border_title))
        person.app.permission._shown_at = 0.0
        await person.press("y")
        await person.sees("That was a rehearsal by a script")
        await person.is_idle()
        settle(home, entry("http://127.0.0.1:9"))
        await person.until(lambda: person.app.status.fields.model == "Far One")
        assert not person.reads("That was a rehearsal")

    at_app(tmp_path, act, size=(120, 40))
    assert not [*home.rglob("*.jsonl")]


def test_models_of_other_programs_are_taken_over_in_the_app(home: Path, tmp_path: Path) -> None:
    (home / ".codex").mkdir()
    (home / ".codex" / "config.toml").write_text(CODEX)

    async def act(person: Person) -> None:
        await person.sees("Take over 1 of other programs")
        await person.press("down", "enter")
        await person.sees("far-1, of codex")
        await person.press("enter")
        await person.until(lambda: "far-1" in person.app.status.fields.model)

    at_app(tmp_path, act)
    assert [one["model"] for one in written(home)] == ["far-1"]
