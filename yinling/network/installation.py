"""What this database is: a demo, a real installation, or not set up yet; and how a real one begins."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, create
from yinling.base.rules import Actor, Refused, within
from yinling.network.actions import create_account, register_body
from yinling.network.models import Account, Body, Installation, Place, RoleHeld


def installation() -> Installation | None:
    """The installation row, None where nothing was set up."""
    return Installation.objects.first()


@action("network.install", label=gettext_lazy("Set up this installation"), rule=within("administrator"))
def install(*, demo: bool, by: Actor) -> Installation:
    """Say once what this database is. Refused a second time: a demo never becomes a real one, nor the other way round."""
    if Installation.objects.exists():
        raise Refused(_("This database is already set up."))
    return create(Installation(demo=demo, made_at=clock.now(), ready=True))


def create_first_administrator(*, name: str, phone: str, password: str, place: Place, office: str) -> Account:
    """The first account of a real installation: administrator of the office `office` at `place`."""
    by = Actor.for_system("init")
    if Account.objects.exists():
        raise Refused(_("There are accounts already; an administrator can create more."))
    install(demo=False, by=by)
    body = register_body(place=place, kind=Body.Kind.OFFICE, name=office, founded=clock.today(), by=by)
    return create_account(
        username=name,
        display_name=name,
        password=password,
        phone=phone,
        body=body,
        role=RoleHeld.Role.ADMINISTRATOR,
        must_change_password=False,
        by=by,
    )
