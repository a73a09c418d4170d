"""Who may do what with projects, activities and conferences."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yinling.base.rules import NOBODY, Actor, Allowed, Answer, Denied, Placed, Rule, signed_in, within

may_see_conferences = signed_in
may_hold = within("administrator", "officer")

may_see_projects = signed_in
"""What is published is for everybody who can sign in; a page or query that shows drafts asks `may_run` as well."""

may_run = within("administrator", "officer", "clerk", "keeper", "chair")
"""Set up projects, activities and sessions of the area, choose who comes, record results."""

may_set_catalogue = within("administrator", "officer")


def _is_own(actor: Actor, row: Placed | None) -> Answer:
    if actor.account_id is None:
        return Denied(_("Please sign in."))
    if row is None:
        return Allowed()
    body = getattr(row, "body_id", None)
    if body is not None:
        own = any(grant.body_id == body for grant in actor.grants)
    else:
        volunteer = getattr(row, "volunteer", None) or getattr(getattr(row, "person", None), "volunteer", None)
        own = volunteer is not None and volunteer.account_id == actor.account_id
    return Allowed() if own else Denied(_("This is about somebody else."))


def _own(actor: Actor) -> Q:
    if actor.account_id is None:
        return NOBODY
    bodies = [grant.body_id for grant in actor.grants if grant.body_id is not None]
    return Q(person__volunteer__account=actor.account_id) | Q(body__in=bodies)


is_own_enrolment = Rule("who takes part", _is_own, _own)
"""Held by the account of the volunteer who takes part, and by those who hold a role at a body that does."""

is_own_agreement = Rule(
    "whose agreement it is",
    _is_own,
    lambda actor: NOBODY if actor.account_id is None else Q(volunteer__account=actor.account_id),
)
"""Held by the account of the volunteer whom an agreement binds."""

may_see_enrolments = is_own_enrolment | may_run
may_see_agreements = is_own_agreement | may_run
may_read_drafts = within("administrator", "officer", "clerk", "keeper", "chair", "auditor")
"""Read what is not published yet, or was withdrawn."""
