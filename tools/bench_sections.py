"""The sections of `make bench` (see bench.py): each runs in a process of its own and adds rows to its results."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from django.db import connection

from tools.bench import LAST_DAY, NATION_DAY, in_turn, median_ms, peak_mb
from yinling.base.period import Period, as_of, month
from yinling.base.rules import Actor

BY = Actor.for_system("bench")
GUIZHOU = "52"


@dataclass
class Bench:
    """What a section was asked for, and what it measured."""

    section: str
    facts: int
    rows: int
    results: list[dict[str, Any]] = field(default_factory=list)

    def add(self, what: str, value: float, unit: str, goal: str = "") -> None:
        """Add one measured figure."""
        self.results.append({"section": self.section, "what": what, "value": value, "unit": unit, "goal": goal})


def demo(bench: Bench) -> None:
    """The demo of the first `make run`."""
    from yinling import demo as guizhou

    started = time.perf_counter()
    guizhou.load()
    bench.add("demo load", time.perf_counter() - started, "s", "≤ 60")


def nation(bench: Bench) -> None:
    """The national tree."""
    from yinling.network import divisions, load_places

    started = time.perf_counter()
    count = load_places(divisions=divisions.read(), on=NATION_DAY, source="bench", by=BY)
    bench.add(f"load the national tree, {count:,} places, with facts", time.perf_counter() - started, "s", "≤ 40")
    bench.add("  peak memory of the loading process", peak_mb(), "MB", "≤ 500")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def tree(bench: Bench) -> None:
    """Expand and search."""
    from yinling.network import Place, children_of, find_places

    widest = Place.objects.raw(
        "SELECT p.* FROM yinling_place p JOIN (SELECT parent_id FROM yinling_place GROUP BY 1 ORDER BY count(*) DESC LIMIT 1) w "
        "ON w.parent_id = p.id"
    )
    nodes: dict[str, Place | None] = {"the nation": None, "Guizhou": Place.objects.get(area_path=GUIZHOU)}
    if widest:
        nodes["the widest node"] = widest[0]

    def expand(node: Place | None) -> list[Place]:
        return list(children_of(node))

    worst = max(median_ms(partial(expand, node)) for node in nodes.values())
    bench.add("expand any node (worst of nation, province, widest)", worst, "ms", "≤ 50")
    for label, text in (
        ("name, beginning", "街上"),
        ("name, inside", "王庄"),
        ("initials", "jsc"),
        ("code", "520622"),
        ("no such name", "蘑菇星球"),
    ):
        bench.add(f"find a place by {label}: {text}", median_ms(partial(find_places, text)), "ms", "≤ 100")


def facts(bench: Bench) -> None:
    """Ten million facts of associations, spread over the villages of the nation and twenty years."""
    from yinling.associations import KINDS
    from yinling.base.action import action, current
    from yinling.base.rules import within
    from yinling.facts import kind_of, touch
    from yinling.facts.actions import series_id

    @action("bench.fill", label="fill", rule=within("administrator"), records=KINDS)
    def fill(*, count: int, by: Actor) -> None:
        touch(*KINDS)
        current().has_facts = True
        ids = [series_id(kind_of(kind), {"setting": setting}) for kind in KINDS for setting in ("rural", "urban")]
        with connection.cursor() as cursor:
            cursor.execute(
                """INSERT INTO yinling_fact (entry_id, series_id, area_path, happened, quantity, source_id)
                SELECT %s, (%s::int[])[1 + n %% %s], v.path, %s::date + (hashint4(n) & 1048575) %% 7670, 1, n
                FROM generate_series(1, %s) n
                JOIN (SELECT row_number() OVER (ORDER BY random()) - 1 AS k, area_path AS path FROM yinling_place WHERE level = 5) v
                  ON v.k = n %% (SELECT count(*) FROM yinling_place WHERE level = 5)""",
                [current().entry_id, ids, len(ids), NATION_DAY, count],
            )

    started = time.perf_counter()
    fill(count=bench.facts, by=BY)
    bench.add(
        f"{bench.facts:,} facts recorded by one action (SQL), totals and audit included",
        time.perf_counter() - started,
        "s",
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SELECT pg_total_relation_size('yinling_fact'), pg_total_relation_size('yinling_total')")
        size, totals = cursor.fetchone()
    bench.add("  facts with indexes", size / 2**20, "MB")
    bench.add("  totals with index", totals / 2**20, "MB")


HAND = (
    "SELECT sum(quantity) FROM yinling_total WHERE series_id = ANY(ARRAY(SELECT id FROM yinling_series WHERE kind = %s AND "
    "dims @> %s::jsonb)) AND area_path = %s AND month <= %s"
)
HAND_FACTS = (
    "SELECT sum(quantity) FROM yinling_fact WHERE series_id = ANY(ARRAY(SELECT id FROM yinling_series WHERE kind = %s AND "
    "dims @> %s::jsonb)) AND area_path >= %s AND area_path < %s AND happened <= %s"
)


def figures(bench: Bench) -> None:
    """Single figures, the cockpit's matrix, the door."""
    from yinling.associations import RURAL
    from yinling.figures import figure

    end = as_of(LAST_DAY)

    def by_hand(sql: str, values: Sequence[str | date]) -> object:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchone()[0]

    totals: list[str | date] = [RURAL.venue.kind, '{"setting": "rural"}', GUIZHOU, date(2025, 12, 1)]
    raw: list[str | date] = [RURAL.venue.kind, '{"setting": "rural"}', GUIZHOU, GUIZHOU + "\x7f", LAST_DAY]
    ours, hand = in_turn(lambda: figure(RURAL.venue, path=GUIZHOU, period=end), lambda: by_hand(HAND, totals))
    bench.add("one figure for a province (month end)", ours, "ms", "≤ 15")
    bench.add("  ÷ the same total in hand-written SQL over totals", ours / hand, "×", "≤ 1.3")
    hand = median_ms(lambda: by_hand(HAND_FACTS, raw), 9)
    bench.add("  ÷ the same total in hand-written SQL over facts", ours / hand, "×", "≤ 1.3")
    bench.add(
        "one figure for a province, in the middle of a month",
        median_ms(lambda: figure(RURAL.venue, path=GUIZHOU, period=as_of(date(2025, 8, 16)))),
        "ms",
        "≤ 15",
    )
    bench.add(
        "one figure for the nation (month end)", median_ms(lambda: figure(RURAL.venue, path="", period=end)), "ms"
    )
    bench.add(
        "one share for a county", median_ms(lambda: figure(RURAL.venue_share, path="520622", period=end)), "ms", "≤ 15"
    )
    bench.add(
        "one figure for a village",
        median_ms(lambda: figure(RURAL.venue, path="520622102201", period=end)),
        "ms",
        "≤ 15",
    )
    bench.add(
        "villages with an association, the nation (distinct)",
        median_ms(lambda: figure(RURAL.places_with, path="", period=end), 3),
        "ms",
    )
    _door_and_matrix(bench, end)


