"""Ollama: the models that were pulled, by their manifests.

https://docs.ollama.com/faq (`OLLAMA_MODELS`, `OLLAMA_HOST`) and, for how a manifest's path is
made of a name, https://github.com/ollama/ollama/blob/main/types/model/name.go. A server that
runs as another user keeps them elsewhere: it is asked, not read (local discovery).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ownkey.config.presets import CHAT
from ownkey.core import origin
from ownkey.setup.imports.candidate import Candidate, Found, Left

SOURCE = "ollama"

PORT = 11434
REGISTRY, LIBRARY = "registry.ollama.ai", "library"
"""Where names lead that say neither host nor namespace."""


def found(home: Path, environ: Mapping[str, str]) -> Iterator[Found]:
    folder = Path(environ.get("OLLAMA_MODELS") or home / ".ollama" / "models") / "manifests"
    base_url = _address(environ.get("OLLAMA_HOST", ""))
    try:
        # HOST/NAMESPACE/MODEL/TAG
        manifests = sorted(path for path in folder.glob("*/*/*/*") if path.is_file())
    except OSError as error:
        yield Left(SOURCE, str(folder), f"it cannot be read: {error.strerror}")
        return
    for path in manifests:
        host, space, model, tag = path.relative_to(folder).parts
        steps = [host] if host != REGISTRY else []
        steps += [space] if (host, space) != (REGISTRY, LIBRARY) else []
        name = "/".join((*steps, f"{model}:{tag}"))
        if name.isprintable():
            yield Candidate(
                source=SOURCE, where=str(path), model=name, provider=CHAT, base_url=base_url
            )


def _address(said: str) -> str:
    """A server listens on what `OLLAMA_HOST` says; what it listens on everywhere is here."""
    url = said.strip().strip("\"'").rstrip("/") or "127.0.0.1"
    url = url if "://" in url else f"http://{url}"
    url = url.replace("//0.0.0.0", "//127.0.0.1").replace("//:", "//127.0.0.1:")
    if origin.problem(url, allow_insecure=True):
        url = "http://127.0.0.1"
    return f"{url if origin.port_of(url) or url.startswith('https') else f'{url}:{PORT}'}/v1"
