"""What repeats: rules from choices and from text, laid out within bounds, whatever anybody pastes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from yinling.activities.repeats import DAYS, Often, Repeat, clean_rule, in_words, occurrences

FIRST = date(2026, 3, 2)
CODES = [code for code, _label in DAYS]


@pytest.mark.parametrize(
    ("choice", "rule", "days"),
    [
        (Repeat("daily", every=2), "FREQ=DAILY;INTERVAL=2", ["2026-03-02", "2026-03-04", "2026-03-06"]),
        (Repeat("weekly", weekdays=["FR", "TU"]), "FREQ=WEEKLY;BYDAY=TU,FR", ["2026-03-03", "2026-03-06", "2026-03-10"]),
        (Repeat("weekly"), "FREQ=WEEKLY", ["2026-03-02", "2026-03-09", "2026-03-16"]),
        (Repeat("monthly"), "FREQ=MONTHLY", ["2026-03-02", "2026-04-02", "2026-05-02"]),
        (Repeat("monthly", weekdays=["SU"], nth=-1), "FREQ=MONTHLY;BYDAY=-1SU", ["2026-03-29", "2026-04-26", "2026-05-31"]),
    ],
)  # fmt: skip
def test_choices_become_rules(choice: Repeat, rule: str, days: list[str]) -> None:
    assert choice.rule() == clean_rule(choice.rule()) == rule
    found = occurrences(rule, FIRST, FIRST + timedelta(days=100), most=400)
    assert [day.isoformat() for day in found[:3]] == days


@pytest.mark.parametrize(
    ("text", "count", "last"),
    [
        ("RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=4", 4, "2026-03-23"),
        ("freq=daily;until=20260305", 4, "2026-03-05"),
        # 16:30 in UTC is half past midnight of the next day in China.
        ("FREQ=DAILY;UNTIL=20260304T163000Z", 4, "2026-03-05"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2", 2, "2026-04-30"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15;COUNT=3", 3, "2026-04-15"),
        # The first Tuesday of March is the 3rd: with the five Mondays six days.
        ("FREQ=MONTHLY;BYDAY=MO,1TU;COUNT=6", 6, "2026-03-30"),
    ],
)
def test_pasted_rules_are_read(text: str, count: int, last: str) -> None:
    found = occurrences(text, FIRST, date(2027, 1, 1), most=400)
    assert (len(found), found[-1].isoformat()) == (count, last)


@pytest.mark.parametrize(
    "text",
    [
        "", "每周二", "FREQ=SECONDLY", "FREQ=YEARLY", "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYHOUR=9", "FREQ=DAILY;BYDAY=MO",
        "FREQ=WEEKLY;COUNT=3;UNTIL=20260401", "FREQ=WEEKLY;COUNT=0", "FREQ=WEEKLY;INTERVAL=999", "FREQ=WEEKLY;FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=1MO", "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=20", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=9",
        "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=DAILY;UNTIL=20260231", "DTSTART:20260101\nRRULE:FREQ=DAILY", "FREQ=DAILY;" * 30,
    ],
)  # fmt: skip
def test_what_is_no_rule_here_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        occurrences(text, FIRST, date(2027, 1, 1), most=400)
    assert set(refused.value.message_dict) == {"rule"}


def test_a_rule_that_means_nothing_or_too_much_is_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        occurrences("FREQ=WEEKLY;BYDAY=SU", FIRST, FIRST + timedelta(days=3), most=400)
    assert set(refused.value.message_dict) == {"last"}
    assert len(occurrences("FREQ=DAILY", FIRST, FIRST + timedelta(days=9), most=10)) == 10
    with pytest.raises(ValidationError):
        occurrences("FREQ=DAILY", FIRST, FIRST + timedelta(days=10), most=10)


def test_rules_in_words() -> None:
    assert in_words("FREQ=WEEKLY;BYDAY=TU") != "FREQ=WEEKLY;BYDAY=TU"
    assert in_words("FREQ=MONTHLY;BYDAY=-1SU") == "FREQ=MONTHLY;BYDAY=-1SU"


@st.composite
def pasted(draw: st.DrawFn) -> str:
    """Rules with every part in whatever combination, sensible or not."""
    parts = {
        "INTERVAL": st.integers(1, 120), "COUNT": st.integers(0, 500),
        "UNTIL": st.dates(date(2026, 1, 1), date(2030, 1, 1)).map(lambda day: f"{day:%Y%m%d}"),
        "BYDAY": st.lists(st.tuples(st.sampled_from(["", "1", "-1", "5"]), st.sampled_from(CODES)), min_size=1, max_size=7)
        .map(lambda days: ",".join(nth + day for nth, day in days)),
        "BYMONTHDAY": st.integers(-31, 32), "BYSETPOS": st.integers(-8, 8), "WKST": st.sampled_from(CODES),
    }  # fmt: skip
    chosen = draw(st.lists(st.sampled_from(sorted(parts)), unique=True, max_size=4))
    often = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    return ";".join([f"FREQ={often}", *(f"{name}={draw(parts[name])}" for name in chosen)])


@given(pasted(), st.dates(date(2024, 1, 1), date(2028, 1, 1)), st.integers(0, 700), st.integers(1, 60))
def test_layout_is_bounded_ordered_and_the_same_again(rule: str, first: date, length: int, most: int) -> None:
    last = first + timedelta(days=length)
    try:
        found = occurrences(rule, first, last, most=most)
    except ValidationError:
        pass  # with a reason, as the tests above show; here only the bounds matter
    else:
        assert 1 <= len(found) <= most
        assert found == sorted(set(found)) == occurrences(clean_rule(rule), first, last, most=most)
        assert first <= found[0] <= found[-1] <= last


often: st.SearchStrategy[Often] = st.sampled_from(["daily", "weekly", "monthly"])


@given(
    st.builds(
        Repeat, often, every=st.integers(1, 12), weekdays=st.lists(st.sampled_from(CODES), unique=True),
        nth=st.sampled_from([0, 1, 2, 3, 4, -1]),
    )
)  # fmt: skip
def test_every_choice_of_the_form_is_a_rule(choice: Repeat) -> None:
    assert occurrences(choice.rule(), FIRST, date(2028, 3, 2), most=2000)
