"""Checking a printed document or certificate, for anybody: whether it was issued here, and whether it still holds."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.rules import anyone
from yinling.office import check
from yinling.web.page import Request, origin_of, page

TITLE = gettext_lazy("Check a document or certificate")
LONGEST = 60
"""Characters of a typed code that are looked at."""

WRONG, WINDOW = 30, 15 * 60
"""So many wrong codes in so many seconds, then an address has to wait. An office shares one, so it is not fewer."""


@page("check/", name="check", rule=anyone)
def ask_page(request: Request) -> HttpResponse:
    """Type the code, or the number of a certificate, that is printed on the paper."""
    typed = request.GET.get("code", "").strip()[:LONGEST]
    if not typed:
        return render(request, "pages/check.html", {"title": str(TITLE)})
    if cache.get(_counter(request), 0) >= WRONG:
        return render(request, "429.html", status=429)
    found = check(typed)
    return _wrong(request, typed) if found is None else redirect("check-code", code=found.key)


@page("check/<str:code>/", name="check-code", rule=anyone)
def check_page(request: Request, code: str) -> HttpResponse:
    """What anybody may know of the paper with this code or number."""
    if cache.get(_counter(request), 0) >= WRONG:
        return render(request, "429.html", status=429)
    found = check(code[:LONGEST])
    if found is None:
        return _wrong(request, code[:LONGEST])
    context = {
        "title": str(TITLE),
        "found": found,
        "facts": [{"label": one.label, "value": one.value, "note": one.note} for one in found.facts],
        "url": found.url if found.opens(request.actor) else "",
    }
    return render(request, "pages/check.html", context)


def _wrong(request: Request, typed: str) -> HttpResponse:
    """A code that is not known. Wrong ones are counted by address, right ones are not: guessing ends, checking does not."""
    count = cache.get(_counter(request), 0)
    if count >= WRONG:
        return render(request, "429.html", status=429)
    cache.set(_counter(request), count + 1, WINDOW)
    context = {"title": str(TITLE), "typed": typed, "wrong": True}
    return render(request, "pages/check.html", context, status=404)


def _counter(request: Request) -> str:
    """Where wrong codes from this address are counted. allauth, which counts failed sign-ins, leaves reading uncounted."""
    return f"check:{origin_of(request).replace(' ', '-')}:{int(clock.now().timestamp()) // WINDOW}"
