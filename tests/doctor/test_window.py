"""The window of a server that loads a model only when it is asked, as Ollama does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ownkey.rehearsal import http
from tests.e2e.front_door import entry, run, settle
from tests.zoo.far import Stand, Street
from tests.zoo.host import KEY, Answer, Door
from tests.zoo.variant import MODEL, door


class Lazy(NamedTuple):
    """It says what it has loaded, which is nothing before the first question."""

    door: Door
    window: int

    def answer(self, request: http.Request) -> Answer:
        if request.path != "/api/ps":
            return self.door.answer(request)
        row = {"name": MODEL, "model": MODEL, "context_length": self.window}
        listed = {"models": [row] if self.door.asked else []}
        return Answer(200, "application/json", (json.dumps(listed).encode(),))


def seen(home: Path, window: int, *leave: str) -> list[dict[str, Any]]:
    """What the doctor says of the window."""
    with Street({}, lambda _: None, Stand(Lazy(door(), window))) as street:
        url = f"http://{street.addresses[1]}/v1"
        settle(home, entry(url, model=MODEL, baseUrl=url, apiKey=KEY))
        done = run("doctor", "--json", *leave, cwd=home)
    (model,) = json.loads(done.stdout)["models"]
    return [one for one in model["checks"] if one["check"] == "window"]


@pytest.mark.parametrize(("window", "verdict"), [(4096, "no"), (65536, "ok")])
def test_it_is_looked_at_again_once_the_model_has_answered(
    home: Path, window: int, verdict: str
) -> None:
    (found,) = seen(home, window, "--yes")
    assert found["verdict"] == verdict
    assert "OLLAMA_CONTEXT_LENGTH=32768 ollama serve" in found["cure"] or verdict == "ok"


def test_nothing_is_said_of_it_while_nothing_is_loaded(home: Path) -> None:
    assert seen(home, 4096) == []
