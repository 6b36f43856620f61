"""What a conversation opens with: its client, its journal with what it brings along, the models
that stand in, and the first words to the person."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import msgspec

from ownkey.config.settings import Settings
from ownkey.core.call import Call
from ownkey.core.errors import SettingsError
from ownkey.core.message import Entry
from ownkey.core.model import Model
from ownkey.core.secret import Secret, fetched
from ownkey.core.veil import HEADERS, Veil
from ownkey.options import Options
from ownkey.sessions import store
from ownkey.sessions.journal import Journal
from ownkey.wire.client import Client
from ownkey.wire.memory import Memory

TOGETHER = 1 / 32
"""Seconds of an answer that a person is given at once: it is not drawn more often, and a fast
provider costs less."""


def client(
    options: Options, loaded: Settings, known: Memory, tell: Callable[[str], None]
) -> Client:
    together = TOGETHER if options.interactive else 0.0
    if options.replay:
        from ownkey.wire.tape import Replay

        return Client(tell=tell, transport=Replay(options.replay, tell))
    if options.record:
        from ownkey.wire.tape import Recording
        from ownkey.wire.transport import Transport

        recording = Recording(Transport(together), options.record, lambda: secrets(loaded))
        return Client(tell=tell, memory=known, transport=recording)
    return Client(tell=tell, memory=known, together=together)


class Brought(msgspec.Struct, frozen=True):
    """What a session brings along when it is gone on with."""

    messages: tuple[Entry, ...] = ()
    calls: tuple[Call, ...] = ()
    """Those that were made and billed, also by what was rewound over since."""
    damage: tuple[str, ...] = ()
    model: str = ""
    """The one that answered last."""


def journal(options: Options, model: Model) -> tuple[Journal, Brought]:
    root = store.folder(options.environ)
    if options.fork:
        path = store.fork(store.find(root, options.fork, options.cwd), root)
    elif options.resume:
        path = store.find(root, options.resume, options.cwd)
    else:
        return Journal.create(root, options.cwd, model.id), Brought()
    opened, found = Journal.go_on(path)
    unsure = tuple(
        f"The session was cut off: {call.name} may or may not have run."
        for call in found.unfinished
    )
    damage = (*found.skipped, *unsure)
    return opened, Brought(found.messages, found.calls, damage, found.model)


def fallbacks(model: Model, choose: Callable[[str], Model]) -> tuple[list[Model], list[str]]:
    """The models that may stand in for this one, and word of those that may not."""
    usable: list[Model] = []
    words: list[str] = []
    for name in model.fallback:
        try:
            other = choose(name)
        except SettingsError as error:
            words.append(f"The fallback {name} cannot be used. {error.what} {error.hint}")
            continue
        if _quota(other) == _quota(model):
            words.append(f"The fallback {name} is left out: it has the same host and key.")
        else:
            usable.append(other)
    return usable, words


def _quota(model: Model) -> tuple[str, Secret]:
    """What a provider counts requests by."""
    return model.origin.host, model.key


def first_words(loaded: Settings, brought: Brought) -> tuple[str, ...]:
    """What the person should know before anything is said."""
    return (*_unasked(loaded), *_broken(loaded), *brought.damage)


def secrets(loaded: Settings) -> list[str]:
    """Every key that is known by now: those that are kept elsewhere once they were needed."""
    given = (one for model in loaded.models for one in (model.key, *model.headers.values()))
    return list(fetched().union(one.reveal() for one in given if one and one.known))


def veil(loaded: Settings) -> Veil:
    """What keeps keys out of the conversation, whoever says them."""
    values = set(fetched())
    for model in loaded.models:
        named = (value for name, value in model.headers.items() if HEADERS.search(name))
        values |= {one.reveal() for one in (model.key, *named) if one and one.known}
    return _veil(frozenset(filter(_telling, values)))


@lru_cache(maxsize=4)
def _veil(values: frozenset[str]) -> Veil:
    return Veil(values)


RANDOM = 20
"""Characters from which a key without a digit in it is taken for more than a word."""


def _telling(value: str) -> bool:
    """Whether it is none of the words that local servers are given, such as `lm-studio`: they
    stand in people's files, which a model has to see as they are."""
    return len(value) >= RANDOM or any(char.isdigit() for char in value)


def _unasked(loaded: Settings) -> tuple[str, ...]:
    """Word of a model that nobody has chosen."""
    if loaded.models or loaded.broken or not loaded.builtin:
        return ()
    name, why = loaded.builtin[0].display_name, "it runs on this machine"
    if loaded.presets:
        why = f"{loaded.presets[0].variable} is in your environment"
    return (
        f"There is no model in your settings, so {name} can answer: {why}."
        " /model shows what else there is.",
    )


def _broken(loaded: Settings) -> tuple[str, ...]:
    """Word of what is wrong in the settings and yet did not keep the model from being used."""
    errors = [one for one in loaded.diagnostics if one.severity == "error"]
    more = f" {len(errors) - 1} more: ownkey models" if errors[1:] else ""
    return (f"{errors[0]}{more}",) if errors else ()
