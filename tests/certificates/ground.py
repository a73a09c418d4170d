"""What the tests of certificates stand on: two volunteers of a village, one with a sign-in of her own, and confirmed service at
an association, at the county above it and at the neighbouring county."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.cast import COUNTY, NEIGHBOUR, OPENED, PASSWORD, SYSTEM, VILLAGE, Cast
from yinling.activities import Activity, Project, Session
from yinling.base import clock
from yinling.base.codes import synthetic_resident_id
from yinling.base.rules import Actor
from yinling.certificates import Certificate, Signatures, accept, ask, issue_service
from yinling.hours import Attendance
from yinling.network import Account, Body, Place, actor_of, register_body
from yinling.people import Person, register_person
from yinling.volunteers import Volunteer

TODAY = date(2025, 7, 1)
SINCE, UNTIL = date(2025, 1, 1), date(2025, 6, 30)
SIGNED = Signatures(in_charge="杨正华", handler="姚玉珍", contact="0856-3220000", site="https://yl.example.cn")
NUMBER = synthetic_resident_id(date(1955, 8, 1), 7)


@dataclass(frozen=True, slots=True)
class Ground:
    """The volunteers, the bodies that organised, and who acts."""

    volunteer: Volunteer
    other: Volunteer
    account: Account
    own: Actor
    station: Body
    county: Body
    neighbour: Body
    officer: Actor
    prefecture: Actor
    province: Actor
    clerk: Actor


def volunteer(place: Place, name: str, number: int, account: Account | None = None, resident_id: str = "") -> Volunteer:
    """A registered volunteer."""
    person = register_person(place=place, name=name, resident_id=resident_id, by=SYSTEM)
    return Volunteer.objects.create(
        person=person, area_path=place.area_path, number=f"V{number:08}", source="unit", state="active",
        retired_cadre=True, account=account, registered_on=OPENED, changed_by=0,
    )  # fmt: skip


def session(body: Body, title: str, day: date) -> Session:
    """A session of a project of a body."""
    project, _new = Project.objects.get_or_create(
        organiser=body, title=title,
        defaults={
            "place": body.place, "area_path": body.area_path, "state": "published", "starts_on": date(2020, 1, 1),
            "ends_on": date(2026, 12, 31), "changed_by": 0,
        },
    )  # fmt: skip
    activity, _new = Activity.objects.get_or_create(
        project=project, organiser=body, title=title,
        defaults={"place": body.place, "area_path": body.area_path, "kind": "service", "changed_by": 0},
    )  # fmt: skip
    start = datetime(day.year, day.month, day.day, 8, tzinfo=clock.CHINA)
    return Session.objects.create(
        activity=activity, place=body.place, area_path=body.area_path, venue=secrets.token_hex(4), day=day,
        starts_at=start, ends_at=start + timedelta(hours=12), key=secrets.token_bytes(32), changed_by=0,
    )  # fmt: skip


def served(
    person: Person, body: Body, minutes: int, *, title: str = "送医下乡", day: date = date(2025, 3, 5)
) -> Attendance:
    """A confirmed record, so many minutes long."""
    held = session(body, title, day)
    return Attendance.objects.create(
        session=held, person=person, area_path=held.area_path, serves=True, day=day, started_at=held.starts_at,
        ended_at=held.starts_at + timedelta(minutes=minutes), minutes=minutes, counted=minutes, source="list", grade="B",
        state="confirmed", recorded_at=clock.now(), entry_id=1, changed_by=0,
    )  # fmt: skip


def make(cast: Cast) -> Ground:
    """Lay the ground."""
    own = Account(username="self", display_name="吴大海", must_change_password=False, made_on=TODAY)
    own.set_password(PASSWORD)
    own.save()
    county = cast.offices[COUNTY]
    station = register_body(
        place=cast.places[VILLAGE],
        kind=Body.Kind.INSTITUTION,
        name="街上村志愿服务站",
        founded=OPENED,
        parent=county,
        by=SYSTEM,
    )
    return Ground(
        volunteer=volunteer(cast.places[VILLAGE], "吴大海", 1, own, NUMBER),
        other=volunteer(cast.places[VILLAGE], "龙玉兰", 2), account=own, own=actor_of(own, "test"), station=station,
        county=county, neighbour=cast.offices[NEIGHBOUR], officer=cast.actor(cast.county),
        prefecture=cast.actor(cast.prefecture), province=cast.actor(cast.province), clerk=cast.actor(cast.township),
    )  # fmt: skip


def issued(
    ground: Ground, minutes: int = 150, *, whose: Volunteer | None = None, show_identity: bool = False
) -> Certificate:
    """A certificate of the county for the first half year, through the whole walk."""
    chosen = whose or ground.volunteer
    served(chosen.person, ground.station, minutes)
    row = ask(
        volunteer=chosen, issuer=ground.county, since=SINCE, until=UNTIL, show_identity=show_identity,
        by=ground.own if chosen == ground.volunteer else ground.officer,
    )  # fmt: skip
    accept(request=row, handler="姚玉珍", by=ground.officer)
    return issue_service(request=row, signed=SIGNED, by=ground.officer)
