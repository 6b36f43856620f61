"""Which commands only read: those of the table, and none with an option that does more."""

from __future__ import annotations

import pytest

from ownkey.gate.grammar import commands
from ownkey.gate.harmless import PROGRAMS, is_harmless


def below(path: str) -> bool:
    return not path.startswith(("/", ".."))


def judged(command: str) -> bool:
    found = commands(command)
    return bool(found) and all(is_harmless(argv, below) for argv in found or ())


@pytest.mark.parametrize(
    "command",
    [
        "ls", "ls -la src", "cat README.md", "head -n 5 a", "head -5 a", "tail -n 20 a.log",
        "wc -l a b", "grep -rn 'def x' src", "grep -A 3 x a | sort | uniq -c", "rg -n x src",
        "find . -name '*.py' -maxdepth 2", "sort -k2,2n a", "cut -f1 -d ' ' a", "pwd",
        "diff -u a b", "echo done", "cat a && cat b; wc -c c", "tr a-z A-Z",
    ],
)  # fmt: skip
def test_these_run_unasked(command: str) -> None:
    assert judged(command)


DOES_MORE = {
    "find": "-exec -execdir -ok -okdir -delete -fprint -fprint0 -fprintf -fls -files0-from",
    "rg": "--pre --pre=sh --hostname-bin=x -z --search-zip --pre-glob -nz -L -nL --follow",
    "sort": "-o -ro -oa --output=x --outpu=x --compress-program=sh -T -S --compr=sh",
    "tail": "-f -F --follow --retry --pid=1 -nf",
    "grep": "-z --include-from=x -Dx --devices=x -U -T -Z -R -nR --dereference-recursive",
    "ls": "--hyperlink --time-style=+x -Z",
    "cat": "--x -x -u",
    "wc": "--files0-from=x --files0",
    "file": "-C -m -f --magic-file=x --compile -z -Z -bm",
    "diff": "-r -ru --recursive -D --to-file=x --from-file=x -l --line-format=x --ifdef=x -o",
    "du": "--files0-from=x -X --exclude-from=x",
    "head": "-z --x",
    "uniq": "-z --x",
    "stat": "--printf=x -Z",
    "od": "-w -S --x",
    "echo": "-x --version",
    "df": "--output=x -P",
    "column": "-o -J --json",
    "tr": "--x -C",
    "realpath": "-q --relative-to=x -z",
}
"""Options that write, run, follow, read elsewhere, or that the table does not know."""


@pytest.mark.parametrize(
    "command",
    [f"{name} {option} x" for name, options in DOES_MORE.items() for option in options.split()]
    + [
        "git status", "git diff", "git log", "git -c core.pager=x log", "git grep -Ox y",
        "git diff --ext-diff", "git diff --output=x", "git fetch --upload-pack=x a",
        "awk 1 a", "sed -n p a", "sed 1e a", "sed -i s/a/b/ a", "xargs ls", "env ls", "nice ls",
        "timeout 1 ls", "nohup ls", "stdbuf -o0 ls", "setsid ls", "watch ls", "time ls", "less a",
        "more a", "man ls", "man -P sh ls", "tar xf a", "tar --checkpoint-action=exec=x a",
        "tar -I sh a", "fd -x rm", "go test -exec x", "ssh a", "ssh -o ProxyCommand=x a", "scp a b",
        "curl a", "wget a", "base64 -o a", "date -f a", "date 01010101", "tree -o a", "ps e",
        "xxd a b", "tee a", "dd", "cp a b", "mv a b", "rm a", "ln a b", "touch a", "mkdir a",
        "python -c x", "python3 a.py", "node -e x", "perl -e x", "ruby -e x", "php -r x", "sh a",
        "bash -c ls", "make", "npm test", "npx x", "pip install x", "cargo build", "vim a", "ed a",
        "vi -c x", "emacs a", "gdb a", "strace ls", "script a", "screen", "tmux", "crontab a",
        "at now", "systemctl start x", "kill 1", "chmod 7 a", "chown a b", "hostname x", "mount a",
        "unshare ls", "nsenter ls", "chroot a", "sudo ls", "doas ls", "su a", "pkexec ls",
        "busybox ls", "find / -name x", "cat /etc/passwd", "cat ../a", "ls ..", "grep -r x /",
        "uniq a b", "./ls", "/bin/ls", "bin/cat a", "jq -n env", "printenv", "zcat a", "unzip a",
        "split a", "csplit a 1", "truncate a", "install a b", "rsync a b", "parallel ls", "m4 a",
        "bc a", "gcc a", "as a", "ld a", "openssl x", "gpg a", "nc a 1", "telnet a", "ftp a",
    ],
)  # fmt: skip
def test_these_are_asked_about(command: str) -> None:
    assert not judged(command)


def test_the_table_is_of_options_that_are_plain() -> None:
    for name, program in PROGRAMS.items():
        assert program.letters.isascii(), name
        assert not program.letters or program.letters.isalnum(), name
