"""The pages show the zoo as it is."""

from __future__ import annotations

from tests.zoo.document import PROOF, counted, quotations
from tests.zoo.hosts import HOSTS
from tests.zoo.presets import ENTRIES
from tests.zoo.variants import GROUPS, VARIANTS


def test_every_preset_has_a_host_and_every_host_an_entry() -> None:
    assert HOSTS.keys() == ENTRIES.keys()


def test_the_page_of_proofs_counts_what_there_is() -> None:
    """`python -m tests.zoo` writes it."""
    page = PROOF.read_text("utf-8")
    assert "<!-- zoo -->" in page
    assert page == counted(page)


def test_the_page_of_troubles_quotes_what_is_tried() -> None:
    """That the words are the program's own is proved where each is tried."""
    assert len(quotations()) >= 15
    assert quotations().keys() <= VARIANTS.keys()


def test_no_variant_has_the_name_of_another() -> None:
    assert len(VARIANTS) == sum(map(len, GROUPS.values()))
