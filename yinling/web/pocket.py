"""The phone face for the chair of an association: one task a screen, in large type."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yinling.associations import ATTRIBUTES, Association, Setting, may_change, may_see_associations
from yinling.base import clock
from yinling.base.period import as_of
from yinling.base.rules import Actor, Refused
from yinling.figures import figure
from yinling.returns import to_fill
from yinling.supervision import to_mend
from yinling.web.association_changes import save_attribute
from yinling.web.association_forms import AttributeForm, shown_value
from yinling.web.cells import cell
from yinling.web.overview import FAMILIES
from yinling.web.page import Request, address_of, page
from yinling.web.supervision_words import due_cell

TASKS = ("venue", "meeting", "members", "funding", "rules")
"""What a chair keeps up to date, the most asked for first. The chair itself is changed by the township."""


FEW_ASKED = 5


def _mine(actor: Actor) -> list[Association]:
    bodies = {grant.body_id for grant in actor.grants if grant.body_id}
    rows = Association.objects.filter(pk__in=bodies, body__withdrawn=False, body__dissolved__isnull=True)
    return list(may_see_associations.filter(actor, rows).select_related("body__place__parent"))


@page("pocket/", name="pocket", rule=may_see_associations)
def pocket_home(request: Request) -> HttpResponse:
    """What is recorded of one's association, and what to keep up to date."""
    mine = _mine(request.actor)
    if not mine:
        return redirect("associations")
    association = mine[0]
    township = association.body.place.parent
    coverage = None
    if township is not None:
        family = FAMILIES[Setting(association.setting)]
        coverage = cell(figure(family.venue, path=township.area_path, period=as_of(clock.today())))
    choices = [
        {
            "label": str(ATTRIBUTES[key].label),
            "url": address_of("pocket-change", pk=association.pk, attribute=key),
            "hint": shown_value(key, ATTRIBUTES[key].of(association)),
        }
        for key in TASKS
    ]
    held = {
        "label": _("We held an activity"), "url": address_of("pocket-held"),
        "hint": _("what, when, how many people; photos if you like"),
    }  # fmt: skip
    asked = [
        {
            "label": answer.round.name,
            "url": address_of("return-fill", pk=answer.pk),
            "hint": _("to be handed in by %(day)s") % {"day": answer.round.due_on},
        }
        for answer in to_fill(request.actor)[:FEW_ASKED]
    ]
    waiting = [
        {"label": row.what, "url": address_of("pocket-finding", pk=row.pk), "hint": due_cell(row)["text"]}
        for row in to_mend(request.actor, association.pk)
    ]
    context = {
        "association": association,
        "asked": asked,
        "waiting": waiting,
        "choices": [held, *choices],
        "others": mine[1:],
        "township": township,
        "venues": coverage,
        "name": request.actor.name,
    }
    return render(request, "pages/pocket.html", context)


@page("pocket/<int:pk>/<str:attribute>/", name="pocket-change", rule=may_change, methods="GET POST")
def pocket_change(request: Request, pk: int, attribute: str) -> HttpResponse:
    """Change one attribute of one's association."""
    association = next((row for row in _mine(request.actor) if row.pk == pk), None)
    if association is None or attribute not in TASKS:
        raise Http404
    form = AttributeForm(
        request.POST or None,
        request.FILES or None,
        association=association,
        attribute=attribute,
        correcting=False,
        actor=request.actor,
    )
    if request.method == "POST" and form.is_valid():
        try:
            save_attribute(form, request)
        except (Refused, ValidationError) as problem:
            form.add_problem(problem)
        else:
            messages.success(request, _("Saved. Thank you."))
            return redirect("pocket")
    context = {"form": form, "title": str(ATTRIBUTES[attribute].label), "association": association}
    return render(request, "pages/pocket_form.html", context, status=422 if form.is_bound and form.errors else 200)
