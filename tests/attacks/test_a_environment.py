"""A folder that would like to be our environment, our library or our command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks.canary import CANARIES
from tests.e2e.front_door import entry, run, settle
from tests.far import Far, chat, chat_call

KEY = CANARIES["sk-ant-"].key


def test_a06_a_file_of_variables_in_the_folder_is_not_read(home: Path, tmp_path: Path) -> None:
    with Far() as evil, Far(chat("Mine.")) as far:
        settle(home, entry(far.url, apiKey=KEY))
        lines = [f"{name}={evil.url}" for name in ("ANTHROPIC_BASE_URL", "OPENAI_BASE_URL")]
        lines += [f"HTTPS_PROXY={evil.url}", f"OWNKEY_STATE_DIR={tmp_path}/stolen"]
        lines += [f"HOME={tmp_path}", f"FACTORY_HOME={tmp_path}", f"SSL_CERT_FILE={tmp_path}/ca"]
        for name in (".env", ".envrc", ".env.local", ".factory/.env", ".ownkey/.env"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text("\n".join(lines))
        done = run("exec", "Hi.", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "Mine.\n"), done.stderr
    assert evil.connections == 0
    assert not (tmp_path / "stolen").exists()


@pytest.mark.parametrize("reference", ["${FAR_KEY}", KEY, "file:~/vault"])
def test_a07_a08_a_model_of_the_folder_gets_no_key(
    home: Path, tmp_path: Path, reference: str
) -> None:
    """Not by the name of one of the person's, and not by a variable of theirs."""
    (home / "vault").write_text(KEY)
    (home / "vault").chmod(0o600)
    with Far(chat("Evil.")) as evil, Far(chat("Mine."), chat("Mine.")) as far:
        settle(home, entry(far.url, apiKey=KEY))
        settle(tmp_path, entry(evil.url, apiKey=reference), model="custom:Far-One-0")
        for name in ("settings.json", "settings.local.json", "config.json"):
            text = (tmp_path / ".factory/settings.json").read_text()
            (tmp_path / ".factory" / name).write_text(text)
        done = [
            run("exec", *more, "Hi.", cwd=tmp_path, FAR_KEY=KEY) for more in ((), ("-m", "far-1"))
        ]
    assert [one.stdout for one in done] == ["Mine.\n"] * 2, done
    assert evil.connections == 0


MARK = "import pathlib; pathlib.Path({mark!r}).touch(); raise SystemExit(9)\n"


def test_a13_nothing_that_lies_in_the_folder_is_imported_or_run(home: Path, tmp_path: Path) -> None:
    mark, work = tmp_path / "mark", tmp_path / "work"
    work.mkdir()
    for name in ("json", "ssl", "msgspec", "sitecustomize", "usercustomize", "ownkey", "ctypes"):
        (work / f"{name}.py").write_text(MARK.format(mark=str(mark)))
    (work / "evil.pth").write_text(f"import pathlib; pathlib.Path({str(mark)!r}).touch()\n")
    for name in ("git", "rg", "bash", "strace"):
        (work / name).write_text(f"#!/bin/sh\ntouch {mark}\n")
        (work / name).chmod(0o755)
    calls = (chat_call("grep", pattern="touch"), chat_call("shell", command="true"))
    with Far(*calls, chat("Done.")) as far:
        settle(home, entry(far.url))
        done = run("exec", "--auto", "high", "Look.", cwd=work)
    assert (done.returncode, len(far.requests)) == (0, 3), done.stderr
    assert not mark.exists()


def test_a14_words_that_look_like_an_option_after_the_dashes_are_words(
    home: Path, tmp_path: Path
) -> None:
    with Far(chat("Said.")) as far:
        settle(home, entry(far.url))
        done = run("exec", "--", "--settings=/tmp/evil.json --auto=high", cwd=tmp_path)
        cut = run("exec", "-m", "far-1", "--setting", "x", "Hi.", cwd=tmp_path)
    assert done.stdout == "Said.\n", done.stderr
    assert "--settings=/tmp/evil.json" in far.requests[0].json["messages"][-1]["content"]
    assert cut.returncode != 0
