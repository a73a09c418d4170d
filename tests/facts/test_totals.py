"""Totals are a copy of the facts: folding them changes no sum, and recheck knows when they lie."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.facts.ground import ALL_DIMS, NETWORK, happen, rolled_back, sql
from yinling.facts import NewFact, Total, compact_totals
from yinling.figures import recheck

pytestmark = pytest.mark.django_db
SUMS = (
    "SELECT series_id, area_path, month, sum(facts), sum(quantity) FROM yinling_total GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
)
FACTS = st.builds(
    NewFact, st.sampled_from(ALL_DIMS), st.integers(1, 9), st.sampled_from(NETWORK),
    st.dates(date(2011, 11, 1), date(2012, 2, 28)), st.integers(-3, 9), st.none(),
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(FACTS, max_size=6), max_size=6))
def test_folding_keeps_every_sum_and_leaves_one_row_each(entries: list[list[NewFact]]) -> None:
    with rolled_back():
        for number, facts in enumerate(entries):
            happen(*facts)
            if number == 3:
                compact_totals()
        before = sql(SUMS)
        compact_totals()
        assert sql(SUMS) == before
        assert Total.objects.count() == len(before)
        assert compact_totals() == 0
        assert list(recheck()) == []


def test_a_fact_counts_once_at_each_level_with_totals_also_where_a_level_is_skipped() -> None:
    happen(*(NewFact(ALL_DIMS[0], 1, path, date(2012, 8, 16)) for path in ("520102000201", "520200001", "5301", "")))
    found = {(path, int(facts)) for path, facts in Total.objects.values_list("area_path", "facts")}
    assert found == {("", 4), ("52", 2), ("53", 1), ("5201", 1), ("5202", 1), ("5301", 1), ("520102", 1), ("520200", 1)}
