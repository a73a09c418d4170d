"""Presence from coming to confirmation: who may, what is refused, what goes to review, what counts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests.cast import COUNTY, NEIGHBOUR, PREFECTURE, SYSTEM, Cast
from tests.hours.ground import DAY, Ground, at
from yinling.activities import KINDS, Session
from yinling.base import clock
from yinling.base.period import month, year
from yinling.base.rules import Refused
from yinling.facts import verify
from yinling.figures import figure, measure_of, recheck
from yinling.hours import (
    GRADED,
    HOURS,
    SERVED,
    AlreadyThere,
    Attendance,
    check_in,
    check_out,
    confirm,
    confirm_many,
    confirmed_minutes,
    correct,
    record_attendance,
    record_sheet,
    send_to_review,
    void,
)
from yinling.hours.actions import SheetRow
from yinling.network import set_parameter

PDF = b"%PDF-1.7 sheet"


def recorded(ground: Ground, who: int = 0, start: Any = None, end: Any = None, **options: Any) -> Attendance:
    """The host writes down that one of the volunteers was there from nine to eleven."""
    values = {
        "session": ground.session, "person": ground.people[who], "started_at": start or at(9), "ended_at": end or at(11),
        "source": "list", "by": ground.host, **options,
    }  # fmt: skip
    return record_attendance(**values)


def minutes(path: str = COUNTY) -> int:
    """What the facts say."""
    value = figure(HOURS, path=path, period=year(DAY.year)).value
    return int(value or 0)


def test_from_coming_to_counting(ground: Ground) -> None:
    with clock.frozen(at(9, 1)):
        there = check_in(
            session=ground.session, person=ground.people[0], at=clock.now(), source="scan", grade="A", by=ground.own
        )
    assert (there.state, there.grade, there.minutes, there.counted) == ("open", "A", 0, 0)
    with clock.frozen(at(12, 2) + timedelta(seconds=50)):
        left = check_out(attendance=there, at=clock.now(), by=ground.own)
    assert (left.state, left.minutes) == ("pending", 181)
    assert minutes() == 0
    done = confirm(attendance=left, by=ground.host)
    assert (done.state, done.counted, done.confirmed_by) == ("confirmed", 181, ground.host.account_id)
    assert minutes() == minutes(PREFECTURE) == 181
    assert minutes(NEIGHBOUR) == 0
    assert figure(GRADED[0], path=COUNTY, period=month(2025, 6)).value == 181
    assert figure(SERVED, path=COUNTY, period=year(2025)).value == 1
    assert confirmed_minutes(ground.people[0]) == 181
    assert confirmed_minutes(ground.people[0], body=ground.session.activity.organiser, period=year(2024)) == 0
    assert not list(recheck())
    assert not list(verify())


def test_nobody_confirms_own_work_or_own_hours(ground: Ground, cast: Cast) -> None:
    row = recorded(ground)
    with pytest.raises(Refused, match="yourself"):
        confirm(attendance=row, by=ground.host)
    both = ground.own.__class__(ground.own.account_id, "x", ground.other.grants)
    with pytest.raises(Refused, match="own hours"):
        confirm(attendance=row, by=both)
    ours = record_attendance(
        session=ground.session, person=ground.people[1], started_at=at(9), ended_at=at(10), source="list", by=SYSTEM
    )
    with pytest.raises(Refused, match="yourself"):
        confirm(attendance=ours, by=SYSTEM)
    admin = cast.actor(cast.admin)
    mine = recorded(ground, 2, by=admin)
    with pytest.raises(Refused, match="yourself"):
        confirm(attendance=mine, by=admin)
    assert confirm(attendance=mine, by=ground.host).state == "confirmed"


def test_who_noted_the_end_does_not_confirm(ground: Ground) -> None:
    with clock.frozen(at(9)):
        there = check_in(
            session=ground.session, person=ground.people[0], at=at(9), source="code", grade="A", by=ground.own
        )
    with clock.frozen(at(12)):
        left = check_out(attendance=there, at=at(12), by=ground.host)
    with pytest.raises(Refused, match="yourself"):
        confirm(attendance=left, by=ground.host)
    assert confirm(attendance=left, by=ground.other).counted == 180


def test_a_volunteer_records_nobody_else_and_not_without_code(ground: Ground) -> None:
    with clock.frozen(at(9)):
        with pytest.raises(Refused):
            check_in(session=ground.session, person=ground.people[1], at=at(9), source="scan", grade="A", by=ground.own)
        with pytest.raises(Refused, match="code"):
            check_in(session=ground.session, person=ground.people[0], at=at(9), source="list", grade="B", by=ground.own)
        with pytest.raises(Refused):
            check_in(
                session=ground.session, person=ground.people[0], at=at(9), source="list", grade="B", by=ground.neighbour
            )
    with pytest.raises(Refused):
        recorded(ground, by=ground.own)


@pytest.mark.parametrize(
    ("start", "end", "match"),
    [
        (at(8, 29), at(11), "outside"),
        (at(9), at(12, 31), "outside"),
        (at(11), at(10), "after the beginning"),
        (at(10), at(10), "after the beginning"),
        (at(9), at(9) + timedelta(days=2), "at most one day"),
    ],
)
def test_times_are_refused_with_their_reason(ground: Ground, start: Any, end: Any, match: str) -> None:
    with clock.frozen(at(18) + timedelta(days=4)), pytest.raises(Refused, match=match):
        recorded(ground, start=start, end=end)


def test_the_future_a_cancelled_session_and_strangers_are_refused(ground: Ground) -> None:
    with clock.frozen(at(10)), pytest.raises(Refused, match="future"):
        recorded(ground)
    stranger = ground.people[2]
    ground.session.enrolments.filter(person=stranger).update(state="cancelled")
    with pytest.raises(Refused, match="signed up"):
        recorded(ground, 2)
    waiting = recorded(ground)
    Session.objects.filter(pk=ground.session.pk).update(state="cancelled")
    with pytest.raises(Refused, match="cancelled"):
        recorded(ground, 1)
    with pytest.raises(Refused, match="cancelled"):
        confirm(attendance=waiting, by=ground.other)


def test_twice_is_refused(ground: Ground) -> None:
    with clock.frozen(at(9)):
        there = check_in(
            session=ground.session, person=ground.people[0], at=at(9), source="list", grade="B", by=ground.host
        )
        with pytest.raises(AlreadyThere) as caught:
            check_in(session=ground.session, person=ground.people[0], at=at(9), source="scan", grade="A", by=ground.own)
        assert caught.value.attendance == there
    with pytest.raises(Refused, match="Already"):
        recorded(ground)
    row = recorded(ground, 1)
    with pytest.raises(Refused, match="already a record"):
        recorded(ground, 1, start=at(10), end=at(12))
    assert recorded(ground, 1, start=at(11), end=at(12)).minutes == 60
    confirm(attendance=row, by=ground.other)
    with pytest.raises(Refused, match="wait"):
        confirm(attendance=row, by=ground.other)


def test_what_is_too_long_goes_to_review(ground: Ground) -> None:
    set_parameter(
        key="single_record_minutes",
        place=ground.session.place,
        value=Decimal(100),
        since=DAY,
        document="试行",
        by=SYSTEM,
    )
    row = recorded(ground)
    assert (row.state, row.minutes, row.counted) == ("review", 120, 0)
    assert "120" in row.why and "100" in row.why
    with pytest.raises(Refused, match="reason"):
        confirm(attendance=row, by=ground.other)
    assert confirm(attendance=row, reason="核对签到表属实", by=ground.other).counted == 120


def test_a_day_over_its_ceiling_goes_to_review(ground: Ground) -> None:
    set_parameter(
        key="daily_minutes", place=ground.session.place, value=Decimal(150), since=DAY, document="试行", by=SYSTEM
    )
    assert recorded(ground).state == "pending"
    second = recorded(ground, start=at(11), end=at(12))
    assert second.state == "review"
    assert "180" in second.why


def test_leaving_late_is_reckoned_to_the_end_and_reviewed(ground: Ground) -> None:
    with clock.frozen(at(9)):
        there = check_in(
            session=ground.session, person=ground.people[0], at=at(9), source="scan", grade="A", by=ground.own
        )
    with clock.frozen(at(15)):
        left = check_out(attendance=there, at=at(15), by=ground.own)
    assert (left.state, left.minutes) == ("review", 210)
    assert "15:00" in left.why and "12:30" in left.why


def test_a_forgotten_end_is_reviewed(ground: Ground) -> None:
    with clock.frozen(at(9)):
        there = check_in(
            session=ground.session, person=ground.people[0], at=at(9), source="scan", grade="A", by=ground.own
        )
    with clock.frozen(at(9) + timedelta(days=1)):
        left = check_out(attendance=there, at=at(12), by=ground.host)
    assert (left.state, left.minutes) == ("review", 180)
    with pytest.raises(Refused, match="already ended"):
        check_out(attendance=there, at=at(12), by=ground.host)


def test_late_records_have_the_last_grade(ground: Ground) -> None:
    with clock.frozen(at(18, day=DAY + timedelta(days=7))):
        assert recorded(ground).grade == "B"
    with clock.frozen(at(18, day=DAY + timedelta(days=8))):
        assert recorded(ground, 1).grade == "D"


def test_a_sheet_at_once_with_its_scan(ground: Ground) -> None:
    rows = [SheetRow(person, at(9), at(11, 30)) for person in ground.people]
    made = record_sheet(session=ground.session, rows=rows, evidence=[("签到表.pdf", PDF)], by=ground.host)
    assert [(row.grade, row.minutes, row.state) for row in made] == [("C", 150, "pending")] * 3
    done = confirm_many(area=ground.session, ids=[row.pk for row in made], by=ground.host)
    assert (done.count, done.left_out) == (0, 3)
    assert "yourself" in str(done.left[0].reason)
    done = confirm_many(area=ground.session, ids=[row.pk for row in made], by=ground.other)
    assert (done.count, done.left_out) == (3, 0)
    assert minutes() == 450
    assert figure(SERVED, path=COUNTY, period=year(2025)).value == 3
    assert not list(recheck())
    with pytest.raises(ValidationError):
        record_sheet(session=ground.elsewhere, rows=rows, evidence=[("x.exe", b"MZ")], by=ground.neighbour)
    with pytest.raises(Refused, match="already"):
        record_sheet(session=ground.session, rows=rows, by=ground.host)


def test_two_places_at_once_count_once(ground: Ground) -> None:
    here = recorded(ground)
    there = recorded(ground, session=ground.elsewhere, start=at(10), end=at(12), by=ground.neighbour)
    first = confirm(attendance=there, by=SYSTEM)
    assert first.counted == 120
    with clock.frozen(at(19)):
        assert confirm(attendance=here, by=ground.other).counted == 60
    assert minutes(PREFECTURE) == 180
    void(attendance=first, reason="记错人", by=SYSTEM)
    here.refresh_from_db()
    assert here.counted == 120
    assert (minutes(), minutes(NEIGHBOUR)) == (120, 0)
    assert not list(recheck())


def test_voided_is_kept_with_its_reason(ground: Ground) -> None:
    row = confirm(attendance=recorded(ground), by=ground.other)
    with pytest.raises(Refused, match="why"):
        void(attendance=row, reason=" ", by=ground.other)
    gone = void(attendance=row, reason="未到场", by=ground.other)
    assert (gone.state, gone.counted, gone.why) == ("voided", 0, "未到场")
    assert minutes() == 0
    with pytest.raises(Refused, match="already"):
        void(attendance=row, reason="未到场", by=ground.other)
    assert recorded(ground).state == "pending"


def test_corrected_waits_for_another(ground: Ground) -> None:
    row = confirm(attendance=recorded(ground), by=ground.other)
    new = correct(attendance=row, started_at=at(9), ended_at=at(10), reason="提前离开", by=ground.other)
    row.refresh_from_db()
    assert (row.state, new.state, new.minutes, new.recorded_by) == ("voided", "pending", 60, ground.other.account_id)
    assert minutes() == 0
    with pytest.raises(Refused, match="yourself"):
        confirm(attendance=new, by=ground.other)
    confirm(attendance=new, by=ground.host)
    assert minutes() == 60
    with pytest.raises(Refused):
        correct(attendance=new, started_at=at(3), ended_at=at(4), reason="时间不对", by=ground.other)
    new.refresh_from_db()
    assert new.state == "confirmed", "a correction that is refused leaves everything as it was"


def test_doubted_is_decided_by_the_office(ground: Ground, cast: Cast) -> None:
    row = send_to_review(attendance=recorded(ground), reason="现场未见本人", by=cast.actor(cast.chair))
    assert (row.state, row.why) == ("review", "现场未见本人")
    with pytest.raises(Refused):
        confirm(attendance=row, reason="属实", by=cast.actor(cast.chair))
    assert confirm(attendance=row, reason="属实", by=ground.other).state == "confirmed"


def test_who_comes_as_a_trainee_serves_nobody(ground: Ground) -> None:
    ground.session.roles.update(serves=False)
    confirm(attendance=recorded(ground), by=ground.other)
    assert minutes() == 0
    attended = figure(measure_of("attended.service"), path=COUNTY, period=year(2025))
    assert attended.value == 1
    assert confirmed_minutes(ground.people[0]) == 0
    assert set(KINDS) >= {"service"}


def test_who_comes_without_having_signed_up_is_added_on_the_spot(ground: Ground) -> None:
    person = ground.people[2]
    ground.session.enrolments.filter(person=person).delete()
    ground.elsewhere.enrolments.filter(person=person).delete()
    with clock.frozen(at(9, 30)):
        there = check_in(
            session=ground.session, person=person, at=clock.now(), source="list", grade="A", role=ground.role,
            by=ground.host,
        )  # fmt: skip
    assert there.grade == "B", "the organiser's list is no better than that"
    assert ground.session.enrolments.get(person=person).state == "confirmed"


def test_a_gate_that_stands_against_the_service_sends_it_to_review(ground: Ground) -> None:
    person = ground.people[1]
    person.volunteer.health_declared_on = None
    person.volunteer.save()
    row = recorded(ground, 1)
    assert row.state == "review"
    assert "health" in row.why.lower()
    assert confirm(attendance=row, reason="补交健康声明", by=ground.other).counted == 120
