import unittest
from datetime import date

from shelf.book import Book, parse
from shelf.loans import due, fee
from shelf.order import filing_title, in_order

EMMA = Book("Emma", "Jane Austen", 1815)
HOBBIT = Book("The Hobbit", "J. R. R. Tolkien", 1937)
PERSUASION = Book("Persuasion", "Jane Austen", 1817)


class Catalogue(unittest.TestCase):
    def test_a_book_is_read_from_the_line_it_is_written_as(self):
        self.assertEqual(parse(str(EMMA)), EMMA)


class Order(unittest.TestCase):
    def test_an_article_does_not_count(self):
        self.assertEqual(filing_title("The Hobbit"), "hobbit")

    def test_the_tempest_stands_under_t(self):
        self.assertEqual(filing_title("The Tempest"), "tempest")

    def test_books_stand_in_order_of_their_titles(self):
        self.assertEqual(in_order([PERSUASION, HOBBIT, EMMA]), [EMMA, HOBBIT, PERSUASION])


class Loans(unittest.TestCase):
    def test_a_loan_lasts_three_weeks(self):
        self.assertEqual(due(date(2024, 2, 15)), date(2024, 3, 7))

    def test_the_day_it_is_due_costs_nothing_and_the_next_one_does(self):
        self.assertEqual(fee(date(2024, 2, 15), date(2024, 3, 7)), 0)
        self.assertEqual(fee(date(2024, 2, 15), date(2024, 3, 9)), 20)
