"""What covers volunteers: policies and who is named in them; and the rolls of units, the whole of the participation rate."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from yinling.base import clock
from yinling.base.period import as_of
from yinling.base.rules import Actor, Denied
from yinling.facts import entries_about
from yinling.figures import table
from yinling.network import Body
from yinling.volunteers import (
    Covered,
    Policy,
    Roll,
    State,
    Volunteer,
    may_insure,
    may_see_volunteers,
    may_set_rolls,
    measures,
    queries,
    trainings,
)
from yinling.volunteers import policies as acts
from yinling.web.association_forms import ProblemForm
from yinling.web.cells import cell
from yinling.web.happened import Names, history
from yinling.web.page import Request, address_of, found, page, sent
from yinling.web.person_changes import day_field
from yinling.web.pick import BodyField, reach
from yinling.web.printed import figure as printed
from yinling.web.volunteer_forms import WhyForm, answer
from yinling.web.volunteers import place_names

SHOWN = 300
UNREAD = (
    "volunteer__person__resident_id", "volunteer__person__phone", "volunteer__emergency_name", "volunteer__emergency_phone",
)  # fmt: skip
"""What a list of names does not show: to decrypt it took half the time of the page."""
INSURERS = ("administrator", "officer", "clerk")
MOST_NAMED = 2_000
_SEPARATORS = re.compile(r"[\s,，、;；]+")


class PolicyForm(ProblemForm):
    """An accident insurance."""

    insurer = forms.CharField(label=gettext_lazy("Insurer"), max_length=80)
    number = forms.CharField(label=gettext_lazy("Policy number"), max_length=40)
    since = forms.DateField(label=gettext_lazy("Valid from"), widget=forms.DateInput)
    until = forms.DateField(
        label=gettext_lazy("Valid until"), widget=forms.DateInput, help_text=gettext_lazy("The last day it holds.")
    )
    least_age = forms.IntegerField(label=gettext_lazy("Least age"), required=False, min_value=0, max_value=150)
    most_age = forms.IntegerField(
        label=gettext_lazy("Greatest age"), required=False, min_value=0, max_value=150,
        help_text=gettext_lazy("Whole years on the day of service, both included; empty where the policy names none."),
    )  # fmt: skip
    covers_travel = forms.BooleanField(label=gettext_lazy("Covers the way there and back"), required=False)
    covers_all = forms.BooleanField(
        label=gettext_lazy("Covers every registered volunteer of the area"), required=False,
        help_text=gettext_lazy("Else volunteers are named one by one."),
    )  # fmt: skip
    field_order = (
        "holder", "insurer", "number", "since", "until", "least_age", "most_age", "covers_travel", "covers_all",
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["holder"] = BodyField(label=_("Bought by"), roots=reach(actor, *INSURERS))
        self.order_fields(self.field_order)


class CoverForm(ProblemForm):
    """Who is named, by volunteer numbers."""

    numbers = forms.CharField(
        label=gettext_lazy("Volunteer numbers"), widget=forms.Textarea, max_length=40_000,
        help_text=gettext_lazy("One or many, one below the other or with commas between."),
    )  # fmt: skip
    since = forms.DateField(label=gettext_lazy("From the day"), widget=forms.DateInput)

    def __init__(self, *args: Any, actor: Actor, policy: Policy, **options: Any) -> None:
        super().__init__(*args, **options)
        self.actor, self.policy = actor, policy

    def clean_numbers(self) -> list[Volunteer]:
        """The volunteers meant; raises ValidationError naming the first numbers that are none."""
        wanted = [text for text in _SEPARATORS.split(self.cleaned_data["numbers"]) if text]
        if len(wanted) > MOST_NAMED:
            raise ValidationError(_("At most %(count)s at once.") % {"count": MOST_NAMED})
        rows = list(queries.volunteers(self.actor).filter(number__in=wanted, state=State.ACTIVE))
        missing = sorted(set(wanted) - {row.number for row in rows})
        if missing:
            text = _("These are no numbers of registered volunteers of your area: %(numbers)s")
            raise ValidationError(text % {"numbers": "、".join(missing[:5])})
        return rows


class EndForm(WhyForm):
    """The last day, and why."""

    until = forms.DateField(label=pgettext_lazy("a policy", "Last day"), widget=forms.DateInput)
    field_order = ("until", "reason")


class TakeOutForm(ProblemForm):
    """From which day."""

    on = forms.DateField(label=gettext_lazy("From the day"), initial=clock.today, widget=forms.DateInput)


class RollForm(ProblemForm):
    """How many retired cadres a unit has."""

    people = forms.IntegerField(label=gettext_lazy("Retired cadres"), min_value=0, max_value=1_000_000)
    since = day_field(gettext_lazy("From the day"))
    field_order = ("unit", "people", "since")

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"] = BodyField(label=_("Unit"), roots=reach(actor, *INSURERS))
        self.order_fields(self.field_order)


@page("policies/", name="policies", rule=may_see_volunteers)
def list_page(request: Request) -> HttpResponse:
    """The policies of the actor's area, those that end last first."""
    rows = list(queries.policies(request.actor).select_related("holder")[:SHOWN])
    new = {"label": _("Record a policy"), "url": address_of("policy-new"), "primary": True}
    may, today = bool(may_insure.check(request.actor)), clock.today()
    listing = {
        "title": _("Insurance of volunteers"),
        "count_text": _("%(count)s policies") % {"count": len(rows)},
        "actions": [new] if may else [],
        "columns": [
            {"label": _("Policy")}, {"label": _("Bought by")}, {"label": _("Valid from")}, {"label": _("Valid until")},
            {"label": _("Ages")}, {"label": _("Who is covered")}, {"label": _("State")},
        ],
        "rows": [
            {
                "url": address_of("policy", pk=row.pk),
                "cells": [
                    {"text": str(row)}, {"text": row.holder.name}, {"text": row.since.isoformat()},
                    {"text": row.until.isoformat()}, {"text": _ages(row)}, {"text": _who(row, row.named)},  # type: ignore[attr-defined] # see queries.policies

                    _state(row, today),
                ],
            }
            for row in rows
        ],
        "empty": {
            "title": _("No policy is recorded."),
            "hint": _("Before work with possible danger volunteers are insured (Regulations on Volunteer Service, 17)."),
            "action": new if may else None,
        },
    }  # fmt: skip
    return render(request, "pages/list.html", {"page": listing, "crumbs": [{"label": listing["title"]}]})


