"""What the shop has in store."""


def qty(stock, name):
    """How many there are of an article."""
    return stock.get(name, 0)


def missing(stock, wanted):
    return [name for name in wanted if qty(stock, name) == 0]
