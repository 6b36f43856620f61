"""What becomes of a call, as a table; and what no rule can turn round."""

from __future__ import annotations

import shlex
from itertools import product
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ownkey.gate.rule import ORDER, Deed, Do, Rule
from ownkey.trust.autonomy import LEVELS, Level, allows
from ownkey.trust.grants import Grant
from ownkey.trust.verdict import Standing, judge
from tests.often import OFTEN

CWD = Path("/work/project")


def stands(level: Level = "read-only", *rules: Rule, granted: tuple[Grant, ...] = ()) -> Standing:
    return Standing(level, rules, granted, CWD)


def ruled(do: Do, command: str) -> Rule:
    return Rule(do=do, command=tuple(command.split()), where="settings.json:1:1")


def becomes(standing: Standing, command: str) -> str:
    return judge(Deed("shell", "runs", command), standing).becomes


BUILDS: dict[str, Level] = {
    "make": "medium",
    "npm test": "medium",
    "python a.py && ls": "medium",
    "ls $(id)": "medium",
    "git push": "high",
    "sudo ls": "high",
    "(ssh a)": "high",
    '"git" push': "high",
    "/usr/bin/git push": "high",
    "git 2>/dev/null push": "high",
    "s\\udo ls": "high",
}


@pytest.mark.parametrize(("command", "level"), list(product(BUILDS, LEVELS)))
def test_without_rules_the_level_decides(command: str, level: Level) -> None:
    expected = "runs" if allows(level, BUILDS[command]) else "asked"
    assert becomes(stands(level), command) == expected


SUBSETS = [
    [do for do, taken in zip(ORDER, bits, strict=True) if taken]
    for bits in product((True, False), repeat=4)
]
OUTCOME = {"block": "blocked", "deny": "asked", "ask": "asked", "allow": "runs"}
WRAPPED = [
    "make it",
    "ls && make it",
    "make it; ls",
    "ls | make it",
    "ls\nmake it",
]


@pytest.mark.parametrize(
    ("dos", "level", "command"),
    list(product(SUBSETS[:-1], LEVELS, WRAPPED)),
    ids=lambda one: "-".join(one) if isinstance(one, list) else repr(one),
)
def test_block_goes_before_deny_before_ask_before_allow(
    dos: list[Do], level: Level, command: str
) -> None:
    allowed = (ruled("allow", "make it"), ruled("allow", "ls")) if "allow" in dos else ()
    others = tuple(ruled(do, "make") for do in dos if do != "allow")
    for rules in ((*allowed, *others), (*others, *allowed)):
        assert becomes(stands(level, *rules), command) == OUTCOME[dos[0]]


@pytest.mark.parametrize(
    "command",
    [
        "git push", "ls; git push", "ls & git push", "ls |& git push", "ls\ngit push", "(git push)",
        "$(git push)", "`git push`", "ls $(git push)", "bash -c 'git push'", 'sh -c "git push"',
        "eval git push", "xargs git push", "env A=b git push", "A=b git push", "sudo git push",
        "git -C /x push", "git -c a=b push", "/usr/bin/git push", "g\\it push", "'git' push",
        '"g"it push', "git 'push'", "git   push", "git\tpush", "find . -exec git push ;",
        "{ git push; }", "{git,push}", "git${IFS}push", "git$IFS'push'", "$'git' push",
        "$'\\x67it' push", "if true; then git push; fi", "! git push", "time git push",
        "cat <<E\n$(git push)\nE", "cat <(git push)", "a=$(git push)", "[[ $(git push) ]]",
        "x() { git push; }; x", "git push && ls", "git \\\npush", "git\u00a0push", "ls\rgit push",
        "nohup git push", "timeout 5 git push", "true || git push", "git --no-pager push",
        "git 2>/dev/null push", "git >x push", "git <<<x push", "git &>x push", "git 2>&1 push",
        "g$()it push", "g``it push", "g${x}it push", "gi$@t push", "git $x push",
        "git $(true) push",
        "git >$(true) push", "git push>x", ">x git push",
    ],
)  # fmt: skip
def test_what_is_forbidden_is_found_however_it_is_wrapped(command: str) -> None:
    assert becomes(stands("high", ruled("block", "git push")), command) == "blocked"
    assert becomes(stands("high", ruled("deny", "git push")), command) == "asked"


