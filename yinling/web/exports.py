"""Lists as Excel files: whatever a page shows as a list it can hand out here, always noted, personal data only with a
reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, cast

from django.http import FileResponse, HttpResponse

from yinling.base import clock
from yinling.base.rules import Placed
from yinling.exchange import Column, export_rows, may_export, note_export, watermark
from yinling.web.page import Request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class _Area:
    """The subtree an export is taken from, where the page has no row to say so."""

    area_path: str


def workbook(
    request: Request,
    *,
    title: str,
    columns: Sequence[str | Column],
    rows: Iterable[Sequence[Any]],
    personal: bool = False,
    reason: str = "",
    area: Placed | None = None,
) -> HttpResponse:
    """The rows as an .xlsx download with a line that says who took it and when; noted in the audit trail.

    `rows` is any iterable, taken one by one. `personal` says that unmasked personal data is among them: then `reason`
    is required (ValidationError without). `area` is where the rows come from (default: the actor's own area). Raises
    Refused for those who may not export.
    """
    where = area or _Area(request.actor.home)
    may_export.demand(request.actor, where)
    count = 0

    def counted() -> Iterator[Sequence[Any]]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    wanted = [column if isinstance(column, Column) else Column(column) for column in columns]
    file = export_rows(wanted, counted(), title, watermark(request.actor))
    try:
        note_export(what=title, rows=count, personal=personal, reason=reason, area=where, by=request.actor)
    except BaseException:
        file.close()
        raise
    return download(file, f"{title} {clock.today():%Y-%m-%d}.xlsx")


def download(file: IO[bytes], name: str) -> HttpResponse:
    """An open .xlsx file as a download; it is closed, and so gone, when it has been sent."""
    response = FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
    # Django's streaming responses do not inherit from the plain one; pages, which only pass them on, name the plain
    # one.
    return cast("HttpResponse", response)
