"""Trips with their travellers, contests with their results."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from yinling.activities import Activity, Enrolment, EnrolmentState, events, may_run, may_see_projects
from yinling.base.masking import mask_name, mask_phone
from yinling.web.association_forms import ProblemForm
from yinling.web.events import Row, activity_for, crumbs, event_form, facts_of, shown
from yinling.web.exports import workbook
from yinling.web.form_page import verb
from yinling.web.page import Request, address_of, found, page
from yinling.web.pick import BodyField
from yinling.web.supervision_forms import WithdrawForm


class ListForm(ProblemForm):
    """Why the leader's list is taken, with telephone numbers in full."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), min_length=2, max_length=200,
        help_text=gettext_lazy("Your name, the time and this reason stay in the audit trail."),
    )  # fmt: skip


def _travellers(activity: Activity) -> list[Enrolment]:
    rows = Enrolment.objects.filter(
        session__activity=activity, state=EnrolmentState.CONFIRMED, person__isnull=False
    ).select_related("person", "role", "session")
    return list(rows.order_by("session__starts_at", "pk"))


@page("trips/<int:pk>/", name="activity-trip", rule=may_run)
def trip_page(request: Request, pk: int) -> HttpResponse:
    """A trip's travellers, masked, with whether health and an emergency contact are declared."""
    activity = activity_for(request, pk, "trip", may_run)
    travellers = _travellers(activity)
    rows = [
        {
            "url": "",
            "cells": [
                {"text": str(number)}, {"text": one.person.masked_name}, {"text": one.role.name},
                {"text": one.session.day.isoformat()},
                _declared(bool(one.health)), {"text": mask_name(one.emergency_name) if one.emergency_name else "–"},
                {"text": mask_phone(one.emergency_phone) if one.emergency_phone else "–"},
            ],
        }
        for number, one in enumerate(travellers, 1)
        if one.person is not None
    ]  # fmt: skip
    declared = sum(1 for one in travellers if one.health and one.emergency_phone)
    labels = (
        pgettext("on a roster", "Number"), _("Traveller"), _("As"), _("Day"), _("Health"), _("Emergency contact"),
        _("Its telephone"),
    )  # fmt: skip
    details = activity.details
    return shown(request, activity, {
        "facts": [
            *facts_of(activity, events.first_day(activity)),
            {"label": _("Destination"), "value": details.get("destination", "–")},
            {"label": _("Tour leader"), "value": details.get("leader", "–")},
            {"label": _("Travellers"), "value": len(rows)},
            {"label": _("Declared in full"), "value": declared},
        ],
        "sections": [
            {
                "title": _("Travellers: %(count)s") % {"count": len(rows)},
                "intro": "" if rows else _("Nobody has signed up yet."),
                "columns": [{"label": label} for label in labels], "rows": rows,
            }
        ],
        "verbs": [verb(_("The leader's list with telephone numbers"), address_of("trip-list", pk=pk))],
        "counts_towards": [],
    })  # fmt: skip


def _declared(yes: bool) -> Row:
    return {"text": _("declared") if yes else _("missing"), "signal": "ok" if yes else "bad"}


@page("trips/<int:pk>/list/", name="trip-list", rule=may_run, methods="GET POST")
def trip_list_page(request: Request, pk: int) -> HttpResponse:
    """The leader's list as a spreadsheet: names, telephones, whom to call, what the traveller declared. Noted in the trail."""
    activity = activity_for(request, pk, "trip", may_run)
    form = ListForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def rows() -> Iterator[list[object]]:
            for number, one in enumerate(_travellers(activity), 1):
                if one.person is not None:
                    yield [
                        number, one.person.name, one.person.phone, one.health, one.emergency_name, one.emergency_phone,
                    ]  # fmt: skip

        columns = (
            pgettext("on a roster", "Number"), _("Traveller"), _("Telephone number"), _("Health"),
            _("Emergency contact"), _("Its telephone"),
        )  # fmt: skip
        return workbook(
            request, title=activity.title, columns=columns, rows=rows(), personal=True,
            reason=form.cleaned_data["reason"], area=activity,
        )  # fmt: skip
    context = {
        "form": form, "title": _("The leader's list with telephone numbers"), "intro": activity.title,
        "submit_label": _("Download"), "cancel_url": address_of("activity-trip", pk=pk),
        "crumbs": [*crumbs(activity), {"label": _("Travellers")}],
    }  # fmt: skip
    return render(request, "pages/form.html", context, status=422 if form.is_bound and form.errors else 200)


class RankForm(ProblemForm):
    """A result of a contest."""

    rank = forms.IntegerField(label=gettext_lazy("Rank"), min_value=1, max_value=10_000)
    name = forms.CharField(label=gettext_lazy("Contestant or team"), max_length=80)
    score = forms.DecimalField(label=gettext_lazy("Score"), required=False, max_digits=7, decimal_places=2)
    prize = forms.CharField(label=gettext_lazy("Prize"), required=False, max_length=60)
    field_order = ("rank", "name", "body", "score", "prize")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["body"] = BodyField(label=_("For which body"), roots=("",))
        self.order_fields(self.field_order)


@page("contests/<int:pk>/", name="activity-contest", rule=may_see_projects)
def contest_page(request: Request, pk: int) -> HttpResponse:
    """A contest's results, the first first."""
    activity = activity_for(request, pk, "contest")
    answer = may_run.check(request.actor, activity)
    rows = list(activity.rankings.filter(withdrawn=False).select_related("body").order_by("rank", "pk"))
    return shown(request, activity, {
        "facts": facts_of(activity, events.first_day(activity)),
        "sections": [
            {
                "title": _("Results: %(count)s") % {"count": len(rows)},
                "intro": "" if rows else _("None is recorded."),
                "columns": [
                    {"label": _("Rank"), "numeric": True}, {"label": _("Contestant or team")}, {"label": _("For which body")},
                    {"label": _("Score"), "numeric": True}, {"label": _("Prize")},
                ],
                "rows": [
                    {
                        "url": address_of("rank-withdraw", pk=one.pk) if answer else "",
                        "cells": [
                            {"text": one.rank}, {"text": one.name}, {"text": one.body.name},
                            {"text": "–" if one.score is None else f"{one.score.normalize():f}"}, {"text": one.prize},
                        ],
                    }
                    for one in rows
                ],
            }
        ],
        "verbs": [verb(_("Add a result"), address_of("rank-new", pk=pk), answer, primary=True)],
        "counts_towards": [],
    })  # fmt: skip


@page("contests/<int:pk>/rank/", name="rank-new", rule=may_run, methods="GET POST")
def rank_page(request: Request, pk: int) -> HttpResponse:
    """Add a result."""
    activity = activity_for(request, pk, "contest", may_run)

    def write(**data: Any) -> events.Ranking:
        return events.rank_contestant(activity=activity, **data, by=request.actor)

    return event_form(request, activity, RankForm(request.POST or None), _("Add a result"), write)


@page("contests/ranks/<int:pk>/", name="rank-withdraw", rule=may_run, methods="GET POST")
def rank_withdraw_page(request: Request, pk: int) -> HttpResponse:
    """Withdraw a result."""
    rows = events.Ranking.objects.filter(withdrawn=False).select_related("activity__project")
    one = found(may_run, request.actor, rows, pk=pk)

    def write(reason: str) -> events.Ranking:
        return events.withdraw_ranking(ranking=one, reason=reason, by=request.actor)

    title = f"{_('Withdraw')} {one.name}"
    return event_form(request, one.activity, WithdrawForm(request.POST or None), title, write)
