"""Any change of any tree is taken back, to the byte and the mode, and that again."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.undo.worked import Worked, picture

NAMES = st.sampled_from(["a", "b", "c.txt", "é", "with space", "new\nline", "\udcff"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
CONTENT = st.binary(max_size=40) | st.sampled_from([b"", b"a\n", b"\0\xff" * 5000])
MODES = st.sampled_from([0o644, 0o755, 0o600, 0o444, 0o700])

STEPS = st.one_of(
    st.tuples(st.just("write"), PATHS, CONTENT),
    st.tuples(st.just("append"), PATHS, CONTENT),
    st.tuples(st.just("remove"), PATHS, st.none()),
    st.tuples(st.just("folder"), PATHS, st.none()),
    st.tuples(st.just("chmod"), PATHS, MODES),
    st.tuples(st.just("link"), PATHS, PATHS),
    st.tuples(st.just("rename"), PATHS, PATHS),
)
Step = tuple[str, str, object]


def do(root: Path, step: Step) -> None:
    """What cannot be done is not."""
    kind, name, with_ = step
    path = root / name
    try:
        match kind, with_:
            case "write", bytes(data):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            case "append", bytes(data):
                with path.open("ab") as file:
                    file.write(data)
            case "remove", _:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
            case "folder", _:
                path.mkdir(parents=True)
            case "chmod", int(mode):
                if not path.is_symlink():
                    path.chmod(mode | (0o700 if path.is_dir() else 0))
            case "link", str(target):
                path.symlink_to(target)
            case "rename", str(target):
                path.rename(root / target)
    except OSError:
        pass


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    before=st.lists(STEPS, max_size=12),
    turns=st.lists(st.lists(STEPS, max_size=6), min_size=1, max_size=3),
)
def test_whatever_turns_did_is_taken_back_and_done_again(
    before: list[Step], turns: list[list[Step]]
) -> None:
    with TemporaryDirectory() as folder:
        worked = Worked(Path(folder))
        for step in before:
            do(worked.root, step)
        pictures = [picture(worked.root)]
        for steps in turns:
            worked.turn(*(lambda step=step: do(worked.root, step) for step in steps))
            pictures.append(picture(worked.root))
        changed = [one for one in _deeds(worked) if one]
        if changed:
            assert worked.undo(last=len(changed)) == []
            assert picture(worked.root) == pictures[0]
            assert worked.undo() == []
            assert picture(worked.root) == pictures[-1]
        worked.close()


def _deeds(worked: Worked) -> list[int]:
    return [one.count for one in asyncio.run(worked.past.deeds()) if one.sets]
