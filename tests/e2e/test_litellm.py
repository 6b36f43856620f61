"""LiteLLM's proxy itself, in front of llama.cpp and of a scripted model: `OWNKEY_LITELLM` names the
program, which is no dependency of these tests: docs/proof.md says how it was installed."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, get_args

import pytest

from ownkey.core.model import WireName
from ownkey.rehearsal import sample
from tests.e2e import llama
from tests.e2e.front_door import entry, run, settle
from tests.zoo.bodies import below
from tests.zoo.far import Stand, Street
from tests.zoo.host import CHAT, KEY, RESPONSES, Door
from tests.zoo.variant import MODEL, door

PROGRAM = os.environ.get("OWNKEY_LITELLM", "")

pytestmark = [
    pytest.mark.xdist_group("llama"),
    pytest.mark.timeout(600),
    pytest.mark.skipif(not PROGRAM, reason="OWNKEY_LITELLM names no LiteLLM"),
    pytest.mark.skipif(bool(llama.MISSING), reason=llama.WHY),
]

MASTER = "sk-test-not-real-litellm"
SPOKEN = below("/v1", CHAT, RESPONSES)
"""It asks OpenAI-like hosts for Responses, whoever spoke Messages or Responses to it."""

REAL, SCRIPTED = "acme-real", "acme-scripted"

each_wire = pytest.mark.parametrize("wire", get_args(WireName))


class Gateway(NamedTuple):
    url: str
    scripted: Door

    def entry(self, wire: WireName, model: str, **fields: Any) -> dict[str, Any]:
        return entry(self.url, wire, model=model, apiKey=MASTER, **fields)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder, far = tmp_path_factory.mktemp("litellm"), door(doors=SPOKEN)
    with llama.serving() as real, Street({}, lambda _: None, Stand(far)) as street:
        scripted = f"http://{street.addresses[1]}"
        models = {REAL: ("smollm2", real), SCRIPTED: (MODEL, scripted)}
        with proxy(folder, models) as url:
            yield Gateway(url, far)


@contextmanager
def proxy(folder: Path, models: dict[str, tuple[str, str]]) -> Iterator[str]:
    """LiteLLM with nothing but these models and a master key: no database, no network."""
    rows = [
        {
            "model_name": name,
            "litellm_params": {
                "model": f"openai/{model}",
                "api_base": f"{base}/v1",
                "api_key": KEY,
            },
        }
        for name, (model, base) in models.items()
    ]
    config = folder / "config.yaml"
    config.write_text(
        json.dumps({"model_list": rows, "general_settings": {"master_key": MASTER}}), "utf-8"
    )
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "PYTHONUNBUFFERED": "1",
    }
    line = [PROGRAM, "--config", str(config), "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(
        [*line, "--telemetry", "False"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout
        log = folder / "log"
        said = next((one for one in process.stdout if "Uvicorn running on" in one), "")
        assert said, "LiteLLM did not start"
        with log.open("w") as rest, subprocess.Popen(["cat"], stdin=process.stdout, stdout=rest):
            yield f"http://127.0.0.1:{port}"
            process.terminate()
            process.wait(30)


SEEN = {
    "name": "ok",
    "connection": "ok",
    "key": "ok",
    "model": "ok",
    "answer": "ok",
    "streaming": "ok",
    "usage": "ok",
    "image": "no",
    "cache": "ok",
    "errors": "ok",
}
"""What there is to see of llama.cpp through it, on each of the three formats: it keeps the list of
models, tells keys apart, and knows which models it has."""


@each_wire
def test_the_doctor_sees_what_it_does_with_a_real_model(
    wire: WireName, gateway: Gateway, home: Path
) -> None:
    settle(home, gateway.entry(wire, REAL, maxOutputTokens=48))
    (seen,) = json.loads(run("doctor", "--yes", "--json", cwd=home).stdout)["models"]
    found = {one["check"]: one["verdict"] for one in seen["checks"]}
    assert SEEN.items() <= found.items(), seen["checks"]


@each_wire
def test_a_coding_turn_goes_through_it(
    wire: WireName, gateway: Gateway, home: Path, tmp_path: Path
) -> None:
    repository = sample.copy(tmp_path / "shelf")
    settle(home, gateway.entry(wire, SCRIPTED))
    done = run("exec", "--auto", "medium", "-o", "json", sample.PROMPT, cwd=repository)
    told = json.loads(done.stdout)
    assert (done.returncode, told["error"]) == (0, None), (gateway.scripted.refused, done.stderr)
    suite = [sys.executable, "-m", "unittest", "-q"]
    assert subprocess.run(suite, cwd=repository, capture_output=True).returncode == 0
    assert told["usage"]["input_tokens"] + told["usage"]["cache_read_input_tokens"] > 0


FOR_WORK = ("answer", "streaming", "usage", "tool call", "tool result", "parallel calls")


@each_wire
def test_the_doctor_finds_it_of_use_with_a_model_that_calls_tools(
    wire: WireName, gateway: Gateway, home: Path
) -> None:
    settle(home, gateway.entry(wire, SCRIPTED))
    (seen,) = json.loads(run("doctor", "--yes", "--json", cwd=home).stdout)["models"]
    found = {one["check"]: one["verdict"] for one in seen["checks"]}
    for check in FOR_WORK:
        assert found[check] == "ok", seen["checks"]


def test_the_address_and_a_key_are_enough_to_add_it(gateway: Gateway, home: Path) -> None:
    line = ("models", "add", gateway.url, "--key-variable", "LITELLM_API_KEY", "--model", REAL)
    done = run(*line, LITELLM_API_KEY=MASTER)
    assert done.returncode == 0, done.stderr
    assert f"It speaks Chat Completions at {gateway.url}/v1." in done.stdout
    assert "It answers." in done.stdout


@each_wire
def test_a_wrong_key_and_a_wrong_model_are_named(
    wire: WireName, gateway: Gateway, home: Path
) -> None:
    settle(home, gateway.entry(wire, REAL) | {"apiKey": "sk-test-not-real-another"})
    wrong = run("doctor", "--yes", cwd=home)
    assert "refused the key." in wrong.stdout.partition("\n\n")[0]
    assert "LiteLLM takes its master key alone" in " ".join(wrong.stdout.split())
    assert (wrong.returncode, run("exec", "Hi.", cwd=home).returncode) == (77, 77)
    settle(home, gateway.entry(wire, "acme-reall"))
    lost = run("doctor", "--yes", cwd=home)
    assert "has no model acme-reall." in lost.stdout.partition("\n\n")[0]
    assert f'"model": "{REAL}"' in lost.stdout.partition("\n\n")[0]
    assert lost.returncode == 78
