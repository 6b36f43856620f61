"""Secrets by how they are written: those that are made up here are found, other text is not."""

from __future__ import annotations

import json
import random
import string
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ownkey.core.telltale import OTHERS, RULES, hide
from tests.proof.figures import note

LETTERS = string.ascii_letters + string.digits
URL = LETTERS + "_-"
HEX = "0123456789abcdef"
BASE32 = string.ascii_uppercase + "234567"
UPPER = string.ascii_uppercase + string.digits

dice = random.Random(7)


def some(count: int, of: str = LETTERS) -> str:
    return "".join(dice.choices(of, k=count))


def pem(kind: str) -> str:
    lines = "\n".join(some(64, LETTERS + "+/") for _ in range(12))
    return f"-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----"


MADE: dict[str, tuple[Callable[[], str], ...]] = {
    "Anthropic key": (
        lambda: f"sk-ant-api03-{some(93, URL)}AA",
        lambda: f"sk-ant-admin01-{some(93, URL)}AA",
    ),
    "OpenAI key": (
        lambda: f"sk-proj-{some(74, URL)}T3BlbkFJ{some(74, URL)}",
        lambda: f"sk-{some(20)}T3BlbkFJ{some(20)}",
    ),
    "OpenRouter key": (lambda: f"sk-or-v1-{some(64, HEX)}",),
    "Groq key": (lambda: f"gsk_{some(52)}",),
    "xAI key": (lambda: f"xai-{some(80)}",),
    "Hugging Face token": (lambda: f"hf_{some(34)}",),
    "Replicate token": (lambda: f"r8_{some(37)}",),
    "Perplexity key": (lambda: f"pplx-{some(48)}",),
    "Google key": (lambda: f"AIza{some(35, URL)}",),
    "AWS access key": (lambda: f"AKIA{some(16, BASE32)}", lambda: f"ASIA{some(16, BASE32)}"),
    "AWS secret key": (lambda: some(40, LETTERS + "+/"),),
    "GitHub token": (
        *(lambda kind=kind: f"gh{kind}_{some(36)}" for kind in "pousr"),
        lambda: f"github_pat_{some(22)}_{some(59)}",
    ),
    "GitLab token": (lambda: f"glpat-{some(20, URL)}",),
    "Slack token": (
        lambda: f"xoxb-{some(12, string.digits)}-{some(12, string.digits)}-{some(24)}",
        lambda: f"xapp-1-A{some(10, UPPER)}-{some(13, string.digits)}-{some(64, HEX)}",
    ),
    "Slack webhook": (
        lambda: f"hooks.slack.com/services/T{some(10, UPPER)}/B{some(10, UPPER)}/{some(24)}",
    ),
    "Stripe key": (lambda: f"sk_live_{some(24)}", lambda: f"rk_live_{some(99)}"),
    "npm token": (lambda: f"npm_{some(36)}",),
    "PyPI token": (lambda: f"pypi-AgEIcHlwaS5vcmc{some(140, URL)}",),
    "SendGrid key": (lambda: f"SG.{some(22, URL)}.{some(43, URL)}",),
    "DigitalOcean token": (lambda: f"dop_v1_{some(64, HEX)}",),
    "Databricks token": (lambda: f"dapi{some(32, HEX)}",),
    "Shopify token": (lambda: f"shpat_{some(32, HEX)}",),
    "Linear key": (lambda: f"lin_api_{some(40)}",),
    "Vault token": (lambda: f"hvs.{some(95, URL)}",),
    "age key": (lambda: f"AGE-SECRET-KEY-1{some(58, UPPER)}",),
    "JSON web token": (lambda: f"eyJ{some(33, URL)}.eyJ{some(80, URL)}.{some(43, URL)}",),
    "private key": (
        lambda: pem("PRIVATE KEY"),
        lambda: pem("OPENSSH PRIVATE KEY"),
        lambda: pem("PGP PRIVATE KEY BLOCK"),
        lambda: pem("EC PRIVATE KEY").replace("\n", "\\n"),
    ),
}

