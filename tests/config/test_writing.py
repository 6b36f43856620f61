"""The settings file is changed as a whole or not at all, and only if it is what was read."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ownkey.config import jsonc
from ownkey.config.legacy import LEGACY
from ownkey.config.writing import added, changed, read, removed, save, set_default
from ownkey.core.errors import SettingsError

OLD = '{\n  "customModels": [] // none yet\n}\n'
NEW = '{\n  "customModels": [],\n  "theme": "dark"\n}\n'


def meant(text: str) -> Any:
    return jsonc.parse(text).value


@pytest.mark.parametrize("text", ["", "\ufeff", "// mine", "// mine\r\n", "  \n", "{}"])
def test_an_entry_can_be_the_first_thing_a_file_says(text: str) -> None:
    more = added(text, {"model": "a"})
    assert meant(more) == {"customModels": [{"model": "a"}]}
    assert more.startswith(text.removesuffix("{}"))


def test_entries_are_added_changed_and_removed_by_their_position() -> None:
    text = added(added("", {"model": "a"}), {"model": "b", "apiKey": "test-key-not-real-1"})
    text = changed(text, 1, "apiKey", "${SOME_KEY}")
    text = changed(text, 1, "contextWindow", 9)
    text = changed(text, 0, "model", None)
    entry = {"model": "b", "apiKey": "${SOME_KEY}", "contextWindow": 9}
    assert meant(text) == {"customModels": [{}, entry]}
    assert meant(removed(text, 0)) == {"customModels": [entry]}


def test_a_legacy_entry_is_changed_in_its_own_words() -> None:
    text = '{"custom_models": [{"model_display_name": "A", "api_key": "test-key-not-real-1"}]}'
    text = changed(text, 0, "displayName", "B", LEGACY)
    assert meant(text)["custom_models"][0]["model_display_name"] == "B"
    text = added(text, {"model": "c", "baseUrl": "http://127.0.0.1:9"}, LEGACY)
    assert meant(text)["custom_models"][1] == {"model": "c", "base_url": "http://127.0.0.1:9"}
    with pytest.raises(SettingsError, match="has no field 'pricing'"):
        changed(text, 0, "pricing", {}, LEGACY)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", {"sessionDefaultSettings": {"model": "x"}}),
        ('{"model": "a"}', {"model": "x"}),
        ('{"sessionDefaultSettings": {"model": "a"}}', {"sessionDefaultSettings": {"model": "x"}}),
        (
            '{"model": "a", "sessionDefaultSettings": {"model": "b", "reasoningEffort": "low"}}',
            {"model": "a", "sessionDefaultSettings": {"model": "x", "reasoningEffort": "low"}},
        ),
        (
            '{"sessionDefaultSettings": {"model": null}, "model": "a"}',
            {"sessionDefaultSettings": {"model": None}, "model": "x"},
        ),
    ],
)
def test_the_default_is_said_where_it_was_said_before(before: str, after: Any) -> None:
    assert meant(set_default(before, "x")) == after


def test_the_default_that_counts_is_the_one_taken_out() -> None:
    text = '{"model": "a", "sessionDefaultSettings": {"model": "b", "reasoningEffort": "low"}}'
    text = set_default(text, None)
    assert meant(text) == {"model": "a", "sessionDefaultSettings": {"reasoningEffort": "low"}}
    assert set_default(set_default(text, None), None) == set_default(text, None)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('{\n "customModels": [}', "Line 2, column 19: expected a value"),
        ('{"customModels": {}}', "Line 1, column 18: customModels must be an array, not an object"),
        ("[]", "Line 1, column 1: the whole must be an object, not an array"),
    ],
)
def test_a_text_that_is_not_understood_is_not_changed(text: str, what: str) -> None:
    with pytest.raises(SettingsError) as caught:
        added(text, {"model": "a"})
    assert caught.value.what.startswith(what)
    assert caught.value.hint.startswith("Nothing was written.")


@pytest.mark.parametrize("index", [1, -1])
def test_there_must_be_such_an_entry(index: int) -> None:
    with pytest.raises(SettingsError, match=f"There is no entry {index} in customModels"):
        removed('{"customModels": [{}]}', index)


def test_a_file_that_is_not_there_is_made_for_its_owner_alone(home: Path) -> None:
    path = home / ".factory" / "settings.json"
    assert read(path) == ""
    assert save(path, "", NEW) is None
    assert path.read_text() == NEW
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    assert names(path.parent) == ["settings.json"]


def test_what_was_there_is_kept_beside_it_and_the_mode_with_it(home: Path) -> None:
    path = written(home, OLD)
    path.chmod(0o640)
    backup = save(path, read(path), NEW)
    assert backup == home / "settings.json.bak"
    assert (path.read_text(), backup.read_text()) == (NEW, OLD)
    assert (mode(path), mode(backup)) == (0o640, 0o600)
    assert names(home) == ["settings.json", "settings.json.bak"]


def test_a_key_that_was_taken_out_stays_in_no_backup(home: Path) -> None:
    path = written(home, OLD)
    save(path, OLD, NEW)
    assert save(path, NEW, OLD, keep=False) is None
    assert names(home) == ["settings.json"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives away")
def test_the_owner_stays_who_it_was(home: Path) -> None:
    path = written(home, OLD)
    os.chown(path, 1234, 1235)
    save(path, OLD, NEW)
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 1235)


def test_bytes_that_are_not_text_of_this_system_come_back_the_same(home: Path) -> None:
    path = home / "settings.json"
    path.write_bytes(b'\xef\xbb\xbf{\r\n\t"a": "\xc3\xa9" // x\r\n}')
    save(path, read(path), set_default(read(path), "x"))
    assert path.read_bytes() == (
        b'\xef\xbb\xbf{\r\n\t"a": "\xc3\xa9", // x\r\n'
        b'\t"sessionDefaultSettings": {\r\n\t\t"model": "x"\r\n\t}\r\n}'
    )


def test_a_link_stays_one_and_what_it_leads_to_is_written(home: Path) -> None:
    (home / "dotfiles").mkdir()
    (home / ".factory").mkdir()
    target = written(home / "dotfiles", OLD)
    link = home / ".factory" / "settings.json"
    link.symlink_to("../dotfiles/settings.json")
    backup = save(link, read(link), NEW)
    assert link.is_symlink()
    assert target.read_text() == NEW
    assert backup == home / ".factory" / "settings.json.bak"
    assert names(home / "dotfiles") == ["settings.json"]


def test_a_link_to_nothing_gets_what_it_leads_to(home: Path) -> None:
    link = home / "settings.json"
    link.symlink_to(home / "dotfiles" / "settings.json")
    save(link, read(link), NEW)
    assert (home / "dotfiles" / "settings.json").read_text() == NEW


@pytest.mark.parametrize("now", [OLD + " ", "", None])
def test_a_file_that_is_not_what_was_read_is_left_alone(home: Path, now: str | None) -> None:
    path = home / "settings.json"
    if now is not None:
        path.write_text(now)
    with pytest.raises(SettingsError, match="was changed by somebody else"):
        save(path, OLD, NEW)
    assert (path.read_text() if path.exists() else None) == now
    assert not (home / "settings.json.bak").exists()


def test_a_file_that_came_to_be_meanwhile_is_left_alone(home: Path) -> None:
    path = written(home, OLD)
    with pytest.raises(SettingsError, match="was changed by somebody else"):
        save(path, "", NEW)
    assert path.read_text() == OLD


def test_a_broken_file_is_not_touched_and_one_is_told_where(home: Path) -> None:
    path = written(home, '{\n  "a": [1\n}')
    with pytest.raises(SettingsError) as caught:
        read(path)
    assert caught.value.what.startswith(f"{path}:3:1: Expected ',' or ']'")
    assert caught.value.hint == "Nothing was written. Mend this first."


@pytest.mark.parametrize("after", ["{", "", "[]", '{"a": "' + "x" * 1024 * 1024 + '"}'])
def test_what_could_not_be_read_is_never_written(home: Path, after: str) -> None:
    path = written(home, OLD)
    with pytest.raises(SettingsError, match="could not be read"):
        save(path, OLD, after)
    assert path.read_text() == OLD


def test_nothing_is_written_where_nothing_changes(home: Path) -> None:
    path = written(home, OLD)
    before = path.stat()
    assert save(path, OLD, OLD) is None
    assert path.stat() == before


def test_a_file_in_the_place_of_the_folder_is_told(home: Path) -> None:
    (home / ".factory").write_text("")
    with pytest.raises(SettingsError, match="cannot be written: "):
        save(home / ".factory" / "settings.json", "", NEW)


def test_two_who_write_at_once_lose_nothing(home: Path) -> None:
    path = home / "settings.json"

    def add(name: int) -> None:
        while True:
            before = read(path)
            try:
                save(path, before, added(before, {"model": str(name)}))
            except SettingsError:
                continue
            return

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(40)))
    listed = meant(path.read_text())["customModels"]
    assert {one["model"] for one in listed} == {str(name) for name in range(40)}
    assert len(listed) == 40


# A process is killed before and after each call into C that saving makes.

KILLED = """
import os, signal, sys
from pathlib import Path
from ownkey.config import writing

