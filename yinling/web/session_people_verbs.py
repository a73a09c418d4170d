"""What an organiser does about who comes: accept, decline, invite, add, cancel, note who stayed away; places, paper agreements,
the sheet to sign."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Model, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from yinling.activities import (
    KINDS,
    Enrolment,
    EnrolmentState,
    Session,
    SessionRole,
    Told,
    agreements,
    enrol,
    enrolments,
    may_run,
)
from yinling.base.paths import AFTER, under
from yinling.people import Person
from yinling.volunteers import Volunteer
from yinling.web.association_forms import ProblemForm
from yinling.web.form_page import form_page
from yinling.web.page import Request, address_of, attempt, page, sent
from yinling.web.person_changes import day_field
from yinling.web.pick import FEW, BodyField, PickField, reach
from yinling.web.session_people import (
    WITH_REASON,
    crumbs_of,
    enrolment_run_by,
    name_of,
    session_run_by,
    verb_labels,
)
from yinling.web.session_words import when

ROLES = ("administrator", "officer", "clerk", "keeper", "chair")


class ReasonForm(ProblemForm):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, help_text=gettext_lazy("The person sees what you write.")
    )


ACTIONS: dict[str, Callable[..., object]] = {
    "accept": enrolments.accept_enrolment,
    "decline": enrolments.decline_enrolment,
    "present": lambda **given: enrolments.accept_invitation(present=True, **given),
    "refuse": lambda **given: enrolments.decline_invitation(present=True, **given),
    "cancel": enrolments.cancel_enrolment,
    "no-show": enrolments.mark_no_show,
    "came": enrolments.unmark_no_show,
}


@page("sessions/enrolments/<int:pk>/<str:verb>/", name="enrolment-verb", rule=may_run, methods="GET POST")
def verb_page(request: Request, pk: int, verb: str) -> HttpResponse:
    """Do something about an enrolment; what needs a reason asks for it first."""
    if verb not in ACTIONS:
        raise Http404
    row = enrolment_run_by(request, pk)
    if verb not in WITH_REASON:
        if request.method == "POST":
            attempt(request, lambda: ACTIONS[verb](enrolment=row, by=request.actor), _("Saved."))
        return redirect("enrolment", pk=pk)

    def write(reason: str) -> object:
        return ACTIONS[verb](enrolment=row, reason=reason, by=request.actor)

    title = f"{verb_labels()[verb]}: {name_of(row)}"
    return _asked(request, row.session, ReasonForm(sent(request)), title, write, back=address_of("enrolment", pk=pk))


def _asked(
    request: Request, session: Session, form: ProblemForm, title: str, write: Callable[..., object], back: str = ""
) -> HttpResponse:
    """Show a form, or carry it out and go back to who comes."""
    return form_page(
        request, form, title, write, back=back or address_of("session-people", pk=session.pk),
        crumbs=crumbs_of(session), intro=f"{session.activity.title} · {when(session)}", done=_("Saved."),
    )  # fmt: skip


class TakerField(PickField):
    """A person by volunteer number (anywhere), or by name or pinyin initials inside `roots`."""

    def __init__(self, *, only_volunteers: bool, **options: Any) -> None:
        options.setdefault("help_text", _("Volunteer number, name or pinyin initials."))
        super().__init__(**options)
        self.only_volunteers = only_volunteers

    def find(self, text: str) -> list[tuple[str, str, Model]]:
        """The volunteer with this number; else who has this name, or initials that begin so."""
        number = text.removeprefix("#")
        if number != text:
            named = Q(pk=int(number)) if number.isascii() and number.isdigit() else Q(pk__in=[])
        elif text.isascii() and any(character.isdigit() for character in text):
            named = Q(volunteer__number=text.upper()) | Q(volunteer__number=text)
        elif text.isascii():
            named = Q(initials__gte=text.lower(), initials__lt=text.lower() + AFTER) & self._inside()
        else:
            named = Q(name=text) & self._inside()
        people = Person.objects.filter(named, withdrawn=False).select_related("place__parent", "volunteer")
        if self.only_volunteers:
            people = people.filter(volunteer__isnull=False)
        return [(f"#{one.pk}", _taker(one), one) for one in people.order_by("area_path", "pk")[: FEW + 1]]

    def _inside(self) -> Q:
        inside = Q(pk__in=[])
        for root in self.roots:
            inside |= under(root)
        return inside


def _taker(person: Person) -> str:
    volunteer = getattr(person, "volunteer", None)
    number = volunteer.number if volunteer else ""
    return " ".join(filter(None, [person.masked_name, number, f"({person.place.with_parent})"]))


class AddForm(ProblemForm):
    """Somebody to invite, or who stands before the organiser."""

    role = forms.TypedChoiceField(label=gettext_lazy("As"), coerce=int)
    way = forms.ChoiceField(
        label=pgettext_lazy("somebody at a session", "How"),
        widget=forms.RadioSelect,
        choices=(
            ("invite", gettext_lazy("Invite: the person answers on their own telephone")),
            ("present", gettext_lazy("Add: the person is here and agrees")),
        ),
    )

    def __init__(self, *args: Any, session: Session, roots: tuple[str, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        self.roles = list(session.roles.order_by("pk"))
        field: Any = self.fields["role"]
        field.choices = [(role.pk, role.name) for role in self.roles]
        kind = KINDS.get(session.activity.kind)
        only = all(role.serves for role in self.roles)
        bodies = kind is not None and kind.bodies
        self.fields["person"] = TakerField(
            label=pgettext("somebody at a session", "Who"),
            roots=roots,
            only_volunteers=only,
            required=not bodies,
            max_length=40,
        )
        if bodies:
            self.fields["body"] = BodyField(label=_("or which body"), roots=roots, required=False)
            self.fields["people"] = forms.IntegerField(
                label=_("Number of people"), min_value=1, max_value=9999, required=False
            )
        if kind is not None and kind.health:
            self.fields["health"] = forms.CharField(label=_("Health, as the person says"), max_length=300)
            self.fields["emergency_name"] = forms.CharField(label=_("Whom to call in an emergency"), max_length=40)
            self.fields["emergency_phone"] = forms.CharField(label=_("Their telephone"), max_length=24)
        self.order_fields(("person", "body", "people", "role", "way"))

    def clean(self) -> dict[str, Any]:
        """Either a person or a body."""
        data: dict[str, Any] = super().clean() or {}
        if "body" in self.fields and bool(data.get("person")) == bool(data.get("body")) and not self.errors:
            self.add_error("person", _("Name a person or a body, one of the two."))
        return data


@page("sessions/<int:pk>/people/add/", name="session-people-add", rule=may_run, methods="GET POST")
def add_page(request: Request, pk: int) -> HttpResponse:
    """Invite somebody, or add who is here."""
    session = session_run_by(request, pk)
    form = AddForm(sent(request), session=session, roots=reach(request.actor, *ROLES))

    def write(role: int, way: str, **data: Any) -> object:
        told = Told(*(data.get(name, "") for name in ("health", "emergency_name", "emergency_phone")))
        chosen = SessionRole.objects.select_related("session__activity__project").get(pk=role, session=session.pk)
        return enrol(
            role=chosen, person=data.get("person"), body=data.get("body"), people=data.get("people") or 1, told=told,
            present=way == "present", by=request.actor,
        )  # fmt: skip

    return _asked(request, session, form, _("Invite or add somebody"), write)


class PlacesForm(ProblemForm):
    """How many places a role has."""

    role = forms.TypedChoiceField(label=pgettext_lazy("of a session", "Role"), coerce=int)
    places = forms.IntegerField(label=pgettext_lazy("of a role", "Places"), min_value=0, max_value=100_000)

    def __init__(self, *args: Any, roles: list[SessionRole], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["role"]
        field.choices = [(role.pk, f"{role.name} ({role.taken}/{role.capacity})") for role in roles]


@page("sessions/<int:pk>/people/places/", name="session-places", rule=may_run, methods="GET POST")
def places_page(request: Request, pk: int) -> HttpResponse:
    """Offer more places, or fewer; who waits moves up."""
    session = session_run_by(request, pk)
    roles = list(session.roles.order_by("pk"))
    form = PlacesForm(sent(request), roles=roles, initial={"places": roles[0].capacity if roles else 0})

    def write(role: int, places: int) -> object:
        return enrolments.set_places(
            role=SessionRole.objects.get(pk=role, session=session.pk), places=places, by=request.actor
        )

    return _asked(request, session, form, _("Number of places"), write)


class PaperForm(ProblemForm):
    """An agreement that was signed on paper."""

    signed_on = day_field(gettext_lazy("Signed on"))
    until = forms.DateField(label=gettext_lazy("Valid until"), required=False, widget=forms.DateInput)
    evidence = forms.FileField(
        label=gettext_lazy("Scanned sheet"),
        help_text=gettext_lazy("A photo or a scan of both signatures, up to 20 MB."),
    )
    field_order = ("volunteer", "signed_on", "until", "evidence")

    def __init__(self, *args: Any, roots: tuple[str, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["volunteer"] = TakerField(label=_("Volunteer"), roots=roots, only_volunteers=True, max_length=40)
        self.order_fields(self.field_order)


@page("sessions/<int:pk>/people/agreement/", name="session-agreement", rule=may_run, methods="GET POST")
def agreement_page(request: Request, pk: int) -> HttpResponse:
    """Record an agreement about the session's project that was signed on paper."""
    session = session_run_by(request, pk)
    form = PaperForm(sent(request), request.FILES or None, roots=reach(request.actor, *ROLES))

    def write(volunteer: Person, evidence: Any, **data: Any) -> object:
        return agreements.sign_agreement(
            project=session.activity.project, volunteer=Volunteer.objects.select_related("person").get(pk=volunteer.pk),
            evidence=[(evidence.name, evidence.read())], **data, by=request.actor,
        )  # fmt: skip

    return _asked(request, session, form, _("Record a paper agreement"), write)


@page("sessions/<int:pk>/people/sheet/", name="session-sheet", rule=may_run)
def sheet_page(request: Request, pk: int) -> HttpResponse:
    """A sheet to print: everybody who has a place, with room for times and signatures."""
    session = session_run_by(request, pk)
    rows = enrolments.enrolments_of(request.actor, session).filter(
        state__in=(EnrolmentState.CONFIRMED, EnrolmentState.INVITED)
    )
    context = {
        "session": session, "title": session.activity.title, "when": when(session), "where": session.where,
        "organiser": session.activity.project.organiser.name,
        "lines": [{"name": name_of(row), "role": row.role.name} for row in _ordered(list(rows))],
        "spare": range(5), "crumbs": [*crumbs_of(session), {"label": _("Sheet to sign")}],
    }  # fmt: skip
    return render(request, "pages/sheet.html", context)


def _ordered(rows: list[Enrolment]) -> list[Enrolment]:
    """By role, then as one looks a name up."""
    return sorted(rows, key=lambda row: (row.role_id, row.person.initials if row.person else "", row.pk))
