"""LiteLLM's proxy: the `model_list` of its `config.yaml`, each model at its provider itself.

https://docs.litellm.ai/docs/proxy/configs (`model_list`, `os.environ/NAME`). The file stands
wherever it was put: `CONFIG_FILE_PATH`, which the proxy reads too
(https://docs.litellm.ai/docs/proxy/config_settings), or one of the usual names in the home folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ownkey.setup.imports.candidate import Candidate, Found, Key, Left
from ownkey.setup.imports.candidate import key as key_of
from ownkey.setup.imports.place import Place, read_yaml
from ownkey.setup.imports.route import Route, route

SOURCE = "litellm"

USUAL = (
    "litellm_config.yaml",
    "litellm-config.yaml",
    ".litellm/config.yaml",
    ".config/litellm/config.yaml",
)

VARIABLE = "os.environ/"


def found(home: Path, environ: Mapping[str, str]) -> Iterator[Found]:
    told = environ.get("CONFIG_FILE_PATH")
    for path in (Path(told),) if told else (home / name for name in USUAL):
        config = read_yaml(SOURCE, path)
        yield from config.left
        for one in config.at("model_list").members():
            if one.at("litellm_params").said:
                yield _model(one)


def _model(one: Place) -> Found:
    params = one.at("litellm_params")
    info = one.at("model_info")
    name = params.text("model")
    where = params.at("model").where
    kind = info.text("mode") or "chat"
    if kind not in ("chat", "responses"):
        return Left(SOURCE, where, f"is a model for {kind}, not for talking to")
    led = route(name, _ours(params.text("api_base")))
    if led is None:
        return Left(SOURCE, where, f"{name!r} leads to no address or format that is known here")
    return Candidate(
        source=SOURCE,
        where=where,
        model=led.model,
        name=one.text("model_name"),
        provider=led.provider,
        base_url=led.base_url,
        key=_key(params.at("api_key"), led),
        window=info.number("max_input_tokens"),
        max_output=info.number("max_output_tokens"),
        images=info.flag("supports_vision"),
    )


def _key(said: Place, led: Route) -> Key:
    if said.text():
        return key_of(_ours(said.text()), said.where)
    return Key(reference=f"${{{led.variable}}}") if led.variable else Key()


def _ours(text: str) -> str:
    """With its variable written in our way."""
    name = text.removeprefix(VARIABLE)
    return f"${{{name}}}" if name != text and name.isidentifier() else text
