"""Every place that names a model goes on to mean it, and says so when that is gone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ownkey.config import amend, jsonc, models, references, revise
from ownkey.config.settings import Settings, load
from tests.config.conftest import Write

Entry = Callable[..., dict[str, Any]]

ENVIRON = {"SOME_KEY": "test-key-not-real-2"}


def now(folder: Path, **more: Any) -> Settings:
    return load(folder, ENVIRON, **more)


def said(path: Path) -> Any:
    return jsonc.parse(path.read_text()).value


@pytest.fixture
def two(write: Write, entry: Entry) -> Callable[..., Path]:
    """Small, and one that names it."""

    def settled(**fields: Any) -> Path:
        small = entry(displayName="My Small", model="small-1")
        return write({"customModels": [small, entry(displayName="Big", model="big", **fields)]})

    return settled


NAMES = [
    ("My Small", "Tiny One"),
    ("My-Small", "Tiny-One"),
    ("custom:My-Small-0", "custom:Tiny-One-0"),
    ("custom:My-Small-7", "custom:Tiny-One-0"),
    ("custom:My-Small", "custom:Tiny-One-0"),
    ("small-1", "small-1"),
    ("custom:small-1", "custom:small-1"),
    ("nobody", "nobody"),
    ("Big", "Big"),
]
"""What is said before and after My Small is renamed to Tiny One: in the form that it had."""


@pytest.mark.parametrize(("before", "after"), NAMES)
@pytest.mark.parametrize("form", [lambda name: name, lambda name: ["else", name]])
def test_a_fallback_follows_a_name_in_its_form(
    folder: Path, two: Callable[..., Path], before: str, after: str, form: Callable[[str], Any]
) -> None:
    path = two(fallback=form(before))
    done = revise.rename(now(folder), ENVIRON, "small-1", "Tiny One")
    assert said(path)["customModels"][1]["fallback"] == form(after)
    assert [f"a fallback of Big is {after} now." in one for one in done.notes] == [True] * (
        before != after
    )


@pytest.mark.parametrize(("before", "after"), NAMES)
def test_a_price_like_another_s_follows_its_name(
    folder: Path, two: Callable[..., Path], before: str, after: str
) -> None:
    path = two(priceLike=before)
    revise.rename(now(folder), ENVIRON, "small-1", "Tiny One")
    assert said(path)["customModels"][1]["priceLike"] == after


@pytest.mark.parametrize(("before", "after"), NAMES)
@pytest.mark.parametrize(
    "pointer",
    [
        ("model",),
        ("sessionDefaultSettings", "model"),
        ("sessionDefaultSettings", "specModeModel"),
    ],
)
def test_a_default_follows_a_name(
    folder: Path, two: Callable[..., Path], before: str, after: str, pointer: tuple[str, ...]
) -> None:
    path = two()
    path.write_text(amend.put(path.read_text(), pointer, before))
    revise.rename(now(folder), ENVIRON, "small-1", "Tiny One")
    value = said(path)
    for step in pointer:
        value = value[step]
    assert value == after


def test_a_limit_of_length_follows_a_name_where_it_stands(
    folder: Path, two: Callable[..., Path]
) -> None:
    path = two()
    limits = '"compactionTokenLimitPerModel": { // by name\n "Big": 1, "My Small": 2, "x": 3 }'
    path.write_text(path.read_text().rstrip()[:-1] + f", {limits}}}")
    revise.rename(now(folder), ENVIRON, "small-1", "Tiny One")
    assert limits.replace("My Small", "Tiny One") in path.read_text()


def test_other_files_of_one_s_own_follow_too_and_the_way_back_is_told(
    folder: Path, two: Callable[..., Path], write: Write
) -> None:
    two()
    local = write(
        '// mine\n{"model": "My Small", "sessionDefaultSettings": {"model": "My-Small"}}',
        "settings.local.json",
    )
    done = revise.rename(now(folder), ENVIRON, "small-1", "Tiny One")
    assert local.read_text().startswith("// mine\n")
    assert said(local)["model"] == "Tiny One"
    assert said(local)["sessionDefaultSettings"] == {"model": "Tiny-One"}
    assert models.find(now(folder), None).name == "small-1"
    assert done.notes[-1] == (f"Written too: {local}. Take that back: cp {local}.bak {local}")


def test_a_project_s_file_is_told_of_and_left_alone(
    folder: Path, two: Callable[..., Path], tmp_path: Path
) -> None:
    two()
    theirs = tmp_path / "project" / ".factory" / "settings.json"
    theirs.parent.mkdir(parents=True)
    theirs.write_text('{"model": "My Small"}')
    loaded = now(folder, project=theirs.parent.parent)
    done = revise.rename(loaded, ENVIRON, "small-1", "Tiny One")
    assert theirs.read_text() == '{"model": "My Small"}'
    assert any(str(theirs) in one for one in done.notes), done.notes


def test_another_name_for_the_endpoint_is_followed_as_well(
    folder: Path, two: Callable[..., Path]
) -> None:
    path = two(fallback=["small-1"])
    revise.set_field(now(folder), ENVIRON, "My Small", "model", "small-2")
    assert said(path)["customModels"][1]["fallback"] == ["custom:My-Small-0"]


@pytest.mark.parametrize("name", ["My Small", "custom:My-Small-0", "small-1"])
def test_who_still_names_a_model_that_is_removed_is_told_by_line(
    folder: Path, two: Callable[..., Path], write: Write, name: str
) -> None:
    path = two(fallback=["x", name], priceLike=name)
    path.write_text(json.dumps(said(path), indent=1))
    local = write({"model": name}, "settings.local.json")
    done = revise.remove(now(folder), ENVIRON, "small-1")
    assert said(path)["customModels"][0]["fallback"] == ["x", name]
    lines = path.read_text().splitlines()
    for what in ("a fallback of Big", "the price of Big"):
        (note,) = (one for one in done.notes if what in one)
        where, _, words = note.removeprefix(f"{path}:").partition(" ")
        assert name in lines[int(where.partition(":")[0]) - 1]
        assert words == f"says {name!r} still, {what}: it means nobody now."
    assert any(one.startswith(f"{local}:1:") and "the default" in one for one in done.notes)


def test_a_name_that_means_another_after_a_removal_is_told_with_that(
    folder: Path, write: Write, entry: Entry
) -> None:
    listed = [
        entry(displayName="One", model="m"),
        entry(displayName="m", model="other"),
        entry(displayName="Big", model="big", fallback=["m"]),
    ]
    path = write({"customModels": listed})
    done = revise.remove(now(folder), ENVIRON, "One")
    (note,) = done.notes
    assert note.startswith(f"{path}:1:")
    assert note.endswith("says 'm' still, a fallback of Big: it means custom:m-0 now.")


def test_a_model_that_nobody_names_is_removed_without_a_word(
    folder: Path, two: Callable[..., Path]
) -> None:
    two(fallback=["else"])
    assert revise.remove(now(folder), ENVIRON, "small-1").notes == ()


def test_every_kind_of_name_is_found(folder: Path, two: Callable[..., Path]) -> None:
    path = two(fallback=["small-1"], priceLike="small-1")
    text = amend.put(path.read_text(), ("model",), "small-1")
    path.write_text(amend.put(text, ("compactionTokenLimitPerModel", "small-1"), 9))
    loaded = now(folder)
    found = [one.what for one in references.to(loaded, models.meant(loaded, "small-1"))]
    assert found == ["the default", "a limit of length", "the price of Big", "a fallback of Big"]
