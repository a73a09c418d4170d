"""The rail of the desk: its groups and the pages in each, by name. A page that may not be opened is left out."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yinling.base.rules import Reason

Group = tuple[str, tuple[tuple[str, str], ...]]
"""A group as shown: its label, and label and address of each page."""

MENU: tuple[tuple[Reason, tuple[tuple[str, Reason], ...]], ...] = (
    ("", (("home", _("Overview")), ("todo", _("To-do")))),
    (
        _("Registers"),
        (
            ("associations", _("Elderly associations")),
            ("people", _("People")),
            ("places", _("Places")),
            ("conferences", _("Conferences")),
            ("findings", _("Supervision")),
            ("trainings", _("Trainings of leaders")),
        ),
    ),
    (
        _("Volunteer service"),
        (
            ("volunteering", _("State of the service")),
            ("imbalance", _("What is short where")),
            ("volunteers", _("Volunteers")),
            ("teams", _("Volunteer teams")),
            ("stations", _("Service stations")),
            ("brands", _("Service brands")),
            ("catalogue", _("Domains of service")),
            ("policies", _("Insurance of volunteers")),
            ("rolls", _("Rolls of retired cadres")),
        ),
    ),
    (
        _("Activities"),
        (
            ("projects", _("Projects")),
            ("sessions", pgettext_lazy("of activities", "Sessions")),
            ("hours", _("Service hours")),
            ("certificates", _("Certificates")),
            ("stars", _("Star volunteers")),
            ("classes", _("Training classes")),
            ("exams", _("1+X examinations")),
            ("skill-certificates", _("Skill certificates")),
        ),
    ),
    (
        _("Reporting"),
        (
            ("rounds", _("Collection rounds")),
            ("forms", _("Forms")),
            ("fields", _("Field dictionary")),
            ("imports", _("Import")),
        ),
    ),
    (
        _("Results"),
        (
            ("reports", _("Work reports")),
            ("documents", _("Official documents")),
            ("checker", _("Check a report")),
            ("figures", _("Figures")),
            ("sources", _("Published figures")),
        ),
    ),
    (
        _("Administration"),
        (
            ("trail", _("Audit trail")),
            ("parameters", _("Parameters")),
            ("accounts", _("Accounts")),
            ("my-account", _("My account")),
        ),
    ),
)
