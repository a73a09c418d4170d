"""Trainings of leaders of associations: who held them, where, for how many people, on what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from yinling.base.period import year
from yinling.base.rules import Actor, Denied
from yinling.figures import table
from yinling.network import Body
from yinling.supervision import (
    PEOPLE_TRAINED,
    TRAININGS,
    LeaderTraining,
    may_see_trainings,
    may_train,
    record_training,
    trainings,
    withdraw_training,
)
from yinling.web.association_forms import ProblemForm
from yinling.web.cells import cell
from yinling.web.form_page import form_page
from yinling.web.list_tools import page_number, turning
from yinling.web.page import Request, address_of, found, page
from yinling.web.person_changes import day_field
from yinling.web.pick import BodyField, PlaceField, reach
from yinling.web.supervision import SIZE, Crumbs, Row
from yinling.web.supervision_forms import FilesField, WithdrawForm
from yinling.web.supervision_words import events

HOLDERS = ("administrator", "officer")


class TrainingForm(ProblemForm):
    """A training that was held."""

    topics = forms.CharField(label=gettext_lazy("Topics"), max_length=200)
    held_on = day_field(pgettext_lazy("a training", "Held on"))
    people = forms.IntegerField(label=gettext_lazy("Number of people"), min_value=1, max_value=100_000)
    evidence = FilesField()
    field_order = ("topics", "host", "place", "held_on", "people", "evidence")

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["host"] = BodyField(label=_("Held by"), roots=reach(actor, *HOLDERS), kind=Body.Kind.OFFICE)
        # Any place: a county may send its leaders to be trained elsewhere.
        self.fields["place"] = PlaceField(label=pgettext("a training", "Held at"), roots=("",))
        self.order_fields(self.field_order)


@page("trainings/", name="trainings", rule=may_see_trainings)
def list_page(request: Request) -> HttpResponse:
    """The trainings held by offices of the actor's area, the newest first."""
    text, number = request.GET.get("q", "").strip(), page_number(request)
    rows = trainings(request.actor)
    if text:
        rows = rows.filter(Q(topics__contains=text) | Q(host__name__contains=text))
    shown = list(rows[number * SIZE : (number + 1) * SIZE + 1])
    new = {"label": _("Record a training"), "url": address_of("training-new"), "primary": True}
    may = bool(may_train.check(request.actor))
    listing = {
        "title": _("Trainings of leaders"),
        "search": {"q": text, "placeholder": _("Topics or office")},
        "actions": [new] if may else [],
        "columns": [
            {"label": _("Topics")}, {"label": pgettext("a training", "Held on")}, {"label": _("Held by")},
            {"label": pgettext("a training", "Held at")},
            {"label": _("Number of people"), "numeric": True},
        ],
        "rows": [_row(training) for training in shown[:SIZE]],
        "pagination": turning({"q": text} if text else {}, number, more=len(shown) > SIZE),
        "empty": {
            "title": _("No training is recorded."),
            "hint": _("Each training is recorded once, by the office that held it."),
            "action": new if may else None,
        },
    }  # fmt: skip
    return render(request, "pages/list.html", {"page": listing, "crumbs": [{"label": listing["title"]}]})


def _row(training: LeaderTraining) -> Row:
    return {
        "url": address_of("training", pk=training.pk),
        "cells": [
            {"text": training.topics}, {"text": training.held_on.isoformat()}, {"text": training.host.name},
            {"text": training.place.short_name}, {"text": training.people},
        ],
    }  # fmt: skip


@page("trainings/<int:pk>/", name="training", rule=may_see_trainings)
def detail_page(request: Request, pk: int) -> HttpResponse:
    """One training, with its papers and the figures it counts towards."""
    rows = LeaderTraining.objects.select_related("host", "place")
    training = found(may_see_trainings, request.actor, rows, pk=pk)
    period, measures = year(training.held_on.year), [TRAININGS, PEOPLE_TRAINED]
    values = table(measures, paths=[training.area_path], periods=[period])
    place = training.place
    detail = {
        "title": training.topics,
        "subtitle": f"{training.held_on} · {training.host.name}",
        "signal": {"level": "none", "text": _("withdrawn")} if training.withdrawn else None,
        "facts": [
            {"label": pgettext("a training", "Held on"), "value": training.held_on.isoformat()},
            {"label": _("Held by"), "value": training.host.name},
            {
                "label": pgettext("a training", "Held at"), "value": place.name,
                "url": address_of("place", path=place.area_path),
            },
            {"label": _("Number of people"), "value": training.people},
        ],
        "history": events("leadertraining", training.pk),
        "verbs": _verbs(request.actor, training),
        "counts_towards": [cell(values.at(measure, training.area_path, period)) for measure in measures],
    }  # fmt: skip
    crumbs: Crumbs = [{"label": _("Trainings of leaders"), "url": address_of("trainings")}, {"label": training.topics}]
    return render(request, "pages/detail.html", {"page": detail, "crumbs": crumbs})


def _verbs(actor: Actor, training: LeaderTraining) -> list[Row]:
    if training.withdrawn:
        return []
    answer = may_train.check(actor, training)
    reason = str(answer.reason) if isinstance(answer, Denied) else ""
    address = address_of("training-withdraw", pk=training.pk)
    return [{"label": _("Withdraw the training"), "url": address, "reason": reason}]


@page("trainings/new/", name="training-new", rule=may_train, methods="GET POST")
def new_page(request: Request) -> HttpResponse:
    """Record a training."""
    bodies = [grant.body_id for grant in request.actor.grants if grant.role in HOLDERS and grant.body_id]
    own = Body.objects.filter(pk__in=bodies, kind=Body.Kind.OFFICE).first()
    initial = {"host": own.name if own else ""}
    form = TrainingForm(request.POST or None, request.FILES or None, actor=request.actor, initial=initial)

    def write(**data: Any) -> LeaderTraining:
        return record_training(**data, by=request.actor)

    return _form(request, form, _("Record a training"), write, None)


@page("trainings/<int:pk>/withdraw/", name="training-withdraw", rule=may_train, methods="GET POST")
def withdraw_page(request: Request, pk: int) -> HttpResponse:
    """Withdraw a training that was recorded by mistake."""
    training = found(may_train, request.actor, LeaderTraining.objects.select_related("host"), pk=pk)

    def write(reason: str) -> LeaderTraining:
        return withdraw_training(training=training, reason=reason, by=request.actor)

    return _form(request, WithdrawForm(request.POST or None), _("Withdraw the training"), write, training)


def _form(
    request: Request, form: ProblemForm, title: str, write: Callable[..., LeaderTraining],
    training: LeaderTraining | None,
) -> HttpResponse:  # fmt: skip
    """Show a form, or carry it out and go on to the training."""
    back = address_of("training", pk=training.pk) if training else address_of("trainings")
    crumbs: Crumbs = [{"label": _("Trainings of leaders"), "url": address_of("trainings")}]
    if training:
        crumbs.append({"label": training.topics, "url": back})
    return form_page(
        request, form, title, write, back=back, then=lambda written: address_of("training", pk=written.pk),
        crumbs=crumbs, intro=str(training) if training else "",
    )  # fmt: skip
