"""What `models add` decides by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from ownkey.config import settings
from ownkey.core.errors import UsageError
from ownkey.core.secret import Secret
from ownkey.setup import add
from tests.e2e.front_door import entry, settle

KEY = "test-key-not-real-1"


@pytest.mark.parametrize(
    ("said", "called", "url"),
    [
        ("groq", "Groq", "https://api.groq.com/openai/v1"),
        ("Hugging Face", "Hugging Face", "https://router.huggingface.co/v1"),
        ("z.ai", "Z.ai", "https://api.z.ai/api/anthropic"),
        ("https://api.groq.com", "Groq", "https://api.groq.com"),
        ("localhost:8080", "localhost", "http://localhost:8080"),
        ("localhost", "localhost", "http://localhost"),
        ("llm.example.com/v1", "llm.example.com", "https://llm.example.com/v1"),
    ],
)
def test_a_preset_is_told_from_an_address(said: str, called: str, url: str) -> None:
    place = add.place(said)
    assert (place.called, place.base_url) == (called, url)


@pytest.mark.parametrize(
    "said", ["gro", "ftp://x.example", "https://me:pw@x.example", "http://x.y"]
)
def test_what_is_neither_is_refused(said: str) -> None:
    with pytest.raises(UsageError):
        add.place(said)


@pytest.mark.parametrize(
    ("said", "base_url", "variable"),
    [
        ("groq", "", "GROQ_API_KEY"),
        ("https://api.groq.com/other", "", "GROQ_API_KEY"),
        ("groq", "https://elsewhere.example", ""),
        ("https://api.groq.com.example", "", ""),
        ("https://openai.example.com", "", ""),
        ("localhost:8080", "", ""),
    ],
)
def test_a_key_is_taken_unasked_for_its_own_host_alone(
    said: str, base_url: str, variable: str
) -> None:
    assert add.place(said, base_url).variable == variable


IDS = ("gpt-oss-20b", "gpt-oss-120b", "Qwen/qwen3-coder", "7")


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("2", ("gpt-oss-120b",)),
        ("7", ("7",)),
        ("gpt", ("gpt-oss-20b", "gpt-oss-120b")),
        ("OSS 120", ("gpt-oss-120b",)),
        ("qwen", ("Qwen/qwen3-coder",)),
        ("llama", ()),
        ("0", ("gpt-oss-20b", "gpt-oss-120b")),
    ],
)
def test_a_model_is_chosen_by_number_name_or_parts_of_it(said: str, left: tuple[str, ...]) -> None:
    assert add.narrowed(IDS, said) == left


@pytest.mark.parametrize(
    ("said", "name"), [("$A_KEY", "A_KEY"), ("${A_KEY}", "A_KEY"), (KEY, ""), ("$1", "")]
)
def test_a_variable_is_told_from_a_key(said: str, name: str) -> None:
    assert add.variable(said) == name


def test_a_key_is_referred_to_where_it_has_a_name_and_shown_nowhere() -> None:
    named, literal = add.key_of("A_KEY", {"A_KEY": KEY}), add.Key(Secret(KEY))
    assert named
    assert (named.written, named.is_literal) == ("${A_KEY}", False)
    assert (literal.written, literal.is_literal) == (KEY, True)
    assert KEY not in repr((named, literal))
    assert add.key_of("A_KEY", {"A_KEY": " "}) is None


def test_ids_that_cannot_be_shown_are_left_out() -> None:
    assert add.usable(["a", "a", "b\x1b[2J", " ", "c\n"]) == ("a",)


def test_a_name_is_one_that_no_other_model_has(home: Path) -> None:
    settle(home, entry("http://127.0.0.1:9", displayName="Groq-m-1"))
    loaded = settings.load(home / ".factory", {})
    place = add.place("groq")
    assert add.display_name(place, "x/m-1", loaded) == "Groq m-1 2"
    assert add.display_name(place, "m-2", loaded) == "Groq m-2"
