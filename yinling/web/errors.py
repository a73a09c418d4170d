"""What people see when a page cannot be shown: in their language, with what to do next, never a bare server text."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request could not be read."""
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 raised by Django itself; rules answer through `page.refuse`."""
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such page, or a record outside the reader's area; it does not say which."""
    return render(request, "errors/404.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """500: the log has the failure."""
    return render(request, "errors/500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without its token, mostly one left open over a sign-out. `reason` is for developers; it is not shown."""
    text = _("This form is out of date. Go back, load the page again and repeat the last step.")
    return render(request, "errors/403.html", {"reason": text, "remedy": " "}, status=403)
