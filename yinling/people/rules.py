"""Who may see and do what with persons."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yinling.base.paths import is_under, level_of, under
from yinling.base.rules import NOBODY, Actor, Allowed, Answer, Denied, Placed, Rule, within

may_see_people = within("administrator", "officer", "clerk", "chair", "auditor")
may_change_people = within("administrator", "officer", "clerk", "chair")
may_merge_people = within("administrator", "officer", "clerk")

REVEALERS = frozenset({"officer", "clerk", "chair"})
COUNTY = 3


def _near(actor: Actor) -> tuple[str, ...]:
    # Province and prefecture read counts and masked rows; whoever works with a person sits at the county or below.
    return tuple(path for path in actor.reach(REVEALERS) if path and level_of(path) >= COUNTY)


def _test(actor: Actor, row: Placed | None) -> Answer:
    near = _near(actor)
    if not near:
        return Denied(
            _("Only the county, the township and the village see personal details; you see counts and masked rows.")
        )
    if row is not None and not any(is_under(row.area_path, path) for path in near):
        return Denied(_("This lies outside the area you are responsible for."))
    return Allowed()


def _where(actor: Actor) -> Q:
    inside = NOBODY
    for path in _near(actor):
        inside |= under(path)
    return inside


may_reveal = Rule("reveal at county level or below", _test, _where)
