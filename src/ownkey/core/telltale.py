"""Secrets that nobody told us of, known by how they are written: other keys than the settings'.

Each rule is a prefix that its maker chose to be found, with the length and the letters that come
after it, so that nearly nothing else is taken for one. What has no such mark is not found.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

MASK = "[redacted: {kind}]"


class Rule(NamedTuple):
    kind: str
    signs: tuple[str, ...]
    """One of them stands in every text that has such a secret: looked for first, quickly."""
    pattern: str


def _key(kind: str, sign: str, rest: str) -> Rule:
    return Rule(kind, (sign,), re.escape(sign) + rest)


_W = "[A-Za-z0-9]"
_URL = "[A-Za-z0-9_-]"

RULES = (
    _key("Anthropic key", "sk-ant-", rf"[a-z]{{3,8}}\d\d-{_URL}{{80,200}}"),
    Rule(
        "OpenAI key",
        ("sk-proj-", "sk-svcacct-", "sk-admin-", "T3BlbkFJ"),
        rf"sk-(?:(?:proj|svcacct|admin)-{_URL}{{40,250}}|{_W}{{20}}T3BlbkFJ{_W}{{20}})",
    ),
    _key("OpenRouter key", "sk-or-v1-", "[0-9a-f]{64}"),
    _key("Groq key", "gsk_", rf"{_W}{{52}}"),
    _key("xAI key", "xai-", rf"{_W}{{80}}"),
    _key("Hugging Face token", "hf_", rf"{_W}{{34}}"),
    _key("Replicate token", "r8_", rf"{_W}{{37}}"),
    _key("Perplexity key", "pplx-", rf"{_W}{{48}}"),
    _key("Google key", "AIza", rf"{_URL}{{35}}"),
    Rule("AWS access key", ("AKIA", "ASIA"), "A[KS]IA(?![A-Z0-9]{9}EXAMPLE)[A-Z2-7]{16}"),
    Rule("GitHub token", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), rf"gh[pousr]_{_W}{{36,251}}"),
    _key("GitHub token", "github_pat_", rf"{_W}{{22}}_{_W}{{59}}"),
    _key("GitLab token", "glpat-", rf"{_URL}{{20,64}}(?:\.[0-9a-z]{{2}}\.[0-9a-z]{{9}})?"),
    Rule("Slack token", ("xox",), r"xox[abeoprs]-\d{1,13}-[A-Za-z0-9-]{20,250}"),
    _key("Slack token", "xapp-", r"\d-[A-Z0-9]{9,13}-\d{10,15}-[0-9a-f]{64}"),
    _key("Slack webhook", "hooks.slack.com/services/", rf"T{_W}{{8,12}}/B{_W}{{8,12}}/{_W}{{24}}"),
    Rule("Stripe key", ("k_live_",), rf"[rs]k_live_{_W}{{24,247}}"),
    _key("npm token", "npm_", rf"{_W}{{36}}"),
    _key("PyPI token", "pypi-AgEIcHlwaS5vcmc", rf"{_URL}{{50,250}}"),
    _key("SendGrid key", "SG.", rf"{_URL}{{22}}\.{_URL}{{43}}"),
    Rule("DigitalOcean token", ("_v1_",), "do[opr]_v1_[0-9a-f]{64}"),
    _key("Databricks token", "dapi", "[0-9a-f]{32}(?:-\\d)?"),
    Rule("Shopify token", ("shp",), "shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    _key("Linear key", "lin_api_", rf"{_W}{{40}}"),
    _key("Vault token", "hvs.", rf"{_URL}{{90,120}}"),
    _key("age key", "AGE-SECRET-KEY-1", "[0-9A-Z]{58}"),
    _key("JSON web token", "eyJ", rf"{_URL}{{10,2000}}\.eyJ{_URL}{{10,6000}}\.{_URL}{{20,1500}}"),
)  # fmt: skip
"""As their makers issue them. Those of AWS that end in EXAMPLE are its documents' own."""

_BEGINS = r"(?:(?<![A-Za-z0-9_-])|(?<=\\[nrt]))"
_ENDS = r"(?![A-Za-z0-9_-])"

OTHERS = (
    Rule(
        "AWS secret key",
        ("secret_access_key", "SecretAccessKey", "SECRET_ACCESS_KEY"),
        r"(?P<kept>(?i:secret_?access_?key)\\?[\"']?\s{0,9}[=:]\s{0,9}\\?[\"']?)"
        r"[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])",
    ),
    Rule(
        "private key",
        ("PRIVATE KEY",),
        r"(?P<kept>)-----BEGIN [A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----"
        r"(?=(?:(?!-----)[\s\S]){0,400}?[A-Za-z0-9+/=]{40})"
        r"(?:(?:(?!-----)[\s\S]){0,20000}-----END [A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----"
        r"|[A-Za-z0-9+/=\s\\]{40,20000})",
    ),
)
"""Those that begin and end in ways of their own. Of a private key the last line may be missing."""


class Hidden(NamedTuple):
    text: str
    kinds: tuple[str, ...] = ()
    """Of what was taken out, each once."""


def hide(text: str) -> Hidden:
    """`text` with the name of its kind in the place of each such secret."""
    kinds: dict[str, None] = {}
    for rule in (*RULES, *OTHERS):
        if any(sign in text for sign in rule.signs):
            mask = MASK.format(kind=rule.kind)
            text, count = _compiled(rule).subn(rf"\g<kept>{mask}", text)
            if count:
                kinds[rule.kind] = None
    return Hidden(text, tuple(kinds))


@cache
def _compiled(rule: Rule) -> re.Pattern[str]:
    """When it is needed, and no sooner."""
    if rule in RULES:
        return re.compile(f"(?P<kept>){_BEGINS}(?:{rule.pattern}){_ENDS}")
    return re.compile(rule.pattern)
