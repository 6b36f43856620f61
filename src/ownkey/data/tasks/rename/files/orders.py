"""Orders of customers."""

from stock import missing, qty


def can_deliver(stock, order):
    """An order is a list of pairs: article and count."""
    return all(qty(stock, name) >= count for name, count in order)


def explain(stock, order):
    gone = missing(stock, [name for name, _ in order])
    return "all there" if not gone else "missing: " + ", ".join(gone)