@pytest.mark.parametrize(
    "command", ["git status", "ls push", "git commit push", "gitk push", "git pull", "make git"]
)
def test_other_commands_are_not_forbidden(command: str) -> None:
    assert becomes(stands("high", ruled("block", "git push")), command) == "runs"


@pytest.mark.parametrize(
    "command",
    [
        "npm test > ~/.bashrc", "npm test; rm x", "npm test $(id)", "A=b npm test", "npm test &",
        "npm testing", "npm run test", "sudo npm test", "npm test `id`", "npm test\nrm x",
        "npm test | sh", "npm test && x", "npm 'test' *", "(npm test)", "npm test <(x)",
    ],
)  # fmt: skip
def test_what_is_allowed_is_allowed_only_where_it_is_certain(command: str) -> None:
    assert becomes(stands("low", ruled("allow", "npm test")), command) == "asked"
    assert becomes(stands("low", ruled("allow", "npm test")), "npm test -- --watch") == "runs"


@pytest.mark.parametrize(
    "command",
    [
        "rm -rf /", "rm -fr / ", "rm -r -f ~", "rm -rf ~/", "rm -rf $HOME", "rm -rf \"$HOME\"/",
        "sudo rm -rf /*", "ls && rm -rf /", "$(rm -rf /)", "rm --recursive --force /",
        "rm -rf build /", "mkfs.ext4 /dev/sda", "mkfs -t x /dev/a", "dd if=a of=/dev/sda",
        "shutdown now", "sudo reboot", "halt", "poweroff", "init 0", ":(){ :|:& };:",
        "x() { x | x & }; x", "chmod -R 777 /", "chown -R a ~", "chown a -R /", "echo x > /dev/sda",
        "rm -rf \\\n/", "rm -rf a 2>&1 /", "rm -rf &>x /", "cd a && chmod a -R / | cat",
        "shred a", "wipefs -a b", "bash -c 'rm -rf /'", "rm -rf ..",
    ],
)  # fmt: skip
def test_what_destroys_a_machine_is_always_asked_about(command: str) -> None:
    verdict = judge(Deed("shell", "runs", command), stands("high"))
    assert verdict.becomes == "asked"
    assert verdict.grant is None


@pytest.mark.parametrize(
    "command",
    ["rm -rf build", "rm -rf /tmp/x", "rm -rf ./a", "dd if=a of=b", "dd of=/dev/null",
     "chmod -R u+x a", "chmod 7 /", "echo shutdown", "npm init 0", "ls /dev/sda",
     "echo halt-and-catch", "rm a", "rm -rf build && cd ..", "rm a; ls /", "chmod -R a b | cat /"],
)  # fmt: skip
def test_everyday_commands_are_not(command: str) -> None:
    assert becomes(stands("high"), command) == "runs"


def test_leave_for_the_session_does_not_go_before_what_is_denied() -> None:
    granted = (Grant("runs", "git push"),)
    assert becomes(stands("low", granted=granted), "git push") == "runs"
    assert becomes(stands("low", ruled("ask", "git push"), granted=granted), "git push") == "runs"
    assert becomes(stands("low", ruled("deny", "git push"), granted=granted), "git push") == "asked"


@pytest.mark.parametrize(
    ("granted", "command"),
    [
        ("rm 'a '", "rm 'a '\u00a0"),
        ("rm x", "rm x\u00a0"),
        ("rm a\\ ", "rm a\\"),
        ("make", "make\x1f"),
    ],
)
def test_leave_is_for_the_very_bytes_of_a_command(granted: str, command: str) -> None:
    leave = judge(Deed("shell", "runs", granted), stands("low")).grant
    assert leave
    assert becomes(stands("low", granted=(leave,)), granted) == "runs"
    assert becomes(stands("low", granted=(leave,)), command) == "asked"


