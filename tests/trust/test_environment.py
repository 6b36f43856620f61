from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ownkey.trust.environment import ALWAYS, NAMES, lend

KEY = "test-key-not-real-1"
SUSPICIOUS = re.compile("KEY|TOKEN|SECRET|PASS|CRED|AUTH", re.IGNORECASE)
COMMANDING = re.compile(
    "(LD|DYLD|PYTHON|GIT)_?.*|NODE_OPTIONS|BASH_ENV|ENV|PROMPT_COMMAND|PERL5OPT|RUBYOPT"
    "|JAVA_TOOL_OPTIONS|SSH_AUTH_SOCK|BASH_FUNC.*"
)

ANY_NAME = st.one_of(
    st.sampled_from(sorted(NAMES)),
    st.from_regex("[A-Z_]{0,6}(KEY|TOKEN|SECRET|PASS|CRED|AUTH)[A-Z_]{0,6}", fullmatch=True),
    st.from_regex("(LD_|DYLD_|PYTHON|GIT_|LC_)[A-Z]{1,8}", fullmatch=True),
    st.sampled_from(["NODE_OPTIONS", "BASH_ENV", "ENV", "SSH_AUTH_SOCK", "PERL5OPT"]),
    st.text(min_size=1, max_size=8),
)
KEYS = st.text("abcdefXYZ0123456789-_", min_size=8, max_size=60)


@settings(deadline=None)
@given(st.data(), st.lists(KEYS, max_size=3))
def test_no_key_and_no_unlisted_name_gets_through(data: st.DataObject, keys: list[str]) -> None:
    around = st.text("/:ab=", max_size=6)
    values = st.tuples(around, st.sampled_from([*keys, "", "plain"]), around).map("".join)
    environ = data.draw(st.dictionaries(ANY_NAME, values, max_size=20))
    lent = lend(environ, keys)
    assert set(lent) <= NAMES | set(ALWAYS)
    for name, value in lent.items():
        assert not any(key in value for key in keys), name
        assert ALWAYS.get(name, environ.get(name, value)) == value or name == "PATH"


def test_nothing_on_the_list_looks_like_a_key_or_runs_code() -> None:
    assert [name for name in NAMES if SUSPICIOUS.search(name)] == []
    assert [name for name in NAMES if COMMANDING.fullmatch(name)] == []


def test_what_builds_need_is_lent() -> None:
    needed = {
        "PATH": "/usr/bin",
        "HOME": "/home/ada",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "VIRTUAL_ENV": "/work/.venv",
        "CONDA_PREFIX": "/opt/conda",
        "NVM_DIR": "/home/ada/.nvm",
        "CARGO_HOME": "/home/ada/.cargo",
        "GOPATH": "/home/ada/go",
        "JAVA_HOME": "/opt/java",
        "HTTPS_PROXY": "http://proxy.example.com:3128",
    }
    assert lend(needed, [KEY]) == needed | ALWAYS


def test_nobody_is_asked_for_a_password_or_left_in_a_pager() -> None:
    environ = {"PAGER": "less", "GIT_PAGER": "delta", "GIT_TERMINAL_PROMPT": "1"}
    assert lend(environ, []) == {"GIT_TERMINAL_PROMPT": "0", "PAGER": "cat", "GIT_PAGER": "cat"}


@pytest.mark.parametrize(
    ("name", "value", "secrets", "lent"),
    [
        ("TERM", KEY, [KEY], None),
        ("TERM", f"x{KEY}x", [KEY], None),
        ("PATH", f"/bin:/opt/{KEY}/bin:/usr/bin", [KEY], "/bin:/usr/bin"),
        ("PATH", "/opt/ollama/bin:/bin", ["ollama", ""], "/opt/ollama/bin:/bin"),
        ("USER", "ollama", ["ollama"], None),
        ("HTTPS_PROXY", "http://ada:hunter2@proxy.example.com", [], None),
        ("PIP_INDEX_URL", "https://user@host.example.com/simple", [], None),
        ("LC_API", "x", [], None),
    ],
)
def test_a_value_is_lent_only_without_a_secret(
    name: str, value: str, secrets: list[str], lent: str | None
) -> None:
    assert lend({name: value}, secrets).get(name) == lent
