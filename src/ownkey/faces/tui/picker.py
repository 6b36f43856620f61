"""Choosing a model: all there are, what each is, and why some cannot be used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

import msgspec
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from ownkey.core.model import Effort
from ownkey.core.price import Rates
from ownkey.faces.tui.clean import clean_line
from ownkey.faces.tui.completion import rank
from ownkey.faces.tui.fields import Line

if TYPE_CHECKING:
    from textual.app import ComposeResult

Section = Literal["Favourites", "Built-in", "Custom models"]

SECTIONS: tuple[Section, ...] = ("Favourites", "Built-in", "Custom models")


KEYS = "↵ use · Tab effort · Ctrl+D make default ★ · Ctrl+F favourite · Esc leave"


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A model as it is offered. What is not known is None and shown as such."""

    id: str
    name: str
    """`displayName`."""
    section: Section
    model: str = ""
    """As the host calls it."""
    format: str = ""
    """`Messages`, `Responses`, `Chat`."""
    host: str = ""
    window: int | None = None
    """Tokens."""
    rates: Rates | None = None
    images: bool = False
    tools: bool | None = None
    """Whether it calls tools; None: nobody knows."""
    efforts: tuple[Effort, ...] = ()
    """Levels that the model takes, in rising order."""
    effort: Effort | None = None
    speed: float | None = None
    """Tokens a second, as last seen."""
    keeper: str = ""
    """Who has its key, where that is neither in the settings nor in the environment; nobody
    has asked whether it is there."""
    missing: str = ""
    """What is to be done before its key is there; empty where it is."""
    fault: str = ""
    """The diagnostic of an entry that cannot be used."""
    switch: str = ""
    """What it costs to go on with it, in words."""
    current: bool = False
    default: bool = False


class Picked(msgspec.Struct, frozen=True):
    """What was decided."""

    id: str
    effort: Effort | None


class Picker(ModalScreen[Picked | None]):
    """Is dismissed with what was picked, or None."""

    class Defaulted(Message):
        """A model is to be the default from now on."""

        def __init__(self, picked: Picked) -> None:
            super().__init__()
            self.picked = picked

    class Favoured(Message):
        """A model's mark as a favourite is to be set or taken away."""

        def __init__(self, identity: str) -> None:
            super().__init__()
            self.identity = identity

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", priority=True),
        Binding("enter", "pick"),
        Binding("tab", "effort", priority=True),
        Binding("ctrl+d", "default", priority=True),
        Binding("ctrl+f", "favour", priority=True),
        Binding("up", "step('cursor_up')", priority=True),
        Binding("down", "step('cursor_down')", priority=True),
        Binding("pageup", "step('page_up')", priority=True),
        Binding("pagedown", "step('page_down')", priority=True),
    ]

    DEFAULT_CSS: ClassVar[str] = """
    Picker {
        align: center middle;
        & > Vertical {
            width: 100%; max-width: 116; height: auto; max-height: 100%;
            border: round $primary; border-title-color: $primary;
            background: $surface; padding: 0 1;
        }
        & Input { margin: 0 0 1 0; background: transparent; }
        & OptionList {
            height: auto; max-height: 60vh; border: none; padding: 0; background: transparent;
            text-wrap: nowrap; text-overflow: ellipsis; scrollbar-size-vertical: 1;
            & > .option-list--option-highlighted { background: $primary 30%; color: $text; }
            & > .option-list--option-disabled { color: $primary; text-style: bold; }
        }
        & #about { height: auto; min-height: 3; max-height: 5; margin-top: 1; }
        & #keys { color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
    }
    """

    def __init__(self, choices: Sequence[Choice]) -> None:
        super().__init__()
        self._choices = tuple(choices)
        self._efforts = {one.id: one.effort for one in choices}
        self._shown: dict[str, Choice] = {}

    def compose(self) -> ComposeResult:
        with Vertical() as panel:
            panel.border_title = "Model"
            yield Line(placeholder="Type to filter", compact=True)
            yield OptionList(compact=True)
            yield Static(id="about")
            yield Static(KEYS, id="keys")

    def on_mount(self) -> None:
        self.query_one(OptionList).can_focus = False
        self.query_one(Input).focus()
        current = next((one.id for one in self._choices if one.current), None)
        self._show(current)

    def on_resize(self) -> None:
        self._show(self._marked_id())

    def update(self, choices: Sequence[Choice]) -> None:
        """The settings changed: other models, the same filter and place."""
        self._choices = tuple(choices)
        self._efforts = {one.id: one.effort for one in choices} | self._efforts
        if self.query(OptionList):  # else it is about to be shown
            self._show(self._marked_id())

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_pick(self) -> None:
        if picked := self._picked():
            self.dismiss(picked)

    def action_default(self) -> None:
        if picked := self._picked():
            self.post_message(self.Defaulted(picked))

    def action_favour(self) -> None:
        if picked := self._picked():
            self.post_message(self.Favoured(picked.id))

    def action_effort(self) -> None:
        marked = self._marked()
        if marked and marked.efforts:
            level = self._efforts[marked.id]
            after = marked.efforts.index(level) + 1 if level in marked.efforts else 0
            self._efforts[marked.id] = marked.efforts[after % len(marked.efforts)]
            self._show(marked.id)

    def action_step(self, action: str) -> None:
        getattr(self.query_one(OptionList), f"action_{action}")()

    @on(Input.Submitted)
    def _entered(self) -> None:
        """Enter in the filter comes behind the letters that were typed before it."""
        self.action_pick()

    @on(Input.Changed)
    def _filter(self) -> None:
        self._show(None)

    @on(OptionList.OptionHighlighted)
    def _describe(self) -> None:
        marked = self._marked()
        about = (
            _details(marked)
            if marked
            else Content.styled("No model is like that.", "$text-warning")
        )
        self.query_one("#about", Static).update(about)

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        self.action_pick()

    def _picked(self) -> Picked | None:
        """None, with a bell, for an entry that cannot be used: its diagnostic is in sight."""
        marked = self._marked()
        if marked is None or marked.fault:
            self.app.bell()
            return None
        return Picked(marked.id, self._efforts[marked.id])

    def _marked_id(self) -> str | None:
        options = self.query_one(OptionList)
        if options.highlighted is None:
            return None
        return options.get_option_at_index(options.highlighted).id

    def _marked(self) -> Choice | None:
        return self._shown.get(self._marked_id() or "")

    def _show(self, wanted: str | None) -> None:
        """List what the filter leaves, with `wanted` marked, else the first that works."""
        found = _matching(self._choices, self.query_one(Input).value)
        self._shown = {one.id: one for one in found}
        options = self.query_one(OptionList)
        width = min(self.size.width, 116) - 5
        options.clear_options()
        options.add_options(_rows(found, self._efforts, width))
        working = next((one.id for one in found if not one.fault), None)
        marked = wanted if wanted in self._shown else working
        options.highlighted = options.get_option_index(marked) if marked else None
        self._describe()


