import re
from pathlib import Path

import orders
import report
import stock

assert not hasattr(stock, "qty")
assert stock.quantity({"tea": 2}, "tea") == 2
assert stock.missing({"tea": 2}, ["tea", "milk"]) == ["milk"]
assert orders.can_deliver({"tea": 2}, [("tea", 2)])
assert orders.explain({}, [("tea", 1)]) == "missing: tea"
assert report.line({"tea": 2}, "tea") == "tea: qty 2"
for name in ("stock.py", "orders.py", "report.py"):
    assert not re.search(r"\bqty\(", Path(name).read_text())
