"""Forms of certificates and stars, and how they are shown and carried out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Model, Q
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from yinling.base import clock
from yinling.base.paths import under
from yinling.base.rules import Actor
from yinling.certificates import Signatures
from yinling.volunteers import Volunteer
from yinling.web.association_forms import ProblemForm
from yinling.web.form_page import form_page
from yinling.web.page import Request
from yinling.web.pick import FEW, BodyField, PickField, PlaceField, reach

STAFF = ("administrator", "officer", "clerk", "chair")
ASKERS = (*STAFF, "keeper")
Crumbs = list[dict[str, object]]


class VolunteerField(PickField):
    """A volunteer by number or name, inside `roots`."""

    def find(self, text: str) -> list[tuple[str, str, Model]]:
        """The volunteer with exactly this number; else those with this name. Names are shown masked, with place and number."""
        inside = Q(pk__in=[])
        for root in self.roots:
            inside |= under(root)
        rows = Volunteer.objects.filter(inside).select_related("person__place")
        known = rows.filter(number=text)
        chosen = known if known.exists() else rows.filter(person__name=text)
        return [
            (row.number, f"{row.person.masked_name} · {row.person.place.short_name} · {row.number}", row)
            for row in chosen.order_by("area_path", "pk")[: FEW + 1]
        ]


class PeriodForm(ProblemForm):
    """A period, both days included; the year so far by default."""

    since = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput)
    until = forms.DateField(label=gettext_lazy("Until"), initial=clock.today, widget=forms.DateInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["since"].initial = clock.today().replace(month=1, day=1)


class AskForm(PeriodForm):
    """Ask on behalf of a volunteer."""

    purpose = forms.CharField(label=gettext_lazy("What it is for"), max_length=120, required=False)
    show_identity = forms.BooleanField(
        label=gettext_lazy("Print the identity number in full, as the volunteer wishes"), required=False
    )
    field_order = ("volunteer", "issuer", "since", "until", "purpose", "show_identity")

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        roots = reach(actor, *ASKERS)
        self.fields["volunteer"] = VolunteerField(
            label=_("Volunteer"), roots=roots, help_text=_("Volunteer number, or the whole name.")
        )
        self.fields["issuer"] = BodyField(
            label=_("Asked of"), roots=("",), help_text=_("The body that organised the service, or one above it.")
        )
        self.order_fields(self.field_order)


class SignedForm(ProblemForm):
    """Who answers for a certificate."""

    in_charge = forms.CharField(label=gettext_lazy("Person in charge"), max_length=40)
    handler = forms.CharField(label=gettext_lazy("Handler"), max_length=40)
    contact = forms.CharField(
        label=gettext_lazy("Contact of the issuer"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("A telephone number at which the certificate can be asked about."),
    )

    def signed(self, request: Request) -> Signatures:
        """What was filled in, with the address of this platform; takes its fields out of the cleaned data."""
        values = {name: self.cleaned_data.pop(name) for name in ("in_charge", "handler", "contact")}
        return Signatures(**values, site=site_of(request))


class ManyForm(SignedForm):
    """Certificates to all volunteers an issuer has records of."""

    since = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput)
    until = forms.DateField(label=gettext_lazy("Until"), initial=clock.today, widget=forms.DateInput)
    field_order = ("issuer", "place", "since", "until", "in_charge", "handler", "contact")

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        roots = reach(actor, *STAFF)
        self.fields["since"].initial = clock.today().replace(month=1, day=1)
        self.fields["issuer"] = BodyField(label=pgettext("a certificate", "Issuing body"), roots=roots)
        self.fields["place"] = PlaceField(
            label=_("Volunteers registered at"), roots=roots, required=False, help_text=_("Left empty: all of them.")
        )
        self.order_fields(self.field_order)


class AcceptForm(ProblemForm):
    """Take a request on."""

    handler = forms.CharField(label=gettext_lazy("Handler"), max_length=40)


class ReasonForm(ProblemForm):
    """A reason, on record for good."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The volunteer reads it; it stays on record."),
    )  # fmt: skip


class SupersedeForm(SignedForm, ReasonForm):
    """Why a new certificate is made, and who answers for it."""

    field_order = ("reason", "in_charge", "handler", "contact")


class ObjectionForm(ProblemForm):
    """Who objects, and what is said to be wrong."""

    by_name = forms.CharField(label=gettext_lazy("Who objects"), max_length=80)
    text = forms.CharField(
        label=gettext_lazy("What is said to be wrong"), max_length=400, widget=forms.Textarea(attrs={"rows": 4})
    )


class DecideForm(ReasonForm):
    """What becomes of an objection."""

    upheld = forms.TypedChoiceField(
        label=gettext_lazy("Decision"),
        choices=(
            (True, gettext_lazy("upheld: the certificate is revoked")),
            (False, gettext_lazy("dismissed: the certificate stands")),
        ),
        coerce=lambda value: value in (True, "True"),
        widget=forms.RadioSelect,
    )
    field_order = ("upheld", "reason")


class GrantForm(SignedForm):
    """Grant a star."""

    evaluation = forms.CharField(
        label=gettext_lazy("Evaluation of the service"), max_length=1000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("How well the volunteer serves, by whom it was judged. Hours alone do not make a star."),
    )  # fmt: skip
    field_order = ("evaluation", "in_charge", "handler", "contact")


class StarForm(ProblemForm):
    """Apply for a star on behalf of a volunteer."""

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["volunteer"] = VolunteerField(
            label=_("Volunteer"), roots=reach(actor, *ASKERS), help_text=_("Volunteer number, or the whole name.")
        )


def site_of(request: Request) -> str:
    """The public address this request came to."""
    return request.build_absolute_uri("/").rstrip("/")


def carried_out(
    request: Request, form: ProblemForm, title: str, write: Callable[..., str], back: str,
    crumbs: Crumbs, intro: str = "",
) -> HttpResponse:  # fmt: skip
    """The page of a form whose button says what it does; `write` gives the address to go to then."""
    return form_page(
        request, form, title, write, back=back, then=str, crumbs=crumbs, intro=intro, submit=title, done=_("Saved.")
    )
