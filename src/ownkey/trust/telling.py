"""What is said to the person of a folder: what it would bring, and how things stand."""

from __future__ import annotations

from collections.abc import Iterator

from ownkey.trust.brought import Item
from ownkey.trust.folder import Standing

QUESTION = "Do you trust this folder?"

LIMITS = (
    "Trusted files steer the model. Whatever you answer, they bring no model, address, key or"
    " permission, and what changes is asked about again."
)

NAMED = 4
"""Files that are named in a sentence."""


def question(standing: Standing) -> str:
    """What is decided about."""
    return "\n".join((str(standing.place), "", *lines(standing), "", LIMITS))


def decided(standing: Standing) -> str:
    if standing.trusted:
        return "The folder's own files count from now on, until one of them changes."
    return "The folder's own files do not count. /trust asks again."


def lines(standing: Standing) -> Iterator[str]:
    """Every file with its size and what it may do."""
    names = [standing.name(item.path) for item in standing.items]
    sizes = [size(item) for item in standing.items]
    for name, bytes_, item in zip(names, sizes, standing.items, strict=True):
        columns = f"{name:{max(map(len, names))}}  {bytes_:>{max(map(len, sizes))}}"
        yield f"{columns}  {what(standing, item)}"


def what(standing: Standing, item: Item) -> str:
    """`new: tells the model how to work here`"""
    if item.fault:
        return f"{item.fault}: left out, whatever you answer"
    changed = dict(standing.changed).get(item.path, "")
    since = {"": "", "new": "new since you decided: ", "changed": "changed since you decided: "}
    return since[changed] + item.may


def size(item: Item) -> str:
    return f"{item.size:,} B" if item.size < 10_000 else f"{item.size / 1000:,.0f} kB"


def standing_of(standing: Standing) -> str:
    """In a line, for `/status`."""
    if standing.trusted:
        return "trusted"
    if not standing.usable:
        return "untrusted; it has nothing that would need it"
    return f"untrusted; left out: {_named(standing)}"


def left_out(standing: Standing, *, asked: bool) -> str:
    """Word of what does not count and how to change that; empty where there is nothing to say.
    `asked` where the person is there, and knows what was answered before."""
    if standing.trusted or not standing.usable or (asked and standing.word == "declined"):
        return ""
    since = ", which changed since you decided" if standing.changed else ""
    how = "/trust" if asked else "`ownkey trust` or, for this run, --trust"
    named = _named(standing)
    return f"Left out, as this folder is not trusted{since}: {named}. To let it count: {how}."


def _named(standing: Standing) -> str:
    paths = [path for path, _ in standing.changed] or [one.path for one in standing.usable]
    names = [standing.name(path) for path in paths[:NAMED]]
    more = len(paths) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")
