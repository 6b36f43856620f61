"""One fact about endpoints: whom it is about, what it changes, and who says so."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any, get_args

from ownkey.core.model import WireName
from ownkey.core.origin import host_of, is_at, is_near, port_of

MESSAGES, RESPONSES, CHAT = get_args(WireName)


class Row:
    """Where all that is given matches, `changes` apply. `host` holds one or more domains,
    `model` one or more shell patterns for the lower-cased id, with or without what stands
    before its last slash; `near` is this machine and its private network, and `ports`
    are ports there. Several are separated by spaces, and empty matches all. `note` names
    the source: an address, or an issue of a repository."""

    def __init__(
        self,
        *,
        wire: str = "",
        host: str = "",
        near: bool = False,
        ports: str = "",
        model: str = "",
        note: str,
        **changes: Any,
    ) -> None:
        self.wire = wire
        self.hosts = host.split()
        self.near = near or bool(ports)
        self.ports = ports.split()
        self.models = model.split()
        self.note = note
        self.changes = changes

    def fits(self, wire: WireName, base_url: str, name: str) -> bool:
        return self.wire in ("", wire) and self._is_there(base_url) and self._means(name.lower())

    def _is_there(self, base_url: str) -> bool:
        host = host_of(base_url)
        return (
            (not self.hosts or any(is_at(host, domain) for domain in self.hosts))
            and (not self.near or is_near(base_url))
            and (not self.ports or str(port_of(base_url)) in self.ports)
        )

    def _means(self, name: str) -> bool:
        names = (name, name.rpartition("/")[2])
        return not self.models or any(fnmatchcase(n, p) for n in names for p in self.models)
