"""Reads of the audit trail. Who may read it is not known down here, so each read takes the viewer with the rule."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from yinling.base.clock import CHINA
from yinling.base.paths import under
from yinling.base.rules import Actor, Rule
from yinling.facts.models import Entry, Fact


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the trail is asked for; what is empty does not narrow. Days are whole days in China, both included."""

    since: date | None = None
    until: date | None = None
    actor: str = ""
    action: str = ""
    path: str = ""
    subject: str = ""
    subject_id: int | None = None


def entries(viewer: Actor, rule: Rule, asked: Asked | None = None) -> QuerySet[Entry]:
    """The entries `rule` lets the viewer read that were asked for, the newest first."""
    asked = asked or Asked()
    found = rule.filter(viewer, Entry.objects.all())
    if asked.since:
        found = found.filter(at__gte=_begin(asked.since))
    if asked.until and asked.until < date.max:
        found = found.filter(at__lt=_begin(asked.until + timedelta(days=1)))
    if asked.actor:
        found = found.filter(actor_name__icontains=asked.actor)
    if asked.action:
        found = found.filter(action=asked.action)
    if asked.path:
        found = found.filter(under(asked.path))
    if asked.subject:
        found = found.filter(subject=asked.subject)
    if asked.subject_id is not None:
        found = found.filter(subject_id=asked.subject_id)
    return found.order_by("-seq")


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=CHINA)


def entries_about(subjects: Mapping[str, Collection[int]]) -> QuerySet[Entry]:
    """The entries about these rows (keys by model name), the newest first: for the page of a row the viewer may see."""
    about = Q(pk__in=[])
    for subject, keys in subjects.items():
        about |= Q(subject=subject, subject_id__in=keys)
    return Entry.objects.filter(about).order_by("-seq")


def facts_of(entry: Entry) -> QuerySet[Fact]:
    """The facts an entry recorded, in the order they were recorded."""
    return Fact.objects.filter(entry=entry).select_related("series").order_by("pk")
