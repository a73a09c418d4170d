"""Records of presence by the thousand: the same rows as one at a time, by COPY, in one action."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import NamedTuple

import psycopg
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.activities import Session
from yinling.base import clock
from yinling.base.action import Act, action, because, current, note
from yinling.base.many import among
from yinling.base.paths import is_under
from yinling.base.rules import Actor, Placed, Refused
from yinling.facts import touch
from yinling.hours.actions.counting import KINDS, lock_persons, overlapped, recount, uncount
from yinling.hours.limits import Limits
from yinling.hours.models import Attendance, Source, State
from yinling.hours.reckoning import BEST, DAY, day_of, in_words, minutes_between, whole_minute
from yinling.hours.rules import may_record
from yinling.people import Person

CHUNK = 10_000
A_DAY = timedelta(minutes=DAY)
COLUMNS = tuple(field.attname for field in Attendance._meta.concrete_fields if not field.primary_key)
COPY = f"COPY yinling_attendance ({', '.join(COLUMNS)}) FROM STDIN"

SUMS = """
    SELECT a.person_id, a.day, sum(a.minutes) FROM (SELECT DISTINCT * FROM unnest(%s::bigint[], %s::date[])) AS w(person_id, day)
    JOIN yinling_attendance a USING (person_id, day) WHERE a.serves AND a.state <> 'voided' GROUP BY 1, 2
