"""Writes the tables of facts into `docs/providers.md`: `python -m tests.failures`."""

from __future__ import annotations

from tests.failures.document import PAGE, written

if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