def _matching(choices: Sequence[Choice], query: str) -> list[Choice]:
    """By all that a person may know of a model; the best first within each section."""
    if not query:
        return list(choices)
    known = {f"{one.name} {one.model} {one.host} {one.id}": one for one in choices}
    return [known[text] for text in rank(query.replace(" ", ""), known)]


def _rows(found: list[Choice], efforts: dict[str, Effort | None], width: int) -> Iterator[Option]:
    for section in SECTIONS:
        within = [one for one in found if one.section == section]
        if within:
            yield Option(Content(section), disabled=True)
        for one in within:
            yield Option(_row(one, efforts[one.id], width), id=one.id)


def _row(one: Choice, effort: Effort | None, width: int) -> Content:
    marks = ("●" if one.current else " ") + ("★" if one.default else " ")
    name = f"{marks} {clean_line(one.name)}"
    spare = width - 41
    first, second = spare * 6 // 11, spare * 5 // 11
    if one.fault:
        fault = _fit(clean_line(one.fault), width - first - 1)
        return Content.styled(f"{_fit(name, first)} {fault}", "dim")
    facts = (
        _fit(name, first),
        _fit(one.format, 9),
        _fit(clean_line(one.host), second),
        f"{_tokens(one.window):>5}",
        f"{_price(one.rates):>9}",
        "img" if one.images else "   ",
        _fit(effort or "", 7),
    )
    row = Content(" ".join(facts))
    return row + Content.styled(" !" if one.missing else "  ", "$text-warning")


def _details(one: Choice) -> Content:
    """Everything about the marked model, in words."""
    title = clean_line(f"{one.model or one.name} at {one.host}" if one.host else one.name)
    if one.fault:
        return Content(title + "\n") + Content.styled(clean_line(one.fault), "$text-error")
    facts = [
        f"window {_tokens(one.window)}",
        _rates(one.rates),
        "sees images" if one.images else "no images",
        f"reasoning {'/'.join(one.efforts)}" if one.efforts else "no reasoning levels",
    ]
    if one.tools is False:
        facts.insert(0, "NO TOOLS")
    if one.speed is not None:
        facts.append(f"{one.speed:.0f} tokens/s")
    lines = [Content(title), Content.styled(" · ".join(facts), "dim"), _key(one)]
    if one.switch:
        lines.append(Content.styled(clean_line(one.switch), "$text-warning"))
    return Content("\n").join(lines)


def _key(one: Choice) -> Content:
    if one.missing:
        return Content.styled(clean_line(one.missing), "$text-warning")
    where = f"key from {clean_line(one.keeper)}" if one.keeper else "key present"
    return Content.styled(where, "$text-success")


def _tokens(count: int | None) -> str:
    if count is None:
        return "?"
    return f"{count / 1_000_000:.3g}M" if count >= 1_000_000 else f"{count / 1_000:.0f}k"


def _rates(rates: Rates | None) -> str:
    if rates is None:
        return "price unknown"
    return f"${_price(rates)} a million in/out" if rates.input or rates.output else "free"


def _price(rates: Rates | None) -> str:
    return f"{rates.input:.4g}/{rates.output:.4g}" if rates else "?"


def _fit(text: str, width: int) -> str:
    """`text` in exactly so many cells."""
    from rich.cells import cell_len, set_cell_size

    return set_cell_size(text, width) if cell_len(text) <= width else _cut(text, width)


def _cut(text: str, width: int) -> str:
    from rich.cells import set_cell_size

    return set_cell_size(text, width - 1) + "…"
