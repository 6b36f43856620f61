"""Running one tool call: is there such a tool, is it allowed, what did it give."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from copy import copy
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from ownkey.core import telltale
from ownkey.core.errors import ToolError
from ownkey.core.event import Ask, Emit, Notice, Permission, ToolOutput, ToolStarted
from ownkey.core.message import Result, Text, ToolCall
from ownkey.core.veil import Flow, Veil
from ownkey.gate.rule import Deed, Rule
from ownkey.tools import Context, Tool
from ownkey.tools.files import named
from ownkey.trust.autonomy import Level
from ownkey.trust.grants import Grant, words
from ownkey.trust.verdict import Standing, judge, least

CHANGED = """\
The user changed this command before it ran. What ran is:
{command}

"""

Watch = Callable[[str], AbstractAsyncContextManager[object]]
"""Is around every call that runs, told its effect."""


REDACTED = (
    "What looks like a secret in the result of {tool} was not sent: {kinds}."
    ' With "ownkey": {{"likelySecrets": "send"}} in your settings it would be.'
)


class Shown(NamedTuple):
    """A call as a person saw it who gave leave for it before its turn."""

    id: str
    name: str
    arguments: str
    why: str
    diff: str


class Question(NamedTuple):
    """What is to be asked of a call, and the leave that could be given for more than this."""

    permission: Permission
    grant: Grant | None


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
        rules: Sequence[Rule] = (),
        ask: Ask,
        emit: Emit,
        watch: Watch = lambda effect: nullcontext(),
        interactive: bool = False,
        veil: Callable[[], Veil] = Veil,
        redacts: Callable[[], bool] = lambda: False,
    ) -> None:
        """`veil` hides what no result and nothing shown may hold. `redacts` is whether results
        are rid of what looks like a secret of anybody else's, too."""
        self._context = context
        self.level = level
        self.rules = rules
        self._granted: set[Grant] = set()
        self._reply: Sequence[ToolCall] = ()
        self._agreed: set[Shown] = set()
        self._ask = ask
        self._emit = emit
        self._watch = watch
        self._interactive = interactive
        self._veil = veil
        self._redacts = redacts
        self._told: set[str] = set()
        self.offer(tools)

    def offer(self, tools: Iterable[Tool]) -> None:
        """Have these tools: before the first prompt alone, as a tool that comes or moves costs
        the whole prompt cache."""
        self._tools = {tool.spec.name: tool for tool in tools}
        self.specs = tuple(self._tools[name].spec for name in sorted(self._tools))

    def only_reads(self, call: ToolCall) -> bool:
        tool = self._tools.get(call.name)
        return tool is None or tool.effect == "reads"

    def begin(self, reply: Sequence[ToolCall]) -> None:
        """These are to run. Leave that was given for others of a reply ends with it."""
        self._reply = reply
        self._agreed.clear()

    async def run(self, call: ToolCall) -> Result:
        result = self._veil().deep(await self._ran(call))
        return self._redacted(result) if self._redacts() else result

    def _redacted(self, result: Result) -> Result:
        """Before it is kept or sent for the first time: what was sent is never rewritten."""
        content, kinds = [], set[str]()
        for part in result.content:
            hidden = telltale.hide(part.text) if isinstance(part, Text) else None
            content.append(Text(hidden.text) if hidden and hidden.kinds else part)
            kinds |= set(hidden.kinds) if hidden else set()
        if new := sorted(kinds - self._told):
            self._told |= kinds
            self._emit(Notice(REDACTED.format(tool=result.name, kinds=", ".join(new))))
        return msgspec.structs.replace(result, content=tuple(content)) if kinds else result

    async def _ran(self, call: ToolCall) -> Result:
        allowed = call
        try:
            tool = self._find(call.name)
            allowed = await self._permit(tool, call)
            self._emit(ToolStarted(allowed, tool.effect))
            async with self._watch(tool.effect):
                output = await tool(self._lend(call), allowed.arguments)
        except ToolError as error:
            return _failed(call, str(error), allowed)
        except Exception as error:  # noqa: BLE001  the one place: a tool's bug must not end the turn
            return _failed(call, f"{call.name} broke: {type(error).__name__}: {error}", allowed)
        if allowed is call:
            return Result(call.id, call.name, output.content, detail=output.detail)
        content = (Text(_told(allowed)), *output.content)
        detail = {**(output.detail or {}), "ran": _given(allowed.arguments)["command"]}
        return Result(call.id, call.name, content, detail=detail)

    def _find(self, name: str) -> Tool:
        try:
            return self._tools[name]
        except KeyError:
            raise ToolError(
                f"There is no tool {name!r}. There are: {', '.join(sorted(self._tools))}."
            ) from None

    async def _permit(self, tool: Tool, call: ToolCall) -> ToolCall:
        """The call as it may run: the person may have changed its command."""
        question = await self._question(tool, call)
        if question is None:
            return call
        if (shown := _shown(question.permission)) in self._agreed:
            self._agreed.remove(shown)
            return call
        permission = replace(question.permission, after=await self._foreseen(call))
        answer = await self._ask(permission)
        if answer.choice == "never":
            raise ToolError(_refusal(permission, answer.told, self.level))
        if answer.choice == "session" and question.grant:
            self._granted.add(question.grant)
        if answer.all:
            self._agreed.update(map(_shown, permission.after))
        return await self._changed(tool, call, answer.command) if answer.command else call

    async def _question(self, tool: Tool, call: ToolCall) -> Question | None:
        """None: it runs unasked. Raises `ToolError` for what is forbidden, or bound to fail."""
        deed = await self._deed(tool, call)
        standing = await self._standing(deed)
        verdict = judge(deed, standing)
        if verdict.becomes == "runs":
            return None
        if verdict.becomes == "blocked":
            raise ToolError(f"Not permitted: {verdict.why}. Nobody can allow it here.")
        needs = least(deed, standing)
        permission = Permission(
            call=call,
            effect=tool.effect,
            needs=needs,
            why=verdict.why or f"{_short(deed, standing)}, which permission {needs} allows",
            by_level=not verdict.why,
            always=words(verdict.grant, self._context.cwd),
            diff=self._veil()(await tool.foresee(self._context, call.arguments)),
        )
        return Question(permission, verdict.grant)

    async def _foreseen(self, call: ToolCall) -> tuple[Permission, ...]:
        """What the reply asks leave for after this call. What cannot be foreseen by now, as it
        needs what this one does, is asked about when it is due."""
        if not self._interactive:
            return ()
        places = (at for at, one in enumerate(self._reply, 1) if one is call)
        found = []
        for later in self._reply[next(places, len(self._reply)) :]:
            tool = self._tools.get(later.name)
            if tool is None or tool.effect == "reads":
                continue
            with suppress(ToolError):
                if question := await self._question(tool, later):
                    found.append(question.permission)
        return tuple(found)

    async def _changed(self, tool: Tool, call: ToolCall, command: str) -> ToolCall:
        """The call with the person's own command. Whoever wrote it gave leave for it: only a
        rule that asks about it asks again, and one that forbids it holds."""
        given = msgspec.json.decode(call.arguments, type=dict[str, Any])
        text = msgspec.json.encode({**given, "command": command}).decode()
        changed = replace(call, arguments=text)
        try:
            question = await self._question(tool, changed)
            if question is None or question.permission.by_level:
                return changed
            return await self._permit(tool, changed)
        except ToolError as error:
            raise ToolError(f"The user changed the command to: {command}\n{error}") from error

    async def _deed(self, tool: Tool, call: ToolCall) -> Deed:
        given = _given(call.arguments)
        path = named(self._context, given["path"]) if given.get("path") else None
        if tool.effect != "runs":
            steering = tool.effect == "writes" and path is not None and _steers(path)
            return Deed(tool.spec.name, tool.effect, path=path, steering=steering)
        wanted = given.get("unsandboxed", "").lower() not in ("", "false", "0")
        outside = wanted and await self._context.confinement.stands()
        return Deed(tool.spec.name, tool.effect, given.get("command", ""), path, outside)

    async def _standing(self, deed: Deed) -> Standing:
        context, held = self._context, True
        if deed.effect == "runs":
            if word := await context.confinement.word():
                self._emit(Notice(word))
            # Who gave a level where nobody can be asked said it with open eyes.
            held = not self._interactive or await context.confinement.stands()
        return Standing(
            level=self.level,
            rules=self.rules,
            granted=self._granted,
            cwd=context.cwd,
            hidden=context.hidden,
            held=held,
            path=context.environment.get("PATH", ""),
            home=context.home,
        )

    def _lend(self, call: ToolCall) -> Context:
        """The shared context, with live output going to this call."""
        context = copy(self._context)
        flow = Flow(self._veil())
        context.progress = lambda text: self._emit(ToolOutput(call.id, flow.feed(text)))
        return context


