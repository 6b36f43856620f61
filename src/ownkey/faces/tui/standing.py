"""How a conversation stands, for the status line and for a command that the person put there."""

from __future__ import annotations

from typing import Any

from ownkey.agent.prompt import branch
from ownkey.conversation import Conversation
from ownkey.faces.tui.status import Fields
from ownkey.money.ledger import add_up


def fields(conversation: Conversation) -> Fields:
    context = conversation.agent.context
    spent = add_up(conversation.calls)
    return Fields(
        model=conversation.model.display_name,
        effort=conversation.agent.effort,
        context=context.used if spent.calls else None,
        window=context.window,
        cost=float(spent.cost) if spent.calls > spent.unpriced else None,
        hit_rate=spent.hit_rate,
        level=conversation.level,
        branch=branch(conversation.options.cwd),
        sandbox=conversation.sandbox.name,
    )


def facts(conversation: Conversation) -> dict[str, Any]:
    """As the command of `statusLine` is told."""
    context = conversation.agent.context
    return {
        "session_id": conversation.session,
        "cwd": str(conversation.options.cwd),
        "model": {"id": conversation.model.id, "display_name": conversation.model.display_name},
        "cost": {"total_cost_usd": float(add_up(conversation.calls).cost)},
        "context": {"tokens": context.used, "window": context.window},
    }
