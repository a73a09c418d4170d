"""What anybody may read of projects: those that are published and not over, and each one with its risks first."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yinling.activities import Project, Session, SessionRole, queries
from yinling.base import clock
from yinling.base.rules import anyone
from yinling.web.list_tools import page_number
from yinling.web.page import Request, address_of, page, pages
from yinling.web.project_words import Row, day_words, hours_words, span_words
from yinling.web.projects import needs

SIZE = 20
NEXT = 20


@page("open/projects/", name="projects-public", rule=anyone)
def list_page(request: Request) -> HttpResponse:
    """Projects people can join, the soonest first; twenty a page, found by title, place or organiser."""
    text, number = request.GET.get("q", "").strip(), page_number(request)
    rows = queries.published_projects(clock.today(), request.GET.get("place", ""), text)
    shown = list(rows.select_related("place__parent")[number * SIZE : (number + 1) * SIZE + 1])
    query = {key: str(value) for key, value in request.GET.items() if key != "page"}
    choices = [
        {
            "label": project.title,
            "url": address_of("project-public", pk=project.pk),
            "hint": f"{project.place.with_parent} · {span_words(project.starts_on, project.ends_on)}",
        }
        for project in shown[:SIZE]
    ]
    context = {
        "choices": choices, "q": text, "place": request.GET.get("place", ""),
        "prev_url": f"?{urlencode({**query, 'page': number - 1})}" if number else "",
        "next_url": f"?{urlencode({**query, 'page': number + 1})}" if len(shown) > SIZE else "",
        "join_url": address_of("volunteer-join") if "volunteer-join" in pages else "",
    }  # fmt: skip
    return render(request, "pages/public_projects.html", context)


@page("open/projects/<int:pk>/", name="project-public", rule=anyone)
def detail_page(request: Request, pk: int) -> HttpResponse:
    """One published project: its risks before anything else that matters, then what, when, where, and how to join."""
    rows = Project.objects.filter(state__in=queries.PUBLIC).select_related("organiser", "place__parent")
    project = rows.filter(pk=pk).first()
    if project is None:
        raise Http404
    context = {
        "project": project, "facts": _facts(project), "sessions": _sessions(project),
        "calendar_url": address_of("project-calendar", pk=pk), "back_url": address_of("projects-public"),
        "join_url": address_of("volunteer-join") if "volunteer-join" in pages else "",
    }  # fmt: skip
    return render(request, "pages/public_project.html", context)


def _facts(project: Project) -> list[Row]:
    facts: list[Row] = [
        {"label": _("Organiser"), "value": project.organiser.name}, {"label": _("Place"), "value": project.place.with_parent},
        {"label": _("From – until"), "value": span_words(project.starts_on, project.ends_on)},
        {"label": _("For whom"), "value": project.served}, {"label": _("Contact"), "value": project.contact},
        {"label": _("Asked of those who come"), "value": "；".join(needs(project))},
        {"label": _("Costs"), "value": _("none: taking part is free")},
    ]  # fmt: skip
    return [fact for fact in facts if fact["value"]]


def _sessions(project: Project) -> list[Row]:
    """The next sessions, each with the way to sign up; who is not signed in is asked to first."""
    rows = Session.objects.filter(activity__project=project, state=Session.State.OPEN, starts_at__gt=clock.now())
    shown = list(rows.select_related("activity", "place").order_by("day", "starts_at", "pk")[:NEXT])
    free: dict[int, int] = {}
    for role in SessionRole.objects.filter(session__in=shown):
        free[role.session_id] = free.get(role.session_id, 0) + role.capacity - role.taken
    return [
        {
            "label": f"{day_words(one.day)} {hours_words(one.starts_at, one.ends_at)}",
            "url": address_of("session-join", pk=one.pk) if "session-join" in pages else "",
            "hint": f"{one.activity.title} · {one.venue or one.place.short_name} · {_free(free.get(one.pk, 0))}",
        }
        for one in shown
    ]


def _free(places: int) -> str:
    return _("%(count)s places free") % {"count": places} if places > 0 else _("full; there is a waiting list")
