"""What a person reads first of `ownkey doctor`: the cause, of one model or of many."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from pathlib import Path
from subprocess import CompletedProcess

from ownkey.rehearsal.server import Rehearsal
from tests.doctor.examinee import examinee
from tests.doctor.test_doctor import examined, headline
from tests.e2e.front_door import entry, run, settle
from tests.e2e.test_terminal import terminal
from tests.far import Far


def test_with_leave_given_before_the_price_is_told_all_the_same(home: Path) -> None:
    done = examined(Rehearsal(examinee), home, "--yes", pricing={"input": 3, "output": 15})
    assert "custom:Far-One-0 is asked some 12 questions: about $0.0" in done.stderr


def test_who_has_no_model_is_told_how_to_begin(home: Path) -> None:
    done = run("doctor", cwd=home)
    first = done.stdout.partition("\n\n")[0]
    assert first.startswith("There are no models yet.")
    assert "ownkey models add" in first
    assert "ownkey models import" in first
    assert done.returncode == 78


def test_several_models_are_told_in_a_line_each_before_any_details(home: Path) -> None:
    async def both() -> CompletedProcess[str]:
        async with Rehearsal(examinee) as far, Rehearsal(examinee, ["refuse-key"]) as other:
            settle(
                home,
                entry(far.url, "anthropic", model="rehearsal", displayName="Well"),
                entry(other.url, "anthropic", model="rehearsal", displayName="Ill"),
            )
            return await asyncio.to_thread(run, "doctor", "--yes", cwd=home)

    done = asyncio.run(both())
    first = " ".join(done.stdout.partition("\n\n")[0].split())
    assert first.startswith("1 of 2 models work. ok custom:Well-0 first word after")
    assert re.search(r"NO custom:Ill-1 127\.0\.0\.1:\d+ refused the key\.", first)
    assert done.returncode == 77


def test_in_a_terminal_nothing_of_the_progress_is_left_beside_the_report(
    home: Path, tmp_path: Path
) -> None:
    with Far() as far:
        settle(home, entry(far.url))
        with terminal(tmp_path, "doctor") as app:
            app.reads(b"Go on? [y/N]")
            app.types("n\r")
            assert app.ends() == 0
    _, _, last = bytes(app.seen).rpartition(b"looked at: ")
    assert last.partition(b"custom:Far-One-0")[0].endswith(b"\r\x1b[K\r")


def test_an_unknown_model_is_told_with_the_nearest_of_the_list(home: Path) -> None:
    done = examined(Rehearsal(examinee, ["unknown-model"]), home, "--yes", model="rehearsl")
    assert 'Did you mean "model": "rehearsal"?' in headline(done)


def test_a_default_that_is_no_model_is_a_fault_with_its_place(home: Path) -> None:
    file = settle(home, entry("http://127.0.0.1:9"), model="custom:Gone")
    done = run("doctor", cwd=home)
    first = done.stdout.splitlines()[0]
    assert first.startswith("error: ~/.factory/settings.json:")
    assert "The default model 'custom:Gone' is none of yours" in first
    assert "ownkey models default MODEL" in first
    assert done.returncode == 78
    file.write_text(file.read_text("utf-8").replace("custom:Gone", "custom:Far-One-0"), "utf-8")
    assert "none of yours" not in run("doctor", cwd=home).stdout


def test_entries_of_one_name_are_told(home: Path) -> None:
    settle(home, entry("http://127.0.0.1:9"), entry("http://127.0.0.1:8"))
    told = "custom:Far-One-0 and custom:Far-One-1 share the name Far-One"
    assert told in run("doctor", "--offline", cwd=home).stdout
    settings = json.loads(run("doctor", "--offline", "--json", cwd=home).stdout)["settings"]
    ids = ["custom:Far-One-0", "custom:Far-One-1"]
    assert settings["namesakes"] == [{"name": "Far-One", "ids": ids}]


def test_errors_of_the_settings_come_before_warnings(home: Path) -> None:
    settle(home, entry("http://127.0.0.1:9", contextWindw=1, maxOutputTokens="many"))
    first, second, *_ = run("doctor", "--offline", cwd=home).stdout.splitlines()
    assert first.startswith("error: ")
    assert second.startswith("warning: ")


def test_what_listens_instead_of_a_server_that_does_not_is_told(home: Path) -> None:
    settle(home, entry("http://127.0.0.1:9"))
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        done = run("doctor", "--yes", cwd=home, OWNKEY_LOCAL_SERVERS=address)
    assert f"A server does listen at {address}" in headline(done)


def test_an_entry_that_another_file_replaces_is_told(home: Path) -> None:
    file = settle(home, entry("http://127.0.0.1:9"))
    local = file.with_name("settings.local.json")
    local.write_text(file.read_text("utf-8"), "utf-8")
    local.chmod(0o600)
    done = run("doctor", "--offline", cwd=home)
    told = "Far One at ~/.factory/settings.json:3:5 is replaced by the one at"
    assert f"{told} ~/.factory/settings.local.json:3:5" in done.stdout
    (replaced,) = json.loads(run("doctor", "--offline", "--json", cwd=home).stdout)["settings"][
        "overridden"
    ]
    assert replaced == {"name": "Far One", "where": f"{file}:3:5", "by": f"{local}:3:5"}
    assert done.returncode == 0
