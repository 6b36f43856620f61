from __future__ import annotations

from tests.tools.desk import Desk


def test_each_call_replaces_the_whole_list(desk: Desk) -> None:
    kept = desk.context.todo
    first = [{"text": "look", "status": "done"}, {"text": "write"}]
    assert desk.say("todo", items=first) == "1 of 2 done."
    second = [{"text": "write", "status": "doing"}, {"text": "test", "status": "pending"}]
    output = desk.output("todo", items=second)
    assert "0 of 2 done. Doing: write." in str(output.content)
    assert kept == second
    assert output.detail == {"todo": second}
