"""Hours that look impossible: the list of an area, each with its records, and the decision on one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from yinling.base import clock
from yinling.base.paths import prefixes
from yinling.base.period import Period, PeriodError, between, parse
from yinling.base.rules import Refused
from yinling.hours import (
    SUSPICIONS,
    Attendance,
    Suspicion,
    attendance_visible,
    judge,
    may_review,
    may_see_hours,
    suspicions,
)
from yinling.network import Place, place_at
from yinling.web.association_forms import ProblemForm
from yinling.web.hour_words import length, span, state_cell
from yinling.web.list_tools import select
from yinling.web.page import Request, address_of, page

DAYS = 90
"""How far back is looked where nobody chose a period."""

SPANS = ((30, gettext_lazy("30 days")), (90, gettext_lazy("90 days")), (365, gettext_lazy("one year")))


def _period(request: Request) -> Period:
    """The period asked for: its own key, or so many days up to today."""
    today, text = clock.today(), request.GET.get("days", "")
    if key := request.GET.get("period", ""):
        try:
            return parse(key)
        except PeriodError:
            raise Http404 from None
    days = int(text) if text in {str(number) for number, _label in SPANS} else DAYS
    return between(today - timedelta(days=days), today)


def _area(request: Request) -> Place | None:
    """The place asked for where it lies in the viewer's area, else the whole of it."""
    home, wanted = request.actor.home, request.GET.get("place", "")
    path = wanted if wanted.isascii() and wanted.isalnum() and wanted.startswith(home) else home
    return place_at(path) or place_at(home)


@page("hours/impossible/", name="hours-impossible", rule=may_see_hours)
def list_page(request: Request) -> HttpResponse:
    """What looks impossible in the viewer's area and was not decided."""
    area, period, kind = _area(request), _period(request), request.GET.get("kind", "")
    found = suspicions(request.actor, area.area_path, period, kind if kind in SUSPICIONS else "") if area else []
    base = address_of("hours-suspicion")
    query = {"period": period.key, "place": area.area_path if area else ""}
    labels = (_("What looks impossible"), _("Day"), _("Kind"), _("Records"))
    listing = {
        "title": _("Impossible hours"),
        "intro": _(
            "Nothing here says that anybody lied. Look at the records, then give the reason why it is right, or void one."
        ),
        "count_text": ngettext("%(count)s case", "%(count)s cases", len(found)) % {"count": len(found)},
        "selects": _places(request, area),
        "hidden": [
            {"name": key, "value": request.GET[key]} for key in ("days", "period", "kind") if request.GET.get(key)
        ],
        "filters": list(_chips(request, period)),
        "columns": [{"label": label, "numeric": label == labels[-1]} for label in labels],
        "rows": [
            {
                "url": f"{base}?{_query(query, one)}",
                "cells": [
                    {"text": one.text}, {"text": one.day.isoformat()}, {"text": SUSPICIONS[one.kind]},
                    {"text": len(one.records)},
                ],
            }
            for one in found
        ],
        "empty": {
            "title": _("Nothing looks impossible."), "hint": _("Choose a longer period to look further back."),
        },
    }  # fmt: skip
    crumbs = [{"label": _("Service hours"), "url": address_of("hours")}, {"label": listing["title"]}]
    return render(request, "pages/list.html", {"page": listing, "crumbs": crumbs})


def _query(query: dict[str, str], one: Suspicion) -> str:
    return urlencode({**query, "kind": one.kind, "key": one.key})


def _chips(request: Request, period: Period) -> Iterator[dict[str, object]]:
    for number, label in SPANS:
        query = request.GET.copy()
        query.pop("period", None)
        query["days"] = str(number)
        chosen = (period.end - period.start).days == number
        yield {"label": label, "group": _("Period"), "active": chosen, "url": f"?{query.urlencode()}"}
    for kind, label in SUSPICIONS.items():
        query, chosen = request.GET.copy(), request.GET.get("kind") == kind
        query["kind"] = kind
        if chosen:
            query.pop("kind")
        yield {"label": label, "group": _("Kind"), "active": chosen, "url": f"?{query.urlencode()}"}


