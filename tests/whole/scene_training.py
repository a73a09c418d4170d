"""One row of everything that training and events keep, at a village and the office above it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from tests.cast import SYSTEM
from yinling.activities import Activity, NewRole, Project, add_session, bulk, create_activity, events
from yinling.base import clock
from yinling.base.codes import synthetic_resident_id
from yinling.network import Body, Place, register_body
from yinling.people import register_person
from yinling.training import (
    Paper,
    add_candidate,
    add_lesson,
    add_qualification,
    add_trainee,
    enter_mark,
    fix_roster,
    open_class,
    open_exam,
    place_trainee,
)

FIRST, LAST = date(2020, 7, 6), date(2020, 7, 7)
DETAILS = {
    "expo": {"halls": "一号馆"}, "meeting": {"agenda": "通报情况"}, "contest": {}, "trip": {"destination": "海滨", "leader": "领队"},
}  # fmt: skip


def training_rows(office: Body, village: Place, number: int) -> dict[str, object]:
    """The rows by the addresses of the pages about them."""
    details = {
        "summary": "培训", "served": "从业人员", "contact": "0856", "risks": "防滑", "platform": "learning",
        "needs_agreement": True,
    }  # fmt: skip
    row = bulk.NewProject(
        organiser=office, place=village, title=f"第{number}培训", starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31),
        details=details, published_on=date(2020, 1, 5),  # type: ignore[arg-type] # the keys are those of Details
    )  # fmt: skip
    series = bulk.publish_many(rows=[row], batch_id=None, area=office, by=SYSTEM)[0]
    with clock.frozen(date(2020, 12, 1)):
        return {
            **_class(series, village, number),
            **_papers(village, number),
            **_events(series, office, village, number),
        }


def _class(series: Project, village: Place, number: int) -> dict[str, object]:
    one = open_class(
        series=series, place=village, course="carer_5", hours=40, capacity=9, starts_on=FIRST, ends_on=LAST, by=SYSTEM
    )
    lessons = [
        add_lesson(training_class=one, day=FIRST, half=half, venue=f"第{number}教室", by=SYSTEM)
        for half in ("am", "pm", "eve")[:number]
    ]
    trainees = []
    for index in range(number):
        person = register_person(
            place=village,
            name="学员甲",
            resident_id=synthetic_resident_id(date(1971, number, 1), 300 + index),
            by=SYSTEM,
        )
        trainees.append(add_trainee(training_class=one, person=person, by=SYSTEM))
    fix_roster(training_class=one, by=SYSTEM)
    mark = enter_mark(trainee=trainees[0], part="theory", mark=Decimal(70), taken_on=LAST, by=SYSTEM)
    home = register_body(
        place=village, kind=Body.Kind.INSTITUTION, name=f"第{number}敬老院", founded=date(2010, 1, 1), by=SYSTEM
    )
    placed = place_trainee(trainee=trainees[0], employer=home, post="护理员", since=date(2020, 8, 1), by=SYSTEM)
    return {
        "classes/": one.pk, "classes/lessons/": lessons[0].pk, "classes/trainees/": trainees[0].pk,
        "classes/marks/": mark.pk, "classes/work/": placed.pk,
    }  # fmt: skip


def _papers(village: Place, number: int) -> dict[str, object]:
    school = register_body(
        place=village, kind=Body.Kind.SCHOOL, name=f"第{number}职业学校", founded=date(2010, 1, 1), by=SYSTEM
    )
    exam = open_exam(school=school, batch="第一批", level="elementary", held_on=FIRST, by=SYSTEM)
    candidates = [
        add_candidate(exam=exam, number=str(index), name="考生", theory=Decimal(80), skills=Decimal(80), by=SYSTEM)
        for index in range(number)
    ]
    holder = register_person(
        place=village, name="持证人", resident_id=synthetic_resident_id(date(1972, number, 1), 300), by=SYSTEM
    )
    papers = [
        add_qualification(
            person=holder, paper=Paper("licence", f"执照{index}", None, f"ZZ{number}{index}", "某局", FIRST), by=SYSTEM
        )
        for index in range(number)
    ]
    return {"exams/": exam.pk, "exams/candidates/": candidates[0].pk, "skill-certificates/": papers[0].pk}


def _events(series: Project, office: Body, village: Place, number: int) -> dict[str, object]:
    made = {kind: _event(series, village, kind, day) for day, kind in enumerate(DETAILS, 1)}
    hall = events.add_hall(activity=made["expo"], name="一号馆", area=Decimal(100), by=SYSTEM)
    booths = [
        events.add_booth(
            activity=made["expo"], hall=hall, number=f"A{index}", area=Decimal(9), by=SYSTEM,
            exhibitor=register_body(
                place=village, kind=Body.Kind.COMPANY, name=f"公司{number}{index}", founded=date(2010, 1, 1), by=SYSTEM
            ),
        )
        for index in range(number)
    ]  # fmt: skip
    guest = events.invite_guest(activity=made["meeting"], body=office, by=SYSTEM)
    resolution = events.resolve(activity=made["meeting"], text="办好", owner=office, due_on=date(2021, 1, 1), by=SYSTEM)
    ranks = [
        events.rank_contestant(activity=made["contest"], rank=index + 1, body=office, name=f"队{index}", by=SYSTEM)
        for index in range(number)
    ]
    return {
        "expos/": made["expo"].pk, "expos/halls/": hall.pk, "expos/booths/": booths[0].pk, "trips/": made["trip"].pk,
        "contests/": made["contest"].pk, "contests/ranks/": ranks[0].pk, "meetings/": made["meeting"].pk,
        "meetings/guests/": guest.pk, "meetings/resolutions/": resolution.pk,
    }  # fmt: skip


def _event(series: Project, village: Place, kind: str, day: int) -> Activity:
    activity = create_activity(
        project=series, kind=kind, title=f"{kind}活动", place=village, details=DETAILS[kind], by=SYSTEM
    )
    begins = datetime(2020, 11, day, 9, tzinfo=clock.CHINA)
    add_session(
        activity=activity, starts_at=begins, ends_at=begins.replace(hour=12), venue="礼堂",
        roles=(NewRole("参加", 20, serves=False),), by=SYSTEM,
    )  # fmt: skip
    return activity
