"""The app in a real browser: a prompt is typed, and the answer seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.chromium import PROGRAM, chromium
from tests.e2e.front_door import entry, settle
from tests.e2e.served import served

pytestmark = pytest.mark.skipif(
    PROGRAM is None, reason="there is no Chromium here: apt-get install chromium"
)

SEES = """(words => {
  const screen = document.querySelector(".xterm-screen");
  if (!screen || !document.body.classList.contains("-first-byte")) return false;
  const box = screen.getBoundingClientRect();
  const mouse = (target, type, x, y) => target.dispatchEvent(new MouseEvent(type, {
    bubbles: true, shiftKey: true, detail: 1, buttons: 1, clientX: x, clientY: y, view: window}));
  mouse(screen, "mousedown", box.left + 1, box.top + 1);
  mouse(document, "mousemove", box.right - 1, box.bottom - 1);
  mouse(document, "mouseup", box.right - 1, box.bottom - 1);
  let copied = "";
  const listen = event => { copied = event.clipboardData.getData("text/plain"); };
  document.addEventListener("copy", listen);
  document.execCommand("copy");
  document.removeEventListener("copy", listen);
  return copied.includes(words);
})(%r)"""
"""What stands on the screen, as a person gets at it: Shift and the mouse select, and copy. The
terminal is painted on a canvas, so the page itself holds no text."""

ENTER = ("Enter", 13)


def test_a_prompt_is_typed_and_the_answer_seen(home: Path, tmp_path: Path, rehearsal: str) -> None:
    settle(home, entry(rehearsal))
    with served(tmp_path) as server, chromium(tmp_path / "profile") as page:
        page.open(server.url)
        page.until(SEES % "Far One")
        page.types("Who is there?")
        page.until(SEES % "Who is there?")
        page.presses(*ENTER)
        page.until(SEES % "This is a rehearsal: I am a script")
        width = page.value("document.querySelector('.xterm-screen').clientWidth")
        page.resize(700, 500)
        page.until(f"document.querySelector('.xterm-screen').clientWidth < {width} - 200")
        page.ask("Page.reload")
        page.until(SEES % "This is a rehearsal: I am a script")
        assert page.value("document.fonts.check('16px \"Roboto Mono\"')")
        assert {url.partition("?")[0].rsplit("/", 1)[0] for url in page.requested()} <= {
            f"{server.origin}{path}"
            for path in ("", "/page", "/client/css", "/client/js", "/client/fonts")
        }
        assert [one for one in page.complaints() if "software WebGL" not in one] == []
