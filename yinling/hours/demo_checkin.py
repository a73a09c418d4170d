"""A session of today for the demo, with volunteers who have signed up: what checking in needs to be tried out."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from yinling.activities import (
    NewRole,
    Session,
    add_session,
    create_activity,
    create_project,
    enrol,
    publish_project,
    workflow,
)
from yinling.base import clock
from yinling.base.codes import synthetic_resident_id
from yinling.base.rules import Actor
from yinling.network import Body, Place
from yinling.volunteers import Particulars, Volunteer, register_volunteer

PEOPLE = (
    ("龙玉兰", 1954, "medicine", "主治医师"),
    ("石明亮", 1949, "", ""),
    ("杨再英", 1956, "culture", ""),
    ("姚祖德", 1950, "agriculture", "农艺师"),
    ("潘秀珍", 1953, "", ""),
)
"""Name, year of birth, profession, title."""


def session_of_today(*, place: Place, organiser: Body, guest: Volunteer, by: Actor) -> Session:
    """Five volunteers of a village and a guest from elsewhere have signed up for the class after school, held there today."""
    today = clock.today()
    volunteers = [guest, *(_volunteer(place, index, by) for index in range(len(PEOPLE)))]
    session = _session(place, organiser, today, by)
    role = session.roles.get()
    for volunteer in volunteers:
        enrol(role=role, person=volunteer.person, present=True, by=by)
    return session


def _volunteer(place: Place, index: int, by: Actor) -> Volunteer:
    name, year, profession, title = PEOPLE[index]
    return register_volunteer(
        place=place, name=name, resident_id=synthetic_resident_id(date(year, 3, 5 + index), 700 + index), source="community",
        particulars=Particulars(
            profession=profession, title=title, skills=(), availability=("mon-pm", "fri-pm"),
            healthy=True, emergency_name="家属", emergency_phone=f"1390856{1100 + index}",
        ),
        verified=True, on=clock.today(), by=by,
    )  # fmt: skip


def _session(place: Place, organiser: Body, today: date, by: Actor) -> Session:
    project = create_project(
        organiser=organiser, place=place, title="银龄课堂·乡村学校课后服务", starts_on=today, ends_on=today + timedelta(days=20),
        summary="退休教师和医生每天下午到村小学陪孩子们读书、写字、讲卫生。", platform="contributing", served="村小学的留守儿童",
        contact="村老年协会", risks="校门口有车辆来往，请走人行道；雨天路滑。", by=by,
    )  # fmt: skip
    publish_project(project=project, checked=frozenset(workflow.NOT_SERVICE), by=by)
    activity = create_activity(project=project, kind="service", title="课后读书写字", place=place, by=by)
    # The demo is looked at whenever somebody starts it: the session covers the working day, and this moment too.
    now = clock.now()
    first, last = (datetime.combine(today, at, clock.CHINA) for at in (time(0, 1), time(23, 59)))
    begin = max(first, min(first.replace(hour=8, minute=0), now - timedelta(hours=1)))
    end = min(last, max(first.replace(hour=18, minute=0), now + timedelta(hours=2)))
    roles = [NewRole("志愿者", 20, serves=True)]
    return add_session(activity=activity, starts_at=begin, ends_at=end, venue="村小学", roles=roles, by=by)
