"""Where a title stands on the shelf."""

from __future__ import annotations

from collections.abc import Iterable

from shelf.book import Book


def filing_title(title: str) -> str:
    """The title as a librarian files it: The Hobbit stands under H."""
    return title.lstrip("The ").casefold()


def in_order(books: Iterable[Book]) -> list[Book]:
    """The books from left to right; editions of one title by year."""
    return sorted(books, key=lambda book: (filing_title(book.title), book.year))
