"""What may be done with a person: registered, corrected, revealed; consents and positions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from yinling.associations import Association, change_attribute
from yinling.base import clock
from yinling.base.codes import CodeError, phone, resident_id
from yinling.base.rules import Actor, Denied, Refused, Rule
from yinling.network import Body
from yinling.people import (
    Consent,
    Likeness,
    Person,
    Position,
    correct_person,
    give_consent,
    leave_position,
    likely_same,
    may_change_people,
    may_merge_people,
    may_reveal,
    may_see_people,
    register_person,
    reveal,
    take_position,
    withdraw_consent,
)
from yinling.web.association_forms import ProblemForm
from yinling.web.page import Request, address_of, found, page
from yinling.web.pick import BodyField, PlaceField, place_label, reach

ROLES = ("administrator", "officer", "clerk", "chair")
"""Whose areas are searched for the place of a person or the body of a position; the rules decide in the end."""


def not_later_than_today(day: date) -> None:
    """Raise ValidationError for a day in the future."""
    if day > clock.today():
        raise ValidationError(_("The day lies in the future."))


def day_field(label: Any) -> forms.DateField:
    """A day up to today, today by default."""
    return forms.DateField(label=label, initial=clock.today, widget=forms.DateInput, validators=[not_later_than_today])


class IdentityForm(ProblemForm):
    """Resident number (GB 11643) and telephone number, both checked where given."""

    resident_id = forms.CharField(label=gettext_lazy("Resident number"), required=False, max_length=24)
    phone = forms.CharField(label=gettext_lazy("Telephone number"), required=False, max_length=24)

    def clean_resident_id(self) -> str:
        """The number in its normal form."""
        return _read(lambda text: resident_id(text).number, self.cleaned_data["resident_id"])

    def clean_phone(self) -> str:
        """The number in its normal form."""
        return _read(lambda text: phone(text).number, self.cleaned_data["phone"])


def _read(read: Callable[[str], str], text: str) -> str:
    try:
        return read(text) if text.strip() else ""
    except CodeError as error:
        raise ValidationError(str(error)) from error


class NewForm(IdentityForm):
    """A new person."""

    name = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=40)
    field_order = ("name", "place", "resident_id", "phone")

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["place"] = PlaceField(label=_("Place"), roots=reach(actor, *ROLES))
        self.order_fields(self.field_order)


class CorrectForm(IdentityForm):
    """A correction; what is left empty stays."""

    name = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=40, required=False)
    reason = forms.CharField(label=gettext_lazy("Why the record was wrong"), min_length=2, max_length=200)
    field_order = ("name", "resident_id", "phone", "reason")


class RevealForm(ProblemForm):
    """What to show, and why."""

    field = forms.ChoiceField(
        label=gettext_lazy("What to show"), widget=forms.RadioSelect,
        choices=(
            ("name", pgettext_lazy("of a person", "Name")), ("resident_id", gettext_lazy("Resident number")),
            ("phone", gettext_lazy("Telephone number")),
        ),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Reason"), min_length=2, max_length=200,
        help_text=gettext_lazy("Your name, the time and this reason stay in the audit trail."),
    )  # fmt: skip


class ConsentForm(ProblemForm):
    """A consent to one purpose (PIPL 14, 16, 29)."""

    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"), choices=Consent.Purpose.choices)
    way = forms.ChoiceField(label=gettext_lazy("Given how"), choices=Consent.Way.choices)
    helped_by = forms.CharField(
        label=gettext_lazy("Helped by"), required=False, max_length=40,
        help_text=gettext_lazy("Who read the text to the person, or explained it."),
    )  # fmt: skip
    on = day_field(gettext_lazy("Given on"))


class DayForm(ProblemForm):
    """The day on which something ends."""

    on = day_field(gettext_lazy("From the day"))


class PositionForm(ProblemForm):
    """A position in a body."""

    title = forms.ChoiceField(label=gettext_lazy("Position"), choices=Position.Title.choices)
    since = day_field(gettext_lazy("From the day"))
    village_officer = forms.BooleanField(
        label=gettext_lazy("Also serves on the village or community committee"), required=False
    )
    field_order = ("body", "title", "since", "village_officer")

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["body"] = BodyField(label=_("Association or other body"), roots=reach(actor, *ROLES))
        self.order_fields(self.field_order)


def verbs_of(actor: Actor, person: Person) -> list[dict[str, object]]:
    """What may be done with a person, or why not."""

    def verb(label: str, name: str, rule: Rule) -> dict[str, object]:
        answer = rule.check(actor, person)
        reason = str(answer.reason) if isinstance(answer, Denied) else ""
        return {"label": label, "url": address_of(name, pk=person.pk), "reason": reason}

    return [
        verb(_("Reveal personal information"), "person-reveal", may_reveal),
        verb(_("Correct"), "person-correct", may_change_people),
        verb(_("Record a consent"), "consent-give", may_change_people),
        verb(_("Take a position"), "position-take", may_change_people),
        verb(_("Merge with another record"), "person-merge", may_merge_people),
    ]


def person_for(request: Request, pk: int, rule: Rule) -> Person:
    """The person with this key, if the rule lets the actor have it; 404 otherwise."""
    return found(rule, request.actor, Person.objects.filter(withdrawn=False).select_related("place__parent"), pk=pk)


@page("people/new/", name="person-new", rule=may_change_people, methods="GET POST")
def new_page(request: Request) -> HttpResponse:
    """Register a person. Who may be the same is shown first; the same resident number is never registered twice."""
    form = NewForm(request.POST or None, actor=request.actor, initial={"place": request.GET.get("place", "")})
    likely: list[Likeness] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        likely = likely_same(
            name=data["name"], resident_id=data["resident_id"], phone=data["phone"], place_path=data["place"].area_path
        )
        seen = set(request.POST.get("anyway", "").split(","))
        if all(str(one.person.pk) in seen for one in likely):
            try:
                made = register_person(**data, by=request.actor)
            except (Refused, ValidationError) as problem:
                form.add_problem(problem)
            else:
                messages.success(request, _("Registered."))
                return redirect("person", pk=made.pk)
    title = _("Register a person")
    doubtful = bool(likely) and not _is_known(form.cleaned_data["resident_id"], likely)
    context: dict[str, object] = {
        "form": form, "title": title, "submit_label": _("Register anyway") if doubtful else _("Register"),
        "cancel_url": address_of("people"), "likely": _likely(request.actor, likely),
        "hidden": [{"name": "anyway", "value": ",".join(str(one.person.pk) for one in likely)}] if doubtful else [],
        "crumbs": [{"label": _("People"), "url": address_of("people")}, {"label": title}],
    }  # fmt: skip
    return _private(render(request, "pages/person_new.html", context, status=422 if likely or form.errors else 200))


def _is_known(number: str, likely: list[Likeness]) -> bool:
    """Whether one of those who may be the same has this very resident number, in the old form or the new."""
    if not number:
        return False
    modern = resident_id(number).modern
    return any(modern == resident_id(one.person.resident_id).modern for one in likely if one.person.resident_id)


def _likely(actor: Actor, likely: list[Likeness]) -> list[dict[str, object]]:
    """Masked lines: whoever may be the same, with a link where the actor may open the record."""
    people = [one.person for one in likely]
    prefetch_related_objects(people, "place__parent__parent")
    lines: list[dict[str, object]] = []
    for one in likely:
        person = one.person
        signs = (
            person.masked_name, person.get_sex_display(), str(person.birth.year) if person.birth else "",
            place_label(person.place), str(one.why),
        )  # fmt: skip
        opens = bool(may_see_people.check(actor, person))
        lines.append(
            {
                "text": " · ".join(sign for sign in signs if sign),
                "url": address_of("person", pk=person.pk) if opens else "",
            }
        )
    return lines


@page("people/<int:pk>/correct/", name="person-correct", rule=may_change_people, methods="GET POST")
def correct_page(request: Request, pk: int) -> HttpResponse:
    """Correct a person; what is left empty stays."""
    person = person_for(request, pk, may_change_people)
    form = CorrectForm(request.POST or None)

    def write(name: str, **data: str) -> None:
        correct_person(person=person, name=name or person.name, **data, by=request.actor)

    return _change(request, person, form, _("Correct"), write, intro=_("What you leave empty stays as it is."))


@page("people/<int:pk>/reveal/", name="person-reveal", rule=may_reveal, methods="GET POST")
def reveal_page(request: Request, pk: int) -> HttpResponse:
    """Show one piece of personal information, once, on the answer to the form."""
    person = person_for(request, pk, may_reveal)
    form = RevealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen, reason = form.cleaned_data["field"], form.cleaned_data["reason"]
        try:
            value = reveal(person=person, field=chosen, reason=reason, by=request.actor)
        except Refused as refused:
            form.add_problem(refused)
        else:
            label = dict(form.fields["field"].choices)[chosen]  # type: ignore[attr-defined]
            context = {
                "person": person, "facts": [{"label": label, "value": value}],
                "crumbs": [*_crumbs(person), {"label": _("Reveal personal information")}],
            }  # fmt: skip
            return _private(render(request, "pages/person_revealed.html", context))
    return _form(request, person, form, _("Reveal personal information"), submit=_("Show"))


@page("people/<int:pk>/consent/", name="consent-give", rule=may_change_people, methods="GET POST")
def consent_page(request: Request, pk: int) -> HttpResponse:
    """Record a consent."""
    person = person_for(request, pk, may_change_people)

    def write(**data: Any) -> None:
        give_consent(person=person, **data, by=request.actor)

    return _change(request, person, ConsentForm(request.POST or None), _("Record a consent"), write)


@page("people/<int:pk>/consent/<int:consent>/", name="consent-withdraw", rule=may_change_people, methods="GET POST")
def withdraw_page(request: Request, pk: int, consent: int) -> HttpResponse:
    """Withdraw a consent."""
    person = person_for(request, pk, may_change_people)
    row = found(may_change_people, request.actor, person.consents.filter(withdrawn_on__isnull=True), pk=consent)

    def write(on: date) -> None:
        if on < row.given_on:
            raise ValidationError({"on": _("The day lies before the consent was given.")})
        withdraw_consent(consent=row, on=on, by=request.actor)

    form = DayForm(request.POST or None)
    return _change(request, person, form, _("Withdraw a consent"), write, intro=row.get_purpose_display())


@page("people/<int:pk>/position/", name="position-take", rule=may_change_people, methods="GET POST")
def position_page(request: Request, pk: int) -> HttpResponse:
    """Take a position. Whoever becomes chair of an association also becomes so in the register of associations."""
    person = person_for(request, pk, may_change_people)

    def write(**data: Any) -> None:
        _seat(person, **data, by=request.actor)

    return _change(
        request, person, PositionForm(request.POST or None, actor=request.actor), _("Take a position"), write
    )


def _seat(person: Person, *, body: Body, title: str, since: date, village_officer: bool, by: Actor) -> None:
    association = Association.objects.filter(pk=body.pk).first() if title == Position.Title.CHAIR else None
    if association is not None and (association.chair_id, association.chair_is_officer) != (person.pk, village_officer):
        values = {"chair": person, "chair_is_officer": village_officer}
        change_attribute(association=association, attribute="chair", values=values, on=since, by=by)
    else:
        take_position(person=person, body=body, title=title, since=since, village_officer=village_officer, by=by)


@page("people/<int:pk>/position/<int:position>/", name="position-leave", rule=may_change_people, methods="GET POST")
def leave_page(request: Request, pk: int, position: int) -> HttpResponse:
    """Leave a position; an association whose chair leaves has none from that day."""
    person = person_for(request, pk, may_see_people)
    held = person.positions.filter(until__isnull=True).select_related("body")
    row = found(may_change_people, request.actor, held, pk=position)

    def write(on: date) -> None:
        association = Association.objects.filter(pk=row.body_id, chair=person).first()
        with transaction.atomic():
            if association is not None and row.title == Position.Title.CHAIR:
                values = {"chair": None, "chair_is_officer": False}
                change_attribute(association=association, attribute="chair", values=values, on=on, by=request.actor)
            leave_position(position=row, on=on, by=request.actor)

    intro = f"{row.body.name} · {row.get_title_display()}"
    return _change(request, person, DayForm(request.POST or None), _("Leave a position"), write, intro=intro)


def _change(
    request: Request, person: Person, form: ProblemForm, title: str, write: Callable[..., None], *, intro: str = ""
) -> HttpResponse:
    """Show a form, or carry it out and return to the person."""
    if request.method == "POST" and form.is_valid():
        try:
            write(**form.cleaned_data)
        except (Refused, ValidationError) as problem:
            form.add_problem(problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("person", pk=person.pk)
    return _form(request, person, form, title, submit=_("Save"), intro=intro)


def _form(
    request: Request, person: Person, form: forms.Form, title: str, *, submit: str, intro: str = ""
) -> HttpResponse:
    context = {
        "form": form, "title": f"{title}: {person.masked_name}", "intro": intro, "submit_label": submit,
        "cancel_url": address_of("person", pk=person.pk), "crumbs": [*_crumbs(person), {"label": title}],
    }  # fmt: skip
    return _private(render(request, "pages/form.html", context, status=422 if form.is_bound and form.errors else 200))


def _crumbs(person: Person) -> list[dict[str, object]]:
    return [
        {"label": _("People"), "url": address_of("people")},
        {"label": person.masked_name, "url": address_of("person", pk=person.pk)},
    ]


def _private(response: HttpResponse) -> HttpResponse:
    """Keep a page with personal information out of every cache."""
    response["Cache-Control"] = "no-store"
    return response
