"""What each level allows, and which commands reach outward."""

from __future__ import annotations

import pytest

from ownkey.trust.autonomy import LEVELS, allows, needed


@pytest.mark.parametrize(
    ("effect", "runs_at"),
    [
        ("reads", ["read-only", "low", "medium", "high"]),
        ("writes", ["low", "medium", "high"]),
        ("runs", ["medium", "high"]),
        ("network", ["high"]),
    ],
)
def test_each_effect_runs_from_its_level_up(effect: str, runs_at: list[str]) -> None:
    assert [level for level in LEVELS if allows(level, needed(effect))] == runs_at


@pytest.mark.parametrize(
    "command",
    [
        "git push",
        "git -C /x push origin main",
        "cd a && git push --force",
        "sudo apt-get install x",
        "npm publish",
        "twine upload dist/*",
        "docker push me/it",
        "ssh host rm x",
        "terraform apply",
        "(git push)",
    ],
)
def test_reaching_out_needs_high(command: str) -> None:
    assert needed("runs", command) == "high"


@pytest.mark.parametrize(
    "command",
    [
        "git status",
        "git commit -m 'push the button'",
        "git stash push",
        "make publish-docs",
        "python3 -m unittest -q",
        "cat docs/ssh.md",
        "grep -r sudoers .",
        "pip install -r requirements.txt",
    ],
)
def test_local_work_needs_medium(command: str) -> None:
    assert needed("runs", command) == "medium"
