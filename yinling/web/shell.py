"""What every page of the desk carries: navigation, who is signed in, the session's end. A context processor."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from yinling.base.rules import Actor, Grant
from yinling.web.page import actor_for, pages

Group = tuple[str, tuple[tuple[str, str], ...]]
"""A group of the rail: its label, and label and address of each page."""

GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("", (("home", "Overview"), ("todo", "To-do"))),
    (
        "Registers",
        (
            ("associations", "Elderly associations"),
            ("people", "People"),
            ("places", "Places"),
            ("conferences", "Conferences"),
            ("findings", "Supervision"),
            ("trainings", "Trainings of leaders"),
        ),
    ),
    (
        "Volunteers and activities",
        (
            ("volunteering", "Volunteer service"),
            ("stations", "Service stations"),
            ("brands", "Service brands"),
            ("catalogue", "Domains of service"),
            ("imbalance", "What is short where"),
            ("projects", "Projects"),
            ("sessions", "Sessions"),
            ("volunteers", "Volunteers"),
            ("teams", "Volunteer teams"),
            ("policies", "Insurance of volunteers"),
            ("rolls", "Rolls of retired cadres"),
            ("classes", "Training classes"),
            ("exams", "1+X examinations"),
            ("skill-certificates", "Skill certificates"),
            ("certificates", "Certificates"),
            ("stars", "Star volunteers"),
        ),
        (("hours", "Service hours"),),
        (("hours", "Service hours"), ("certificates", "Certificates"), ("stars", "Star volunteers")),
    ),
    (
        "Reporting",
        (
            ("rounds", "Collection rounds"),
            ("forms", "Forms"),
            ("fields", "Field dictionary"),
            ("imports", "Import"),
        ),
    ),
    (
        "Results",
        (
            ("reports", "Work reports"),
            ("documents", "Official documents"),
            ("checker", "Check a report"),
            ("figures", "Figures"),
            ("sources", "Published figures"),
        ),
    ),
    (
        "Administration",
        (
            ("trail", "Audit trail"),
            ("parameters", "Parameters"),
            ("accounts", "Accounts"),
            ("my-account", "My account"),
        ),
    ),
)
"""Names of pages in the rail, with their labels (translated below; a page that may not be opened is left out)."""


def _labels() -> dict[str, str]:
    # Spelled out so that the catalogue has them.
    return {
        "Overview": _("Overview"),
        "To-do": _("To-do"),
        "Registers": _("Registers"),
        "Elderly associations": _("Elderly associations"),
        "People": _("People"),
        "Places": _("Places"),
        "Conferences": _("Conferences"),
        "Supervision": _("Supervision"),
        "Trainings of leaders": _("Trainings of leaders"),
        "Volunteers and activities": _("Volunteers and activities"),
        "Volunteer service": _("Volunteer service"),
        "Service stations": _("Service stations"),
        "Service brands": _("Service brands"),
        "Domains of service": _("Domains of service"),
        "What is short where": _("What is short where"),
        "Parameters": _("Parameters"),
        "Projects": _("Projects"),
        "Sessions": pgettext("of activities", "Sessions"),
        "Volunteers": _("Volunteers"),
        "Volunteer teams": _("Volunteer teams"),
        "Insurance of volunteers": _("Insurance of volunteers"),
        "Rolls of retired cadres": _("Rolls of retired cadres"),
        "Certificates": _("Certificates"),
        "Star volunteers": _("Star volunteers"),
        "Service hours": _("Service hours"),
        "Training classes": _("Training classes"),
        "1+X examinations": _("1+X examinations"),
        "Skill certificates": _("Skill certificates"),
        "Reporting": _("Reporting"),
        "Collection rounds": _("Collection rounds"),
        "Forms": _("Forms"),
        "Field dictionary": _("Field dictionary"),
        "Work reports": _("Work reports"),
        "Import": _("Import"),
        "Check a report": _("Check a report"),
        "Official documents": _("Official documents"),
        "Results": _("Results"),
        "Figures": _("Figures"),
        "Published figures": _("Published figures"),
        "Administration": _("Administration"),
        "Audit trail": _("Audit trail"),
        "Accounts": _("Accounts"),
        "My account": _("My account"),
        "": "",
    }


def shell(request: HttpRequest) -> dict[str, object]:
    """The context `shell` (see desk.html), made when a template asks for it. A page that has a day to choose, or a search to
    keep, sets `request.desk` to what it adds."""
    return {"shell": SimpleLazyObject(lambda: _shell(request))}


def _shell(request: HttpRequest) -> dict[str, object]:
    actor = actor_for(request)
    if actor.account_id is None:
        return {"home_url": "/"}
    return {
        "home_url": reverse("home"),
        "nav": _nav(request, actor),
        "person": actor.name,
        "office": _office(actor),
        "search": {"url": reverse("search"), "value": "", "placeholder": _("Find a place, an association, a person")},
        "session_seconds": settings.IDLE_MINUTES * 60,
        "keepalive_url": reverse("keepalive"),
        **getattr(request, "desk", {}),
    }


def _nav(request: HttpRequest, actor: Actor) -> list[dict[str, object]]:
    return [
        {
            "label": group,
            "links": [
                {"label": label, "url": url, "current": _is_current(request, url), "count": 0} for label, url in links
            ],
        }
        for group, links in _menu(actor.account_id is not None, actor.system, actor.grants, get_language() or "")
    ]


@lru_cache(maxsize=1024)
def _menu(signed: bool, system: bool, grants: tuple[Grant, ...], _language: str) -> tuple[Group, ...]:
    """The pages that whoever holds these roles may open, with their labels in the language now in force. To ask every rule
    anew on every page took a tenth of its time; rules asked without a row look at nothing but the roles held."""
    actor = Actor(account_id=0 if signed else None, name="", grants=grants, system=system)
    labels = _labels()
    groups: list[Group] = []
    for group, names in GROUPS:
        links = tuple(
            (labels[label], reverse(name)) for name, label in names if name in pages and pages[name].rule.check(actor)
        )
        if links:
            groups.append((labels[group], links))
    return tuple(groups)


def _is_current(request: HttpRequest, address: str) -> bool:
    return request.path == address or (address != "/" and request.path.startswith(address))


def _office(actor: Actor) -> str:
    grant = min(actor.grants, key=lambda held: len(held.path), default=None)
    return grant.body if grant else ""
