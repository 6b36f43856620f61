"""A model is found under each of its names, and never guessed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from ownkey.config.models import find
from ownkey.config.presets import PRESETS, settings
from ownkey.config.settings import load
from ownkey.core.errors import SettingsError

Write = Callable[..., Path]
MakeEntry = Callable[..., dict[str, Any]]


def refusal(folder: Path, wanted: str | None) -> str:
    """The whole message, with the folder's name taken out."""
    with pytest.raises(SettingsError) as caught:
        find(load(folder, {}), wanted)
    return f"{caught.value.what}\n{caught.value.hint}".replace(str(folder), "~")


NAMES = [
    "custom:Kimi-K2-[Groq]-1",
    "Kimi-K2-[Groq]-1",
    "custom:Kimi-K2-[Groq]-0",
    "custom:Kimi-K2-[Groq]-17",
    "custom:Kimi-K2-[Groq]",
    "Kimi K2 [Groq]",
    "Kimi-K2-[Groq]",
    "moonshotai/kimi-k2",
    "custom:moonshotai/kimi-k2",
]


@pytest.mark.parametrize("wanted", NAMES)
def test_a_model_is_found_under_each_of_its_names(
    wanted: str, folder: Path, write: Write, entry: MakeEntry
) -> None:
    other = entry(displayName="GPT-4", model="gpt-4")
    write(
        {
            "customModels": [
                other,
                entry(model="moonshotai/kimi-k2"),
                entry(id="mine", displayName="z", model="y"),
            ]
        }
    )
    assert find(load(folder, {}), wanted).name == "moonshotai/kimi-k2"


@pytest.mark.parametrize("wanted", ["GPT-4", "custom:GPT-4", "custom:GPT-4-0", "custom:GPT-4-3"])
def test_a_name_that_ends_in_a_number_is_a_name_first(
    wanted: str, folder: Path, write: Write, entry: MakeEntry
) -> None:
    write({"customModels": [entry(displayName="GPT-4"), entry(displayName="GPT")]})
    assert find(load(folder, {}), wanted).display_name == "GPT-4"


@pytest.mark.parametrize(
    "wanted", ["mine", "custom:mine", "Kimi K2 [Groq]", "custom:Kimi-K2-[Groq]-0"]
)
def test_an_explicit_id_is_one_more_name(
    wanted: str, folder: Path, write: Write, entry: MakeEntry
) -> None:
    write({"customModels": [entry(displayName="other", model="o"), entry(id="custom:mine")]})
    assert find(load(folder, {}), wanted).id == "custom:mine"


def test_equal_display_names_are_told_apart_by_their_position(
    folder: Path, write: Write, entry: MakeEntry
) -> None:
    write({"customModels": [entry(displayName="Dup", model=model) for model in ("a", "b")]})
    loaded = load(folder, {})
    assert find(loaded, "custom:Dup-0").name == "a"
    assert find(loaded, "custom:Dup-1").name == "b"
    assert find(loaded, "b").id == "custom:Dup-1"


@pytest.mark.parametrize("wanted", ["Dup", "custom:Dup", "custom:Dup-7"])
def test_a_name_that_several_share_is_not_guessed(
    wanted: str, folder: Path, write: Write, entry: MakeEntry
) -> None:
    write({"customModels": [entry(displayName="Dup", model=model) for model in ("a", "b")]})
    assert refusal(folder, wanted) == (
        f"'{wanted}' may mean several models.\nSay which: custom:Dup-0, custom:Dup-1"
    )


def test_a_model_under_several_efforts_is_told_apart_by_the_display_name(
    folder: Path, write: Write, entry: MakeEntry
) -> None:
    listed = [entry(displayName=None), entry(displayName="K deep", reasoningEffort="high")]
    write({"customModels": listed})
    loaded = load(folder, {})
    assert find(loaded, "kimi-k2").id == "custom:kimi-k2-0"
    assert find(loaded, "K deep").effort == "high"


@pytest.mark.parametrize(
    ("listed", "meant"),
    [
        ([("A", "k"), ("B", "k"), ("k", "z")], "custom:A-0, custom:B-1"),
        ([("k", "k"), ("k", "k"), ("C", "k")], "custom:k-0, custom:k-1"),
    ],
)
def test_a_weaker_name_chooses_only_among_those_of_the_stronger(
    listed: list[tuple[str, str]], meant: str, folder: Path, write: Write, entry: MakeEntry
) -> None:
    entries = [entry(displayName=display, model=model) for display, model in listed]
    write({"customModels": entries})
    assert refusal(folder, "k") == f"'k' may mean several models.\nSay which: {meant}"


