"""Signing up, waiting, being chosen, cancelling: who gets a place, who does not, and what is kept of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tests import cast as at
from tests.activities.joining import NOON, actor, project, role, sound, states, volunteer
from tests.cast import SYSTEM, Cast
from yinling.activities import Enrolment, Project, SessionRole, Told, close_session, enrol, enrolments
from yinling.base import clock
from yinling.base.rules import Actor, Refused
from yinling.facts import Entry, verify
from yinling.people import register_person
from yinling.volunteers import Volunteer


@pytest.fixture
def noon(cast: Cast) -> Iterator[None]:
    """A fixed day and hour."""
    with clock.frozen(NOON):
        yield


@dataclass
class Village:
    """A project of the county at a village, and people who live there."""

    cast: Cast
    project: Project

    def __post_init__(self) -> None:
        self.county: Actor = self.cast.actor(self.cast.county)
        self.neighbour = self.cast.actor(self.cast.stranger)

    def people(self, number: int) -> list[Volunteer]:
        return [volunteer(self.cast.places[at.VILLAGE]) for _each in range(number)]


@pytest.fixture
def village(cast: Cast, noon: None) -> Village:
    return Village(cast, project(cast.offices[at.COUNTY], cast.places[at.VILLAGE]))


def again(enrolment: Enrolment) -> Enrolment:
    """The enrolment as it is now."""
    return Enrolment.objects.get(pk=enrolment.pk)


def join(of: SessionRole, who: Volunteer) -> Enrolment:
    """They sign up themselves."""
    made = enrol(role=of, by=actor(who))
    assert isinstance(made, Enrolment)
    return made


def test_first_come_first_served_then_the_waiting_list_in_order(village: Village) -> None:
    two, people = role(village.project, places=2), village.people(5)
    made = [join(two, one) for one in people]
    assert states(two) == ["confirmed", "confirmed", "waiting", "waiting", "waiting"]
    assert enrolments.waiting_places(made) == {made[2].pk: 1, made[3].pk: 2, made[4].pk: 3}
    assert {(one.agreed, one.proxy) for one in made} == {("self", "")}
    enrolments.cancel_enrolment(enrolment=made[0], reason="身体不适", by=actor(people[0]))
    assert states(two) == ["cancelled", "confirmed", "confirmed", "waiting", "waiting"]
    moved = again(made[2])
    assert moved.notice == "moved_up"
    assert enrolments.waiting_places([again(made[3])]) == {made[3].pk: 1}
    enrolments.see_notice(enrolment=moved, by=actor(people[2]))
    assert again(moved).notice == ""
    sound(two)
    assert list(verify()) == []


def test_who_is_hindered_is_passed_over_with_the_reason_and_asked_again(village: Village) -> None:
    one, people = role(village.project, places=1), village.people(4)
    made = [join(one, who) for who in people]
    Volunteer.objects.filter(pk=people[1].pk).update(state="paused")
    enrolments.cancel_enrolment(enrolment=made[0], reason="有事", by=actor(people[0]))
    assert states(one) == ["cancelled", "waiting", "confirmed", "waiting"]
    assert again(made[1]).reason != ""
    Volunteer.objects.filter(pk=people[1].pk).update(state="active")
    enrolments.cancel_enrolment(enrolment=made[2], reason="有事", by=actor(people[2]))
    assert states(one) == ["cancelled", "confirmed", "cancelled", "waiting"]
    assert again(made[1]).reason == ""
    sound(one)


def test_more_places_move_up_as_many_and_fewer_than_taken_are_refused(village: Village) -> None:
    one, people = role(village.project, places=1), village.people(4)
    for who in people:
        join(one, who)
    enrolments.set_places(role=one, places=3, by=village.county)
    assert states(one) == ["confirmed", "confirmed", "confirmed", "waiting"]
    assert [row.notice for row in one.enrolments.order_by("pk")] == ["", "moved_up", "moved_up", ""]
    sound(one)
    with pytest.raises(Refused):
        enrolments.set_places(role=one, places=2, by=village.county)
    with pytest.raises(Refused):
        enrolments.set_places(role=one, places=9, by=village.neighbour)


def test_refused_with_the_reason(village: Village) -> None:
    (who,) = village.people(1)
    begun = role(village.project, days=-0.01)
    over = role(village.project, days=-2)
    closed = role(village.project, closes_at=clock.now() - timedelta(minutes=1))
    cancelled = role(village.project, state="cancelled")
    drafted = role(project(village.cast.offices[at.COUNTY], village.cast.places[at.VILLAGE], state="draft"))
    reasons = set()
    for of in (begun, over, closed, cancelled, drafted):
        with pytest.raises(Refused) as caught:
            join(of, who)
        reasons.add(str(caught.value.reason))
        assert states(of) == []
        sound(of)
    assert len(reasons) == 5, "each says something else"


def test_once_in_a_session_and_in_one_session_at_a_time(village: Village) -> None:
    (who,) = village.people(1)
    first, beside = role(village.project), role(village.project, days=3.05)
    after = role(village.project, days=3 + 2 / 24)
    kept = join(first, who)
    for of in (first, beside):
        with pytest.raises(Refused):
            join(of, who)
    join(after, who)
    enrolments.cancel_enrolment(enrolment=kept, reason="有事", by=actor(who))
    again_in = join(first, who)
    assert again_in.pk != kept.pk
    sound(first)


def test_a_waiting_place_does_not_clash_until_it_would_be_confirmed(village: Village) -> None:
    a, b = village.people(2)
    full, beside = role(village.project, places=1), role(village.project, days=3.05)
    holder = join(full, a)
    waits = join(full, b)
    join(beside, b)
    enrolments.cancel_enrolment(enrolment=holder, reason="有事", by=actor(a))
    assert again(waits).state == "waiting"
    assert "邻里守望" in again(waits).reason
    sound(full)


def test_only_the_person_or_the_organiser_enrols(village: Village) -> None:
    mine, other = village.people(2)
    of = role(village.project)
    with pytest.raises(Refused):
        enrol(role=of, person=other.person, by=actor(mine))
    with pytest.raises(Refused):
        enrol(role=of, person=mine.person, by=village.neighbour)
    with pytest.raises(Refused):
        enrol(role=of, by=village.county)
    neighbour = role(project(village.cast.offices[at.NEIGHBOUR], village.cast.places[at.NEIGHBOUR_VILLAGE]))
    with pytest.raises(Refused):
        enrol(role=neighbour, person=mine.person, by=village.county)
    assert states(of) == states(neighbour) == []


def test_an_invitation_holds_a_place_until_its_person_answers(village: Village) -> None:
    one, (a, b, c) = role(village.project, places=1), village.people(3)
    invited = enrol(role=one, person=a.person, by=village.county)
    assert (invited.state, invited.agreed, invited.proxy) == ("invited", "", "杨正华")
    waits = join(one, b)
    assert waits.state == "waiting"
    with pytest.raises(Refused):
        enrol(role=one, person=c.person, by=village.county)
    with pytest.raises(Refused):
        enrolments.accept_invitation(enrolment=invited, by=village.county)
    with pytest.raises(Refused):
        enrolments.accept_invitation(enrolment=invited, by=actor(b))
    sound(one)
    enrolments.decline_invitation(enrolment=invited, by=actor(a))
    assert states(one) == ["declined", "confirmed"]
    sound(one)


def test_accepting_by_oneself_or_on_the_spot_is_told_apart(village: Village) -> None:
    four, (a, b, c) = role(village.project, places=4), village.people(3)
    for who, by, how in (
        (a, actor(a), ("self", "杨正华")),
        (b, village.county, ("present", "杨正华")),
    ):
        invited = enrol(role=four, person=who.person, by=village.county)
        accepted = enrolments.accept_invitation(enrolment=invited, present=by is village.county, by=by)
        assert (accepted.state, accepted.agreed, accepted.proxy) == ("confirmed", *how)
    on_the_spot = enrol(role=four, person=c.person, present=True, by=village.county)
    assert (on_the_spot.state, on_the_spot.agreed, on_the_spot.proxy) == ("confirmed", "present", "杨正华")
    sound(four)


def test_the_database_refuses_a_place_that_nobody_agreed_to_and_one_too_many(village: Village) -> None:
    one, (who,) = role(village.project, places=1), village.people(1)
    invited = enrol(role=one, person=who.person, by=village.county)
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.filter(pk=invited.pk).update(state="confirmed")
    with pytest.raises(IntegrityError), transaction.atomic():
        SessionRole.objects.filter(pk=one.pk).update(taken=2)


def test_where_the_organiser_chooses(village: Village) -> None:
    one, people = role(village.project, places=1, by_choice=True), village.people(3)
    made = [join(one, who) for who in people]
    assert states(one) == ["applied"] * 3
    with pytest.raises(Refused):
        enrolments.accept_enrolment(enrolment=made[0], by=actor(people[0]))
    enrolments.accept_enrolment(enrolment=made[1], by=village.county)
    with pytest.raises(Refused):
        enrolments.accept_enrolment(enrolment=made[0], by=village.county)
    with pytest.raises(ValidationError):
        enrolments.decline_enrolment(enrolment=made[0], reason=" ", by=village.county)
    enrolments.decline_enrolment(enrolment=made[0], reason="名额已满", by=village.county)
    assert states(one) == ["declined", "confirmed", "applied"]
    assert [again(row).notice for row in made] == ["declined", "accepted", ""]
    assert again(made[0]).reason == "名额已满"
    enrolments.set_places(role=one, places=2, by=village.county)
    Volunteer.objects.filter(pk=people[2].pk).update(state="left")
    with pytest.raises(Refused):
        enrolments.accept_enrolment(enrolment=made[2], by=village.county)
    sound(one)


def test_cancelling_in_time_late_and_too_late(village: Village) -> None:
    (a, b, c) = village.people(3)
    later, soon = role(village.project, days=2), role(village.project, days=0.5, places=1)
    in_time, late, moved = join(later, a), join(soon, b), join(soon, c)
    with pytest.raises(ValidationError):
        enrolments.cancel_enrolment(enrolment=in_time, reason="", by=actor(a))
    with pytest.raises(Refused):
        enrolments.cancel_enrolment(enrolment=in_time, reason="不想去", by=actor(b))
    enrolments.cancel_enrolment(enrolment=in_time, reason="有事", by=actor(a))
    enrolments.cancel_enrolment(enrolment=late, reason="生病", by=actor(b))
    assert (again(in_time).late, again(late).late, again(late).reason) == (False, True, "生病")
    enrolments.cancel_enrolment(enrolment=moved, reason="来不及", by=actor(c))
    assert again(moved).late is False, "who moved up so late could not say so in time"
    entry = Entry.objects.get(action="activities.cancel_enrolment", subject_id=late.pk)
    assert entry.reason == "生病"
    join(soon, a)
    with clock.frozen(NOON + timedelta(days=0.6)), pytest.raises(Refused):
        enrolments.cancel_enrolment(enrolment=Enrolment.objects.get(role=soon, person=a.pk), reason="忘了", by=actor(a))


def test_who_was_at_a_session_cannot_cancel_after_it_was_held(village: Village) -> None:
    place = role(village.project)
    one = village.people(1)[0]
    made = enrol(role=place, by=actor(one))
    with clock.frozen(NOON + timedelta(days=4)):
        close_session(session=place.session, by=village.county)
        for by in (actor(one), village.county):
            with pytest.raises(Refused, match="已经开始"):
                enrolments.cancel_enrolment(enrolment=made, reason="没去成", by=by)
    assert again(made).state == "confirmed"


def test_the_organiser_cancels_with_a_reason_that_the_person_sees(village: Village) -> None:
    one, (a,) = role(village.project), village.people(1)
    made = join(one, a)
    enrolments.cancel_enrolment(enrolment=made, reason="场地改期", by=village.county)
    row = again(made)
    assert (row.state, row.notice, row.reason, row.late) == ("cancelled", "cancelled", "场地改期", False)


def test_not_coming_is_noted_afterwards_and_can_be_taken_back(village: Village) -> None:
    one, (a,) = role(village.project), village.people(1)
    made = join(one, a)
    with pytest.raises(Refused):
        enrolments.mark_no_show(enrolment=made, by=village.county)
    with clock.frozen(NOON + timedelta(days=4)):
        with pytest.raises(Refused):
            enrolments.mark_no_show(enrolment=made, by=actor(a))
        enrolments.mark_no_show(enrolment=made, by=village.county)
        sound(one)
        assert states(one) == ["no_show"]
        enrolments.unmark_no_show(enrolment=made, reason="签到表上有她", by=village.county)
    assert states(one) == ["confirmed"]
    sound(one)


def test_a_trip_asks_for_health_and_whom_to_call_and_keeps_both_secret(village: Village) -> None:
    traveller = register_person(place=village.cast.places[at.VILLAGE], name="吴桂芝", by=SYSTEM)
    trip = role(village.project, kind="trip", serves=False)
    with pytest.raises(enrolments.Hindered) as caught:
        enrol(role=trip, person=traveller, present=True, by=village.county)
    assert [one.key for one in caught.value.hindrances] == ["declaration"]
    with pytest.raises(ValidationError):
        enrol(role=trip, person=traveller, told=Told("尚可", "吴小军", "12"), present=True, by=village.county)
    made = enrol(
        role=trip, person=traveller, told=Told("尚可", "吴小军", "13800000001"), present=True, by=village.county
    )
    assert made.state == "confirmed"
    assert "尚可" not in str(Entry.objects.latest("seq").changes)
    assert "13800000001" not in str(Entry.objects.latest("seq").changes)


def test_bodies_come_to_kinds_that_have_them(village: Village) -> None:
    expo, service = role(village.project, kind="expo", serves=False, places=1), role(village.project)
    body = village.cast.associations[at.VILLAGE].body
    with pytest.raises(Refused):
        enrol(role=service, body=body, present=True, by=village.county)
    own = enrol(role=expo, body=body, people=4, by=village.cast.actor(village.cast.chair))
    assert (own.state, own.people, own.agreed) == ("confirmed", 4, "self")
    with pytest.raises(Refused):
        enrol(role=expo, body=body, present=True, by=village.county)
    sound(expo)
