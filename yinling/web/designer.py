"""The designer: a draft is edited section by section and question by question; each step is one action.

Every page carries the state of the draft that was seen (`seen`): a step on top of what somebody else did meanwhile is refused,
and what was typed stays on the page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yinling.base.rules import Refused
from yinling.returns import FormVersion, differing, edit_form, hindrances, may_design, start_form
from yinling.returns import forms as schema
from yinling.web.designer_forms import HeadingForm, SectionForm, SeenForm, StartForm
from yinling.web.designing import Sections, Step, keys_of, moved, put_section, section_of, without
from yinling.web.form_words import TYPES, unit_of
from yinling.web.forms_detail import Crumbs, crumbs, own_offices, own_version
from yinling.web.page import Request, address_of, page

T = TypeVar("T")
DO = {"up": -1, "down": 1}


@page("forms/new/", name="form-new", rule=may_design, methods="GET POST")
def new_page(request: Request) -> HttpResponse:
    """Begin a form."""
    form = StartForm(request.POST or None, offices=own_offices(request.actor))
    if request.method == "POST" and form.is_valid():
        try:
            version = start_form(form=form.form(), owner=form.cleaned_data["owner"], by=request.actor)
            return redirect("form-edit", pk=version.pk)
        except schema.FormError as error:
            form.add_faults(error)
        except Refused as refused:
            form.add_error("key", str(refused.reason))
    title = _("Design a form")
    context = {
        "form": form, "title": title, "submit_label": _("Begin"), "cancel_url": address_of("forms"),
        "intro": _("Next you put the questions together."),
        "crumbs": [{"label": _("Forms"), "url": address_of("forms")}, {"label": title}],
    }  # fmt: skip
    return render(request, "pages/form.html", context, status=422 if form.errors else 200)


@page("forms/<int:pk>/edit/", name="form-edit", rule=may_design)
def edit_page(request: Request, pk: int) -> HttpResponse:
    """A draft with all its sections and questions, and what may be done with each."""
    version, form = draft(request, pk)
    differs = differing(form)
    context = {
        "version": version,
        "title": version.title,
        "intro": str(form.intro),
        "sections": [
            {
                "key": section.key,
                "label": str(section.labels) or _("Section %(number)s") % {"number": number},
                "relevant": section.relevant,
                "questions": [_line(question, question.key in differs) for question in section.questions],
            }
            for number, section in enumerate(form.sections, start=1)
        ],
        "hints": hindrances(form),
        "crumbs": [*crumbs(version), {"label": _("Edit")}],
    }
    return render(request, "forms/edit.html", context)


def _line(question: schema.Question, differs: bool) -> dict[str, object]:
    """One question as the designer's list shows it."""
    field = question.field
    marks = [
        (_("required"), question.required), (_("only if …"), bool(question.relevant)),
        (_("condition"), bool(question.constraint)), (_("calculated"), bool(question.calculation)),
        (_("file"), question.evidence), (_("changes the register"), bool(field.binds) and question.asks),
    ]  # fmt: skip
    again = bool(field.binds) and question.asks and not question.reason
    return {
        "key": question.key,
        "label": str(field.labels),
        "type": str(TYPES[field.type]),
        "unit": unit_of(field),
        "marks": "、".join(str(text) for text, holds in marks if holds),
        "held": bool(field.holds),
        "asks": question.asks,
        "reason": question.reason,
        "again": again,
        "differs": differs,
    }


@page("forms/<int:pk>/edit/heading/", name="form-heading", rule=may_design, methods="GET POST")
def heading_page(request: Request, pk: int) -> HttpResponse:
    """Title and introduction."""
    version, content = draft(request, pk)
    initial = {
        "zh": content.labels.zh, "en": content.labels.en, "intro_zh": content.intro.zh, "intro_en": content.intro.en,
        "seen": version.changed_by,
    }  # fmt: skip
    form = HeadingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            changed = replace(content, labels=form.labels(), intro=form.intro())
        except schema.FormError as error:
            form.add_faults(error)
        else:
            if saved(request, version, changed, form):
                return redirect("form-edit", pk=pk)
    return form_page(request, form, version, _("Title and introduction"))


@page("forms/<int:pk>/edit/section/", name="form-section-new", rule=may_design, methods="GET POST")
def new_section_page(request: Request, pk: int) -> HttpResponse:
    """Add a section."""
    version, content = draft(request, pk)
    return _section(request, version, content, None)


@page("forms/<int:pk>/edit/sections/<str:section>/", name="form-section", rule=may_design, methods="GET POST")
def section_page(request: Request, pk: int, section: str) -> HttpResponse:
    """The heading of a section, and when it is asked."""
    version, content = draft(request, pk)
    return _section(request, version, content, named(section_of, content.sections, section))


