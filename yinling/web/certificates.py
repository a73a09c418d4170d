"""Certificates on the desk: the register, one certificate with its records and objections, its files."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from yinling.base import clock
from yinling.base.masking import mask_name
from yinling.base.period import year
from yinling.base.rules import Actor, Allowed, Denied
from yinling.certificates import (
    CERTIFICATES,
    WORDING,
    Certificate,
    Kind,
    Standing,
    certificate_pdf,
    certificates,
    hours,
    is_holder,
    may_certify,
    may_open_certificate,
    may_see_certificates,
    shown_title,
    since_then,
    standing,
    waiting_requests,
)
from yinling.facts import entries_about
from yinling.figures import signed, table
from yinling.office import FontsMissing
from yinling.web.cells import cell
from yinling.web.certificate_forms import Crumbs, site_of
from yinling.web.happened import Names, history
from yinling.web.list_tools import select
from yinling.web.page import Request, address_of, found, page

SIZE = 50
FARTHEST = 10_000
SIGNALS = {"ok": "ok", "warn": "warn", "error": "bad"}
PDF_TYPE, TOKEN_TYPE = "application/pdf", "application/jwt"
STATES = (
    ("publicity", gettext_lazy("in publicity")),
    ("issued", gettext_lazy("issued, not ended")),
    ("superseded", pgettext_lazy("a certificate", "superseded")),
    ("revoked", gettext_lazy("revoked")),
)


def address(certificate: Certificate) -> str:
    """The page of a certificate."""
    return address_of("certificate", pk=certificate.pk)


def crumbs(*further: dict[str, object]) -> Crumbs:
    """The way from the register."""
    return [{"label": _("Certificates"), "url": address_of("certificates")}, *further]


def signal_of(now: Standing) -> dict[str, str]:
    """A standing as a word with its signal."""
    wording = WORDING[now]
    return {"level": SIGNALS[wording.signal], "text": str(wording.word)}


@page("certificates/", name="certificates", rule=may_see_certificates)
def list_page(request: Request) -> HttpResponse:
    """The register of the reader's area, the newest first; names are masked."""
    asked = {name: request.GET.get(name, "").strip()[:60] for name in ("q", "kind", "state")}
    after = request.GET.get("page", "")
    number = int(after) if after.isascii() and after.isdigit() and len(after) < len(str(FARTHEST)) else 0
    rows = _narrowed(certificates(request.actor), asked).select_related("issuer")
    shown = list(rows[number * SIZE : (number + 1) * SIZE + 1])
    kept = {name: value for name, value in asked.items() if value}
    prefix = f"?{urlencode(kept)}&page="
    listing = {
        "title": _("Certificates"),
        "search": {"q": asked["q"], "placeholder": _("Number, check code or whole name")},
        "selects": [
            select("kind", _("Kind"), [("", _("all kinds")), *Kind.choices], asked["kind"]),
            select("state", _("State"), [("", _("all states")), *STATES], asked["state"]),
        ],
        "actions": _actions(request.actor),
        "columns": _columns(),
        "rows": [_row(one) for one in shown[:SIZE]],
        "pagination": {
            "text": "", "prev_url": f"{prefix}{number - 1}" if number else "",
            "next_url": f"{prefix}{number + 1}" if len(shown) > SIZE else "",
        },
        "empty": {
            "title": _("No certificate is found.") if kept else _("No certificate has been issued yet."),
            "hint": "" if kept else _("A volunteer asks for one, or you ask on behalf of a volunteer. It is free of charge."),
            "action": None,
        },
    }  # fmt: skip
    return render(request, "pages/list.html", {"page": listing, "crumbs": [{"label": listing["title"]}]})


def _columns() -> list[dict[str, object]]:
    return [
        {"label": pgettext("a certificate", "Number")},
        {"label": pgettext("a certificate", "Name")},
        {"label": _("Certificate")},
        {"label": pgettext("a certificate", "Issued by")},
        {"label": pgettext("a certificate", "Hours"), "numeric": True},
        {"label": pgettext("a certificate", "Issued on")},
        {"label": _("State")},
    ]


def _actions(actor: Actor) -> list[dict[str, object]]:
    if not may_certify.check(actor):
        return []
    count = waiting_requests(actor).count()
    return [
        {"label": _("Requests waiting: %(count)s") % {"count": count}, "url": address_of("certificate-requests")},
        {"label": _("Ask for a volunteer"), "url": address_of("certificate-ask"), "primary": True},
        {"label": _("Issue to many"), "url": address_of("certificates-many")},
    ]


