"""The field dictionary: what can be asked, defined once; which forms ask it and which figures come of it."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from yinling.base import clock
from yinling.base.period import as_of
from yinling.base.rules import Denied, Refused
from yinling.facts import entries_about
from yinling.figures import may_see_figures, table
from yinling.network import Body
from yinling.returns import (
    DictionaryField,
    define_field,
    designs,
    field_measures,
    find_fields,
    may_design,
    revise_field,
)
from yinling.returns import forms as schema
from yinling.web.cells import Cell, cell
from yinling.web.field_forms import FieldForm
from yinling.web.form_words import COUNTING, TYPES, choice_words, source_in_words, sources, unit_of
from yinling.web.forms_detail import own_offices
from yinling.web.forms_list import SIGNALS, SIZE, State
from yinling.web.happened import Names, history
from yinling.web.list_tools import count_of, page_number, select, turning
from yinling.web.page import Request, address_of, found, page

FIGURES = 40
"""Figures of one field shown at most; a choice has one for each of its values."""


@page("fields/", name="fields", rule=may_design)
def list_page(request: Request) -> HttpResponse:
    """Every field of the dictionary."""
    text = request.GET.get("q", "").strip()
    kind, counts, held = (request.GET.get(name, "") for name in ("type", "counts", "held"))
    rows = find_fields(text)
    if kind in TYPES:
        rows = rows.filter(definition__type=kind)
    if counts in COUNTING and counts:
        rows = rows.filter(definition__counts=counts)
    if held in ("holds", "binds"):
        rows = rows.filter(definition__has_key=held)
    number = page_number(request)
    shown = list(rows[number * SIZE : (number + 1) * SIZE + 1])
    new = {"label": _("Define a field"), "url": address_of("field-new"), "primary": True}
    said = {name: value for name, value in (("q", text), ("type", kind), ("counts", counts), ("held", held)) if value}
    every, counting = ("", _("all")), [(key, label) for key, label in COUNTING.items() if key]
    count = count_of(rows)
    listing = {
        "title": _("Field dictionary"),
        "intro": _("What can be asked is defined once, so that the same question has the same words, unit and basis everywhere."),
        "search": {"q": text, "placeholder": _("Label or key")},
        "selects": [
            select("type", _("Type"), [every, *TYPES.items()], kind),
            select("counts", _("How answers count"), [every, *counting], counts),
            select("held", _("Platform"), [
                every, ("holds", _("holds the answer")), ("binds", _("register changes with it"))], held),
        ],
        "actions": [new],
        "count_text": ngettext("%(count)s field", "%(count)s fields", count) % {"count": count},
        "columns": [
            {"label": _("Field")}, {"label": pgettext("of a form or field", "Key")}, {"label": _("Type")}, {"label": _("Unit")},
            {"label": _("How answers count")}, {"label": _("Held by the platform")}, {"label": _("Version")},
            {"label": _("Defined by")},
        ],
        "rows": [_row(row) for row in shown[:SIZE]],
        "pagination": turning(said, number, more=len(shown) > SIZE),
        "empty": {
            "title": _("The dictionary has no such field."),
            "hint": _("Fields are defined here, or while a form is designed."),
            "action": new,
        },
    }  # fmt: skip
    return render(request, "pages/list.html", {"page": listing, "crumbs": [{"label": listing["title"]}]})


def _row(row: DictionaryField) -> dict[str, object]:
    field = schema.Field.from_json(row.definition)
    held = _("yes, and changed by answers") if field.binds else _("yes") if field.holds else ""
    return {
        "url": address_of("field", field=row.key),
        "cells": [
            {"text": str(field.labels)}, {"text": row.key}, {"text": str(TYPES[field.type])}, {"text": unit_of(field)},
            {"text": str(COUNTING[field.counts])}, {"text": held}, {"text": f"v{row.version}"}, {"text": row.owner.name},
        ],
    }  # fmt: skip


@page("fields/<str:field>/", name="field", rule=may_design)
def detail_page(request: Request, field: str) -> HttpResponse:
    """One field: its definition and how it came about, the forms that ask it, the figures it gives."""
    row = get_object_or_404(find_fields(""), key=field)
    made = schema.Field.from_json(row.definition)
    answer = may_design.check(request.actor, row)
    denied = str(answer.reason) if isinstance(answer, Denied) else ""
    known = Names(bodies={row.owner_id: row.owner.name}, paths={row.area_path: row.owner.name})
    detail = {
        "title": str(made.labels),
        "subtitle": f"{row.key} · v{row.version} · {row.owner.name}",
        "facts": _facts(made, row),
        "sections": [*_choices(made), _asked_by(request, row.key)],
        "history": history(list(entries_about({"dictionaryfield": [row.pk]})), known),
        "verbs": [
            {"label": _("Revise"), "url": address_of("field-edit", field=row.key), "reason": denied, "primary": True}
        ],
        "counts_towards": _figures(request, made),
    }  # fmt: skip
    crumbs = [{"label": _("Field dictionary"), "url": address_of("fields")}, {"label": detail["title"]}]
    return render(request, "pages/detail.html", {"page": detail, "crumbs": crumbs})


def _facts(field: schema.Field, row: DictionaryField) -> list[dict[str, object]]:
    known = sources() if field.holds or field.binds else {}
    bounds = [f"{sign} {value:f}" for sign, value in (("≥", field.minimum), ("≤", field.maximum)) if value is not None]
    facts: list[dict[str, object]] = [
        {"label": _("Type of answer"), "value": str(TYPES[field.type])},
        {"label": _("Unit"), "value": unit_of(field) or _("none")},
        {"label": _("Explanation"), "value": str(field.help) or _("none")},
        {"label": _("Legal basis"), "value": field.legal_basis or _("none")},
        {"label": _("Values"), "value": " ".join(bounds) or field.pattern or _("any")},
        {"label": _("How answers count"), "value": str(COUNTING[field.counts])},
        {
            "label": _("What the platform already holds"),
            "value": source_in_words(field.holds, known) if field.holds else _("nothing: this has to be asked"),
        },
        {
            "label": _("Changes in the register"),
            "value": source_in_words(field.binds, known) if field.binds else _("nothing"),
        },
        {
            "label": _("Minutes"), "value": f"{field.takes:f}",
            "note": "" if field.minutes else _("the usual for its type"),
        },
        {"label": _("Label in English"), "value": field.labels.en or _("none")},
        {"label": _("Defined by"), "value": row.owner.name},
    ]  # fmt: skip
    return facts


def _choices(field: schema.Field) -> list[dict[str, object]]:
    if not field.choices:
        return []
    rows = [{"cells": [{"text": one.value}, {"text": choice_words(one)}]} for one in field.choices]
    return [{"title": _("Choices"), "columns": [{"label": _("Value")}, {"label": _("Label")}], "rows": rows}]


def _asked_by(request: Request, key: str) -> dict[str, object]:
    """The section about the forms with a field, as far as the actor sees them."""
    holding = {"sections": [{"questions": [{"field": {"key": key}}]}]}
    rows = list(designs(request.actor).filter(content__contains=holding)[:SIZE])
    return {
        "title": _("Forms with this field"),
        "intro": "" if rows else _("None."),
        "columns": [{"label": _("Form")}, {"label": _("Version")}, {"label": _("State")}, {"label": _("Designed by")}],
        "rows": [
            {
                "url": address_of("form", pk=version.pk),
                "cells": [
                    {"text": version.title}, {"text": f"v{version.number}"},
                    {"text": version.get_state_display(), "signal": SIGNALS[State(version.state)]},
                    {"text": version.owner.name},
                ],
            }
            for version in rows
        ],
    }  # fmt: skip


def _figures(request: Request, field: schema.Field) -> list[Cell]:
    """The figures that answers to a field give in the actor's area today."""
    measures = field_measures(field)[:FIGURES] if may_see_figures.check(request.actor) else []
    now, home = as_of(clock.today()), request.actor.home
    values = table(measures, paths=[home], periods=[now]) if measures else None
    return [cell(values.at(measure, home, now)) for measure in measures] if values else []


