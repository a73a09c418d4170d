"""Old records of service from a spreadsheet: columns, check, commit and undo. What comes in waits for somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from yinling.activities import Project, ProjectState, Session, open_archive
from yinling.base import clock
from yinling.base.codes import CodeError, resident_id
from yinling.base.crypto import keyring
from yinling.base.invalid import Invalid
from yinling.base.paths import under
from yinling.base.rules import Actor
from yinling.exchange import (
    Batch,
    Cell,
    Committed,
    Field,
    Importer,
    ReadyRow,
    Row,
    cell_text,
    past_day,
    register_importer,
    text,
    whole,
)
from yinling.hours.bulk import NewRecord, record_many, withdraw_batch
from yinling.hours.models import Attendance, State
from yinling.hours.reckoning import DAY
from yinling.hours.rules import may_record
from yinling.network import Body
from yinling.people import RESIDENT
from yinling.volunteers import Volunteer

TIMELESS = time(8)
"""Where a length without times of day is put: one after the other from here on, so that each counts."""

_TIME = re.compile(r"([01]?\d|2[0-3])[:：时点](\d{2})?分?")


def _clock(cell: Cell) -> str:
    """An hour and minute, 9:00, 09:30, 9时30分; a spreadsheet's time of day."""
    if isinstance(cell, (datetime, time)):
        return f"{cell:%H:%M}"
    written = cell_text(cell).replace(" ", "")
    written = written.rpartition(":")[0] if written.count(":") > 1 else written
    found = _TIME.fullmatch(written)
    if found is None:
        raise Invalid("time", _("Write a time of day like 9:00 or 14:30."))
    return f"{int(found[1]):02}:{int(found[2] or 0):02}"


def _who(cell: Cell) -> str:
    return "".join(cell_text(cell).split()).upper()


FIELDS = (
    Field(
        "who", gettext_lazy("Volunteer number or resident number"), _who,
        ("志愿者编号", "志愿者号", "编号", "身份证号", "身份证号码", "证件号码"), required=True,
        accepts=gettext_lazy("The number of a registered volunteer. Format the column as text."), example="V52062200000001",
        mask=lambda value: f"{value[:6]}…{value[-4:]}" if len(value) > 10 else value,  # noqa: PLR2004
    ),
    Field(
        "day", gettext_lazy("Day of service"), past_day, ("日期", "服务日期", "活动日期", "时间"), required=True,
        accepts=gettext_lazy("A date, not in the future: 2024-05-01"), example="2024-05-01",
    ),
    Field("start", gettext_lazy("Began at"), _clock, ("开始时间", "开始", "起", "签到时间"), example="9:00"),
    Field("end", gettext_lazy("Ended at"), _clock, ("结束时间", "结束", "止", "签退时间"), example="11:30"),
    Field(
        "minutes", pgettext_lazy("of service", "Minutes"), whole(DAY), ("分钟", "服务分钟", "时长分钟", "时长(分钟)"),
        accepts=gettext_lazy("Where the times of day are not known. Travel is left out."),
    ),
    Field(
        "project", gettext_lazy("Project"), text(120), ("项目", "项目名称", "服务项目", "活动名称"),
        accepts=gettext_lazy("The title of a project in the register; left empty, the records of earlier years."),
    ),
    Field("remark", pgettext_lazy("of service", "What was done"), text(80), ("服务内容", "内容", "事项"), example="入户探访"),
    Field("recorder", gettext_lazy("Recorded by"), text(30), ("记录人", "登记人", "经办人"), example="王老师"),
)  # fmt: skip


