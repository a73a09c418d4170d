"""Who may do what with service hours."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yinling.base.rules import NOBODY, Actor, Allowed, Answer, Denied, Placed, Rule, signed_in, within
from yinling.hours.models import Attendance

may_see_hours = within("administrator", "officer", "clerk", "keeper", "chair", "auditor")
may_record = within("administrator", "officer", "clerk", "keeper", "chair")
"""Host a session: note who came and left, enter paper sheets."""

may_confirm = may_record
"""Confirm what somebody else recorded; see `by_another`."""

may_review = within("administrator", "officer", "clerk")
"""Decide on records in review, void confirmed ones, judge impossible ones, answer objections."""

may_attend = signed_in
"""Check in and out: the host for others, a volunteer for nobody but herself (see `actions.attending`)."""

OWN_WORK = _("You recorded this yourself; somebody else must confirm it.")
OWN_HOURS = _("These are your own hours; somebody else must confirm them.")


def _test(actor: Actor, row: Placed | None) -> Answer:
    if row is None:
        return Allowed()
    if not isinstance(row, Attendance):
        return Denied(_("This is no record of presence."))
    if actor.account_id in {row.recorded_by, row.ended_by} - {None}:
        return Denied(OWN_WORK)
    volunteer = getattr(row.person, "volunteer", None)
    if actor.account_id is not None and volunteer is not None and volunteer.account_id == actor.account_id:
        return Denied(OWN_HOURS)
    return Allowed() if actor.account_id is not None else Denied(_("Please sign in."))


def _where(actor: Actor) -> Q:
    if actor.account_id is None:
        return NOBODY
    own = Q(recorded_by=actor.account_id) | Q(ended_by=actor.account_id)
    return ~own & ~Q(person__volunteer__account_id=actor.account_id)


by_another = Rule("neither the recorder nor the volunteer", _test, _where)
"""Nothing is confirmed by the account that recorded it, or by the person it is about. Asked of records only, inside the
actions that confirm."""
