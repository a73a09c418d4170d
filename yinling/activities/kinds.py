"""Kinds of activity, as data: what each asks for beyond what all have, who comes to it, and what it usually results in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from yinling.base.rules import Reason


@dataclass(frozen=True, slots=True)
class Detail:
    """Something a kind asks of an activity, kept in its `details`."""

    key: str
    label: Reason
    type: Literal["text", "long", "number", "date"] = "text"
    required: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of activity. `role` is the role a new session is given, `serves` whether that role gives volunteer service;
    `bodies`: organisations take part too; `health`: who comes declares their health and names somebody to call."""

    key: str
    label: Reason
    role: Reason
    serves: bool = False
    bodies: bool = False
    health: bool = False
    details: tuple[Detail, ...] = ()
    outcomes: tuple[str, ...] = ()


KINDS: Mapping[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind("service", _("volunteer service"), _("volunteer"), serves=True),
        Kind(
            "class", _("training class"), _("trainee"),
            details=(
                Detail("course", _("Course"), required=True), Detail("ordinal", _("Which class of the series"), "number"),
                Detail("teacher", _("Teacher")),
            ),
        ),
        Kind(
            "trip", _("wellness trip"), _("traveller"), health=True,
            details=(
                Detail("destination", _("Destination"), required=True), Detail("agency", _("Travel agency")),
                Detail("leader", _("Tour leader"), required=True),
            ),
        ),
        Kind(
            "clinic", _("free clinic or health check"), _("doctor or nurse"), serves=True,
            details=(Detail("partner", _("Medical institution")),), outcomes=("people_treated", "medicine_value"),
        ),
        Kind("show", _("performance"), _("performer"), serves=True, outcomes=("shows", "spectators")),
        Kind(
            "expo", _("expo"), _("exhibitor"), bodies=True,
            details=(Detail("halls", _("Halls"), "long", required=True),), outcomes=("spectators",),
        ),
        Kind(
            "meeting", _("meeting"), pgettext_lazy("of a meeting", "participant"), bodies=True,
            details=(Detail("agenda", _("Agenda"), "long", required=True), Detail("chaired_by", _("Chaired by"))),
        ),
        Kind("contest", _("contest"), _("contestant")),
        Kind("visit", _("visit or exchange"), pgettext_lazy("of a visit", "participant"), bodies=True),
        Kind("gathering", _("study, culture or sport"), pgettext_lazy("of a gathering", "participant")),
    )
}  # fmt: skip
"""Every kind, by its key."""

LONGEST = 2000
"""Characters of one detail at most."""


def clean_details(kind: str, values: Mapping[str, object]) -> dict[str, str | int]:
    """What an activity's kind asks for, checked and fit for JSON; a day as YYYY-MM-DD. What the kind does not ask is
    dropped. Raises ValidationError by detail."""
    found: dict[str, str | int] = {}
    faults: dict[str, str] = {}
    for detail in KINDS[kind].details:
        value = values.get(detail.key)
        text = value.isoformat() if isinstance(value, date) else str("" if value is None else value).strip()
        if not text:
            if detail.required:
                faults[detail.key] = gettext("This must be filled in.")
        elif fault := _fault(detail, text):
            faults[detail.key] = fault
        else:
            found[detail.key] = int(text) if detail.type == "number" else text
    if faults:
        raise ValidationError(faults)
    return found


def _fault(detail: Detail, text: str) -> str:
    """What is wrong with the text of a detail; empty where nothing is."""
    if len(text) > LONGEST:
        return gettext("This is longer than %(maximum)d characters.") % {"maximum": LONGEST}
    if detail.type == "number" and not (text.isascii() and text.isdigit() and len(text) < len("1000000")):
        return gettext("Write a whole number.")
    if detail.type == "date":
        try:
            date.fromisoformat(text)
        except ValueError:
            return gettext("This is no date we know. Write it like 2010-05-01.")
    return ""
