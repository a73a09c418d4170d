"""Courses of events that once went wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import BARE_VILLAGE, COMMUNITY, COUNTY, PROVINCE, SYSTEM, VILLAGE, Cast
from tests.returns.ground import FORM, GOOD, Asked, ask, counted, number, published
from yinling.associations import Association, change_attribute
from yinling.base import clock
from yinling.base.period import as_of, year
from yinling.base.rules import Refused
from yinling.facts import verify
from yinling.figures import Region, recheck
from yinling.network import merge_places
from yinling.returns import (
    KnownAnswer,
    Return,
    check_many,
    check_return,
    reopen,
    send_back,
    submit_unchanged,
)
from yinling.returns.actions import Filled, fill_many, withdraw_list
from yinling.returns.forms import Question, Section

TODAY, THIS_YEAR = as_of(clock.today()), year(clock.today().year)


@pytest.fixture
def asked(cast: Cast) -> Asked:
    return ask(cast)


def accepted(asked: Asked, path: str, **answers: Any) -> None:
    """Hand in the return of a place and let both levels find it right."""
    asked.hand_in(path, **answers)
    for _level in (4, 3):
        row = asked.of(path)
        check_return(answer=row, seen=row.changed_by, by=SYSTEM)


def reopened(asked: Asked, path: str) -> Return:
    done = reopen(answer=asked.of(path), reason="数据有误", area=asked.cast.offices[PROVINCE], by=SYSTEM)
    assert isinstance(done, Return)
    return done


def known(path: str, field: str = "elders") -> object:
    return KnownAnswer.objects.get(place__area_path=path, field=field).value


def test_an_answer_that_stayed_the_same_is_not_lost_with_the_return_before_it(asked: Asked) -> None:
    now = ask(asked.cast, asked.round.form, period=THIS_YEAR)
    for one in (asked, now):
        accepted(one, VILLAGE, elders=120)
    with pytest.raises(Refused):
        reopened(asked, VILLAGE)
    assert counted("field.elders", COUNTY, TODAY) == 120
    reopened(now, VILLAGE)
    assert counted("field.elders", COUNTY, TODAY) == known(VILLAGE) == 120
    reopened(asked, VILLAGE)
    assert counted("field.elders", COUNTY, TODAY) == 0
    assert known(VILLAGE) is None


def test_what_was_left_blank_is_known_no_more(asked: Asked) -> None:
    now = ask(asked.cast, asked.round.form, period=THIS_YEAR)
    accepted(asked, VILLAGE, canteen=True)
    accepted(now, VILLAGE, canteen=None)
    assert counted("field.canteen", COUNTY, TODAY) == 0
    assert known(VILLAGE, "canteen") is None
    reopened(now, VILLAGE)
    assert counted("field.canteen", COUNTY, TODAY) == 1
    assert known(VILLAGE, "canteen") is True


def test_a_reopened_answer_does_not_stand_in_the_way_of_an_earlier_period(asked: Asked) -> None:
    now = ask(asked.cast, asked.round.form, period=THIS_YEAR)
    accepted(now, VILLAGE)
    reopened(now, VILLAGE)
    accepted(asked, VILLAGE, elders=77)
    assert counted("field.elders", COUNTY, TODAY) == known(VILLAGE) == 77


def test_one_that_cannot_be_accepted_does_not_hold_up_the_others(asked: Asked) -> None:
    now = ask(asked.cast, asked.round.form, period=THIS_YEAR)
    accepted(now, VILLAGE)
    for path in (VILLAGE, BARE_VILLAGE, COMMUNITY):
        asked.hand_in(path)
    ids = [row.pk for row in asked.round.returns.all()]
    assert check_many(round=asked.round, ids=ids, area=Region(COUNTY), by=SYSTEM) == {}
    refused = check_many(round=asked.round, ids=ids, area=Region(COUNTY), by=SYSTEM)
    assert list(refused) == ["街上村村民委员会"]
    assert [asked.of(path).state for path in (VILLAGE, BARE_VILLAGE, COMMUNITY)] == [
        "submitted",
        "accepted",
        "accepted",
    ]
    assert counted("field.elders", COUNTY) == 240
    assert [*recheck(), *verify()] == []


def bound(key: str, column: str) -> Question:
    field = number(key, key, counts="", holds=f"association.{column}", binds=f"association.{column}")
    return Question(field=field, reason="核对")


def test_a_return_changes_all_of_the_register_that_it_says_or_nothing(cast: Cast) -> None:
    """The second attribute holds from a later day and is refused; the first must not stay changed."""
    association = cast.associations[VILLAGE]
    change_attribute(
        association=association, attribute="members", values={"member_count": 130}, on=clock.today(), by=SYSTEM
    )
    questions = (
        *FORM.sections[0].questions,
        bound("meetings", "meeting.meetings_a_year"),
        bound("members_now", "members.member_count"),
    )
    form = replace(FORM, key="two", sections=(Section(key="main", questions=questions),))
    asked = ask(cast, published(cast, form))
    asked.hand_in(VILLAGE, meetings=9, members_now=200)
    asked.hand_in(BARE_VILLAGE)
    ids = [row.pk for row in asked.round.returns.all()]
    for _level in (4, 3):
        refused = check_many(round=asked.round, ids=ids, area=Region(COUNTY), by=SYSTEM)
    assert list(refused) == ["街上村村民委员会"]
    association = Association.objects.get(pk=association.pk)
    assert (association.meetings_a_year, association.member_count) == (6, 130)
    assert [*recheck(), *verify()] == []


def test_what_was_so_in_the_period_is_no_change_of_what_is_so_now(asked: Asked) -> None:
    """Asked of last year, a village rightly says that it had a venue, which it has lost since."""
    values = {"has_venue": False}
    change_attribute(
        association=asked.cast.associations[VILLAGE], attribute="venue", values=values, on=clock.today(), by=SYSTEM
    )
    accepted(asked, VILLAGE, venue=True)
    assert asked.of(VILLAGE).state == "accepted"
    assert Association.objects.get(area_path=VILLAGE).has_venue is False


def test_a_calculated_answer_counts_as_a_stock_too(cast: Cast) -> None:
    total = Question(field=number("both", "合计"), calculation="${elders} + ${living_alone}")
    form = replace(FORM, key="sums", sections=(Section(key="main", questions=(*FORM.sections[0].questions, total)),))
    asked = ask(cast, published(cast, form))
    accepted(asked, VILLAGE, elders=120, living_alone=9)
    assert counted("field.both", COUNTY) == known(VILLAGE, "both") == 129


def test_places_merge_with_what_they_answered(asked: Asked) -> None:
    now = ask(asked.cast, asked.round.form, period=THIS_YEAR)
    for path, elders in ((VILLAGE, 100), (BARE_VILLAGE, 30)):
        accepted(asked, path, elders=elders)
    now.hand_in(BARE_VILLAGE, elders=35)
    places = asked.cast.places
    merge_places(place=places[BARE_VILLAGE], into=places[VILLAGE], on=clock.today(), basis="撤并", by=SYSTEM)
    assert counted("field.elders", VILLAGE, TODAY) == counted("field.elders", COUNTY, TODAY) == 130
    assert counted("field.elders", COUNTY) == 130
    names = [row.unit for row in asked.round.returns.order_by("pk") if row.area_path == VILLAGE]
    assert sorted(names) == ["前光村村民委员会", "街上村村民委员会"]
    # The whole answers for both in the next period.
    row = now.round.returns.get(place=places[VILLAGE])
    fill_many(
        round=now.round, rows=[Filled(row.pk, GOOD | {"elders": 140})], batch_id=1, area=Region(COUNTY), by=SYSTEM
    )
    for _level in (4, 3):
        row.refresh_from_db()
        check_return(answer=row, seen=row.changed_by, by=SYSTEM)
    assert counted("field.elders", COUNTY, TODAY) == 140
    assert counted("field.elders", COUNTY) == 130
    row.refresh_from_db()
    reopen(answer=row, reason="数据有误", area=asked.cast.offices[PROVINCE], by=SYSTEM)
    assert counted("field.elders", COUNTY, TODAY) == 130
    # What the merged village had handed in for that period counts beside it.
    late = now.round.returns.get(place=places[BARE_VILLAGE])
    for _level in (4, 3):
        late.refresh_from_db()
        check_return(answer=late, seen=late.changed_by, by=SYSTEM)
    assert counted("field.elders", COUNTY, TODAY) == 135
    assert [*recheck(), *verify()] == []


def test_mended_answers_are_no_longer_called_unchanged(asked: Asked) -> None:
    accepted(asked, VILLAGE)
    now = ask(asked.cast, asked.round.form, period=THIS_YEAR)
    ids = [row.pk for row in now.round.returns.all()]
    submit_unchanged(round=now.round, ids=ids, area=Region(COUNTY), by=SYSTEM)
    row = now.of(VILLAGE)
    assert row.unchanged
    send_back(answer=row, remarks={}, remark="请核对", seen=row.changed_by, by=SYSTEM)
    assert now.hand_in(VILLAGE, elders=121).unchanged is False


def test_an_undone_list_leaves_nothing_that_stands_out(asked: Asked) -> None:
    accepted(asked, VILLAGE)
    now = ask(asked.cast, asked.round.form, period=THIS_YEAR)
    pk = now.of(VILLAGE).pk
    entry, _count = fill_many(
        round=now.round, rows=[Filled(pk, GOOD | {"elders": 1200})], batch_id=1, area=Region(COUNTY), by=SYSTEM
    )
    assert now.of(VILLAGE).outliers
    withdraw_list(batch_id=1, entry_id=entry, reason="错表", area=Region(COUNTY), by=SYSTEM)
    assert now.of(VILLAGE).outliers == []


def test_what_needs_a_file_is_not_handed_in_without_one_in_bulk(cast: Cast) -> None:
    questions = tuple(replace(q, evidence=q.key == "elders") for q in FORM.sections[0].questions)
    accepted(ask(cast), VILLAGE)
    form = replace(FORM, key="shown", sections=(Section(key="main", questions=questions),))
    now = ask(cast, published(cast, form), period=THIS_YEAR)
    ids = [row.pk for row in now.round.returns.all()]
    assert submit_unchanged(round=now.round, ids=ids, area=Region(COUNTY), by=SYSTEM) == 0


@pytest.mark.parametrize("kinds", [("level5", "villages"), ("communities", "level5"), ("villages", "villages")])
def test_villages_are_not_asked_twice_under_two_names(cast: Cast, kinds: tuple[str, str]) -> None:
    form = ask(cast, respondents=kinds[0]).round.form
    with pytest.raises(Refused):
        ask(cast, form, respondents=kinds[1])


def test_villages_and_communities_are_asked_apart(cast: Cast) -> None:
    form = ask(cast, respondents="villages").round.form
    assert ask(cast, form, respondents="communities").round.units == 1


def test_a_list_asks_as_much_for_three_rows_as_for_one(asked: Asked) -> None:
    rows = [Filled(row.pk, dict(GOOD)) for row in asked.round.returns.order_by("pk")]
    counts = []
    for batch, some in enumerate((rows[:1], rows[1:]), start=1):
        with CaptureQueriesContext(connection) as caught:
            fill_many(round=asked.round, rows=some, batch_id=batch, area=Region(COUNTY), by=SYSTEM)
        counts.append(len(caught))
    assert counts[1] <= counts[0]
