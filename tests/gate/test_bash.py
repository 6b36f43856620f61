"""The grammar against bash itself: what bash runs was claimed, word for word."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

import pytest

from ownkey.gate.grammar import NOT_PLAIN, Argv, commands
from tests.proof.figures import note, tried

STRINGS = tried("gate")

WORDS = r"""
a b ls rm x=1 A=b -rf --x=y /bin/ls ./x ../y ~ ~root . .. % %1 - -- +x @ , : 1 2 12
* ? [ab] [ ] {a,b} {1..3} { } ! !! # #a ^a = <a >a 2>a <<a <<<a & && || ; ;; | |& ( ) ()
$a $(b) ${a} `b` \ \a 'a' "b" '$a' "$a" '' "" $'a' $"a" ' " a'b'"c" a#b é
echo true pwd if then fi time coproc function [[ ]] case for in do done eval exec
"""
PIECES = (*WORDS.split(), "'a b'", '"a b"', *"\n\t\r\x01\u00a0\u2028", "\\\n")
"""Each is written as it stands, with or without a blank after it."""

LISTENING = """
told() { printf -v words '%s\\x1f' "$@"; printf '%s\\x1e' "$words"; }
command_not_found_handle() { told "$@" >&3; return $result; }
for name in echo true false pwd :; do
    eval "$name() { told $name \\"\\$@\\" >&3; return \\$result; }"
done
shopt -s expand_aliases; shopt -u expand_aliases
for result in 0 1; do
    while IFS= read -r -d '' text; do
        (eval -- "$text") </dev/null >/dev/null 2>&1
        printf '\\x1d' >&3
    done <"$1"
done
"""
"""Every command that is run says so: there are none but functions and those not found."""


def ran(texts: list[str], folder: Path) -> list[list[Argv]]:
    """What bash runs of each text, where each command ends well and where each fails."""
    given, told = folder / "given", folder / "told"
    given.write_bytes(b"".join(text.encode() + b"\0" for text in texts))
    (folder / "empty").mkdir(exist_ok=True)
    script = f"exec 3>{told}\n{LISTENING}"
    subprocess.run(
        [shutil.which("bash") or "bash", "--norc", "--noprofile", "-c", script, "bash", given],
        cwd=folder / "empty",
        env={"PATH": "/nonexistent", "HOME": str(folder / "empty")},
        check=True,
        timeout=500,
    )
    answers = [
        [tuple(argv.split("\x1f")[:-1]) for argv in answer.split("\x1e")[:-1]]
        for answer in told.read_text("utf-8", "surrogateescape").split("\x1d")[:-1]
    ]
    assert len(answers) == 2 * len(texts)
    return [well + ill for well, ill in zip(answers, answers[len(texts) :], strict=False)]


def drawn(count: int) -> list[str]:
    dice = random.Random(7)
    return [
        "".join(
            dice.choice(PIECES) + dice.choice(("", " ", " ", " "))
            for _ in range(dice.randint(1, 7))
        )
        for _ in range(count)
    ]


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash here")
def test_bash_runs_nothing_that_was_not_claimed(tmp_path: Path) -> None:
    taken = {text: claimed for text in drawn(STRINGS) if (claimed := commands(text))}
    assert len(taken) > STRINGS / 40
    for (text, claimed), did in zip(taken.items(), ran(list(taken), tmp_path), strict=True):
        assert set(did) <= set(claimed), text
        assert did or "/" in text, text  # a path that is not there is not told of
    note("gate", strings=STRINGS, taken=len(taken), unclaimed=0)


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash here")
def test_this_would_see_what_was_not_claimed(tmp_path: Path) -> None:
    assert ran(["a; b $(c)", "a && b"], tmp_path) == [
        [("a",), ("c",), ("b",), ("a",), ("c",), ("b",)],
        [("a",), ("b",), ("a",)],
    ]


@pytest.mark.parametrize("word", " ".join(NOT_PLAIN.values()).split())
def test_what_belongs_to_bash_is_not_plain(word: str) -> None:
    assert commands(f"{word} x") is None
    assert commands(f"ls; '{word}' x") is None


@pytest.mark.parametrize(
    ("text", "claimed"),
    [
        ("ls", [("ls",)]),
        ("ls -la 'a b' \"c d\"e", [("ls", "-la", "a b", "c de")]),
        ("a && b || c; d | e\nf", [("a",), ("b",), ("c",), ("d",), ("e",), ("f",)]),
        ("a &&\n b;\n\n", [("a",), ("b",)]),
        ("git log --format=%h", [("git", "log", "--format=%h")]),
    ],
)
def test_plain_words_are_read(text: str, claimed: list[Argv]) -> None:
    assert commands(text) == tuple(claimed)


@pytest.mark.parametrize(
    "text",
    [
        "", " \n", ";", "ls;;", "ls &", "&& ls", "ls |", "ls ||", "a=b ls", "a=b", "%1", "'' x",
        "ls $x", "ls `x`", "ls \\x", "ls *", "ls ~", "ls {a,b}", "ls > x", "ls < x", "(ls)", "! ls",
        "ls # x", "ls 'x", 'ls "x', 'ls "$x"', 'ls "`x`"', 'ls "!x"', "ls\r", "ls\x00",
        "ls \u00a0x", "ls [a]", "ls |& x", "{ ls; }", "x" * 9000, "a;" * 51,
    ],
)  # fmt: skip
def test_all_else_is_not_certain(text: str) -> None:
    assert commands(text) is None
