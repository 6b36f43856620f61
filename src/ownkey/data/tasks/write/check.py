from intervals import merge

assert list(map(tuple, merge([]))) == []
assert list(map(tuple, merge([(1, 3), (4, 6)]))) == [(1, 6)]
assert list(map(tuple, merge([(5, 8), (1, 2)]))) == [(1, 2), (5, 8)]
assert list(map(tuple, merge([(1, 10), (2, 3)]))) == [(1, 10)]
assert list(map(tuple, merge([(3, 1), (7, 7)]))) == [(1, 3), (7, 7)]
given = [(2, 3), (1, 2)]
merge(given)
assert given == [(2, 3), (1, 2)]