def _ages(row: Policy) -> str:
    if row.least_age is None and row.most_age is None:
        return _("all ages")
    return f"{'' if row.least_age is None else row.least_age}–{'' if row.most_age is None else row.most_age}"


def _who(row: Policy, named: int) -> str:
    return _("everybody registered") if row.covers_all else _("%(count)s named") % {"count": named}


def _state(row: Policy, today: Any) -> dict[str, object]:
    if today < row.since:
        return {"text": _("not yet valid"), "signal": "none"}
    return {"text": _("valid"), "signal": "ok"} if today <= row.until else {"text": _("over"), "signal": "warn"}


def _policy(request: Request, pk: int, *, keep: bool = False) -> Policy:
    rows = Policy.objects.filter(withdrawn=False).select_related("holder")
    return found(may_insure if keep else may_see_volunteers, request.actor, rows, pk=pk)


@page("policies/<int:pk>/", name="policy", rule=may_see_volunteers)
def detail_page(request: Request, pk: int) -> HttpResponse:
    """One policy and who is named in it."""
    row = _policy(request, pk)
    covered = row.covered.filter(until__isnull=True)
    named = list(covered.select_related("volunteer__person").defer(*UNREAD).order_by("pk")[:SHOWN])
    count = covered.count() if len(named) == SHOWN else len(named)
    allowed = may_insure.check(request.actor, row)
    reason = str(allowed.reason) if isinstance(allowed, Denied) else ""
    labels = (
        (_("Name volunteers"), "policy-cover"), (_("End the policy"), "policy-end"),
        (_("Withdraw a mistaken policy"), "policy-withdraw"),
    )  # fmt: skip
    verbs = [{"label": label, "url": address_of(name, pk=pk), "reason": reason} for label, name in labels]
    known = Names(bodies={row.holder_id: row.holder.name}, paths={row.area_path: row.holder.name})
    detail = {
        "title": str(row),
        "subtitle": row.holder.name,
        "signal": {"level": _state(row, clock.today())["signal"], "text": _state(row, clock.today())["text"]},
        "facts": [
            {"label": _("Valid from"), "value": row.since.isoformat()},
            {"label": _("Valid until"), "value": row.until.isoformat()},
            {"label": _("Ages"), "value": _ages(row)},
            {"label": _("Covers the way there and back"), "value": _("yes") if row.covers_travel else _("no")},
            {"label": _("Who is covered"), "value": _who(row, count)},
        ],
        "sections": [_named(row, named, may=not reason)],
        "history": history(list(entries_about({"policy": [pk]})[:SHOWN]), known),
        "verbs": verbs[1:] if row.covers_all else verbs,
    }
    crumbs = [{"label": _("Insurance of volunteers"), "url": address_of("policies")}, {"label": str(row)}]
    return render(request, "pages/detail.html", {"page": detail, "crumbs": crumbs})


