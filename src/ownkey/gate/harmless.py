"""Programs that only read, and the options that keep them from doing more.

What is not listed is asked about, so an option that is new, abbreviated or clustered with
another one cannot slip through. git is not among them: a repository's own settings name
programs that `git status` and `git diff` run (fsmonitor, filters, textconv).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple


class Program(NamedTuple):
    letters: str = ""
    """Short options, alone or in a cluster; digits, commas and points may follow them."""
    words: str = ""
    """Long options and, of find, what it calls expressions."""
    operands: int | None = None
    """The most it may be given; None: any number."""


_LISTS = "aAlhrtSRdFpsim1"
_SEARCHES = "abcefhiInovwxABCHELFGPqrsm"

PROGRAMS: dict[str, Program] = {
    "basename": Program("a"),
    "cat": Program("nbsEeTtvA"),
    "cmp": Program("lbs"),
    "column": Program("tx"),
    "comm": Program("123"),
    "cut": Program("dfcbs"),
    "diff": Program("uNqwbBaiyps", "--brief --unified --color=never"),
    "dirname": Program(),
    "du": Program("shacdkmx", "--max-depth=1 --max-depth=2 --apparent-size"),
    "df": Program("hTkm"),
    "echo": Program("neE"),
    "egrep": Program(_SEARCHES),
    "expr": Program(),
    "false": Program(),
    "fgrep": Program(_SEARCHES),
    "file": Program("bi", "--brief --mime --mime-type"),
    "find": Program(
        "",
        "-name -iname -path -ipath -type -maxdepth -mindepth -size -mtime -mmin -newer -empty"
        " -print -print0 -not -o -a -and -or -prune -regex -iregex -perm -user -group",
    ),
    "fold": Program("ws"),
    "grep": Program(_SEARCHES, "--color=never --include --exclude --count --line-number"),
    "head": Program("ncqv"),
    "id": Program("ugnG"),
    "ls": Program(_LISTS, "--all --recursive --color=never --human-readable"),
    "md5sum": Program("bt"),
    "nl": Program("bawsn"),
    "nproc": Program("", "--all"),
    "od": Program("AtxcjNv"),
    "paste": Program("ds"),
    "pwd": Program("LP"),
    "readlink": Program("fnem"),
    "realpath": Program("ems"),
    "rev": Program(),
    "rg": Program("inwlcovSFUHNABCegtT", "--files --count --no-heading --line-number --hidden"),
    "seq": Program("sw"),
    "sha1sum": Program("bt"),
    "sha256sum": Program("bt"),
    "sort": Program("nrukbfhVcsdg"),
    "stat": Program("cLft"),
    "tac": Program("sb"),
    "tail": Program("ncqv"),
    "tr": Program("dcst"),
    "true": Program(),
    "uname": Program("asnrvmpio"),
    "uniq": Program("cduif", operands=0),
    "wc": Program("clwmL", "--lines --words --bytes"),
    "whoami": Program(),
}
"""As GNU, BSD and ripgrep have them. `sort -o`, `uniq IN OUT`, `rg --pre` and `-z`, `find -exec`,
`-fprint` and `-delete`, `tail -f`, `file -C` and `date` are left out on purpose; so is what
follows links on its way through folders: they may lead anywhere (`grep -R`, `rg -L`, `diff -r`)."""


def is_harmless(argv: Sequence[str], readable: Callable[[str], bool]) -> bool:
    """Whether a command only reads, and only what is `readable`: each operand is taken for a
    path, whatever it is."""
    program = PROGRAMS.get(argv[0])
    if program is None:
        return False
    options = [word for word in argv[1:] if word.startswith("-") and word != "-"]
    operands = [word for word in argv[1:] if word not in options]
    if program.operands is not None and len(operands) > program.operands:
        return False
    return all(_known(program, one) for one in options) and all(map(readable, operands))


def _known(program: Program, option: str) -> bool:
    if option in program.words.split() or option == "--":
        return True
    return not option.startswith("--") and all(
        sign in program.letters or sign in "0123456789,." for sign in option[1:]
    )
