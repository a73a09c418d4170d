"""Presence and hours of a city over five million records, on the demo's city; old records from Excel."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

import xlsxwriter  # type: ignore[import-untyped]
from django.db import connection

from tools.bench import median_ms
from tools.bench_imports import read_and_check
from tools.bench_sections import Bench
from yinling.activities import Activity, Domain, Project, Session, SessionRole
from yinling.base import clock
from yinling.base.action import action, current
from yinling.base.paths import under
from yinling.base.period import between, year
from yinling.base.rules import Actor, within
from yinling.exchange import Batch, request_commit, upload_batch
from yinling.exchange.tasks import go_on
from yinling.facts import kind_of, touch
from yinling.facts.actions import series_id
from yinling.figures import table
from yinling.hours import GRADED, HOURS, SERVED, Attendance, confirm_many, measures_of, suspicions
from yinling.hours import demo as hours_demo
from yinling.hours.measures import ATTENDED, SERVICE
from yinling.network import Account, Body, Place, actor_of, children_of, place_at
from yinling.people import Person
from yinling.volunteers import Volunteer

BY = Actor.for_system("bench")
CITY, PEOPLE, SESSIONS, RECORDS, OLD = "5206", 8_600, 9_000, 5_000_000, 100_000
SHEET_PEOPLE = 60
DOMAINS = ("health", "education", "rural", "none")

FILL = """
    INSERT INTO yinling_attendance (session_id, person_id, area_path, serves, domain, role, day, started_at, ended_at, minutes,
        counted, remark, source, grade, state, why, recorded_by, recorded_at, ended_by, confirmed_by, confirmed_at, device,
        entry_id, changed_by)
    SELECT s.id, p.id, s.area_path, true, '', '', s.day, s.starts_at + n.n %% 20 * interval '1 minute', s.ends_at, 190, 190,
        '', 'list', 'B', 'confirmed', '', 1, s.ends_at, 1, 2, s.ends_at + n.n %% 100000 * interval '1 minute', '', %(entry)s,
        %(entry)s
    FROM (SELECT n, n %% %(sessions)s AS s, (n / %(sessions)s * 13 + n %% %(sessions)s * 7)  %% %(people)s AS p
          FROM generate_series(1, %(records)s) n) n
    JOIN (SELECT id, area_path, day, starts_at, ends_at, row_number() OVER (ORDER BY id) - 1 AS k
          FROM yinling_session WHERE venue LIKE 'bench%%') s ON s.k = n.s
    JOIN (SELECT person_id AS id, row_number() OVER (ORDER BY person_id) - 1 AS k
          FROM yinling_volunteer WHERE number LIKE 'B%%') p ON p.k = n.p
    ON CONFLICT DO NOTHING
"""
FACTS = """
    INSERT INTO yinling_fact (entry_id, series_id, area_path, happened, quantity, person_id, source_id)
    SELECT %(entry)s, (%(series)s::int[])[1 + a.id %% %(number)s], a.area_path, a.day, %(quantity)s, a.person_id, a.id
    FROM yinling_attendance a WHERE a.entry_id = %(entry)s
"""


@action("bench.ground", label="ground", rule=within("administrator"))
def _ground(*, by: Actor) -> None:
    """A city's volunteers and sessions."""
    place = place_at(CITY)
    office = Body.objects.filter(kind="office", area_path=CITY).get()
    assert place is not None
    villages = list(Place.objects.filter(under(CITY), level=5, closed=None).order_by("area_path"))
    homes = [villages[number % len(villages)] for number in range(PEOPLE)]
    people = Person.objects.bulk_create(
        [Person(name=f"杨{number}", initials=f"y{number}", place=home, area_path=home.area_path, birth=date(1955, 1, 1))
         for number, home in enumerate(homes)],
        batch_size=2000,
    )  # fmt: skip
    first = date(2022, 12, 1)
    Volunteer.objects.bulk_create(
        [Volunteer(person=person, area_path=person.area_path, number=f"BH{person.pk:09}", source="unit", state="active",
                   retired_cadre=True, registered_on=first + timedelta(days=number % 45), changed_by=0) for number, person in enumerate(people)],
        batch_size=2000,
    )  # fmt: skip
    where = {"place": place, "area_path": CITY, "organiser": office, "changed_by": 0}
    project = Project.objects.create(
        title="bench", starts_on=date(2023, 1, 1), ends_on=date(2030, 12, 31), state="published", **where
    )
    activity = Activity.objects.create(project=project, kind="service", title="bench", state="held", **where)
    _sessions(activity, villages)


