"""A value in a command line is JSON or text, whichever its field takes; keys are refused."""

from __future__ import annotations

from typing import Any

import pytest

from ownkey.config.arguments import value_of
from ownkey.core.errors import UsageError


@pytest.mark.parametrize(
    ("field", "said", "meant"),
    [
        ("contextWindow", "9000", 9000),
        ("contextWindow", "null", None),
        ("supportsImages", "true", True),
        ("model", "gpt-5.5", "gpt-5.5"),
        ("model", '"gpt-5.5"', "gpt-5.5"),
        ("model", "12", "12"),
        ("model", "a{b", "a{b"),
        ("extraArgs", '{"temperature": 0.2}', {"temperature": 0.2}),
        ("fallback", '["a", "b"]', ["a", "b"]),
        ("fallback", "a", "a"),
        ("contextWindow", "NaN", "NaN"),
        ("apiKey", "${SOME_KEY}", "${SOME_KEY}"),
        ("apiKey", "keyring:groq", "keyring:groq"),
        ("extraHeaders", '{"X-Team": "a"}', {"X-Team": "a"}),
    ],
)
def test_what_is_said_is_read_as_its_field_takes_it(field: str, said: str, meant: Any) -> None:
    assert value_of(field, said) == meant


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("apiKey", "test-key-not-real-1"),
        ("apiKey", '"test-key-not-real-1"'),
        ("extraHeaders", '{"Authorization": "Bearer test-key-not-real-1"}'),
    ],
)
def test_a_key_is_neither_taken_nor_repeated(field: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        value_of(field, said)
    assert "not-real" not in caught.value.what + caught.value.hint
    assert "ownkey keys set" in caught.value.hint


@pytest.mark.parametrize(
    ("field", "hint"),
    [("contextwindow", "Did you mean contextWindow?"), ("zzz", "There are: model, displayName")],
)
def test_a_field_that_there_is_none_of_is_told(field: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        value_of(field, "1")
    assert caught.value.hint.startswith(hint)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(UsageError, match="not UTF-8"):
        value_of("model", "a\udcff")
