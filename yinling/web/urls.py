"""Addresses of the platform: every page declared with `@page`, sign-in, the language switch and the JSON API."""

from importlib import import_module

from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from yinling.web import api, page, signin

MODULES = (
    "accounts",
    "associations",
    "check",
    "conferences",
    "documents",
    "doors",
    "evidence",
    "exports",
    "imports",
    "overview",
    "people",
    "places",
    "pocket",
    "public",
    "reports",
    "search",
    "sources",
    "todo",
    "trail",
    "why",
)
"""The modules that declare pages."""

for _module in MODULES:
    import_module(f"yinling.web.{_module}")

urlpatterns: list[URLPattern | URLResolver] = [
    *page.urlpatterns(),
    path("language/", set_language, name="set_language"),
    *signin.urlpatterns,
    path("api/v1/", api.urls),
]
