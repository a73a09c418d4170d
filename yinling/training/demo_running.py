"""A class of the demo that is going on: its register and marks are kept these days."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from random import Random

from yinling.activities import bulk
from yinling.base import clock
from yinling.base.rules import Actor
from yinling.network import Body, Place
from yinling.people import Person, register_person
from yinling.training.actions import (
    Paper,
    Present,
    add_lesson,
    add_qualification,
    confirm_lesson,
    confirm_marks,
    enter_marks,
    fix_roster,
    open_class,
    record_lesson,
)
from yinling.training.actions.marks import Marked
from yinling.training.bulk import add_trainees
from yinling.training.demo import SEED, People, at
from yinling.training.models import Trainee


def running_class(*, office: Body, place: Place, recorder: Actor, confirmer: Actor, by: Actor) -> None:
    """A class of the office at a place that began a few days ago: `recorder` keeps register and marks, `confirmer` confirms
    them; one mark waits still."""
    today = clock.today()
    people = People(Random(SEED + 1), made=700_000)
    details = {
        "summary": "初级养老护理员等级培训，理论与实操结合", "served": "有意从事养老护理的村民",
        "contact": "县老龄办 0856-3220000",
        "risks": "实操课使用护理床和轮椅，注意防滑防夹", "platform": "learning", "needs_agreement": True,
    }  # fmt: skip
    row = bulk.NewProject(
        organiser=office, place=office.place, title="养老护理员培训", starts_on=today - timedelta(days=20),
        ends_on=today + timedelta(days=60), details=details, published_on=today - timedelta(days=20),  # type: ignore[arg-type] # the keys are those of Details
    )  # fmt: skip
    series = bulk.publish_many(rows=[row], batch_id=None, area=office, by=by)[0]
    first = today - timedelta(days=2)
    with clock.frozen(at(first - timedelta(days=3), 9)):
        one = open_class(
            series=series, place=place, course="carer_5", hours=80, capacity=30, starts_on=first,
            ends_on=today + timedelta(days=5), teacher=_teacher(place, people, by), by=by,
        )  # fmt: skip
        lessons = [
            add_lesson(
                training_class=one, day=first + timedelta(days=day), half=half, venue="镇综合文化站二楼", topic=topic, by=by
            )
            for day, half, topic in (
                (0, "am", "职业道德与老年人特点"), (0, "pm", "饮食与排泄照护"), (1, "am", "清洁照护实操"),
                (1, "pm", "翻身与转移实操"), (4, "am", "急救与安全"), (4, "pm", "考核"),
            )
        ]  # fmt: skip
        add_trainees(training_class=one, rows=[people.next() for _number in range(18)], by=by)
        fix_roster(training_class=one, by=by)
    trainees = list(Trainee.objects.filter(training_class=one).order_by("pk"))
    for number, lesson in enumerate(lessons[:4]):
        came, left = (time(8, 25), time(12)) if lesson.half == "am" else (time(13, 55), time(17, 30))
        there = [row for row in trainees if (row.pk + number) % 7 and row.person_id is not None]
        with clock.frozen(at(lesson.day, 18)):
            present = [Present(row.person_id, came, left) for row in there if row.person_id]
            record_lesson(lesson=lesson, present=present, by=recorder)
            if number < 3:
                confirm_lesson(lesson=lesson, by=confirmer)
    marked = [Marked(row, "theory", Decimal(52 + 5 * (row.pk % 9)), first) for row in trainees[:12]]
    enter_marks(training_class=one, rows=marked[:11], by=recorder)
    confirm_marks(training_class=one, by=confirmer)
    enter_marks(training_class=one, rows=marked[11:], by=recorder)


def _teacher(place: Place, people: People, by: Actor) -> Person:
    one = people.next()
    person = register_person(place=place, name=one.name, resident_id=one.resident_id, by=by)
    paper = Paper(
        kind="skill_grade", title="养老护理员", grade=2, number="S000052000001" + "19" + "2" + "000017", issuer="省养老服务协会",
        issued_on=date(2019, 11, 8),
    )  # fmt: skip
    add_qualification(person=person, paper=paper, by=by)
    return person
