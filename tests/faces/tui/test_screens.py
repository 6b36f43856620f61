"""What the app looks like, cell by cell: each picture was looked at before it was kept."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from inline_snapshot import external_file
from textual.app import App, ComposeResult

from ownkey.commands import Choice as Choose
from ownkey.commands.beginning import ABOUT, WELCOME
from ownkey.core.price import Rates
from ownkey.faces.tui.completion import Command
from ownkey.faces.tui.composer import Composer
from ownkey.faces.tui.exactly import Asking
from ownkey.faces.tui.menu import Menu
from ownkey.faces.tui.permission import PermissionPanel
from ownkey.faces.tui.picker import Choice, Picker
from ownkey.faces.tui.status import Fields, Spinner, StatusLine
from ownkey.faces.tui.themes import THEMES, soften
from ownkey.faces.tui.transcript import Transcript

SIZES = {"small": (80, 24), "large": (120, 40)}

FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)

DIFF = """\
--- shelf/order.py
+++ shelf/order.py
@@ -9,4 +9,4 @@
 def filing_title(title: str) -> str:
     \"\"\"The title as a librarian files it.\"\"\"
-    return title.lstrip("The ").casefold()
+    return title.removeprefix("The ").casefold()
 """

ANSWER = """\
# What I found

The function takes **letters** off, where it should take a *word*:
[the manual](https://docs.python.org/3/library/stdtypes.html) says so.

- `lstrip("The ")` eats `T`, `h`, `e` and blanks
- so *Tempest* is filed under `m`

```python
def filing_title(title: str) -> str:
    return title.removeprefix("The ").casefold()
```

| title | was | is |
|---|---|---|
| The Tempest | mpest | tempest |

1. change it
2. run the tests
"""


class Stage(App[None]):
    """The widgets of the app, with nothing behind them."""

    CSS = "Transcript { height: 1fr; }"

    def __init__(self, theme: str) -> None:
        super().__init__()
        self._look = THEMES[theme]

    def compose(self) -> ComposeResult:
        yield Transcript()
        yield PermissionPanel()
        yield Spinner(clock=lambda: 0.0)
        commands = [Command("model", "which model answers", "[name]"), Command("more", "of it")]
        yield Composer(cwd=Path("/nowhere"), environ={}, commands=commands)
        yield StatusLine()

    def on_mount(self) -> None:
        self.register_theme(self._look)
        self.theme = self._look.name
        soften(self)
        self.query_one(Composer).editor.cursor_blink = False
        self.query_one(Composer).focus()
        self.query_one(StatusLine).fields = Fields(
            model="Sonnet",
            effort="high",
            context=41_200,
            window=200_000,
            cost=0.4211,
            hit_rate=0.93,
            level="low",
            branch="main",
        )

    @property
    def transcript(self) -> Transcript:
        return self.query_one(Transcript)


def an_answer(app: Stage) -> None:
    app.transcript.user("Why do the books come out in the wrong order?", images=1)
    app.transcript.thought("Let me look at how titles are filed, before anything else.")
    app.transcript.answer(ANSWER)
    app.transcript.settle()


def calls(app: Stage) -> None:
    transcript = app.transcript
    transcript.user("Please mend it.")
    transcript.call("1", "grep", "def .*title")
    transcript.done("1", ok=True, preview="3 lines")
    transcript.call("2", "edit", "shelf/order.py")
    transcript.done("2", ok=True, seconds=0.31, preview="+1 -1", whole="Edited.", diff=DIFF)
    transcript.call("3", "shell", "python3 -m unittest -q")
    transcript.done("3", ok=False, seconds=12.4, preview="exit code 1", whole="FAILED")
    transcript.call("4", "shell", "make all")
    transcript.output("4", "".join(f"compiling part {number}\n" for number in range(9)))
    transcript.note("Far One is overloaded. Asking again in 4 s.", "warning")
    app.query_one(Spinner).start()


def troubles(app: Stage) -> None:
    transcript = app.transcript
    transcript.user("日本語と🙂 and e\u0301, all in one line: 한국어")
    transcript.answer("\u202eevil.exe\u202c \x1b[31mred\x1b[0m\x07 and a tab\there.\n")
    transcript.settle()
    transcript.note(
        "api.example refused the key.\nThe provider says: invalid x-api-key\n"
        "Check ANTHROPIC_API_KEY.",
        "error",
    )


def permission(app: Stage) -> None:
    an_answer(app)
    asked = Asking(
        title="Change a file: edit shelf/order.py",
        diff=DIFF,
        why="This runs unasked from permission low on.",
        always="every change of files below /home/ada/shelf",
    )
    app.run_worker(app.query_one(PermissionPanel).ask(asked))


def leave(app: Stage) -> None:
    """A command that is being changed, with others of its reply below it."""
    calls(app)
    after = (
        Asking(title="Change a file: edit shelf/order.py", diff=DIFF, why="It writes."),
        Asking(title="Run a command: shell make", command="make all", cwd="/home/ada", why="w"),
    )
    asked = Asking(
        title="Run a command: shell git commit -am 'Mended'",
        command="git commit -am 'Mended'",
        cwd="/home/ada/shelf",
        why="Asked because shell runs, which permission medium allows.",
        always="this very command, as often as it is wanted",
        after=after,
    )
    app.run_worker(app.query_one(PermissionPanel).ask(asked))


def keys(app: Stage) -> None:
    app.query_one(Composer).help()


def welcome(app: Stage) -> None:
    choices = [
        Choose("add", "Add a model", "a provider's name or any address, and its key"),
        Choose("rehearsal", "See the rehearsal", "a script plays the model, the rest is real"),
        Choose("later", "Not now"),
    ]
    programs = ABOUT.format(programs="Claude Code, Codex and aider", found="none")
    app.push_screen(Menu(WELCOME, choices, programs))


def picker(app: Stage) -> None:
    app.push_screen(
        Picker(
            (
                Choice(
                    id="a",
                    name="Sonnet",
                    section="Custom models",
                    model="claude-sonnet-5",
                    format="Messages",
                    host="api.anthropic.com",
                    window=1_000_000,
                    rates=Rates(input=2, output=10),
                    images=True,
                    efforts=("low", "high"),
                    effort="high",
                    current=True,
                ),
                Choice(
                    id="b",
                    name="Qwen at home",
                    section="Custom models",
                    model="qwen3-coder:30b",
                    format="Chat",
                    host="localhost:11434",
                    rates=Rates(input=0, output=0),
                    speed=41.0,
                ),
                Choice(
                    id="c",
                    name="Groq",
                    section="Custom models",
                    fault="The environment variable GROQ_API_KEY is not set (settings.json:14:17).",
                ),
            )
        )
    )


def suggestions(app: Stage) -> None:
    app.transcript.note("The settings of Sonnet have changed and hold from now on.")
    app.query_one(Composer).editor.insert("/mo")


SCENES: dict[str, Callable[[Stage], None]] = {
    scene.__name__: scene
    for scene in (an_answer, calls, troubles, permission, leave, picker, suggestions, keys, welcome)
}


def picture(scene: str, theme: str, size: tuple[int, int]) -> str:
    async def draw() -> str:
        app = Stage(theme)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            SCENES[scene](app)
            await pilot.pause()
            while app.transcript._timer is not None:
                await pilot.pause(0.01)
            await pilot.pause()
            return FONT_FACE.sub("", app.export_screenshot(title="ownkey"))

    return asyncio.run(draw())


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scene", SCENES)
def test_it_looks_like_this(scene: str, size: str, theme: str) -> None:
    drawn = picture(scene, theme, SIZES[size])
    assert drawn == external_file(f"screens/{scene}-{size}-{theme}.svg", format=".txt")


@pytest.mark.parametrize("scene", ["an_answer", "calls", "leave", "picker"])
def test_it_looks_like_this_for_eyes_that_need_more_contrast(scene: str) -> None:
    drawn = picture(scene, "contrast", SIZES["small"])
    assert drawn == external_file(f"screens/{scene}-small-contrast.svg", format=".txt")
