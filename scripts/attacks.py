"""Writes docs/attacks.md: every case we know to try, and the test that tries it.

A case is tried by a test of `tests/attacks` that has its id in its name (`test_b02_...`) or in
that of one of its cases (`"b02_..."`), by one elsewhere that a table `COVERED` there names, or
by a command of `sandbox.attacks`. What does not apply says why.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from ownkey.sandbox.attacks import ATTACKS

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests/attacks"
PAGE = ROOT / "docs/attacks.md"
SANDBOXED = "tests/attacks/test_c_sandbox.py"

GROUPS = {
    "A": "A folder is opened",
    "B": "A command is to be permitted",
    "C": "A command or a tool would leave its folder",
    "D": "What was read would leave the machine, or drive the terminal",
    "E": "The provider is the attacker",
    "G": "Other programs and users of the machine",
}

CASES = {
    "A01": "the folder's settings name another base address",
    "A02": "the folder's settings bring hooks",
    "A03": "the folder brings servers to start",
    "A04": "the folder sets the permission level so that nobody is asked",
    "A05": "a `.git` file points at a folder that is trusted",
    "A06": "`.env` files would move our state, our settings or our proxy",
    "A07": "the folder defines a model with the name of one of the person's",
    "A08": "a model of the folder asks for a variable of the person's as its key",
    "A09": "a run without a person, in a folder nobody has trusted",
    "A10": "a clone inside a trusted folder",
    "A11": "a trusted folder whose settings change",
    "A12": "a `.git/config` that runs programs",
    "A13": "modules and programs in the folder with the names of ours",
    "A14": "a prompt that looks like an option",
    "A15": "instructions with invisible text",
    "A16": "instructions, settings or skills that are endless, a pipe or a device",
    "A17": "a skill of a folder that nobody has trusted",
    "A18": "a skill that gives itself permission, or commands to run when it is loaded",
    "B01": "a denied command behind an allowed one",
    "B02": "every way to end one command and begin another",
    "B03": "every way to run a command inside of another",
    "B04": "builtins that change what the next command means",
    "B05": "variables set in front of a command",
    "B06": "options of harmless programs that run or write something",
    "B07": "braces, globs and tildes that become something else",
    "B08": "quoting and look-alikes that hide a name",
    "B09": "more commands, bytes or nesting than can be read",
    "B10": "interpreters, makefiles and scripts that the model wrote",
    "B11": "commands that become another user",
    "B12": "an allowed command redirected into a protected file",
    "B13": "another folder first, then a relative path",
    "B14": "a command whose end is far out of sight",
    "B15": "a command that is another one by the time it runs",
    "B16": "leave for one command used for its pipeline",
    "B17": "control characters in the command that is shown",
    "B18": "a program of the folder with the name of one that only reads",
    "B19": "a command or a pattern that takes for ever to be judged",
    "B20": "a path in a spelling that the rules do not know",
    "C01": "a link in the folder that leads out",
    "C02": "a link made inside the sandbox and followed outside",
    "C03": "a path exchanged between check and use",
    "C04": "a hard link to a file with keys",
    "C05": "the links of /proc",
    "C06": "every spelling of a path that leads out",
    "C07": "names that are the same to some file systems",
    "C08": "a protected file that does not exist yet",
    "C09": "the folder of a protected file renamed",
    "C10": "a `gitdir` that leads elsewhere",
    "C11": "files that other programs run later",
    "C12": "a read-only mount made writable again",
    "C13": "namespaces inside of namespaces",
    "C14": "a command that looks into our process",
    "C15": "sockets of daemons that do things for others",
    "C16": "keys typed into the terminal by ioctl",
    "C17": "io_uring past the filter",
    "C18": "timers and autostart",
    "C19": "descriptors that a command inherits",
    "C20": "predictable names in /tmp",
    "C21": "files that take all the room or never end",
    "C22": "setuid files and devices",
    "C23": "a process that outlives its command",
    "C24": "a sandbox program of the folder's own",
    "C25": "a repository left behind that has git run a program",
    "C26": "a file tool that writes what other programs run by themselves",
    "D01": "`curl` with a secret in its address",
    "D02": "a secret in the name that is looked up",
    "D03": "datagrams, pings and other kinds of socket",
    "D04": "`git push`, package managers and other carriers",
    "D05": "a host that is allowed, and takes uploads",
    "D06": "pictures and links in markdown that are fetched",
    "D07": "a link whose words name another address",
    "D08": "sequences that write the clipboard or make the terminal answer",
    "D09": "an address that begins like a trusted one",
    "D10": "addresses of the machine's own network",
    "D11": "a zero byte in a host's name",
    "D12": "a model that is told to read the keys and say them",
    "D13": "a provider that repeats the key",
    "D14": "a diff with secrets in it",
    "D15": "an exported conversation with keys in it",
    "D16": "a model that obeys everything it reads",
    "D17": "a tool for files that opens the credentials of other programs",
    "D18": "a secret that no setting names, in what a tool reads",
    "D19": "a secret overwritten by what a model was shown in its place",
    "E01": "a call hidden in the words of an answer",
    "E02": "an answer without end, or one that unpacks to one",
    "E03": "headers and fields without end",
    "E04": "a redirect, for the key to follow",
    "E05": "certificates that are old, of nobody, or of another's name",
    "E06": "escapes in names, and figures that are none",
    "E07": "arguments that are no JSON, or no JSON one would want",
    "E08": "half a character",
    "G01": "a tool whose description gives orders",
    "G02": "a tool that changes its description once it is trusted",
    "G03": "a tool with the name of one of ours",
    "G04": "a server that reads its environment",
    "G05": "noise on the line of a protocol",
    "G06": "a server that never begins or never ends",
    "G07": "another user of the machine reads what we write",
    "G08": "a hook that the folder brings",
}

NONE_SUCH = {
    **dict.fromkeys(("A02", "G08"), "there are no hooks"),
    **dict.fromkeys(
        ("A03", "G01", "G02", "G03", "G04", "G05", "G06"),
        "there are no tool servers: all tools are built in",
    ),
    **dict.fromkeys(("D06", "D09", "D10"), "no tool fetches addresses, and no face does"),
    "D05": "a limit: what an allowed host takes, it takes; see the threat model",
}


def main() -> None:
    PAGE.write_text(page(), "utf-8")


def page() -> str:
    tried = tests()
    done = sum(case in tried for case in CASES)
    free = sum(case not in tried and case in NONE_SUCH for case in CASES)
    lines = [
        "# Attacks",
        "",
        "Written by `make attacks` from the tests that there are; a test holds it to that.",
        f"Of {len(CASES)} cases {done} are tried by tests, {free} do not apply, and"
        f" {len(CASES) - done - free} have no test of their own yet.",
    ]
    for letter, heading in GROUPS.items():
        lines += ["", f"## {letter}. {heading}", "", "| case | what is tried | status |"]
        lines += ["| --- | --- | --- |"]
        cases = [case for case in CASES if case[0] == letter]
        lines += [f"| {case} | {CASES[case]} | {_status(case, tried)} |" for case in cases]
    return "\n".join([*lines, ""])


def tests() -> dict[str, list[str]]:
    """Where each case is tried."""
    found: dict[str, list[str]] = defaultdict(list)
    for case in dict.fromkeys(one.id[:3].upper() for one in ATTACKS):
        found[case].append(SANDBOXED)
    for path in sorted(TESTS.rglob("test_*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for case, where in _named(tree, path):
            if where not in found[case]:
                found[case].append(where)
    return found


def _named(tree: ast.Module, path: Path) -> Iterator[tuple[str, str]]:
    where = path.relative_to(ROOT).as_posix()
    for one in ast.walk(tree):
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            ids = re.match(r"test((?:_[a-g]\d\d)+)_", one.name)
            for case in ids[1].strip("_").split("_") if ids else ():
                yield case.upper(), where
        if isinstance(one, ast.Constant) and re.fullmatch(r"[a-g]\d\d_\w+", str(one.value)):
            yield str(one.value)[:3].upper(), where
        if isinstance(one, ast.Assign) and [ast.unparse(to) for to in one.targets] == ["COVERED"]:
            for case, test in ast.literal_eval(one.value).items():
                yield case, str(test).partition("::")[0]


def _status(case: str, tried: dict[str, list[str]]) -> str:
    if case in tried:
        links = [f"[{where.removeprefix('tests/')}](../{where})" for where in tried[case]]
        return f"tried: {', '.join(links)}"
    if case in NONE_SUCH:
        return f"does not apply: {NONE_SUCH[case]}"
    return "no test of its own yet"


if __name__ == "__main__":
    main()
