"""How accounts are shown: the frame of every account page, roles, history."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.timezone import localtime

from yinling.base.action import registry
from yinling.base.rules import Actor
from yinling.facts import Entry
from yinling.network import Account, RoleHeld
from yinling.web.happened import actor_in_words, origin_in_words
from yinling.web.page import Request

Shown = dict[str, object]
STAFF = ("administrator", "officer", "clerk", "auditor")
HISTORY = 20


def crumb(label: object, url: str = "") -> Shown:
    """One step of the way to a page."""
    return {"label": label, "url": url}


def layout(actor: Actor) -> str:
    """The frame around a page: the desk for staff, the phone page for chairs."""
    return "desk.html" if actor.has(*STAFF) else "pocket.html"


def framed(request: Request, component: str, title: object, crumbs: list[Shown], context: Shown) -> HttpResponse:
    """A page that is one component (see templates/accounts/page.html)."""
    frame = {"layout": layout(request.actor), "component": f"components/{component}.html", "crumbs": crumbs}
    return render(request, "accounts/page.html", {**context, **frame, "heading": title})


def form_page(
    request: Request,
    form: forms.Form,
    *,
    title: object,
    submit: object,
    back: str,
    crumbs: list[Shown],
    intro: object = "",
) -> HttpResponse:
    """A page with one form."""
    context: Shown = {"form": form, "title": title, "submit_label": submit, "cancel_url": back, "intro": intro}
    return framed(request, "form", title, [*crumbs, crumb(title)], context)


def moment(at: datetime | None) -> str:
    """Day and minute in China; empty for none."""
    return date_format(localtime(at), "Y-m-d H:i") if at else ""


def role_of(held: RoleHeld) -> str:
    """A role and where it is held."""
    return f"{held.get_role_display()} · {held.body.name}"


def history_of(account: Account) -> list[Shown]:
    """What happened to an account lately, the newest first: sign-ins, roles, passwords."""
    entries = Entry.objects.filter(subject="account", subject_id=account.pk).order_by("-seq")[:HISTORY]
    return [
        {
            "when": moment(entry.at),
            "who": actor_in_words(entry.actor_name) or "–",
            "what": registry[entry.action].label if entry.action in registry else entry.action,
            "place": origin_in_words(entry.origin),
            "reason": entry.reason,
        }
        for entry in entries
    ]
