"""Requests for certificates on the desk: asked for on behalf of a volunteer, taken on, issued or declined."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yinling.base.rules import Actor, Denied
from yinling.certificates import (
    CertificateRequest,
    accept,
    ask,
    decline,
    hours,
    issue_service,
    may_ask_for,
    may_certify,
    may_see_certificates,
    requests,
    service_of,
    withdraw_request,
)
from yinling.facts import entries_about
from yinling.network import Body
from yinling.volunteers import Volunteer
from yinling.web.certificate_forms import AcceptForm, AskForm, ReasonForm, SignedForm, carried_out
from yinling.web.certificates import address, crumbs
from yinling.web.happened import Names, history
from yinling.web.page import Request, address_of, attempt, found, page

SHOWN = 200
SIGNALS = {"asked": "warn", "accepted": "warn", "issued": "ok", "declined": "bad", "withdrawn": "none"}
WAITING = ("asked", "accepted")


def _address(row: CertificateRequest) -> str:
    return address_of("certificate-request", pk=row.pk)


def _crumbs(*further: dict[str, object]) -> list[dict[str, object]]:
    return crumbs({"label": _("Requests"), "url": address_of("certificate-requests")}, *further)


@page("certificates/requests/", name="certificate-requests", rule=may_see_certificates)
def list_page(request: Request) -> HttpResponse:
    """Requests to bodies of the reader's area: those that wait, or all."""
    everything = request.GET.get("all", "") == "1"
    rows = requests(request.actor) if everything else requests(request.actor).filter(state__in=WAITING)
    here = address_of("certificate-requests")
    listing = {
        "title": _("Requests for certificates"),
        "filters": [
            {"label": _("Those already answered too"), "url": here if everything else f"{here}?all=1", "active": everything,
             "group": ""},
        ],
        "actions": [{"label": _("Ask for a volunteer"), "url": address_of("certificate-ask"), "primary": True}]
        if may_ask_for.check(request.actor)
        else [],
        "columns": [
            {"label": _("Volunteer")}, {"label": _("Asked of")}, {"label": _("Period")}, {"label": _("Asked on")},
            {"label": _("State")},
        ],
        "rows": [
            {
                "url": _address(row),
                "cells": [
                    {"text": row.person.masked_name}, {"text": row.issuer.name}, {"text": f"{row.since} – {row.until}"},
                    {"text": row.asked_on.isoformat()},
                    {"text": row.get_state_display(), "signal": SIGNALS[row.state]},
                ],
            }
            for row in rows[:SHOWN]
        ],
        "empty": {
            "title": _("No request waits."), "action": None,
            "hint": _("Volunteers ask on their phones; you can ask on behalf of a volunteer."),
        },
    }  # fmt: skip
    return render(request, "pages/list.html", {"page": listing, "crumbs": crumbs({"label": listing["title"]})})


@page("certificates/ask/", name="certificate-ask", rule=may_ask_for, methods="GET POST")
def ask_page(request: Request) -> HttpResponse:
    """Ask on behalf of a volunteer; who asked is kept."""

    def write(volunteer: Volunteer, issuer: Body, **data: Any) -> str:
        return _address(ask(volunteer=volunteer, issuer=issuer, **data, by=request.actor))

    form = AskForm(request.POST or None, actor=request.actor)
    intro = _(
        "Only confirmed service that the body, or one below it, organised can be certified. It is free of charge."
    )
    return carried_out(
        request, form, _("Ask for a volunteer"), write, address_of("certificate-requests"), _crumbs(), intro
    )


@page("certificates/requests/<int:pk>/", name="certificate-request", rule=may_see_certificates)
def detail_page(request: Request, pk: int) -> HttpResponse:
    """One request: what is confirmed in its period today, and what may be done."""
    rows = CertificateRequest.objects.select_related("person__volunteer", "issuer", "certificate")
    row = found(may_see_certificates, request.actor, rows, pk=pk)
    service = service_of(row.person, issuer=row.issuer, since=row.since, until=row.until)
    names = Names(bodies={row.issuer_id: row.issuer.name}, paths={row.area_path: row.issuer.name})
    title = _("Request of %(name)s") % {"name": row.person.masked_name}
    lines = sorted(service.projects.items(), key=lambda one: -one[1])
    detail = {
        "title": title,
        "subtitle": row.issuer.name,
        "signal": {"level": SIGNALS[row.state], "text": row.get_state_display()},
        "facts": _facts(row),
        "sections": [
            {
                "title": _("Confirmed service in the period"),
                "intro": "" if lines else _("No service is confirmed any more."),
                "facts": [{"label": _("Service hours"), "value": hours(service.minutes)}],
                "columns": [{"label": _("Project")}, {"label": pgettext("a certificate", "Hours"), "numeric": True}],
                "rows": [{"cells": [{"text": name}, {"text": hours(minutes)}]} for name, minutes in lines],
            }
        ],
        "history": history(list(entries_about({"certificaterequest": [row.pk]})), names),
        "verbs": _verbs(request.actor, row),
    }
    return render(request, "pages/detail.html", {"page": detail, "crumbs": _crumbs({"label": title})})


