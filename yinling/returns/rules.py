"""Who may design, ask, fill in and check."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yinling.base.paths import is_under, level_of, under
from yinling.base.rules import NOBODY, Actor, Allowed, Answer, Denied, Placed, Reason, Rule, within

if TYPE_CHECKING:
    from yinling.returns.models import Return

CHECKERS = frozenset({"administrator", "officer", "clerk"})

DESIGNERS = frozenset({"administrator", "officer"})

may_design = within(*sorted(DESIGNERS))
may_open = within("administrator", "officer")
may_see_rounds = within("administrator", "officer", "clerk", "auditor")
may_see_returns = within("administrator", "officer", "clerk", "chair", "auditor")
may_check_lists = within(*sorted(CHECKERS))
may_fill = within("administrator", "officer", "clerk", "chair")


def _test(actor: Actor, row: Placed | None) -> Answer:
    reach = actor.reach(CHECKERS)
    if not reach:
        return Denied(_("Your account does not hold a role that may do this."))
    reason = _why_not(actor, reach, cast("Return", row)) if row is not None else ""
    return Denied(reason) if reason else Allowed()


def _why_not(actor: Actor, reach: Iterable[str], row: Return) -> Reason:
    """Why somebody with a role that checks may not check this return; empty where they may."""
    above = [path for path in reach if is_under(row.area_path, path)]
    reasons: dict[Reason, bool] = {
        _("This lies outside the area you are responsible for."): not above,
        _("It does not wait to be checked."): row.waits_at is None,
        _("It waits for the office of a higher level."): all(level_of(path) > (row.waits_at or 0) for path in above),
        _("You handed it in yourself; somebody else checks it."): row.submitted_by == actor.account_id is not None,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _where(actor: Actor) -> Q:
    reach = actor.reach(CHECKERS)
    if not reach:
        return NOBODY
    inside = Q()
    for path in reach:
        inside |= under(path) & Q(waits_at__gte=level_of(path))
    return inside & (Q(submitted_by__isnull=True) | ~Q(submitted_by=actor.account_id))


may_check = Rule("checks returns that wait at the own level or below", _test, _where)
"""An office checks what waits at its level, or below it in its area; nobody checks what they handed in themselves."""