@pytest.mark.parametrize(
    ("rule", "path", "outcome"),
    [
        (Rule(do="block", path="*.env"), "a/.env", "blocked"),
        (Rule(do="block", path="a/*"), "a/b/c", "blocked"),
        (Rule(do="block", path="a/*"), "x/../a/c", "blocked"),
        (Rule(do="block", path="a/*"), "b/c", "asked"),
        (Rule(do="block", effect="reads", path="a/*"), "a/c", "asked"),
        (Rule(do="allow", effect="writes", path="docs/*"), "docs/a", "runs"),
        (Rule(do="allow", effect="writes", path="docs/*"), "docs/../a", "asked"),
        (Rule(do="allow", effect="writes", path="docs/*"), "/etc/docs/a", "asked"),
        (Rule(do="allow", tool="edit"), "x", "runs"),
        (Rule(do="allow", tool="write"), "x", "asked"),
        (Rule(do="block", path="/work/project/secret"), "secret", "blocked"),
    ],
)
def test_a_rule_of_paths(rule: Rule, path: str, outcome: str) -> None:
    deed = Deed("edit", "writes", path=CWD / path)
    assert judge(deed, stands("read-only", rule)).becomes == outcome


def test_a_link_into_what_is_allowed_and_out_of_it(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "src").mkdir()
    (tmp_path / "docs/out").symlink_to(tmp_path / "src/a")
    allow, block = Rule(do="allow", path="docs/*"), Rule(do="block", path="src/*")
    deed = Deed("edit", "writes", path=tmp_path / "docs/out")
    assert judge(deed, Standing("read-only", (allow,), (), tmp_path)).becomes == "asked"
    assert judge(deed, Standing("high", (block,), (), tmp_path)).becomes == "blocked"


def test_reading_commands_run_unasked_but_not_beside_keys(tmp_path: Path) -> None:
    keys = tmp_path / "home/.factory/settings.json"
    safe = Standing("read-only", (), (), tmp_path / "work", (keys,))
    assert becomes(safe, "cat a | wc -l") == "runs"
    assert becomes(safe, "cat ../home/.factory/settings.json") == "asked"
    assert becomes(safe._replace(cwd=tmp_path / "home"), "cat a") == "asked"


PARTS = "git push pull make ls a; && | $( ) ' \" \\ npm test -x rm"
WORDS = st.sampled_from(PARTS.split())
TEXTS = st.lists(WORDS, min_size=1, max_size=8).map(" ".join)
RANK = {"runs": 0, "asked": 1, "blocked": 2}
RULES = st.builds(
    ruled, st.sampled_from(ORDER), st.sampled_from(["git push", "make", "npm test", "ls", "rm"])
)


@OFTEN
@given(TEXTS, st.lists(RULES, max_size=4), st.sampled_from(("ask", "deny", "block")), TEXTS)
def test_forbidding_more_never_lets_more_run(
    command: str, rules: list[Rule], do: Do, other: str
) -> None:
    more = [*rules, Rule(do=do, command=tuple(other.split()))]
    before, after = (becomes(stands("medium", *one), command) for one in (rules, more))
    assert RANK[after] >= RANK[before]


@OFTEN
@given(TEXTS, TEXTS)
def test_joining_never_lets_more_run(one: str, other: str) -> None:
    assume(_closed(one))  # or the rest of it is quoted, and a word of the first command
    standing = stands(
        "low", ruled("deny", "git push"), ruled("allow", "make"), ruled("block", "rm")
    )
    if becomes(standing, f"{one}; {other}") == "runs":
        assert becomes(standing, one) == "runs"


def _closed(command: str) -> bool:
    try:
        shlex.split(command)
    except ValueError:
        return False
    return True
