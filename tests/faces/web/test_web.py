"""The app on loopback: who is let in, what is shown where, and that nothing outlives it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from tests.e2e.front_door import entry, settle
from tests.e2e.served import PATIENCE, Served, Tab, served, tab, watched
from tests.far import Far, chat, chat_call

LINUX = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="processes are watched by pidfd")

SECRETS = ("/", "/socket", "/page/page.js", "/client/js/textual.js", "/nowhere")


@pytest.fixture(scope="module")
def open_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str]]:
    """A server for questions that change nothing, and the cookie it gave."""
    folder = tmp_path_factory.mktemp("open")
    with served(folder, HOME=str(folder)) as server:
        yield server, server.enter()


def test_the_token_lets_one_browser_in_and_then_nobody(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        wrong, _ = server.get("/enter?token=guessed")
        first, _ = server.get(f"/enter?token={server.token}")
        again, said = server.get(f"/enter?token={server.token}")
    assert (wrong.status, first.status, again.status) == (403, 200, 403)
    assert "start it again" in said
    cookie = first.getheader("Set-Cookie") or ""
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert server.token not in cookie


@pytest.mark.parametrize("path", SECRETS)
@pytest.mark.parametrize("cookie", ["", "ownkey=guessed"])
def test_without_the_cookie_there_is_nothing(
    open_server: tuple[Served, str], path: str, cookie: str
) -> None:
    server, _ = open_server
    port = server.address.rpartition(":")[2]
    given = cookie.replace("=", f"-{port}=")
    response, _ = server.get(path, Cookie=given, Origin=server.origin)
    assert response.status == 403


@pytest.mark.parametrize("host", ["localhost:{port}", "evil.example:{port}", "127.0.0.1", ""])
def test_another_name_for_this_machine_is_refused(
    open_server: tuple[Served, str], host: str
) -> None:
    server, cookie = open_server
    port = server.address.rpartition(":")[2]
    response, _ = server.get("/", Cookie=cookie, Host=host.format(port=port))
    assert response.status == 421


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_site_asks_for_is_refused(open_server: tuple[Served, str], site: str) -> None:
    server, cookie = open_server
    response, said = server.get("/", Cookie=cookie, Sec_Fetch_Site=site)
    assert (response.status, said) == (403, "Another site asked for this.\n")


@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost:{port}", "null", None])
def test_a_socket_is_opened_by_the_page_alone(
    open_server: tuple[Served, str], origin: str | None
) -> None:
    server, cookie = open_server
    named = {} if origin is None else {"Origin": origin.format(port=server.address[10:])}
    asked = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec_WebSocket_Version": "13"}
    key = "dGhlIHNhbXBsZSBub25jZQ=="
    response, _ = server.get("/socket", Cookie=cookie, Sec_WebSocket_Key=key, **asked, **named)
    assert response.status == 403


def test_the_page_asks_for_nothing_from_elsewhere(open_server: tuple[Served, str]) -> None:
    server, cookie = open_server
    for path in ("/", "/page/page.css", "/page/page.js", "/client/css/xterm.css"):
        response, text = server.get(path, Cookie=cookie)
        assert response.status == 200
        assert "url(http" not in text
        assert 'src="http' not in text
        assert 'href="http' not in text


@pytest.mark.parametrize("path", ["/", "/enter", "/nowhere", "/client/js/textual.js"])
def test_every_answer_carries_the_policy(open_server: tuple[Served, str], path: str) -> None:
    server, cookie = open_server
    response, _ = server.get(path, Cookie=cookie)
    policy = response.getheader("Content-Security-Policy") or ""
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "script-src 'self';" in policy
    assert response.getheader("Referrer-Policy") == "no-referrer"
    assert response.getheader("Cache-Control") == "no-store"


@pytest.mark.parametrize("path", ["/client/../server.py", "/page/..%2f__init__.py", "/client"])
def test_only_the_files_of_the_page_are_served(open_server: tuple[Served, str], path: str) -> None:
    server, cookie = open_server
    response, _ = server.get(path, Cookie=cookie)
    assert response.status in (403, 404)


def test_a_reloaded_tab_goes_on_with_the_conversation(home: Path, tmp_path: Path) -> None:
    async def reloaded(server: Served) -> None:
        cookie = server.enter()
        async with aiohttp.ClientSession() as client:
            before = await tab(client, server, cookie)
            await before.reads("Kept.")
            await before.socket.close()
            after = await tab(client, server, cookie)
            await after.reads("Kept.")
            await after.types("Second.\r")
            await after.reads("Whole.")

    with Far(chat("Kept."), chat("Whole.")) as far:
        settle(home, entry(far.url))
        with served(tmp_path, "First.") as server:
            asyncio.run(reloaded(server))
    assert len(far.requests) == 2
    assert "First." in str(far.requests[1].json["messages"])


def test_the_newest_tab_has_the_conversation(home: Path, tmp_path: Path) -> None:
    async def both(server: Served) -> None:
        cookie = server.enter()
        async with aiohttp.ClientSession() as client:
            first = await tab(client, server, cookie)
            await first.reads("Kept.")
            second = await tab(client, server, cookie)
            await first.closes()
            await second.reads("Kept.")

    with Far(chat("Kept.")) as far:
        settle(home, entry(far.url))
        with served(tmp_path, "First.") as server:
            asyncio.run(both(server))


def test_leaving_the_app_ends_the_server_and_tells_the_way_back(home: Path, tmp_path: Path) -> None:
    async def leave(server: Served) -> None:
        cookie = server.enter()
        async with aiohttp.ClientSession() as client:
            opened = await tab(client, server, cookie)
            await opened.reads("Kept.")
            await opened.types("/quit\r")
            await opened.closes()

    with Far(chat("Kept.")) as far:
        settle(home, entry(far.url))
        with served(tmp_path, "First.") as server:
            asyncio.run(leave(server))
            code, printed = server.ends()
    assert code == 0
    assert "Kept." in printed
    assert "ownkey --resume " in printed


@LINUX
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, None])
def test_nothing_outlives_the_server_or_the_tab(
    home: Path, tmp_path: Path, end: signal.Signals | None
) -> None:
    async def ended(server: Served) -> None:
        cookie = server.enter()
        async with aiohttp.ClientSession() as client:
            opened = await tab(client, server, cookie)
            await opened.reads("Far One")
            with watched(server.child()) as gone:
                if end is None:
                    await opened.socket.close()
                else:
                    server.process.send_signal(end)
                assert gone()

    with Far() as far:
        settle(home, entry(far.url))
        with served(tmp_path) as server:
            asyncio.run(ended(server))


def running(*argv: str) -> list[int]:
    """Processes with exactly that command line; inside a sandbox they know another number."""
    line = b"".join(word.encode() + b"\0" for word in argv)
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if path.read_bytes() == line:
                found.append(int(path.parent.name))
    return found


@LINUX
def test_a_command_that_runs_ends_with_the_killed_server(home: Path, tmp_path: Path) -> None:
    long = f"600.{os.getpid()}"
    runs = chat_call("shell", command=f"exec sleep {long}")

    async def ended(server: Served) -> None:
        cookie = server.enter()
        async with aiohttp.ClientSession() as client:
            opened = await tab(client, server, cookie)
            while not (sleeps := running("sleep", long)):
                await opened.socket.receive(PATIENCE)
            with watched(sleeps[0]) as gone:
                server.process.kill()
                assert gone()

    with Far(runs) as far:
        settle(home, entry(far.url))
        with served(tmp_path, "--auto", "medium", "Wait.") as server:
            asyncio.run(ended(server))


@LINUX
def test_the_process_list_tells_neither_token_nor_prompt(home: Path, tmp_path: Path) -> None:
    async def listed(server: Served) -> bytes:
        cookie = server.enter()
        async with aiohttp.ClientSession() as client:
            opened = await tab(client, server, cookie)
            await opened.reads("Kept.")
            process = Path(f"/proc/{server.child()}")
            environ = (process / "environ").read_bytes()
            assert cookie.partition("=")[2].encode() not in environ
            assert server.token.encode() not in environ
            return (process / "cmdline").read_bytes()

    with Far(chat("Kept.")) as far:
        settle(home, entry(far.url))
        with served(tmp_path, "Hush, hush.") as server:
            line = asyncio.run(listed(server))
    assert b"Hush" not in line
    assert server.token.encode() not in line


@pytest.mark.parametrize("noise", ["", "{}", "[]", '["stdin", 7]', '["resize", {"width": -1}]'])
def test_what_makes_no_sense_does_no_harm(home: Path, tmp_path: Path, noise: str) -> None:
    async def spoken(server: Served) -> Tab:
        cookie = server.enter()
        async with aiohttp.ClientSession() as client:
            opened = await tab(client, server, cookie)
            await opened.socket.send_str(noise)
            await opened.socket.close()
            after = await tab(client, server, cookie)
            await after.reads("Far One")
            return after

    with Far() as far:
        settle(home, entry(far.url))
        with served(tmp_path) as server:
            asyncio.run(spoken(server))


def test_a_taken_port_is_told(open_server: tuple[Served, str], tmp_path: Path) -> None:
    server, _ = open_server
    port = server.address.rpartition(":")[2]
    done = _run("web", "--no-open", "--port", port, "--cwd", str(tmp_path))
    assert done.returncode == 2
    assert f"Cannot listen on port {port}" in done.stderr
    assert "--port" in done.stderr


def test_without_the_library_the_one_thing_to_do_is_told() -> None:
    hidden = "import sys; sys.modules['textual_serve'] = None; "
    code = hidden + "from ownkey.cli import main; sys.exit(main(['web']))"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "pip install 'ownkey[web]'" in done.stderr


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-P", "-m", "ownkey", *arguments]
    return subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
