"""Addresses of the platform: every page declared with `@page`, sign-in, the language switch and the JSON API."""

from importlib import import_module

from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from yinling.web import api, page, signin

MODULES = (
    "accounts",
    "association_corrections",
    "associations",
    "brands",
    "burden",
    "calendars",
    "catalogue",
    "certificate_requests",
    "certificate_verbs",
    "certificates",
    "check",
    "checker",
    "class_registers",
    "class_work",
    "classes",
    "conferences",
    "designer",
    "designer_questions",
    "dictionary",
    "documents",
    "doors",
    "events",
    "evidence",
    "exams",
    "exports",
    "forms_detail",
    "forms_list",
    "imbalance",
    "imports",
    "meetings",
    "outings",
    "overview",
    "parameters",
    "people",
    "places",
    "pocket",
    "pocket_certificates",
    "pocket_held",
    "project_forms",
    "project_parts",
    "projects",
    "projects_public",
    "public",
    "public_stations",
    "reports",
    "returns",
    "round_forms",
    "rounds",
    "search",
    "session_forms",
    "sessions",
    "skill_certificates",
    "sources",
    "stars",
    "station_forms",
    "stations",
    "supervision",
    "supervision_forms",
    "supervision_visits",
    "todo",
    "trail",
    "trainings",
    "volunteering",
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
