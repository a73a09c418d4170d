"""What some kinds of activity have beyond their sessions, each on one page beside the activity's own; the expo with its halls
and exhibitors (trips and contests are in `outings`, meetings in `meetings`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.activities import Activity, events, may_run, may_see_projects
from yinling.base import clock
from yinling.base.period import year
from yinling.facts import entries_about
from yinling.figures import table
from yinling.web.association_forms import ProblemForm
from yinling.web.cells import cell
from yinling.web.event_links import PAGE_OF
from yinling.web.form_page import form_page, verb
from yinling.web.happened import Names, history
from yinling.web.list_tools import page_number
from yinling.web.page import Request, address_of, attempt, found, page
from yinling.web.pick import BodyField
from yinling.web.supervision_forms import WithdrawForm

SIZE = 50
Row = dict[str, object]


def activity_for(request: Request, pk: int, kind: str, rule: Any = may_see_projects) -> Activity:
    """The activity of this kind with this key, if the rule lets the actor have it; 404 otherwise."""
    rows = Activity.objects.filter(kind=kind).select_related("project", "organiser", "place")
    return found(rule, request.actor, rows, pk=pk)


def crumbs(activity: Activity) -> list[Row]:
    """The way to an activity."""
    url = address_of(PAGE_OF[activity.kind], pk=activity.pk)
    project: Row = {"label": activity.project.title, "url": address_of("project", pk=activity.project_id)}
    return [project, {"label": activity.title, "url": url}]


def event_form(
    request: Request, activity: Activity, form: ProblemForm, title: str, write: Callable[..., object]
) -> HttpResponse:
    """A form that adds to an activity and returns to its page."""
    back = address_of(PAGE_OF[activity.kind], pk=activity.pk)
    return form_page(request, form, title, write, back=back, crumbs=crumbs(activity), intro=activity.title)


def facts_of(activity: Activity, day: date | None) -> list[Row]:
    """What every kind of event says first; `day` is its first one."""
    return [
        {"label": _("Held by"), "value": activity.organiser.name},
        {"label": _("Place"), "value": activity.place.name},
        {"label": _("First day"), "value": day.isoformat() if day else "–"},
        {"label": _("State"), "value": activity.get_state_display()},
    ]


def shown(request: Request, activity: Activity, detail: dict[str, Any]) -> HttpResponse:
    """The page of an event."""
    detail.setdefault("title", activity.title)
    place, organiser = activity.place, activity.organiser
    known = Names(
        places={place.pk: place.short_name}, paths={place.area_path: place.short_name},
        bodies={organiser.pk: organiser.name},
    )  # fmt: skip
    detail.setdefault("history", history(list(entries_about({"activity": [activity.pk]})), known))
    way = crumbs(activity)
    return render(request, "pages/detail.html", {"page": detail, "crumbs": [way[0], {"label": activity.title}]})


class HallForm(ProblemForm):
    """A hall of an expo."""

    name = forms.CharField(label=gettext_lazy("Name of the hall"), max_length=60)
    area = forms.DecimalField(
        label=gettext_lazy("Exhibition area in m²"), min_value=Decimal("0.01"), max_digits=9, decimal_places=2
    )


class BoothForm(ProblemForm):
    """An exhibitor with what it takes of a hall."""

    number = forms.CharField(label=gettext_lazy("Booth number"), max_length=40)
    area = forms.DecimalField(
        label=gettext_lazy("Area in m²"), min_value=Decimal("0.01"), max_digits=9, decimal_places=2
    )
    field_order = ("exhibitor", "hall", "number", "area")

    def __init__(self, *args: Any, activity: Activity, **options: Any) -> None:
        super().__init__(*args, **options)
        # Any place: exhibitors come from elsewhere.
        self.fields["exhibitor"] = BodyField(label=_("Exhibitor"), roots=("",))
        halls = events.Hall.objects.filter(activity=activity, withdrawn=False).order_by("pk")
        self.fields["hall"] = forms.ModelChoiceField(queryset=halls, label=_("Name of the hall"))
        self.order_fields(self.field_order)


@page("expos/<int:pk>/", name="activity-expo", rule=may_see_projects)
def expo_page(request: Request, pk: int) -> HttpResponse:
    """An expo: its halls with their area, who exhibits where, what it counts towards."""
    activity = activity_for(request, pk, "expo")
    stands = Q(booths__withdrawn=False)
    halls = list(
        activity.halls.filter(withdrawn=False)
        .annotate(taken=Sum("booths__area", filter=stands), stands=Count("booths", filter=stands))
        .order_by("pk")
    )
    count = sum(hall.stands for hall in halls)  # every booth stands in a hall
    number = page_number(request)
    rows = activity.booths.filter(withdrawn=False).select_related("hall", "exhibitor").order_by("hall", "number")
    booths, day = list(rows[number * SIZE : (number + 1) * SIZE]), events.first_day(activity)
    answer = may_run.check(request.actor, activity)
    period = year((day or clock.today()).year)
    values = table(list(events.EXPO_MEASURES), paths=[activity.area_path], periods=[period])
    area = sum((hall.area for hall in halls), Decimal(0))

    def to(name: str) -> str:
        return address_of(name, pk=pk)

    return shown(request, activity, {
        "facts": [
            *facts_of(activity, day),
            {"label": _("Exhibition area in m²"), "value": f"{area:,.2f}"},
            {"label": _("Exhibitors"), "value": count},
        ],
        "sections": [_halls(halls, bool(answer)), _booths(booths, count, bool(answer))],
        "verbs": [
            verb(_("Add a hall"), to("hall-new"), answer, primary=not halls),
            verb(_("Add an exhibitor"), to("booth-new"), answer),
            verb(_("The expo has opened: count it"), to("expo-open"), answer, post=True),
            *([verb(_("More exhibitors"), f"?page={number + 1}")] if count > (number + 1) * SIZE else []),
        ],
        "counts_towards": [cell(values.at(measure, activity.area_path, period)) for measure in events.EXPO_MEASURES],
    })  # fmt: skip


def _halls(halls: Sequence[events.Hall], may: bool) -> Row:
    return {
        "title": _("Halls: %(count)s") % {"count": len(halls)},
        "intro": "" if halls else _("None is recorded."),
        "columns": [
            {"label": _("Name of the hall")}, {"label": _("Exhibition area in m²"), "numeric": True},
            {"label": _("Taken by booths"), "numeric": True},
        ],
        "rows": [
            {
                "url": address_of("hall-withdraw", pk=hall.pk) if may else "",
                "cells": [{"text": hall.name}, {"text": f"{hall.area:,.2f}"}, {"text": f"{hall.taken or 0:,.2f}"}],  # type: ignore[attr-defined] # annotated
            }
            for hall in halls
        ],
    }  # fmt: skip


def _booths(booths: list[events.Booth], count: int, may: bool) -> Row:
    return {
        "title": _("Exhibitors: %(count)s") % {"count": count},
        "intro": "" if booths else _("None is recorded."),
        "columns": [
            {"label": _("Exhibitor")}, {"label": _("Name of the hall")}, {"label": _("Booth number")},
            {"label": _("Area in m²"), "numeric": True},
        ],
        "rows": [
            {
                "url": address_of("booth-withdraw", pk=booth.pk) if may else "",
                "cells": [
                    {"text": booth.exhibitor.name}, {"text": booth.hall.name}, {"text": booth.number},
                    {"text": f"{booth.area:,.2f}"},
                ],
            }
            for booth in booths
        ],
    }  # fmt: skip


@page("expos/<int:pk>/hall/", name="hall-new", rule=may_run, methods="GET POST")
def hall_page(request: Request, pk: int) -> HttpResponse:
    """Add a hall."""
    activity = activity_for(request, pk, "expo", may_run)

    def write(**data: Any) -> events.Hall:
        return events.add_hall(activity=activity, **data, by=request.actor)

    return event_form(request, activity, HallForm(request.POST or None), _("Add a hall"), write)


@page("expos/<int:pk>/booth/", name="booth-new", rule=may_run, methods="GET POST")
def booth_page(request: Request, pk: int) -> HttpResponse:
    """Add an exhibitor."""
    activity = activity_for(request, pk, "expo", may_run)

    def write(**data: Any) -> events.Booth:
        return events.add_booth(activity=activity, **data, by=request.actor)

    form = BoothForm(request.POST or None, activity=activity)
    return event_form(request, activity, form, _("Add an exhibitor"), write)


@page("expos/<int:pk>/open/", name="expo-open", rule=may_run, methods="POST")
def open_page(request: Request, pk: int) -> HttpResponse:
    """Count an expo from its first day."""
    activity = activity_for(request, pk, "expo", may_run)
    attempt(request, lambda: events.open_expo(activity=activity, by=request.actor), _("Counted."))
    return redirect("activity-expo", pk=pk)


@page("expos/halls/<int:pk>/", name="hall-withdraw", rule=may_run, methods="GET POST")
def hall_withdraw_page(request: Request, pk: int) -> HttpResponse:
    """Withdraw a hall."""
    rows = events.Hall.objects.filter(withdrawn=False).select_related("activity__project")
    hall = found(may_run, request.actor, rows, pk=pk)

    def write(reason: str) -> events.Hall:
        return events.withdraw_hall(hall=hall, reason=reason, by=request.actor)

    return event_form(request, hall.activity, WithdrawForm(request.POST or None), f"{_('Withdraw')} {hall.name}", write)


@page("expos/booths/<int:pk>/", name="booth-withdraw", rule=may_run, methods="GET POST")
def booth_withdraw_page(request: Request, pk: int) -> HttpResponse:
    """Withdraw an exhibitor."""
    rows = events.Booth.objects.filter(withdrawn=False).select_related("activity__project", "exhibitor")
    booth = found(may_run, request.actor, rows, pk=pk)

    def write(reason: str) -> events.Booth:
        return events.withdraw_booth(booth=booth, reason=reason, by=request.actor)

    title = f"{_('Withdraw')} {booth.exhibitor.name}"
    return event_form(request, booth.activity, WithdrawForm(request.POST or None), title, write)
