"""The forms that change the register: an association is founded, changes, was recorded wrongly, or ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from yinling.associations import (
    ATTRIBUTES,
    Association,
    change_attribute,
    correct_attribute,
    dissolve,
    may_change,
    may_correct,
    may_register,
    register,
    setting_of,
)
from yinling.network import place_at
from yinling.web.association_forms import AttributeForm, DissolveForm, ProblemForm, RegisterForm
from yinling.web.associations import association_for
from yinling.web.evidence import keep_evidence
from yinling.web.form_page import form_page
from yinling.web.page import Request, address_of, page


@page("associations/new/", name="association-new", rule=may_register, methods="GET POST")
def new_page(request: Request) -> HttpResponse:
    """Register an association."""
    place = place_at(request.GET.get("place", "")) if request.GET.get("place") else None
    initial = {"place": place.code or place.area_path, "setting": setting_of(place.kind)} if place else {}
    form = RegisterForm(request.POST or None, request.FILES or None, initial=initial, actor=request.actor)

    def write(**_entries: Any) -> Association:
        return register(**form.arguments(), by=request.actor)

    register_url = address_of("associations")
    return form_page(
        request, form, _("Register an association"), write, back=register_url,
        then=lambda made: address_of("association", pk=made.pk),
        crumbs=[{"label": _("Elderly associations"), "url": register_url}],
        done=_("Registered. It counts from its founding day."),
    )  # fmt: skip


@page("associations/<int:pk>/change/<str:attribute>/", name="association-change", rule=may_change, methods="GET POST")
def change_page(request: Request, pk: int, attribute: str) -> HttpResponse:
    """A change: from a day on, the attribute is otherwise."""
    return _attribute_page(request, pk, attribute, correcting=False)


@page(
    "associations/<int:pk>/correct/<str:attribute>/", name="association-correct", rule=may_correct, methods="GET POST"
)
def correct_page(request: Request, pk: int, attribute: str) -> HttpResponse:
    """A correction: what is recorded now was never so."""
    return _attribute_page(request, pk, attribute, correcting=True)


def _attribute_page(request: Request, pk: int, attribute: str, *, correcting: bool) -> HttpResponse:
    association = association_for(request, pk, may_correct if correcting else may_change)
    if attribute not in ATTRIBUTES:
        return redirect("association", pk=pk)
    form = AttributeForm(
        request.POST or None, request.FILES or None, association=association, attribute=attribute,
        correcting=correcting, actor=request.actor,
    )  # fmt: skip

    def write(**_entries: Any) -> Association:
        return save_attribute(form, request, correcting=correcting)

    named = {"attribute": ATTRIBUTES[attribute].label}
    if correcting:
        intro = _(
            "Correct only what was recorded wrongly. What was issued with the old figure keeps it, and the difference is shown."
        )
        return _about(request, association, form, _("Correct: %(attribute)s") % named, write, intro=intro)
    return _about(request, association, form, _("Change: %(attribute)s") % named, write)


def save_attribute(form: AttributeForm, request: Request, *, correcting: bool = False) -> Association:
    """Carry out a valid attribute form; raises Refused or ValidationError."""
    evidence = keep_evidence(form.cleaned_data.get("evidence"), form.association, request.actor)
    arguments = form.arguments()
    if correcting:
        return correct_attribute(**arguments, evidence=evidence, by=request.actor)
    return change_attribute(**arguments, evidence=evidence, by=request.actor)


@page("associations/<int:pk>/dissolve/", name="association-dissolve", rule=may_register, methods="GET POST")
def dissolve_page(request: Request, pk: int) -> HttpResponse:
    """The association ends."""
    association = association_for(request, pk, may_register)

    def write(**data: Any) -> Association:
        return dissolve(association=association, by=request.actor, **data)

    done = _("The association has ended. Earlier figures keep it.")
    return _about(request, association, DissolveForm(request.POST or None), _("Dissolve"), write, done=done)


def _about(
    request: Request, association: Association, form: ProblemForm, title: str, write: Callable[..., Association], *,
    intro: str = "", done: str = "",
) -> HttpResponse:  # fmt: skip
    """Show a form, or carry it out and return to the association."""
    back = address_of("association", pk=association.pk)
    crumbs = [
        {"label": _("Elderly associations"), "url": address_of("associations")},
        {"label": association.body.name, "url": back},
    ]
    return form_page(request, form, title, write, back=back, crumbs=crumbs, intro=intro, done=done)
