"""Forms about volunteers, and one way to show a form, carry it out and go back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from yinling.base.rules import Actor
from yinling.network import Body
from yinling.people import Consent
from yinling.volunteers import Field, HalfDay, Limit, Particulars, Skill, Volunteer
from yinling.web.association_forms import ProblemForm
from yinling.web.form_page import form_page
from yinling.web.page import Request
from yinling.web.person_changes import IdentityForm, day_field
from yinling.web.pick import BodyField, PlaceField, reach

REGISTRARS = ("administrator", "officer", "clerk", "keeper", "chair")
"""Whose areas are searched for places and units; the rules decide in the end."""

Crumbs = Sequence[Mapping[str, object]]


def answer(
    request: Request, form: ProblemForm, write: Callable[..., str], *, title: str, back: str, crumbs: Crumbs,
    said: str = "", **shown: Any,
) -> HttpResponse:  # fmt: skip
    """The page of a form about a volunteer: `write` gives the address to go to then. Never kept in a cache."""
    return form_page(
        request, form, title, write, back=back, then=str, crumbs=crumbs, done=said or _("Saved."), private=True, **shown
    )


def many(label: Any, kind: type[Skill | HalfDay | Limit], help_text: Any = "") -> forms.MultipleChoiceField:
    """Boxes to tick."""
    return forms.MultipleChoiceField(
        label=label, choices=kind.choices, required=False, widget=forms.CheckboxSelectMultiple, help_text=help_text
    )


class AbilityForm(ProblemForm):
    """What a volunteer keeps up to date alone: skills, time, limits, health, whom to call."""

    skills = many(pgettext_lazy("a volunteer", "Skills"), Skill)
    availability = many(gettext_lazy("Time available"), HalfDay)
    limits = many(
        gettext_lazy("Limits"), Limit, gettext_lazy("Tick what would be too much. Nobody is asked to do it then.")
    )
    healthy = forms.BooleanField(
        label=gettext_lazy("Declares to be healthy enough for all that is not ticked above"), required=False
    )
    emergency_name = forms.CharField(label=gettext_lazy("Emergency contact"), max_length=40, required=False)
    emergency_phone = forms.CharField(
        label=gettext_lazy("Telephone of the emergency contact"), max_length=24, required=False
    )

    @staticmethod
    def ability(data: Mapping[str, Any]) -> dict[str, Any]:
        """The entries as actions take them."""
        lists = {name: tuple(data[name]) for name in ("skills", "availability", "limits")}
        return {**lists, **{name: data[name] for name in ("healthy", "emergency_name", "emergency_phone")}}


class ParticularsForm(AbilityForm):
    """Everything that is kept of a volunteer beyond the person; by somebody who works here."""

    retired_cadre = forms.BooleanField(label=gettext_lazy("Retired cadre"), required=False)
    profession = forms.ChoiceField(
        label=gettext_lazy("Professional background"),
        choices=(("", pgettext_lazy("no profession", "none")), *Field.choices), required=False,
    )  # fmt: skip
    title = forms.CharField(label=gettext_lazy("Professional title"), max_length=40, required=False)
    unit_name = forms.CharField(
        label=gettext_lazy("Unit as written"), max_length=120, required=False,
        help_text=gettext_lazy("Only where the unit is not registered here."),
    )  # fmt: skip
    order: ClassVar[tuple[str, ...]] = (
        "unit", "unit_name", "retired_cadre", "profession", "title", "skills", "availability", "limits", "healthy",
        "emergency_name", "emergency_phone",
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        # A unit of the whole line counts: somebody in a village retired from a bureau of the city.
        roots = {root[:4] for root in reach(actor, *REGISTRARS)}
        self.fields["unit"] = BodyField(
            label=_("Unit"), required=False, roots=tuple(roots), help_text=_("Retired from, or recommended by.")
        )
        self.order_fields(self.order)

    @classmethod
    def particulars(cls, data: Mapping[str, Any]) -> Particulars:
        """The entries as actions take them."""
        plain = {name: data[name] for name in ("unit", "unit_name", "retired_cadre", "profession", "title")}
        return Particulars(**plain, **cls.ability(data))


class NewVolunteerForm(IdentityForm, ParticularsForm):
    """A volunteer recommended by a unit, or recruited on the spot: registered for somebody else."""

    source = forms.ChoiceField(
        label=gettext_lazy("Registered by way of"), widget=forms.RadioSelect, initial="community",
        choices=(
            ("unit", gettext_lazy("recommended by a unit")), ("community", gettext_lazy("recruited by a community")),
        ),
    )  # fmt: skip
    name = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=40)
    consent_way = forms.ChoiceField(
        label=gettext_lazy("Consent given how"),
        choices=[choice for choice in Consent.Way.choices if choice[0] != Consent.Way.ONLINE],
        help_text=gettext_lazy(
            "The person agrees that the register keeps this, also what is sensitive (identity number, health)."
        ),
    )
    verified = forms.BooleanField(
        label=gettext_lazy("I have compared it with the identity document"), required=False,
        help_text=gettext_lazy("Then the volunteer is registered at once; else a clerk verifies it."),
    )  # fmt: skip
    on = day_field(gettext_lazy("Registered on"))
    order = ("source", "name", "resident_id", "phone", "place", *ParticularsForm.order, "consent_way", "verified", "on")

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, actor=actor, **options)
        self.fields["place"] = PlaceField(label=_("Place"), roots=reach(actor, *REGISTRARS), levels=(4, 5))
        self.fields["resident_id"].required = True
        self.order_fields(self.order)

    def arguments(self) -> dict[str, Any]:
        """The arguments of the action, but for the actor."""
        data = self.cleaned_data
        names = ("source", "name", "resident_id", "phone", "place", "consent_way", "verified", "on")
        return {**{name: data[name] for name in names}, "particulars": self.particulars(data)}


class ChangeVolunteerForm(ParticularsForm):
    """New particulars, from a day on."""

    phone = forms.CharField(
        label=gettext_lazy("Telephone number"), max_length=24, required=False,
        help_text=gettext_lazy("What you leave empty stays as it is."),
    )  # fmt: skip
    on = day_field(gettext_lazy("From the day"))
    seen = forms.IntegerField(widget=forms.HiddenInput)
    order = ("phone", *ParticularsForm.order, "on")


class ReasonForm(ProblemForm):
    """From which day, and why."""

    on = day_field(gettext_lazy("From the day"))
    reason = forms.CharField(label=gettext_lazy("Reason"), min_length=2, max_length=200)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class WhyForm(ProblemForm):
    """Why."""

    reason = forms.CharField(label=gettext_lazy("Reason"), min_length=2, max_length=200)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class OnForm(ProblemForm):
    """From which day."""

    on = day_field(gettext_lazy("From the day"))
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class SeenForm(ProblemForm):
    """Nothing but yes."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class SignInForm(ProblemForm):
    """A sign-in by telephone number, with a first password to be handed over."""

    phone = forms.CharField(label=gettext_lazy("Telephone number"), max_length=24)
    password = forms.CharField(
        label=gettext_lazy("First password"), max_length=128,
        help_text=gettext_lazy("Tell it to the volunteer, who can change it."),
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class TrainingForm(ProblemForm):
    """A training a volunteer had."""

    topic = forms.CharField(label=pgettext_lazy("a training", "Topic"), max_length=60)
    held_on = day_field(pgettext_lazy("a training", "Held on"))
    minutes = forms.IntegerField(label=gettext_lazy("Length in minutes"), min_value=1, max_value=60_000)
    valid_until = forms.DateField(label=gettext_lazy("Valid until"), required=False, widget=forms.DateInput)
    field_order = ("host", "topic", "held_on", "minutes", "valid_until")

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["host"] = BodyField(label=_("Organised by"), roots=reach(actor, *REGISTRARS))
        self.order_fields(self.field_order)


def given(row: Volunteer) -> dict[str, Any]:
    """What a form about the particulars of a volunteer begins with."""
    now = Particulars.of(row)
    unit: Body | None = now.unit
    return {
        "unit": unit.name if unit else "", "unit_name": now.unit_name, "retired_cadre": now.retired_cadre,
        "profession": now.profession, "title": now.title, "skills": now.skills, "availability": now.availability,
        "limits": now.limits, "healthy": now.healthy, "emergency_name": now.emergency_name,
        "emergency_phone": now.emergency_phone, "seen": row.changed_by,
    }  # fmt: skip