def test_without_a_wish_the_default_is_taken_else_the_first(
    folder: Path, write: Write, entry: MakeEntry
) -> None:
    listed = [entry(displayName="A"), entry(displayName="B")]
    write({"customModels": listed})
    assert find(load(folder, {}), None).id == "custom:A-0"
    write({"customModels": listed, "model": "custom:B-1"})
    assert find(load(folder, {}), None).id == "custom:B-1"
    assert find(load(folder, {}), "A").id == "custom:A-0"


def test_an_unknown_model_is_told_with_what_is_near_and_what_there_is(
    folder: Path, write: Write, entry: MakeEntry
) -> None:
    write({"customModels": [entry(), entry(displayName="B", provider="OpenAI")]})
    assert refusal(folder, "custom:Kimy-K2-[Groq]-0") == snapshot("""\
There is no model 'custom:Kimy-K2-[Groq]-0': did you mean 'custom:Kimi-K2-[Groq]-0'?
There are:
  custom:Kimi-K2-[Groq]-0
  custom:B-1 (cannot be used)\
""")
    assert refusal(folder, "zzz") == snapshot("""\
There is no model 'zzz'.
There are:
  custom:Kimi-K2-[Groq]-0
  custom:B-1 (cannot be used)\
""")


def test_a_part_that_only_one_model_has_is_told_with_that_model(
    folder: Path, write: Write, entry: MakeEntry
) -> None:
    write({"customModels": [entry(), entry(displayName="GLM", model="z-ai/glm-5.2")]})
    assert refusal(folder, "5.2").startswith("There is no model '5.2': did you mean 'custom:GLM-1'")
    assert refusal(folder, "m").startswith("There is no model 'm'.\n")


def test_an_unknown_default_is_told_with_its_place(
    folder: Path, write: Write, entry: MakeEntry
) -> None:
    write({"model": "claude-opus", "customModels": [entry()]})
    assert refusal(folder, None) == snapshot("""\
There is no model 'claude-opus', the default from ~/settings.json:1:11.
There are:
  custom:Kimi-K2-[Groq]-0\
""")


@pytest.mark.parametrize("wanted", ["custom:B-1", "B", "b", "custom:b"])
def test_asking_for_a_broken_entry_says_what_is_wrong_with_it(
    wanted: str, folder: Path, write: Write, entry: MakeEntry
) -> None:
    write({"customModels": [entry(), entry(displayName="B", model="b", apiKey="${UNSET}")]})
    text = (folder / "settings.json").read_text()
    column = text.index('"${UNSET}"') + 1
    assert refusal(folder, wanted) == (
        "custom:B-1 cannot be used:\n"
        f"~/settings.json:1:{column}: The environment variable UNSET is not set. "
        "Set it before the start: export UNSET=…\n"
        "Mend its entry."
    )


def test_no_settings_at_all_say_where_was_looked_and_what_to_paste(folder: Path) -> None:
    assert refusal(folder, None) == snapshot("""\
No models are configured.
`ownkey models add` adds one; `ownkey models import` takes over what other programs have.
Or write it into ~/settings.json yourself:
{
  "customModels": [
    {
      "model": "claude-sonnet-5",
      "displayName": "Anthropic claude-sonnet-5",
      "baseUrl": "https://api.anthropic.com",
      "apiKey": "${ANTHROPIC_API_KEY}",
      "provider": "anthropic"
    }
  ]
}\
""")
    assert refusal(folder, "kimi") == refusal(folder, None)


def test_files_without_models_say_what_each_holds(
    folder: Path, write: Write, tmp_path: Path
) -> None:
    write('{"customModels": [\n  {"model": "x" "provider": "openai"}\n]}')
    write("// later\n", "settings.local.json")
    write({"custom_models": []}, "config.json")
    assert refusal(folder, None) == snapshot("""\
No model can be used.
~/settings.json:2:17: Expected ',' or '}' but found a string. Put a comma before it.
  ~/settings.local.json: empty
  ~/settings.json: broken at 2:17
  ~/config.json: no custom_models
Mend that first.\
""")


def test_entries_that_are_all_broken_are_no_empty_list(
    folder: Path, write: Write, entry: MakeEntry
) -> None:
    write({"customModels": [entry(provider="OpenAI")]})
    message = refusal(folder, None)
    assert message.startswith("No model can be used.\n")
    assert "Invalid provider 'OpenAI': did you mean 'openai'?" in message


def test_the_entry_to_paste_works(folder: Path, write: Write) -> None:
    write(settings(PRESETS[:1]))
    loaded = load(folder, {"ANTHROPIC_API_KEY": "test-key-not-real-1"})
    assert loaded.diagnostics == ()
    assert find(loaded, None).display_name == PRESETS[0].entry()["displayName"]
