"""A project with sessions and volunteers who sign up for them, made directly: what is tested here begins with signing up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count

from tests.cast import SYSTEM
from yinling.activities import Activity, Enrolment, EnrolmentState, Project, Session, SessionRole
from yinling.base import clock
from yinling.base.rules import Actor
from yinling.network import Account, Body, Place, actor_of
from yinling.people import Person, register_person
from yinling.volunteers import Volunteer

TODAY = date(2025, 10, 20)
NOON = datetime(2025, 10, 20, 12, tzinfo=clock.CHINA)
"""When everything here happens, unless a test says otherwise."""

BORN = date(1958, 3, 5)
_numbers = count(1)


def volunteer(place: Place, name: str = "", *, account: bool = True, **values: object) -> Volunteer:
    """A verified volunteer at a place, with a sign-in of their own unless told otherwise."""
    number = next(_numbers)
    person = register_person(place=place, name=name or f"志愿者{number}", by=SYSTEM)
    Person.objects.filter(pk=person.pk).update(birth=BORN)
    person.birth = BORN
    holder = None
    if account:
        holder = Account.objects.create(
            username=f"volunteer{number}", display_name=person.name, made_on=TODAY, password="!"
        )
    columns: dict[str, object] = {
        "state": "active", "source": "online", "health_declared_on": TODAY - timedelta(days=30),
        "registered_on": TODAY - timedelta(days=60), **values,
    }  # fmt: skip
    return Volunteer.objects.create(
        person=person, area_path=place.area_path, number=f"T{number:07}", account=holder, changed_by=0, **columns
    )


def project(organiser: Body, place: Place, **values: object) -> Project:
    """A published project of the year."""
    columns: dict[str, object] = {
        "title": "邻里守望", "summary": "看望独居老人。", "risks": "走路较多，注意路滑。", "state": "published",
        "starts_on": date(2025, 1, 1), "ends_on": date(2025, 12, 31), "published_on": date(2025, 1, 1), **values,
    }  # fmt: skip
    return Project.objects.create(organiser=organiser, place=place, area_path=place.area_path, changed_by=0, **columns)


def role(
    of: Project,
    places: int = 2,
    *,
    days: float = 3,
    hours: float = 2,
    kind: str = "service",
    serves: bool = True,
    **values: object,
) -> SessionRole:
    """The role of a new session of a project that begins so many days from now. All else are columns of the session."""
    activity = Activity.objects.create(
        project=of,
        organiser=of.organiser,
        place=of.place,
        area_path=of.area_path,
        kind=kind,
        title=of.title,
        changed_by=0,
    )
    begin = clock.now() + timedelta(days=days)
    columns: dict[str, object] = {
        "starts_at": begin, "ends_at": begin + timedelta(hours=hours), "venue": "社区活动室", "key": bytes(32), **values,
    }  # fmt: skip
    session = Session.objects.create(
        activity=activity, place=of.place, area_path=of.area_path, day=begin.astimezone(clock.CHINA).date(), changed_by=0,
        **columns,
    )  # fmt: skip
    return SessionRole.objects.create(
        session=session, area_path=of.area_path, name="志愿者", capacity=places, serves=serves
    )


def actor(of: Volunteer) -> Actor:
    """The volunteer at their own sign-in."""
    assert of.account is not None
    return actor_of(of.account, "test")


def states(of: SessionRole) -> list[str]:
    """The states of a role's enrolments, in the order in which they came."""
    return list(Enrolment.objects.filter(role=of).order_by("pk").values_list("state", flat=True))


def sound(of: SessionRole) -> None:
    """Places are counted right and never sold twice; whoever has one agreed; a person is in a session once."""
    of.refresh_from_db()
    rows = Enrolment.objects.filter(role__session=of.session_id)
    holding = rows.filter(role=of, state__in=(EnrolmentState.CONFIRMED, EnrolmentState.INVITED))
    assert of.taken == holding.count() <= of.capacity
    assert not rows.filter(state=EnrolmentState.CONFIRMED, agreed="").exists()
    live = (
        rows.exclude(state__in=("cancelled", "declined")).filter(person__isnull=False).values_list("person", flat=True)
    )
    assert len(live) == len(set(live))
