"""What the tests of hours stand on: volunteers of the cast's villages, projects and sessions in two counties."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.cast import COUNTY, NEIGHBOUR, NEIGHBOUR_VILLAGE, OPENED, PASSWORD, SYSTEM, VILLAGE, Cast
from yinling.activities import Activity, Domain, Enrolment, Project, Session, SessionRole
from yinling.base import clock
from yinling.base.rules import Actor
from yinling.network import Account, Body, Place, RoleHeld, actor_of, create_account
from yinling.people import Person, register_person
from yinling.volunteers import Volunteer

DAY = date(2025, 6, 16)
"""The Monday on which the sessions are."""


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    """A moment of that day in China."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.CHINA)


@dataclass(frozen=True, slots=True)
class Ground:
    """A village's session from nine to twelve, one of the neighbouring county at the same time, three volunteers (the first
    with an account of her own), two clerks of the county and one of the neighbour."""

    session: Session
    elsewhere: Session
    people: tuple[Person, ...]
    volunteer_account: Account
    host: Actor
    other: Actor
    neighbour: Actor
    own: Actor

    @property
    def role(self) -> SessionRole:
        """The role of the first session."""
        return self.session.roles.get()


def volunteer(place: Place, name: str, number: int, account: Account | None = None, *, retired: bool = True) -> Person:
    """A registered volunteer."""
    person = register_person(place=place, name=name, by=SYSTEM)
    Volunteer.objects.create(
        person=person, area_path=place.area_path, number=f"V{number:08}", source="unit", state="active",
        retired_cadre=retired, account=account, registered_on=OPENED, health_declared_on=DAY, changed_by=0,
    )  # fmt: skip
    return person


def session(
    place: Place, body: Body, title: str, *, start: datetime, end: datetime, kind: str = "service",
    domain: Domain | None = None, serves: bool = True,
) -> Session:  # fmt: skip
    """A session of a published project of its own."""
    project = Project.objects.create(
        organiser=body, place=place, area_path=place.area_path, title=title, domain=domain, state="published",
        starts_on=date(2023, 1, 1), ends_on=date(2026, 12, 31), changed_by=0,
    )  # fmt: skip
    activity = Activity.objects.create(
        project=project, organiser=body, place=place, area_path=place.area_path, kind=kind, title=title, changed_by=0
    )
    made = Session.objects.create(
        activity=activity, place=place, area_path=place.area_path, venue="活动室",
        day=start.astimezone(clock.CHINA).date(), starts_at=start, ends_at=end, key=secrets.token_bytes(32), changed_by=0,
    )  # fmt: skip
    SessionRole.objects.create(
        session=made, area_path=place.area_path, name="志愿者" if serves else "学员", capacity=100, serves=serves
    )
    return made


def enrolled(held: Session, *people: Person) -> None:
    """These people have signed up and were accepted."""
    for person in people:
        Enrolment.objects.create(
            session=held, role=held.roles.get(), area_path=held.area_path, person=person, state="confirmed",
            made_at=clock.now(), changed_by=0,
        )  # fmt: skip


def account(username: str, body: Body, role: RoleHeld.Role = RoleHeld.Role.CLERK) -> Account:
    """One more account."""
    return create_account(
        username=username, display_name=username, password=PASSWORD, body=body, role=role, since=OPENED,
        must_change_password=False, by=SYSTEM,
    )  # fmt: skip


def make(cast: Cast) -> Ground:
    """Lay the ground."""
    village, far = cast.places[VILLAGE], cast.places[NEIGHBOUR_VILLAGE]
    own = Account(username="self", display_name="吴大海", must_change_password=False, made_on=DAY)
    own.set_password(PASSWORD)
    own.save()
    people = (
        volunteer(village, "吴大海", 1, own), volunteer(village, "龙玉兰", 2), volunteer(village, "石明亮", 3, retired=False)
    )  # fmt: skip
    domain = Domain.objects.create(
        owner=cast.offices[COUNTY], area_path=COUNTY, code="health", name="医疗健康", changed_by=0
    )
    here = session(village, cast.offices[COUNTY], "送医下乡", start=at(9), end=at(12), domain=domain)
    there = session(far, cast.offices[NEIGHBOUR], "邻县义诊", start=at(9), end=at(12))
    enrolled(here, *people)
    enrolled(there, *people)
    return Ground(
        session=here, elsewhere=there, people=people, volunteer_account=own,
        host=actor_of(account("host", cast.offices[COUNTY]), "test"),
        other=actor_of(account("other", cast.offices[COUNTY]), "test"),
        neighbour=actor_of(account("neighbour", cast.offices[NEIGHBOUR]), "test"), own=actor_of(own, "test"),
    )  # fmt: skip


def days(first: date, number: int) -> Iterator[date]:
    """So many days in a row."""
    return (first + timedelta(days=index) for index in range(number))