def _steers(path: Path) -> bool:
    from ownkey.sandbox.policy import steers  # with the first call that needs it

    return steers(path)


def _short(deed: Deed, standing: Standing) -> str:
    """What is to be decided, in few words."""
    if deed.outside:
        return f"{deed.tool} wants to run outside the sandbox"
    if deed.steering:
        return f"{deed.tool} changes what other programs act on by themselves"
    if deed.effect == "runs" and not standing.held:
        return f"{deed.tool} runs without a sandbox"
    return f"{deed.tool} {deed.effect}"


def _refusal(permission: Permission, told: str, level: Level) -> str:
    name = permission.call.name
    if told:
        return f"The user did not permit {name}, and says: {told}"
    return f"Not permitted: {permission.why}; the user gave {level!r}."


def _given(arguments: str) -> dict[str, str]:
    """Each argument as text, as tools take it from a model that sent a number or null.
    Unreadable arguments run nothing."""
    try:
        said = msgspec.json.decode(arguments or "{}", type=dict[str, Any])
    except msgspec.DecodeError:
        return {}
    return {name: str(value) for name, value in said.items() if value is not None}


def _shown(permission: Permission) -> Shown:
    call = permission.call
    return Shown(call.id, call.name, call.arguments, permission.why, permission.diff)


def _told(changed: ToolCall) -> str:
    return CHANGED.format(command=_given(changed.arguments)["command"])


def _failed(call: ToolCall, why: str, allowed: ToolCall) -> Result:
    told = "" if allowed is call else _told(allowed)
    return Result(call.id, call.name, (Text(told + why),), failed=True)
