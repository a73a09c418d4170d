"""Sessions as calendars that phones subscribe to (RFC 5545): of a person, of a station, of a project.

A session keeps its UID for good; SEQUENCE grows with every change, so calendars replace what they hold, and a session that
is cancelled stays in the feed as cancelled, so that it disappears from them too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import icalendar  # type: ignore[import-untyped]
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yinling.activities.actions.feeds import feed_digest
from yinling.activities.models import EnrolmentState, Feed, Project, ProjectState, Session
from yinling.base import clock
from yinling.base.clock import CHINA
from yinling.volunteers import Station

BACK, AHEAD = timedelta(days=60), timedelta(days=366)
"""How far a feed reaches: phones fetch it anew several times a day."""

MOST = 1000
REFRESH = timedelta(hours=2)
COMING = (EnrolmentState.CONFIRMED, EnrolmentState.INVITED)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar as a file, its entity tag, and when anything in it changed last (None: it holds nothing)."""

    content: bytes
    etag: str
    changed_at: datetime | None


def calendar_of(name: str, sessions: Iterable[Session], address: Callable[[Session], str]) -> Calendar:
    """These sessions as one calendar; `address` is the page about each."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Yinling//Sessions//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", CHINA.key)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    changed_at: datetime | None = None
    for session in sessions:
        calendar.add_component(_event(session, address(session)))
        changed_at = max(changed_at or session.changed_at, session.changed_at)
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return Calendar(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"', changed_at)


def uid(session: Session) -> str:
    """The worldwide identity of a session. It comes from the session's secret key, of which it tells nothing."""
    return hashlib.sha256(b"calendar" + bytes(session.key)).hexdigest()[:32] + "@yinling"


def _event(session: Session, address: str) -> icalendar.Event:
    event = icalendar.Event()
    cancelled = session.state == Session.State.CANCELLED
    event.add("uid", uid(session))
    event.add("dtstamp", session.changed_at.astimezone(UTC))
    event.add("last-modified", session.changed_at.astimezone(UTC))
    event.add("sequence", session.revision)
    event.add("dtstart", session.starts_at.astimezone(CHINA))
    event.add("dtend", session.ends_at.astimezone(CHINA))
    event.add("summary", session.activity.title)
    event.add("location", session.where)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    project = session.activity.project
    lines = [session.notice, project.title, _("Contact: %(contact)s") % {"contact": project.contact}]
    event.add("description", "\n".join(line for line in lines if line))
    event.add("url", address)
    return event


def _near() -> QuerySet[Session]:
    today = clock.today()
    rows = Session.objects.filter(day__gte=today - BACK, day__lte=today + AHEAD)
    return rows.select_related("activity__project", "place").order_by("day", "starts_at", "pk")


def sessions_of_project(project: Project) -> list[Session]:
    """The sessions around today of a published project."""
    return list(_near().filter(activity__project=project)[:MOST])


def sessions_of_station(station: Station) -> list[Session]:
    """The sessions around today that published projects hold at a station."""
    public = (ProjectState.PUBLISHED, ProjectState.CLOSED)
    return list(_near().filter(station=station, activity__project__state__in=public)[:MOST])


def feed_of(secret: str) -> Feed | None:
    """The living feed behind the secret of an address."""
    return Feed.objects.filter(digest=feed_digest(secret), ended_at__isnull=True).first()


def sessions_of_feed(feed: Feed) -> list[Session]:
    """What a person comes to around today, and what of it was cancelled."""
    coming = Q(enrolments__person=feed.person_id, enrolments__state__in=COMING)
    gone = Q(
        enrolments__person=feed.person_id, enrolments__state=EnrolmentState.CANCELLED, state=Session.State.CANCELLED
    )
    return list(_near().filter(coming | gone).distinct()[:MOST])
