"""A small made-up county, and the people who work there."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date

import xlsxwriter  # type: ignore[import-untyped]

from yinling.base.codes import synthetic_resident_id
from yinling.base.rules import Actor
from yinling.exchange import Batch, map_columns, refused_rows, request_check, request_commit, upload_batch
from yinling.exchange.tasks import go_on
from yinling.facts import forget_series
from yinling.network import Account, Body, Place, create_account, load_places, register_body
from yinling.network.divisions import Division, kind_of
from yinling.network.names import initials_of

SYSTEM = Actor.for_system("test")
OPENED = date(2005, 1, 1)
PASSWORD = "a-long-enough-secret-1"

NAMES = {
    "52": "贵州省",
    "5299": "银龄市",
    "529901": "松柏县",
    "529902": "长青县",
    "529901101": "清泉镇",
    "529901102": "白鹤镇",
    "529902101": "清泉镇",
    "529901101201": "上河村村委会",
    "529901101202": "下河村村委会",
    "529901101001": "东门社区居委会",
    "529901102201": "上河村村委会",
    "529901102202": "桃花村村委会",
    "529902101201": "远山村村委会",
}


def divisions() -> Iterator[Division]:
    """The places, each after the place above it."""
    for path, name in NAMES.items():
        above = max((other for other in NAMES if path.startswith(other) and other != path), key=len, default="")
        yield Division(
            path=path,
            code=path.ljust(12, "0"),
            level={2: 1, 4: 2, 6: 3, 9: 4, 12: 5}[len(path)],
            name=name,
            kind=kind_of(path, name),
            parent_path=above,
            initials=initials_of(name),
        )


def load() -> dict[str, Place]:
    """Load the places; every one by its path."""
    forget_series()
    load_places(divisions=divisions(), on=OPENED, source="test", by=SYSTEM)
    return {place.area_path: place for place in Place.objects.all()}


def make_clerk(place: Place) -> Account:
    """A clerk of the office at `place`."""
    office = register_body(place=place, kind=Body.Kind.OFFICE, name="老龄办", founded=OPENED, by=SYSTEM)
    return create_account(
        username=f"clerk{place.area_path}",
        display_name="李书记员",
        password=PASSWORD,
        body=office,
        role="clerk",
        since=OPENED,
        must_change_password=False,
        by=SYSTEM,
    )


HEADERS = ["所在地代码", "协会名称", "成立日期", "有无活动场所", "会长姓名", "会长身份证号", "会长电话", "会员数"]


def good(number: int, code: str = "529901101201") -> list[object]:
    """A row that can go in; no two numbers give the same association or person."""
    chair = synthetic_resident_id(date(1940 + number % 30, 1 + number % 12, 1), number % 1000)
    return [code, f"第{number}老年协会", "2010-05-01", "有", f"张大{number}", chair, f"138{number:08d}", 30 + number]


def workbook(rows: Sequence[Sequence[object]], headers: Sequence[str] = HEADERS, above: int = 0) -> bytes:
    """An .xlsx file; `above` rows of other text stand over its headers."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": False})
    page = book.add_worksheet("名册")
    for line in range(above):
        page.write_string(line, 0, "全县老年协会登记表" if line == 0 else "填表单位")
    for line, row in enumerate([headers, *rows], start=above):
        for column, value in enumerate(row):
            if value is not None:
                page.write(line, column, value)
    book.close()
    return content.getvalue()


def upload(content: bytes, by: Actor, name: str = "名册.xlsx", importer: str = "associations") -> Batch:
    """Upload a file and have its headers read."""
    batch = upload_batch(importer=importer, name=name, content=[content], by=by)
    return step(batch)


def step(batch: Batch) -> Batch:
    """Do what the worker would do next."""
    go_on.call(batch.pk)
    batch.refresh_from_db()
    return batch


def checked(content: bytes, by: Actor, name: str = "名册.xlsx", importer: str = "associations") -> Batch:
    """Upload a file, take the proposed columns and have it checked."""
    batch = upload(content, by, name, importer)
    assert batch.state == Batch.State.UPLOADED, batch.problem
    map_columns(batch=batch, sheet=batch.sheet, header_row=batch.header_row, mapping=batch.mapping, by=by)
    request_check(batch=batch, by=by)
    return step(batch)


def committed(content: bytes, by: Actor) -> Batch:
    """The same, and the good rows put in."""
    batch = checked(content, by)
    request_commit(batch=batch, by=by)
    return step(batch)


def reasons(batch: Batch) -> dict[int, list[list[str]]]:
    """Why rows were refused: label of the column and text, by row number."""
    return {row.number: row.reasons for row in refused_rows(batch)}