AROUND = {
    "bare": "{}",
    "assigned": "KEY={}\n",
    "quoted": "key = '{}';",
    "numbered": "12\tkey: {}\n13\tother: x",
    "of a header": "Authorization: Bearer {}",
    "in an address": "https://x.invalid/?key={}&a=b",
    "in a call": 'connect("{}")',
}
NAMED = {
    "AWS secret key": (
        "aws_secret_access_key = {}\n", "AWS_SECRET_ACCESS_KEY='{}'", '"SecretAccessKey": "{}",',
        '\\"SecretAccessKey\\": \\"{}\\"',
    ),
}  # fmt: skip
"""A secret that is one by its name alone."""

EACH = 200
"""Secrets of each kind, in every surrounding."""


def test_every_rule_is_tried() -> None:
    assert set(MADE) == {rule.kind for rule in (*RULES, *OTHERS)}


@pytest.mark.parametrize("kind", MADE)
def test_nearly_every_secret_is_found_and_nothing_around_it(kind: str) -> None:
    missed, tried = 0, 0
    for number in range(EACH):
        secret = MADE[kind][number % len(MADE[kind])]()
        for around in NAMED.get(kind, AROUND.values()):
            tried += 1
            before, after = around.split("{}")
            found = hide(around.format(secret))
            whole = found.text == f"{before}[redacted: {kind}]{after}"
            missed += not whole or found.kinds != (kind,)
    assert missed <= tried / 100


@pytest.mark.parametrize("kind", sorted({*MADE} - {*NAMED, "private key"}))
def test_it_is_found_in_json_as_well(kind: str) -> None:
    secrets = [MADE[kind][0]() for _ in range(EACH)]
    told = json.dumps({"content": "\n".join(secrets) + "\n"})
    assert hide(told).text.count(f"[redacted: {kind}]") >= EACH * 0.99


def test_a_private_key_without_its_end_is_found() -> None:
    """As where only the first lines of a file were read."""
    cut = pem("RSA PRIVATE KEY").rpartition("\n")[0]
    shown = "\n".join(f"{number}\t{line}" for number, line in enumerate(cut.split("\n"), 1))
    assert hide(f"{shown}\n[lines 1-13 of 20]").text.endswith("private key][lines 1-13 of 20]")


@pytest.mark.parametrize(
    "text",
    [
        "task-ant-api03-x", "sk-ant-api03-...", "sk-proj-YOUR_KEY", "gsk_your_key_here", "hf_xxx",
        "AKIAIOSFODNN7EXAMPLE", "ghp_" + "x" * 20, "-----BEGIN PRIVATE KEY-----\n...\n",
        '"-----BEGIN RSA PRIVATE KEY-----" in text', "eyJhbGciOiJIUzI1NiJ9", "npm_config_cache",
        "sk-or-v1-", "xoxb-not-a-token", "npm_lifecycle_event", "AIzaSy...", "SG.x.y",
        "aws_secret_access_key = os.environ['AWS']", "pypi-AgEIcHlwaS5vcmc", "dapi" + "0" * 31,
    ],
)  # fmt: skip
def test_what_only_speaks_of_one_stays(text: str) -> None:
    assert hide(text) == (text, ())


def test_no_library_of_this_python_holds_one() -> None:
    places = sysconfig.get_paths()
    files = [
        path
        for path in Path(places["stdlib"]).rglob("*.py")
        if not {"site-packages", "test", "tests"} & set(path.parts)
    ]
    files += Path(places["purelib"]).rglob("*.py")
    texts = [path.read_text("utf-8", "replace") for path in files]
    size = sum(map(len, texts)) / 1e6
    assert size > 10
    started = time.perf_counter()
    found = [str(path) for path, text in zip(files, texts, strict=True) if hide(text).kinds]
    seconds = time.perf_counter() - started
    assert found == []
    kinds = len({rule.kind for rule in (*RULES, *OTHERS)})
    note("likely", kinds=kinds, megabytes=round(size), false=0, rate=round(size / seconds))


@pytest.mark.parametrize(
    "text",
    [
        "eyJ" * 100_000, "eyJ" + "a" * 300_000, ("eyJ" + "a" * 50 + ".") * 5_000,
        "-----BEGIN PRIVATE KEY-----" * 10_000, "-----BEGIN PRIVATE KEY-----\n" + "a " * 200_000,
        "secret_access_key=" * 20_000, "ghp_" * 100_000, "xoxb-1-" + "-" * 300_000,
    ],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_no_text_takes_for_ever(text: str) -> None:
    assert len(hide(text).text) <= len(text)
