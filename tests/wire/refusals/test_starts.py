"""A server of one's own that does not listen: how it is started."""

from __future__ import annotations

import pytest

from ownkey.core.errors import Unreachable
from ownkey.core.model import Model, Secret
from ownkey.wire.published import nearby
from ownkey.wire.refusals import refusal, starts
from ownkey.wire.transport.faults import LISTENING


def hint(url: str) -> str:
    model = Model(
        id="custom:a-0",
        name="a",
        wire="generic-chat-completion-api",
        base_url=url,
        display_name="a",
        key=Secret(""),
        source="settings.json:3:5",
    )
    error = Unreachable("Nothing listens.", LISTENING)
    with pytest.raises(Unreachable), refusal.placed(model, url):
        raise error
    return error.hint


def test_it_is_said_for_each_port_where_a_server_is_looked_for() -> None:
    ports = {int(one.address.rpartition(":")[2]): one.name for one in nearby.SERVERS}
    assert ports == {port: name for port, (name, _) in starts.STARTS.items()}
    for port, (name, command) in starts.STARTS.items():
        started = f"Is the server running? {name} is started with `{command}`. Check the host"
        assert hint(f"http://localhost:{port}/v1").startswith(started)


@pytest.mark.parametrize("url", ["http://localhost:9/v1", "https://api.example.com:8080/v1"])
def test_of_others_nobody_knows(url: str) -> None:
    assert hint(url).startswith("Is the server running? Check the host")
