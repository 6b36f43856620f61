"""Everything that ownkey writes or shows, filled by real runs in which all keys are told it."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.attacks.canary import CONTROL, KEYS, echo, unpacked
from tests.e2e.front_door import entry, run, settle
from tests.e2e.served import served, tab
from tests.e2e.test_terminal import LEAVES_THE_SCREEN, Terminal, terminal
from tests.far import Far, Reply, chat_call, event, refusal, stream

LOOK = f"""
: {CONTROL.key}
env > environ; tr '\\0' '\\n' < /proc/$PPID/environ; cat ~/.factory/settings.json
base64 -w0 ~/.factory/settings.json; xxd -p -c0 ~/.factory/settings.json 2>/dev/null
cat /proc/[0-9]*/cmdline > cmdlines 2>/dev/null
echo {CONTROL.key} > written; true
"""
"""A command of a model that is after the keys."""

PIECE = 7
"""Characters of an answer that come at once, so that every key is cut several times."""

DONE = "All was told."


def told(text: str) -> Reply:
    """An answer in small pieces."""
    pieces = [text[at : at + PIECE] for at in range(0, len(text), PIECE)]
    said = [event({"choices": [{"index": 0, "delta": {"content": one}}]}) for one in pieces]
    end = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    return stream(b"".join(said), event(end), event("[DONE]"))


def everything() -> Reply:
    return told(f"```\n{echo()}\n```\n\n{DONE}")


class Sinks:
    """Runs are made when something of theirs is looked at first, each in a home of its own."""

    def __init__(self, place: Path) -> None:
        self._place = place

    @contextmanager
    def _home(self, name: str, url: str, **fields: Any) -> Iterator[tuple[Path, Path]]:
        """A home folder whose one model has all the keys, and a folder to work in."""
        home, work = self._place / name, self._place / f"{name}-work" / CONTROL.key
        home.mkdir()
        work.mkdir(parents=True)
        first, second, *others = KEYS
        headers = {f"X-Key-{nth}": key for nth, key in enumerate(others)}
        given = {"apiKey": first, "extraHeaders": headers | {"X-Api-Key": "${SECOND}"}} | fields
        file = settle(home, entry(url, **given))
        escaped = "".join(f"\\u{ord(letter):04x}" for letter in KEYS[-1])
        file.write_text(file.read_text().replace(KEYS[-1], escaped))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("HOME", str(home))
            patch.setenv("SECOND", second)
            patch.setenv("XDG_DATA_DIRS", f"/{CONTROL.key}")
            for nth, key in enumerate(KEYS):
                patch.setenv(f"CANARY_{nth}", key)
            patch.setenv("PIP_INDEX_URL", f"https://a.example/{KEYS[3]}/simple")
            patch.setenv("GOFLAGS", f"-x={KEYS[4]}")
            yield home, work

    @cached_property
    def _told(self) -> dict[str, bytes]:
        far = Far(chat_call("shell", command=LOOK), everything())
        with far, self._home("told", far.url) as (home, work):
            done = run("exec", "--auto", "high", "--record", "../tape", "Look.", cwd=work)
            show = run("sessions", "show", "last", cwd=work)
        assert (done.returncode, len(far.requests)) == (0, 2), done.stdout + done.stderr
        settings = home / ".factory/settings.json"
        kept = [one for one in home.rglob("*") if one.is_file() and one != settings]
        journals = [one for one in kept if one.suffix == ".jsonl"]
        stores = [one for one in kept if "blobs" in one.parts]
        assert journals
        assert stores
        return {
            "text": done.stdout.encode(),
            "state": b"".join(one.read_bytes() for one in kept),
            "journal": b"".join(one.read_bytes() for one in journals),
            "undo": b"".join(unpacked(one.read_bytes()) for one in stores),
            "context": b"".join(one.body for one in far.requests),
            "tape": (work / "../tape").read_bytes(),
            "environ": (work / "environ").read_bytes(),
            "cmdlines": (work / "cmdlines").read_bytes(),
            "shown": show.stdout.encode(),
        }

    def _said(self, form: str) -> bytes:
        far = Far(chat_call("shell", command=LOOK), everything())
        with far, self._home(form, far.url) as (_, work):
            done = run("exec", "--auto", "high", "-o", form, "Look.", cwd=work)
        assert done.returncode == 0, done.stderr
        return done.stdout.encode() + done.stderr.encode()

    @cached_property
    def stream_json(self) -> bytes:
        return self._said("stream-json")

    @cached_property
    def json(self) -> bytes:
        return self._said("json")

    @cached_property
    def refused(self) -> bytes:
        """In every place of a refusal, piece by piece, for what is long is cut."""
        out = b""
        bodies = [[CONTROL.key, key] for key in KEYS] + [[CONTROL.key, *KEYS]]
        replies = [refusal(401, {"error": {"message": " ".join(one)}}) for one in bodies]
        with Far(*replies) as far, self._home("refused", far.url) as (_, work):
            for _ in replies:
                done = run("exec", "Hi.", cwd=work)
                out += done.stdout.encode() + done.stderr.encode()
        return out

    @cached_property
    def misled(self) -> bytes:
        """Keys in the address, in a redirect, and in the headers of an answer."""
        out = b""
        query = "&".join(f"k{nth}={key}" for nth, key in enumerate(KEYS))
        there = f"https://elsewhere.example/{CONTROL.key}?{query}"
        moved = refusal(307, location=there, x_request_id=" ".join(KEYS))
        answers = (moved, refusal(404, echo(), content_type="text/plain"), refusal(400, echo()))
        for nth, answer in enumerate(answers):
            with Far(answer, answer, answer) as far:
                url = f"{far.url}/{CONTROL.key}/v1?{query}"
                with self._home(f"misled-{nth}", far.url, baseUrl=url) as (_, work):
                    done = run("exec", "-o", "json", "Hi.", cwd=work)
            out += done.stdout.encode() + done.stderr.encode()
        return out

    @cached_property
    def crashed(self) -> bytes:
        """A fault of ours, whose words and variables are full of keys."""
        out = b""
        with self._home("crashed", "http://127.0.0.1:9") as (home, work), self._faulty(home):
            done = run("exec", "Hi.", cwd=work)
            assert "Traceback" in done.stderr
            out += done.stdout.encode() + done.stderr.encode()
        return out

    @cached_property
    def crashed_app(self) -> bytes:
        nobody = "http://127.0.0.1:9"
        with (
            self._home("crashed-app", nobody) as (home, work),
            self._faulty(home),
            terminal(work) as app,
        ):
            app.reads(b"Far One")
            app.types("Hi.\r")
            app.reads(b"a fault of ours")
            app.types("/btw Hi.\r")  # which runs where a fault ends the app
            app.ends()
        assert b"Traceback" in app.seen.rpartition(LEAVES_THE_SCREEN)[2]
        return app.seen

    @contextmanager
    def _faulty(self, home: Path) -> Iterator[None]:
        folder = home / "faulty"
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(FAULT.format(words=" ".join([CONTROL.key, *KEYS])))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PYTHONPATH", str(folder))
            yield

    @cached_property
    def _app(self) -> dict[str, bytes]:
        with Far(everything(), everything()) as far, self._home("app", far.url) as (_, work):
            _repository(work)
            with terminal(work, size=(200, 220)) as app:
                app.reads(b"Far One")
                app.types("Tell me.\r")
                app.reads(DONE.encode())
                for command in ("/export out.md", "/status", "/settings", "/diff"):
                    _obeys(app, command)
                app.types("/quit\r")
                assert app.ends() == 0
        titles = b"\n".join(re.findall(rb"\x1b\][012];[^\x07\x1b]*", app.seen))
        return {
            "screen": app.seen,
            "title": titles,
            "export": (work / "out.md").read_bytes(),
        }

    @cached_property
    def history(self) -> bytes:
        """What the person themselves pasted."""
        far = Far(told(DONE))
        with far, self._home("history", far.url) as (home, work), terminal(work) as app:
            app.reads(b"Far One")
            app.types(f"\x1b[200~{' '.join([CONTROL.key, *KEYS])}\x1b[201~\r")
            app.reads(DONE.encode())
            app.types("/quit\r")
            app.ends()
        kept = [one for one in home.rglob("*") if one.is_file() and "state" in str(one)]
        assert any(one.name == "prompts" for one in kept)
        return b"".join(one.read_bytes() for one in kept) + far.requests[0].body

    @cached_property
    def page(self) -> bytes:
        far = Far(everything())
        with far, self._home("web", far.url) as (_, work), served(work) as server:
            return asyncio.run(_browsed(server))

    @cached_property
    def doctor(self) -> bytes:
        words = refusal(400, {"error": {"message": f"{CONTROL.key} {' '.join(KEYS)}"}})
        listed = refusal(200, {"data": [{"id": "far-1", "note": echo()}]})
        far = Far(*[words] * 9, facts={"/v1/models": listed})
        with far, self._home("doctor", far.url) as (_, work):
            done = run("doctor", "--yes", "--json", cwd=work)
        return done.stdout.encode() + done.stderr.encode()

    @cached_property
    def compare(self) -> bytes:
        words = refusal(401, {"error": {"message": f"{CONTROL.key} {' '.join(KEYS)}"}})
        named = {"displayName": CONTROL.key}
        with Far(*[words] * 9) as far, self._home("compare", far.url, **named) as (_, work):
            done = run("compare", "--yes", "--json", cwd=work)
        return done.stdout.encode() + done.stderr.encode()

    @cached_property
    def listings(self) -> bytes:
        """What tells of settings, whose display name is the control."""
        out = b""
        with self._home("listed", "http://127.0.0.1:9", displayName=CONTROL.key) as (_, work):
            for line in LISTINGS:
                done = run(*line.split(), cwd=work)
                out += done.stdout.encode() + done.stderr.encode()
        return out

    def of(self, name: str) -> bytes:
        """What came to a sink, by the name it has in `ALL`."""
        way = ALL[name]
        run, _, part = way.partition(".")
        found = getattr(self, run)
        return found[part] if part else found


ALL = {
    "exec's text": "_told.text",
    "stream-json": "stream_json",
    "json": "json",
    "a refusal that repeats the key": "refused",
    "an error at an address with keys": "misled",
    "the session's journal": "_told.journal",
    "what models are sent": "_told.context",
    "sessions show": "_told.shown",
    "/export": "_app.export",
    "--record": "_told.tape",
    "files of state and cache": "_told.state",
    "the undo store": "_told.undo",
    "a crash": "crashed",
    "a crash of the app": "crashed_app",
    "the process list": "_told.cmdlines",
    "the environment of commands": "_told.environ",
    "the screen": "_app.screen",
    "the window's title": "_app.title",
    "the history of prompts": "history",
    "the page": "page",
    "doctor": "doctor",
    "compare": "compare",
    "listings of settings": "listings",
}

LISTINGS = ("models", "models list --json", "models show far-1 --why", "keys list --json", "cost")

FAULT = """
import sys