def _sessions(activity: Activity, villages: list[Place]) -> None:
    rows = []
    for number in range(SESSIONS):
        place, day = villages[number % len(villages)], date(2023, 1, 2) + timedelta(days=number * 7919 // 13 % 1090)
        start = datetime.combine(day, datetime.min.time(), tzinfo=clock.CHINA) + timedelta(hours=9)
        rows.append(
            Session(
                activity=activity, place=place, area_path=place.area_path, venue=f"bench {number}", day=day, starts_at=start,
                ends_at=start + timedelta(minutes=210), state="held", key=b"0", changed_by=0,
            )
        )  # fmt: skip
    made = Session.objects.bulk_create(rows, batch_size=2000)
    SessionRole.objects.bulk_create(
        [SessionRole(session=one, area_path=one.area_path, name="志愿者", capacity=SHEET_PEOPLE) for one in made],
        batch_size=2000,
    )


@action("bench.hours", label="fill", rule=within("administrator"), records=[SERVICE, ATTENDED])
def _fill(*, by: Actor) -> None:
    """Records by SQL, with their facts."""
    touch(SERVICE, ATTENDED)
    current().has_facts = True
    entry = current().entry_id
    served = [
        series_id(kind_of(SERVICE), {"domain": domain, "grade": grade, "retired": "yes"})
        for domain in DOMAINS for grade in "ABCD"
    ]  # fmt: skip
    attended = [series_id(kind_of(ATTENDED), {"kind": "service", "serves": "yes"})]
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"entry": entry, "records": RECORDS, "sessions": SESSIONS, "people": PEOPLE})
        for series, quantity in ((served, 190), (attended, 1)):
            cursor.execute(FACTS, {"entry": entry, "series": series, "number": len(series), "quantity": quantity})


def hours(bench: Bench) -> None:
    """The demo's hours; figures, impossible hours and an import beside five million records."""
    recorder, confirmer = (actor_of(Account.objects.get(username=name), "bench") for name in ("prefecture", "province"))
    _ground(by=BY)
    sessions, people = (
        Session.objects.filter(venue__startswith="bench"),
        Volunteer.objects.filter(number__startswith="BH"),
    )

    def load() -> int:
        return hours_demo.hours(city=CITY, sessions=sessions, volunteers=people, recorder=recorder, confirmer=confirmer)

    count, taken = _timed(load)
    bench.add(f"the demo city's presence: {count:,} records, recorded and confirmed", taken, "s", "≤ 25")
    _nothing, taken = _timed(lambda: _fill(by=BY))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    bench.add(f"{Attendance.objects.count():,} records with their facts (SQL)", taken, "s")
    _figures(bench)
    _impossible(bench, recorder)
    _imported(bench, recorder, confirmer)


def _impossible(bench: Bench, viewer: Actor) -> None:
    """The county where it takes longest."""
    city = place_at(CITY)
    assert city is not None
    last = date(2025, 12, 31)
    quarter = between(last - timedelta(days=90), last)
    taken = [
        median_ms(lambda path=county.area_path: suspicions(viewer, path, quarter), 3)  # type: ignore[misc]
        for county in children_of(city)
    ]
    bench.add("impossible hours of 90 days, the slowest county", max(taken), "ms", "≤ 1000")


def _timed(run: Callable[[], int | None]) -> tuple[int | None, float]:
    started = time.perf_counter()
    result = run()
    return result, time.perf_counter() - started


def _figures(bench: Bench) -> None:
    city = place_at(CITY)
    assert city is not None
    paths = [CITY, *(place.area_path for place in children_of(city))]
    years = [year(number) for number in (2023, 2024, 2025)]
    goal = "≤ 200"
    domains = [one.hours for one in measures_of(list(Domain.objects.filter(ended=False)))]
    for what, measures in (
        (f"hours by domain ({len(domains)}), county and year", domains),
        ("hours of a city by county and year", [HOURS]), ("hours by grade, county and year", list(GRADED)),
        ("volunteers who served, by county and year", [SERVED]),
    ):  # fmt: skip
        taken = median_ms(partial(table, measures, paths=paths, periods=years), 5)
        bench.add(what, taken, "ms", goal if SERVED not in measures else "")


def _imported(bench: Bench, recorder: Actor, confirmer: Actor) -> None:
    batch = upload_batch(importer="hours", name="old.xlsx", content=[_old()], by=recorder)
    started = time.perf_counter()
    read_and_check(batch, recorder)
    checked = time.perf_counter()
    request_commit(batch=batch, by=recorder)
    go_on.call(batch.pk)
    done = time.perf_counter()
    batch = Batch.objects.get(pk=batch.pk)
    bench.add(f"old records from Excel: {batch.good:,} read and checked ({batch.state})", checked - started, "s")
    bench.add("  going in", done - checked, "s", "≤ 30")
    city = place_at(CITY)
    assert city is not None
    told, taken = _timed(lambda: confirm_many(area=city, batch_id=batch.pk, by=confirmer).count)
    bench.add(f"  {told:,} of them confirmed at once", taken, "s", "≤ 30")


def _old() -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["志愿者编号", "服务日期", "开始时间", "结束时间", "服务内容", "记录人"])
    numbers = list(Volunteer.objects.filter(number__startswith="BH").order_by("pk").values_list("number", flat=True))
    first = date(2021, 1, 1)
    for number in range(OLD):
        day = first + timedelta(days=number // len(numbers) * 9 + number % 5)
        row = [numbers[number % len(numbers)], day.isoformat(), "9:00", "11:30", "入户探访", "王老师"]
        sheet.write_row(number + 1, 0, row)
    book.close()
    return file.getvalue()
