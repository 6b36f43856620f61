"""A key goes to its own address: not over plain http, not after a redirect, not by a proxy."""

from __future__ import annotations

from pathlib import Path

import pytest

from ownkey.wire.transport import DIRECT, PLAIN, route
from tests.attacks.canary import CANARIES, CONTROL, hits
from tests.e2e.front_door import entry, run, settle
from tests.far import Far, refusal

KEY = CANARIES["sk-proj-"].key

IN_THE_CLEAR = (
    "http://api.example.com/v1",
    "HTTP://api.example.com",
    "http:api.example.com",
    "http:/api.example.com",
    "http:///api.example.com",
    "http://api.example.com:80",
    "http://api.example.com:443",
    "http://api.example.com.",
    "http://8.8.8.8",
    "http://[2001:db8::1]",
    "http://[::ffff:8.8.8.8]",
    "http://localhost.example.com",
    "http://127.0.0.1.example.com",
    "http://localhost@api.example.com",
    "http://127.0.0.1:80@api.example.com",
    "http://127.0.0.1\\@api.example.com",
    "http://127.0.0.1%2f@api.example.com",
    "http://127.0.0.1#@api.example.com",
    "http://api.example.com#@127.0.0.1",
    "http://0x7f.1",
    "http://0x7f000001",
    "http://2130706433",
    "http://0177.0.0.1",
    "http://127.1",
    "http://1.2.3.256",
    "http://172.32.0.1",
    "http://100.64.0.1",
    "http://\uff11\uff12\uff17.0.0.1",
    "http://loc\u00adalhost.example.com",
    "http://api.example.com\t.localhost",
    "http://xn--pple-43d.example",
    "  http://api.example.com/v1  ",
)


def test_a_key_is_not_sent_in_the_clear_however_the_address_is_spelled(home: Path) -> None:
    """Told with the place and the cure, before anything is connected to or looked up: the
    proxy, to which a name would have to go, hears nothing."""
    entries = [entry("", baseUrl=url, displayName=str(nth)) for nth, url in enumerate(IN_THE_CLEAR)]
    with Far() as proxy:
        settle(home, *({**one, "apiKey": KEY} for one in entries))
        every = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), proxy.url)
        done = run("exec", "Hi.", **every)
        listed = run("models", **every)
    assert done.returncode == 78, done.stderr
    told = listed.stdout + listed.stderr
    places = [nth for nth in range(len(entries)) if f"settings.json:{6 + 7 * nth}:" in told]
    assert len(IN_THE_CLEAR) == len(places) >= 30
    assert proxy.connections == 0
    assert KEY not in done.stdout + done.stderr + told


@pytest.mark.parametrize("status", [300, 301, 302, 303, 305, 307, 308])
@pytest.mark.parametrize("way", ["{other}/v1", "//{address}/v1", "/v2", "{other}:{status}"])
def test_e04_a_redirect_gets_no_key(home: Path, status: int, way: str) -> None:
    with Far() as other:
        there = way.format(other=other.url, address=other.address, status=status)
        with Far(*[refusal(status, location=there)] * 3) as far:
            settle(home, entry(far.url, apiKey=KEY))
            done = run("exec", "Hi.")
    assert done.returncode != 0
    assert other.connections == 0
    assert len(far.requests) == 1


@pytest.mark.parametrize(
    ("url", "variables", "way"),
    [
        ("https://a.example", {"HTTPS_PROXY": "http://p.example:1"}, "http://p.example:1"),
        ("https://a.example", {"https_proxy": "p.example:1"}, "http://p.example:1"),
        ("https://a.example", {"ALL_PROXY": "http://p.example:1"}, "http://p.example:1"),
        ("https://a.example", {"HTTP_PROXY": "http://p.example:1"}, DIRECT),
        ("http://10.0.0.1", {"HTTP_PROXY": "http://p.example:1"}, PLAIN),
        ("http://10.0.0.1", {"ALL_PROXY": "http://p.example:1"}, PLAIN),
        ("http://10.0.0.1", {"HTTPS_PROXY": "http://p.example:1"}, PLAIN),
        ("https://a.example", {"ALL_PROXY": "http://p.example", "NO_PROXY": "a.example"}, DIRECT),
        (
            "https://b.a.example",
            {"ALL_PROXY": "http://p.example", "NO_PROXY": ".a.example"},
            DIRECT,
        ),
        ("https://a.example", {"ALL_PROXY": "http://p.example", "no_proxy": "*"}, DIRECT),
        ("https://xa.example", {"ALL_PROXY": "http://p.example", "NO_PROXY": "a.example"}, None),
    ],
)
def test_a_proxy_is_heard_for_https_alone(
    monkeypatch: pytest.MonkeyPatch, url: str, variables: dict[str, str], way: str | None
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert route(url) == (way or "http://p.example")


def test_d13_a_key_that_a_provider_repeats_is_not_shown(home: Path) -> None:
    words = f"Incorrect API key provided: {KEY}; {CONTROL.key}"
    with Far(refusal(401, {"error": {"message": words}})) as far:
        settle(home, entry(far.url, apiKey=KEY))
        said = run("exec", "Hi.").stderr.encode()
    assert hits(said, CANARIES["sk-proj-"]) == []
    assert hits(said, CONTROL)
