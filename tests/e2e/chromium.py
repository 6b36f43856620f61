"""A real Chromium without a window, told what to do over a pipe (Chrome DevTools Protocol,
https://chromedevtools.github.io/devtools-protocol: JSON, each message ended by a zero byte)."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)

PATIENCE = 45.0
"""Seconds until a test gives up; nothing is judged by time."""

OPTIONS = (
    "--headless=new",
    "--no-sandbox",  # CI is root in a container, where there is none; only our page is opened
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--remote-debugging-pipe",
)


class Page:
    """One tab."""

    def __init__(self, reading: int, writing: int) -> None:
        self.events: list[dict[str, Any]] = []
        self._reading = reading
        self._writing = writing
        self._left = b""
        self._count = 0
        self._session = ""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **params: Any) -> Any:
        self._count += 1
        message = {"id": self._count, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._writing, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + PATIENCE
        while (answer := self._next(end)).get("id") != self._count:
            self.events.append(answer)
        assert "result" in answer, answer
        return answer["result"]

    def open(self, url: str, *, width: int = 1000, height: int = 600) -> None:
        self.resize(width, height)
        self.ask("Page.navigate", url=url)

    def resize(self, width: int, height: int) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.ask("Emulation.setDeviceMetricsOverride", **size)

    def value(self, expression: str) -> Any:
        how = {"returnByValue": True, "userGesture": True}  # else nothing may be copied
        result = self.ask("Runtime.evaluate", expression=expression, **how)
        return result["result"].get("value")

    def until(self, expression: str) -> None:
        """Waits until the page says so."""
        end = time.monotonic() + PATIENCE
        while not self.value(expression):
            if time.monotonic() > end:
                raise AssertionError(f"{expression} never held; {self.complaints()}")

    def types(self, text: str) -> None:
        self.ask("Input.insertText", text=text)

    def presses(self, key: str, code: int) -> None:
        facts = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self.ask("Input.dispatchKeyEvent", type="rawKeyDown", **facts)
        self.ask("Input.dispatchKeyEvent", type="char", text=chr(code), **facts)
        self.ask("Input.dispatchKeyEvent", type="keyUp", **facts)

    def requested(self) -> list[str]:
        """The addresses that were asked for."""
        return [
            event["params"]["request"]["url"]
            for event in self.events
            if event.get("method") == "Network.requestWillBeSent"
        ]

    def complaints(self) -> list[str]:
        """What the browser put into its log: refusals of the policy, errors of scripts."""
        return [
            json.dumps(event["params"])
            for event in self.events
            if event.get("method") in ("Log.entryAdded", "Runtime.exceptionThrown")
        ]

    def _next(self, end: float) -> dict[str, Any]:
        while b"\0" not in self._left:
            ready = select.select([self._reading], [], [], max(0, end - time.monotonic()))[0]
            more = os.read(self._reading, 1 << 20) if ready else b""
            assert more, "Chromium says nothing"
            self._left += more
        message, _, self._left = self._left.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer


@contextmanager
def chromium(profile: Path) -> Iterator[Page]:
    assert PROGRAM
    reading, its_output = os.pipe()
    its_input, writing = os.pipe()
    # It reads from descriptor 3 and writes to 4.
    line = f'exec "$0" "$@" 3<&{its_input} 4>&{its_output}'
    command = ["bash", "-c", line, PROGRAM, *OPTIONS, f"--user-data-dir={profile}", "about:blank"]
    process = subprocess.Popen(
        command, pass_fds=(its_input, its_output), stderr=subprocess.DEVNULL, start_new_session=True
    )
    os.close(its_input)
    os.close(its_output)
    try:
        yield Page(reading, writing)
    finally:
        os.close(writing)  # it ends with the pipe
        process.wait(PATIENCE)
        os.close(reading)
