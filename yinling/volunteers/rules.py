"""Who may do what with volunteers, teams and stations."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yinling.base.rules import NOBODY, Actor, Allowed, Answer, Denied, Placed, Refused, Rule, signed_in, within

may_see_volunteers = within("administrator", "officer", "clerk", "keeper", "chair", "auditor")
may_register = within("administrator", "officer", "clerk", "keeper", "chair")
"""Register on the spot, recommend, import, keep the particulars of a volunteer up to date."""

may_verify = within("administrator", "officer", "clerk")
"""Say that somebody is who they say they are; decide on claims; merge."""

may_see_stations = signed_in
"""Stations and what they offer are for everybody to know."""

may_keep_teams = within("administrator", "officer", "clerk", "keeper")
may_set_rolls = within("administrator", "officer", "clerk")
may_keep_stations = within("administrator", "officer", "clerk")
may_insure = within("administrator", "officer", "clerk")


def _test(actor: Actor, row: Placed | None) -> Answer:
    if actor.account_id is None:
        return Denied(_("Please sign in."))
    if row is not None and getattr(row, "account_id", None) != actor.account_id:
        return Denied(_("This is about somebody else."))
    return Allowed()


def demand_not_own(account: int | None, by: Actor) -> None:
    """Refused where the account is that of `by`: nobody says of themselves that they are who they say they are."""
    if account is not None and account == by.account_id:
        raise Refused(_("This is your own application; somebody else must decide on it."))


def _where(actor: Actor) -> Q:
    return NOBODY if actor.account_id is None else Q(account_id=actor.account_id)


is_self = Rule("the volunteer", _test, _where)
"""Held by the account of the volunteer that a row of `Volunteer` is about."""
