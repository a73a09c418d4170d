"""Rounds: opened, filled in, checked up the levels, accepted, reopened, locked; and what counts of them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests.cast import BARE_VILLAGE, COMMUNITY, COUNTY, NEIGHBOUR, PROVINCE, SYSTEM, TOWNSHIP, VILLAGE, Cast
from tests.returns.ground import FORM, GOOD, LAST_YEAR, Asked, ask, counted, published
from yinling.associations import Association
from yinling.base import clock
from yinling.base.period import as_of, year
from yinling.base.rules import Refused
from yinling.facts import verify
from yinling.figures import Region, recheck
from yinling.returns import (
    KnownAnswer,
    Round,
    check_many,
    check_return,
    extend_round,
    lock_round,
    reopen,
    save,
    send_back,
    submit,
    submit_unchanged,
    to_check,
    to_fill,
)

TODAY = as_of(clock.today())


@pytest.fixture
def asked(cast: Cast) -> Asked:
    return ask(cast)


def states(asked: Asked, path: str = COUNTY) -> dict[str, int]:
    """The figures of the round at a place today."""
    found = {
        state: counted(f"round.{asked.round.pk}.{state}", path, TODAY) for state in ("draft", "submitted", "accepted")
    }
    return {state: int(value or 0) for state, value in found.items()}


def accepted(asked: Asked, path: str, **answers: Any) -> None:
    """Hand in the return of a place and let both levels find it right."""
    asked.hand_in(path, **answers)
    for _level in (4, 3):
        row = asked.of(path)
        check_return(answer=row, seen=row.changed_by, by=SYSTEM)


def test_a_round_asks_every_unit_and_says_what_that_costs(asked: Asked) -> None:
    assert asked.round.units == 3
    assert {row.area_path for row in asked.round.returns.all()} == {VILLAGE, BARE_VILLAGE, COMMUNITY}
    assert states(asked) == {"draft": 3, "submitted": 0, "accepted": 0}
    assert states(asked, TOWNSHIP)["draft"] == 2
    # Seven questions are asked; the name of the place is shown.
    assert counted("returns.fields_asked", VILLAGE, as_of(clock.today())) == 7
    assert counted("returns.minutes_asked", VILLAGE, as_of(clock.today())) == Decimal("8.4")


@pytest.mark.parametrize(
    "change",
    [
        {"approver": " "}, {"legal_basis": ""}, {"respondents": "nobody"}, {"checked_at": ()}, {"checked_at": (5,)},
        {"checked_at": (4, 4)}, {"workdays": 0}, {"workdays": 9999}, {"area": Region("51")},
        {"expires_on": clock.today() - timedelta(days=1)}, {"area": Region("520622999")},
    ],
)  # fmt: skip
def test_a_round_that_may_not_be_is_refused(cast: Cast, change: dict[str, Any]) -> None:
    form = published(cast)
    with pytest.raises(Refused):
        ask(cast, form, **change)
    assert not Round.objects.exists()


def test_the_same_is_not_asked_twice_for_one_period(asked: Asked) -> None:
    form = asked.round.form
    with pytest.raises(Refused, match="六十岁以上老年人数"):
        ask(asked.cast, form)
    ask(asked.cast, form, period=year(clock.today().year))
    ask(asked.cast, form, area=Region(NEIGHBOUR))


def test_only_the_asking_office_or_one_above_opens_a_round(cast: Cast) -> None:
    form = published(cast)
    with pytest.raises(Refused):
        ask(cast, form, by=cast.actor(cast.county))
    ask(cast, form, asked_by=cast.offices[COUNTY], by=cast.actor(cast.county))


def test_a_return_goes_up_level_by_level_and_counts_when_accepted(asked: Asked) -> None:
    asked.hand_in(VILLAGE, asked.by("chair"))
    assert [row.pk for row in to_check(asked.by("township"))] == [asked.of(VILLAGE).pk]
    assert not to_check(asked.by("county")).exists()
    row = asked.of(VILLAGE)
    check_return(answer=row, seen=row.changed_by, by=asked.by("township"))
    assert counted("field.elders", PROVINCE) == 0
    assert not to_check(asked.by("township")).exists()
    row = asked.of(VILLAGE)
    with pytest.raises(Refused):
        check_return(answer=row, seen=row.changed_by, by=asked.by("township"))
    check_return(answer=row, seen=row.changed_by, by=asked.by("county"))
    for path in (VILLAGE, TOWNSHIP, COUNTY, PROVINCE):
        assert counted("field.elders", path) == 120
        assert counted("field.activities", path) == 6
        assert counted("field.canteen", path) == 1
        assert counted("field.care_type:mutual", path) == 1
        assert counted("field.care_type:bought", path) == 0
    assert states(asked) == {"draft": 2, "submitted": 0, "accepted": 1}
    assert [*recheck(), *verify()] == []


def test_what_is_sent_back_is_mended_and_accepted(asked: Asked) -> None:
    row = asked.hand_in(VILLAGE, asked.by("chair"), living_alone=90)
    with pytest.raises(Refused):
        send_back(answer=row, remarks={"elders": " "}, remark="", seen=row.changed_by, by=asked.by("township"))
    send_back(answer=row, remarks={"living_alone": "请核对"}, remark="", seen=row.changed_by, by=asked.by("township"))
    back = asked.of(VILLAGE)
    assert back.state == "returned"
    assert back.checks.get().remarks == {"living_alone": "请核对"}
    assert back in to_fill(asked.by("chair"))
    asked.hand_in(VILLAGE, asked.by("chair"))
    for name in ("township", "county"):
        row = asked.of(VILLAGE)
        check_return(answer=row, seen=row.changed_by, by=asked.by(name))
    assert counted("field.living_alone", COUNTY) == 9
    # It was handed in once, and in time: sending back does not count it again.
    assert counted("returns.handed_in", COUNTY, TODAY) == counted("returns.timely", COUNTY, TODAY) == 1


def test_nobody_checks_what_they_handed_in(asked: Asked) -> None:
    row = asked.hand_in(VILLAGE, asked.by("township"))
    with pytest.raises(Refused):
        check_return(answer=row, seen=row.changed_by, by=asked.by("township"))
    check_return(answer=row, seen=row.changed_by, by=asked.by("county"))


def test_answers_that_cannot_be_are_refused_by_question(asked: Asked) -> None:
    with pytest.raises(ValidationError) as refusal:
        asked.hand_in(VILLAGE, living_alone=121, activities=None)
    assert set(refusal.value.message_dict) == {"living_alone", "activities"}
    assert asked.of(VILLAGE).state == "draft"


def test_two_at_one_return_do_not_overwrite_each_other(asked: Asked) -> None:
    row = asked.of(VILLAGE)
    seen = row.changed_by
    save(answer=row, answers={"elders": 5}, seen=seen, by=asked.by("chair"))
    with pytest.raises(Refused):
        save(answer=row, answers={"elders": 6}, seen=seen, by=asked.by("township"))
    with pytest.raises(Refused):
        submit(answer=row, answers=dict(GOOD), seen=seen, by=asked.by("township"))
    assert asked.of(VILLAGE).answers == {"elders": 5}


def test_a_bound_answer_changes_the_register_and_counts_nothing_twice(asked: Asked) -> None:
    association = Association.objects.get(area_path=VILLAGE)
    had = association.has_venue
    accepted(asked, VILLAGE, venue=not had)
    association.refresh_from_db()
    assert association.has_venue is not had
    assert association.history.filter(attribute="venue", until__isnull=True).get().remark != ""
    with pytest.raises(KeyError):
        counted("field.venue", COUNTY)


def test_a_bound_answer_without_an_association_is_not_accepted(asked: Asked) -> None:
    asked.hand_in(BARE_VILLAGE, venue=True)
    row = asked.of(BARE_VILLAGE)
    check_return(answer=row, seen=row.changed_by, by=SYSTEM)
    row = asked.of(BARE_VILLAGE)
    with pytest.raises(Refused):
        check_return(answer=row, seen=row.changed_by, by=SYSTEM)
    assert asked.of(BARE_VILLAGE).state == "submitted"
    assert check_many(round=asked.round, ids=[row.pk], area=Region(COUNTY), by=SYSTEM).keys() == {row.unit}


def test_a_next_period_replaces_a_stock_and_adds_to_a_flow(asked: Asked) -> None:
    accepted(asked, VILLAGE)
    this_year = ask(asked.cast, asked.round.form, period=year(clock.today().year))
    accepted(this_year, VILLAGE, elders=130, activities=4, care_type="bought")
    assert counted("field.elders", COUNTY) == 120
    assert counted("field.elders", COUNTY, TODAY) == 130
    assert counted("field.activities", COUNTY, year(clock.today().year)) == 4
    assert counted("field.care_type:mutual", COUNTY, TODAY) == 0
    with pytest.raises(Refused):  # the later period builds on it
        reopen(answer=asked.of(VILLAGE), reason="数据有误", area=asked.cast.offices[PROVINCE], by=SYSTEM)
    assert [*recheck()] == []


def test_what_is_reopened_no_longer_counts(asked: Asked) -> None:
    accepted(asked, VILLAGE)
    row = asked.of(VILLAGE)
    for by in (asked.by("county"), asked.by("auditor")):
        with pytest.raises(Refused):
            reopen(answer=row, reason="数据有误", area=asked.cast.offices[PROVINCE], by=by)
    with pytest.raises(Refused):
        reopen(answer=row, reason=" ", area=asked.cast.offices[PROVINCE], by=asked.by("province"))
    reopen(answer=row, reason="数据有误", area=asked.cast.offices[PROVINCE], by=asked.by("province"))
    assert counted("field.elders", COUNTY) == 0
    assert KnownAnswer.objects.filter(area_path=VILLAGE).exclude(value__isnull=True).count() == 0
    accepted(asked, VILLAGE, elders=99)
    assert counted("field.elders", COUNTY) == 99
    assert [*recheck(), *verify()] == []


def test_a_late_return_of_an_earlier_period_is_refused_where_it_would_upset_a_stock(asked: Asked) -> None:
    this_year = ask(asked.cast, asked.round.form, period=year(clock.today().year))
    accepted(this_year, VILLAGE)
    with pytest.raises(Refused):
        accepted(asked, VILLAGE)


def test_no_change_for_a_whole_list(asked: Asked) -> None:
    accepted(asked, VILLAGE)
    this_year = ask(asked.cast, asked.round.form, period=year(clock.today().year))
    ids = [row.pk for row in this_year.round.returns.all()]
    assert submit_unchanged(round=this_year.round, ids=ids, area=Region(COUNTY), by=asked.by("county")) == 1
    row = this_year.of(VILLAGE)
    assert (row.state, row.unchanged, row.answers["elders"]) == ("submitted", True, 120)
    assert this_year.of(BARE_VILLAGE).state == "draft"


def test_what_stands_out_is_kept_for_the_checker_and_left_out_of_bulk(asked: Asked) -> None:
    accepted(asked, VILLAGE)
    this_year = ask(asked.cast, asked.round.form, period=year(clock.today().year))
    row = this_year.hand_in(VILLAGE, elders=1200)
    assert [one["question"] for one in row.outliers] == ["elders"]
    assert check_many(round=this_year.round, ids=[row.pk], area=Region(COUNTY), by=SYSTEM) == {}
    assert this_year.of(VILLAGE).waits_at == 4


def test_a_round_is_locked_with_a_reason_for_what_is_missing(asked: Asked) -> None:
    accepted(asked, VILLAGE)
    with pytest.raises(Refused):
        lock_round(round=asked.round, by=SYSTEM)
    lock_round(round=asked.round, reason="其余村暂缓", by=SYSTEM)
    assert asked.of(VILLAGE).state == "locked"
    with pytest.raises(Refused):
        asked.hand_in(BARE_VILLAGE)
    with pytest.raises(Refused):
        extend_round(round=asked.round, workdays=3, reason="再等等", by=SYSTEM)
    assert counted("field.elders", COUNTY) == 120


def test_what_was_reopened_after_the_lock_is_mended_and_locked_again(asked: Asked) -> None:
    accepted(asked, VILLAGE)
    lock_round(round=asked.round, reason="其余村暂缓", by=SYSTEM)
    reopen(answer=asked.of(VILLAGE), reason="数据有误", area=asked.cast.offices[PROVINCE], by=asked.by("province"))
    assert counted("field.elders", COUNTY) == 0
    assert asked.of(VILLAGE) in to_fill(asked.by("chair"))
    with pytest.raises(Refused):
        asked.hand_in(BARE_VILLAGE)  # the others stay locked out
    accepted(asked, VILLAGE, elders=118)
    assert asked.of(VILLAGE).state == "locked"
    assert counted("field.elders", COUNTY) == 118
    assert counted(f"round.{asked.round.pk}.locked", COUNTY, TODAY) == 1
    with pytest.raises(Refused):
        asked.hand_in(VILLAGE)
    assert [*recheck(), *verify()] == []


def test_more_time(asked: Asked) -> None:
    due = asked.round.due_on
    extend_round(round=asked.round, workdays=3, reason="汛期", by=SYSTEM)
    asked.round.refresh_from_db()
    assert asked.round.due_on > due


def test_who_sees_and_fills_what(asked: Asked) -> None:
    assert {row.area_path for row in to_fill(asked.by("chair"))} == {VILLAGE}
    assert to_fill(asked.by("county")).count() == 3
    assert to_fill(asked.by("stranger")).count() == to_fill(asked.by("auditor")).count() == 0
    with pytest.raises(Refused):
        asked.hand_in(BARE_VILLAGE, asked.by("chair"))
    assert LAST_YEAR.key == asked.round.period
    assert FORM.key == asked.round.form.key
