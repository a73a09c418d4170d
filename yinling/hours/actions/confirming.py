"""Records confirmed by somebody else, sent to review, voided and corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, F, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.activities import Session
from yinling.base import clock
from yinling.base.action import action, because, change, current, locked, note
from yinling.base.many import among
from yinling.base.rules import Actor, Denied, Placed, Reason, Refused
from yinling.facts import touch
from yinling.hours.actions.attending import SheetRow, keep_evidence, note_presence
from yinling.hours.actions.counting import KINDS, count_confirmed, lock_persons, overlapped, recount, uncount
from yinling.hours.models import Attendance, Source, State
from yinling.hours.rules import OWN_WORK, by_another, may_confirm, may_record, may_review
from yinling.people import Person

WAITING = (State.PENDING, State.REVIEW)
NAMED = 500
"""Records left out of a confirmation that are named one by one."""


@dataclass(frozen=True, slots=True)
class Left:
    """A record that was not confirmed, and why."""

    pk: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What confirming many did: how many went through, how many did not, and (some of) those with their reasons."""

    count: int
    left_out: int
    left: tuple[Left, ...]


@action("hours.confirm", label=gettext_lazy("Confirm presence"), rule=may_confirm, on="attendance", records=KINDS)
def confirm(*, attendance: Attendance, reason: str = "", by: Actor) -> Attendance:
    """Confirm what somebody else recorded; from now on it counts, as far as no confirmed record covers the same time.

    A record in review is decided by the office and needs a `reason`. Refused for one's own work or hours, for whoever is
    still present, for a cancelled session, and twice.
    """
    touch(*KINDS)
    lock_persons([attendance.pk])
    row = locked(attendance)
    if (hindrance := why_not(row, by)) is not None:
        raise Refused(hindrance)
    if row.state == State.REVIEW:
        may_review.demand(by, row)
        if not reason.strip():
            raise Refused(_("A record in review is confirmed with a reason."))
        because(reason.strip())
    change(
        attendance, state=State.CONFIRMED, confirmed_by=by.account_id, confirmed_at=clock.now(),
        counted=row.minutes if row.serves else 0, entry_id=current().entry_id, changed_by=current().entry_id,
    )  # fmt: skip
    count_confirmed(Attendance.objects.filter(pk=attendance.pk), [attendance.pk])
    attendance.refresh_from_db()
    return attendance


def why_not(row: Attendance, by: Actor) -> Reason | None:
    """Why `by` may not confirm this record; None where nothing stands against it. The platform itself confirms nothing that
    it recorded."""
    if row.state not in WAITING or row.ended_at is None:
        return _("Only records that wait to be confirmed or reviewed can be confirmed.")
    if row.session.state == Session.State.CANCELLED:
        return _("This session was cancelled.")
    if by.account_id is None and row.recorded_by is None:
        return OWN_WORK
    for rule in (may_confirm, by_another):
        answer = rule.check(by, row)
        if isinstance(answer, Denied):
            return answer.reason
    return None


@action("hours.confirm_many", label=gettext_lazy("Confirm many records"), rule=may_confirm, on="area", records=KINDS)
def confirm_many(*, area: Placed, ids: Sequence[int] = (), batch_id: int | None = None, by: Actor) -> Confirmed:
    """Confirm all of these records of an area (by key, or those of an import batch) that wait and that `by` may confirm; the
    others stay as they are and are named. Records in review are decided one by one."""
    touch(*KINDS)
    chosen = Attendance.objects.filter(area_path__under=area.area_path)
    chosen = chosen.filter(among(ids)) if batch_id is None else chosen.filter(batch_id=batch_id)
    wanted = list(chosen.values_list("pk", flat=True))
    if batch_id is not None:
        current().subject, current().subject_id = "batch", batch_id
    lock_persons(wanted)
    free = by_another.filter(by, may_confirm.filter(by, chosen.filter(state=State.PENDING, ended_at__isnull=False)))
    free = free.exclude(session__state=Session.State.CANCELLED)
    if by.account_id is None:
        free = free.exclude(recorded_by__isnull=True)
    good = list(free.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    rows = Attendance.objects.filter(among(good))
    entry = current().entry_id
    rows.update(
        state=State.CONFIRMED, confirmed_by=by.account_id, confirmed_at=clock.now(),
        counted=Case(When(serves=True, then=F("minutes")), default=0), entry_id=entry, changed_by=entry,
    )  # fmt: skip
    if good:
        count_confirmed(rows, good)
    went = set(good)
    left = [key for key in wanted if key not in went]
    note(rows=len(good), left=len(left), records=good[:NAMED])
    return Confirmed(len(good), len(left), tuple(_left(left[:NAMED], by)))


def _left(keys: Sequence[int], by: Actor) -> list[Left]:
    rows = Attendance.objects.filter(pk__in=keys).select_related("session", "person__volunteer").order_by("pk")
    return [Left(row.pk, why_not(row, by) or _("It is in review: look at it on its own.")) for row in rows]


@action("hours.send_to_review", label=gettext_lazy("Send to review"), rule=may_confirm, on="attendance")
def send_to_review(*, attendance: Attendance, reason: str, by: Actor) -> Attendance:
    """A record that waits is doubted: the office decides. Refused without a reason, or where it does not wait."""
    if not reason.strip():
        raise Refused(_("Say why."))
    if locked(attendance).state != State.PENDING:
        raise Refused(_("Only records that wait to be confirmed can be sent to review."))
    because(reason.strip())
    return change(attendance, state=State.REVIEW, why=reason.strip(), changed_by=current().entry_id)


@action("hours.void", label=gettext_lazy("Void a record"), rule=may_confirm, on="attendance", records=KINDS)
def void(*, attendance: Attendance, reason: str, by: Actor) -> Attendance:
    """The record does not hold; it is kept, with the reason, and counts no more. Other records of the person that it covered
    count for themselves now. A confirmed one is voided by the office only."""
    touch(*KINDS)
    if not reason.strip():
        raise Refused(_("Say why."))
    lock_persons([attendance.pk])
    row = locked(attendance)
    if row.state == State.VOIDED:
        raise Refused(_("This record is voided already."))
    because(reason.strip())
    if row.state == State.CONFIRMED:
        may_review.demand(by, row)
        uncount([(row.pk, row.entry_id)])
    shared = overlapped([row.pk]) if row.state == State.CONFIRMED else []
    entry = current().entry_id
    change(attendance, state=State.VOIDED, counted=0, why=reason.strip(), changed_by=entry)
    recount(shared, entry)
    return attendance


@action("hours.correct", label=gettext_lazy("Correct a record"), rule=may_record, on="attendance")
def correct(
    *, attendance: Attendance, started_at: datetime, ended_at: datetime, reason: str,
    evidence: Sequence[tuple[str, bytes]] = (), by: Actor,
) -> Attendance:  # fmt: skip
    """The times were wrong: void the record and write a new one, which somebody else confirms again. Its evidence is the
    host's word (or a sheet), whatever it was before. Returns the new record."""
    because(reason.strip())
    void(attendance=attendance, reason=reason, by=by)
    keep_evidence(evidence, attendance.area_path)
    source = Source.PAPER if evidence or attendance.source == Source.PAPER else Source.LIST
    source = Source.IMPORT if attendance.source == Source.IMPORT else source
    person = Person.objects.get(pk=attendance.person_id)
    return note_presence(attendance.session, SheetRow(person, started_at, ended_at), source, "", by)
