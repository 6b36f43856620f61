"""Messages, by hand and by chance, and session files that hold them."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from ownkey.core.call import Call
from ownkey.core.errors import Failure
from ownkey.core.message import (
    Assistant,
    Image,
    Message,
    Origin,
    Result,
    Text,
    Thinking,
    ToolCall,
    Usage,
    User,
)
from ownkey.sessions.journal import Journal
from ownkey.sessions.records import Said

ORIGIN = Origin("anthropic", "api.example.test", "some-model")


def user(text: str) -> User:
    return User((Text(text),))


def assistant(text: str, *calls: ToolCall) -> Assistant:
    return Assistant((Text(text), *calls), ORIGIN, "tools" if calls else "end", Usage(10, 2))


def called(usage: Usage) -> Call:
    return Call(model="custom:some-0", origin=ORIGIN, usage=usage)


def written(root: Path, *messages: Message, cwd: Path | None = None) -> Path:
    """The file of a closed session in which these were said."""
    journal = Journal.create(root, cwd or root, "custom:some-0")
    for message in messages:
        journal.append(Said(message))
    journal.close()
    return journal.path


def talk(length: int) -> list[Message]:
    return [user(f"say {n}") if n % 2 == 0 else assistant(f"said {n}") for n in range(length)]


# Half a surrogate pair only: two that meet are one character once they have been JSON.
_texts = st.text(st.characters() | st.sampled_from('\x00\n\r\x1b\u2028\u2029\ud800"{}'))
_texts = _texts.map(lambda text: text.encode("utf-16", "surrogatepass")).map(
    lambda data: data.decode("utf-16", "surrogatepass")
)
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=6,
)
_objects = st.dictionaries(_texts, _json, max_size=3)
_opaque = st.none() | _objects
_text = st.builds(Text, _texts, _opaque)
_thinking = st.builds(Thinking, _texts, _opaque)
_call = st.builds(ToolCall, _texts, _texts, _texts, _opaque)
_told = st.lists(_text | st.builds(Image, _texts, st.binary()), max_size=3).map(tuple)
_counts = st.integers(0, 2**62)
_failures = st.builds(Failure, _texts, _texts, _texts, _texts, status=st.none() | _counts)

messages: st.SearchStrategy[Message] = st.one_of(
    st.builds(User, _told),
    st.builds(
        Assistant,
        st.lists(_text | _thinking | _call, max_size=3).map(tuple),
        st.builds(Origin, _texts, _texts, _texts),
        st.sampled_from(("end", "tools", "length", "refused", "aborted", "failed")),
        st.builds(Usage, _counts, _counts, _counts, _counts, _counts),
        st.none() | _failures,
    ),
    st.builds(Result, _texts, _texts, _told, st.booleans(), _opaque),
)
