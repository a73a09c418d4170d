"""Periods: keys that read back, months that add up, steps back that mean what people mean, and labels."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from yinling.base.period import Period, PeriodError, as_of, between, half, month, parse, quarter, year

days = st.dates(date(1, 1, 2), date(9999, 12, 31))
modern_days = st.dates(date(1950, 1, 1), date(2100, 12, 31))
years = st.integers(1950, 2100)
calendar_periods = st.one_of(
    st.builds(year, years),
    st.builds(half, years, st.integers(1, 2)),
    st.builds(quarter, years, st.integers(1, 4)),
    st.builds(month, years, st.integers(1, 12)),
)
spans = st.tuples(modern_days, modern_days).map(lambda pair: between(min(pair), max(pair)))


@pytest.mark.parametrize(
    ("period", "key", "start", "end"),
    [
        (year(2012), "2012", date(2012, 1, 1), date(2012, 12, 31)),
        (half(2012, 2), "2012H2", date(2012, 7, 1), date(2012, 12, 31)),
        (quarter(2012, 3), "2012Q3", date(2012, 7, 1), date(2012, 9, 30)),
        (month(2012, 2), "2012-02", date(2012, 2, 1), date(2012, 2, 29)),
        (as_of(date(2012, 8, 16)), "2012-08-16", date.min, date(2012, 8, 16)),
        (between(date(2012, 8, 16), date(2012, 8, 16)), "2012-08-16..2012-08-16", date(2012, 8, 16), date(2012, 8, 16)),
        (
            between(date(2011, 1, 1), date(2012, 8, 31)),
            "2011-01-01..2012-08-31",
            date(2011, 1, 1),
            date(2012, 8, 31),
        ),
    ],
)
def test_keys(period: Period, key: str, start: date, end: date) -> None:
    assert (period.key, period.start, period.end) == (key, start, end)
    assert parse(key) == period


@given(st.one_of(calendar_periods, spans, st.builds(as_of, days), st.builds(year, st.integers(1, 9999))))
def test_every_key_reads_back(period: Period) -> None:
    assert parse(period.key) == period


def test_equal_days_are_one_period() -> None:
    assert between(date(2012, 7, 1), date(2012, 9, 30)) == quarter(2012, 3)
    assert parse("2012-01-01..2012-12-31").key == "2012"
    assert between(date(2012, 2, 1), date(2012, 4, 30)).key == "2012-02-01..2012-04-30"  # three months, not a quarter


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("", "key"),
        ("12", "key"),
        ("2012-8", "key"),
        ("2012Q", "key"),
        ("2012q3", "key"),
        ("2012 ", "key"),
        ("２０１２", "key"),
        ("2012..2013", "key"),
        ("2012-01-01..", "key"),
        ("2012-01-01..2012-02-01..2012-03-01", "key"),
        ("2012-13", "part"),
        ("2012-00", "part"),
        ("2012Q5", "part"),
        ("2012H0", "part"),
        ("2011-02-29", "part"),
        ("0000", "part"),
        ("2012-02-01..2012-01-01", "order"),
    ],
)
def test_refused_keys(key: str, reason: str) -> None:
    with pytest.raises(PeriodError) as caught:
        parse(key)
    assert caught.value.reason == reason
    assert str(caught.value)


@given(st.text("0123456789-QH.", max_size=24))
def test_any_text_is_a_period_or_a_period_error(text: str) -> None:
    with suppress(PeriodError):
        assert parse(parse(text).key) == parse(text)


def test_constructors_refuse_parts_that_do_not_exist() -> None:
    for number in (0, 10_000, -1):
        with pytest.raises(PeriodError):
            year(number)
    with pytest.raises(PeriodError):
        month(2012, 13)
    with pytest.raises(PeriodError):
        quarter(2012, 0)
    with pytest.raises(PeriodError):
        half(2012, 3)


def test_membership_includes_both_ends() -> None:
    august = month(2012, 8)
    assert date(2012, 8, 1) in august
    assert date(2012, 8, 31) in august
    assert date(2012, 7, 31) not in august
    assert date(2012, 9, 1) not in august
    assert date(1949, 10, 1) in as_of(date(2012, 8, 16))
    assert date(2012, 8, 17) not in as_of(date(2012, 8, 16))


@given(st.one_of(calendar_periods, spans))
def test_months_cover_the_period_without_gap_or_overlap(period: Period) -> None:
    parts = period.months()
    assert (parts[0].start, parts[-1].end) == (period.start, period.end)
    for part in parts:
        assert (part.start.year, part.start.month) == (part.end.year, part.end.month)
    for earlier, later in pairwise(parts):
        assert later.start - earlier.end == timedelta(days=1)
        assert earlier.end.month != later.start.month


def test_months_of_a_year_and_of_a_span() -> None:
    assert year(2012).months() == [month(2012, number) for number in range(1, 13)]
    assert between(date(2012, 8, 16), date(2012, 9, 10)).months() == [
        between(date(2012, 8, 16), date(2012, 8, 31)),
        between(date(2012, 9, 1), date(2012, 9, 10)),
    ]
    with pytest.raises(PeriodError) as caught:
        as_of(date(2012, 8, 16)).months()
    assert caught.value.reason == "no_start"


@given(st.one_of(calendar_periods, spans))
def test_previous_ends_the_day_before(period: Period) -> None:
    before = period.previous()
    assert period.start - before.end == timedelta(days=1)


@given(calendar_periods)
def test_previous_keeps_the_kind(period: Period) -> None:
    before = period.previous()
    assert len(before.key) == len(period.key)
    assert len(before.months()) == len(period.months())


@given(spans)
def test_previous_of_a_span_is_as_many_months_or_as_many_days(period: Period) -> None:
    before = period.previous()
    whole = period.start.day == 1 and (period.end + timedelta(days=1)).day == 1
    if whole:
        assert len(before.months()) == len(period.months())
    else:
        assert before.end - before.start == period.end - period.start


@pytest.mark.parametrize(
    ("period", "before", "last_year"),
    [
        (month(2012, 3), "2012-02", "2011-03"),
        (month(2012, 1), "2011-12", "2011-01"),
        (month(2012, 2), "2012-01", "2011-02"),
        (month(2013, 2), "2013-01", "2012-02"),
        (quarter(2012, 1), "2011Q4", "2011Q1"),
        (half(2012, 1), "2011H2", "2011H1"),
        (year(2012), "2011", "2011"),
        (as_of(date(2012, 12, 31)), "2012-11-30", "2011-12-31"),
        (as_of(date(2012, 8, 16)), "2012-07-16", "2011-08-16"),
        (as_of(date(2012, 3, 30)), "2012-02-29", "2011-03-30"),
        (as_of(date(2013, 2, 28)), "2013-01-31", "2012-02-29"),
        (as_of(date(2012, 2, 29)), "2012-01-31", "2011-02-28"),
        (
            between(date(2012, 2, 29), date(2012, 3, 10)),
            "2012-02-18..2012-02-28",
            "2011-02-28..2011-03-10",
        ),
    ],
)
def test_steps_back(period: Period, before: str, last_year: str) -> None:
    assert period.previous().key == before
    assert period.same_last_year().key == last_year


@given(calendar_periods)
def test_same_last_year_is_twelve_months_of_the_kind_back(period: Period) -> None:
    last = period.same_last_year()
    assert last.key == f"{period.start.year - 1:04d}{period.key[4:]}"


def test_the_calendar_has_a_beginning() -> None:
    with pytest.raises(PeriodError) as caught:
        as_of(date(1, 1, 15)).previous()
    assert caught.value.reason == "too_early"
    for period in (month(1, 5), between(date(1, 5, 2), date(1, 5, 3))):
        with pytest.raises(PeriodError):
            period.same_last_year()
    with pytest.raises(PeriodError):
        between(date(1, 2, 2), date(1, 12, 3)).previous()


@pytest.mark.parametrize(
    ("key", "chinese", "english"),
    [
        ("2012", "2012年", "2012"),
        ("2012-08", "2012年8月", "August 2012"),
        ("2012Q3", "2012年第三季度", "Q3 2012"),
        ("2012Q4", "2012年第四季度", "Q4 2012"),
        ("2012H1", "2012年上半年", "first half of 2012"),
        ("2012H2", "2012年下半年", "second half of 2012"),
        ("2012-08-16", "截至2012年8月16日", "as of 16 August 2012"),
        ("2012-08-16..2012-08-16", "2012年8月16日", "16 August 2012"),
        ("2011-01-01..2012-08-31", "2011年1月至2012年8月", "January 2011 to August 2012"),
        ("2011-01-01..2012-12-31", "2011年至2012年", "2011 to 2012"),
        ("2012-02-01..2012-08-16", "2012年2月1日至2012年8月16日", "1 February 2012 to 16 August 2012"),
    ],
)
def test_labels(key: str, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert parse(key).label() == chinese
    with translation.override("en"):
        assert parse(key).label() == english