def _door_and_matrix(bench: Bench, end: Period) -> None:
    from yinling.associations import RURAL, URBAN
    from yinling.figures import Distinct, Door, leaves, table
    from yinling.network import children_of, place_at

    door = Door(RURAL.venue, GUIZHOU, end)
    bench.add("the door's first page of a province (query)", median_ms(lambda: door.page(BY)), "ms", "≤ 100 with page")
    bench.add("the door's count of a province", median_ms(lambda: door.tally()), "ms", "≤ 100 with page")
    measures = [
        m for m in (*RURAL.measures, *URBAN.measures) if not any(isinstance(leaf, Distinct) for leaf in leaves(m))
    ][:30]
    months = [as_of(month(2025, number).end) for number in range(1, 13)]
    for label, path in (("the nation", ""), ("a province", GUIZHOU), ("a prefecture", "5206"), ("a county", "520622")):
        children = [child.area_path for child in children_of(place_at(path) if path else None)]
        cells = len(measures) * 12 * len(children)
        taken = median_ms(partial(table, measures, paths=children, periods=months), 5)
        bench.add(
            f"{len(measures)} figures × 12 months × {len(children)} children of {label} ({cells:,} cells)",
            taken,
            "ms",
            "≤ 120",
        )


def drift(bench: Bench) -> None:
    """What became of a hundred frozen figures, and why one differs, over the facts of the section `facts`."""
    from yinling.associations import RURAL, URBAN
    from yinling.figures import Distinct, Region, drifts, freeze_many, leaves
    from yinling.network import children_of, place_at

    measures = [
        m for m in (*RURAL.measures, *URBAN.measures) if not any(isinstance(leaf, Distinct) for leaf in leaves(m))
    ][:10]
    paths = [GUIZHOU, *(child.area_path for child in children_of(place_at(GUIZHOU)))]
    wanted = [(measure, path, as_of(LAST_DAY)) for path in paths for measure in measures]
    started = time.perf_counter()
    frozen = freeze_many(wanted=wanted, region=Region(GUIZHOU), by=BY)
    bench.add(f"freeze {len(frozen)} figures of a province and its prefectures", time.perf_counter() - started, "s")
    for entries, each in ((0, 0), (200, 5), (100, 1000)):
        _record_later(entries, each)
        taken = median_ms(lambda: drifts(frozen), 5)
        bench.add(f"drift of {len(frozen)} figures, {entries * each:,} more facts since", taken, "ms", "≤ 2000")
    _why(bench)


