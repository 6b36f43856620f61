"""What goes wrong on the first day with a model of one's own, each with its true cause."""

from __future__ import annotations

from tests.zoo.ends import ANSWERS, LINES, MODELS
from tests.zoo.entries import ADDRESSES, KEYS, SETTINGS, TYPES

GROUPS = {
    "settings": SETTINGS,
    "address": ADDRESSES,
    "provider": TYPES,
    "connection": LINES,
    "key": KEYS,
    "model": MODELS,
    "answer": ANSWERS,
}
ADDED = {
    variant.name: variant
    for group in (ADDRESSES, TYPES, LINES, KEYS, MODELS, ANSWERS)
    for variant in group
    if variant.name != "it is silent"
}
"""Those that are tried with `models add` too. What is wrong in a file is none of its matters, and
it would wait two minutes for who is silent."""

VARIANTS = {variant.name: variant for group in GROUPS.values() for variant in group}
