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
    "check",
    "checker",
    "checkin",
    "checkin_host",
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
    "imbalance",
    "imports",
    "join",
    "my_teams",
    "hour_sheet",
    "hour_suspicions",
    "hour_verbs",
    "hours",
    "objections",
    "overview",
    "parameters",
    "people",
    "places",
    "pocket",
    "pocket_hours",
    "pocket_agreements",
    "pocket_join",
    "pocket_me",
    "projects",
    "project_forms",
    "project_parts",
    "projects_public",
    "policies",
    "public",
    "public_stations",
    "reports",
    "returns",
    "round_forms",
    "rounds",
    "search",
    "session_forms",
    "sessions",
    "session_people",
    "session_people_verbs",
    "sources",
    "station_forms",
    "stations",
    "supervision",
    "supervision_forms",
    "supervision_visits",
    "teams",
    "todo",
    "trail",
    "trainings",
    "volunteering",
    "volunteer_changes",
    "volunteer_queue",
    "volunteers",
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
