"""A book, and the line it is written down as: `Emma / Jane Austen / 1815`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Book:
    title: str
    author: str
    year: int

    def __str__(self) -> str:
        return f"{self.title} / {self.author} / {self.year}"


def parse(line: str) -> Book:
    """Read one line of the catalogue. Raises ValueError when it is not one."""
    title, author, year = (field.strip() for field in line.split("/"))
    return Book(title, author, int(year))
