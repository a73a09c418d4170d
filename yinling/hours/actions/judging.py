"""Records that look impossible: justified with a reason, or voided; the decision is kept."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, because, create
from yinling.base.rules import Actor, Placed, Refused
from yinling.hours.actions.confirming import void
from yinling.hours.models import Attendance, State, Verdict
from yinling.hours.rules import may_review


@action("hours.judge", label=gettext_lazy("Decide on impossible hours"), rule=may_review, on="area")
def judge(
    *, area: Placed, kind: str, key: str, records: Sequence[int], voided: Sequence[int] = (), reason: str, by: Actor
) -> Verdict:
    """Decide on a suspicion (`suspicions.Suspicion`) that rests on `records`: those in `voided` do not hold; without any, all
    of them are justified. `area` is where the records lie. Refused without a reason, for records of another area, and where
    what is to be voided is none of the records."""
    if not reason.strip():
        raise Refused(_("Say why."))
    if not set(voided) <= set(records):
        raise Refused(_("Only records of this suspicion can be voided here."))
    because(reason.strip())
    doubted = Attendance.objects.filter(pk__in=list(voided)).select_related("session").order_by("pk")
    for row in doubted:
        if row.state != State.VOIDED:
            void(attendance=row, reason=reason, by=by)
    return create(
        Verdict(
            kind=kind, key=key, area_path=area.area_path, justified=not voided, reason=reason.strip()[:200],
            records=sorted(records), decided_by=by.account_id, decided_at=clock.now(),
        )
    )  # fmt: skip
