"""Rounds and returns at the scale of a province, on the demo."""

from __future__ import annotations

import io
import time
from datetime import timedelta
from typing import Any, cast

from openpyxl import load_workbook

from tools.bench import median_ms
from tools.bench_imports import read_and_check
from tools.bench_sections import Bench
from yinling.base import clock
from yinling.base.period import as_of, year
from yinling.base.rules import Actor
from yinling.exchange import request_commit, upload_batch
from yinling.exchange.export import export_rows
from yinling.exchange.tasks import go_on
from yinling.figures import Region
from yinling.network import Account, Body, actor_of, children_of, place_at
from yinling.returns import FormVersion, Return, Round, list_to_fill, open_round, progress, publish_form, start_form
from yinling.returns.forms import Field, Form, Question, Section, Words

BY = Actor.for_system("bench")
PROVINCE, COUNTIES = "52", "5206"
RETURNS = 500


def _form() -> Form:
    fields = [
        Field(key=f"bench.q{number}", type="integer", labels=Words(f"基准测试第{number}项"), counts="stock")
        for number in range(10)
    ]
    section = Section(key="main", questions=tuple(Question(field=field, required=True) for field in fields))
    return Form(key="bench", labels=Words("基准测试表"), sections=(section,))


def rounds(bench: Bench) -> None:
    """Open a round for every village and community of the province; its progress; a county's Excel."""
    office = Body.objects.get(kind="office", area_path=PROVINCE)
    version = FormVersion.objects.filter(key="bench").first()
    version = version or publish_form(version=start_form(form=_form(), owner=office, by=BY), by=BY)
    number = 2000 + Round.objects.count()  # a period of its own, should the database be kept
    started = time.perf_counter()
    one = open_round(
        form=version, name="基准", asked_by=office, area=Region(PROVINCE), period=year(number), respondents="level5",
        checked_at=(4, 3), workdays=10, expires_on=clock.today() + timedelta(days=90), approver="基准", legal_basis="基准",
        by=BY,
    )  # fmt: skip
    bench.add(f"open a round for {one.units} units", time.perf_counter() - started, "s", "≤ 10")
    place = place_at(PROVINCE)
    assert place is not None
    places = [place, *children_of(place)]
    bench.add(
        "progress of a round, province", median_ms(lambda: progress(one, places, as_of(clock.today()))), "ms", "≤ 100"
    )
    _excel(bench, one)


def _excel(bench: Bench, one: Round) -> None:
    rows = one.returns.filter(area_path__under=COUNTIES).select_related("place", "body", "round__form")
    chosen = list(rows.order_by("area_path")[:RETURNS])
    columns, cells = list_to_fill(one, chosen)
    with export_rows(columns, cast("Any", cells), "list", "") as file:
        book = load_workbook(io.BytesIO(file.read()))
    sheet = book.active
    assert sheet is not None
    for number, row in enumerate(sheet.iter_rows(min_row=2)):
        for cell in row[3:]:
            cell.value = number
    content = io.BytesIO()
    book.save(content)
    by = actor_of(Account.objects.get(username="prefecture"), "bench")
    started = time.perf_counter()
    batch = upload_batch(importer=f"returns.{one.pk}", name="list.xlsx", content=[content.getvalue()], by=by)
    read_and_check(batch, by)
    request_commit(batch=batch, by=by)
    go_on.call(batch.pk)
    taken = time.perf_counter() - started
    done = Return.objects.filter(round=one, state="submitted").count()
    bench.add(f"a list of {done} returns from Excel: read, checked, handed in", taken, "s", "≤ 5")