def _narrowed(rows: Any, asked: dict[str, str]) -> Any:
    """The certificates that fit what was asked; what is not understood is not asked."""
    text = asked["q"]
    if text:
        rows = rows.filter(Q(number__contains=text) | Q(check_code=text.upper()) | Q(person__name=text))
    if asked["kind"] in Kind.values:
        rows = rows.filter(kind=asked["kind"])
    if asked["state"] == "publicity":
        rows = rows.filter(state=Certificate.State.ISSUED, publicity_until__gte=clock.today())
    elif asked["state"] in Certificate.State.values:
        rows = rows.filter(state=asked["state"])
    return rows


def _row(one: Certificate) -> dict[str, object]:
    now = signal_of(standing(one, objected=getattr(one, "objected", None)))
    return {
        "url": address(one),
        "cells": [
            {"text": one.number}, {"text": mask_name(one.contents["name"])}, {"text": shown_title(one)},
            {"text": one.issuer.name}, {"text": hours(one.minutes) if one.minutes else ""},
            {"text": one.issued_on.isoformat()}, {"text": now["text"], "signal": now["level"]},
        ],
    }  # fmt: skip


@page("certificates/<int:pk>/", name="certificate", rule=may_see_certificates)
def detail_page(request: Request, pk: int) -> HttpResponse:
    """One certificate: what it says, what its records have come to since, objections, what may be done."""
    rows = Certificate.objects.select_related("issuer", "person__volunteer", "superseded_by").defer("credential")
    one = found(may_see_certificates, request.actor, rows, pk=pk)
    objections = list(one.objections.order_by("raised_on", "pk"))
    now = standing(one, objected=any(row.state == "open" for row in objections))
    names = Names(bodies={one.issuer_id: one.issuer.name}, paths={one.area_path: one.issuer.name})
    about = {"certificate": [one.pk], "certificateobjection": [row.pk for row in objections]}
    period = year(one.issued_on.year)
    counted = table([CERTIFICATES], paths=[one.area_path], periods=[period]).at(CERTIFICATES, one.area_path, period)
    detail = {
        "title": shown_title(one),
        "subtitle": f"{one.number} · {mask_name(one.contents['name'])}",
        "signal": signal_of(now),
        "intro": str(WORDING[now].statement),
        "facts": [*_facts(one), *_ended(one)],
        "sections": [*_service(one), *_objections(request.actor, objections)],
        "history": history(list(entries_about(about)), names),
        "verbs": _verbs(request.actor, one),
        "counts_towards": [cell(counted)],
    }
    trail = crumbs({"label": one.number})
    return render(request, "pages/detail.html", {"page": detail, "crumbs": trail})


def _facts(one: Certificate) -> list[dict[str, object]]:
    said = one.contents
    facts: list[dict[str, object]] = [
        {"label": pgettext("a certificate", "Number"), "value": one.number},
        {"label": pgettext("a certificate", "Name"), "value": mask_name(said["name"])},
    ]
    if said["volunteer"]:
        facts.append({"label": _("Volunteer number"), "value": said["volunteer"]})
    facts += [
        {"label": pgettext("a certificate", "Issued by"), "value": said["issuer"]},
        {"label": _("Person in charge"), "value": said["in_charge"]},
        {"label": _("Handler"), "value": said["handler"]},
        {"label": pgettext("a certificate", "Issued on"), "value": one.issued_on.isoformat()},
    ]
    facts += [{"label": label, "value": value} for label, value in said["details"]]
    if one.publicity_until is not None:
        facts.append({"label": _("In publicity until"), "value": one.publicity_until.isoformat()})
    check = address_of("check-code", code=one.check_code)
    facts.append({"label": _("Check code"), "value": one.check_code, "url": check})
    return [
        *facts,
        {"label": _("Digest (SHA-256)"), "value": one.digest, "note": _("Of the content as it was issued.")},
    ]


def _ended(one: Certificate) -> list[dict[str, object]]:
    if one.ended_on is None:
        return []
    facts: list[dict[str, object]] = [
        {"label": _("No longer valid since"), "value": one.ended_on.isoformat()},
        {"label": _("Reason"), "value": one.reason},
    ]
    if one.superseded_by is not None:
        later = one.superseded_by
        label = pgettext("a certificate", "Superseded by")
        facts.append({"label": label, "value": later.number, "url": address(later)})
    return facts


