"""A class at a township of the cast, and the people it takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from tests import cast as at
from tests.cast import SYSTEM, Cast
from yinling.activities import Project, create_project, publish_project
from yinling.activities.workflow import NOT_SERVICE
from yinling.base import clock
from yinling.base.codes import synthetic_resident_id
from yinling.base.rules import Actor
from yinling.network import Account, actor_of
from yinling.people import Person, register_person
from yinling.training import (
    Lesson,
    Present,
    Trainee,
    TrainingClass,
    add_lesson,
    add_trainee,
    confirm_lesson,
    confirm_mark,
    enter_mark,
    fix_roster,
    open_class,
    record_lesson,
)

OPENED = date(2020, 5, 1)
FIRST, LAST = date(2020, 7, 6), date(2020, 7, 7)
AFTER = date(2020, 7, 8)
CAME, LEFT = time(8, 30), time(12)


def actor(account: Account) -> Actor:
    """The account with its roles."""
    return actor_of(account, "test")


def project(cast: Cast, path: str = at.COUNTY) -> Project:
    """A published project of an office, all through 2020."""
    with clock.frozen(OPENED):
        made = create_project(
            organiser=cast.offices[path], place=cast.places[path], title="养老护理员培训", starts_on=date(2020, 1, 1),
            ends_on=date(2020, 12, 31), summary="护理员等级培训", served="养老机构从业人员", contact="0856-3220000",
            risks="实操使用护理床，注意防滑", platform="learning", needs_agreement=True, by=SYSTEM,
        )  # fmt: skip
        return publish_project(project=made, checked=tuple(NOT_SERVICE), by=SYSTEM)


def person(cast: Cast, number: int, path: str = at.TOWNSHIP) -> Person:
    """Somebody who can be trained."""
    return register_person(
        place=cast.places[path], name=f"学{'甲乙丙丁戊己庚辛壬癸'[number % 10]}生",
        resident_id=synthetic_resident_id(date(1975, 3, 1), number), by=SYSTEM,
    )  # fmt: skip


@dataclass
class Ground:
    """A class of two half days with its trainees."""

    training_class: TrainingClass
    lessons: list[Lesson]
    trainees: list[Trainee]


def ground(cast: Cast, *, people: int = 2, course: str = "carer_4", first: int = 0) -> Ground:
    """A class whose roster is fixed: the morning and the afternoon of its first day."""
    series = project(cast)
    with clock.frozen(date(2020, 7, 1)):
        made = open_class(
            series=series, place=cast.places[at.TOWNSHIP], course=course, hours=60, capacity=people + 1,
            starts_on=FIRST, ends_on=LAST, by=SYSTEM,
        )  # fmt: skip
        lessons = [
            add_lesson(training_class=made, day=FIRST, half=half, venue="培训中心一教室", by=SYSTEM)
            for half in ("am", "pm")
        ]
        trainees = [
            add_trainee(training_class=made, person=person(cast, first + number), by=SYSTEM) for number in range(people)
        ]
        fix_roster(training_class=made, by=SYSTEM)
    return Ground(made, lessons, trainees)


def present(trainees: list[Trainee], came: time, left: time) -> list[Present]:
    """All of them from then to then."""
    return [Present(one.person_id, came, left) for one in trainees if one.person_id is not None]


def attend(cast: Cast, ground: Ground, trainees: list[Trainee]) -> None:
    """They were at both half days: the township wrote it down, the county confirmed it."""
    for lesson, (came, left) in zip(ground.lessons, ((CAME, LEFT), (time(14), time(17, 30))), strict=True):
        with clock.frozen(datetime(2020, 7, 6, 18, tzinfo=clock.CHINA)):
            record_lesson(lesson=lesson, present=present(trainees, came, left), by=actor(cast.township))
            confirm_lesson(lesson=lesson, by=actor(cast.county))


def mark(cast: Cast, trainee: Trainee, part: str, points: int, on: date = LAST) -> None:
    """A mark entered by the township and confirmed by the county."""
    with clock.frozen(max(on, AFTER)):
        made = enter_mark(trainee=trainee, part=part, mark=Decimal(points), taken_on=on, by=actor(cast.township))
        confirm_mark(mark=made, by=actor(cast.county))
