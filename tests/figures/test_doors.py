"""The door behind a figure: exactly what it counts, page by page, and only what the viewer may open."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.facts.ground import (
    A1,
    A2,
    B1,
    FLOWS,
    FLOWS_A,
    PEOPLE,
    STOCKS,
    STOCKS_A2,
    happen,
    move,
    rolled_back,
    stand,
    take_back,
)
from tests.figures.test_reading import DAYS, PATHS, PERIODS, STEPS, TODAY, take
from yinling.base import clock
from yinling.base.period import Period, as_of, month
from yinling.base.rules import Actor, Grant
from yinling.facts import NewFact
from yinling.figures import CountedFact, Door, Sum, figure

pytestmark = pytest.mark.django_db
ALL = Actor.for_system("test")


def viewer(*paths: str) -> Actor:
    return Actor(1, "x", tuple(Grant("clerk", path) for path in paths))


def opened(door: Door, who: Actor = ALL, size: int = 50) -> list[CountedFact]:
    """Every fact behind the door, page after page."""
    facts: list[CountedFact] = []
    after = None
    while True:
        page, after = door.page(who, after, size)
        assert len(page) <= size
        facts += page
        if after is None:
            return facts
        assert len(page) == size


def summed(facts: list[CountedFact]) -> Decimal:
    return sum((fact.quantity for fact in facts), Decimal(0))


@settings(max_examples=30, deadline=None)
@given(DAYS, STEPS, PERIODS, st.sampled_from(PATHS), st.integers(1, 4), st.sets(st.sampled_from(PATHS), max_size=4))
def test_the_facts_listed_add_up_to_the_figure(
    today: date, steps: list[tuple[str, object]], period: Period, path: str, size: int, grants: set[str]
) -> None:
    with clock.frozen(today), rolled_back():
        entries: list[int] = []
        for step in steps:
            take(step, entries)
        for count in (FLOWS, FLOWS_A, STOCKS, STOCKS_A2):
            door = Door(count, path, period)
            facts = opened(door, size=size)
            assert summed(facts) == figure(count, path=path, period=period).value
            assert len({fact.id for fact in facts}) == len(facts) == door.tally()[0]
            inside = [fact for fact in facts if any(fact.area_path.startswith(grant) for grant in grants)]
            assert opened(door, viewer(*grants), size) == inside
            assert door.tally(viewer(*grants)) == (len(facts), len(inside))


def listed(count: Sum, path: str = "52", period: Period | None = None) -> list[int]:
    return sorted(fact.source_id for fact in opened(Door(count, path, period or as_of(TODAY))))


def test_what_has_ended_is_listed_for_days_before_its_end_only() -> None:
    stand(1, "520101", date(2012, 1, 1))
    stand(2, "520101", date(2012, 1, 1))
    end = stand(1, "520101", date(2012, 1, 10), 0)
    assert listed(STOCKS, period=as_of(date(2012, 1, 9))) == [1, 2]
    assert listed(STOCKS, period=as_of(date(2012, 1, 10))) == [2]
    take_back(end)
    assert listed(STOCKS, period=as_of(date(2012, 1, 10))) == [1, 2]


def test_what_moved_is_listed_where_it_was_and_then_where_it_is() -> None:
    stand(1, "520101001001", date(2012, 1, 1))
    move("520101001", "520200001", date(2012, 1, 10))
    assert [listed(STOCKS, path, as_of(date(2012, 1, 9))) for path in ("5201", "5202", "52")] == [[1], [], [1]]
    assert [listed(STOCKS, path, as_of(date(2012, 1, 10))) for path in ("5201", "5202", "52")] == [[], [1], [1]]


def test_a_reversed_flow_is_listed_in_no_period() -> None:
    wrong = happen(NewFact(A1, 1, "520101", date(2012, 1, 5), 3))
    happen(NewFact(A1, 2, "520101", date(2012, 1, 5), 3))
    take_back(wrong)
    assert listed(FLOWS, period=month(2012, 1)) == listed(FLOWS, period=as_of(date(2012, 3, 1))) == [2]


def test_a_door_lists_the_facts_with_the_dimensions_asked_for() -> None:
    for source, dims in enumerate((A1, A2, B1)):
        happen(NewFact(dims, source, "520101", TODAY))
    facts = opened(Door(FLOWS_A, "52", as_of(TODAY)))
    assert [(fact.source_id, fact.dims) for fact in facts] == [(0, A1), (1, A2)]


def test_who_holds_nested_areas_sees_each_fact_once() -> None:
    for source, path in enumerate(("520101001001", "520101002001", "520102001001", "530101001001")):
        happen(NewFact(A1, source, path, TODAY, person=source))
    nested = viewer("520101", "520101001", "520102001001", "520101")
    for count in (FLOWS, PEOPLE):
        door = Door(count, "52", as_of(TODAY))
        assert [fact.source_id for fact in opened(door, nested, 1)] == [0, 1, 2]
        assert door.tally(nested) == (3, 3)
        assert door.tally(viewer("520101001")) == (3, 1)
        assert door.tally(viewer("53")) == (3, 0)
        assert door.tally(viewer("")) == (3, 3)
        assert opened(door, viewer()) == opened(door, viewer("53")) == []
