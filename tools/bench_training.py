"""Training at the scale of a city, on the demo: five years of classes taken over, a school year of candidates."""

from __future__ import annotations

import time
from datetime import date, timedelta
from decimal import Decimal

from tools.bench import median_ms
from tools.bench_sections import Bench
from yinling.activities import bulk
from yinling.base.codes import synthetic_resident_id
from yinling.base.period import between
from yinling.base.rules import Actor
from yinling.figures import Region, figure, measure_of
from yinling.network import Body
from yinling.training import TrainingClass
from yinling.training.bulk import NewCandidate, NewPerson, OldClass, OldTrainee, register_candidates, take_over

BY = Actor.for_system("bench")
CITY = "5203"
CLASSES, PEOPLE = 200, 50
CANDIDATES = 10_000


def training(bench: Bench) -> None:
    """Take over ten thousand trainees in two hundred classes; register ten thousand candidates; read a figure."""
    office = Body.objects.get(kind="office", area_path=CITY)
    details = {
        "summary": "基准", "served": "基准", "contact": "基准", "risks": "基准", "platform": "learning", "needs_agreement": True,
    }  # fmt: skip
    row = bulk.NewProject(
        organiser=office, place=office.place, title="基准培训", starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31),
        details=details, published_on=date(2020, 1, 2),  # type: ignore[arg-type] # the keys are those of Details
    )  # fmt: skip
    series = bulk.publish_many(rows=[row], batch_id=None, area=office, by=BY)[0]
    first = TrainingClass.objects.count() + 1
    rows = [_class(first + number, number) for number in range(CLASSES)]
    started = time.perf_counter()
    count = take_over(series=series, rows=rows, by=BY)
    bench.add(f"take over {CLASSES} classes, {count} trainees", time.perf_counter() - started, "s", "≤ 20")
    school = Body.objects.filter(kind="school").first() or office
    batch = f"基准{first}"
    started = time.perf_counter()
    count = register_candidates(
        rows=(_candidate(school, batch, number) for number in range(CANDIDATES)), batch_id=None, area=Region(""), by=BY
    )
    bench.add(f"register {count} candidates", time.perf_counter() - started, "s", "≤ 10")
    years = between(date(2016, 1, 1), date(2020, 12, 31))
    measure = measure_of("trained.mid_grade")
    bench.add(
        "different people trained in five years, province",
        median_ms(lambda: figure(measure, path="52", period=years)), "ms", "≤ 100",
    )  # fmt: skip


def _class(ordinal: int, number: int) -> OldClass:
    first = date(2020, 1, 6) + timedelta(days=number)
    people = [
        OldTrainee(NewPerson("基准人", synthetic_resident_id(date(1950, 1, 1) + timedelta(days=number), 100 + index)))
        for index in range(PEOPLE)
    ]
    return OldClass("carer_4", ordinal, first, first + timedelta(days=9), 80, people)


def _candidate(school: Body, batch: str, number: int) -> NewCandidate:
    mark = Decimal(40 + number % 60)
    return NewCandidate(school, batch, "elementary", date(2020, 6, 20), f"{number:06}", "基准", mark, mark)
