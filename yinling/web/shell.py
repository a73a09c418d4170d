"""What every page of the desk carries: navigation, who is signed in, the session's end. A context processor."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yinling.base.rules import Actor, Grant
from yinling.web.menu import MENU, Group
from yinling.web.page import actor_for, address_of, pages


def shell(request: HttpRequest) -> dict[str, object]:
    """The context `shell` (see desk.html), made when a template asks for it. A page that has a day to choose, or a search to
    keep, sets `request.desk` to what it adds."""
    return {"shell": SimpleLazyObject(lambda: _shell(request))}


def _shell(request: HttpRequest) -> dict[str, object]:
    actor = actor_for(request)
    if actor.account_id is None:
        return {"home_url": "/"}
    return {
        "home_url": address_of("home"),
        "nav": _menu(actor.account_id is not None, actor.system, actor.grants, get_language() or ""),
        "person": actor.name,
        "office": _office(actor),
        "search": {
            "url": address_of("search"),
            "value": "",
            "placeholder": _("Find a place, an association, a person"),
        },
        "session_seconds": settings.IDLE_MINUTES * 60,
        "keepalive_url": address_of("keepalive"),
        **getattr(request, "desk", {}),
    }


@lru_cache(maxsize=1024)
def _menu(signed: bool, system: bool, grants: tuple[Grant, ...], _language: str) -> tuple[Group, ...]:
    """The pages that whoever holds these roles may open, with their labels in the language now in force. To ask every rule
    anew on every page took a tenth of its time; rules asked without a row look at nothing but the roles held."""
    actor = Actor(account_id=0 if signed else None, name="", grants=grants, system=system)
    groups: list[Group] = []
    for group, names in MENU:
        links = tuple(
            (str(label), address_of(name)) for name, label in names if name in pages and pages[name].rule.check(actor)
        )
        if links:
            groups.append((str(group), links))
    return tuple(groups)


def _office(actor: Actor) -> str:
    grant = min(actor.grants, key=lambda held: len(held.path), default=None)
    return grant.body if grant else ""
