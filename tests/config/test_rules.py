"""The rules of the settings, and what is said of those that cannot be meant."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ownkey.config.settings import load
from ownkey.gate.rule import Rule


def loaded(home: Path, settings: dict[str, Any], project: Path | None = None) -> Any:
    folder = home / ".factory"
    folder.mkdir(exist_ok=True)
    (folder / "settings.json").write_text(json.dumps(settings, indent=2))
    (folder / "settings.json").chmod(0o600)
    return load(folder, {"HOME": str(home)}, project=project)


def test_the_documented_lists_are_rules_with_their_places(tmp_path: Path) -> None:
    lists = {
        "commandAllowlist": ["npm test"],
        "commandDenylist": ["git push"],
        "commandBlocklist": ["rm -rf /"],
    }
    settings = loaded(tmp_path, lists)
    file = tmp_path / ".factory/settings.json"
    assert settings.rules == (
        Rule(do="allow", command=("npm", "test"), where=f"{file}:3:5"),
        Rule(do="deny", command=("git", "push"), where=f"{file}:6:5"),
        Rule(do="block", command=("rm", "-rf", "/"), where=f"{file}:9:5"),
    )
    assert settings.diagnostics == ()


def test_a_rich_rule_says_what_it_is_about(tmp_path: Path) -> None:
    rule = {
        "do": "deny",
        "command": "git push",
        "match": ["git push origin", "bash -c 'git push'"],
        "not_match": "git pull",
    }
    settings = loaded(tmp_path, {"ownkey": {"rules": [rule, {"do": "block", "path": "*.env"}]}})
    assert settings.diagnostics == ()
    assert [(one.do, one.command, one.path) for one in settings.rules] == [
        ("deny", ("git", "push"), ""),
        ("block", (), "*.env"),
    ]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"commandAllowlist": "npm"}, "must be an array"),
        ({"commandAllowlist": [5]}, "must be a string"),
        ({"commandAllowlist": ["npm run *"]}, "can never be allowed unasked"),
        ({"commandAllowlist": ["a && b"]}, "can never be allowed unasked"),
        ({"commandAllowlist": ["cd x"]}, "can never be allowed unasked"),
        ({"commandDenylist": ["$(x)"]}, "can never be met"),
        ({"commandDenylist": [" "]}, "There is no command in this"),
        ({"ownkey": {"rules": {}}}, "must be an array"),
        ({"ownkey": {"likelySecrets": "no"}}, 'likelySecrets must be "redact" or "send"'),
        ({"ownkey": {"rules": ["x"]}}, "A rule is an object"),
        ({"ownkey": {"rules": [{}]}}, "A rule says what to do"),
        ({"ownkey": {"rules": [{"do": "forbid"}]}}, "A rule says what to do"),
        ({"ownkey": {"rules": [{"do": "ask", "comand": "x"}]}}, "Did you mean 'command'?"),
        ({"ownkey": {"rules": [{"do": "ask", "path": 5}]}}, "must be a string"),
        ({"ownkey": {"rules": [{"do": "ask", "effect": "eats"}]}}, "There is no effect 'eats'"),
        (
            {"ownkey": {"rules": [{"do": "ask", "effect": "reads", "command": "x"}]}},
            "What reads runs no command",
        ),
        (
            {"ownkey": {"rules": [{"do": "ask", "command": "git push", "match": "git pull"}]}},
            "The rule is not about 'git pull'",
        ),
        (
            {"ownkey": {"rules": [{"do": "ask", "path": "a/*", "not_match": "a/b"}]}},
            "The rule is about 'a/b'",
        ),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_place(
    tmp_path: Path, settings: dict[str, Any], said: str
) -> None:
    found = loaded(tmp_path, settings)
    assert found.rules == ()
    (fault,) = found.diagnostics
    assert said in str(fault)
    assert fault.line > 1


def test_a_projects_files_add_what_forbids_alone(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / ".factory").mkdir(parents=True)
    lists = {"commandAllowlist": ["npm"], "commandDenylist": ["curl"], "commandBlocklist": ["dd"]}
    (project / ".factory/settings.json").write_text(json.dumps(lists))
    found = loaded(tmp_path, {"commandDenylist": ["wget"]}, project)
    assert [(one.do, one.command) for one in found.rules] == [
        ("deny", ("curl",)),
        ("block", ("dd",)),
        ("deny", ("wget",)),
    ]
    assert "commandAllowlist" in str(found.diagnostics)
