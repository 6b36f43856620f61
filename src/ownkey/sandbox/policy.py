"""What a sandboxed command may see, write and reach."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import msgspec

from ownkey.core import person

SECRETS = (
    ".ssh",
    ".aws",
    ".gnupg",
    ".azure",
    ".kube",
    ".docker",
    ".password-store",
    ".netrc",
    ".npmrc",
    ".pypirc",
    ".pgpass",
    ".my.cnf",
    ".git-credentials",
    ".vault-token",
    ".bash_history",
    ".zsh_history",
    ".python_history",
    ".psql_history",
    ".config/gh",
    ".config/gcloud",
    ".config/git/credentials",
    ".config/hub",
    ".config/op",
    ".config/rclone",
    ".config/sops",
    ".config/containers/auth.json",
    ".config/github-copilot",
    ".config/google-chrome",
    ".config/chromium",
    ".config/BraveSoftware",
    ".mozilla",
    ".thunderbird",
    ".cargo/credentials",
    ".cargo/credentials.toml",
    ".gem/credentials",
    ".composer/auth.json",
    ".terraform.d",
    ".local/share/keyrings",
    ".local/share/kwalletd",
    ".local/share/opencode/auth.json",
    ".claude/.credentials.json",
    ".claude.json",
    ".codex/auth.json",
    ".gemini/oauth_creds.json",
    ".factory/auth.json",
    ".factory/auth.encrypted",
    "Library/Keychains",
)
"""What commands do not see of a home folder: keys, passwords, and what was typed."""

PROTECTED_FOLDERS = (
    ".ownkey",
    ".factory",
    ".agents",
    ".agent",
    ".claude",
    ".codex",
    ".gemini",
    ".cursor",
    ".vscode",
    ".idea",
    ".husky",
    ".devcontainer",
)
"""Folders of a workspace that have other programs run something later."""

PROTECTED_FILES = (
    ".gitmodules",
    ".envrc",
    ".mcp.json",
    ".bashrc",
    ".bash_profile",
    ".bash_login",
    ".profile",
    ".zshrc",
    ".zprofile",
    ".zshenv",
    ".zlogin",
    ".inputrc",
    ".gitconfig",
    ".tmux.conf",
    ".vimrc",
)

_STEERING = frozenset((*PROTECTED_FOLDERS, *PROTECTED_FILES))

PROTECTED_GIT = {
    "hooks": True,
    "modules": True,
    "info": True,
    "config": False,
    "config.worktree": False,
    "commondir": False,
}
"""What of a repository makes git run or load something, or look elsewhere for what does; and
whether git bears an empty folder there."""

PROTECTED_WORKTREE = ("commondir", "gitdir", "config.worktree")
"""The same of what a repository keeps of each of its worktrees."""

POINTER = 4096
"""Bytes of a `.git` that is a file, at most."""


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """All paths are real ones: without links, absolute."""

    roots: tuple[Path, ...]
    """What may be written."""
    private: Path
    """A folder of this session's own, which commands have for /tmp."""
    repositories: tuple[Path, ...] = ()
    """The folders of git that commits are written to; below a root, or roots themselves."""
    masked: tuple[Path, ...] = ()
    """What looks empty."""
    fixed: tuple[Path, ...] = ()
    """What may not be written although it is below a root."""
    shown: tuple[Path, ...] = ()
    """What may be read although it is below something masked, or below /tmp."""
    domains: tuple[str, ...] = ()
    """Hosts that may be reached: exact, or `*.suffix`. None: no network."""


class Wishes(msgspec.Struct, frozen=True, kw_only=True):
    """What the user's own settings say."""

    enabled: bool = True
    allow_write: tuple[str, ...] = ()
    deny_write: tuple[str, ...] = ()
    deny_read: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


def wishes(values: Mapping[str, object]) -> Wishes:
    """Of the documented `sandbox` object, and of `ownkey.sandbox.network.allowedDomains`."""
    said = _object(values, "sandbox")
    own = _object(_object(values, "ownkey"), "sandbox")
    files = _object(said, "filesystem")
    return Wishes(
        enabled=said.get("enabled") is not False,
        allow_write=_texts(files, "allowWrite"),
        deny_write=_texts(files, "denyWrite"),
        deny_read=_texts(files, "denyRead"),
        domains=(
            *_texts(_object(said, "network"), "allowedDomains"),
            *_texts(_object(own, "network"), "allowedDomains"),
        ),
    )


def policy(
    cwd: Path,
    environ: Mapping[str, str],
    private: Path,
    *,
    wished: Wishes,
    hidden: Iterable[Path] = (),
    shown: Iterable[Path] = (),
    read: Iterable[Path] = (),
) -> Policy:
    """What holds for commands in `cwd`. `hidden`: our own state, settings and keys. `read`: what
    can be read unless it is masked, also where the home folder is below /tmp."""
    home = person.home(environ)
    git = _repository(Path(os.path.realpath(cwd)), home)
    roots = tuple(_real((cwd, *_paths(wished.allow_write, cwd, home), *git)))
    masked = tuple(_real((*hidden, *_unseen(cwd, home, wished))))
    temporary = (one for one in _real(read) if _is_temporary(one) and not _is_below(one, masked))
    return Policy(
        roots=roots,
        private=private,
        repositories=git,
        masked=tuple(one for one in masked if not _holds(one, roots)),
        fixed=tuple(_real(_paths(wished.deny_write, cwd, home))),
        shown=tuple(_real((*shown, *temporary, *_programs(environ)))),
        domains=tuple(dict.fromkeys(wished.domains)),
    )