def _facts(row: CertificateRequest) -> list[dict[str, object]]:
    yes_no = _("yes") if row.show_identity else _("no")
    facts: list[dict[str, object]] = [
        {"label": _("Volunteer number"), "value": row.person.volunteer.number},
        {"label": _("Period"), "value": f"{row.since} – {row.until}"},
        {"label": _("What it is for"), "value": row.purpose},
        {"label": _("With the identity number"), "value": yes_no},
        {"label": _("Asked on"), "value": row.asked_on.isoformat()},
    ]
    if row.proxy:
        facts.append({"label": _("Asked for by"), "value": row.proxy})
    if row.handler:
        facts.append({"label": _("Handler"), "value": row.handler})
    if row.reason:
        facts.append({"label": _("Reason"), "value": row.reason})
    if row.certificate is not None:
        facts.append({"label": _("Certificate"), "value": row.certificate.number, "url": address(row.certificate)})
    return facts


def _verbs(actor: Actor, row: CertificateRequest) -> list[dict[str, object]]:
    if row.state not in WAITING:
        return []
    answer = may_certify.check(actor, row)
    reason = str(answer.reason) if isinstance(answer, Denied) else ""
    first = (
        (pgettext("a request", "Accept"), "accept") if row.state == "asked" else (_("Issue the certificate"), "issue")
    )
    verbs: list[dict[str, object]] = [
        {
            "label": label, "url": address_of(f"certificate-request-{name}", pk=row.pk), "reason": reason,
            "primary": name == first[1],
        }
        for label, name in (first, (pgettext("a request", "Decline"), "decline"))
    ]  # fmt: skip
    if may_ask_for.check(actor, row):
        url = address_of("certificate-request-withdraw", pk=row.pk)
        verbs.append({"label": _("The volunteer withdraws it"), "url": url, "post": True})
    return verbs


def _own(request: Request, pk: int) -> CertificateRequest:
    rows = CertificateRequest.objects.select_related("person__volunteer", "issuer__place")
    return found(may_certify, request.actor, rows, pk=pk)


def _way(row: CertificateRequest) -> list[dict[str, object]]:
    return _crumbs({"label": row.person.masked_name, "url": _address(row)})


@page("certificates/requests/<int:pk>/accept/", name="certificate-request-accept", rule=may_certify, methods="GET POST")
def accept_page(request: Request, pk: int) -> HttpResponse:
    """Take a request on."""
    row = _own(request, pk)

    def write(handler: str) -> str:
        accept(request=row, handler=handler, by=request.actor)
        return _address(row)

    form = AcceptForm(request.POST or None, initial={"handler": request.actor.name})
    return carried_out(request, form, pgettext("a request", "Accept"), write, _address(row), _way(row))


@page(
    "certificates/requests/<int:pk>/decline/", name="certificate-request-decline", rule=may_certify, methods="GET POST"
)
def decline_page(request: Request, pk: int) -> HttpResponse:
    """Decline a request with a reason."""
    row = _own(request, pk)

    def write(reason: str) -> str:
        decline(request=row, reason=reason, by=request.actor)
        return _address(row)

    return carried_out(
        request, ReasonForm(request.POST or None), pgettext("a request", "Decline"), write, _address(row), _way(row)
    )


@page("certificates/requests/<int:pk>/issue/", name="certificate-request-issue", rule=may_certify, methods="GET POST")
def issue_page(request: Request, pk: int) -> HttpResponse:
    """Issue the certificate that was asked for."""
    row = _own(request, pk)
    form = SignedForm(request.POST or None, initial={"handler": row.handler})

    def write(**_signed: str) -> str:
        return address(issue_service(request=row, signed=form.signed(request), by=request.actor))

    intro = _("Nobody certifies their own service: person in charge and handler are others than the volunteer.")
    return carried_out(request, form, _("Issue the certificate"), write, _address(row), _way(row), intro)


@page("certificates/requests/<int:pk>/withdraw/", name="certificate-request-withdraw", rule=may_ask_for, methods="POST")
def withdraw_page(request: Request, pk: int) -> HttpResponse:
    """The volunteer no longer wants it."""
    row = found(may_ask_for, request.actor, CertificateRequest.objects.select_related("person__volunteer"), pk=pk)
    attempt(request, lambda: withdraw_request(request=row, by=request.actor), _("The request is withdrawn."))
    return redirect(_address(row))
