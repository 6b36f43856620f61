"""What the program finds out about an endpoint: told once, and not asked for again."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.e2e.front_door import KEY, entry, run, settle
from tests.far import Far, chat, messages, refusal

REFUSED = refusal(422, {"detail": [{"loc": ["body", "stream_options"], "msg": "not permitted"}]})
NOTE = '"quirks": {"stream_usage": false} into'


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def test_what_one_process_was_refused_the_next_does_not_send(work: Path, home: Path) -> None:
    cache = home.parent / "cache"
    with Far(REFUSED, chat("One."), chat("Two.")) as far:
        settle(home, entry(far.url))
        first, second = (run("exec", "hi", cwd=work, OWNKEY_CACHE_DIR=str(cache)) for _ in range(2))
    assert (first.stdout, second.stdout) == ("One.\n", "Two.\n")
    assert ["stream_options" in request.json for request in far.requests] == [True, False, False]
    assert NOTE in first.stderr
    assert "settings.json:" in first.stderr
    assert second.stderr.count("quirks") == 0
    file = cache / "dialects.json"
    assert KEY not in file.read_text()
    if os.name != "nt":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_another_address_and_another_header_are_told_with_the_line_to_write(
    work: Path, home: Path
) -> None:
    with Far(refusal(404), refusal(401), messages("Hello.")) as far:
        settle(home, entry(far.url, "anthropic"))
        done = run("exec", "hi", cwd=work)
    assert (done.returncode, done.stdout) == (0, "Hello.\n")
    assert f'write "baseUrl": "{far.url}/messages" into ' in done.stderr
    assert 'write "quirks": {"auth": "bearer"} into ' in done.stderr
    assert KEY not in done.stderr


def test_a_failure_of_both_addresses_names_both(work: Path, home: Path) -> None:
    with Far(refusal(404), refusal(404)) as far:
        settle(home, entry(far.url))
        done = run("exec", "hi", cwd=work)
    assert done.returncode == 69
    for path in ("/v1/chat/completions", "/chat/completions"):
        assert f"{far.url}{path}." in done.stderr