folder, old, new = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
path = folder / "settings.json"

def killed_at(moment):
    steps = 0
    def step(frame, event, called):
        nonlocal steps
        if event in ("c_call", "c_return"):
            if steps == moment:
                os.kill(os.getpid(), signal.SIGKILL)
            steps += 1
    sys.setprofile(step)
    writing.save(path, old, new)
    sys.setprofile(None)
    os._exit(0)

def left():
    found = {name: (folder / name).read_text() for name in os.listdir(folder)}
    said = found.pop("settings.json", "")
    assert said in (old, new), said
    assert found.pop("settings.json.bak", old) == old, found
    return said, len(found)

seen, status, moment = [], 1, 0
while status:
    for name in os.listdir(folder):
        (folder / name).unlink()
    if old:
        path.write_text(old)
    child = os.fork()
    if not child:
        killed_at(moment)
    _, status = os.waitpid(child, 0)
    assert status in (0, signal.SIGKILL), status
    seen.append(left())
    said = seen[-1][0]
    if said == old:  # whoever was killed leaves nothing that is in the way
        writing.save(path, old, new)
        assert left() == (new, 0), os.listdir(folder)
    moment += 1
print(moment, sum(said == old for said, _ in seen), sum(said == new for said, _ in seen),
      max(drafts for _, drafts in seen))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("old", [OLD, ""], ids=["replaced", "made"])
def test_whoever_is_killed_leaves_the_old_file_or_the_new_one(tmp_path: Path, old: str) -> None:
    folder = tmp_path / "killed"
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-P", "-c", KILLED, str(folder), old, NEW],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    moments, with_old, with_new, drafts = map(int, done.stdout.split())
    assert moments > 100
    assert with_old > 20
    assert with_new > 1
    assert drafts == 1


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def written(folder: Path, text: str) -> Path:
    path = folder / "settings.json"
    path.write_text(text)
    return path