def _record_later(entries: int, each: int) -> None:
    """More facts of today: so many entries of so many facts each, all in one province."""
    from yinling.associations import RURAL
    from yinling.base.action import action, registry
    from yinling.base.rules import within
    from yinling.facts import NewFact, record_many
    from yinling.network import Place

    villages = list(Place.objects.filter(level=5, area_path__under=GUIZHOU).values_list("area_path", flat=True))

    @action("bench.later", label="later", rule=within("administrator"), records=[RURAL.venue.kind])
    def later(*, by: Actor) -> None:
        days = [date(2025, 6, 1 + number % 30) for number in range(each)]
        facts = (NewFact({"setting": "rural"}, n, villages[n % len(villages)], day) for n, day in enumerate(days))
        record_many(RURAL.venue.kind, facts)

    del registry["bench.later"]
    for _entry in range(entries):
        later(by=BY)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE yinling_fact, yinling_entry")


def _why(bench: Bench) -> None:
    from yinling.associations import RURAL
    from yinling.figures import why

    before, after = as_of(date(2024, 12, 31)), as_of(LAST_DAY)
    for label, path in (("a county", "520622"), ("a province", GUIZHOU), ("the nation", "")):
        taken = median_ms(partial(why, RURAL.venue_share, path=path, before=before, after=after), 3)
        bench.add(f"why a share differs from that of a year before, {label}", taken, "ms")


def web(bench: Bench) -> None:
    """Pages over HTTP on the demo: one user, then twenty at once beside a bare Django page in the same run."""
    from tools.bench_http import Site

    with Site() as site:
        site.sign_in("province")
        for label, address in site.addresses().items():
            taken = site.one_by_one(address, 40)
            bench.add(f"{label}: median", statistics.median(taken), "ms", "≤ 60")
            bench.add(f"{label}: p99", sorted(taken)[-1], "ms", "≤ 150")
        floor = site.at_once("/bench-floor/", 20, 6)
        for label in ("register list", "register detail"):
            rate = site.at_once(site.addresses()[label], 20, 6)
            bench.add(f"{label}, 20 at once", rate, "req/s")
            bench.add("  ÷ a bare Django page of 50 rows in the same run", rate / floor, "×", "≥ 0.5")
        bench.add("bare Django page of 50 rows, 20 at once", floor, "req/s")
        count, size = site.first_load("/associations/")
        bench.add("first load of a page: requests", count, "", "≤ 12")
        bench.add("first load of a page, compressed", size / 1024, "KB", "≤ 250")


def reports(bench: Bench) -> None:
    """A work report of a province with more than a hundred figures in its text and ten tables: read, issued, as a file."""
    from yinling.associations import COMMUNITIES, LEVELS, RURAL, URBAN, VILLAGES
    from yinling.base import clock
    from yinling.network import Body
    from yinling.office import DocumentSeries, open_series
    from yinling.reports import (
        as_pdf,
        as_word,
        check,
        issue_report,
        issued_layout,
        resolved,
        start_report,
        submit_for_review,
        write_template,
    )
    from yinling.sources import published

    measures = [VILLAGES, COMMUNITIES, LEVELS, *RURAL.measures, *URBAN.measures]
    sentences = [
        f"{{{{ figure {measure.card.key} {where} }}}}"
        for measure in measures
        for where in ("", "place=5206", "period=2011-12-31")
    ][:100]
    tables = [
        f'{{{{ table rows=children total=yes columns="{first.card.key}, {second.card.key}" }}}}'
        for first, second in zip(RURAL.measures[:10], URBAN.measures[:10], strict=True)
    ]
    office = Body.objects.get(kind=Body.Kind.OFFICE, area_path=GUIZHOU)
    text = "，".join(sentences) + "\n\n" + "\n\n".join(tables)
    template = write_template(body=office, name=f"bench {clock.now().isoformat()}", text=text, by=BY)
    end = as_of(date(2012, 8, 16))
    report = start_report(template=template, issuer=office, place=office.place, period=end, title="bench", by=BY)
    figures = len(resolved(report).figures)
    label = f"a report of 100 figures and 10 tables ({figures} figures in all)"
    bench.add(f"{label}: ready to read", median_ms(lambda: resolved(report), 5), "ms", "≤ 2000")
    submit_for_review(report=report, by=BY)
    series = DocumentSeries.objects.filter(body=office).first() or open_series(body=office, code_word="试发", by=BY)
    started = time.perf_counter()
    done = issue_report(report=report, series=series, issued_on=clock.today(), by=BY)
    bench.add("  frozen and issued", (time.perf_counter() - started) * 1000, "ms")
    layout = issued_layout(done)
    bench.add("  as Word", median_ms(lambda: as_word(done, layout, ""), 3), "ms")
    bench.add("  as PDF", median_ms(lambda: as_pdf(done, layout, ""), 3), "ms")
    says = "。".join(one.says for one in published())
    text = (says * (10_000 // len(says) + 1))[:10_000]
    bench.add("checker, 10,000 characters", median_ms(lambda: check(text), 3), "ms", "≤ 1000")
