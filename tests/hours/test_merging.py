"""Presence of somebody recorded under two names, and records confirmed by two people at one moment."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction

from tests.facts.ground import SYSTEM, load, together
from tests.hours.ground import DAY, Ground, at, enrolled, session, volunteer
from tests.hours.test_actions import minutes, recorded
from yinling.base import clock
from yinling.base.period import year
from yinling.base.rules import Actor, Grant, Refused
from yinling.facts import forget_series, verify
from yinling.figures import figure, recheck
from yinling.hours import HOURS, SERVED, Attendance, check_in, confirm, confirmed_minutes, record_attendance, void
from yinling.network import Body, register_body
from yinling.people import Person, merge_people
from yinling.volunteers import Volunteer

ONE, OTHER, THIRD = (Actor(9000 + number, "clerk", (Grant("officer", ""),)) for number in range(3))


def test_two_records_of_one_human_being_count_once(ground: Ground) -> None:
    kept, gone = ground.people[0], ground.people[1]
    rows = [recorded(ground, 0), recorded(ground, 1), recorded(ground, 1, start=at(11), end=at(12))]
    for number, row in enumerate(rows):
        with clock.frozen(at(19, number)):
            confirm(attendance=row, by=ground.other)
    assert minutes() == 300
    Volunteer.objects.filter(pk=gone.pk).delete()  # the register of volunteers has tests of its own
    merge_people(kept=kept, gone=gone, reason="同一人", by=SYSTEM)
    assert (minutes(), confirmed_minutes(kept), confirmed_minutes(gone)) == (180, 180, 0)
    assert figure(SERVED, path="", period=year(DAY.year)).value == 1
    assert [row.state for row in Attendance.objects.order_by("pk")] == ["confirmed", "voided", "confirmed"]
    assert not [*recheck(), *verify()]


def test_records_of_both_at_two_places_share_their_time_after_a_merge(ground: Ground) -> None:
    kept, gone = ground.people[0], ground.people[1]
    here, there = recorded(ground, 0), recorded(ground, 1, session=ground.elsewhere, by=ground.neighbour, start=at(10))
    confirm(attendance=here, by=ground.other)
    confirm(attendance=there, by=SYSTEM)
    Volunteer.objects.filter(pk=gone.pk).delete()  # the register of volunteers has tests of its own
    merge_people(kept=kept, gone=gone, reason="同一人", by=SYSTEM)
    assert confirmed_minutes(kept) == 120
    there.refresh_from_db()
    void(attendance=here, reason="未到", by=ground.other)
    there.refresh_from_db()
    assert there.counted == 60
    assert not [*recheck(), *verify()]


def _lone_sessions() -> tuple[Person, list[Attendance]]:
    """One person at two places at the same time, recorded by one clerk."""
    forget_series()
    places = load()
    office = register_body(
        place=places["52"], kind=Body.Kind.OFFICE, name="老龄办", founded=date(2010, 1, 1), by=SYSTEM
    )
    person = volunteer(places["520101001001"], "吴大海", 1)
    rows = []
    for path in ("520101001001", "520102001001"):
        held = session(places[path], office, path, start=at(9), end=at(12))
        enrolled(held, person)
        rows.append(
            record_attendance(
                session=held, person=person, started_at=at(9), ended_at=at(12), source="list", grade="B", by=ONE
            )
        )
    return person, rows


@pytest.mark.django_db(transaction=True)
def test_of_two_places_confirmed_at_one_moment_each_minute_counts_once() -> None:
    with clock.frozen(at(18)):
        person, rows = _lone_sessions()

    def work(row: Attendance, by: Actor) -> None:
        with clock.frozen(at(19)), transaction.atomic():
            confirm(attendance=Attendance.objects.get(pk=row.pk), by=by)

    raised = together(lambda: work(rows[0], OTHER), lambda: work(rows[1], THIRD), lambda: work(rows[0], THIRD))
    assert [error for error in raised if error is not None and not isinstance(error, Refused)] == []
    assert sum(error is not None for error in raised) == 1, "one record is confirmed once"
    assert confirmed_minutes(person) == 180
    assert figure(HOURS, path="52", period=year(DAY.year)).value == 180
    assert not [*recheck(), *verify()]


@pytest.mark.django_db(transaction=True)
def test_of_two_taps_one_checks_in() -> None:
    with clock.frozen(at(18)):
        person, rows = _lone_sessions()
        void(attendance=rows[0], reason="重来", by=ONE)

    def tap() -> None:
        with clock.frozen(at(9) + timedelta(seconds=20)):
            check_in(session=rows[0].session, person=person, at=clock.now(), source="list", grade="B", by=ONE)

    raised = together(tap, tap, tap)
    assert [type(error).__name__ for error in raised if error is not None] == ["AlreadyThere"] * 2
    assert Attendance.objects.filter(state="open").count() == 1