def _section(
    request: Request, version: FormVersion, content: schema.Form, before: schema.Section | None
) -> HttpResponse:
    initial: dict[str, object] = {"seen": version.changed_by}
    if before:
        initial |= {"zh": before.labels.zh, "en": before.labels.en, "relevant": before.relevant}
    form = SectionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            section = form.section(content.sections, before)
        except schema.FormError as error:
            form.add_faults(error)
        else:
            form.own_key = section.key
            if stepped(request, version, lambda sections: put_section(sections, section), form):
                return redirect("form-edit", pk=version.pk)
    title = _("Edit the section") if before else _("Add a section")
    return form_page(request, form, version, title, drops=before.key if before else "", drops_all=True)


@page("forms/<int:pk>/edit/move/", name="form-move", rule=may_design, methods="POST")
def move_page(request: Request, pk: int) -> HttpResponse:
    """Move a section or a question up or down: `do` is "up:<key>" or "down:<key>"."""
    return _step_at_once(request, pk, lambda word, key: lambda sections: moved(sections, key, DO[word]), "")


@page("forms/<int:pk>/edit/drop/", name="form-drop", rule=may_design, methods="POST")
def drop_page(request: Request, pk: int) -> HttpResponse:
    """Take a section or a question out: `do` is "drop:<key>"."""
    return _step_at_once(request, pk, lambda _word, key: lambda sections: without(sections, key), _("Taken out."))


def _step_at_once(request: Request, pk: int, step: Callable[[str, str], Step], done: str) -> HttpResponse:
    """Carry out what a button says, and return to the draft with what came of it."""
    version, content = draft(request, pk)
    word, _colon, key = request.POST.get("do", "").partition(":")
    if word not in {*DO, "drop"} or key not in keys_of(content.sections):
        messages.error(request, _("This section or question is no longer there."))
        return redirect("form-edit", pk=pk)
    form = SeenForm(request.POST)
    if form.is_valid() and stepped(request, version, step(word, key), form) and done:
        messages.success(request, done)
    tell(request, form)
    return redirect("form-edit", pk=pk)


def tell(request: Request, form: SeenForm) -> None:
    """Say on the next page what stood in the way of a button's step."""
    for texts in form.errors.values():
        for text in texts:
            messages.error(request, str(text))


def draft(request: Request, pk: int) -> tuple[FormVersion, schema.Form]:
    """A draft the actor may edit, with its content; Refused where the form is published already."""
    version = own_version(request, pk)
    if version.state != FormVersion.State.DRAFT:
        raise Refused(_("A published form is never changed; begin its next version."))
    return version, schema.Form.from_json(version.content)


def named(find: Callable[[Sections, str], T], sections: Sections, key: str) -> T:
    """What `find` gives; 404 where there is nothing of this key."""
    try:
        return find(sections, key)
    except KeyError as error:
        raise Http404 from error


def stepped(request: Request, version: FormVersion, step: Step, form: SeenForm) -> bool:
    """Take a step on the draft and keep it. Where that fails, say on `form` why; whether it went through."""
    content = schema.Form.from_json(version.content)
    sections = step(content.sections)
    try:
        changed = replace(content, sections=sections)
    except schema.FormError as error:
        form.add_form_faults(error, sections)
        return False
    return saved(request, version, changed, form)


def saved(request: Request, version: FormVersion, content: schema.Form, form: SeenForm) -> bool:
    """Keep a content of the draft; a refusal is said on `form`. Whether it went through."""
    try:
        edit_form(version=version, form=content, seen=form.cleaned_data["seen"], by=request.actor)
    except Refused as refused:
        form.add_problem(refused)
        return False
    return True


def form_page(
    request: Request, form: django_forms.Form, version: FormVersion, title: str, *, drops: str = "", **more: Any
) -> HttpResponse:
    """A page with one form about a draft. `drops`: the key of what may be taken out here."""
    content = schema.Form.from_json(version.content)
    context = {
        "form": form, "title": title, "submit_label": _("Save"), "cancel_url": address_of("form-edit", pk=version.pk),
        "version": version, "drops": drops, "crumbs": edit_crumbs(version, title),
        "keys": [
            {"written": f"${{{one.key}}}", "label": str(one.field.labels)}
            for one in content.questions() if one.field.type != "note"
        ],
        **more,
    }  # fmt: skip
    return render(request, "forms/part.html", context, status=422 if form.is_bound and form.errors else 200)


def edit_crumbs(version: FormVersion, title: str) -> Crumbs:
    """The way to a page of the designer."""
    edit: dict[str, object] = {"label": _("Edit"), "url": address_of("form-edit", pk=version.pk)}
    return [*crumbs(version), edit, {"label": title}]
