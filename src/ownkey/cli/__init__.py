"""The command line: the first words choose a command, its module knows the rest.

Only the standard library is imported here, and nothing of ours that needs more, so that
`--version` and `--help` answer at once. A command is a module with `add(parser)`, which says
what it takes, and `run(given)`, which returns the exit code.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from contextlib import suppress
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from ownkey import console, exits
from ownkey.core.screen import safe
from ownkey.trust.hardening import harden

if TYPE_CHECKING:
    from ownkey.core.errors import OwnkeyError


class Command(NamedTuple):
    words: str
    """What is typed, as `models show`."""
    module: str
    """Within this package."""
    about: str


APP = Command("", "app", "A coding agent in the terminal that runs on your own keys.")

COMMANDS = (
    Command("exec", "exec", "Do one task without asking anything."),
    Command("web", "web", "The app in a browser on this machine."),
    Command("models", "models.list", "The models your settings name."),
    Command("models list", "models.list", "The models your settings name."),
    Command("models show", "models.show", "What is known of one: price, window, limits."),
    Command("models default", "models.default", "The model that answers unasked: see it, set it."),
    Command("models rename", "models.rename", "Call one by another name."),
    Command("models set", "models.set", "Change a field of its entry."),
    Command("models remove", "models.remove", "Take its entry out of your settings."),
    Command("models add", "models.add", "Set up another model, asked for what is missing."),
    Command("models import", "models.take", "Take over models from other programs here."),
    Command("models test", "doctor", "Whether a model really works: as `ownkey doctor`."),
    Command("doctor", "doctor", "What your settings and your models' endpoints are really like."),
    Command("compare", "compare", "Your models side by side on the same small tasks."),
    Command("sessions", "sessions.list", "Past conversations."),
    Command("sessions list", "sessions.list", "Past conversations."),
    Command("sessions show", "sessions.show", "One of them, whole."),
    Command("undo", "undo", "Take back what the last turn did to files."),
    Command("trust", "trust.give", "Let this folder's own files count."),
    Command("trust list", "trust.list", "The folders that were decided upon."),
    Command("trust forget", "trust.forget", "Ask about a folder again."),
    Command("keys", "keys.list", "Where each model's key is kept."),
    Command("keys list", "keys.list", "Where each model's key is kept."),
    Command("keys set", "keys.set", "Keep a key in the keyring, or in a file."),
    Command("keys test", "keys.test", "Whether a model's endpoint takes its key."),
    Command("keys move", "keys.move", "Take a key out of the settings file."),
    Command("keys remove", "keys.remove", "Forget a key that is kept."),
    Command("cost", "cost", "What conversations cost, and what the cache saved."),
    Command("demo", "demo", "See the whole machine work, without any key."),
)


def main(arguments: Sequence[str] | None = None) -> int:
    said = list(sys.argv[1:] if arguments is None else arguments)
    console.fill()
    try:
        command, rest = _chosen(said)
        given = parser(command).parse_args(rest)
        harden()
        code: int = import_module(f"{__name__}.{command.module}").run(given)
    except KeyboardInterrupt:
        return exits.INTERRUPTED
    except BrokenPipeError:
        console.let_go()
        return exits.FAILED
    except OSError as error:
        console.let_go()
        return _refused(error)
    except Exception as error:  # noqa: BLE001 - whatever it is, its words may hold a key
        from ownkey.core.errors import OwnkeyError

        return _explain(error) if isinstance(error, OwnkeyError) else _crashed(error)
    return code


def parser(command: Command) -> ArgumentParser:
    """The grammar of a command."""
    name = f"ownkey {command.words}".strip()
    made = _Parser(
        prog=name,
        description=command.about,
        epilog=_listed(command),
        formatter_class=RawDescriptionHelpFormatter,
    )
    import_module(f"{__name__}.{command.module}").add(made)
    return made


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """What was typed may come from elsewhere, and is text when it is said again."""
        super().error(safe(message))


def _chosen(said: Sequence[str]) -> tuple[Command, Sequence[str]]:
    """The command that the first words name, and what is left for it."""
    known = {command.words: command for command in COMMANDS}
    for count in (2, 1):
        if command := known.get(" ".join(said[:count])):
            if count == 1:
                _refuse_unknown(said)
            return command, said[count:]
    return APP, said


def _refuse_unknown(said: Sequence[str]) -> None:
    """A word after a command that has commands of its own is one of them, or a mistake."""
    inner = [one.words for one in COMMANDS if one.words.startswith(f"{said[0]} ")]
    if not inner or len(said) == 1 or said[1].startswith("-"):
        return
    from ownkey.core.errors import UsageError

    wanted = " ".join(said[:2])
    close = get_close_matches(wanted, inner, n=1)
    hint = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(inner)}."
    raise UsageError(f"There is no command {wanted}.", hint)


def _listed(command: Command) -> str | None:
    """The commands beneath this one, a line each."""
    prefix, words = (f"{command.words} ", 2) if command.words else ("", 1)
    inner = [
        one for one in COMMANDS if one.words.startswith(prefix) and len(one.words.split()) == words
    ]
    if not inner:
        return None
    width = max(len(one.words) for one in inner)
    lines = (f"  {one.words:{width}}  {one.about}" for one in inner)
    return "commands, each with --help of its own:\n" + "\n".join(lines)


def _refused(error: OSError) -> int:
    """What the system refused and no floor below has words for: a full disk that our output
    goes to, a file of ownkey's own that cannot be read, no more descriptors."""
    from ownkey.core.errors import OwnkeyError

    what = f"The system refuses: {error.strerror or error}"
    where = f" ({error.filename})" if error.filename else ""
    hint = "Mend that, then go on: what was said is kept, see `ownkey sessions`."
    return _explain(OwnkeyError(f"{what}{where}.", hint))


def _crashed(error: Exception) -> int:
    from ownkey.core import crash

    console.note(crash.told(error).rstrip())
    return exits.FAILED


def _explain(error: OwnkeyError) -> int:
    with suppress(OSError):  # nobody reads it: the code has to do
        console.explain(error.failure())
    return exits.code(error.kind)