class Check:
    """The check of one file. Remembers what the rows before held, so that no presence comes in twice."""

    def __init__(self, _actor: Actor, batch: Batch) -> None:
        self._batch = batch
        self._seen: dict[tuple[int, date], list[tuple[datetime, datetime, int]]] = {}
        self._projects: dict[str, int | None] = {}

    def __call__(self, rows: Sequence[Row]) -> None:
        """Check the next rows: the volunteer, the project, the times, what is there already."""
        people = _people({cast("str", row.values["who"]) for row in rows}, self._batch.area_path)
        known = _held(set(people.values()), {cast("date", row.values["day"]) for row in rows})
        for row in rows:
            person = people.get(cast("str", row.values["who"]))
            project = self._project(row)
            if person is None:
                row.refuse("who", _("No volunteer of your area is registered under this number."))
                continue
            times = self._times(row, person)
            if times is not None and not row.problems:
                self._place(row, person, times, project, known)

    def _times(self, row: Row, person: int) -> tuple[datetime, datetime] | None:
        values, day = row.values, cast("date", row.values["day"])
        start, end, minutes = (values.get(key) for key in ("start", "end", "minutes"))
        if start and end:
            begins, ends = _at(day, cast("str", start)), _at(day, cast("str", end))
            if ends <= begins:
                row.refuse("end", _("The end must come after the beginning."))
        elif minutes:
            begins = _at(day, cast("str", start)) if start else self._free(person, day)
            ends = begins + timedelta(minutes=cast("int", minutes))
        else:
            row.refuse("start", _("Give the times of day, or the minutes."))
            return None
        if ends > clock.now():
            row.refuse("day", _("This time lies in the future."))
        return begins, ends

    def _free(self, person: int, day: date) -> datetime:
        """A length without times goes behind what the file already has of that day."""
        taken = self._seen.get((person, day), [])
        return max([_at(day, f"{TIMELESS:%H:%M}"), *(end for _start, end, _row in taken)])

    def _project(self, row: Row) -> int | None:
        title = cast("str", row.values.get("project") or "")
        if not title:
            return None
        if title not in self._projects:
            rows = Project.objects.filter(under(self._batch.area_path), title=title).exclude(
                state__in=(ProjectState.DRAFT, ProjectState.WITHDRAWN)
            )
            keys = list(rows.order_by("pk").values_list("pk", flat=True)[:2])
            self._projects[title] = keys[0] if len(keys) == 1 else None if not keys else -1
        found = self._projects[title]
        if found is None:
            row.refuse("project", _("No published project of your area has this title."))
        elif found < 0:
            row.refuse("project", _("Several projects have this title."))
        return found

    def _place(
        self, row: Row, person: int, times: tuple[datetime, datetime], project: int | None,
        known: Mapping[int, set[tuple[datetime, datetime]]],
    ) -> None:  # fmt: skip
        begins, ends = times
        if times in known.get(person, ()):
            row.refuse("day", _("This presence is already recorded."))
            return
        mine = self._seen.setdefault((person, cast("date", row.values["day"])), [])
        same = next((number for start, end, number in mine if (start, end) == times), None)
        if same is not None:
            row.refuse("day", _("The same as row %(row)d of this file.") % {"row": same})
            return
        mine.append((begins, ends, row.number))
        recorder = row.values.get("recorder") or ""
        remark = "; ".join(str(part) for part in (row.values.get("remark"), recorder) if part)
        row.ready = {
            "person": person, "start": begins.isoformat(), "end": ends.isoformat(), "project": project, "remark": remark,
        }  # fmt: skip


def _at(day: date, clock_time: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock_time), tzinfo=clock.CHINA)


def _people(numbers: set[str], path: str) -> dict[str, int]:
    """The volunteers of an area by volunteer number or resident number, however the latter is written."""
    mine = Volunteer.objects.filter(under(path))
    found = dict(mine.filter(number__in=numbers).values_list("number", "person_id"))
    hashes: dict[str, str] = {}
    for number in numbers - set(found):
        try:
            hashes |= dict.fromkeys(keyring().hashes(resident_id(number).modern, RESIDENT), number)
        except CodeError:
            continue
    for hash_, person in mine.filter(person__resident_hash__in=hashes).values_list(
        "person__resident_hash", "person_id"
    ):
        found[hashes[hash_]] = person
    return found


def _held(people: set[int], days: set[date]) -> dict[int, set[tuple[datetime, datetime]]]:
    """The times already recorded of these people on these days: years of service lie beside them."""
    held: dict[int, set[tuple[datetime, datetime]]] = {}
    rows = Attendance.objects.filter(person__in=people, day__in=days, ended_at__isnull=False)
    rows = rows.exclude(state=State.VOIDED)
    for person, start, end in rows.values_list("person_id", "started_at", "ended_at"):
        if end is not None:
            held.setdefault(person, set()).add((start, end))
    return held


def _commit(batch: Batch, rows: Iterator[ReadyRow], actor: Actor) -> Committed:
    body = Body.objects.filter(pk=batch.body_id or 0).first()
    if body is None:
        body = (
            Body.objects.filter(kind=Body.Kind.OFFICE, area_path=batch.area_path, withdrawn=False)
            .order_by("pk")[:1]
            .get()
        )
    sessions: dict[int | None, Session] = {}

    def session_of(key: int | None) -> int:
        if key not in sessions:
            project = Project.objects.select_related("organiser").filter(pk=key or 0).first()
            organiser = project.organiser if project else body
            sessions[key] = open_archive(organiser=organiser, project=project, by=actor)
        return sessions[key].pk

    def new(row: ReadyRow) -> NewRecord:
        number, values = row
        return NewRecord(
            session_id=session_of(cast("int | None", values["project"])), person_id=cast("int", values["person"]),
            started_at=datetime.fromisoformat(cast("str", values["start"])),
            ended_at=datetime.fromisoformat(cast("str", values["end"])), remark=cast("str", values["remark"]), row=number,
        )  # fmt: skip

    count = record_many(rows=map(new, rows), area=batch, batch_id=batch.pk, by=actor)
    entry = Attendance.objects.filter(batch_id=batch.pk).values_list("changed_by", flat=True)[:1]
    return Committed(entry.get(), count)


register_importer(
    Importer(
        key="hours", label=gettext_lazy("Service records of earlier years"), rule=may_record, fields=FIELDS,
        checker=Check, commit=_commit, undo=withdraw_batch, source="attendance",
        needs=gettext_lazy(
            "Each row needs the times of day, or the minutes. What comes in waits until somebody else confirms it."
        ),
    )
)  # fmt: skip
