"""Volunteers at the scale of a large prefecture, on the demo: registering, listing, searching, merging."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Count

from tools.bench import median_ms
from tools.bench_sections import Bench
from yinling.base import clock
from yinling.base.codes import synthetic_resident_id
from yinling.base.paths import under
from yinling.base.period import as_of
from yinling.base.rules import Actor
from yinling.figures import table
from yinling.network import Account, Place, actor_of, place_at
from yinling.people import merge_people
from yinling.volunteers import NewVolunteer, Volunteer, measures, queries, register_many

BY = Actor.for_system("bench")
CITY, OTHER = "5206", "5203"
ROWS = 50_000


def _rows(count: int) -> Iterator[NewVolunteer]:
    villages = list(Place.objects.filter(under(OTHER), level=5).values_list("pk", "area_path"))
    for number in range(count):
        born, sequence = divmod(number, 500)
        place, path = villages[number % len(villages)]
        yield NewVolunteer(
            place_id=place, area_path=path, name=f"基准{number % 97}", source="community", retired_cadre=True,
            resident_id=synthetic_resident_id(date(1931, 1, 1) + timedelta(days=born), sequence),
            phone=f"1369{number:07d}", registered_on=date(2024, 1, 1), verified_on=date(2024, 1, 1),
            profession="law" if number % 3 == 0 else "",
        )  # fmt: skip


def volunteers(bench: Bench) -> None:
    """Registering many, the desk's list and search among them, figures by county, and one merge."""
    city = place_at(OTHER)
    assert city is not None
    started = time.perf_counter()
    register_many(rows=_rows(ROWS), area=city, by=BY)
    bench.add(f"register {ROWS:,} volunteers", time.perf_counter() - started, "s", "≤ 60")
    viewer = actor_of(Account.objects.get(username="province"), "bench")

    def page(**wanted: str) -> None:
        rows = queries.volunteers(viewer, queries.Wanted(**wanted))  # type: ignore[arg-type]
        rows.count()
        list(rows.select_related("person", "unit")[:51])

    whole = Volunteer.objects.aggregate(count=Count("pk"))["count"]
    bench.add(f"list of {whole:,} volunteers, first page and count", median_ms(page), "ms", "≤ 200")
    bench.add("  search by name", median_ms(lambda: page(text="基准3")), "ms", "≤ 200")
    bench.add("  search by telephone number", median_ms(lambda: page(text="13690000042")), "ms", "≤ 50")
    paths = list(Place.objects.filter(parent__area_path=CITY).values_list("area_path", flat=True))
    counted, now = [measures.VOLUNTEERS, measures.PROFESSIONALS], as_of(clock.today())
    bench.add(
        "two figures of ten counties", median_ms(lambda: table(counted, paths=paths, periods=[now])), "ms", "≤ 50"
    )
    first, second = Volunteer.objects.filter(under(OTHER)).select_related("person").order_by("pk")[:2]
    started = time.perf_counter()
    merge_people(kept=first.person, gone=second.person, reason="基准", by=BY)
    bench.add("merge two persons", (time.perf_counter() - started) * 1000, "ms", "≤ 500")
