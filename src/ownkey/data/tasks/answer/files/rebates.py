"""Who pays less."""

REBATES = {"staff": 25, "club": 10}
BEST_ONLY = True


def factor(customer, rebates):
    """What is left of a price. A customer may be several things: "club+staff"."""
    percents = [rebates.get(kind, 0) for kind in customer.split("+")]
    off = max(percents) if BEST_ONLY else sum(percents)
    return (100 - off) / 100
