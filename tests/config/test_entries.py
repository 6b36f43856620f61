"""Each field of an entry means what the documents say; each fault is told at its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ownkey.config.settings import load
from ownkey.core.model import Model
from ownkey.core.price import Price, Rates

Write = Callable[..., Path]
MakeEntry = Callable[..., dict[str, Any]]

WITH_EVERYTHING = """\
// my models
{
  "customModels": [
    {
      "model": "moonshotai/kimi-k2",
      "displayName": "Kimi K2 [Groq]", // shown in the list
      "baseUrl": "https://${GROQ_HOST}/openai/v1",
      "apiKey": "${GROQ_API_KEY}",
      "provider": "generic-chat-completion-api",
      "maxOutputTokens": 16384,
      "supportsImages": true,
      "reasoningEffort": "off",
      "extraArgs": {"temperature": 0.2, "metadata": {"user": ["me-${USER_TAG}"]}},
      "extraHeaders": {"X-Title": "mine", "X-Token": "t-${GROQ_API_KEY}-${USER_TAG}"},
      "quirks": {"echo": "never"},
      "contextWindow": 131072,
      "pricing": {"input": 1, "output": 2},
      "fallback": ["other"],
      "cacheTtl": "1h",
      "idleTimeout": 900.5,
      "allowInsecure": false,
      "enableThinking": true,
      "thinkingMaxTokens": 3000,
      "maxContextLimit": 100000,
      "index": 0,
      "somethingForAnotherProgram": 1,
    },
  ],
}
"""

ENVIRON = {"GROQ_HOST": "api.groq.com", "GROQ_API_KEY": "test-key-not-real-1", "USER_TAG": "u7"}


def only(folder: Path, environ: dict[str, str] | None = None) -> Model:
    loaded = load(folder, environ or {})
    assert [str(one) for one in loaded.diagnostics] == []
    (model,) = loaded.models
    return model


def faults(folder: Path, environ: dict[str, str] | None = None) -> list[str]:
    """What is said of the one file, without its name."""
    said = [str(one) for one in load(folder, environ or {}).diagnostics]
    return [one.removeprefix(f"{folder}/settings.json:").strip() for one in said]


def test_every_documented_field_is_read(folder: Path, write: Write) -> None:
    path = write(WITH_EVERYTHING)
    model = only(folder, ENVIRON)
    assert model == Model(
        id="custom:Kimi-K2-[Groq]-0",
        name="moonshotai/kimi-k2",
        wire="generic-chat-completion-api",
        base_url="https://api.groq.com/openai/v1",
        display_name="Kimi K2 [Groq]",
        key=model.key,
        max_output=16384,
        window=131072,
        images=True,
        images_told=True,
        price=Price(Rates(input=1, output=2), f"{path}:17:18"),
        effort="none",
        headers=model.headers,
        extra={"temperature": 0.2, "metadata": {"user": ["me-u7"]}},
        quirk_overrides={"echo": "never"},
        cache_ttl="1h",
        fallback=("other",),
        idle=900.5,
        source=f"{path}:4:5",
    )
    assert model.key.reveal() == "test-key-not-real-1"
    assert model.key.source == "settings.json:8:17 (${GROQ_API_KEY})"
    token = model.headers["X-Token"]
    assert token.reveal() == "t-test-key-not-real-1-u7"
    assert token.source == "settings.json:14:54 (${GROQ_API_KEY}, ${USER_TAG})"
    assert model.headers["X-Title"].reveal() == "mine"


def test_one_fallback_needs_no_list(folder: Path, write: Write, entry: MakeEntry) -> None:
    write({"customModels": [entry(fallback="custom:Other-1")]})
    assert only(folder).fallback == ("custom:Other-1",)


def test_a_literal_key_is_named_by_its_place(folder: Path, write: Write, entry: MakeEntry) -> None:
    write('{"customModels": [\n  ' + json.dumps(entry()) + "]}")
    column = json.dumps(entry()).index('"test-key') + 3
    key = only(folder).key
    assert (key.reveal(), key.source) == ("test-key-not-real-1", f"settings.json:2:{column}")


def test_what_a_variable_holds_is_not_expanded_again(
    folder: Path, write: Write, entry: MakeEntry
) -> None:
    write({"customModels": [entry(apiKey="pre-${A}-post")]})
    model = only(folder, {"A": "${B}", "B": "no"})
    assert model.key.reveal() == "pre-${B}-post"


def test_no_secret_shows_in_a_model(folder: Path, write: Write) -> None:
    write(WITH_EVERYTHING)
    model = only(folder, ENVIRON)
    assert "test-key-not-real-1" not in repr(model)
    with pytest.raises(TypeError):
        msgspec.json.encode(model)


def test_a_model_without_display_name_is_called_by_its_model(
    folder: Path, write: Write, entry: MakeEntry
) -> None:
    write({"customModels": [entry(displayName=None, model="a/b:c d")]})
    model = only(folder)
    assert (model.display_name, model.id) == ("a/b:c d", "custom:a/b:c-d-0")


DEFAULTS = [
    ({"provider": "anthropic"}, {"images": True}),
    ({"provider": "openai"}, {"images": True}),
    ({"provider": "generic-chat-completion-api"}, {"images": False, "max_output": None}),
    ({"provider": "openai", "noImageSupport": True}, {"images": False}),
    ({"noImageSupport": False}, {"images": True}),
    ({"noImageSupport": True, "supportsImages": False}, {"images": False}),
    ({"noImageSupport": False, "supportsImages": True}, {"images": True}),
    ({"supportsImages": True}, {"images": True}),
    ({"provider": "anthropic", "supportsImages": False}, {"images": False}),
    ({}, {"effort": None, "extra": {}, "headers": {}, "quirk_overrides": {}}),
    ({"enableThinking": True}, {"effort": "high"}),
    ({"enableThinking": False}, {"effort": None}),
    ({"enableThinking": True, "reasoningEffort": "low"}, {"effort": "low"}),
    ({"reasoningEffort": "dynamic"}, {"effort": None}),
    ({"reasoningEffort": "max"}, {"effort": "max"}),
    ({"id": "mine"}, {"id": "mine"}),
    ({"baseUrl": "localhost:11434/v1", "apiKey": None}, {"base_url": "http://localhost:11434/v1"}),
    ({"baseUrl": "http://ollama.example.com", "allowInsecure": True}, {}),
]


@pytest.mark.parametrize(("changes", "expected"), DEFAULTS)
def test_fields_decide_and_defaults_fill_in(
    changes: dict[str, Any], expected: dict[str, Any], folder: Path, write: Write, entry: MakeEntry
) -> None:
    write({"customModels": [entry(**changes)]})
    model = only(folder)
    assert {name: getattr(model, name) for name in expected} == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"baseUrl": "http://localhost:11434/v1"},
        {"baseUrl": "http://127.0.0.1:1234/v1"},
        {"baseUrl": "http://[::1]:1234/v1"},
        {"baseUrl": "http://192.168.1.20:11434/v1"},
        {"baseUrl": "http://ollama:11434/v1"},
        {"extraHeaders": {"Authorization": "Bearer test-key-not-real-2"}},
        {"extraHeaders": {"X-Api-Key": "test-key-not-real-2"}},
        {"extraHeaders": {"api-key": "test-key-not-real-2"}},
    ],
)
@pytest.mark.parametrize("key", [None, ""])
def test_a_key_may_be_missing_where_none_is_needed(
    changes: dict[str, Any], key: str | None, folder: Path, write: Write, entry: MakeEntry
) -> None:
    write({"customModels": [entry(apiKey=key, **changes)]})
    assert not only(folder).key


def test_a_placeholder_is_just_a_key(folder: Path, write: Write, entry: MakeEntry) -> None:
    write({"customModels": [entry(baseUrl="http://localhost:1/v1", apiKey="not-needed")]})
    assert only(folder).key.reveal() == "not-needed"


ONE_OF = "Use one of: anthropic, openai, generic-chat-completion-api."
GIVE_KEY = "Give the key, or ${NAME} to take it from an environment variable."
CONSENT = 'or set "allowInsecure": true if that is meant.'

FAULTS: list[tuple[str, str]] = [
    # model, displayName, id
    ('"model": ""', "model is empty. Give the name that the endpoint knows the model by."),
    ('"model": 7', "model must be a string, not a number. Write it in quotes."),
    ('"model": null', "model is missing. Give the name that the endpoint knows the model by."),
    ('"displayName": ["a"]', "displayName must be a string, not an array."),
    ('"id": true', "id must be a string, not true. Write it in quotes."),
    # provider
    ('"provider": "OpenAI"', f"Invalid provider 'OpenAI': did you mean 'openai'? {ONE_OF}"),
    ('"provider": "antropic"', f"Invalid provider 'antropic': did you mean 'anthropic'? {ONE_OF}"),
    (
        '"provider": "openai-compatible"',
        "Invalid provider 'openai-compatible': did you mean 'generic-chat-completion-api'? "
        + ONE_OF,
    ),
    ('"provider": "google"', f"Invalid provider 'google'. {ONE_OF}"),
    ('"provider": "\\u001b[31m"', f"Invalid provider '\\x1b[31m'. {ONE_OF}"),
    ('"provider": ""', f"provider is empty. {ONE_OF}"),
    ('"provider": {}', "provider must be a string, not an object."),
    # baseUrl
    (
        '"baseUrl": null',
        'baseUrl is missing. Give the endpoint\'s address: "https://api.example.com/v1".',
    ),
    ('"baseUrl": 1', "baseUrl must be a string, not a number. Write it in quotes."),
    (
        '"baseUrl": "https://"',
        "baseUrl names no host. Write it like https://api.example.com/v1.",
    ),
    (
        '"baseUrl": "https://me:pw@api.example.com"',
        "baseUrl carries a user name or password. Put the key into apiKey and remove it here.",
    ),
    (
        '"baseUrl": "https://api.\\u0000example.com/v1"',
        "baseUrl holds a space or a control character. Remove it.",
    ),
    (
        '"baseUrl": "https://api.example.com:99999"',
        "baseUrl is not an address: its host or port is malformed.",
    ),
    (
        '"baseUrl": "ftp://api.example.com"',
        "baseUrl starts with ftp://. Only https:// and http:// can be used.",
    ),
    (
        '"baseUrl": "http://api.example.com"',
        f"baseUrl would send the key to api.example.com unencrypted. Write https://, {CONSENT}",
    ),
    (
        '"baseUrl": "http://192.168.1.20:11434"',
        "The key goes unencrypted over the local network to 192.168.1.20. "
        f"Use https:// if it can, {CONSENT}",
    ),
    (
        '"baseUrl": "https://${NOWHERE}/v1"',
        "The environment variable NOWHERE is not set. Set it before the start: export NOWHERE=…",
    ),
    # A variable that holds a key by mistake: what is in it is not repeated.
    (
        '"baseUrl": "${KEY}"',
        "The key goes unencrypted over the local network to '${KEY}'. "
        f"Use https:// if it can, {CONSENT}",
    ),
    (
        '"baseUrl": "http://${KEY}.com"',
        "baseUrl would send the key to 'http://${KEY}.com' unencrypted. "
        f"Write https://, {CONSENT}",
    ),
    (
        '"baseUrl": "${KEY}://a"',
        "baseUrl is no address that can be used once '${KEY}://a' is replaced. "
        "Check what the variable holds.",
    ),
    # apiKey
    ('"apiKey": null', f"apiKey is missing. {GIVE_KEY}"),
    ('"apiKey": ""', f"apiKey is empty. {GIVE_KEY}"),
    (
        '"apiKey": 123456',
        'apiKey must be a string or {"command": [...]}, not a number. Write it in quotes.',
    ),
    (
        '"apiKey": "${NOWHERE}"',
        "The environment variable NOWHERE is not set. Set it before the start: export NOWHERE=…",
    ),
    (
        '"apiKey": "pre-${EMPTY}-post"',
        "The environment variable EMPTY is empty. Set it before the start: export EMPTY=…",
    ),
    (
        '"apiKey": "${BYTES}"',
        "The environment variable BYTES is not UTF-8. Set it before the start: export BYTES=…",
    ),
    (
        '"apiKey": "${A:-b}"',
        "'${' is here without the name of a variable. Write ${NAME}: letters, digits and _ only.",
    ),
    (
        '"apiKey": "${"',
        "'${' is here without the name of a variable. Write ${NAME}: letters, digits and _ only.",
    ),
    ('"apiKey": "$GROQ_API_KEY"', "apiKey '$GROQ_API_KEY' is no key. Write ${GROQ_API_KEY}."),
    (
        '"apiKey": "${NEWLINE}"',
        "apiKey has space around it or a character that is not printable ASCII. "
        "Copy the key again.",
    ),
    (
        '"apiKey": " test-key"',
        "apiKey has space around it or a character that is not printable ASCII. "
        "Copy the key again.",
    ),
    # numbers and flags
    (
        '"maxOutputTokens": "8192"',
        "maxOutputTokens must be a positive whole number, not a string. Write it without quotes.",
    ),
    ('"idleTimeout": 0', "idleTimeout must be a positive number of seconds, not 0."),
    (
        '"idleTimeout": "60"',
        "idleTimeout must be a positive number of seconds, not a string. Write it without quotes.",
    ),
    ('"maxOutputTokens": 0', "maxOutputTokens must be a positive whole number, not 0."),
    ('"maxOutputTokens": -5', "maxOutputTokens must be a positive whole number, not -5."),
    ('"maxOutputTokens": 1.5', "maxOutputTokens must be a positive whole number, not 1.5."),
    ('"maxOutputTokens": true', "maxOutputTokens must be a positive whole number, not true."),
    ('"thinkingMaxTokens": []', "thinkingMaxTokens must be a positive whole number, not an array."),
    ('"maxContextLimit": {}', "maxContextLimit must be a positive whole number, not an object."),
    ('"contextWindow": 0', "contextWindow must be a positive whole number, not 0."),
    ('"index": "1"', "index must be a whole number, not a string. Write it without quotes."),
    (
        '"supportsImages": "true"',
        "supportsImages must be true or false, not a string. Write it without quotes.",
    ),
    ('"noImageSupport": 1', "noImageSupport must be true or false, not a number."),
    ('"enableThinking": 1', "enableThinking must be true or false, not a number."),
    ('"allowInsecure": 1', "allowInsecure must be true or false, not a number."),
    ('"reasoningEffort": 3', "reasoningEffort must be a string, not a number. Write it in quotes."),
    (
        '"reasoningEffort": "higher"',
        "Invalid reasoningEffort 'higher': did you mean 'high'? "
        "Use one of: none, off, dynamic, minimal, low, medium, high, xhigh, max.",
    ),
    ('"quirks": "none"', "quirks must be an object, not a string."),
    ('"pricing": 3', "pricing must be an object, not a number."),
    ('"cacheTtl": "2h"', 'cacheTtl must be "5m" or "1h", not a string.'),
    ('"cacheTtl": ["1h"]', 'cacheTtl must be "5m" or "1h", not an array.'),
    ('"priceLike": 3', "priceLike must be a string, not a number. Write it in quotes."),
    ('"fallback": [1]', "fallback must be a string or an array of strings, not an array."),
    # extraArgs, extraHeaders
    ('"extraArgs": []', "extraArgs must be an object, not an array."),
    (
        '"extraArgs": {"a": [▸"${NOWHERE}"]}',
        "The environment variable NOWHERE is not set. Set it before the start: export NOWHERE=…",
    ),
    (
        '"extraArgs": {▸"stream": false}',
        "extraArgs may not set 'stream'. Remove it: answers are always streamed.",
    ),
    (
        '"extraArgs": {▸"messages": []}',
        "extraArgs may not set 'messages'. Remove it: the conversation goes there.",
    ),
    (
        '"extraArgs": {▸"input": ""}',
        "extraArgs may not set 'input'. Remove it: the conversation goes there.",
    ),
    (
        '"extraArgs": {▸"tools": []}',
        "extraArgs may not set 'tools'. Remove it: the agent's tools go there.",
    ),
    (
        '"extraArgs": {▸"model": "x"}',
        "extraArgs may not set 'model'. Write it into the entry's own model field.",
    ),
    ('"extraHeaders": "a: b"', "extraHeaders must be an object, not a string."),
    ('"extraHeaders": {"x-a": ▸1}', "Header 'x-a' must be a string, not a number."),
    (
        '"extraHeaders": {▸"x a": "1"}',
        "Header 'x a' has no valid name. Use letters, digits and -.",
    ),
    (
        '"extraHeaders": {"x-a": ▸"1\\r\\nx-b: 2"}',
        "Header 'x-a' has a line break or a character outside ASCII. Remove that.",
    ),
    (
        '"extraHeaders": {"x-a": ▸"${NEWLINE}"}',
        "Header 'x-a' has a line break or a character outside ASCII. Remove that.",
    ),
    ('"extraHeaders": {▸"Host": "a"}', "Header 'Host' belongs to the connection. Remove it."),
    (
        '"extraHeaders": {▸"content-length": "1"}',
        "Header 'content-length' belongs to the connection. Remove it.",
    ),
    (
        '"extraHeaders": {▸"Transfer-Encoding": "a"}',
        "Header 'Transfer-Encoding' belongs to the connection. Remove it.",
    ),
    # fields of other programs, and slips
    (
        '▸"bedrock": {"awsRegion": "eu-west-1"}',
        (
            "Amazon Bedrock's own protocol is not spoken here. "
            "Remove it, and give a baseUrl that speaks one of the three formats."
        ),
    ),
]

SURROUNDINGS = {
    "KEY": "test-key-not-real-1",
    "EMPTY": "",
    "NEWLINE": "test-key\r\n",
    "BYTES": "test-\udcff",
}


@pytest.mark.parametrize(("member", "message"), FAULTS, ids=[member for member, _ in FAULTS])
def test_a_fault_is_told_at_its_place(
    member: str, message: str, folder: Path, write: Write, entry: MakeEntry
) -> None:
    """A `▸` in the member is where the fault is, else it is where its value starts."""
    marked = member if "▸" in member else member.replace('": ', '": ▸', 1)
    others = entry(**{marked.split('"')[1]: None})
    lines = [f'    "{name}": "{value}",' for name, value in others.items()]
    text = "\n".join(['{"customModels": [{', *lines, f"    {marked}", "}]}"])
    write(text.replace("▸", ""))
    column = len(f"    {marked}".split("▸")[0]) + 1
    assert faults(folder, SURROUNDINGS) == [f"{len(lines) + 2}:{column}: {message}"]


def test_a_faulty_entry_is_no_model_and_good_ones_still_load(
    folder: Path, write: Write, entry: MakeEntry
) -> None:
    bad = [entry(displayName="bad", provider="OpenAI"), 7, entry(displayName="worse", model=None)]
    write({"customModels": [entry(displayName="a"), *bad, entry(displayName="b")]})
    loaded = load(folder, {})
    assert [model.id for model in loaded.models] == ["custom:a-0", "custom:b-4"]
    assert [one.display_name for one in loaded.broken] == ["bad", "", "worse"]
    assert [one.path for one in loaded.diagnostics] == [
        "customModels[1].provider",
        "customModels[2]",
        "customModels[3].model",
    ]


def test_a_warning_leaves_the_entry_usable(folder: Path, write: Write, entry: MakeEntry) -> None:
    write({"customModels": [entry(baseUrl="http://10.0.0.7:8000/v1")]})
    loaded = load(folder, {})
    assert [one.severity for one in loaded.diagnostics] == ["warning"]
    assert len(loaded.models) == 1


def test_a_header_that_authorises_is_not_sent_in_the_clear(
    folder: Path, write: Write, entry: MakeEntry
) -> None:
    headers = {"Authorization": "Bearer test-key-not-real-2"}
    base = "http://api.example.com"
    write({"customModels": [entry(baseUrl=base, apiKey=None, extraHeaders=headers)]})
    (fault,) = faults(folder)
    assert "would send the key to api.example.com unencrypted" in fault


SLIPS = [
    ("baseURL", "baseUrl", "error"),
    ("base_url", "baseUrl", "error"),
    ("apikey", "apiKey", "error"),
    ("API_KEY", "apiKey", "error"),
    ("Model", "model", "error"),
    ("provder", "provider", "error"),
    ("display_name", "displayName", "warning"),
]


@pytest.mark.parametrize(("slip", "meant", "severity"), SLIPS)
def test_a_misspelt_name_is_the_cause_of_what_is_missing(
    slip: str, meant: str, severity: str, folder: Path, write: Write, entry: MakeEntry
) -> None:
    given = entry()
    given[slip] = given.pop(meant)
    text = write({"customModels": [given]}).read_text()
    (fault,) = load(folder, {}).diagnostics
    column = text.index(f'"{slip}"') + 1
    place = f"{folder}/settings.json:1:{column}"
    said = f"Unknown field {slip!r}: did you mean {meant!r}? Rename it to {meant}."
    assert (str(fault), fault.severity) == (f"{place}: {said}", severity)


@pytest.mark.parametrize("name", ["baseURL", "max_output_tokens", "extraHeader"])
def test_a_misspelt_name_beside_a_complete_entry_is_a_warning(
    name: str, folder: Path, write: Write, entry: MakeEntry
) -> None:
    write({"customModels": [entry(**{name: 1})]})
    loaded = load(folder, {})
    assert [one.severity for one in loaded.diagnostics] == ["warning"]
    assert len(loaded.models) == 1


@pytest.mark.parametrize("name", ["_comment", "//", "temperature", "compat", "apiKeyHelper"])
def test_fields_of_other_programs_are_let_be(
    name: str, folder: Path, write: Write, entry: MakeEntry
) -> None:
    write({"customModels": [entry(**{name: {"a": 1}})]})
    assert only(folder)


def test_contradicting_image_fields_send_no_images(
    folder: Path, write: Write, entry: MakeEntry
) -> None:
    write({"customModels": [entry(supportsImages=True, noImageSupport=True)]})
    loaded = load(folder, {})
    (fault,) = loaded.diagnostics
    assert fault.severity == "warning"
    assert fault.what.startswith("supportsImages and noImageSupport contradict each other")
    assert loaded.models[0].images is False
