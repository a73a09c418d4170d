"""Open a round, give it more time, lock it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.period import Period, PeriodError, parse
from yinling.base.rules import Actor
from yinling.network import Body, Place
from yinling.returns import (
    RESPONDENTS,
    FormVersion,
    Round,
    extend_round,
    lock_round,
    may_open,
    open_round,
)
from yinling.web.association_forms import ProblemForm
from yinling.web.form_page import form_page
from yinling.web.page import Request, address_of, page
from yinling.web.pick import BodyField, PlaceField, reach
from yinling.web.rounds import address, round_of

OPENERS = ("administrator", "officer")
USUAL_DAYS = 10


class RoundForm(ProblemForm):
    """A new round."""

    name = forms.CharField(label=gettext_lazy("Name of the round"), max_length=120)
    period = forms.CharField(
        label=gettext_lazy("Period"), max_length=24,
        help_text=gettext_lazy("A year (2025), half a year (2025H1), a quarter (2025Q1) or a month (2025-03)."),
    )  # fmt: skip
    respondents = forms.ChoiceField(label=gettext_lazy("Who must fill it"), choices=list(RESPONDENTS.items()))
    checked_at = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Checked by the offices of"), coerce=int, widget=forms.CheckboxSelectMultiple,
        choices=[choice for choice in Place.Level.choices if choice[0] < Place.Level.VILLAGE],
        help_text=gettext_lazy("From the lowest level up; the highest one ticked accepts."),
    )  # fmt: skip
    workdays = forms.IntegerField(label=gettext_lazy("Working days to fill it in"), initial=USUAL_DAYS, min_value=1)
    expires_on = forms.DateField(label=gettext_lazy("Expires on"), widget=forms.DateInput)
    approver = forms.CharField(
        label=gettext_lazy("Approved by"), max_length=60, help_text=gettext_lazy("Who allowed this form to be asked.")
    )
    legal_basis = forms.CharField(label=gettext_lazy("Legal basis"), max_length=200)
    field_order = (
        "form", "name", "asked_by", "area", "period", "respondents", "checked_at", "workdays", "expires_on", "approver",
        "legal_basis",
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        published = FormVersion.objects.filter(state=FormVersion.State.PUBLISHED).order_by("title", "-number")
        self.fields["form"] = forms.ModelChoiceField(label=_("Form"), queryset=published)
        roots = reach(actor, *OPENERS)
        self.fields["asked_by"] = BodyField(label=_("Asked by"), roots=roots, kind=Body.Kind.OFFICE)
        self.fields["area"] = PlaceField(label=_("Area"), roots=roots, levels=(1, 2, 3, 4))
        self.order_fields(self.field_order)

    def clean_period(self) -> Period:
        """The period meant."""
        try:
            return parse(self.cleaned_data["period"].strip())
        except PeriodError as error:
            raise ValidationError(str(error)) from error


class ExtendForm(ProblemForm):
    """More time."""

    workdays = forms.IntegerField(label=gettext_lazy("Working days more"), min_value=1)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class LockForm(ProblemForm):
    """The end of a round."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, required=False,
        help_text=gettext_lazy("Needed where returns are missing: why the round ends without them."),
    )  # fmt: skip


@page("rounds/new/", name="round-new", rule=may_open, methods="GET POST")
def new_page(request: Request) -> HttpResponse:
    """Ask a published form of all units of an area."""
    own = Body.objects.filter(pk__in=[one.body_id for one in request.actor.grants if one.role in OPENERS]).first()
    initial: dict[str, object] = {
        "asked_by": own.name if own else "", "area": own.place.code or own.place.name if own else "",
        "period": str(clock.today().year), "checked_at": [Place.Level.TOWNSHIP, Place.Level.COUNTY],
        "form": request.GET.get("form", ""), "expires_on": clock.today().replace(month=12, day=31),
    }  # fmt: skip
    form = RoundForm(request.POST or None, actor=request.actor, initial=initial)
    intro = _("Every unit gets a return to fill in. What the platform holds already is not asked again.")
    return _carry_out(
        request, form, _("Open a round"), intro, lambda **data: open_round(**data, by=request.actor), None
    )


@page("rounds/<int:pk>/extend/", name="round-extend", rule=may_open, methods="GET POST")
def extend_page(request: Request, pk: int) -> HttpResponse:
    """Move the deadline."""
    one = round_of(request.actor, pk)
    may_open.demand(request.actor, one.asked_by)

    def write(**data: Any) -> Round:
        return extend_round(round=one, **data, by=request.actor)

    return _carry_out(request, ExtendForm(request.POST or None), _("Give more time"), one.name, write, one)


@page("rounds/<int:pk>/lock/", name="round-lock", rule=may_open, methods="GET POST")
def lock_page(request: Request, pk: int) -> HttpResponse:
    """End the round."""
    one = round_of(request.actor, pk)
    may_open.demand(request.actor, one.asked_by)

    def write(**data: Any) -> Round:
        return lock_round(round=one, **data, by=request.actor)

    return _carry_out(request, LockForm(request.POST or None), _("Lock the round"), one.name, write, one)


def _carry_out(
    request: Request, form: ProblemForm, title: str, intro: str, write: Callable[..., Round], one: Round | None
) -> HttpResponse:
    back = address(one) if one else address_of("rounds")
    crumbs: list[dict[str, object]] = [{"label": _("Collection rounds"), "url": address_of("rounds")}]
    if one:
        crumbs.append({"label": one.name, "url": back})
    return form_page(
        request, form, title, write, back=back, then=address, crumbs=crumbs, intro=intro, submit=title, done=_("Saved.")
    )
