"""Addresses for the tests of sign-in, accounts and the API."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.i18n import set_language

from yinling.web import api, page, signin, urls

__all__ = ["urls"]  # it declares every page, so that what is addressed here does not depend on which tests ran before


def _plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(request.user), content_type="text/plain")


urlpatterns = [
    *page.urlpatterns(),
    *(path(f"{name}-of-tests/", _plain, name=name) for name in ("home", "search") if name not in page.pages),
    path("language/", set_language, name="set_language"),
    path("api/v1/", api.urls),
    *signin.urlpatterns,
]