class Faulty:
    def find_spec(self, name, path=None, target=None):
        if name == "ownkey.wire.formats.chat":
            at_hand = {words!r}
            raise RuntimeError("a fault of ours, near " + at_hand)

sys.meta_path.insert(0, Faulty())
"""
"""What Python runs at its start, so that the first question to a model fails inside of us."""


def _repository(work: Path) -> None:
    """One whose uncommitted change is full of keys."""
    for line in ("init -q", "config user.name me", "config user.email me@example.com"):
        subprocess.run(["git", *line.split()], cwd=work, check=True)
    (work / "noted").write_text("nothing\n")
    subprocess.run(["git", "add", "."], cwd=work, check=True)
    subprocess.run(["git", "commit", "-qm", "nothing"], cwd=work, check=True)
    (work / "noted").write_text(echo() + "\n")


def _obeys(app: Terminal, command: str) -> None:
    """Gives a command, and waits for the shell's answer after it, so that it is done."""
    app.types(f"{command}\r")
    app.reads(ANSWERED[command])


ANSWERED = {
    "/export out.md": b"The conversation is in",
    "/status": b"permission",
    "/settings": b"holds within a second",
    "/diff": b"[redacted]",
}


async def _browsed(server: Any) -> bytes:
    cookie = await asyncio.to_thread(server.enter)
    _, page = await asyncio.to_thread(server.get, "/", Cookie=cookie)
    async with aiohttp.ClientSession() as client:
        one = await tab(client, server, cookie)
        await one.reads("Far One")
        await one.types("Tell me.\r")
        await one.reads(DONE)
    return page.encode() + one.seen
