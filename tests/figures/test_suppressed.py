"""Small counts are hidden from the public so that they cannot be worked out, even by who knows how they are hidden."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinling.figures import suppressed, suppressed_share
from yinling.figures.public import SMALL

CELLS = st.lists(st.integers(0, 30), min_size=2, max_size=12).filter(lambda cells: sum(cells) >= SMALL)


def published(cells: tuple[int, ...] | list[int]) -> tuple[Decimal | None, ...]:
    return tuple(suppressed({f"{number:02}": Decimal(cell) for number, cell in enumerate(cells)}).values())


@pytest.mark.parametrize(("places", "most"), [(2, 24), (3, 13), (4, 9)])
def test_no_hidden_cell_has_a_single_possible_value(places: int, most: int) -> None:
    """Every table there can be, sorted by what the public sees: its cells and total. Knowing the rule is no help."""
    looks_alike: defaultdict[tuple[int, tuple[Decimal | None, ...]], list[tuple[int, ...]]] = defaultdict(list)
    for cells in product(range(most + 1), repeat=places):
        looks_alike[sum(cells), published(cells)].append(cells)
    for (total, shown), candidates in looks_alike.items():
        if total <= most:  # otherwise some of the candidates have cells too large to be among those tried
            for number, cell in enumerate(shown):
                assert cell is not None or len({cells[number] for cells in candidates}) > 1, (total, shown)


@given(CELLS)
def test_no_small_count_is_shown_and_none_follows_from_the_total(cells: list[int]) -> None:
    shown = published(cells)
    hidden = [cell for cell, seen in zip(cells, shown, strict=True) if seen is None]
    assert not any(seen is not None and 0 < seen < SMALL for seen in shown)
    assert all(seen in (None, cell) for cell, seen in zip(cells, shown, strict=True))
    if hidden:
        rest = sum(cells) - sum(int(seen) for seen in shown if seen is not None)
        assert rest == sum(hidden)
        assert len(hidden) > 1
        assert rest != len(hidden) or 0 in hidden  # else each of them would be 1


@given(st.lists(st.sampled_from([0, *range(SMALL, 40)]), max_size=10))
def test_what_gives_nobody_away_is_shown(cells: list[int]) -> None:
    assert published(cells) == tuple(cells)


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_share_is_shown_where_neither_side_is_small(part: int, rest: int) -> None:
    share = suppressed_share(Decimal(part), Decimal(part + rest))
    small = 0 < part < SMALL or 0 < rest < SMALL or part + rest == 0
    assert (share is None) is small
    if share is not None:
        assert share == Decimal(part) * 100 / (part + rest)
