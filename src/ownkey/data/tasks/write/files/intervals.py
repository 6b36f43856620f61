"""Intervals of whole numbers, as pairs: the first and the last, both within."""


def merge(intervals):
    """The same numbers in as few intervals as possible, in order.

    Intervals that overlap or touch become one: (1, 3) and (4, 6) are (1, 6).
    A pair may be given the wrong way round: (3, 1) is (1, 3).
    """
    raise NotImplementedError
