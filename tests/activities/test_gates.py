"""What keeps somebody from a place: one thing at a time, to the day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain

import pytest

from tests import cast as at
from tests.activities.joining import BORN, NOON, TODAY, project, role, volunteer
from tests.cast import SYSTEM, Cast
from yinling.activities import Agreement, SessionRole, Told, gates
from yinling.base import clock
from yinling.network import Parameter, set_parameter
from yinling.people import Person, Qualification
from yinling.volunteers import Covered, Policy, Training, Volunteer

BIRTHDAY = date(2026, 3, 5)
"""The day on which the volunteer becomes 68."""


@pytest.fixture(autouse=True)
def noon(cast: Cast) -> Iterator[None]:
    with clock.frozen(NOON):
        yield


@pytest.fixture
def who(cast: Cast) -> Volunteer:
    return volunteer(cast.places[at.VILLAGE])


def session(cast: Cast, **asks: object) -> SessionRole:
    return role(project(cast.offices[at.COUNTY], cast.places[at.VILLAGE], **asks))


def keys(of: SessionRole, who: Volunteer | None, day: date = TODAY, told: Told | None = None) -> list[str]:
    """What hinders a volunteer, freshly read."""
    fresh = Volunteer.objects.get(pk=who.pk) if who else None
    person = fresh.person if fresh else Person.objects.first()
    assert person is not None
    found = gates.hindrances(role=of, volunteer=fresh, person=person, day=day, told=told)
    assert all(one.text for one in found)
    return [one.key for one in found]


def test_nothing_hinders_who_is_registered_and_fit(cast: Cast, who: Volunteer) -> None:
    assert keys(session(cast), who) == []


def test_serving_is_for_active_volunteers_other_roles_for_anybody(cast: Cast, who: Volunteer) -> None:
    serving = session(cast)
    assert keys(serving, None) == ["volunteer"]
    for state in ("applied", "paused", "left", "deceased", "refused"):
        Volunteer.objects.filter(pk=who.pk).update(state=state)
        assert keys(serving, who) == ["state"], state
    trainee = role(project(cast.offices[at.COUNTY], cast.places[at.VILLAGE]), kind="class", serves=False)
    assert keys(trainee, None) == keys(trainee, who) == []


def test_age_is_that_of_the_day_of_service(cast: Cast, who: Volunteer) -> None:
    assert BIRTHDAY.year - BORN.year == 68
    before = BIRTHDAY - timedelta(days=1)
    young, old = session(cast, most_age=67), session(cast, least_age=68)
    Volunteer.objects.filter(pk=who.pk).update(health_declared_on=before)
    assert (keys(young, who, before), keys(young, who, BIRTHDAY)) == ([], ["age"])
    assert (keys(old, who, before), keys(old, who, BIRTHDAY)) == (["age"], [])
    Person.objects.filter(pk=who.pk).update(birth=None)
    assert keys(young, who, before) == ["age"]
    assert keys(session(cast), who, before) == []


def test_what_somebody_declared_not_to_do_blocks(cast: Cast, who: Volunteer) -> None:
    Volunteer.objects.filter(pk=who.pk).update(limits=["ladders", "night"])
    assert keys(session(cast, strains=["lifting"]), who) == []
    assert keys(session(cast, strains=["lifting", "night"]), who) == ["limits"]


def test_a_health_declaration_grows_old_as_an_office_sets(cast: Cast, who: Volunteer) -> None:
    of = session(cast)
    Volunteer.objects.filter(pk=who.pk).update(health_declared_on=TODAY - timedelta(days=365))
    assert (keys(of, who, TODAY), keys(of, who, TODAY + timedelta(days=1))) == ([], ["health"])
    set_parameter(
        place=cast.places[at.COUNTY],
        key="health_declaration_days",
        value=Decimal(90),
        since=TODAY,
        document="〔2025〕3号",
        by=SYSTEM,
    )
    assert Parameter.objects.count() == 1
    assert keys(of, who, TODAY) == ["health"]
    Volunteer.objects.filter(pk=who.pk).update(health_declared_on=None)
    assert keys(of, who, TODAY) == ["health"]


def policy(cast: Cast, path: str, **values: object) -> Policy:
    columns: dict[str, object] = {
        "insurer": "人保", "number": str(Policy.objects.count()), "since": date(2025, 6, 1), "until": date(2026, 5, 31),
        "covers_all": True, **values,
    }  # fmt: skip
    return Policy.objects.create(holder=cast.offices[at.COUNTY], area_path=path, changed_by=0, **columns)


def test_insurance_covers_this_person_on_that_day(cast: Cast, who: Volunteer) -> None:
    of = session(cast, needs_insurance=True)
    Volunteer.objects.filter(pk=who.pk).update(health_declared_on=date(2026, 5, 1))
    assert keys(of, who) == ["insurance"]
    policy(cast, at.NEIGHBOUR)
    policy(cast, at.COUNTY, withdrawn=True)
    policy(cast, at.COUNTY, least_age=70)
    policy(cast, at.COUNTY, most_age=66)
    assert keys(of, who) == ["insurance"]
    covering = policy(cast, at.COUNTY, most_age=67)
    assert keys(of, who) == []
    first, last = covering.since, covering.until
    assert keys(of, who, first) == []
    assert keys(of, who, first - timedelta(days=1)) == ["insurance"]
    assert keys(of, who, BIRTHDAY) == ["insurance"], "the policy ends at 67"
    Policy.objects.filter(pk=covering.pk).update(most_age=None)
    assert (keys(of, who, last), keys(of, who, last + timedelta(days=1))) == ([], ["insurance"])


def test_a_policy_of_names_covers_whom_it_names_while_it_does(cast: Cast, who: Volunteer) -> None:
    of = session(cast, needs_insurance=True)
    named = policy(cast, at.PROVINCE, covers_all=False)
    other = volunteer(cast.places[at.VILLAGE])
    Covered.objects.create(
        policy=named, volunteer=who, area_path=at.VILLAGE, since=TODAY, until=TODAY + timedelta(days=10)
    )
    assert (keys(of, who), keys(of, other)) == ([], ["insurance"])
    assert keys(of, who, TODAY - timedelta(days=1)) == ["insurance"]
    assert keys(of, who, TODAY + timedelta(days=10)) == ["insurance"]


def test_training_valid_on_that_day(cast: Cast, who: Volunteer) -> None:
    of = session(cast, needs_training="急救")

    def train(**values: object) -> None:
        columns: dict[str, object] = {
            "topic": "急救",
            "held_on": TODAY,
            "valid_until": TODAY + timedelta(days=5),
            **values,
        }
        Training.objects.create(
            volunteer=who, area_path=at.VILLAGE, organiser="县红十字会", minutes=120, entry_id=0, **columns
        )

    train(topic="消防")
    train(passed=False)
    train(withdrawn=True)
    assert keys(of, who) == ["training"]
    train()
    days = [keys(of, who, TODAY + timedelta(days=number)) for number in (-1, 0, 5, 6)]
    assert days == [["training"], [], [], ["training"]]


def test_a_paper_valid_on_that_day(cast: Cast, who: Volunteer) -> None:
    of = session(cast, needs_qualification="licence")

    def paper(**values: object) -> None:
        columns: dict[str, object] = {
            "kind": "licence", "issued_on": TODAY, "expires_on": TODAY + timedelta(days=5), **values,
        }  # fmt: skip
        Qualification.objects.create(
            person=who.person, area_path=at.VILLAGE, title="医师执业证书", issuer="卫健局", changed_by=0, **columns
        )

    paper(kind="teacher")
    paper(withdrawn=True)
    assert keys(of, who) == ["qualification"]
    paper()
    days = [keys(of, who, TODAY + timedelta(days=number)) for number in (-1, 0, 5, 6)]
    assert days == [["qualification"], [], [], ["qualification"]]
    paper(expires_on=None)
    assert keys(of, who, TODAY + timedelta(days=300)) == []


def test_an_agreement_that_holds_on_that_day(cast: Cast, who: Volunteer) -> None:
    of = session(cast, needs_agreement=True)
    assert keys(of, who) == ["agreement"]
    signed = Agreement.objects.create(
        project=of.session.activity.project, volunteer=who, area_path=at.VILLAGE, signed_on=TODAY, way="paper", text="…",
        until=TODAY + timedelta(days=5), changed_by=0,
    )  # fmt: skip
    days = [keys(of, who, TODAY + timedelta(days=number)) for number in (-1, 0, 5, 6)]
    assert days == [["agreement"], [], [], ["agreement"]]
    Agreement.objects.filter(pk=signed.pk).update(ended_on=TODAY + timedelta(days=2))
    assert [keys(of, who, TODAY + timedelta(days=number)) for number in (1, 2)] == [[], ["agreement"]]


def test_a_trip_asks_everybody_for_health_and_whom_to_call(cast: Cast, who: Volunteer) -> None:
    trip = role(project(cast.offices[at.COUNTY], cast.places[at.VILLAGE]), kind="trip", serves=False)
    assert keys(trip, who) == ["declaration"]
    assert keys(trip, who, told=Told("尚可", "", "13800000001")) == ["declaration"]
    assert keys(trip, who, told=Told("尚可", "吴小军", "13800000001")) == []


def test_everything_that_is_missing_is_said_at_once(cast: Cast, who: Volunteer) -> None:
    of = session(
        cast, least_age=90, strains=["night"], needs_insurance=True, needs_training="急救", needs_qualification="licence",
        needs_agreement=True,
    )  # fmt: skip
    Volunteer.objects.filter(pk=who.pk).update(limits=["night"], health_declared_on=None, state="applied")
    found = keys(of, who)
    assert found == ["state", "age", "limits", "health", "insurance", "training", "qualification", "agreement"]
    assert len(found) == len(set(chain(found)))