def _service(one: Certificate) -> list[dict[str, object]]:
    """Period, hours and projects, and by how much the records differ today."""
    if one.kind == Kind.COMPLETION:
        return []
    total = {"label": _("Service hours"), "value": hours(one.minutes), "note": ""}
    if one.state == Certificate.State.ISSUED and (difference := since_then(one)):
        total["note"] = _("Since then: %(hours)s h. The records were changed after this was issued.") % {
            "hours": signed(Decimal(difference), "hour")
        }
    rows = [{"cells": [{"text": title}, {"text": hours(minutes)}]} for title, minutes in one.contents["projects"]]
    return [
        {
            "title": _("What it certifies"),
            "facts": [{"label": _("Period"), "value": f"{one.since} – {one.until}"}, total],
            "columns": [{"label": _("Project")}, {"label": pgettext("a certificate", "Hours"), "numeric": True}],
            "rows": rows,
        }
    ]


def _objections(actor: Actor, objections: list[Any]) -> list[dict[str, object]]:
    if not objections:
        return []
    rows = [
        {
            "url": address_of("certificate-objection", pk=row.pk)
            if row.state == "open" and may_certify.check(actor, row)
            else "",
            "cells": [
                {"text": row.text}, {"text": row.by_name}, {"text": row.raised_on.isoformat()},
                {"text": row.get_state_display(), "signal": "warn" if row.state == "open" else "none"}, {"text": row.reason},
            ],
        }
        for row in objections
    ]  # fmt: skip
    heads = (_("What is said to be wrong"), _("Who objects"), _("Raised on"), _("State"), _("Reason"))
    return [{"title": _("Objections"), "columns": [{"label": head} for head in heads], "rows": rows}]


def _verbs(actor: Actor, one: Certificate) -> list[dict[str, object]]:
    answer = may_certify.check(actor, one)
    reason = str(answer.reason) if isinstance(answer, Denied) else ""
    files = [(_("PDF"), "certificate-pdf"), (_("Signed file (Open Badge)"), "certificate-credential")]
    verbs: list[tuple[str, str, str]] = [(label, name, "") for label, name in files]
    if one.in_publicity():
        verbs.append((_("Object"), "certificate-object", ""))
    if one.state == Certificate.State.ISSUED and one.kind == Kind.SERVICE:
        verbs.append((_("Make anew from the records"), "certificate-supersede", reason))
    if one.state == Certificate.State.ISSUED and one.kind != Kind.STAR:
        verbs.append((_("Revoke"), "certificate-revoke", reason))
    return [{"label": label, "url": address_of(name, pk=one.pk), "reason": why} for label, name, why in verbs]


def _file(request: Request, pk: int) -> Certificate:
    """A certificate whose files are opened."""
    rows = Certificate.objects.select_related("issuer", "person__volunteer")
    return found(may_open_certificate, request.actor, rows, pk=pk)


@page("certificates/<int:pk>/pdf/", name="certificate-pdf", rule=may_open_certificate)
def pdf_page(request: Request, pk: int) -> HttpResponse:
    """The certificate as PDF, with the signed credential inside. Who only looks reads a masked identity number."""
    one = _file(request, pk)
    try:
        identity = isinstance((may_certify | is_holder).check(request.actor, one), Allowed)
        content = certificate_pdf([one], site=site_of(request), identity=identity)
    except FontsMissing as missing:
        messages.error(request, str(missing))
        return redirect(address(one))
    return attachment(content, PDF_TYPE, f"{one.contents['title']} {one.number}.pdf")


@page("certificates/<int:pk>/credential/", name="certificate-credential", rule=may_open_certificate)
def credential_page(request: Request, pk: int) -> HttpResponse:
    """The signed credential (Open Badges 3.0 as a JSON Web Token)."""
    one = _file(request, pk)
    return attachment(bytes(one.credential), TOKEN_TYPE, f"{one.contents['title']} {one.number}.jwt")


def attachment(content: bytes, kind: str, name: str) -> HttpResponse:
    """A download."""
    response = HttpResponse(content, content_type=kind, headers={"X-Content-Type-Options": "nosniff"})
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
