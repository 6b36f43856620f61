"""Choosing one of several things, by arrows or by typing a part of its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len, set_cell_size
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from ownkey.faces.tui.clean import clean, clean_line
from ownkey.faces.tui.completion import rank
from ownkey.faces.tui.fields import Line

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from ownkey.commands import Choice


class Menu(ModalScreen[str | None]):
    """Is dismissed with the id of what was chosen, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", priority=True),
        Binding("enter", "pick"),
        Binding("up", "step('cursor_up')", priority=True),
        Binding("down", "step('cursor_down')", priority=True),
        Binding("pageup", "page('page_up')", priority=True),
        Binding("pagedown", "page('page_down')", priority=True),
    ]

    DEFAULT_CSS: ClassVar[str] = """
    Menu {
        align: center middle;
        & > Vertical {
            width: 100%; max-width: 90; height: auto; max-height: 100%;
            border: round $primary; border-title-color: $primary;
            background: $surface; padding: 0 1;
        }
        & VerticalScroll { height: auto; max-height: 45vh; scrollbar-size-vertical: 1; }
        & Static { height: auto; margin: 0 0 1 0; }
        & Input { margin: 0 0 1 0; background: transparent; }
        & OptionList {
            height: auto; max-height: 60vh; border: none; padding: 0; background: transparent;
            text-wrap: nowrap; text-overflow: ellipsis; scrollbar-size-vertical: 1;
            & > .option-list--option-highlighted { background: $primary 30%; color: $text; }
        }
    }
    """

    def __init__(
        self, title: str, choices: Sequence[Choice], about: str = "", *, typed: bool = False
    ) -> None:
        """With a word `about` them, there is nothing to filter. `typed`: what is typed may be
        meant as it stands."""
        super().__init__()
        self._typed = typed
        self._title = title
        self._choices = tuple(choices)
        self._about = about

    def compose(self) -> ComposeResult:
        with Vertical() as panel:
            panel.border_title = Content(clean_line(self._title))
            panel.border_subtitle = "↵ choose · Esc leave"
            with VerticalScroll(can_focus=False):
                yield Static(clean(self._about), markup=False)
            otherwise = ", or what is not listed" if self._typed else ""
            yield Line(placeholder=f"Type to filter{otherwise}", compact=True)
            yield OptionList(compact=True)

    def on_mount(self) -> None:
        self.query_one(OptionList).can_focus = False
        self.query_one(VerticalScroll).display = bool(self._about)
        self.query_one(Input).display = not self._about
        if not self._about:
            self.query_one(Input).focus()
        self._show()

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_pick(self) -> None:
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            self.dismiss(options.get_option_at_index(options.highlighted).id)

    def action_step(self, action: str) -> None:
        getattr(self.query_one(OptionList), f"action_{action}")()

    def action_page(self, action: str) -> None:
        """Through what is said about the choices, else through these."""
        if self._about:
            getattr(self.query_one(VerticalScroll), f"scroll_{action}")(animate=False)
        else:
            self.action_step(action)

    @on(Input.Submitted)
    def _entered(self) -> None:
        """Enter in the filter comes behind the letters that were typed before it."""
        self.action_pick()

    @on(Input.Changed)
    def _filter(self) -> None:
        self._show()

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        self.action_pick()

    def _show(self) -> None:
        named = {f"{one.name} {one.about} {one.id}": one for one in self._choices}
        said = self.query_one(Input).value.strip()
        query = said.replace(" ", "")
        found = rank(query, named) if query else named
        options = self.query_one(OptionList)
        options.clear_options()
        width = max(
            (cell_len(clean_line(one.name)) for one in self._choices if one.about), default=0
        )
        options.add_options(Option(_row(named[text], width), id=named[text].id) for text in found)
        if self._typed and said and not any(one.id == said for one in self._choices):
            options.add_option(Option(Content(f"“{clean_line(said)}”, as it is"), id=said))
        options.highlighted = 0 if options.option_count else None


def _row(one: Choice, width: int) -> Content:
    """The names in a column of a `width`, and what is said about them beside it."""
    if not one.about:
        return Content(clean_line(one.name))
    name = set_cell_size(clean_line(one.name), width)
    return Content(name) + Content.styled(f"  {clean_line(one.about)}", "dim")
