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
from yinling.base.many import among, array
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
A_DAY, NOTHING = timedelta(minutes=DAY), timedelta()
OWN_COLUMNS = (
    "session_id", "person_id", "area_path", "domain", "role", "day", "started_at", "ended_at", "minutes", "remark", "source",
    "grade", "state", "why", "device", "batch_row",
)  # fmt: skip
SAME_COLUMNS = (
    "serves", "counted", "recorded_by", "recorded_at", "ended_by", "batch_id", "entry_id", "changed_by",
)  # fmt: skip
"""What differs from record to record, and what is the same for all of one list."""

COPY = f"COPY yinling_attendance ({', '.join((*OWN_COLUMNS, *SAME_COLUMNS))}) FROM STDIN"

SUMS = """
    SELECT a.person_id, a.day, sum(a.minutes) FROM (SELECT DISTINCT * FROM unnest(%s::bigint[], %s::date[])) AS w(person_id, day)
    JOIN yinling_attendance a USING (person_id, day) WHERE a.serves AND a.state <> 'voided' GROUP BY 1, 2
"""


class _Held(NamedTuple):
    """What is needed of a session."""

    path: str
    domain: str
    cancelled: bool
    earliest: datetime
    latest: datetime


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
    sessions = _sessions({row.session_id for row in chunk}, area, limits)
    persons = {row.person_id for row in chunk}
    known = set(Person.objects.filter(among(persons), withdrawn=False).values_list("pk", flat=True))
    days = [day_of(row.started_at) for row in chunk]
    sums = _sums([row.person_id for row in chunk], days)
    now = clock.now()
    same = (True, 0, limits.by_account, now, limits.by_account, batch_id, act.entry_id, act.entry_id)
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        # Row by row, so that the database writes while the next ones are looked at. Nothing here may ask it anything.
        for row, day in zip(chunk, days, strict=True):
            session = sessions.get(row.session_id)
            problem = _problem(row, session, row.person_id in known, now)
            if problem or session is None:
                raise Refused(_("Row %(row)s: %(problem)s.") % {"row": row.row or "–", "problem": problem})
            copy.write_row(_line(row, session, day, limits, sums) + same)


def _sessions(wanted: set[int], area: Placed, limits: Limits) -> dict[int, _Held]:
    """Those of the sessions that lie in the area."""
    columns = ("pk", "area_path", "activity__project__domain__code", "state", "starts_at", "ends_at", "day")
    found: dict[int, _Held] = {}
    rows = Session.objects.filter(among(wanted)).values_list(*columns)
    for pk, path, domain, state, starts_at, ends_at, day in rows:
        if is_under(path, area.area_path):
            slack = timedelta(minutes=limits.of("slack_minutes", path, day))
            cancelled = state == Session.State.CANCELLED
            found[pk] = _Held(path, domain or "", cancelled, starts_at - slack, ends_at + slack)
    return found


def _sums(persons: Sequence[int], days: Sequence[date]) -> dict[tuple[int, date], int]:
    """Minutes already recorded for these persons on these days."""
    with connection.cursor() as cursor:
        cursor.execute(SUMS, [array(persons), array(days)])
        return {(person, day): int(total) for person, day, total in cursor.fetchall()}


def _problem(row: NewRecord, session: _Held | None, known: bool, now: datetime) -> str:
    """What the list may not hold. The message names the row only: it may be shown to others than its writer."""
    if session is None:
        return _("the session is unknown or lies outside your area")
    if not known:
        return _("the person is unknown")
    if session.cancelled:
        return _("this session was cancelled")
    if not NOTHING < row.ended_at - row.started_at <= A_DAY:
        return _("the end must come after the beginning, within a day")
    if row.ended_at > now:
        return _("this time lies in the future")
    inside = row.started_at >= session.earliest and row.ended_at <= session.latest
    return "" if inside else _("the times lie outside the session")


def _line(
    row: NewRecord, session: _Held, day: date, limits: Limits, sums: dict[tuple[int, date], int]
) -> tuple[object, ...]:
    """A record's own columns."""
    started_at, ended_at = whole_minute(row.started_at), whole_minute(row.ended_at)
    minutes, path = minutes_between(started_at, ended_at), session.path
    others = sums.get((row.person_id, day), 0)
    sums[row.person_id, day] = others + minutes
    late, doubts = limits.judged(path, day, minutes, others)
    return (
        row.session_id, row.person_id, path, session.domain, row.role, day, started_at, ended_at, minutes, row.remark,
        row.source, max(row.grade, BEST[row.source], "D" if late else "A"), "review" if doubts else "pending",
        in_words(doubts), row.device, row.row,
    )  # fmt: skip


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
