from __future__ import annotations

import subprocess
import sys

import msgspec
import pytest

from ownkey.tools import Tool
from ownkey.tools.builtin import BUILTIN

SPECS = msgspec.to_builtins([tool.spec for tool in BUILTIN])


def test_what_a_model_must_read_of_all_tools_is_short() -> None:
    assert len(msgspec.json.encode(SPECS)) <= 2_700


def test_the_names_and_parameters_are_these() -> None:
    assert {spec["name"]: list(spec["schema"]["properties"]) for spec in SPECS} == {
        "edit": ["path", "old", "new", "all"],
        "glob": ["pattern", "path"],
        "grep": ["pattern", "path", "glob", "ignore_case", "context", "files_only"],
        "ls": ["path"],
        "read": ["path", "offset", "limit"],
        "shell": ["command", "timeout", "unsandboxed"],
        "todo": ["items"],
        "write": ["path", "content"],
    }


def test_effects_are_what_the_tools_do() -> None:
    assert {tool.spec.name: tool.effect for tool in BUILTIN} == {
        "edit": "writes",
        "glob": "reads",
        "grep": "reads",
        "ls": "reads",
        "read": "reads",
        "shell": "runs",
        "todo": "reads",
        "write": "writes",
    }


@pytest.mark.parametrize("tool", BUILTIN, ids=lambda tool: tool.spec.name)
def test_a_schema_is_understood_by_picky_hosts(tool: Tool) -> None:
    """No references, no unions with null, a type on everything."""
    text = msgspec.json.encode(tool.spec.schema).decode()
    assert "$ref" not in text
    assert "anyOf" not in text
    assert "additionalProperties" not in text
    assert '"required":[]' not in text
    for schema in tool.spec.schema["properties"].values():
        assert isinstance(schema["type"], str)


def test_the_tools_load_nothing_heavy() -> None:
    script = (
        "import sys, ownkey.tools.builtin;"
        "print([name for name in ('rignore', 'httpx2') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env={"PYTHONPATH": "src"}
    )
    assert done.stdout.strip() == "[]", done.stderr
