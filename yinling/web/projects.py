"""Projects on the desk: the list with its export, and one project with everything that belongs to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, OuterRef, Prefetch, Subquery
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yinling.activities import (
    Activity,
    Domain,
    Enrolment,
    EnrolmentState,
    Platform,
    Project,
    ProjectState,
    Session,
    SessionRole,
    may_run,
    may_see_projects,
    project_measures,
    queries,
    repeats,
    workflow,
)
from yinling.base import clock
from yinling.base.paths import prefixes, under
from yinling.base.period import year
from yinling.base.rules import Actor, Denied
from yinling.exchange import Column, may_export, may_import
from yinling.facts import entries_about
from yinling.figures import table
from yinling.people import Qualification
from yinling.web.cells import Cell, cell
from yinling.web.exports import workbook
from yinling.web.happened import Names, history
from yinling.web.list_tools import chip, page_number, select, turning
from yinling.web.page import Request, address_of, found, page
from yinling.web.project_words import (
    Crumbs,
    Row,
    amount_words,
    area_asked,
    area_select,
    day_words,
    hours_words,
    kind_label,
    session_state,
    span_words,
    state_cell,
    taken_words,
)

SIZE = 50
NEXT = 10
"""Sessions to come, activities and outcomes shown with a project."""


@page("projects/", name="projects", rule=may_see_projects)
def list_page(request: Request) -> HttpResponse:
    """The projects, the newest first: search, filters in the address, fifty a page."""
    wanted, number = _wanted(request), page_number(request)
    shown = list(queries.projects(request.actor, wanted)[number * SIZE : (number + 1) * SIZE + 1])
    query = {key: str(value) for key, value in request.GET.items() if key != "page"}
    new = {"label": _("Set up a project"), "url": address_of("project-new"), "primary": True}
    listing = {
        "title": _("Projects"),
        "count_text": _("Page %(number)s") % {"number": number + 1},
        "search": {"q": wanted.text, "placeholder": _("Title, organiser or place")},
        "hidden": [{"name": key, "value": value} for key, value in query.items() if key not in {"q", "place", "domain"}],
        "selects": [*area_select(request), *_domains(request.actor, wanted)],
        "filters": list(_chips(wanted, query)),
        "actions": _list_actions(request.actor, query, new),
        "columns": [
            {"label": _("Project")}, {"label": _("Organiser")}, {"label": _("Place")}, {"label": _("Domain")},
            {"label": _("From – until")}, {"label": _("State")},
        ],
        "rows": [_row(project) for project in shown[:SIZE]],
        "pagination": turning(query, number, more=len(shown) > SIZE),
        "empty": {
            "title": _("No project matches."),
            "hint": _("Take a filter away, or set up a project: title, place and dates are enough to begin."),
            "action": new if may_run.check(request.actor) else None,
        },
    }  # fmt: skip
    return render(request, "pages/list.html", {"page": listing, "crumbs": [{"label": listing["title"]}]})


def _wanted(request: Request) -> queries.WantedProjects:
    state, platform = request.GET.get("state", ""), request.GET.get("platform", "")
    brand = request.GET.get("brand", "")
    return queries.WantedProjects(
        text=request.GET.get("q", ""),
        path=area_asked(request),
        state=state if state in ProjectState.values else "",
        platform=platform if platform in Platform.values else "",
        domain=request.GET.get("domain", ""),
        brand=int(brand) if brand.isascii() and brand.isdigit() and len(brand) < len(str(2**31)) else None,
    )


def _domains(actor: Actor, wanted: queries.WantedProjects) -> list[Row]:
    near = Domain.objects.filter(under(actor.home)) | Domain.objects.filter(area_path__in=prefixes(actor.home))
    domains = list(near.order_by("area_path", "order", "pk")[:SIZE])
    if not domains:
        return []
    options = [("", _("All")), *((one.code, one.name) for one in domains)]
    return [select("domain", _("Domain"), options, wanted.domain)]


def _chips(wanted: queries.WantedProjects, query: dict[str, str]) -> Iterator[Row]:
    for state in ProjectState:
        yield chip(query, "state", state.value, str(state.label), _("State"), wanted.state == state)
    for platform in Platform:
        active = wanted.platform == platform
        yield chip(query, "platform", platform.value, str(platform.label), _("Platform"), active)


def _list_actions(actor: Actor, query: dict[str, str], new: Row) -> list[Row]:
    actions: list[Row] = [new] if may_run.check(actor) else []
    if may_run.check(actor) and may_import.check(actor):
        address = address_of("import-new", key="projects")
        actions.append({"label": _("Import a plan from Excel"), "url": address})
    if may_export.check(actor):
        actions.append({"label": _("Export to Excel"), "url": f"{address_of('projects-export')}?{urlencode(query)}"})
    return actions


def _row(project: Project) -> Row:
    return {
        "url": address_of("project", pk=project.pk),
        "cells": [
            {"text": project.title}, {"text": project.organiser.name}, {"text": project.place.with_parent},
            {"text": domain_words(project)}, {"text": span_words(project.starts_on, project.ends_on)}, state_cell(project),
        ],
    }  # fmt: skip


def domain_words(project: Project) -> str:
    """The domain a project belongs to; its platform where it has none."""
    return project.domain.name if project.domain else str(dict(Platform.choices).get(project.platform, ""))


@page("projects/export.xlsx", name="projects-export", rule=may_export)
def export_page(request: Request) -> HttpResponse:
    """The same rows as Excel."""
    rows = queries.projects(request.actor, _wanted(request)).select_related("undertaking")
    columns = [
        Column(pgettext("of a project", "Number"), 10), Column(_("Project"), 40), Column(_("Organiser"), 28),
        Column(_("Place"), 20), Column(_("Domain"), 16), Column(_("Measure it carries out"), 28), Column(_("Brand"), 16),
        Column(_("Platform")),
        Column(_("Starts on"), 12), Column(_("Ends on"), 12), Column(_("State")), Column(_("Published on"), 12),
    ]  # fmt: skip

    def cells() -> Iterator[list[object]]:
        for row in rows.iterator(chunk_size=2000):
            yield [
                row.pk, row.title, row.organiser.name, row.place.with_parent, row.domain.name if row.domain else "",
                row.undertaking.name if row.undertaking else "", row.brand.name if row.brand else "",
                row.get_platform_display(), row.starts_on, row.ends_on, row.get_state_display(), row.published_on,
            ]  # fmt: skip

    return workbook(request, title=_("Projects"), columns=columns, rows=cells())


@page("projects/<int:pk>/", name="project", rule=may_see_projects)
def detail_page(request: Request, pk: int) -> HttpResponse:
    """One project: its risks first, what is missing, its activities, sessions to come, outcomes, what it counts towards."""
    coming = Enrolment.objects.filter(session__activity__project=OuterRef("pk"), state=EnrolmentState.CONFIRMED)
    people = (
        coming.order_by().values("session__activity__project").annotate(n=Count("person", distinct=True)).values("n")
    )
    project = project_for(request, pk, people=Subquery(people))
    known = Names(
        places={project.place_id: project.place.short_name}, bodies={project.organiser_id: project.organiser.name},
        paths={project.area_path: project.place.short_name},
    )  # fmt: skip
    state = state_cell(project)
    detail = {
        "title": project.title,
        "subtitle": f"{project.organiser.name} · {project.starts_on} – {project.ends_on}",
        "signal": {"level": state["signal"], "text": state["text"]},
        "facts": _facts(project),
        "sections": [*_texts(project), _activities(project), _sessions(project), _outcomes(project)],
        "history": history(list(entries_about({"project": [project.pk]})[:SIZE]), known),
        "verbs": list(_verbs(request.actor, project)),
        "counts_towards": _figures(project),
    }
    crumbs: Crumbs = [{"label": _("Projects"), "url": address_of("projects")}, {"label": project.title}]
    return render(request, "pages/detail.html", {"page": detail, "crumbs": crumbs})


def project_for(request: Request, pk: int, **more: Subquery) -> Project:
    """The project with this key, if the viewer may see it; 404 otherwise. `more` is read with it."""
    rows = queries.projects(request.actor).select_related("undertaking").annotate(**more)
    return found(may_see_projects, request.actor, rows, pk=pk)


def _facts(project: Project) -> list[Row]:
    facts: list[Row] = [
        {"label": _("Organiser"), "value": project.organiser.name},
        {
            "label": _("Place"), "value": project.place.name,
            "url": address_of("place", path=project.place.area_path),
        },
        {"label": _("Domain"), "value": project.domain.name if project.domain else ""},
        {"label": _("Measure it carries out"), "value": project.undertaking.name if project.undertaking else ""},
        {"label": _("Brand"), "value": project.brand.name if project.brand else ""},
        {"label": _("Platform"), "value": project.get_platform_display()},
        {"label": _("For whom"), "value": project.served},
        {"label": _("Contact"), "value": project.contact},
        {"label": _("Published on"), "value": project.published_on.isoformat() if project.published_on else ""},
        {"label": _("People who take part"), "value": getattr(project, "people", None) or 0},
        {"label": _("Asked of those who come"), "value": "；".join(needs(project)) or _("nothing in particular")},
    ]  # fmt: skip
    return [fact for fact in facts if fact["value"] != ""]


def needs(project: Project) -> list[str]:
    """What a project asks of those who come, each in a few words."""
    words = []
    if project.least_age is not None:
        words.append(_("at least %(age)s years old") % {"age": project.least_age})
    if project.most_age is not None:
        words.append(_("at most %(age)s years old") % {"age": project.most_age})
    if project.needs_insurance:
        words.append(_("accident insurance"))
    if project.needs_agreement:
        words.append(_("a written agreement"))
    if project.needs_training:
        words.append(_("training in %(topic)s") % {"topic": project.needs_training})
    if project.needs_qualification:
        words.append(str(dict(Qualification.Kind.choices)[project.needs_qualification]))
    return words


def _texts(project: Project) -> Iterator[Row]:
    """Risks before anything else that matters (Order 685, article 12); what a draft still lacks."""
    if project.state == ProjectState.DRAFT and (faults := workflow.missing(project, clock.today())):
        yield {
            "title": _("Still missing before it can be published"),
            "columns": [{"label": _("Field")}, {"label": _("What to do")}],
            "rows": [{"cells": [{"text": field_label(name)}, {"text": text}]} for name, text in faults.items()],
        }
    yield {"title": _("Risks"), "intro": project.risks or _("Not written yet.")}
    if project.summary:
        yield {"title": _("What is done"), "intro": project.summary}


def field_label(name: str) -> str:
    """What a field of a project is called."""
    column: Any = Project._meta.get_field(name)
    return str(column.verbose_name)


def _activities(project: Project) -> Row:
    rows = list(
        project.activities.annotate(held=Count("sessions")).select_related("place__parent").order_by("pk")[:SIZE]
    )
    return {
        "title": _("Activities"),
        "intro": "" if rows else _("None yet. Add an activity, then lay out its sessions."),
        "columns": [
            {"label": pgettext("of a project", "Activity")}, {"label": _("Kind")}, {"label": _("Place")}, {"label": _("Repeats")},
            {"label": pgettext("of activities", "Sessions"), "numeric": True}, {"label": _("State")},
        ],
        "rows": [_activity_row(one) for one in rows],
    }  # fmt: skip


def _activity_row(activity: Activity) -> Row:
    repeats_words = repeats.in_words(activity.repeats) if activity.repeats else ""
    return {
        "url": address_of("activity", pk=activity.pk),
        "cells": [
            {"text": activity.title}, {"text": kind_label(activity.kind)}, {"text": activity.place.with_parent},
            {"text": repeats_words}, {"text": activity.held, "numeric": True},  # type: ignore[attr-defined]
            {"text": activity.get_state_display()},
        ],
    }  # fmt: skip


def session_rows(sessions: list[Session]) -> list[Row]:
    """Sessions as rows of a short list: when, what, where, places taken, state. Their roles are there already."""
    return [
        {
            "url": address_of("session", pk=one.pk),
            "cells": [
                {"text": f"{day_words(one.day)} {hours_words(one.starts_at, one.ends_at)}"},
                {"text": one.activity.title}, {"text": one.venue or one.place.short_name},
                {"text": taken_words(one.roles.all()), "numeric": True}, session_state(one),
            ],
        }
        for one in sessions
    ]  # fmt: skip


def session_columns() -> list[Row]:
    """The headers of a short list of sessions."""
    return [
        {"label": _("When")}, {"label": pgettext("of a project", "Activity")}, {"label": _("Venue")},
        {"label": _("Places taken"), "numeric": True}, {"label": _("State")},
    ]  # fmt: skip


def _sessions(project: Project) -> Row:
    rows = Session.objects.filter(activity__project=project, day__gte=clock.today())
    rows = rows.select_related("activity", "place").prefetch_related(
        Prefetch("roles", SessionRole.objects.order_by("pk"))
    )
    shown = list(rows.order_by("day", "starts_at", "pk")[:NEXT])
    return {
        "title": _("Next sessions"),
        "intro": "" if shown else _("No session from today on."),
        "columns": session_columns(),
        "rows": session_rows(shown),
    }


def _outcomes(project: Project) -> Row:
    rows = queries.what_came(project.outcomes.order_by("-happened_on", "-pk"), NEXT)
    return {
        "title": _("Outcomes"),
        "intro": "" if rows else _("None recorded yet."),
        "columns": [{"label": _("What came of it")}, {"label": _("How much"), "numeric": True}, {"label": _("On")}],
        "rows": [
            {
                "url": address_of("outcome", pk=one.pk),
                "cells": [
                    {"text": one.what},
                    {"text": amount_words(one.quantity, one.unit), "numeric": True},
                    {"text": one.happened_on.isoformat()},
                ],
            }
            for one in rows
        ],
    }


def _verbs(actor: Actor, project: Project) -> Iterator[Row]:
    answer = may_run.check(actor, project)
    reason = str(answer.reason) if isinstance(answer, Denied) else ""
    steps = [step for step in workflow.PROJECT_STEPS.values() if project.state in step.of]
    for step in steps:
        if step.likely:
            yield _step(actor, project, step)
    if project.state in workflow.RUNNING:
        for label, name in ((_("Add an activity"), "activity-new"), (_("Change the project"), "project-change")):
            yield {"label": label, "url": address_of(name, pk=project.pk), "reason": reason}
    if project.published_on and project.state != ProjectState.WITHDRAWN:
        address = address_of("outcome-new", pk=project.pk)
        yield {"label": _("Record an outcome"), "url": address, "reason": reason}
        yield {
            "label": _("All its sessions"),
            "url": f"{address_of('sessions')}?project={project.pk}&days=all&place=all",
        }
    if project.state == ProjectState.PUBLISHED:
        yield {"label": _("Its public page"), "url": address_of("project-public", pk=project.pk)}
        yield {"label": _("Its calendar (iCal)"), "url": address_of("project-calendar", pk=project.pk)}
    for step in steps:
        if not step.likely and not reason:
            yield _step(actor, project, step)


def _step(actor: Actor, project: Project, step: workflow.ProjectStep) -> Row:
    allowed = workflow.step_open(step, actor, project)
    name = "project-publish" if step.verb == "publish" else "project-step"
    arguments = {"pk": project.pk} | ({} if step.verb == "publish" else {"verb": step.verb})
    return {
        "label": str(step.label), "url": address_of(name, **arguments), "primary": step.likely,
        "reason": str(allowed.reason) if isinstance(allowed, Denied) else "",
    }  # fmt: skip


def _figures(project: Project) -> list[Cell]:
    """The figures of the project's area for the year in which it was published."""
    if project.published_on is None or project.state == ProjectState.WITHDRAWN:
        return []
    period, path = year(project.published_on.year), project.area_path[: len("520622")]
    measures = [project_measures.PROJECTS, project_measures.SESSIONS]
    values = table(measures, paths=[path], periods=[period])
    return [cell(values.at(measure, path, period)) for measure in measures]