def _named(row: Policy, named: list[Covered], *, may: bool) -> dict[str, object]:
    rows = []
    for one in named:
        url = address_of("policy-uncover", pk=row.pk, covered=one.pk)
        rows.append(
            {
                "url": address_of("volunteer", pk=one.volunteer_id),
                "cells": [
                    {"text": one.volunteer.person.masked_name}, {"text": one.volunteer.number},
                    {"text": one.since.isoformat()},
                    {"html": format_html('<a href="{}">{}</a>', url, _("Take out"))} if may else {"text": ""},
                ],
            }
        )  # fmt: skip
    return {
        "title": _("Named volunteers"),
        "intro": "" if rows else _("Nobody is named."),
        "columns": [
            {"label": pgettext("of a person", "Name")}, {"label": _("Volunteer number")}, {"label": _("From")},
            {"label": ""},
        ],
        "rows": rows,
    }  # fmt: skip


@page("policies/new/", name="policy-new", rule=may_insure, methods="GET POST")
def new_page(request: Request) -> HttpResponse:
    """Record a policy."""
    own = Body.objects.filter(pk__in=[one.body_id for one in request.actor.grants if one.role in INSURERS]).first()
    form = PolicyForm(sent(request), actor=request.actor, initial={"holder": own.name if own else ""})

    def write(**data: Any) -> str:
        return address_of("policy", pk=acts.record_policy(**data, by=request.actor).pk)

    crumbs = [{"label": _("Insurance of volunteers"), "url": address_of("policies")}]
    return answer(request, form, write, title=_("Record a policy"), back=address_of("policies"), crumbs=crumbs)


@page("policies/<int:pk>/cover/", name="policy-cover", rule=may_insure, methods="GET POST")
def cover_page(request: Request, pk: int) -> HttpResponse:
    """Name volunteers, one or many."""
    row = _policy(request, pk, keep=True)
    form = CoverForm(sent(request), actor=request.actor, policy=row, initial={"since": row.since})

    def write(numbers: list[Volunteer], since: Any) -> str:
        acts.cover(policy=row, volunteers=numbers, since=since, by=request.actor)
        return address_of("policy", pk=pk)

    return _about(request, row, form, write, _("Name volunteers"))


@page("policies/<int:pk>/end/", name="policy-end", rule=may_insure, methods="GET POST")
def end_page(request: Request, pk: int) -> HttpResponse:
    """The policy ends earlier."""
    row = _policy(request, pk, keep=True)
    form = EndForm(sent(request), initial={"seen": row.changed_by, "until": row.until})

    def write(**data: Any) -> str:
        acts.end_policy(policy=row, **data, by=request.actor)
        return address_of("policy", pk=pk)

    return _about(request, row, form, write, _("End the policy"))


@page("policies/<int:pk>/withdraw/", name="policy-withdraw", rule=may_insure, methods="GET POST")
def withdraw_page(request: Request, pk: int) -> HttpResponse:
    """The policy was never so."""
    row = _policy(request, pk, keep=True)

    def write(**data: Any) -> str:
        acts.withdraw_policy(policy=row, **data, by=request.actor)
        return address_of("policies")

    form = WhyForm(sent(request), initial={"seen": row.changed_by})
    return _about(request, row, form, write, _("Withdraw a mistaken policy"))


@page("policies/<int:pk>/covered/<int:covered>/", name="policy-uncover", rule=may_insure, methods="GET POST")
def uncover_page(request: Request, pk: int, covered: int) -> HttpResponse:
    """A volunteer is no longer named."""
    row = _policy(request, pk, keep=True)
    rows = row.covered.filter(until__isnull=True).select_related("volunteer__person")
    one = found(may_insure, request.actor, rows, pk=covered)

    def write(**data: Any) -> str:
        acts.uncover(covered=one, **data, by=request.actor)
        return address_of("policy", pk=pk)

    intro = f"{one.volunteer.person.masked_name} {one.volunteer.number}"
    return _about(request, row, TakeOutForm(sent(request)), write, _("Take out"), intro)


