"""What becomes of presence when two records turn out to be one human being."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base.action import action, change, current
from yinling.base.rules import Actor
from yinling.facts import move_person
from yinling.hours.actions.counting import KINDS, recount, uncount
from yinling.hours.models import Attendance, State
from yinling.hours.rules import may_review
from yinling.people import Person


@action("hours.merge", label=gettext_lazy("Merge the hours of one person"), rule=may_review, on="kept", records=KINDS)
def merge_hours(*, kept: Person, gone: Person, by: Actor) -> None:
    """Presence recorded of `gone` becomes that of `kept`. The same presence recorded of both holds once; time that both
    records cover counts once, as always."""
    entry = current().entry_id
    theirs = gone.attendance.exclude(state=State.VOIDED)
    held = set(kept.attendance.exclude(state=State.VOIDED).values_list("session_id", "started_at"))
    for row in theirs:
        if (row.session_id, row.started_at) in held:
            if row.state == State.CONFIRMED:
                uncount([(row.pk, row.entry_id)])
            change(row, state=State.VOIDED, counted=0, why=_("recorded twice"), changed_by=entry)
    move_person(gone=gone.pk, kept=kept.pk, kinds=KINDS)
    for row in gone.attendance.order_by("pk"):
        counts = {"entry_id": entry} if row.state == State.CONFIRMED else {}
        change(row, person=kept, changed_by=entry, **counts)
    for objection in gone.objections.all():
        change(objection, person=kept, changed_by=entry)
    serving = Attendance.objects.filter(person=kept, state=State.CONFIRMED, serves=True)
    recount(list(serving.values_list("pk", flat=True)), entry)
