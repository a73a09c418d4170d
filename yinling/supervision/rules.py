"""Who may do what in supervision. Which side of a finding somebody stands on, the workflow says (see `workflow`)."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yinling.base.paths import is_under, under
from yinling.base.rules import NOBODY, Actor, Allowed, Answer, Denied, Placed, Rule, within
from yinling.base.rules import Reason as Text

NOT_ABOVE: Text = _("Only an office of a higher level may do this.")


def above(*roles: str) -> Rule:
    """Held by those who have one of `roles` at a place above the row's, not at its own; without a row, anywhere."""
    wanted = frozenset(roles)

    def test(actor: Actor, row: Placed | None) -> Answer:
        answer = inside.test(actor, row)
        if not answer or row is None:
            return answer
        higher = any(is_under(row.area_path, path) and row.area_path != path for path in actor.reach(wanted))
        return Allowed() if higher else Denied(NOT_ABOVE)

    def where(actor: Actor) -> Q:
        found = NOBODY
        for path in actor.reach(wanted):
            found |= under(path) & ~Q(area_path=path)
        return found

    inside = within(*roles)
    return Rule(f"above({', '.join(sorted(wanted))})", test, where)


may_see_findings = within("administrator", "officer", "clerk", "chair", "auditor")
may_supervise = above("administrator", "officer")
may_answer = within("administrator", "officer", "clerk", "chair")
may_train = within("administrator", "officer")
may_see_trainings = may_see_findings