def _about(request: Request, row: Policy, form: ProblemForm, write: Any, title: str, intro: str = "") -> HttpResponse:
    back = address_of("policy", pk=row.pk)
    crumbs = [{"label": _("Insurance of volunteers"), "url": address_of("policies")}, {"label": str(row), "url": back}]
    return answer(request, form, write, title=title, back=back, crumbs=crumbs, intro=intro or str(row), submit=title)


@page("rolls/", name="rolls", rule=may_see_volunteers)
def rolls_page(request: Request) -> HttpResponse:
    """How many retired cadres each unit of the actor's area has."""
    text = request.GET.get("q", "")
    rows = list(queries.rolls(request.actor, text).select_related("unit")[:SHOWN])
    period, path = as_of(clock.today()), request.actor.home
    whole = table([measures.ROLL], paths=[path], periods=[period]).at(measures.ROLL, path, period)
    places = place_names({row.area_path for row in rows})
    new = {"label": _("Set a roll"), "url": address_of("roll-new"), "primary": True}
    listed = {"label": _("Import"), "url": address_of("import-new", key="rolls")}
    listing = {
        "title": _("Rolls of retired cadres"),
        "intro": format_html(
            _("The participation rate is a share of these. In your area: {count}."), count=printed(cell(whole))
        ),
        "count_text": _("%(count)s units") % {"count": len(rows)},
        "search": {"q": text, "placeholder": _("Name of the unit")},
        "actions": [new, listed] if may_set_rolls.check(request.actor) else [],
        "columns": [
            {"label": _("Unit")}, {"label": _("Place")}, {"label": _("Retired cadres"), "numeric": True},
            {"label": _("From")},
        ],
        "rows": [
            {
                "url": address_of("roll", pk=row.unit_id),
                "cells": [
                    {"text": row.unit.name}, {"text": places.get(row.area_path, "")},
                    {"text": row.people, "numeric": True}, {"text": row.since.isoformat()},
                ],
            }
            for row in rows
        ],
        "empty": {"title": _("No roll is recorded."), "hint": _("Set how many retired cadres each unit has.")},
    }  # fmt: skip
    return render(request, "pages/list.html", {"page": listing, "crumbs": [{"label": listing["title"]}]})


@page("rolls/<int:pk>/", name="roll", rule=may_see_volunteers)
def roll_page(request: Request, pk: int) -> HttpResponse:
    """The numbers of one unit over time."""
    unit = found(may_see_volunteers, request.actor, Body.objects.filter(withdrawn=False).select_related("place"), pk=pk)
    every = list(Roll.objects.filter(unit=unit).order_by("-since"))
    rows = [row for row in every if not row.withdrawn]
    allowed = may_set_rolls.check(request.actor, unit)
    reason = str(allowed.reason) if isinstance(allowed, Denied) else ""
    detail = {
        "title": unit.name,
        "subtitle": unit.place.name,
        "sections": [
            {
                "title": _("Retired cadres"),
                "intro": "" if rows else _("None is recorded."),
                "columns": [{"label": _("From")}, {"label": _("Retired cadres"), "numeric": True}],
                "rows": [{"cells": [{"text": row.since.isoformat()}, {"text": row.people}]} for row in rows],
            }
        ],
        "history": history(list(entries_about({"roll": [row.pk for row in every]})[:SHOWN])),
        "verbs": [{"label": _("Set a new number"), "url": f"{address_of('roll-new')}?unit={pk}", "reason": reason}],
    }
    crumbs = [{"label": _("Rolls of retired cadres"), "url": address_of("rolls")}, {"label": unit.name}]
    return render(request, "pages/detail.html", {"page": detail, "crumbs": crumbs})


@page("rolls/new/", name="roll-new", rule=may_set_rolls, methods="GET POST")
def roll_new_page(request: Request) -> HttpResponse:
    """Set how many retired cadres a unit has, from a day on."""
    unit = request.GET.get("unit", "")
    form = RollForm(sent(request), actor=request.actor, initial={"unit": f"#{unit}" if unit else ""})

    def write(**data: Any) -> str:
        return address_of("roll", pk=trainings.set_roll(**data, by=request.actor).unit_id)

    crumbs = [{"label": _("Rolls of retired cadres"), "url": address_of("rolls")}]
    return answer(request, form, write, title=_("Set a roll"), back=address_of("rolls"), crumbs=crumbs)
