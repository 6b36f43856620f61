"""The scripted coder: a small repair, played from what the tools really say.

Its next message is a function of the conversation alone. It knows one fault by sight,
`lstrip` given a word; where it stands, what to change and whether the change helped it
has to find out, and it says so when it cannot.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from ownkey.rehearsal.conversation import Call, Conversation, Result, Turn
from ownkey.rehearsal.sample import CHECK, PROMPT

HELLO = "This is a rehearsal: I am a script, not a model."
GOODBYE = "That was a rehearsal by a script, no model; the files and the test run are real."

GREETING = re.compile(
    r"\W*(hi|hello|hey|good (morning|evening|day)|thanks?( you)?)\W*", re.IGNORECASE
)
TASK = re.compile(r"tempest|\btests?\b|\bfix\b|\bbug\b", re.IGNORECASE)
QUOTED = re.compile(r"[\"“'](?=\w)[^\"”']*?(\w+)[\"”']")
SURROUNDINGS = re.compile(r"<([\w-]+)>.*?</\1>\s*", re.DOTALL)
"""What the agent tells its model besides the user's words."""

PYTHON_FILE = re.compile(r"[\w./-]+\.py\b")
FAULT = re.compile(r"""\w+\.lstrip\((["'])[^"']{2,}\1\)""")
"""`lstrip` takes a set of characters; given a word, it eats more than the word."""

PASSED = re.compile(r"^OK\b", re.MULTILINE)
FAILED = re.compile(r"^FAILED \(.*\)", re.MULTILINE)
COUNTED = re.compile(r"^Ran (\d+) tests?", re.MULTILINE)
TROUBLE = re.compile(
    r"\W*(error|not permitted|not allowed|denied|declined|interrupted)", re.IGNORECASE
)

NEEDED = frozenset({"ls", "grep", "read", "edit", "shell"})


class Task(msgspec.Struct, frozen=True):
    """The work since the user asked for it."""

    prompt: str
    turns: int = 0
    """Messages of the coder so far."""
    calls: tuple[Call, ...] = ()
    results: tuple[Result, ...] = ()

    def of(self, name: str) -> list[tuple[Call, Result]]:
        """The calls of one tool with what they gave."""
        given = {result.call: result for result in self.results}
        return [(c, given[c.id]) for c in self.calls if c.name == name and c.id in given]


def coder(conversation: Conversation) -> Turn:
    """The next message."""
    task = _task(conversation)
    if GREETING.fullmatch(task.prompt):
        return Turn(text=f"Hello! {HELLO}")
    if not TASK.search(task.prompt):
        return Turn(text=_only_one(task.prompt))
    if missing := NEEDED - conversation.tools:
        return Turn(text=f"{HELLO} I would need these tools: {', '.join(sorted(missing))}.")
    return STEPS[min(task.turns, len(STEPS) - 1)](task)


def _task(conversation: Conversation) -> Task:
    prompt, turns = "", 0
    calls: list[Call] = []
    results: list[Result] = []
    for item in conversation.items:
        if isinstance(item, Result):
            results.append(item)
        elif isinstance(item, Turn):
            turns += 1
            calls += item.calls
        elif words := SURROUNDINGS.sub("", item.text).strip():
            prompt, turns, calls, results = words, 0, [], []
    return Task(prompt, turns, tuple(calls), tuple(results))


def _only_one(prompt: str) -> str:
    said = prompt if len(prompt) <= 200 else f"{prompt[:200]}…"
    return f"{HELLO} I can play one task only, and you said: {said}\n\nTry this: {PROMPT}"


def _look(task: Task) -> Turn:
    quoted = QUOTED.search(task.prompt)
    sought = f"{quoted[1]}|def .*title" if quoted else "def .*title"
    return Turn(
        thinking="Something about titles is wrong. One listing and one search should show "
        "the test that says so and the code it is about.",
        text=f"{HELLO} I look around, read, change one line and run the tests. First a look.",
        calls=(
            Call("ls", {"path": "."}),
            Call("grep", {"pattern": sought, "glob": "*.py"}),
        ),
    )


def _read(task: Task) -> Turn:
    found = "\n".join(result.text for _, result in task.of("grep"))
    paths = list(dict.fromkeys(PYTHON_FILE.findall(found)))
    if not paths:
        return _stuck(task, "I find no Python file that deals with titles")
    return Turn(
        thinking="A test and a source file; they do not depend on each other, so both at once.",
        text=f"The search leads to {' and '.join(paths[:4])}.",
        calls=tuple(Call("read", {"path": path}) for path in paths[:4]),
    )


def _mend(task: Task) -> Turn:
    for call, result in task.of("read"):
        fault = FAULT.search(result.text)
        if fault:
            return _edit(call.arguments["path"], fault[0])
    return _stuck(task, "I have read the files and do not see the one fault I know")


def _edit(path: str, old: str) -> Turn:
    return Turn(
        thinking="lstrip removes any of the characters it is given, not the word. "
        "The T of Tempest is one of them; so is its first e.",
        text=f"There it is, in {path}: `{old}` strips letters, where it should take off a word.",
        calls=(
            Call(
                "edit", {"path": path, "old": old, "new": old.replace(".lstrip", ".removeprefix")}
            ),
        ),
    )


def _check(task: Task) -> Turn:
    if not all(_fine(result) for _, result in task.of("edit")):
        return _stuck(task, "I could not change the file")
    return Turn(text="Changed. Now the tests.", calls=(Call("shell", {"command": CHECK}),))


def _close(task: Task) -> Turn:
    output = "\n".join(result.text for _, result in task.of("shell"))
    if failed := FAILED.search(output):
        return _stuck(task, f"The change is made, but the tests still say {failed[0]}")
    if not PASSED.search(output):
        return _stuck(task, f"I could not see the tests run; I need leave to run `{CHECK}`")
    ran = COUNTED.search(output)
    (edit, _), *_ = task.of("edit")
    return Turn(
        text=f"Fixed: `{edit.arguments['old']}` in {edit.arguments['path']} is now "
        f"`{edit.arguments['new']}`. {ran[1] if ran else 'All'} tests ran and passed. {GOODBYE}"
    )


def _stuck(task: Task, why: str) -> Turn:
    """An honest end, with what the last troubled call said."""
    troubled = [result.text.strip() for result in task.results if not _fine(result)]
    said = f' The tool said: "{troubled[-1][:300]}".' if troubled else ""
    return Turn(text=f"{why}.{said} My script ends here. {GOODBYE}")


def _fine(result: Result) -> bool:
    return not (result.failed or TROUBLE.match(result.text))


STEPS: tuple[Callable[[Task], Turn], ...] = (_look, _read, _mend, _check, _close)
"""By how many messages the coder has sent since it was asked."""
