"""The table of what endpoints do differently: one row a fact, each with its source."""

from __future__ import annotations

import difflib
import re
from fnmatch import fnmatchcase
from typing import Any, get_args, get_type_hints

import msgspec

from ownkey.core.errors import SettingsError
from ownkey.core.model import WireName
from ownkey.core.origin import host_of, is_at
from ownkey.core.quirks import Quirks
from ownkey.wire.ids import fitting

MESSAGES, RESPONSES, CHAT = get_args(WireName)


class Row:
    """Where all that is given matches, `changes` apply. `host` holds one or more domains,
    `model` one or more shell patterns for the lower-cased id, with or without what stands
    before its last slash; both are separated by spaces, and empty matches all. `note`
    names the source: an address, or an issue of a repository."""

    def __init__(
        self, *, wire: str = "", host: str = "", model: str = "", note: str, **changes: str | bool
    ) -> None:
        self.wire = wire
        self.hosts = host.split()
        self.models = model.split()
        self.note = note
        self.changes = changes

    def fits(self, wire: WireName, host: str, name: str) -> bool:
        names = (name, name.rpartition("/")[2])
        return (
            self.wire in ("", wire)
            and (not self.hosts or any(is_at(host, domain) for domain in self.hosts))
            and (not self.models or any(fnmatchcase(n, p) for n in names for p in self.models))
        )


RULES = (
    # Anthropic Messages: its own documents, which the clones follow
    Row(
        wire=MESSAGES,
        auth="x-api-key",
        cache="markers",
        tool_id="[a-zA-Z0-9_-]{1,64}",
        thinking="budget",
        note="https://platform.claude.com/docs/en/api/messages",
    ),
    Row(
        wire=MESSAGES,
        model="*claude-*",
        thinking="adaptive",
        note="https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking",
    ),
    Row(
        wire=MESSAGES,
        model="*claude-3* *claude-*-4 *claude-*-4[:@]* *claude-*-4-2025* *claude-*-4[-.][015]*",
        thinking="budget",
        note="https://platform.claude.com/docs/en/build-with-claude/extended-thinking",
    ),
    Row(
        wire=MESSAGES,
        host="api.minimax.io api.minimaxi.com",
        auth="bearer",
        note="https://github.com/charmbracelet/catwalk",
    ),
    Row(
        wire=MESSAGES,
        host="api.aws",
        auth="bearer",
        note="https://github.com/anthropics/anthropic-sdk-python (Bedrock keys)",
    ),
    Row(
        wire=MESSAGES,
        host="api.fireworks.ai",
        cache="none",
        note="https://github.com/earendil-works/pi CHANGELOG 0.80.1: no markers on tools",
    ),
    # OpenAI, at home and at Azure
    Row(
        wire=RESPONSES,
        tool_id=".{1,64}",
        note="https://platform.openai.com/docs/api-reference/responses/create",
    ),
    Row(
        wire=CHAT,
        host="api.openai.com openai.azure.com cognitiveservices.azure.com services.ai.azure.com",
        max_tokens="max_completion_tokens",
        tool_id=".{1,40}",
        note="https://platform.openai.com/docs/api-reference/chat/create",
    ),
    Row(
        wire=RESPONSES,
        host="api.openai.com openai.azure.com",
        model="gpt-5* gpt-6* o1* o3* o4* codex-*",
        sealed_reasoning=True,
        note="https://platform.openai.com/docs/guides/reasoning#encrypted-reasoning-items",
    ),
    Row(
        host="api.openai.com openai.azure.com",
        cache="key",
        note="https://platform.openai.com/docs/guides/prompt-caching",
    ),
    Row(
        wire=CHAT,
        host="services.ai.azure.com cognitiveservices.azure.com",
        model="*mistral* *codestral* *ministral*",
        max_tokens="max_tokens",
        note="pydantic/pydantic-ai#6593: 422 on the new field",
    ),
    # Everybody else, by name of host
    Row(
        wire=CHAT,
        host="api.cerebras.ai",
        echo="never",
        note="anomalyco/opencode#26763",
    ),
    Row(
        wire=CHAT,
        host="api.deepseek.com",
        echo="required",
        note="anomalyco/opencode#24722: 400 where reasoning_content is missing",
    ),
    Row(
        wire=CHAT,
        host="api.fireworks.ai",
        cache="key",
        note="earendil-works/pi#3430: the cache is local to a replica",
    ),
    Row(
        wire=CHAT,
        host="generativelanguage.googleapis.com",
        model="gemini-3*",
        signed_calls=True,
        note="https://ai.google.dev/gemini-api/docs/thought-signatures",
    ),
    Row(
        wire=CHAT,
        host="api.mistral.ai codestral.mistral.ai",
        tool_id="[a-zA-Z0-9]{9}",
        stream_usage=False,
        echo="never",
        note="mistralai/mistral-vibe#1075 for ids; https://docs.mistral.ai/api for the rest",
    ),
    Row(
        host="api.mistral.ai codestral.mistral.ai",
        cache="key",
        note="earendil-works/pi#5854; https://docs.mistral.ai/api/endpoint/responses",
    ),
    Row(
        wire=CHAT,
        host="api.moonshot.ai api.moonshot.cn api.kimi.com",
        cache="key",
        note="https://github.com/MoonshotAI/kimi-cli, packages/kosong",
    ),
    Row(
        wire=CHAT,
        host="openrouter.ai",
        effort="reasoning",
        note="https://openrouter.ai/docs/use-cases/reasoning-tokens",
    ),
    Row(
        wire=CHAT,
        host="openrouter.ai",
        model="anthropic/* qwen/*",
        cache="markers",
        note="https://openrouter.ai/docs/guides/best-practices/prompt-caching",
    ),
    Row(
        wire=RESPONSES,
        host="api.x.ai",
        cache="key",
        note="https://docs.x.ai/developers/advanced-api-usage/prompt-caching/maximizing-cache-hits",
    ),
)


KINDS = get_type_hints(Quirks)


def resolve(wire: WireName, base_url: str, model_name: str, overrides: dict[str, Any]) -> Quirks:
    """The effective profile: rows in order, later ones win, and the `quirks` of the
    model's own entry last. Raises SettingsError where those cannot be understood."""
    for name, value in overrides.items():
        _require_known(name)
        _require_kind(name, value)
    host, model = host_of(base_url), model_name.lower()
    changes: dict[str, Any] = {}
    for row in RULES:
        if row.fits(wire, host, model):
            changes |= row.changes
    profile = msgspec.convert(changes | overrides, Quirks)
    _require_usable(profile.tool_id)
    return profile


def _require_known(name: str) -> None:
    if name not in KINDS:
        near = difflib.get_close_matches(name, KINDS, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(KINDS)}."
        raise SettingsError(f"quirks.{name} does not exist", hint)


def _require_kind(name: str, value: object) -> None:
    kind = KINDS[name]
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise SettingsError(f"quirks.{name} cannot be {value!r}", _values(kind)) from error


def _values(kind: Any) -> str:
    if kind is bool:
        return "It is true or false."
    return f"It is one of: {', '.join(get_args(kind))}." if get_args(kind) else "It is text."


def _require_usable(pattern: str) -> None:
    """A pattern that no id made of hexadecimal digits meets would stop every conversation
    with tools later, far from the line that caused it."""
    try:
        fitting("", pattern, taken=())
    except (re.error, LookupError) as error:
        raise SettingsError(
            f"quirks.tool_id: no id of letters and digits matches {pattern!r}",
            "Give a regular expression such as [a-zA-Z0-9]{9}.",
        ) from error
