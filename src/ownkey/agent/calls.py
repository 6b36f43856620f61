"""Running one tool call: is there such a tool, is it allowed, what did it give."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager, nullcontext
from copy import copy

import msgspec

from ownkey.core.errors import ToolError
from ownkey.core.event import Ask, Emit, Permission, ToolOutput, ToolStarted
from ownkey.core.message import Result, Text, ToolCall
from ownkey.core.veil import Flow, Veil
from ownkey.tools import Context, Tool
from ownkey.trust.autonomy import Level, allows, needed
from ownkey.trust.grants import Grant, wanted, words

Watch = Callable[[str], AbstractAsyncContextManager[object]]
"""Is around every call that runs, told its effect."""


class Caller:
    """The tools of one conversation, and the permission they run under.

    A failure of any kind becomes a failed `Result` in words the model can act on.
    """

    def __init__(
        self,
        tools: Iterable[Tool],
        context: Context,
        *,
        level: Level,
        ask: Ask,
        emit: Emit,
        watch: Watch = lambda effect: nullcontext(),
        veil: Callable[[], Veil] = Veil,
    ) -> None:
        """`veil` hides what no result and nothing shown may hold."""
        self._tools = {tool.spec.name: tool for tool in tools}
        self._context = context
        self.level = level
        self._granted: set[Grant] = set()
        self._ask = ask
        self._emit = emit
        self._watch = watch
        self._veil = veil
        # Sorted once and never again: a tool that moves would cost the whole prompt cache.
        self.specs = tuple(self._tools[name].spec for name in sorted(self._tools))

    def only_reads(self, call: ToolCall) -> bool:
        tool = self._tools.get(call.name)
        return tool is None or tool.effect == "reads"

    async def run(self, call: ToolCall) -> Result:
        return self._veil().deep(await self._ran(call))

    async def _ran(self, call: ToolCall) -> Result:
        try:
            tool = self._find(call.name)
            await self._permit(tool, call)
            self._emit(ToolStarted(call, tool.effect))
            async with self._watch(tool.effect):
                output = await tool(self._lend(call), call.arguments)
        except ToolError as error:
            return _failed(call, str(error))
        except Exception as error:  # noqa: BLE001  the one place: a tool's bug must not end the turn
            return _failed(call, f"{call.name} broke: {type(error).__name__}: {error}")
        return Result(call.id, call.name, output.content, detail=output.detail)

    def _find(self, name: str) -> Tool:
        try:
            return self._tools[name]
        except KeyError:
            raise ToolError(
                f"There is no tool {name!r}. There are: {', '.join(sorted(self._tools))}."
            ) from None

    async def _permit(self, tool: Tool, call: ToolCall) -> None:
        command = _command(call.arguments)
        least = needed(tool.effect, command)
        grant = wanted(tool.effect, command)
        if allows(self.level, least) or grant in self._granted:
            return
        permission = Permission(
            call=call,
            effect=tool.effect,
            needs=least,
            always=words(grant, self._context.cwd),
            diff=self._veil()(await tool.foresee(self._context, call.arguments)),
        )
        answer = await self._ask(permission)
        match answer.choice:
            case "session":
                self._granted.add(grant)
            case "never":
                raise ToolError(_refusal(call, tool.effect, answer.told, least, self.level))

    def _lend(self, call: ToolCall) -> Context:
        """The shared context, with live output going to this call."""
        context = copy(self._context)
        flow = Flow(self._veil())
        context.progress = lambda text: self._emit(ToolOutput(call.id, flow.feed(text)))
        return context


def _refusal(call: ToolCall, effect: str, told: str, least: Level, level: Level) -> str:
    if told:
        return f"The user did not permit {call.name}, and says: {told}"
    return (
        f"Not permitted: {call.name} {effect} and needs permission {least!r}; "
        f"the user gave {level!r}."
    )


class _Command(msgspec.Struct):
    command: str = ""


def _command(arguments: str) -> str:
    """What a call would run. Unreadable arguments run nothing."""
    try:
        return msgspec.json.decode(arguments or "{}", type=_Command).command
    except msgspec.DecodeError:
        return ""


def _failed(call: ToolCall, why: str) -> Result:
    return Result(call.id, call.name, (Text(why),), failed=True)