@lru_cache(maxsize=4)
def unseen(cwd: Path, home: Path, wished: Wishes) -> tuple[Path, ...]:
    """What no tool opens either: other programs' keys and passwords, and what the user names."""
    here = (Path(os.path.realpath(cwd)),)
    return tuple(one for one in _real(_unseen(cwd, home, wished)) if not _holds(one, here))


def protected(policy: Policy) -> Iterator[tuple[Path, bool]]:
    """The paths below the roots that a command may not write, and of each whether an empty
    folder may stand there meanwhile, so that it cannot be made either. Where git or a shell
    would notice that folder, none does."""
    for root in policy.roots:
        if root in policy.repositories:
            continue
        for name in PROTECTED_FOLDERS:
            yield root / name, True
        for name in PROTECTED_FILES:
            yield root / name, False
        if (root / ".git").is_file():
            yield root / ".git", False
    yield from _of_git(policy.repositories)
    for path in policy.fixed:
        yield path, False


def _of_git(repositories: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    for repository in repositories:
        for name, bears in PROTECTED_GIT.items():
            yield repository / name, bears
        for worktree in sorted(repository.glob("worktrees/*/")):
            for name in PROTECTED_WORKTREE:
                yield worktree / name, False


def _unseen(cwd: Path, home: Path, wished: Wishes) -> Iterator[Path]:
    yield from (home / name for name in SECRETS)
    yield from _paths(wished.deny_read, cwd, home)


def project(cwd: Path, home: Path) -> Path:
    """The folder of the repository that a real one is a part of, else that itself."""
    for folder in (cwd, *cwd.parents):
        if folder != cwd and home.is_relative_to(folder):
            break  # a home folder that is a repository is not this project's
        if os.path.lexists(folder / ".git"):
            return folder
    return cwd


def brings(cwd: Path, home: Path, program: Path) -> bool:
    """Whether a program lies in the project: in a folder that PATH names, or by a link."""
    own = project(Path(os.path.realpath(cwd)), home)
    spelled = (os.path.realpath(program.parent), os.path.realpath(program))
    return any(Path(one).is_relative_to(own) for one in spelled)


def steers(path: Path) -> bool:
    """Whether other programs act by themselves on what is written there."""
    spelled = (os.path.normpath(path), os.path.realpath(path))
    return any(part.casefold() in _STEERING for one in spelled for part in Path(one).parts)


def _repository(cwd: Path, home: Path) -> tuple[Path, ...]:
    """Where the commits of this folder go: its own `.git`, that of the repository it is a
    part of, or the one it is a worktree of."""
    git = project(cwd, home) / ".git"
    if git.is_dir():
        return tuple(_real((git,)))
    return _shared(git) if git.is_file() else ()


def _shared(pointer: Path) -> tuple[Path, ...]:
    """The repository that a worktree's `.git` file names, if it names the worktree back:
    whoever wrote the file might point anywhere (gitrepository-layout(5))."""
    try:
        own = Path(pointer.read_text("utf-8")[:POINTER].removeprefix("gitdir:").strip())
        back = Path((own / "gitdir").read_text("utf-8").strip())
        common = own / (own / "commondir").read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError, ValueError):
        return ()
    known = os.path.realpath(back) == os.path.realpath(pointer)
    return tuple(_real((common,))) if known and (common / "objects").is_dir() else ()


def _programs(environ: Mapping[str, str]) -> Iterator[Path]:
    """Where programs are that /tmp or /run would hide: a virtual environment there."""
    folders = [environ.get("VIRTUAL_ENV", ""), *environ.get("PATH", "").split(os.pathsep)]
    for folder in filter(None, folders):
        path = Path(folder)
        if _is_temporary(path):
            yield path.parent if (path.parent / "pyvenv.cfg").is_file() else path


def _is_temporary(path: Path) -> bool:
    """Whether commands have a place of their own in its stead."""
    return _is_below(path, (Path("/tmp"), Path("/var/tmp")))  # noqa: S108  where they are hidden


def _is_below(path: Path, places: Iterable[Path]) -> bool:
    return any(path.is_relative_to(one) for one in places)


def _real(paths: Iterable[Path]) -> Iterator[Path]:
    return iter(dict.fromkeys(Path(os.path.realpath(path)) for path in paths))


def _holds(path: Path, roots: Iterable[Path]) -> bool:
    return any(root.is_relative_to(path) for root in roots)


def _paths(given: Iterable[str], cwd: Path, home: Path) -> Iterator[Path]:
    """As the settings spell them: `~`, absolute (`//` too), or from the workspace."""
    for text in given:
        if text == "~" or text.startswith("~/"):
            yield home / text[2:]
        else:
            yield cwd / text.replace("//", "/")


def _object(values: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = values.get(name)
    return found if isinstance(found, dict) else {}


def _texts(values: Mapping[str, object], name: str) -> tuple[str, ...]:
    found = values.get(name)
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()
