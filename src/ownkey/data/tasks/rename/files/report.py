"""The report on Mondays."""

import stock


def line(articles, name):
    return f"{name}: qty {stock.qty(articles, name)}"
