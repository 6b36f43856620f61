"""What is wrong with the line, the model or the answer."""

from __future__ import annotations

from tests.zoo.accents import usage_without_details
from tests.zoo.bodies import openai
from tests.zoo.host import Answer, Door, Refusal
from tests.zoo.hosts import HOSTS
from tests.zoo.variant import HELLO, LATER, NAME, Always, Variant, door, never, says, streams

LINES = (
    Variant(
        "the certificate is self-signed",
        f"The certificate of {NAME} is not trusted",
        "system's store",
        far=door(),
        tunnel="self-signed",
    ),
    Variant(
        "the certificate is another's",
        f"The certificate of {NAME} is not trusted",
        "`baseUrl`",
        far=door(),
        tunnel="another's name",
    ),
    Variant(
        "the certificate has expired",
        "is not trusted: certificate has expired",
        "",
        far=door(),
        tunnel="expired",
    ),
    Variant(
        "https to a port of plain http",
        "No encrypted connection to {far} came about",
        "does the server speak https",
        far=door(),
        entry={"baseUrl": "https://{far}/v1"},
        environment={"NO_PROXY": "127.0.0.1"},
    ),
    Variant(
        "plain http to a port of https",
        "{far} hung up without an answer.",
        "Does it speak https?",
        far=door(),
        secure=True,
        entry={"baseUrl": "http://{far}/v1"},
    ),
    Variant(
        "plain http to a port of https, which says so",
        "Client sent an HTTP request to an HTTPS server.",
        "Write https:// into `baseUrl`",
        far=Always(
            Answer(400, "text/plain", (b"Client sent an HTTP request to an HTTPS server.\n",))
        ),
    ),
    Variant(
        "the proxy wants a login",
        "The proxy in HTTPS_PROXY wants a login: 407",
        "NAME:PASSWORD@HOST:PORT",
        far=Always(Answer(407, "text/html")),
        entry={"baseUrl": f"https://{NAME}/v1"},
        environment={"HTTPS_PROXY": "http://{far}"},
    ),
    Variant(
        "the proxy is not there",
        "The proxy in HTTPS_PROXY cannot be reached",
        "HTTPS_PROXY",
        entry={"baseUrl": f"https://{NAME}/v1"},
        environment={"HTTPS_PROXY": "http://127.0.0.1:9"},
    ),
)

MODELS = (
    Variant("the model is unknown", "has no model zo-1.", "`model`", 78, door(), {"model": "zo-1"}),
    Variant(
        "the model is not pulled",
        "has no model qwen3-coder.",
        "ollama pull qwen3-coder",
        78,
        Door(HOSTS["Ollama"]),
        {"model": "qwen3-coder"},
    ),
    Variant(
        "the model takes no tools",
        "takes no tools.",
        "another model",
        1,
        says(400, openai("zoo-1 does not support tools")),
    ),
    Variant(
        "the server was started without tools",
        "takes no tools.",
        "--enable-auto-tool-choice",
        1,
        says(
            400,
            openai(
                '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to'
                " be set"
            ),
        ),
    ),
    Variant(
        "the window is tiny",
        "reads only 4096 tokens of context",
        "-c 32768",
        0,
        door(facts={"/props": {"default_generation_settings": {"n_ctx": 4096}}}),
    ),
    Variant(
        "the window is full at once",
        "is longer than the context window of zoo-1.",
        "larger window",
        1,
        says(
            400,
            {
                "error": {
                    "code": 400,
                    "message": "the request exceeds the available context size",
                    "type": "exceed_context_size_error",
                    "n_prompt_tokens": 9000,
                    "n_ctx": 4096,
                }
            },
        ),
    ),
    Variant(
        "the model is being loaded",
        "failed to answer.",
        "Wait until it has loaded zoo-1",
        69,
        says(
            503,
            {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}},
            **LATER,
        ),
    ),
)

ANSWERS = (
    Variant(
        "it does not stream",
        "answered in one piece although a stream was asked for.",
        "streams",
        far=says(
            200, {"choices": [{"message": {"role": "assistant", "content": "Hi."}}], "id": "1"}
        ),
    ),
    Variant("it does not say the usage", "", exit=0, far=door(accents=(never,))),
    Variant("it counts no cache", "", exit=0, far=door(accents=(usage_without_details,))),
    Variant(
        "its stream has another label",
        "",
        exit=0,
        far=streams(
            HELLO,
            b'data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\n',
            kind="text/plain",
        ),
    ),
    Variant(
        "it is silent",
        "fell silent: no byte for 1 s",
        far=streams(HELLO, then="silence"),
        entry={"idleTimeout": 1},
    ),
    Variant("it begins slowly", "", exit=0, far=door(comment=b": loading\n\n" * 40)),
    Variant("it says nothing at all", "ended after 0 bytes without its end marker.", far=streams()),
    Variant("its answer is cut off", "without its end marker.", far=streams(HELLO)),
    Variant(
        "it hangs up in mid answer", "hung up in mid answer", far=streams(HELLO, then="hangup")
    ),
    Variant(
        "it says 200 with an error",
        "has no model zoo-1.",
        "`model`",
        78,
        says(200, {"error": {"message": "The model zoo-1 does not exist", "code": 404}}),
    ),
    Variant(
        "it fails", "failed to answer.", "at their end", far=says(500, openai("Oops."), **LATER)
    ),
    Variant(
        "the gateway gives up",
        "failed to answer.",
        "at their end",
        far=says(504, b"<html><title>504 Gateway Time-out</title>", "text/html", **LATER),
    ),
    Variant(
        "it is overloaded",
        "failed to answer.",
        "at their end",
        far=says(529, openai("Overloaded", "overloaded_error"), **LATER),
    ),
    Variant(
        "it refuses a field of the person's own",
        "rejected the request.",
        "take it out there",
        1,
        door(refuses="top_k", unsupported=Refusal(400, openai("Unknown parameter: 'top_k'"))),
        {"extraArgs": {"top_k": 5}},
        added="",
    ),
)