def _places(request: Request, area: Place | None) -> list[dict[str, object]]:
    home = place_at(request.actor.home)
    if home is None or area is None:
        return []
    below = Place.objects.filter(parent=home, closed=None).order_by("area_path")[:100]
    options = ((one.area_path, one.short_name) for one in (home, *below))
    return [select("place", _("Place"), options, area.area_path)]


def _label(row: Attendance) -> str:
    when = f"{row.day.isoformat()} {span(row)}"
    return f"{row.person.masked_name} · {when} · {row.session.activity.title} · {row.session.place.short_name}"


class JudgeForm(ProblemForm):
    """Which records do not hold, and why; without any, all of them are right."""

    voided = forms.MultipleChoiceField(
        label=gettext_lazy("Records that do not hold"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Tick what is to be voided. Without a tick all of them are said to be right."),
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, rows: list[Attendance], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["voided"].choices = [(row.pk, _label(row)) for row in rows]  # type: ignore[attr-defined]

    def clean_voided(self) -> list[int]:
        """The keys of the records."""
        return [int(value) for value in self.cleaned_data["voided"]]


@page("hours/impossible/case/", name="hours-suspicion", rule=may_see_hours, methods="GET POST")
def case_page(request: Request) -> HttpResponse:
    """One case with its records, and the decision."""
    found = _case(request)
    if found is None:
        messages.info(request, _("There is no such case any more: it was decided, or its records have changed."))
        return redirect("hours-impossible")
    case, rows = found
    form = JudgeForm(request.POST or None, rows=rows)
    if request.method == "POST" and form.is_valid():
        try:
            judge(
                area=_Common(rows), kind=case.kind, key=case.key, records=case.records,
                voided=form.cleaned_data["voided"], reason=form.cleaned_data["reason"], by=request.actor,
            )  # fmt: skip
        except (Refused, ValidationError) as problem:
            form.add_problem(problem)
        else:
            messages.success(request, _("Decided, and kept with your reason."))
            return redirect("hours-impossible")
    address = {row.pk: address_of("attendance", pk=row.pk) for row in rows}
    context = {
        "title": case.text, "kind": SUSPICIONS[case.kind], "form": form, "back": address_of("hours-impossible"),
        "may": bool(may_review.check(request.actor, rows[0])),
        "columns": [
            {"label": label}
            for label in (_("Volunteer"), _("Day"), _("Time"), _("Length"), _("What took place"), _("Place"), _("State"))
        ],
        "rows": [
            {
                "url": address[row.pk],
                "cells": [
                    {"text": row.person.masked_name}, {"text": row.day.isoformat()}, {"text": span(row)},
                    {"text": length(row.minutes)}, {"text": row.session.activity.title},
                    {"text": row.session.where}, state_cell(row),
                ],
            }
            for row in rows
        ],
        "more": len(case.records) - len(rows),
        "crumbs": [
            {"label": _("Service hours"), "url": address_of("hours")},
            {"label": _("Impossible hours"), "url": address_of("hours-impossible")}, {"label": SUSPICIONS[case.kind]},
        ],
    }  # fmt: skip
    return render(request, "hours/case.html", context, status=422 if form.is_bound and form.errors else 200)


def _case(request: Request) -> tuple[Suspicion, list[Attendance]] | None:
    """The case the address names, with those of its records the viewer may see; None where it is decided or never was one."""
    area, kind, key = _area(request), request.GET.get("kind", ""), request.GET.get("key", "").replace("\0", "")
    if area is None or kind not in SUSPICIONS or not key:
        return None
    found = suspicions(request.actor, area.area_path, _period(request), kind, key)
    if not found:
        return None
    rows = attendance_visible(request.actor).filter(pk__in=found[0].records)
    rows = rows.select_related("person", "session__activity", "session__place").order_by("started_at", "pk")
    shown = list(rows)
    return (found[0], shown) if shown else None


class _Common:
    """The lowest place that holds all of these records."""

    def __init__(self, rows: list[Attendance]) -> None:
        paths = [row.area_path for row in rows]
        self.area_path = max(
            (path for path in prefixes(paths[0]) if all(other.startswith(path) for other in paths)), key=len
        )
