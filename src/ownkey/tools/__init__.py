"""What the model may do: a tool is an async function, told apart by its effect.

    @tool("writes")
    async def write(context: Context, path: PathArg, content: str) -> str:
        '''Create a file or replace it whole.'''

The signature is the schema, the docstring the description the model reads. The effect
belongs to the tool, never to what a model says of its call.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Literal, get_type_hints

import msgspec

from ownkey.core import person
from ownkey.core.errors import ToolError
from ownkey.core.message import Image, Text
from ownkey.core.model import Spec
from ownkey.tools.confinement import Confinement

Effect = Literal["reads", "writes", "runs", "network"]

Content = tuple[Text | Image, ...]


class Output(msgspec.Struct, frozen=True):
    """What a tool gives back when a plain string will not do."""

    content: Content
    detail: dict[str, Any] | None = None
    """For people (a diff, an exit code); never sent to the model."""


class Stamp(msgspec.Struct, frozen=True):
    """What a file held when the model last saw it. Times and sizes are left out: they
    change when nothing did, and may stay when something did."""

    digest: bytes
    content: bytes | None
    """None where the file is too large to keep."""


class Context:
    """What a running tool is lent."""

    def __init__(
        self,
        cwd: Path,
        *,
        environment: dict[str, str],
        spool: Path,
        roots: tuple[Path, ...] = (),
        hidden: tuple[Path, ...] = (),
        unseen: Callable[[], tuple[Path, ...]] = tuple,
        conceal: Callable[[str], str] = str,
        confinement: Confinement | None = None,
    ) -> None:
        self.cwd = cwd
        self.environment = environment
        """The whole environment of commands; it holds no key."""
        self.spool = spool
        """A folder of this session's own, for output too long to send."""
        self.roots = roots or (cwd,)
        """Writing is allowed below these."""
        self.hidden = hidden
        """Files no tool may read or write: they hold keys."""
        self.unseen = unseen
        """Real paths that no tool opens, nor what is below them: what commands do not see."""
        self.conceal = conceal
        """A text as the model is shown it: `[redacted…]` stands for each secret."""
        self.confinement = confinement or Confinement(None)
        """The walls that commands run in."""
        self.seen: dict[Path, Stamp] = {}
        """Read stamps by resolved path, for read-before-edit."""
        self.todo: list[dict[str, str]] = []
        self.progress: Callable[[str], None] = lambda text: None
        """Shows live output to the person."""
        self.changing: Callable[[Path], None] = lambda path: None
        """Told of a located path before it is changed or made."""
        self.skill: Callable[[str], str] = lambda name: ""
        """The instructions of a skill. Raises `ToolError` where there is none of that name."""

    @property
    def home(self) -> Path:
        return person.home(self.environment)


Foresee = Callable[..., Awaitable[str]]
"""Takes what the tool takes, and changes nothing."""


class Tool(msgspec.Struct, frozen=True):
    """A tool as the agent holds it."""

    spec: Spec
    effect: Effect
    arguments: type[msgspec.Struct]
    run: Callable[..., Awaitable[str | Output]]
    diff: Foresee | None = None
    """What a call would change, as a unified diff."""

    async def __call__(self, context: Context, arguments: str) -> Output:
        """Run with the raw JSON text a model sent. Raises `ToolError` in words for it."""
        output = await self.run(context, **self._fields(arguments))
        return Output((Text(output),)) if isinstance(output, str) else output

    async def foresee(self, context: Context, arguments: str) -> str:
        """The diff of what a call would change; empty where that cannot be told. Raises
        `ToolError` where the call would fail anyway."""
        fields = self._fields(arguments)
        return await self.diff(context, **fields) if self.diff else ""

    def _fields(self, arguments: str) -> dict[str, Any]:
        """Models send `null` for what they leave out and `"5"` for 5; both are understood."""
        try:
            said = msgspec.json.decode(arguments or "{}", type=dict[str, Any])
            meant = {name: value for name, value in said.items() if value is not None}
            given = msgspec.convert(meant, type=self.arguments, strict=False)
        except msgspec.DecodeError as error:
            raise ToolError(f"Bad arguments for {self.spec.name}: {error}") from error
        return {name: getattr(given, name) for name in self.arguments.__struct_fields__}


def tool(
    effect: Effect, diff: Foresee | None = None
) -> Callable[[Callable[..., Awaitable[str | Output]]], Tool]:
    """Make a `Tool` of an async function whose first parameter is the context."""

    def make(run: Callable[..., Awaitable[str | Output]]) -> Tool:
        name = run.__name__.rstrip("_")
        hints = get_type_hints(run, include_extras=True)
        fields: list[Any] = []
        for parameter in list(inspect.signature(run).parameters.values())[1:]:
            hint = hints[parameter.name]
            required = parameter.default is parameter.empty
            fields.append(
                (parameter.name, hint) if required else (parameter.name, hint, parameter.default)
            )
        arguments = msgspec.defstruct(name, fields, kw_only=True, forbid_unknown_fields=True)
        description = inspect.cleandoc(run.__doc__ or "")
        return Tool(Spec(name, description, _schema(arguments)), effect, arguments, run, diff)

    return make


def _schema(arguments: type[msgspec.Struct]) -> dict[str, Any]:
    """The arguments' JSON schema, inlined and without titles: shorter, and accepted by
    hosts that reject `$ref` (wire-facts 6.31). Every request carries it, so what a model
    does without is left out."""
    (root,), components = msgspec.json.schema_components([arguments], ref_template="{name}")
    flat: dict[str, Any] = _inline(components[root["$ref"]], components)
    del flat["additionalProperties"]
    if not flat["required"]:
        del flat["required"]
    return flat


def _inline(node: Any, components: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_inline(item, components) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _inline(components[node["$ref"]], components)
    if "enum" in node:
        return {"type": "string", **node}  # some hosts want the type even here
    return {
        key: _each(value, components) if key == "properties" else _inline(value, components)
        for key, value in node.items()
        if key != "title"
    }


def _each(properties: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    """A property may itself be named `title`."""
    return {name: _inline(schema, components) for name, schema in properties.items()}