"""


class NewRecord(NamedTuple):
    """One finished presence. `grade` is lowered to the best its source allows, and to D where it is late; `row` is its row in
    the file it came from; `remark` what was done; `device` a keyed hash."""

    session_id: int
    person_id: int
    started_at: datetime
    ended_at: datetime
    source: str = Source.IMPORT
    grade: str = "A"
    role: str = ""
    remark: str = ""
    device: str = ""
    row: int | None = None


@action("hours.record_many", label=gettext_lazy("Record presence from a list"), rule=may_record, on="area")
def record_many(*, rows: Iterable[NewRecord], area: Placed, batch_id: int | None = None, by: Actor) -> int:
    """Record finished presences of volunteers; returns how many. They wait to be confirmed by somebody else; those over a
    ceiling wait for review.

    All or nothing: Refused with the row's number where a session or person is unknown, lies outside `area`, or the times do
    not fit the session. Whether the person had signed up is not asked: what lists hold is older than that.
    """
    act = current()
    if batch_id is not None:
        act.subject, act.subject_id = "batch", batch_id
    limits = Limits(by_account=by.account_id)
    pending, count = iter(rows), 0
    while chunk := list(islice(pending, CHUNK)):
        try:
            _record_chunk(chunk, area, batch_id, limits, act)
        except psycopg.errors.IntegrityError as error:
            raise Refused(_("One of these records is there already. Check the list again.")) from error
        count += len(chunk)
    note(rows=count)
    return count


def _record_chunk(chunk: list[NewRecord], area: Placed, batch_id: int | None, limits: Limits, act: Act) -> None:
    wanted = {row.session_id for row in chunk}
    sessions = Session.objects.filter(pk__in=wanted).select_related("activity__project__domain").in_bulk()
    persons = {row.person_id for row in chunk}
    known = set(Person.objects.filter(among(persons), withdrawn=False).values_list("pk", flat=True))
    days = [day_of(row.started_at) for row in chunk]
    sums = _sums([row.person_id for row in chunk], days)
    same: dict[str, object] = {
        "serves": True, "counted": 0, "recorded_by": limits.by_account, "recorded_at": clock.now(),
        "ended_by": limits.by_account, "confirmed_by": None, "confirmed_at": None, "batch_id": batch_id,
        "entry_id": act.entry_id, "changed_by": act.entry_id,
    }  # fmt: skip
    lines = []
    for row, day in zip(chunk, days, strict=True):
        session = sessions.get(row.session_id)
        problem = _problem(row, session, row.person_id in known, area, limits)
        if problem or session is None:
            raise Refused(_("Row %(row)s: %(problem)s.") % {"row": row.row or "–", "problem": problem})
        values = same | _line(row, session, day, limits, sums)
        lines.append([values[column] for column in COLUMNS])
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for line in lines:
            copy.write_row(line)


def _sums(persons: Sequence[int], days: Sequence[date]) -> dict[tuple[int, date], int]:
    """Minutes already recorded for these persons on these days."""
    with connection.cursor() as cursor:
        cursor.execute(SUMS, [list(persons), list(days)])
        return {(person, day): int(total) for person, day, total in cursor.fetchall()}


def _problem(row: NewRecord, session: Session | None, known: bool, area: Placed, limits: Limits) -> str:
    """What the list may not hold. The message names the row only: it may be shown to others than its writer."""
    if session is None or not is_under(session.area_path, area.area_path):
        return _("the session is unknown or lies outside your area")
    slack = timedelta(minutes=limits.of("slack_minutes", session.area_path, session.day))
    inside = row.started_at >= session.starts_at - slack and row.ended_at <= session.ends_at + slack
    length = row.ended_at - row.started_at
    if not known:
        return _("the person is unknown")
    if session.state == Session.State.CANCELLED:
        return _("this session was cancelled")
    if not timedelta(0) < length <= A_DAY:
        return _("the end must come after the beginning, within a day")
    if row.ended_at > clock.now():
        return _("this time lies in the future")
    return "" if inside else _("the times lie outside the session")


def _line(
    row: NewRecord, session: Session, day: date, limits: Limits, sums: dict[tuple[int, date], int]
) -> dict[str, object]:
    """The columns of a record that differ from record to record."""
    started_at, ended_at = whole_minute(row.started_at), whole_minute(row.ended_at)
    minutes, path = minutes_between(started_at, ended_at), session.area_path
    others = sums.get((row.person_id, day), 0)
    sums[row.person_id, day] = others + minutes
    doubts = limits.broken(path, day, minutes, others)
    domain = session.activity.project.domain
    return {
        "session_id": row.session_id, "person_id": row.person_id, "area_path": path, "role": row.role,
        "remark": row.remark, "domain": domain.code if domain else "", "day": day, "started_at": started_at,
        "ended_at": ended_at, "minutes": minutes, "source": row.source, "device": row.device, "why": in_words(doubts),
        "grade": max(row.grade, BEST[row.source], "D" if limits.late(path, day) else "A"),
        "state": "review" if doubts else "pending", "batch_row": row.row,
    }  # fmt: skip


@action(
    "hours.withdraw_import", label=gettext_lazy("Undo a list of presence"), rule=may_record, on="area", records=KINDS
)
def withdraw_batch(*, batch_id: int, entry_id: int, reason: str, area: Placed, by: Actor) -> int:
    """Undo a `record_many` of a batch: its records are voided, what of them was confirmed counts no more, and what they
    covered of others counts again. Returns how many."""
    touch(*KINDS)
    because(reason)
    act = current()
    act.subject, act.subject_id = "batch", batch_id
    mine = may_record.filter(by, Attendance.objects.filter(batch_id=batch_id, area_path__under=area.area_path)).exclude(
        state=State.VOIDED
    )
    ids = list(mine.order_by("pk").values_list("pk", flat=True))
    lock_persons(ids)
    held = mine.filter(pk__in=ids, state=State.CONFIRMED)
    counted = list(held.order_by("pk").select_for_update(of=("self",)).values_list("pk", "entry_id"))
    uncount(counted)
    shared = overlapped([key for key, _entry in counted]) if counted else []
    count = mine.filter(pk__in=ids).update(
        state=State.VOIDED, counted=0, why=reason[:400] or _("the import was undone"), changed_by=act.entry_id
    )
    recount(shared, act.entry_id)
    note(rows=count)
    return count
