"""Where an address leads, by its spelling: the spellings that mislead are the point."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownkey.core.origin import absolute, host_of, is_at, is_loopback, is_private, problem


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("api.example.com", "https://api.example.com"),
        ("//api.example.com/v1", "https://api.example.com/v1"),
        ("localhost:11434", "http://localhost:11434"),
        ("127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1"),
        ("[::1]:8080", "http://[::1]:8080"),
        ("192.168.1.20:8000", "http://192.168.1.20:8000"),
        ("box.local:8000", "http://box.local:8000"),
        ("ollama:11434", "http://ollama:11434"),
        ("8.8.8.8", "https://8.8.8.8"),
        ("localhost.example.com", "https://localhost.example.com"),
        ("  'https://a.example'\n", "https://a.example"),
        ("<https://a.example/v1>", "https://a.example/v1"),
        ("HTTPS://A.example", "HTTPS://A.example"),
    ],
)
def test_a_missing_scheme_is_http_only_where_plain_text_stays_near(written: str, read: str) -> None:
    assert absolute(written) == read


@pytest.mark.parametrize(
    ("address", "loopback", "private"),
    [
        ("http://localhost:11434/v1", True, True),
        ("http://LOCALHOST.", True, True),
        ("http://ollama.localhost", True, False),
        ("http://127.0.0.1", True, False),
        ("http://127.9.9.9:1", True, False),
        ("http://[::1]/v1", True, False),
        ("http://[0:0:0:0:0:0:0:1]", True, False),
        ("http://[::ffff:127.0.0.1]", True, False),
        ("http://0.0.0.0:11434", False, True),
        ("http://10.0.0.1", False, True),
        ("http://172.16.0.1", False, True),
        ("http://172.32.0.1", False, False),
        ("http://192.168.0.9", False, True),
        ("http://169.254.1.1", False, True),
        ("http://[fe80::1]", False, True),
        ("http://[fd00::1]", False, True),
        ("http://[2001:db8::1]", False, False),
        ("http://[::ffff:8.8.8.8]", False, False),
        ("http://100.64.0.1", False, False),
        ("http://nas.local", False, True),
        ("http://llm.corp.internal", False, True),
        ("http://pi.home.arpa", False, True),
        ("http://vllm", False, True),
        ("http://localhost.example.com", False, False),
        ("http://127.0.0.1.example.com", False, False),
        ("http://evil-localhost", False, True),
        ("http://0x7f.1", False, False),
        ("http://0x7f000001", False, False),
        ("http://2130706433", False, False),
        ("http://0177.0.0.1", False, False),
        ("http://127.1", False, False),
        ("http://[::1", False, False),
        ("", False, False),
    ],
)
def test_what_stays_near_is_told_by_the_usual_spelling_alone(
    address: str, loopback: bool, private: bool
) -> None:
    assert (is_loopback(address), is_private(address)) == (loopback, private)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "names no host"),
        ("   ", "names no host"),
        ("https://", "names no host"),
        ("https:///v1", "names no host"),
        ("https:/api.example.com", "names no host"),
        ("https://:443/v1", "names no host"),
        ("ftp://api.example.com", "starts with ftp://"),
        ("file:///etc/passwd", "starts with file://"),
        ("ws://api.example.com", "starts with ws://"),
        ("javascript:alert(1)", "malformed"),
        ("https://[::1", "malformed"),
        ("https://[nonsense]/v1", "malformed"),
        ("https://a.example:99999", "malformed"),
        ("https://a.example:0", "malformed"),
        ("https://a.example:port", "malformed"),
        ("https://key@a.example/v1", "user name or password"),
        ("https://user:word@a.example/v1", "user name or password"),
        ("https://api.example.com@evil.example", "user name or password"),
        ("https://@a.example", "user name or password"),
        ("https://a.example\\@evil.example", "backslash"),
        ("https://a.example/v1\\..", "backslash"),
        ("https://a.example#@evil.example", "holds a #"),
        ("https://a.example/v1#part", "holds a #"),
        ("https://a.exa\tmple", "control character"),
        ("https://a.example/\r\nHost: evil.example", "control character"),
        ("https://a.example/v 1", "control character"),
        ("https://a.example\u200b", "control character"),
        ("https://a.example\x00", "control character"),
        ("https://\u0430pple.example", "write xn--pple-43d.example"),
        ("https://a.example\uff0fevil", "malformed"),
        ("https://${HOST}/v1", "a host that is not valid"),
        ("https://%61.example", "a host that is not valid"),
        ("https://a..example", "a host that is not valid"),
        ("https://-a.example", "a host that is not valid"),
        ("test-key-not-real-" + "1" * 46, "a host that is not valid"),
        ("https://0x7f.1", "no IP address in its usual form"),
        ("https://2130706433", "no IP address in its usual form"),
        ("https://127.1", "no IP address in its usual form"),
        ("https://1.2.3.256", "no IP address in its usual form"),
        ("http://api.example.com/v1", "unencrypted"),
        ("http://8.8.8.8", "unencrypted"),
        ("http://localhost.example.com", "unencrypted"),
        ("http://[2001:db8::1]", "unencrypted"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_with_a_reason(address: str, words: str) -> None:
    reason = problem(address)
    assert reason is not None
    assert words in reason


@pytest.mark.parametrize(
    "address",
    [
        "https://api.example.com",
        "api.example.com/v1/",
        "https://api.example.com.:8443/v1?api-version=2",
        "https://xn--pple-43d.example",
        "https://my_proxy.example/v1",
        "https://8.8.8.8/v1",
        "https://[2001:db8::1]:8000/v1",
        "http://localhost:11434/v1/",
        "http://127.0.0.1:1234",
        "http://[::1]:8080",
        "http://192.168.178.20:8000/v1",
        "http://0.0.0.0:11434",
        "http://host.docker.internal:11434",
        "ollama:11434",
    ],
)
def test_an_address_in_its_usual_form_can_be_used(address: str) -> None:
    assert problem(address) is None


def test_plain_http_to_the_open_network_can_be_allowed() -> None:
    assert problem("http://api.example.com", allow_insecure=True) is None
    assert problem("http://key@api.example.com", allow_insecure=True) is not None


def test_a_refusal_does_not_repeat_what_may_be_a_secret() -> None:
    for address in (
        "https://sesame@a.example",
        "https://a.example/sesame#",
        "http://a.b/?k=sesame",
    ):
        assert "sesame" not in (problem(address) or "sesame")


@pytest.mark.parametrize(
    ("host", "domain", "at"),
    [
        ("api.openai.com", "api.openai.com", True),
        ("r.openai.azure.com", "openai.azure.com", True),
        ("evilopenai.azure.com", "openai.azure.com", False),
        ("api.openai.com.evil.example", "api.openai.com", False),
        ("", "api.openai.com", False),
    ],
)
def test_a_domain_holds_itself_and_the_names_below_it(host: str, domain: str, at: bool) -> None:
    assert is_at(host, domain) is at


@given(st.text())
def test_any_text_can_be_asked_about(text: str) -> None:
    assert isinstance(host_of(text), str)
    assert problem(text) is None or problem(text)
    assert isinstance(is_loopback(text) or is_private(text), bool)


@given(st.text(alphabet="abz019.:/@[]#?%\\-x", max_size=24))
def test_an_address_without_a_problem_has_a_host_and_only_one(text: str) -> None:
    if problem(text) is None:
        assert host_of(text)
        assert host_of(absolute(text)) == host_of(text)
