"""`ownkey models show`: every figure of a model, with what is not known said as such."""

from __future__ import annotations

import json
from pathlib import Path

from tests.e2e.front_door import KEY, entry, run, settle
from tests.far import Far, chat, messages, refusal

SONNET = entry(
    "https://api.anthropic.com", "anthropic", model="claude-sonnet-4-5", contextWindow=150_000
)


def columns(text: str) -> list[list[str]]:
    """The table's rows, by their cells."""
    lines = text.split("\n\n")[1].splitlines()
    return [[cell for cell in line.split("  ") if cell] for line in lines]


def test_every_figure_is_shown_with_its_origin(home: Path) -> None:
    file = settle(home, SONNET)
    done = run("models", "show", "claude-sonnet-4-5", "--why", "--offline")
    assert done.stdout.startswith(
        "custom:Far-One-0 · claude-sonnet-4-5 at https://api.anthropic.com\n"
    )
    figures = {row[0].strip(): [cell.strip() for cell in row[1:]] for row in columns(done.stdout)}
    assert figures["cache write for an hour"][0] == "$6.00 per million"
    assert figures["cache write for an hour"][1].startswith("catalog 20")
    assert figures["context"] == ["150,000 tokens", f"{file}:3:5"]
    assert (done.stderr, done.returncode) == ("", 0)


def test_without_a_reason_asked_for_none_is_given(home: Path) -> None:
    settle(home, SONNET)
    done = run("models", "show", "--offline")
    assert "cache write for an hour  $6.00 per million" in done.stdout
    assert "FROM" not in done.stdout
    assert "catalog" not in done.stdout


def test_what_nobody_knows_is_said_to_be_unknown(home: Path) -> None:
    settle(home, entry("https://llm.example.com", model="acme-7"))
    done = run("models", "show", "acme-7", "--why", "--offline")
    shown = [[cell.strip() for cell in row] for row in columns(done.stdout)[1:]]
    assert shown == [
        [name, "unknown"]
        for name in ("price", "context", "output at most", "images", "tools", "reasoning")
    ]
    as_json = json.loads(run("models", "show", "acme-7", "--json", "--offline").stdout)
    assert as_json == {
        "schema": 1,
        "id": "custom:Far-One-0",
        "model": "acme-7",
        "baseUrl": "https://llm.example.com/v1",
        "pricing": None,
        "contextWindow": None,
        "maxOutputTokens": None,
        "supportsImages": None,
        "supportsTools": None,
        "supportsReasoning": None,
        "lastSeen": None,
    }


def test_a_server_nearby_is_asked_what_it_has_loaded(home: Path) -> None:
    facts = {"/props": refusal(200, {"default_generation_settings": {"n_ctx": 8192}})}
    with Far(facts=facts) as far:
        settle(home, entry(far.url))
        done = run("models", "show", "--why")
    figures = {row[0].strip(): [cell.strip() for cell in row[1:]] for row in columns(done.stdout)}
    assert figures["context"] == ["8,192 tokens", f"{far.url}/props"]
    assert figures["input"] == ["$0.00 per million", "runs on your own hardware"]


def test_a_guess_is_called_one(home: Path) -> None:
    settle(home, entry("https://llm.example.com", model="gpt-5.4"))
    done = run("models", "show", "gpt-5.4", "--offline")
    rows = columns(done.stdout)[1:]
    assert len(rows) == 11
    assert all(row[-1].endswith(" (guess)") for row in rows)
    assert "input, prompt above 272,000" in done.stdout
    as_json = json.loads(run("models", "show", "gpt-5.4", "--json", "--offline").stdout)
    assert as_json["pricing"]["above"]["272000"]["input"] == 5
    assert as_json["pricing"]["guess"] is True


def test_a_price_like_nothing_keeps_nobody_from_reading_why(home: Path) -> None:
    settle(home, entry("https://llm.example.com", model="acme-7", priceLike="gpt-5.4o"))
    done = run("models", "show", "--offline")
    assert done.returncode == 78
    assert "no price is known of priceLike 'gpt-5.4o'" in done.stderr
    assert "Did you mean 'gpt-5.4" in done.stderr


def test_the_endpoints_own_price_goes_before_the_catalog_and_after_the_persons(
    home: Path, tmp_path: Path
) -> None:
    priced = {
        "id": "far-1",
        "context_length": 5000,
        "pricing": {"prompt": "0.001", "completion": "0.001"},
    }
    facts = {"/v1/models": refusal(200, {"data": [priced]})}
    with Far(chat("Yes."), chat("Yes."), facts=facts) as far:
        settle(home, entry(far.url))
        shown = json.loads(run("models", "show", "--json", cwd=tmp_path).stdout)
        billed = json.loads(run("exec", "-o", "json", "Well?", cwd=tmp_path).stdout)
        settle(home, entry(far.url, pricing={"input": 1, "output": 1}))
        own = json.loads(run("models", "show", "--json", "--offline", cwd=tmp_path).stdout)
    assert shown["pricing"]["input"] == 1000
    assert "/v1/models, 20" in shown["pricing"]["source"]
    assert shown["contextWindow"]["value"] == 5000
    assert billed["cost_usd"] == 0.012
    assert own["pricing"]["input"] == 1


def test_an_endpoint_is_asked_with_the_header_it_wants(home: Path) -> None:
    one = {"id": "claude-sonnet-4-5-20250929", "max_input_tokens": 200_000}
    with Far(facts={"/v1/models/claude-sonnet-4-5": refusal(200, one)}) as far:
        settle(home, entry(far.url, "anthropic", model="claude-sonnet-4-5"))
        shown = json.loads(run("models", "show", "--json").stdout)
    assert shown["contextWindow"]["value"] == 200_000
    (asked,) = (look for look in far.looks if look.path.endswith("4-5"))
    assert asked.headers["x-api-key"] == KEY
    assert "authorization" not in asked.headers
    assert "anthropic-version" in asked.headers


def test_a_key_is_sent_in_the_header_that_was_found_out(home: Path, tmp_path: Path) -> None:
    refused = refusal(401, {"error": {"type": "authentication_error", "message": "no key"}})
    one = {"id": "far-1", "max_input_tokens": 200_000}
    with Far(refused, messages("Yes."), facts={"/v1/models/far-1": refusal(200, one)}) as far:
        settle(home, entry(far.url, "anthropic"))
        assert run("exec", "Well?", cwd=tmp_path).returncode == 0
        far.looks.clear()
        run("models", "show", cwd=tmp_path)
    (asked,) = (look for look in far.looks if look.path.endswith("far-1"))
    assert asked.headers["authorization"] == f"Bearer {KEY}"


def test_a_task_asks_nobody_for_prices(home: Path, tmp_path: Path) -> None:
    with Far(chat("Hello.")) as far:
        settle(home, entry(far.url, contextWindow=100_000))
        run("exec", "Say hello.", cwd=tmp_path)
    assert far.looks == []


def test_how_quick_a_model_was_is_shown_the_next_time(home: Path) -> None:
    with Far(chat("A few words.")) as far:
        settle(home, entry(far.url))
        run("exec", "hi", cwd=home)
    shown = json.loads(run("models", "show", "--offline", "--json").stdout)
    assert shown["lastSeen"]["rate"] > 0
    assert "tokens/s" in run("models", "show", "--offline").stdout
