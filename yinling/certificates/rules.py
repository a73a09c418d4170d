"""Who may do what with certificates and stars."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yinling.base.paths import is_under, under
from yinling.base.rules import NOBODY, Actor, Allowed, Answer, Denied, Placed, Rule, within

HANDLERS = ("administrator", "officer", "clerk", "chair")
DECIDERS = frozenset({"administrator", "officer"})

may_see_certificates = within(*HANDLERS, "keeper", "auditor")
"""The register: numbers, hours and masked names."""

may_ask_for = within(*HANDLERS, "keeper")
"""Ask for a certificate or a star on behalf of a volunteer who has no sign-in."""

may_certify = within(*HANDLERS)
"""Take on requests, issue, supersede and revoke in the name of a body of the area; a village association has its chair."""

may_manage_keys = within("administrator")


def _is_holder(actor: Actor, row: Placed | None) -> Answer:
    if actor.account_id is None:
        return Denied(_("Please sign in."))
    if row is not None:
        volunteer = getattr(getattr(row, "person", None), "volunteer", None)
        if getattr(volunteer, "account_id", None) != actor.account_id:
            return Denied(_("This is about somebody else."))
    return Allowed()


def _held_by(actor: Actor) -> Q:
    return NOBODY if actor.account_id is None else Q(person__volunteer__account_id=actor.account_id)


is_holder = Rule("the volunteer it is about", _is_holder, _held_by)
"""Held by the account of the volunteer whom a certificate, a request or a star application is about."""

may_open_certificate = may_see_certificates | is_holder
"""Open the files of a certificate: whoever sees it in the register can read what was signed, and so can its volunteer."""


def _decides(actor: Actor, row: Placed | None) -> Answer:
    reach = actor.reach(DECIDERS)
    if not reach:
        return Denied(_("Your account does not hold a role that may do this."))
    path = getattr(row, "office_path", None)
    if row is not None and (path is None or not any(is_under(path, own) for own in reach)):
        return Denied(_("The office of another level decides on this star."))
    return Allowed()


def _decided(actor: Actor) -> Q:
    inside = NOBODY
    for path in actor.reach(DECIDERS):
        inside |= under(path, "office_path")
    return inside


may_decide_stars = Rule("star decided at this level", _decides, _decided)
"""Held by those who may act for the office whose level decides on the star, or for one above it."""
