"""Checking a printed document, for anybody: whether it was issued here, and whether it still holds."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yinling.base import clock
from yinling.base.rules import anyone
from yinling.office import Document, may_read_documents, read_code
from yinling.web.page import Request, origin_of, page

LONGEST = 60
"""Characters of a typed code that are looked at."""

WRONG, WINDOW = 30, 15 * 60
"""So many wrong codes in so many seconds, then an address has to wait. An office shares one, so it is not fewer."""


@page("check/", name="check", rule=anyone)
def ask_page(request: Request) -> HttpResponse:
    """Type the code that is printed on a document."""
    typed = request.GET.get("code", "").strip()[:LONGEST]
    if not typed:
        return render(request, "pages/check.html", {"title": _("Check a document")})
    code = read_code(typed)
    return _wrong(request, typed) if code is None else redirect("check-code", code=code)


@page("check/<str:code>/", name="check-code", rule=anyone)
def check_page(request: Request, code: str) -> HttpResponse:
    """What is known of the document with this code. Says of its content only what is printed on its first page."""
    if cache.get(_counter(request), 0) >= WRONG:
        return render(request, "429.html", status=429)
    written = read_code(code[:LONGEST])
    rows = Document.objects.select_related("series", "superseded_by__series")
    document = rows.filter(check_code=written).first() if written else None
    if document is None:
        return _wrong(request, code[:LONGEST])
    context = {
        "title": _("Check a document"),
        "state": document.state,
        "facts": _facts(document),
        "url": reverse("document", kwargs={"pk": document.pk})
        if may_read_documents.check(request.actor, document)
        else "",
    }
    return render(request, "pages/check.html", context)


def _facts(document: Document) -> list[dict[str, object]]:
    facts: list[dict[str, object]] = [
        {"label": pgettext("of a document", "Title"), "value": document.title},
        {"label": _("Document number"), "value": document.full_number},
        {"label": _("Issued by"), "value": document.series.issuer},
        {"label": _("Issued on"), "value": document.issued_on.isoformat()},
    ]
    if document.ended_on is not None:
        facts.append({"label": _("No longer valid since"), "value": document.ended_on.isoformat()})
        facts.append({"label": _("Reason"), "value": document.reason})
    if document.superseded_by is not None:
        later = document.superseded_by
        facts.append({"label": _("Superseded by"), "value": later.full_number, "note": later.title})
    return [*facts, {"label": _("Digest (SHA-256)"), "value": document.digest}]


def _wrong(request: Request, typed: str) -> HttpResponse:
    """A code that is not known. Wrong ones are counted by address, right ones are not: guessing ends, checking does not."""
    count = cache.get(_counter(request), 0)
    if count >= WRONG:
        return render(request, "429.html", status=429)
    cache.set(_counter(request), count + 1, WINDOW)
    context = {"title": _("Check a document"), "typed": typed, "wrong": True}
    return render(request, "pages/check.html", context, status=404)


def _counter(request: Request) -> str:
    """Where wrong codes from this address are counted. allauth, which counts failed sign-ins, leaves reading uncounted."""
    return f"check:{origin_of(request).replace(' ', '-')}:{int(clock.now().timestamp()) // WINDOW}"
