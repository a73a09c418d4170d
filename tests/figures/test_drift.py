"""What became of frozen figures: the frozen value stays, and today less frozen is the sum of what is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.facts.ground import (
    A1,
    A2,
    FLOWS,
    MEASURES,
    PEOPLE,
    SHARE,
    SITES,
    STOCKS,
    SYSTEM,
    happen,
    load,
    rolled_back,
    stand,
    take_back,
)
from tests.figures import test_map as maps
from tests.figures.brute import Slow, rows
from tests.figures.test_reading import DAYS, PATHS, PERIODS, STEPS, take
from yinling.base import clock
from yinling.base.period import Period, as_of
from yinling.facts import Entry, NewFact, last_seq
from yinling.figures import (
    Amount,
    Drift,
    Frozen,
    Ratio,
    Region,
    Sum,
    Version,
    drift,
    drifts,
    figure,
    freeze,
    recheck,
    thawed,
)
from yinling.figures.measures import _measures
from yinling.network import merge_places, move_place, place_at

if TYPE_CHECKING:
    from pytest_django.fixtures import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
DAY, WHEN = date(2012, 8, 16), as_of(date(2012, 12, 31))


def check(found: Drift) -> None:
    """The parts are the difference, and the frozen figure is what it was."""
    parts = found.definition + found.map + sum((one.amount for one in found.entries), Amount())
    assert parts == found.amount == Amount.of(found.now) - Amount.of(found.then)
    assert Amount.of(thawed(found.frozen)) == Amount.of(found.then)
    assert all(one.entry.seq > found.frozen.cutoff and one.facts and one.amount for one in found.entries)
    assert [one.entry.seq for one in found.entries] == sorted(one.entry.seq for one in found.entries)


@settings(max_examples=40, deadline=None)
@given(DAYS, STEPS, st.integers(0, 6), st.integers(0, 6), PERIODS, st.sampled_from(PATHS), st.sampled_from(PATHS))
def test_today_less_frozen_is_the_sum_of_what_was_recorded(
    today: date, steps: list[tuple[str, object]], first: int, second: int, period: Period, path: str, other: str
) -> None:
    with clock.frozen(today), rolled_back():
        entries: list[int] = []
        frozen: list[Frozen] = []
        for number, step in enumerate([*steps, *steps[:1]]):
            if number in (first, second):
                frozen += [
                    freeze(measure=measure, region=Region(where), period=period, by=SYSTEM)
                    for measure in MEASURES
                    for where in (path, other)
                ]
            take(step, entries)
        slow = Slow(rows())
        for kept, found in zip(frozen, drifts(frozen), strict=True):
            check(found)
            assert found.frozen is kept
            assert found.map == found.definition == Amount()
            assert found.now == figure(found.now.measure, path=kept.area_path, period=period)
            assert found.now.value == slow.value(found.now.measure, kept.area_path, period)


@settings(max_examples=12, deadline=None)
@given(maps.STEPS, st.integers(0, 8), st.integers(0, 40))
def test_also_where_the_map_was_redrawn(steps: list[tuple[str, int, int, int]], until: int, chosen: int) -> None:
    with rolled_back():
        world = maps.World()
        for step in steps[:until]:
            world.take(*step)
        paths = sorted(world.recorded)
        wanted = ["", "5201", "52", paths[chosen % len(paths)]]
        periods = [as_of(world.day), as_of(date(2013, 1, 1))]
        frozen = [
            freeze(measure=measure, region=Region(path), period=period, by=SYSTEM)
            for measure in maps.MEASURES
            for path in wanted
            for period in periods
        ]
        for step in steps[until:]:
            world.take(*step)
        for kept, found in zip(frozen, drifts(frozen), strict=True):
            check(found)
            path = world.today(kept.area_path) if kept.area_path else ""
            again = figure(found.now.measure, path=path, period=found.now.period, on_map="today")
            assert found.now == again, (kept.measure, kept.area_path)
        assert list(recheck()) == []


def kept(measure: Sum, path: str = "5201") -> Frozen:
    return freeze(measure=measure, region=Region(path), period=WHEN, by=SYSTEM)


def test_who_did_what_by_how_much() -> None:
    wrong = stand(1, "520101", DAY, 5)
    stand(2, "520102", DAY, 2, A2)
    share = freeze(measure=SHARE, region=Region("5201"), period=WHEN, by=SYSTEM)
    stocks = kept(STOCKS)
    stand(3, "520101", DAY, 1, A2)
    stand(4, "5202", DAY, 50)  # elsewhere
    stand(5, "520101", date(2013, 1, 1), 50)  # after the period
    happen(NewFact(A1, 1, "520101", DAY, 9))  # of another kind
    take_back(wrong)
    found = drift(stocks)
    assert [found.then.value, found.now.value, found.difference] == [Decimal(7), Decimal(3), Decimal(-4)]
    assert [
        (one.entry.action, int(one.added.numerator), int(one.reversed.numerator), one.facts) for one in found.entries
    ] == [
        ("test.stand", 1, 0, 1),
        ("test.take_back", 0, -5, 1),
    ]
    both = drift(share)
    assert [one.amount for one in both.entries] == [Amount(Decimal(1), Decimal(1)), Amount(Decimal(0), Decimal(-5))]
    assert both.now.value == 100
    assert both.then.value == Decimal(2) * 100 / 7
    assert drift(kept(STOCKS)).entries == ()


def test_an_entry_that_leaves_the_figure_as_it_is_is_no_part() -> None:
    first = happen(NewFact(A1, 1, "520101", DAY, 9, 7))
    frozen = [freeze(measure=measure, region=Region("52"), period=WHEN, by=SYSTEM) for measure in (FLOWS, PEOPLE)]
    again = happen(NewFact(A1, 2, "520102", DAY, 0, 7), NewFact(A1, 3, "520102", DAY, 0, 8))
    assert [found.entries for found in drifts(frozen)] == [(), ()]
    happen(NewFact(A1, 4, "520102", DAY, 1, 8))
    take_back(first)
    take_back(again)
    people = drift(frozen[1])
    assert [(one.entry.action, int(one.amount.numerator)) for one in people.entries] == [
        ("test.happen", 1),
        ("test.take_back", -1),
    ]
    assert people.difference == 0


def test_a_later_version_of_the_definition_is_a_part_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    stand(1, "520101", DAY, 5)
    stand(2, "520101", DAY, 2, A2)
    frozen = kept(STOCKS)
    versions = (*STOCKS.card.versions, Version(2, DAY, "only a 2"))
    narrower = replace(STOCKS, card=replace(STOCKS.card, versions=versions), where={"grade": "a", "field": "2"})
    monkeypatch.setitem(_measures, STOCKS.card.key, narrower)
    stand(3, "520101", DAY, 10, A2)
    found = drift(frozen)
    assert [found.then.value, found.now.value] == [Decimal(7), Decimal(12)]
    assert found.definition == Amount(Decimal(-5))
    assert [one.amount.numerator for one in found.entries] == [10]
    assert [version.number for version in found.versions] == [2]
    assert found.amount == Amount(Decimal(5))


@pytest.mark.parametrize(("old", "new"), [(STOCKS, SHARE), (SHARE, STOCKS)])
def test_a_count_that_became_a_share_and_the_other_way(
    monkeypatch: pytest.MonkeyPatch, old: Sum | Ratio, new: Sum | Ratio
) -> None:
    stand(1, "520101", DAY, 5)
    stand(2, "520101", DAY, 2, A2)
    frozen = freeze(measure=old, region=Region("5201"), period=WHEN, by=SYSTEM)
    versions = (*old.card.versions, Version(2, DAY, "another shape"))
    monkeypatch.setitem(_measures, old.card.key, replace(new, card=replace(old.card, versions=versions)))
    stand(3, "520101", DAY, 1, A2)
    found = drift(frozen)
    assert Amount.of(found.now) == Amount.of(figure(new, path="5201", period=WHEN))
    parts = found.definition + found.entries[0].amount
    assert parts == found.amount == Amount.of(found.now) - Amount.of(found.then)


def test_what_the_map_did_is_told_apart_from_what_was_recorded() -> None:
    places = load()
    stand(1, "520101001001", DAY, 5)
    stand(2, "520102001001", DAY, 2)
    one, two, sites = kept(STOCKS, "520101"), kept(STOCKS, "520101001"), kept(SITES, "52")  # type: ignore[arg-type]
    move_place(place=places["520101001"], parent=places["520102"], on=DAY, basis="", by=SYSTEM)
    moved = place_at("520102002") or places["520101001"]
    moved.refresh_from_db()
    merge_places(place=places["520102001"], into=moved, on=DAY, basis="", by=SYSTEM)
    found = drifts([one, two, sites])
    assert [(int(each.map.numerator), len(each.entries), int(each.difference or 0)) for each in found] == [
        (-5, 0, -5),
        (2, 0, 2),
        (0, 0, 0),
    ]


def test_a_hundred_figures_take_no_more_statements_than_ten(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    stand(1, "520101001001", DAY, 5)
    happen(NewFact(A1, 1, "520101001001", DAY, 5, 1))
    frozen = [
        freeze(measure=measure, region=Region(path), period=as_of(day), by=SYSTEM)
        for measure in (FLOWS, STOCKS, SHARE, PEOPLE)
        for path in PATHS
        for day in (DAY, date(2012, 9, 1), date(2012, 10, 1))
    ]
    with django_assert_num_queries(4):  # cut-off, map, series, entries: nothing was recorded
        assert [found.difference for found in drifts(frozen)].count(None) == 12
    stand(2, "520101001001", DAY, 5)
    cutoff = last_seq()
    with django_assert_num_queries(6):
        found = drifts(frozen)
    assert {one.entry.pk for each in found for one in each.entries} == {Entry.objects.get(seq=cutoff).pk}
    assert drifts([]) == []
