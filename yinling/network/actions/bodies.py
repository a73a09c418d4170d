"""Bodies: registered, corrected, dissolved. Kinds with a register of their own (associations) build on these."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base.action import action, change, create, locked
from yinling.base.codes import credit_code
from yinling.base.rules import Actor, Refused
from yinling.network.models import Body, Place
from yinling.network.names import initials_of
from yinling.network.rules import may_change_bodies


@action("network.register_body", label=gettext_lazy("Register a body"), rule=may_change_bodies, on="place")
def register_body(
    *, place: Place, kind: str, name: str, founded: date, uscc: str = "", parent: Body | None = None, by: Actor
) -> Body:
    """Register a body at `place`. `uscc` is checked by GB 32100; a body may belong to a higher one."""
    if place.closed is not None:
        raise Refused(_("This place has already ended."))
    _demand_no_register(kind)
    code = credit_code(uscc).code if uscc else ""
    return create(
        Body(
            place=place,
            area_path=place.area_path,
            kind=kind,
            name=name,
            initials=initials_of(name),
            uscc=code,
            parent=parent,
            founded=founded,
        )
    )


@action("network.dissolve_body", label=gettext_lazy("Dissolve a body"), rule=may_change_bodies, on="body")
def dissolve_body(*, body: Body, on: date, by: Actor) -> Body:
    """The body ends on the day `on`."""
    body = locked(body)
    _demand_no_register(body.kind)
    if body.dissolved is not None or on < body.founded:
        raise Refused(_("The body has already ended, or the day lies before it was founded."))
    return change(body, dissolved=on)


def _demand_no_register(kind: str) -> None:
    """Refused for kinds of body that have a register of their own: there more is recorded, and counted, of them."""
    if kind == Body.Kind.ASSOCIATION:
        raise Refused(_("Elderly associations are kept in their own register."))
    if kind == Body.Kind.STATION:
        raise Refused(_("Service stations are kept in their own register."))
