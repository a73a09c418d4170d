"""Addresses of the platform: every page declared with `@page`, sign-in, the language switch and the JSON API."""

from importlib import import_module

from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from yinling.web import api, page, signin

MODULES = (
    "accounts",
    "association_corrections",
    "associations",
    "burden",
    "certificate_requests",
    "certificate_verbs",
    "certificates",
    "check",
    "checker",
    "conferences",
    "designer",
    "designer_questions",
    "dictionary",
    "documents",
    "doors",
    "evidence",
    "exports",
    "forms_detail",
    "forms_list",
    "hour_sheet",
    "hour_suspicions",
    "hour_verbs",
    "hours",
    "imports",
    "objections",
    "overview",
    "people",
    "places",
    "pocket",
    "pocket_certificates",
    "pocket_hours",
    "pocket_agreements",
    "pocket_join",
    "pocket_me",
    "public",
    "reports",
    "returns",
    "round_forms",
    "rounds",
    "search",
    "session_people",
    "session_people_verbs",
    "sources",
    "stars",
    "supervision",
    "supervision_forms",
    "supervision_visits",
    "todo",
    "trail",
    "trainings",
    "why",
    "xlsforms",
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
