"""Calendars that phones subscribe to (RFC 5545): of a project, of a station, of a volunteer's own sessions."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _

from yinling.activities import Feed, Project, Session, calendar, queries, renew_feed
from yinling.base.rules import anyone
from yinling.volunteers import Station, is_self, volunteer_of
from yinling.web.page import Request, address_of, page

TYPE = "text/calendar; charset=utf-8"


@page("calendars/projects/<int:pk>.ics", name="project-calendar", rule=anyone)
def project_feed(request: Request, pk: int) -> HttpResponse:
    """The sessions of a published project."""
    project = Project.objects.filter(pk=pk, state__in=queries.PUBLIC).first()
    if project is None:
        raise Http404
    return _answer(request, project.title, calendar.sessions_of_project(project))


@page("calendars/stations/<int:pk>.ics", name="station-calendar", rule=anyone)
def station_feed(request: Request, pk: int) -> HttpResponse:
    """The sessions that published projects hold at a station."""
    station = Station.objects.select_related("body").filter(pk=pk, body__withdrawn=False).first()
    if station is None:
        raise Http404
    return _answer(request, station.body.name, calendar.sessions_of_station(station))


@page("calendars/me/<str:secret>.ics", name="own-calendar", rule=anyone)
def own_feed(request: Request, secret: str) -> HttpResponse:
    """What a volunteer comes to. The secret in the address is the key: no sign-in, a calendar program cannot do that."""
    feed = calendar.feed_of(secret)
    if feed is None:
        raise Http404
    response = _answer(request, _("My volunteer service"), calendar.sessions_of_feed(feed))
    response["Cache-Control"] = "private, no-cache"
    return response


def _answer(request: Request, name: str, sessions: list[Session]) -> HttpResponse:
    """The calendar, or 304 where the program has it already."""
    made = calendar.calendar_of(name, sessions, lambda one: request.build_absolute_uri(_address(one)))
    response = HttpResponse(made.content, content_type=TYPE, headers={"ETag": made.etag, "Cache-Control": "no-cache"})
    changed = int(made.changed_at.timestamp()) if made.changed_at else None
    if changed is not None:
        response["Last-Modified"] = http_date(changed)
    # The tag alone decides: a session that leaves the feed changes it without anything having changed later.
    found = get_conditional_response(request, etag=made.etag, response=response)
    assert found is not None, "there is a response to give back"
    return found


def _address(session: Session) -> str:
    return address_of("project-public", pk=session.activity.project_id)


@page("pocket/me/calendar/", name="me-calendar", rule=is_self, methods="GET POST")
def own_page(request: Request) -> HttpResponse:
    """The address of one's own calendar: made here, shown once, renewed when it got into wrong hands."""
    volunteer = volunteer_of(request.actor.account_id) if request.actor.account_id is not None else None
    if volunteer is None:
        raise Http404
    address = ""
    if request.method == "POST":
        secret = renew_feed(volunteer=volunteer, by=request.actor)
        address = request.build_absolute_uri(address_of("own-calendar", secret=secret))
    known = Feed.objects.filter(person=volunteer.person_id, ended_at__isnull=True).exists()
    context = {"address": address, "known": known}
    response = render(request, "pages/pocket_calendar.html", context)
    response["Cache-Control"] = "no-store"
    return response
