"""The tree keeps its own house rules: sizes, docstrings, locks, and nothing of one machine."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src/ownkey"
LOCKS = [*sorted((ROOT / "requirements").glob("*")), SOURCE / "data/rehearsal/model.txt"]

# In pieces, so that this file does not hold what it forbids.
FORBIDDEN = [
    f"{ROOT}/",
    "py" + "pi.org",
    "pythonhosted" + ".org",
    "registry." + "npmjs",
    "deb." + "debian.org",
]

PIN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*==[0-9][0-9a-z.]*( ; [a-zA-Z0-9_ .'<>=!()]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")


def tracked() -> list[Path]:
    """The files git knows or would add."""
    listed = subprocess.run(
        # Whoever owns the checkout (a container's root, say), we only list names.
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-zco", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def modules() -> list[Path]:
    """Ours; what lies in `data` is not part of the program."""
    return [path for path in SOURCE.rglob("*.py") if SOURCE / "data" not in path.parents]


def test_no_module_is_longer_than_400_lines() -> None:
    lengths = {short(path): len(path.read_text("utf-8").splitlines()) for path in modules()}
    assert {path: length for path, length in lengths.items() if length > 400} == {}


def test_every_module_opens_by_saying_what_it_is_about() -> None:
    openings = {path: ast.get_docstring(ast.parse(path.read_text("utf-8"))) for path in modules()}
    # A first paragraph that ends like a sentence, or leads over to an example.
    told = re.compile(r".*?[.:](\n\n|$)", re.DOTALL)
    assert [short(path) for path, text in openings.items() if not told.match(text or "")] == []


def test_no_file_names_this_machine_or_a_package_index() -> None:
    found = [
        f"{short(path)}: {needle}"
        for path in tracked()
        for needle in FORBIDDEN
        if needle.encode() in path.read_bytes()
    ]
    assert found == []


@pytest.mark.parametrize("path", LOCKS, ids=short)
def test_a_lock_holds_names_versions_and_hashes_alone(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    pins = [line for line in lines if PIN.fullmatch(line)]
    assert pins
    assert [line for line in lines if line not in pins and not HASH.fullmatch(line)] == []


def test_the_tests_run_the_versions_that_the_program_is_locked_to() -> None:
    run, test = (
        {line for line in (ROOT / "requirements" / name).read_text().splitlines() if "==" in line}
        for name in ("run.txt", "test.txt")
    )
    loose = {line.partition(" ;")[0].removesuffix(" \\") for line in run}
    assert loose <= {line.partition(" ;")[0].removesuffix(" \\") for line in test}


def test_the_readme_is_short_and_names_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert len(readme.splitlines()) <= 150
    assert "make demo" in readme
    assert "make test" in readme


@pytest.mark.parametrize(
    ("document", "lines"), [("AGENTS.md", 100), ("CONTRIBUTING.md", 40)], ids=str
)
def test_a_document_for_contributors_stays_short(document: str, lines: int) -> None:
    assert len((ROOT / document).read_text("utf-8").splitlines()) <= lines


def test_every_dependency_has_its_reason_in_the_architecture_document() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [
        *settings["build-system"]["requires"],
        *settings["project"]["dependencies"],
        *(name for group in settings["dependency-groups"].values() for name in group),
    ]
    names = {re.split(r"[<>=!~ \[;]", requirement)[0] for requirement in wanted}
    reasons = (ROOT / "docs/architecture.md").read_text("utf-8")
    assert sorted(name for name in names if f"`{name}`" not in reasons) == []


def test_every_link_between_our_documents_leads_somewhere() -> None:
    broken = [
        f"{short(path)}: {link}"
        for path in tracked()
        if path.suffix == ".md"
        for link in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text("utf-8"))
        if not (path.parent / link).exists()
    ]
    assert broken == []
