"""Stars on the desk: who waits for a decision, who holds one, granting, declining and revoking."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yinling.base import clock
from yinling.base.period import as_of
from yinling.base.rules import Actor, Denied
from yinling.certificates import (
    LEVELS,
    STARS,
    StarApplication,
    StarHolder,
    apply_star,
    decline_star,
    grant_star,
    hours,
    may_ask_for,
    may_decide_stars,
    may_see_certificates,
    minutes_of,
    revoke_star,
    star_applications,
)
from yinling.facts import entries_about
from yinling.figures import table
from yinling.volunteers import Volunteer
from yinling.web.cells import cell
from yinling.web.certificate_forms import GrantForm, ReasonForm, StarForm, carried_out
from yinling.web.certificates import address as certificate_address
from yinling.web.happened import Names, history
from yinling.web.list_tools import select
from yinling.web.page import Request, address_of, found, page

SIZE = 50
FARTHEST = 10_000
SIGNALS = {"applied": "warn", "granted": "ok", "declined": "none", "revoked": "bad"}
may_open = may_see_certificates | may_decide_stars


def stars(level: int) -> str:
    """A level as stars."""
    return "★" * level


def _address(row: StarApplication) -> str:
    return address_of("star", pk=row.pk)


def _crumbs(*further: dict[str, object]) -> list[dict[str, object]]:
    return [{"label": _("Star volunteers"), "url": address_of("stars")}, *further]


@page("stars/", name="stars", rule=may_open)
def list_page(request: Request) -> HttpResponse:
    """Applications and stars of the area, what waits first."""
    asked = {name: request.GET.get(name, "").strip()[:40] for name in ("q", "state", "level")}
    after = request.GET.get("page", "")
    number = int(after) if after.isascii() and after.isdigit() and len(after) < len(str(FARTHEST)) else 0
    rows = _narrowed(star_applications(request.actor), asked)
    shown = list(rows[number * SIZE : (number + 1) * SIZE + 1])
    kept = {name: value for name, value in asked.items() if value}
    prefix = f"?{urlencode(kept)}&page="
    listing = {
        "title": _("Star volunteers"),
        "intro": _("A star is applied for once its hours are reached, in order, and decided on hours and quality."),
        "search": {"q": asked["q"], "placeholder": _("Star number or whole name")},
        "selects": [
            select("state", _("State"), [("", _("all states")), *StarApplication.State.choices], asked["state"]),
            select("level", _("Stars"), [("", _("all stars")), *((str(one), stars(one)) for one in LEVELS)], asked["level"]),
        ],
        "actions": [{"label": _("Apply for a volunteer"), "url": address_of("star-apply"), "primary": True}]
        if may_ask_for.check(request.actor)
        else [],
        "columns": [
            {"label": _("Volunteer")}, {"label": _("Stars")}, {"label": pgettext("a certificate", "Hours"), "numeric": True},
            {"label": _("Place")}, {"label": _("Decided by")}, {"label": _("Applied on")}, {"label": _("State")},
        ],
        "rows": [_row(row) for row in shown[:SIZE]],
        "pagination": {
            "text": "", "prev_url": f"{prefix}{number - 1}" if number else "",
            "next_url": f"{prefix}{number + 1}" if len(shown) > SIZE else "",
        },
        "empty": {"title": _("No application is found."), "hint": "", "action": None},
    }  # fmt: skip
    return render(request, "pages/list.html", {"page": listing, "crumbs": [{"label": listing["title"]}]})


def _narrowed(rows: Any, asked: dict[str, str]) -> Any:
    if asked["q"]:
        rows = rows.filter(Q(person__star_holder__number=asked["q"]) | Q(person__name=asked["q"]))
    if asked["state"] in StarApplication.State.values:
        rows = rows.filter(state=asked["state"])
    if asked["level"] in {str(one) for one in LEVELS}:
        rows = rows.filter(level=int(asked["level"]))
    return rows.order_by("-state" if not asked["state"] else "state", "-applied_on", "-pk")


def _row(row: StarApplication) -> dict[str, object]:
    return {
        "url": _address(row),
        "cells": [
            {"text": row.person.masked_name}, {"text": stars(row.level)}, {"text": hours(row.minutes)},
            {"text": row.person.place.short_name}, {"text": row.office.name}, {"text": row.applied_on.isoformat()},
            {"text": row.get_state_display(), "signal": SIGNALS[row.state]},
        ],
    }  # fmt: skip


def _found(request: Request, pk: int) -> StarApplication:
    rows = StarApplication.objects.select_related("person__volunteer", "person__place", "office", "certificate")
    return found(may_open, request.actor, rows, pk=pk)


@page("stars/<int:pk>/", name="star", rule=may_open)
def detail_page(request: Request, pk: int) -> HttpResponse:
    """One application: hours then and now, what was judged, what may be done."""
    row = _found(request, pk)
    holder = StarHolder.objects.filter(person=row.person).first()
    place = row.person.place
    names = Names(
        people={row.person_id: row.person.masked_name},
        bodies={row.office_id: row.office.name},
        paths={row.area_path: place.short_name, row.office_path: row.office.name},
    )
    facts: list[dict[str, object]] = [
        {"label": _("Volunteer number"), "value": row.person.volunteer.number},
        {"label": _("Place"), "value": place.name, "url": address_of("place", path=place.area_path)},
        {"label": _("Hours at the application"), "value": hours(row.minutes)},
        {"label": _("Confirmed hours today"), "value": hours(minutes_of(row.person))},
        {
            "label": _("Star number"),
            "value": holder.number if holder else "",
            "note": _("Given with the first star and never changed."),
        },
        {"label": _("Decided by"), "value": row.office.name},
        {"label": _("Applied on"), "value": row.applied_on.isoformat(), "note": row.proxy},
    ]
    if row.decided_on is not None:
        facts.append({"label": _("Decided on"), "value": row.decided_on.isoformat()})
    if row.evaluation:
        facts.append({"label": _("Evaluation of the service"), "value": row.evaluation})
    if row.reason:
        facts.append({"label": _("Reason"), "value": row.reason})
    if row.certificate is not None:
        url = certificate_address(row.certificate) if may_see_certificates.check(request.actor, row.certificate) else ""
        facts.append({"label": _("Certificate"), "value": row.certificate.number, "url": url})
    title = f"{row.person.masked_name} {stars(row.level)}"
    detail = {
        "title": title,
        "signal": {"level": SIGNALS[row.state], "text": row.get_state_display()},
        "facts": facts,
        "sections": [],
        "history": history(list(entries_about({"starapplication": [row.pk]})), names),
        "verbs": _verbs(request.actor, row),
        "counts_towards": _figures(row),
    }
    return render(request, "pages/detail.html", {"page": detail, "crumbs": _crumbs({"label": title})})


def _figures(row: StarApplication) -> list[Any]:
    period = as_of(clock.today())
    measure = STARS[row.level - 1]
    return [cell(table([measure], paths=[row.area_path], periods=[period]).at(measure, row.area_path, period))]


def _verbs(actor: Actor, row: StarApplication) -> list[dict[str, object]]:
    answer = may_decide_stars.check(actor, row)
    reason = str(answer.reason) if isinstance(answer, Denied) else ""
    names: tuple[tuple[str, str], ...] = ()
    if row.state == StarApplication.State.APPLIED:
        names = ((_("Grant the star"), "star-grant"), (_("Do not grant it"), "star-decline"))
    elif row.state == StarApplication.State.GRANTED:
        names = ((_("Revoke the star"), "star-revoke"),)
    return [
        {"label": label, "url": address_of(name, pk=row.pk), "reason": reason, "primary": name == "star-grant"}
        for label, name in names
    ]


@page("stars/apply/", name="star-apply", rule=may_ask_for, methods="GET POST")
def apply_page(request: Request) -> HttpResponse:
    """Apply on behalf of a volunteer; who applied is kept."""

    def write(volunteer: Volunteer) -> str:
        return _address(apply_star(volunteer=volunteer, by=request.actor))

    form = StarForm(request.POST or None, actor=request.actor)
    return carried_out(request, form, _("Apply for a volunteer"), write, address_of("stars"), _crumbs())


def _own(request: Request, pk: int) -> StarApplication:
    rows = StarApplication.objects.select_related("person__volunteer", "office__place")
    return found(may_decide_stars, request.actor, rows, pk=pk)


@page("stars/<int:pk>/grant/", name="star-grant", rule=may_decide_stars, methods="GET POST")
def grant_page(request: Request, pk: int) -> HttpResponse:
    """Grant the star and issue its certificate."""
    row = _own(request, pk)
    form = GrantForm(request.POST or None, initial={"handler": request.actor.name})

    def write(evaluation: str, **_signed: str) -> str:
        grant_star(application=row, evaluation=evaluation, signed=form.signed(request), by=request.actor)
        return _address(row)

    title = f"{row.person.masked_name} {stars(row.level)}"
    return carried_out(
        request, form, _("Grant the star"), write, _address(row), _crumbs({"label": title, "url": _address(row)}), title
    )


@page("stars/<int:pk>/decline/", name="star-decline", rule=may_decide_stars, methods="GET POST")
def decline_page(request: Request, pk: int) -> HttpResponse:
    """Do not grant the star, with a reason."""
    row = _own(request, pk)

    def write(reason: str) -> str:
        decline_star(application=row, reason=reason, by=request.actor)
        return _address(row)

    return carried_out(request, ReasonForm(request.POST or None), _("Do not grant it"), write, _address(row), _crumbs())


@page("stars/<int:pk>/revoke/", name="star-revoke", rule=may_decide_stars, methods="GET POST")
def revoke_page(request: Request, pk: int) -> HttpResponse:
    """Take a granted star back, with a reason."""
    row = _own(request, pk)

    def write(reason: str) -> str:
        revoke_star(application=row, reason=reason, by=request.actor)
        return _address(row)

    return carried_out(request, ReasonForm(request.POST or None), _("Revoke the star"), write, _address(row), _crumbs())
