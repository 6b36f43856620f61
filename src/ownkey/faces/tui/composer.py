"""Where a prompt is written: the editor, what is suggested for it, and what waits to be sent."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.widgets import OptionList, Static

from ownkey.core.message import Image
from ownkey.faces.tui import clipboard, completion
from ownkey.faces.tui.clean import clean_line
from ownkey.faces.tui.completion import Command, Files, Suggestion
from ownkey.faces.tui.draft import Draft, Prompt, picture, picture_at, read_picture
from ownkey.faces.tui.editor import Editor
from ownkey.faces.tui.external import edit
from ownkey.faces.tui.history import History
from ownkey.faces.tui.suggestions import Suggestions

INVOCATION = re.compile(r"/((?:\d+-?)?[A-Za-z][\w:.-]*)(?:\s+(.*))?\Z", re.DOTALL)
"""`/name rest`. A path such as /usr/bin is none: its name ends in a slash."""


class Composer(Vertical):
    """Posts what was written. While `busy`, prompts wait in `queue` until `take` hands
    them over; commands and shell lines are posted at once in any case."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+g", "edit", "Editor", show=False, priority=True),
    ]

    DEFAULT_CSS: ClassVar[str] = """
    Composer {
        height: auto;
        & > #queue { height: auto; max-height: 5; padding: 0 2; display: none; }
        & > Editor { border: round $primary 60%; padding: 0 1; }
        & > Editor:focus { border: round $primary; }
        &.-shell > Editor, &.-shell > Editor:focus { border: round $warning; }
    }
    """

    class Submitted(Message):
        """A prompt was sent."""

        def __init__(self, text: str, images: tuple[Image, ...] = ()) -> None:
            super().__init__()
            self.text = text
            self.images = images

    class Invoked(Message):
        """A `/name` was sent; nobody has looked yet whether there is such a command."""

        def __init__(self, name: str, rest: str) -> None:
            super().__init__()
            self.name = name
            self.rest = rest

    class Shell(Message):
        """A line after `!`, for the person's own shell."""

        def __init__(self, command: str) -> None:
            super().__init__()
            self.command = command

    class Attached(Message):
        """An image was put into what is written."""

    class Queued(Message):
        """The queue became another: a prompt joined it, or was taken back to be edited."""

        def __init__(self, queue: tuple[Prompt, ...]) -> None:
            super().__init__()
            self.queue = queue

    busy: var[bool] = var(False)
    """Whether the agent works: prompts are queued."""

    def __init__(
        self,
        *,
        cwd: Path,
        environ: Mapping[str, str],
        commands: Sequence[Command] = (),
        history: History | None = None,
        id: str | None = None,  # noqa: A002  the name every Textual widget gives it
    ) -> None:
        super().__init__(id=id)
        self.commands = commands
        self._cwd = cwd
        self._environ = environ
        self._history = history or History()
        self._files = Files(cwd)
        self._mentioned = False
        self.draft = Draft()
        self.veil: Callable[[str], str] = lambda text: text
        """Hides what no file may keep."""
        self._queue: deque[tuple[Prompt, Draft]] = deque()

    def compose(self) -> ComposeResult:
        yield Static(id="queue")
        yield Suggestions()
        yield Editor(self, "Ask, or / for commands, @ for files, ! for the shell, ? for keys")

    def focus(self, scroll_visible: bool = True) -> Composer:
        self.editor.focus(scroll_visible)
        return self

    @property
    def editor(self) -> Editor:
        return self.query_one(Editor)

    @property
    def queue(self) -> tuple[Prompt, ...]:
        return tuple(prompt for prompt, _ in self._queue)

    def take(self) -> Prompt | None:
        """The prompt that waited longest, which then waits no more."""
        taken = self._queue.popleft()[0] if self._queue else None
        self._show_queue()
        return taken

    def clear(self) -> bool:
        """Drop what is written, which Up brings back. False where nothing was."""
        written = self.draft.finish(self.editor.text).text
        if written.strip():
            self._history.keep(written)
        self._begin("", Draft())
        return bool(written)

    def drop(self) -> bool:
        """Ctrl+X: what waits last is not sent, where nothing is written that it could cut."""
        if not self._queue or self.editor.text:
            return False
        self._queue.pop()
        self._show_queue()
        self.post_message(self.Queued(self.queue))
        return True

    def help(self) -> None:
        from ownkey.faces.tui.keys import Keys

        self.app.push_screen(Keys())

    def write(self, text: str) -> None:
        """Put `text` into the empty composer, to be edited: a rewound prompt."""
        draft = Draft()
        self._begin(draft.paste(text), draft)

    def action_edit(self) -> None:
        """Hand the terminal to the editor. It blocks the loop: nothing may draw meanwhile."""
        try:
            with self.app.suspend():
                text = edit(self.draft.finish(self.editor.text).text, self._environ)
        except SuspendNotSupported:
            self.notify("This terminal cannot be handed to an editor.", severity="warning")
        except OSError as error:
            self.notify(clean_line(str(error)), severity="error", markup=False)
        else:
            self.editor.put(text)

    def send(self) -> None:
        """Enter: take the marked suggestion, or send what is written."""
        self._suggest_commands()
        marked = self._suggestions.marked
        if marked:
            self._accept(marked)
            if not marked.sends:
                return
        prompt = self.draft.finish(self.editor.text.strip())
        if not prompt.text.strip("! \n"):
            return
        self._history.add(self.veil(prompt.text))
        draft = self.draft
        self._begin("", Draft())
        self._post(prompt, draft)

    def move(self, *, up: bool, at_edge: bool) -> bool:
        """Up or Down: through the suggestions, to what is queued, through the history."""
        if self._suggestions.marked:
            self._suggestions.step(-1 if up else 1)
        elif not at_edge:
            return False
        elif up and self._queue and not self.editor.text:
            self._take_back()
        else:
            found = self._history.older(self.editor.text) if up else self._history.newer()
            if found is None:
                return False
            self._begin(found, self.draft)
        return True

    def complete(self) -> bool:
        """Tab: take the marked suggestion."""
        marked = self._suggestions.marked
        if marked:
            self._accept(marked)
        return marked is not None

    def dismiss(self) -> bool:
        """Esc: close the suggestions. With none open, it is for those above."""
        open_ = self._suggestions.display
        self._suggestions.offer(())
        return open_

    def pasted(self, text: str) -> str:
        """What goes into the editor for a paste; a path of an image attaches it."""
        path = picture_at(text, self._cwd)
        if path is None:
            return self.draft.paste(text)
        try:
            return self._attached(path.name, read_picture(path))
        except OSError as error:
            self._complain(f"{path.name}: {error}")
            return text

    def paste_image(self, otherwise: str) -> None:
        """Attach the image in the desktop's clipboard; where there is none, write this."""
        self.run_worker(self._paste_image(otherwise), group="clipboard", exclusive=True)

    async def _paste_image(self, otherwise: str) -> None:
        label, why = "", "the clipboard has none"
        try:
            if data := await clipboard.image(self._environ):
                label = self._attached("from the clipboard", picture(data))
        except OSError as error:
            why = str(error)
        if label or otherwise:
            self.editor.add(label or self.pasted(otherwise))
        else:
            self._complain(why)

    def _attached(self, name: str, image: Image) -> str:
        self.post_message(self.Attached())
        return self.draft.attach(name, image)

    def _complain(self, why: str) -> None:
        self.notify(clean_line(why), title="No image", severity="warning", markup=False)

    @on(Editor.Changed)
    def _changed(self, event: Editor.Changed) -> None:
        event.stop()
        self.set_class(self.editor.text.startswith("!"), "-shell")
        self._suggest_commands()
        typed = completion.mention(self.editor.before)
        if typed is not None:
            self.run_worker(self._suggest_files(typed), group="mention", exclusive=True)
            return
        self._mentioned = False
        self.workers.cancel_group(self, "mention")

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._accept(self._suggestions.at(event.option_index))

    def _suggest_commands(self) -> None:
        before = self.editor.before
        if completion.mention(before) is None:
            self._suggestions.offer(completion.offer_commands(before, self.commands))

    async def _suggest_files(self, typed: str) -> None:
        if not self._mentioned:
            self._files.refresh()
        self._mentioned = True
        walk = self._files.walk
        await self._offer_files(typed)
        if walk:
            await asyncio.shield(walk)
            await self._offer_files(typed)

    async def _offer_files(self, typed: str) -> None:
        names = await self._files.search(typed)
        if completion.mention(self.editor.before) == typed:
            self._suggestions.offer(completion.offer_files(typed, names))

    def _accept(self, one: Suggestion) -> None:
        self._suggestions.offer(())
        self.editor.swap(one.replaces, one.insert)

    def _post(self, prompt: Prompt, draft: Draft) -> None:
        if prompt.text.startswith("!"):
            self.post_message(self.Shell(prompt.text[1:].strip()))
        elif invoked := INVOCATION.match(prompt.text):
            self.post_message(self.Invoked(invoked[1], invoked[2] or ""))
        elif self.busy:
            self._queue.append((prompt, draft))
            self._show_queue()
            self.post_message(self.Queued(self.queue))
        else:
            self.post_message(self.Submitted(prompt.text, prompt.images))

    def _take_back(self) -> None:
        prompt, draft = self._queue.pop()
        self._show_queue()
        self._begin(prompt.written, draft)
        self.post_message(self.Queued(self.queue))

    def _begin(self, text: str, draft: Draft) -> None:
        self.draft = draft
        self.editor.put(text)
        self._suggestions.offer(())

    @property
    def _suggestions(self) -> Suggestions:
        return self.query_one(Suggestions)

    def _show_queue(self) -> None:
        lines = [Content(f"↳ {clean_line(one.written)}") for one in self.queue[-3:]]
        waiting = f"{len(self._queue)} waiting · Up edits the last, Ctrl+X drops it"
        note = Content.styled(waiting, "dim")
        shown = self.query_one("#queue", Static)
        shown.update(Content("\n").join([*lines, note]))
        shown.display = bool(lines)
