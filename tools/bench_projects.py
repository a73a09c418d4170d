"""Sessions at the scale of one busy place: 10,000 sessions with 110,000 enrolments in one township, listed over HTTP."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from datetime import time as clock_time

from django.db import connection

from tools.bench_sections import Bench
from yinling.activities import Activity, Enrolment, NewRole, Project, Session, SessionRole, bulk
from yinling.base import clock
from yinling.base.clock import CHINA
from yinling.base.rules import Actor
from yinling.figures import Region
from yinling.network import Body, Place, place_at
from yinling.people import Person

BY = Actor.for_system("bench")
TOWNSHIP = "520622102"
SESSIONS, EACH, PEOPLE = 10_000, 11, 2000
ACTIVITIES = 20
TITLE = "基准班次"
USERS, SECONDS = 20, 6


def shifts(bench: Bench) -> None:
    """Lay out the sessions, fill them, and read the list with twenty users at once, beside a bare page in the same run."""
    from tools.bench_http import Site

    if not Project.objects.filter(title=TITLE).exists():
        started = time.perf_counter()
        made = _sessions()
        bench.add(
            f"lay out {len(made):,} sessions at one place, with facts", time.perf_counter() - started, "s", "≤ 20"
        )
        _enrol()
    with Site() as site:
        site.sign_in("township")
        pages = {
            "sessions from today on": "/sessions/", "sessions of a month, of a kind": _month(), "a session": _one(),
            "sessions held before": "/sessions/?days=past",
        }  # fmt: skip
        for label, address in pages.items():
            bench.add(f"{label}: median", statistics.median(site.one_by_one(address, 40)), "ms", "≤ 60")
        floor = site.at_once("/bench-floor/", USERS, SECONDS)
        for label, address in pages.items():
            rate = site.at_once(address, USERS, SECONDS)
            bench.add(f"{label}, {USERS} at once", rate, "req/s", "≥ 60")
            bench.add("  ÷ a bare Django page of 50 rows in the same run", rate / floor, "×")
        bench.add(f"bare Django page of 50 rows, {USERS} at once", floor, "req/s")


def _month() -> str:
    return f"/sessions/?month={clock.today():%Y-%m}&kind=service"


def _one() -> str:
    session = Session.objects.filter(activity__project__title=TITLE).order_by("pk").first()
    assert session is not None
    return f"/sessions/{session.pk}/"


def _sessions() -> list[Session]:
    place, office = place_at(TOWNSHIP), Body.objects.get(kind="office", area_path=TOWNSHIP)
    assert place is not None
    today = clock.today()
    project = bulk.publish_many(
        rows=[
            bulk.NewProject(
                organiser=office, place=place, title=TITLE, starts_on=today - timedelta(days=250),
                ends_on=today + timedelta(days=260), published_on=today - timedelta(days=250),
                details={
                    "summary": "基准", "risks": "基准", "served": "基准", "contact": "基准", "platform": "contributing",
                    "needs_agreement": True,
                },
            )
        ],
        batch_id=None, area=Region(TOWNSHIP), by=BY,
    )[0]  # fmt: skip
    rows = [bulk.NewActivity(project, "service", f"基准活动{number}", place) for number in range(ACTIVITIES)]
    activities = bulk.create_activities(rows=rows, area=Region(TOWNSHIP), by=BY)
    return bulk.take_over_sessions(rows=_laid_out(activities, place), area=Region(TOWNSHIP), by=BY)


def _laid_out(activities: list[Activity], place: Place) -> Iterator[bulk.NewSession]:
    """Twenty a day, half of them before today."""
    today = clock.today()
    for number in range(SESSIONS):
        day = today + timedelta(days=number // ACTIVITIES - SESSIONS // ACTIVITIES // 2)
        starts = datetime.combine(day, clock_time(8 + number % 10), tzinfo=CHINA)
        ends = starts + timedelta(hours=2)
        yield bulk.NewSession(
            activities[number % ACTIVITIES], starts, ends, place, (NewRole("志愿者", 15, serves=True),),
            venue=f"第{number % ACTIVITIES}服务点", held=ends < clock.now(),
        )  # fmt: skip


def _enrol() -> None:
    """Eleven people in each session, straight into the tables: signing up one by one is measured elsewhere."""
    place = place_at(TOWNSHIP)
    assert place is not None
    people = [Person(name=f"基准{number}", initials="jz", place=place, area_path=TOWNSHIP) for number in range(PEOPLE)]
    Person.objects.bulk_create(people)
    roles = SessionRole.objects.filter(session__activity__project__title=TITLE)
    rows = [
        Enrolment(
            session_id=role.session_id, role=role, area_path=TOWNSHIP, person=people[(number * EACH + turn) % PEOPLE],
            state="invited", made_at=clock.now(), changed_by=1,
        )
        for number, role in enumerate(roles)
        for turn in range(EACH)
    ]  # fmt: skip
    Enrolment.objects.bulk_create(rows, batch_size=5000)
    roles.update(taken=EACH)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
