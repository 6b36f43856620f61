"""What commands see of the user's environment: an allowlist, and never a key."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping

ALLOWED = {
    "who and where one is": "HOME USER LOGNAME SHELL PWD TMPDIR HOSTNAME",
    "where programs are": "PATH MANPATH INFOPATH PKG_CONFIG_PATH",
    "the terminal, for width and colours": "TERM COLORTERM COLUMNS LINES NO_COLOR",
    "language and time": "LANG LANGUAGE TZ LOCALE_ARCHIVE LC_ALL LC_ADDRESS LC_COLLATE LC_CTYPE "
    "LC_IDENTIFICATION LC_MEASUREMENT LC_MESSAGES LC_MONETARY LC_NAME LC_NUMERIC LC_PAPER "
    "LC_TELEPHONE LC_TIME",
    "where programs keep their own files": (
        "XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME XDG_STATE_HOME XDG_DATA_DIRS XDG_CONFIG_DIRS"
    ),
    "Python": "VIRTUAL_ENV CONDA_PREFIX CONDA_DEFAULT_ENV CONDA_EXE MAMBA_ROOT_PREFIX PYENV_ROOT "
    "UV_CACHE_DIR PIP_CACHE_DIR POETRY_HOME",
    "JavaScript": "NVM_DIR NVM_BIN FNM_DIR FNM_MULTISHELL_PATH VOLTA_HOME PNPM_HOME N_PREFIX "
    "BUN_INSTALL DENO_DIR DENO_INSTALL COREPACK_HOME",
    "Rust, Go, C": "CARGO_HOME CARGO_TARGET_DIR RUSTUP_HOME RUSTUP_TOOLCHAIN GOPATH GOROOT GOBIN "
    "GOCACHE GOMODCACHE GOFLAGS CC CXX CCACHE_DIR SDKROOT DEVELOPER_DIR",
    "JVM, .NET, Android, Ruby, others": "JAVA_HOME JDK_HOME M2_HOME MAVEN_HOME GRADLE_HOME "
    "GRADLE_USER_HOME SDKMAN_DIR DOTNET_ROOT ANDROID_HOME ANDROID_SDK_ROOT GEM_HOME GEM_PATH "
    "RBENV_ROOT PUB_CACHE FLUTTER_ROOT ASDF_DIR ASDF_DATA_DIR MISE_DATA_DIR "
    "HOMEBREW_PREFIX HOMEBREW_CELLAR HOMEBREW_REPOSITORY NIX_PATH NIX_PROFILES",
    "how to reach the network from here": "HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY "
    "http_proxy https_proxy all_proxy no_proxy SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE "
    "REQUESTS_CA_BUNDLE NODE_EXTRA_CA_CERTS PIP_INDEX_URL PIP_CERT UV_DEFAULT_INDEX UV_INDEX_URL",
    "what Windows itself needs": "SYSTEMROOT WINDIR COMSPEC PATHEXT TEMP TMP USERPROFILE "
    "APPDATA LOCALAPPDATA PROGRAMFILES PROGRAMDATA",
}
"""Names by the reason they are lent. Left out on purpose is whatever makes a program run
or load something else (LD_*, PYTHON*, NODE_OPTIONS, BASH_ENV, GIT_*), and whatever opens
a door (SSH_AUTH_SOCK, DISPLAY, DBUS_SESSION_BUS_ADDRESS)."""

NAMES = frozenset(" ".join(ALLOWED.values()).split())

ALWAYS = {"GIT_TERMINAL_PROMPT": "0", "PAGER": "cat", "GIT_PAGER": "cat"}
"""Nobody is there to answer a prompt or to leave a pager."""

LONG = 8
"""Characters from which a key counts inside a value too. Shorter ones are words that local
servers accept, `ollama` or `none`, and stand in values by chance."""

CREDENTIALS = re.compile(r"://[^/\s]*@")
"""A user name or password inside an address."""


def lend(environ: Mapping[str, str], secrets: Iterable[str]) -> dict[str, str]:
    """The environment for commands: what `ALLOWED` names, unless its value has one of
    `secrets` or an address with a password in it. Of PATH only such folders are dropped."""
    known = [secret for secret in secrets if secret]
    lent = {
        name: _path(value, known) if name == "PATH" else value
        for name, value in environ.items()
        if name in NAMES
    }
    return {name: value for name, value in lent.items() if not _tells(value, known)} | ALWAYS


def _path(value: str, secrets: list[str]) -> str:
    """Without a PATH nothing would run at all."""
    folders = value.split(os.pathsep)
    return os.pathsep.join(folder for folder in folders if not _tells(folder, secrets))


def _tells(value: str, secrets: list[str]) -> bool:
    if CREDENTIALS.search(value):
        return True
    return any(value == secret or (len(secret) >= LONG and secret in value) for secret in secrets)