class OwnedFieldForm(FieldForm):
    """A new field of the dictionary, with the office that defines it."""

    def __init__(self, *args: Any, offices: list[Body], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"] = django_forms.ModelChoiceField(
            label=_("Defined by"), queryset=Body.objects.filter(pk__in=[office.pk for office in offices]),
            initial=offices[0] if offices else None, empty_label=None,
        )  # fmt: skip


class RevisedFieldForm(FieldForm):
    """Another version of a field. Carries the version that was seen."""

    seen = django_forms.IntegerField(widget=django_forms.HiddenInput, label=gettext_lazy("version"))


@page("fields/new-field/", name="field-new", rule=may_design, methods="GET POST")
def new_page(request: Request) -> HttpResponse:
    """Define a field. The address has a hyphen, which no key has."""
    form = OwnedFieldForm(request.POST or None, offices=own_offices(request.actor))
    if request.method == "POST" and form.is_valid() and form.made:
        try:
            row = define_field(field=form.made, owner=form.cleaned_data["owner"], by=request.actor)
            return redirect("field", field=row.key)
        except (Refused, ValidationError) as problem:
            form.add_problem(problem)
    return _form(request, form, _("Define a field"), None)


@page("fields/<str:field>/edit/", name="field-edit", rule=may_design, methods="GET POST")
def edit_page(request: Request, field: str) -> HttpResponse:
    """Revise a field. Published forms keep the version they were published with."""
    row = found(may_design, request.actor, DictionaryField.objects.select_related("owner"), key=field)
    before = schema.Field.from_json(row.definition)
    form = RevisedFieldForm(request.POST or None, field=before, initial={"seen": row.changed_by})
    if request.method == "POST" and form.is_valid() and form.made:
        try:
            revise_field(entry=row, field=form.made, seen=form.cleaned_data["seen"], by=request.actor)
            return redirect("field", field=field)
        except (Refused, ValidationError) as problem:
            form.add_problem(problem)
    return _form(request, form, _("Revise: %(label)s") % {"label": before.labels}, row)


def _form(request: Request, form: FieldForm, title: str, row: DictionaryField | None) -> HttpResponse:
    back = address_of("field", field=row.key) if row else address_of("fields")
    intro = _("Published forms keep the version they were published with; drafts are told that there is another.")
    context = {
        "form": form, "title": title, "intro": intro if row else "", "submit_label": _("Save"), "cancel_url": back,
        "crumbs": [{"label": _("Field dictionary"), "url": address_of("fields")}, {"label": title}],
    }  # fmt: skip
    return render(request, "pages/form.html", context, status=422 if form.is_bound and form.errors else 200)
