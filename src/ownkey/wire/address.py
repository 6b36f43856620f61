"""From the base address a person wrote to the address a request goes to."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

from ownkey.core.model import WireName
from ownkey.core.origin import absolute, host_of, is_at

ENDPOINTS = (
    "/chat/completions",
    "/completions",
    "/responses",
    "/messages/count_tokens",
    "/messages",
    "/models",
    "/embeddings",
)
"""What people paste along with the base address. Longer ones first."""

VERSION = re.compile(r"/v\d+((alpha|beta)\d*)?$")
SLASHES = re.compile(r"/{2,}")


class Home(NamedTuple):
    """Where a host keeps its formats, when that is not directly below `/v1`."""

    host: str
    """The host itself and all names below it."""
    openai: str = "/v1"
    """Path above `/chat/completions` and `/responses`."""
    anthropic: str = "/v1"
    """Path above `/messages`."""


HOMES = (
    Home("openrouter.ai", "/api/v1", "/api/v1"),
    Home("api.groq.com", "/openai/v1"),
    Home("api.fireworks.ai", "/inference/v1", "/inference/v1"),
    Home("api.deepinfra.com", "/v1/openai", "/anthropic/v1"),
    Home("generativelanguage.googleapis.com", "/v1beta/openai"),
    Home("api.deepseek.com", "", "/anthropic/v1"),
    Home("api.perplexity.ai", ""),
    Home("api.githubcopilot.com", ""),
    Home("api.moonshot.ai", "/v1", "/anthropic/v1"),
    Home("api.moonshot.cn", "/v1", "/anthropic/v1"),
    Home("api.kimi.com", "/coding/v1", "/coding/v1"),
    Home("api.z.ai", "/api/paas/v4", "/api/anthropic/v1"),
    Home("open.bigmodel.cn", "/api/paas/v4", "/api/anthropic/v1"),
    Home("api.minimax.io", "/v1", "/anthropic/v1"),
    Home("api.minimaxi.com", "/v1", "/anthropic/v1"),
    Home("dashscope.aliyuncs.com", "/compatible-mode/v1", "/apps/anthropic/v1"),
    Home("dashscope-intl.aliyuncs.com", "/compatible-mode/v1", "/apps/anthropic/v1"),
    Home("dashscope-us.aliyuncs.com", "/compatible-mode/v1", "/apps/anthropic/v1"),
    Home("openai.azure.com", "/openai/v1"),
    Home("cognitiveservices.azure.com", "/openai/v1"),
    Home("services.ai.azure.com", "/openai/v1", "/anthropic/v1"),
)
"""Sources: each provider's quick start, as collected in `docs/providers.md`."""


def endpoint(wire: WireName, base_url: str, path: str) -> str:
    """The address of `path` (`/messages`, `/responses`, `/chat/completions`, `/models`)
    below the base address, however that was written: with or without scheme, `/v1`,
    closing slashes, or a whole endpoint. Its host and query are never changed."""
    parts = urlsplit(absolute(base_url))
    base = _bare(parts.path)
    host = host_of(base_url)
    home = _home(wire, host)
    if not _is_known(host) and _clean(parts.path).endswith(path):
        pass  # the endpoint itself, at a host of which nothing else is known
    elif f"{base}/" in f"{home}/":  # only a piece of the way
        base = home
    elif wire == "anthropic" and not VERSION.search(base):
        base += "/v1"
    return urlunsplit((parts.scheme, parts.netloc, base + path, parts.query, ""))


def sibling(wire: WireName, url: str, path: str) -> str | None:
    """Where else at the same origin the endpoint `url` may be: at the host's known home;
    elsewhere with `/v1` where there is no version, or without it. None if it is there."""
    parts = urlsplit(url)
    base, host = parts.path.removesuffix(path), host_of(url)
    if _is_known(host):
        other = _home(wire, host)
    elif base.endswith("/v1"):
        other = base.removesuffix("/v1")
    else:
        other = base if VERSION.search(base) else f"{base}/v1"
    return (
        None
        if other == base or other != _bare(other)
        else parts._replace(path=other + path).geturl()
    )


def base_of(wire: WireName, url: str, path: str) -> str:
    """What to write as `baseUrl` for requests to go to `url`: without the endpoint, if
    that suffices."""
    parts = urlsplit(url)
    short = parts._replace(path=parts.path.removesuffix(path)).geturl()
    return short if endpoint(wire, short, path) == url else url


def _bare(path: str) -> str:
    """The path without doubled and closing slashes and without pasted endpoints."""
    path = _clean(path)
    while end := next((end for end in ENDPOINTS if path.endswith(end)), None):
        path = path.removesuffix(end).rstrip("/")
    return path


def _clean(path: str) -> str:
    return SLASHES.sub("/", path).rstrip("/")


def _home(wire: WireName, host: str) -> str:
    """Where `host` keeps the format; `/v1` for hosts that no row names."""
    home = next((home for home in HOMES if is_at(host, home.host)), Home(host))
    return home.anthropic if wire == "anthropic" else home.openai


def _is_known(host: str) -> bool:
    return any(is_at(host, home.host) for home in HOMES)
