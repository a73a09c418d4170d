"""Registration by its three ways, what a stranger may learn, and where a volunteer stands."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from tests import cast as at
from tests.cast import Cast
from tests.volunteers.ground import DAY, LATER, counted, make, number, telephone
from yinling.base import clock
from yinling.base.rules import Actor, Refused
from yinling.facts import Entry
from yinling.network import Account, actor_of
from yinling.people import Consent, Person
from yinling.volunteers import (
    Claim,
    Particulars,
    State,
    Volunteer,
    claims,
    has_applied,
    measures,
    register_volunteer,
    registering,
    standing,
    verify_volunteer,
    volunteer_of,
)
from yinling.volunteers.models import Source

STRANGER = Actor(account_id=None, name="", origin="web 10.0.0.8")
SECRET = "yi-ge-chang-mima-1"


def apply(cast: Cast, index: int, *, name: str = "周桂英", particulars: Particulars | None = None) -> None:
    """Somebody applies online at the community."""
    registering.apply_online(
        place=cast.places[at.COMMUNITY], name=name, resident_id=number(index), phone=telephone(index), password=SECRET,
        particulars=particulars or Particulars(retired_cadre=True), by=STRANGER,
    )  # fmt: skip


def test_a_clerk_registers_on_the_spot(cast: Cast) -> None:
    clerk = cast.actor(cast.township)
    made = register_volunteer(
        place=cast.places[at.VILLAGE], name="陈桂兰", resident_id=number(2), phone=telephone(2), source=Source.COMMUNITY,
        particulars=Particulars(profession="teaching", title="高级教师", skills=("tutoring", "lecturing"), healthy=True),
        consent_way="spoken", by=clerk,
    )  # fmt: skip
    assert (made.state, made.entered_by, made.skills) == (State.APPLIED, "姚玉珍", ["lecturing", "tutoring"])
    assert made.number.startswith("520622") and len(made.number) == 14
    assert made.number not in made.person.resident_id
    given = {(one.purpose, one.way, one.helped_by) for one in made.person.consents.all()}
    assert given == {("register", "spoken", "姚玉珍"), ("sensitive", "spoken", "姚玉珍")}
    assert counted(measures.VOLUNTEERS) == 0
    verify_volunteer(volunteer=made, by=clerk)
    made.refresh_from_db()
    assert (made.state, made.verified_by, made.verified_on) == (State.ACTIVE, "姚玉珍", clock.today())
    assert (counted(measures.VOLUNTEERS), counted(measures.PROFESSIONAL_SHARE)) == (1, 100)
    assert counted(measures.VOLUNTEERS, at.NEIGHBOUR) == 0


def test_numbers_are_never_given_twice(cast: Cast) -> None:
    first, second = make(cast, 1), make(cast, 2)
    assert len({first.number, second.number}) == 2
    with pytest.raises(Refused, match="already registered"):
        make(cast, 1, name=first.person.name)
    third = make(cast, 3)
    assert third.number > second.number


def test_what_a_registration_is_refused_for(cast: Cast) -> None:
    place = cast.places[at.VILLAGE]
    cases: list[tuple[dict[str, object], str]] = [
        ({"resident_id": "520622195706010011"}, "resident_id"),
        ({"phone": "12345"}, "phone"),
        ({"source": Source.ONLINE}, "source"),
        ({"source": Source.UNIT}, "unit"),
        ({"on": date(2999, 1, 1)}, "on"),
        ({"particulars": Particulars(limits=("flying",))}, "limits"),
        ({"particulars": Particulars(profession="magic")}, "profession"),
        ({"particulars": Particulars(emergency_phone="1")}, "emergency_phone"),
    ]
    for values, field in cases:
        given: dict[str, object] = {"name": "陈五", "resident_id": number(5), "source": Source.COMMUNITY} | values
        with pytest.raises(ValidationError) as refused:
            register_volunteer(place=place, by=at.SYSTEM, **given)  # type: ignore[arg-type]
        assert field in refused.value.message_dict
    assert not Volunteer.objects.exists()
    assert Person.objects.count() == 1


def test_who_may_register_and_who_may_verify(cast: Cast) -> None:
    for account in (cast.auditor, cast.stranger):
        with pytest.raises(Refused):
            make(cast, 1, verified=False, by=cast.actor(account))
    with pytest.raises(Refused, match="outside the area"):
        make(cast, 1, path=at.NEIGHBOUR_VILLAGE, verified=False, by=cast.actor(cast.county))
    chair = cast.actor(cast.chair)
    with pytest.raises(Refused):
        make(cast, 1, path=at.VILLAGE, verified=True, by=chair)
    made = make(cast, 1, path=at.VILLAGE, verified=False, by=chair)
    with pytest.raises(Refused):
        verify_volunteer(volunteer=made, by=chair)
    verify_volunteer(volunteer=made, by=cast.actor(cast.county))


def test_a_person_of_the_register_stays_one_person(cast: Cast) -> None:
    made = register_volunteer(
        place=cast.places[at.VILLAGE], name="杨秀英", resident_id=at.CHAIR_ID, source=Source.COMMUNITY, by=at.SYSTEM
    )
    assert made.person == cast.person
    with pytest.raises(Refused, match="another name"):
        register_volunteer(
            place=cast.places[at.VILLAGE], name="杨秀", resident_id=at.CHAIR_ID, source=Source.COMMUNITY, by=at.SYSTEM
        )


def test_an_application_online(cast: Cast) -> None:
    apply(cast, 1)
    row = Volunteer.objects.get()
    assert (row.state, row.source, row.entered_by) == (State.APPLIED, Source.ONLINE, "")
    assert row.account is not None and row.account.check_password(SECRET)
    assert not row.account.roles_held.exists() and telephone(1) not in row.account.username
    assert volunteer_of(row.account_id) == row and has_applied(row.account_id)
    assert Consent.objects.filter(person=row.person, way="online").count() == 2
    assert counted(measures.VOLUNTEERS) == 0
    verify_volunteer(volunteer=row, by=cast.actor(cast.county))
    assert counted(measures.VOLUNTEERS) == 1
    assert not has_applied(row.account_id)


def test_a_stranger_learns_nothing(cast: Cast) -> None:
    """Whatever the register knows, an application is taken without a word, and its sign-in waits."""
    known = make(cast, 1, name="周桂英")
    apply(cast, 1)  # somebody who is a volunteer already
    apply(cast, 2)  # somebody new
    apply(cast, 2)  # the same again, the telephone number taken
    registering.apply_online(  # a person of the register under another name
        place=cast.places[at.COMMUNITY], name="杨绣英", resident_id=at.CHAIR_ID, phone=telephone(9), password=SECRET,
        particulars=Particulars(), by=STRANGER,
    )  # fmt: skip
    known.refresh_from_db()
    assert known.account is None and known.state == State.ACTIVE
    waiting = Claim.objects.order_by("pk")
    assert waiting[0].person_id == known.pk
    assert waiting.count() == 3
    applied: list[int | None] = [claim.account_id for claim in waiting if claim.account_id]
    applied += [row.account_id for row in Volunteer.objects.filter(state=State.APPLIED)]
    assert len(applied) == 3
    assert all(has_applied(account) for account in applied)
    assert not any(
        actor_of(account, "").grants for account in Account.objects.filter(pk__in=[pk for pk in applied if pk])
    )


def test_the_trail_of_an_application_holds_no_secret(cast: Cast) -> None:
    given = Particulars(emergency_name="周小明", emergency_phone="13700009999")
    apply(cast, 1, particulars=given)
    apply(cast, 1, particulars=given)
    trail = json.dumps([[entry.changes, entry.reason] for entry in Entry.objects.all()], ensure_ascii=False)
    for secret in (number(1), telephone(1), SECRET, "周小明", "13700009999"):
        assert secret not in trail
    placed = Entry.objects.filter(action__in=("volunteers.apply", "network.open_account"))
    assert {entry.area_path for entry in placed} == {at.COMMUNITY}


def test_refused_and_taken_back(cast: Cast) -> None:
    row = make(cast, 1, verified=False)
    clerk = cast.actor(cast.county)
    with pytest.raises(ValidationError):
        standing.refuse_volunteer(volunteer=row, reason=" ", by=clerk)
    standing.refuse_volunteer(volunteer=row, reason="证件与本人不符", by=clerk)
    with pytest.raises(Refused):
        verify_volunteer(volunteer=row, by=clerk)
    standing.resume_volunteer(volunteer=row, by=clerk)
    row.refresh_from_db()
    assert (row.state, row.verified_by) == (State.ACTIVE, "杨正华")


def test_who_was_refused_may_come_again(cast: Cast) -> None:
    row = make(cast, 1, verified=False)
    standing.refuse_volunteer(volunteer=row, reason="证件与本人不符", by=at.SYSTEM)
    again = make(cast, 1, path=at.VILLAGE, name=row.person.name, particulars=Particulars(profession="law"), on=LATER)
    assert (again.pk, again.number, again.area_path, again.profession) == (row.pk, row.number, at.VILLAGE, "law")
    assert (counted(measures.PROFESSIONALS, at.VILLAGE), counted(measures.VOLUNTEERS, on=DAY)) == (1, 0)


def test_pausing_leaving_and_dying(cast: Cast) -> None:
    row = make(cast, 1)
    standing.pause_volunteer(volunteer=row, reason="住院", on=date(2024, 5, 1), by=at.SYSTEM)
    assert counted(measures.VOLUNTEERS, on=LATER) == 1
    standing.leave_volunteering(volunteer=row, reason="随子女外迁", on=date(2024, 8, 1), by=at.SYSTEM)
    days = (date(2024, 2, 29), DAY, date(2024, 7, 31), date(2024, 8, 1))
    assert [counted(measures.VOLUNTEERS, on=day) for day in days] == [0, 1, 1, 0]
    standing.resume_volunteer(volunteer=row, on=LATER, by=at.SYSTEM)
    assert counted(measures.VOLUNTEERS, on=LATER) == 1
    standing.record_death(volunteer=row, reason="家属告知", on=date(2024, 10, 1), by=at.SYSTEM)
    assert counted(measures.VOLUNTEERS) == 0
    with pytest.raises(Refused):
        standing.resume_volunteer(volunteer=row, by=at.SYSTEM)
    with pytest.raises(ValidationError):
        standing.leave_volunteering(volunteer=make(cast, 2), reason="未来", on=date(2999, 1, 1), by=at.SYSTEM)


def test_facts_follow_profession_and_retirement(cast: Cast) -> None:
    row = make(cast, 1)
    given = Particulars(profession="law", retired_cadre=True)
    standing.change_volunteer(volunteer=row, particulars=given, on=LATER, seen=row.changed_by, by=at.SYSTEM)
    assert counted(measures.PROFESSIONALS, on=date(2024, 8, 31)) == 0
    assert counted(measures.PROFESSIONALS, on=LATER) == 1
    assert counted(measures.VOLUNTEERS) == 1
    with pytest.raises(Refused, match="Somebody changed"):
        standing.change_volunteer(volunteer=row, particulars=Particulars(), seen=1, by=at.SYSTEM)


def test_volunteers_keep_their_own_particulars(cast: Cast) -> None:
    apply(cast, 1)
    apply(cast, 2, name="吴德明")
    row, other = Volunteer.objects.order_by("pk")
    assert row.account is not None
    me = actor_of(row.account, "test")

    def change(volunteer: Volunteer, by: Actor = me) -> None:
        standing.change_own(
            volunteer=volunteer, skills=("phones",), availability=("mon-am",), limits=("night",), healthy=True,
            emergency_name="周小明", emergency_phone="13700008888", phone=telephone(7), by=by,
        )  # fmt: skip

    with pytest.raises(Refused):
        change(row)  # not verified yet
    for one in (row, other):
        verify_volunteer(volunteer=one, by=at.SYSTEM)
    with pytest.raises(Refused, match="somebody else"):
        change(other)
    with pytest.raises(Refused):
        change(row, cast.actor(cast.county))
    change(row)
    row.refresh_from_db()
    assert (row.limits, row.skills, row.health_declared_on) == (["night"], ["phones"], clock.today())
    assert (row.person.phone, row.emergency_phone) == (telephone(7), "13700008888")


def test_a_sign_in_is_opened_for_somebody(cast: Cast) -> None:
    row = make(cast, 1)
    account = standing.open_sign_in(volunteer=row, password=SECRET, phone=telephone(1), by=cast.actor(cast.county))
    assert volunteer_of(account.pk) == row
    with pytest.raises(Refused, match="already sign in"):
        standing.open_sign_in(volunteer=row, password=SECRET, phone=telephone(3), by=at.SYSTEM)
    with pytest.raises(Refused, match="already signs somebody in"):
        standing.open_sign_in(volunteer=make(cast, 2), password=SECRET, phone=telephone(1), by=at.SYSTEM)


def test_nobody_decides_on_their_own_application_or_claim(cast: Cast) -> None:
    clerk, record = cast.actor(cast.county), make(cast, 1)
    for index in (1, 2):
        registering.apply_online(
            place=cast.places[at.COMMUNITY], name=record.person.name, resident_id=number(index), phone=telephone(5),
            password=SECRET, particulars=Particulars(), account=cast.county, by=clerk,
        )  # fmt: skip
    claim, application = Claim.objects.get(), Volunteer.objects.get(account=cast.county)
    with pytest.raises(Refused, match="somebody else"):
        claims.approve_claim(claim=claim, by=clerk)
    with pytest.raises(Refused, match="somebody else"):
        verify_volunteer(volunteer=application, by=clerk)
    assert verify_volunteer(volunteer=application, by=cast.actor(cast.prefecture)).state == State.ACTIVE
