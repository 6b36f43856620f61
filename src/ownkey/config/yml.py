"""What a YAML text says, as nodes that know where they stand: no tag can make anything of a value.

The library is loaded by the first text that needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ownkey.config.document import Document, Node
from ownkey.config.jsonc import Broken

if TYPE_CHECKING:
    import yaml

NOTHING = Node(None, 0, 0)


def parse(text: str) -> Document:
    """Raises `Broken`."""
    import yaml

    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        return Document(text, _node(root, {}) if root is not None else NOTHING)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Broken("it is no YAML", mark.index if mark else 0) from error
    except (yaml.YAMLError, ValueError) as error:
        raise Broken("it is no YAML", int(getattr(error, "position", 0) or 0)) from error
    except RecursionError as error:
        raise Broken("it is nested too deeply to be read", 0) from error


def _node(found: yaml.Node, made: dict[int, Node]) -> Node:
    """A node as it stands; one that is named in several places (`&`, `*`) is made once, also if
    it holds itself."""
    import yaml

    if id(found) in made:
        return made[id(found)]
    children: dict[str | int, Node] = {}
    value = _scalar(found) if isinstance(found, yaml.ScalarNode) else children
    node = Node(value, found.start_mark.index, found.end_mark.index, None, children)
    made[id(found)] = node
    if isinstance(found, yaml.MappingNode):
        for key, inner in found.value:
            if isinstance(key, yaml.ScalarNode):
                children[str(key.value)] = _node(inner, made)
    elif isinstance(found, yaml.SequenceNode):
        children.update((at, _node(one, made)) for at, one in enumerate(found.value))
    return node


def _scalar(found: yaml.ScalarNode) -> Any:
    text = str(found.value)
    kind = found.tag.rpartition(":")[2]
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() in ("true", "yes", "on")
    if kind == "int" and len(text) < 20 and text.isdecimal():
        return int(text)
    return text
