"""The hosts of all presets, and a gateway, each as its documents and its users describe it."""

from __future__ import annotations

from tests.zoo.clouds import CLOUDS
from tests.zoo.gateways import GATEWAYS
from tests.zoo.labs import LABS
from tests.zoo.own import LOCALS

HOSTS = {host.preset: host for host in (*LABS, *CLOUDS, *LOCALS, *GATEWAYS)}
