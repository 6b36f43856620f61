"""What is new, what is meant, and what is written when models are taken over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ownkey.config import settings
from ownkey.config.settings import Settings
from ownkey.core.errors import UsageError
from ownkey.core.secret import Secret
from ownkey.setup import taking
from ownkey.setup.imports.candidate import Candidate, Key

KEY = "test-key-not-real-1"
CHAT = "generic-chat-completion-api"


def candidate(model: str, url: str = "https://gw.example.com/v1", **more: object) -> Candidate:
    fields = {"source": "pi", "where": "models.json:1", "provider": CHAT, **more}
    return Candidate(model=model, base_url=url, **fields)  # type: ignore[arg-type] # any field


def loaded(home: Path, *entries: dict[str, str]) -> Settings:
    (home / "settings.json").write_text(json.dumps({"customModels": entries}))
    (home / "settings.json").chmod(0o600)
    return settings.load(home, {})


def test_the_same_model_at_the_same_address_is_offered_once(home: Path) -> None:
    there = {"model": "a", "baseUrl": "http://127.0.0.1:1234/v1", "provider": CHAT}
    found = [
        candidate("a", "http://localhost:1234/v1"),
        candidate("b"),
        candidate("b", source="crush"),
        candidate("b", "https://other.example.com/v1"),
    ]
    offered = taking.offers(found, loaded(home, there), {})
    assert [(one.state, one.display_name) for one in offered] == [
        ("already there", "a"),
        ("new", "b"),
        ("twice", "b"),
        ("new", "b (pi)"),
    ]


def test_an_entry_whose_key_is_missing_is_there_all_the_same(home: Path) -> None:
    there = {
        "model": "b",
        "baseUrl": "https://gw.example.com/v1",
        "provider": CHAT,
        "apiKey": "${NOT_SET}",
    }
    (offer,) = taking.offers([candidate("b")], loaded(home, there), {})
    assert offer.state == "already there"


@pytest.mark.parametrize("name", ["Big One", "big-one", "vendor/big", "pi:vendor/big"])
def test_a_model_is_chosen_by_any_of_its_names(home: Path, name: str) -> None:
    offered = taking.offers([candidate("vendor/big", name="Big One")], loaded(home), {})
    assert taking.chosen(offered, [name, name]) == offered


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("vendor/bog", "No model 'vendor/bog' was found on this machine. Did you mean"),
        ("b", "'b' may mean several models. Say which: 'b', 'b (crush)'"),
    ],
)
def test_a_name_that_none_or_several_have_is_refused(home: Path, name: str, what: str) -> None:
    found = [candidate("vendor/big"), candidate("b"), candidate("b", "http://x/v1", source="crush")]
    offered = taking.offers(found, loaded(home), {})
    with pytest.raises(UsageError) as refused:
        taking.chosen(offered, [name])
    assert " ".join(refused.value.failure().lines()).startswith(what)


def test_a_literal_key_is_left_where_it_is_unless_it_is_asked_for(home: Path) -> None:
    kept = Key(literal=Secret(KEY, "models.json:4"))
    offered = taking.offers([candidate("m", key=kept)], loaded(home), {})
    file = home / "settings.json"
    left = taking.take(file, offered, {}, dry=True)
    assert left.notes == (
        "The key that stands in models.json:4 was not taken: "
        "--with-keys copies it, or keep it in the variable.",
        "GW_API_KEY is not set: put this into your shell's profile: export GW_API_KEY=…",
    )
    assert json.loads(file.read_text()) == {"customModels": []}
    copied = taking.take(file, offered, {}, with_keys=True)
    assert copied.notes == ()
    assert copied.backup
    assert settings.load(home, {}).models[0].key.reveal() == KEY


def test_what_is_taken_over_is_a_model_that_can_be_talked_to(home: Path) -> None:
    found = [
        candidate("near", "http://localhost:1234/v1", key=Key(literal=Secret("ollama", "x"))),
        candidate("far", key=Key(reference="${FAR_KEY}"), window=32_000, max_output=4_000),
        candidate("groq", "https://api.groq.com/openai/v1", images=False),
    ]
    environ = {"FAR_KEY": KEY, "GROQ_API_KEY": KEY}
    file = home / "settings.json"
    taken = taking.take(file, taking.offers(found, loaded(home), environ), environ)
    assert taken.notes == ()
    now = settings.load(home, environ)
    assert (now.broken, now.diagnostics) == ((), ())
    assert [(one.name, one.key.reveal(), one.window) for one in now.models] == [
        ("near", "", None),
        ("far", KEY, 32_000),
        ("groq", KEY, None),
    ]
