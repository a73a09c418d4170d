"""The designer's pages about questions: chosen from the dictionary, or asking a field that is defined on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yinling.returns import DictionaryField, FormVersion, differing, find_fields, may_design, why_not_new
from yinling.returns import forms as schema
from yinling.web.designer import draft, edit_crumbs, form_page, named, stepped, tell
from yinling.web.designer_forms import QuestionForm, SeenForm, question_initial
from yinling.web.designing import home_of, keys_of, put_question, section_of
from yinling.web.field_forms import FieldForm
from yinling.web.form_words import COUNTING, TYPES, choice_words, source_in_words, sources, unit_of
from yinling.web.page import Request, address_of, page

SHOWN = 30
"""Fields of the dictionary shown to choose from; beyond that one searches."""

AT = "forms/<int:pk>/edit/sections/<str:section>/"
QUESTION = "forms/<int:pk>/edit/questions/<str:question>/"


class DraftFieldForm(FieldForm, SeenForm):
    """A field defined while a form is designed."""


@page(f"{AT}fields/", name="form-choose", rule=may_design)
def choose_page(request: Request, pk: int, section: str) -> HttpResponse:
    """Choose a field of the dictionary for a section, or define a new one."""
    version, content = draft(request, pk)
    found = named(section_of, content.sections, section)
    text, taken = request.GET.get("q", "").strip(), keys_of(content.sections)
    rows = list(find_fields(text).exclude(key__in=taken)[: SHOWN + 1])
    title = _("Add a question")
    listing = {
        "title": title,
        "intro": _("Section: %(section)s. What stands in the dictionary already is asked in the same words everywhere.")
        % {"section": str(found.labels) or found.key},
        "search": {"q": text, "placeholder": _("Label or key")},
        "actions": [{"label": _("Define a new field"), "url": _url("form-define", version, section=section), "primary": True}],
        "count_text": _("The first %(count)s; search for others.") % {"count": SHOWN} if len(rows) > SHOWN else "",
        "columns": [
            {"label": _("Field")}, {"label": pgettext("of a form or field", "Key")}, {"label": _("Type")},
            {"label": _("Unit")}, {"label": _("Held by the platform")},
        ],
        "rows": [_choosable(row, version, section) for row in rows[:SHOWN]],
        "empty": {
            "title": _("The dictionary has no such field."),
            "hint": _("Define it: everybody can use it once the form is published."),
            "action": {"label": _("Define a new field"), "url": _url("form-define", version, section=section)},
        },
    }  # fmt: skip
    return render(request, "pages/list.html", {"page": listing, "crumbs": edit_crumbs(version, title)})


def _choosable(row: DictionaryField, version: FormVersion, section: str) -> dict[str, object]:
    field = schema.Field.from_json(row.definition)
    held = _("yes, it will be shown") if field.holds else ""
    return {
        "url": _url("form-ask", version, section=section, field=row.key),
        "cells": [
            {"text": str(field.labels)}, {"text": row.key}, {"text": str(TYPES[field.type])}, {"text": unit_of(field)},
            {"text": held, "signal": "warn"} if held else {"text": ""},
        ],
    }  # fmt: skip


def _url(name: str, version: FormVersion, **more: str) -> str:
    return address_of(name, pk=version.pk, **more)


@page(f"{AT}fields/<str:field>/", name="form-ask", rule=may_design, methods="GET POST")
def ask_page(request: Request, pk: int, section: str, field: str) -> HttpResponse:
    """Ask a field of the dictionary."""
    version, content = draft(request, pk)
    named(section_of, content.sections, section)
    row = find_fields("").filter(key=field).first()
    if row is None or field in keys_of(content.sections):
        raise Http404
    found = schema.Field.from_json(row.definition)
    return _question(request, version, content, found, {"section": section})


@page(QUESTION, name="form-question", rule=may_design, methods="GET POST")
def question_page(request: Request, pk: int, question: str) -> HttpResponse:
    """How the form asks one question."""
    version, content = draft(request, pk)
    section = named(home_of, content.sections, question)
    one = content.question(question)
    return _question(request, version, content, one.field, question_initial(one, section.key), drops=question)


def _question(
    request: Request,
    version: FormVersion,
    content: schema.Form,
    field: schema.Field,
    initial: Mapping[str, object],
    *,
    drops: str = "",
) -> HttpResponse:
    form = QuestionForm(
        request.POST or None, form=content, field=field, initial={"seen": version.changed_by, **initial}
    )
    if request.method == "POST" and form.is_valid():
        try:
            question = form.question()
        except schema.FormError as error:
            form.add_faults(error)
        else:
            place = form.cleaned_data["section"]
            if stepped(request, version, lambda sections: put_question(sections, question, place), form):
                return redirect("form-edit", pk=version.pk)
    own = not DictionaryField.objects.filter(key=field.key).exists()
    more: dict[str, Any] = {
        "facts": _facts(field, own=own),
        "notice": _notice(field),
        "submit_label": _("Save") if drops else _("Add this question"),
        "define_url": _url("form-field", version, question=field.key) if own and drops else "",
        "refresh_url": _url("form-refresh", version, question=field.key)
        if drops and not own and field.key in differing(content)
        else "",
    }
    return form_page(request, form, version, str(field.labels), drops=drops, **more)


def _facts(field: schema.Field, *, own: bool) -> list[dict[str, object]]:
    """What the dictionary says of a field."""
    where = address_of("field", field=field.key)
    key: dict[str, object] = {
        "label": pgettext("of a form or field", "Key"),
        "value": field.key,
        "url": "" if own else where,
    }
    facts: list[dict[str, object]] = [
        key,
        {
            "label": _("Type of answer"),
            "value": str(TYPES[field.type]),
            "note": "、".join(map(choice_words, field.choices)),
        },
        {"label": _("How answers count"), "value": str(COUNTING[field.counts])},
        {"label": _("Legal basis"), "value": field.legal_basis},
    ]
    if unit := unit_of(field):
        facts.insert(2, {"label": _("Unit"), "value": unit})
    if own:
        facts.append({"label": _("Dictionary"), "value": _("new: enters it when the form is published")})
    return facts


def _notice(field: schema.Field) -> str:
    """What a designer has to know of a field that the platform holds or that changes the register; empty of all others."""
    known = sources() if field.holds or field.binds else {}
    texts = []
    if field.holds:
        source = source_in_words(field.holds, known)
        texts.append(
            _("The platform already holds this (%(source)s). It is shown, not asked; to ask again, give the reason.")
            % {"source": source}
        )
    if field.binds:
        source = source_in_words(field.binds, known)
        texts.append(_("An accepted answer changes the register (%(source)s).") % {"source": source})
        if not field.holds:
            texts.append(_("Say in the field what the platform holds of it, so that it can be shown."))
    return " ".join(texts)


@page(f"{AT}define/", name="form-define", rule=may_design, methods="GET POST")
def define_page(request: Request, pk: int, section: str) -> HttpResponse:
    """Define a field that the dictionary does not have, and ask it. It enters the dictionary when the form is published."""
    version, content = draft(request, pk)
    named(section_of, content.sections, section)
    taken = keys_of(content.sections)
    form = DraftFieldForm(request.POST or None, taken=taken, initial={"seen": version.changed_by, "counts": ""})
    if request.method == "POST" and form.is_valid() and (field := _defined(form)):
        if field.key in taken:
            form.add_error("key", _("The key %(key)s stands in the form twice.") % {"key": field.key})
        elif _keep(request, version, form, field, section):
            return redirect("form-question", pk=pk, question=field.key)
    intro = _("Define it once: when the form is published it enters the dictionary, and every form can ask it.")
    return form_page(request, form, version, _("Define a new field"), intro=intro, keys=())


def _defined(form: DraftFieldForm) -> schema.Field | None:
    """The field that was defined, unless the dictionary has one that asks the same."""
    if form.made is None:
        return None
    if reasons := why_not_new([form.made]):
        form.add_error(None, reasons[0])
        return None
    return form.made


def _keep(request: Request, version: FormVersion, form: SeenForm, field: schema.Field, section: str) -> bool:
    """Put a question about a field into the draft: the one there is, else one that is not further described."""
    form.own_key = field.key
    content = schema.Form.from_json(version.content)
    try:
        before = next((one for one in content.questions() if one.key == field.key), None)
        question = replace(before, field=field) if before else schema.Question(field)
    except schema.FormError as error:
        form.add_faults(error)
        return False
    return stepped(request, version, lambda sections: put_question(sections, question, section), form)


@page(f"{QUESTION}field/", name="form-field", rule=may_design, methods="GET POST")
def field_page(request: Request, pk: int, question: str) -> HttpResponse:
    """Change the definition of a field that only this draft has. One of the dictionary is revised there."""
    version, content = draft(request, pk)
    section = named(home_of, content.sections, question)
    if DictionaryField.objects.filter(key=question).exists():
        return redirect("field", field=question)
    before = content.question(question).field
    form = DraftFieldForm(request.POST or None, field=before, initial={"seen": version.changed_by})
    if request.method == "POST" and form.is_valid() and (field := _defined(form)):  # noqa: SIM102 - one step after another
        if _keep(request, version, form, field, section.key):
            return redirect("form-question", pk=pk, question=question)
    return form_page(request, form, version, _("Define the field: %(label)s") % {"label": before.labels}, keys=())


@page(f"{QUESTION}refresh/", name="form-refresh", rule=may_design, methods="POST")
def refresh_page(request: Request, pk: int, question: str) -> HttpResponse:
    """Take the dictionary's version of a field."""
    version, content = draft(request, pk)
    section = named(home_of, content.sections, question)
    row = find_fields("").filter(key=question).first()
    if row is None:
        raise Http404
    form, field = SeenForm(request.POST), schema.Field.from_json(row.definition)
    if form.is_valid() and _keep(request, version, form, field, section.key):
        messages.success(request, _("The form asks it as the dictionary has it now."))
    tell(request, form)
    return redirect("form-question", pk=pk, question=question)
