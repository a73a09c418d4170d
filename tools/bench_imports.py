"""The register of associations from Excel: read, checked row by row, put in with facts and audit."""

from __future__ import annotations

import io
import time
from datetime import date

import xlsxwriter  # type: ignore[import-untyped]

from tools.bench import peak_mb
from tools.bench_sections import Bench
from yinling.base.codes import synthetic_resident_id
from yinling.base.rules import Actor
from yinling.exchange import Batch, map_columns, request_check, request_commit, upload_batch
from yinling.exchange.tasks import go_on
from yinling.network import Account, Place, actor_of

SMALL_IMPORT, LARGE_IMPORT = 20_000, 500_000


def imports(bench: Bench) -> None:
    """A register of associations from Excel: read, checked row by row, committed with facts and audit."""
    for rows in (SMALL_IMPORT, bench.rows):
        _import(bench, rows)


def _import(bench: Bench, rows: int) -> None:
    by = actor_of(Account.objects.get(username="province"), "bench")
    content = _register(rows)
    batch = upload_batch(importer="associations", name=f"bench-{rows}.xlsx", content=[content], by=by)
    del content
    started = time.perf_counter()
    read_and_check(batch, by)
    checked = time.perf_counter()
    good = batch.good
    request_commit(batch=batch, by=by)
    go_on.call(batch.pk)
    done = time.perf_counter()
    batch = Batch.objects.get(pk=batch.pk)
    goal = "≤ 15" if rows == SMALL_IMPORT else "≤ 300" if rows == LARGE_IMPORT else ""
    bench.add(
        f"import of {rows:,} associations from Excel ({good:,} good, state {batch.state})", done - started, "s", goal
    )
    bench.add("  of it reading and checking", checked - started, "s")
    bench.add("  peak memory of the process", peak_mb(), "MB", "≤ 800")


def read_and_check(batch: Batch, by: Actor) -> None:
    """What the worker does with an uploaded file up to its result, with the columns as they are proposed."""
    go_on.call(batch.pk)
    batch.refresh_from_db()
    map_columns(batch=batch, sheet=batch.sheet, header_row=batch.header_row, mapping=batch.mapping, by=by)
    request_check(batch=batch, by=by)
    go_on.call(batch.pk)
    batch.refresh_from_db()


def _register(rows: int) -> bytes:
    """An Excel register with twelve columns; every association has a chair of its own."""
    codes = list(Place.objects.filter(level=5).exclude(code="").order_by("area_path").values_list("code", flat=True))
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": False})
    sheet = book.add_worksheet()
    heads = (
        "所在地代码", "协会名称", "城乡", "成立日期", "有无经费来源", "经费来源", "有无活动场所", "面积", "会长姓名", "会长身份证号",
        "会长电话", "会员数",
    )  # fmt: skip
    sheet.write_row(0, 0, heads)
    for number in range(rows):
        birth = date(1920 + number % 40, 1 + number // 40 % 12, 1 + number // 480 % 28)
        resident = synthetic_resident_id(birth, 900 - rows // SMALL_IMPORT + number // 13_440 % 60)
        cells = (
            codes[number % len(codes)], f"{rows}试验{number}老年协会", "农村", "2012-03-04", "有", "会员缴纳", "有",
            60 + number % 90, "杨光明", resident, f"138{number:08d}", 20 + number % 80,
        )  # fmt: skip
        sheet.write_row(number + 1, 0, cells)
    book.close()
    return file.getvalue()
