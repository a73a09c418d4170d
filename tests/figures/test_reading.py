"""Every way to read a figure gives what adding up the facts one by one gives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.facts.ground import (
    A1,
    A2,
    ALL_DIMS,
    FLOWS,
    GRADES,
    MEASURES,
    NETWORK,
    PEOPLE,
    SHARE,
    SITES,
    STOCKS,
    happen,
    move,
    rolled_back,
    stand,
    take_back,
)
from tests.figures.brute import Slow, rows
from yinling.base import clock
from yinling.base.period import Period, as_of, between, month, year
from yinling.base.rules import Refused
from yinling.facts import NewFact, compact_totals, last_seq
from yinling.figures import figure, table
from yinling.figures.reading import Span

pytestmark = pytest.mark.django_db
FIRST, LAST, TODAY = date(2011, 11, 20), date(2012, 3, 10), date(2012, 1, 17)
PATHS = ("", "52", "5201", "5202", "520101", "520200", "520101001", "520200001", "520101001001", "520102000201")
DAYS = st.dates(FIRST, LAST)
SOME = st.sampled_from(ALL_DIMS), st.integers(1, 4), st.sampled_from(NETWORK), DAYS
FLOW_FACTS = st.builds(NewFact, *SOME, st.integers(-2, 5), st.none() | st.integers(1, 3))
STEPS = st.lists(
    st.tuples(st.just("happen"), st.lists(FLOW_FACTS, max_size=5))
    | st.tuples(st.just("stand"), st.tuples(*SOME, st.integers(0, 3), st.none() | st.integers(1, 3)))
    | st.tuples(st.just("move"), DAYS)
    | st.tuples(st.just("take back"), st.integers(0, 20))
    | st.tuples(st.just("fold"), st.none()),
    min_size=1, max_size=10,
)  # fmt: skip
PERIODS = st.one_of(
    st.builds(as_of, DAYS),
    st.builds(lambda one, two: between(min(one, two), max(one, two)), DAYS, DAYS),
    st.sampled_from([month(2011, 12), month(2012, 1), month(2012, 2), year(2011), year(2012), as_of(TODAY)]),
)


def take(step: tuple[str, object], entries: list[int]) -> None:
    """One step of a made-up history; refused ones leave nothing."""
    what, how = step
    try:
        if what == "happen":
            entries.append(happen(*how))  # type: ignore[misc]
        elif what == "stand":
            assert isinstance(how, tuple)
            dims, source, path, day, quantity, person = how
            entries.append(stand(source, path, day, quantity, dims, person))
        elif what == "move":
            entries.append(move("520101", "520102", how))  # type: ignore[arg-type]
        elif what == "fold":
            compact_totals()
        elif entries:
            take_back(entries[how % len(entries)])  # type: ignore[operator]
    except Refused:
        pass


@settings(max_examples=40, deadline=None)
@given(
    st.lists(SOME[3], min_size=1, max_size=1), STEPS, st.lists(PERIODS, min_size=1, max_size=3, unique=True),
    st.lists(st.sampled_from(PATHS), min_size=1, max_size=4, unique=True),
)  # fmt: skip
@example(
    # A flow up to a day beside a flow of a later month: the second must not take in what lies before it.
    [TODAY], [("happen", [NewFact(A1, 1, "52", date(2011, 12, 5), 1), NewFact(A1, 1, "52", date(2012, 1, 5), 2)])],
    [as_of(date(2012, 2, 20)), month(2012, 1)], ["52"],
)  # fmt: skip
def test_figure_and_table_give_the_sum_of_the_facts(
    today: list[date], steps: list[tuple[str, object]], periods: list[Period], paths: list[str]
) -> None:
    with clock.frozen(today[0]), rolled_back():
        entries: list[int] = []
        for step in steps:
            take(step, entries)
        slow = Slow(rows())
        cells = table(MEASURES, paths=paths, periods=periods)
        for measure in MEASURES:
            for path in paths:
                for period in periods:
                    right = slow.value(measure, path, period)
                    one = figure(measure, path=path, period=period)
                    assert one.value == right, (measure.card.key, path, period.key)
                    assert cells.at(measure, path, period) == one


@settings(max_examples=30, deadline=None)
@given(SOME[3], STEPS, st.integers(0, 10), PERIODS, st.sampled_from(PATHS))
def test_known_at_gives_what_was_known_then(
    today: date, steps: list[tuple[str, object]], until: int, period: Period, path: str
) -> None:
    with clock.frozen(today), rolled_back():
        entries: list[int] = []
        cutoff, then = last_seq(), {measure.card.key: figure(measure, path=path, period=period) for measure in MEASURES}
        for number, step in enumerate(steps):
            if number == until:
                cutoff = last_seq()
                then = {measure.card.key: figure(measure, path=path, period=period) for measure in MEASURES}
            take(step, entries)
        slow = Slow(rows(), cutoff)
        for measure in MEASURES:
            again = figure(measure, path=path, period=period, known_at=cutoff)
            assert again.value == slow.value(measure, path, period), measure.card.key
            if until < len(steps):
                assert again == then[measure.card.key]


@settings(max_examples=300, deadline=None)
@given(st.dates(date(2011, 12, 1), date(2012, 3, 31)), st.sampled_from(["flow", "stock"]), PERIODS)
def test_whole_months_and_edges_cover_each_day_of_a_span_exactly_once(today: date, mode: str, period: Period) -> None:
    """Over all paths a span may take: the months less or plus the edges are the days, no more and no fewer."""
    with clock.frozen(today):
        span = Span.of(mode, period)
    start = date(2010, 1, 1) if mode == "stock" or period.is_as_of else period.start
    for offset in range((date(2012, 6, 1) - date(2010, 1, 1)).days):
        day = date(2010, 1, 1) + timedelta(days=offset)
        times = sum(edge.sign for edge in span.edges if edge.low <= day <= edge.high)
        if span.months and span.months[0] <= day.replace(day=1) <= span.months[1]:
            times += 1
        assert times == int(start <= day <= period.end), day


def test_reading_up_to_today_needs_no_facts_but_those_dated_later_this_month() -> None:
    with clock.frozen(TODAY):
        span = Span.of("stock", as_of(TODAY))
    assert span.months is not None
    assert [(edge.sign, edge.low, edge.high) for edge in span.edges] == [(-1, date(2012, 1, 18), date(2012, 1, 31))]


@pytest.mark.parametrize(
    "period", [year(9999), as_of(date.max), between(date(9999, 5, 2), date(9999, 12, 30)), year(1)]
)
def test_the_ends_of_the_calendar_are_no_obstacle(period: Period) -> None:
    happen(NewFact(A1, 1, "520101", TODAY, 4))
    right = 4 if TODAY in period else 0
    assert figure(FLOWS, path="52", period=period).value == right
    assert table([FLOWS], paths=["52", "520101001"], periods=[period]).at(FLOWS, "52", period).value == right


def test_the_day_changes_in_china_not_in_greenwich() -> None:
    """At four in the morning of 1 February in China it is still January in UTC."""
    stand(1, "520101", date(2012, 2, 1))
    with clock.frozen(datetime(2012, 1, 31, 20, tzinfo=UTC)):
        assert clock.today() == date(2012, 2, 1)
        assert figure(STOCKS, path="52", period=as_of(clock.today())).value == 1


def test_a_share_of_nothing_is_unknown_not_nought() -> None:
    stand(1, "520101", TODAY, 0, A2)
    nothing = figure(SHARE, path="52", period=as_of(TODAY))
    assert [nothing.value, nothing.numerator, nothing.denominator] == [None, 0, 0]
    assert nothing.text == "–"
    stand(1, "520101", TODAY, 1, A1)
    assert figure(SHARE, path="52", period=as_of(TODAY)).value == 0
    stand(2, "520101", TODAY, 2, A2)
    third = figure(SHARE, path="52", period=as_of(TODAY))
    assert [third.numerator, third.denominator] == [2, 3]
    assert third.text == "66.67"


def test_a_share_above_is_not_the_mean_of_the_shares_below() -> None:
    stand(1, "520101", TODAY, 1, A2)
    stand(2, "520102", TODAY, 9, A1)
    shares = [figure(SHARE, path=path, period=as_of(TODAY)).value for path in ("520101", "520102", "5201")]
    assert shares == [100, 0, 10]


def test_people_are_counted_once_however_often_and_wherever_they_take_part() -> None:
    entry = happen(*(NewFact(A1, number, path, TODAY, 1, person=7) for number, path in enumerate(("520101", "520102"))))
    happen(NewFact(A2, 9, "520101", TODAY, 1, person=8), NewFact(A2, 9, "520101", TODAY))  # and somebody unknown
    count = {path: figure(PEOPLE, path=path, period=as_of(TODAY)).value for path in ("520101", "520102", "5201")}
    assert count == {"520101": 2, "520102": 1, "5201": 2}
    take_back(entry, source=0)
    assert figure(PEOPLE, path="5201", period=as_of(TODAY)).value == 2  # still seen at the other place
    take_back(entry, source=1)
    assert figure(PEOPLE, path="5201", period=as_of(TODAY)).value == 1


def test_places_and_grades_leave_the_count_when_what_stood_there_ends() -> None:
    stand(1, "520101001001", TODAY, 1, A1)
    stand(2, "520101001001", TODAY, 1, {"grade": "b", "field": "1"})

    def counts(day: date) -> list[int]:
        return [int(figure(measure, path="", period=as_of(day)).value or 0) for measure in (SITES, GRADES)]

    stand(1, "520101001001", date(2012, 2, 1), 0, A1)
    end = stand(2, "520101001001", date(2012, 3, 1), 0)
    assert [counts(day) for day in (FIRST, TODAY, date(2012, 2, 1), date(2012, 3, 1))] == [
        [0, 0],
        [1, 2],
        [1, 1],
        [0, 0],
    ]
    take_back(end)
    assert counts(date(2012, 3, 1)) == [1, 1]
