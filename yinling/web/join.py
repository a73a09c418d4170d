"""Becoming a volunteer on a phone, in large type: first where, then one form; and one's own particulars later."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from yinling.base.paths import prefixes
from yinling.base.rules import anyone
from yinling.network import Account, Body, Place, children_of, line_of, place_at
from yinling.people import CONSENT_TEXT
from yinling.volunteers import Field, Particulars, Volunteer, has_applied, is_self, registering, standing, volunteer_of
from yinling.web.page import Request, address_of, page
from yinling.web.person_changes import IdentityForm
from yinling.web.volunteer_forms import AbilityForm, answer, given

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("", ("name", "resident_id", "phone")),
    ("sign-in", ("password", "again")),
    ("work", ("retired_cadre", "unit_name", "profession", "title")),
    ("able", ("skills", "availability")),
    ("health", ("limits", "healthy")),
    ("call", ("emergency_name", "emergency_phone")),
    ("consent", ("agrees", "agrees_sensitive")),
)
"""The entries of the form, a few under each heading."""


def _headings() -> dict[str, str]:
    return {
        "": _("Who you are"),
        "sign-in": _("To sign in later"),
        "work": _("Your work"),
        "able": _("What you can do, and when"),
        "health": _("What would be too much for you"),
        "call": _("Whom we call if something happens"),
        "consent": _("Your agreement"),
    }


class JoinForm(IdentityForm, AbilityForm):
    """Somebody registers for themselves."""

    name = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=40)
    password = forms.CharField(
        label=gettext_lazy("Choose a password"), max_length=128, widget=forms.PasswordInput,
        help_text=gettext_lazy("At least 10 characters. Write it down: you sign in with your telephone number and it."),
    )  # fmt: skip
    again = forms.CharField(label=gettext_lazy("The password once more"), max_length=128, widget=forms.PasswordInput)
    retired_cadre = forms.BooleanField(label=gettext_lazy("I am a retired cadre"), required=False)
    unit_name = forms.CharField(label=gettext_lazy("Unit you retired from"), max_length=120, required=False)
    profession = forms.ChoiceField(
        label=gettext_lazy("Your profession"), required=False,
        choices=(("", pgettext_lazy("no profession", "none")), *Field.choices),
    )  # fmt: skip
    title = forms.CharField(label=gettext_lazy("Professional title"), max_length=40, required=False)
    agrees = forms.BooleanField(label=gettext_lazy("I agree that the register keeps these entries."))
    agrees_sensitive = forms.BooleanField(
        label=gettext_lazy("I agree that it keeps my identity number, and what I say about my health.")
    )

    def __init__(self, *args: Any, signed_in: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["resident_id"].required = self.fields["phone"].required = True
        self.fields["healthy"].label = _("I am healthy enough for everything that is not ticked above")
        self.fields["skills"].label, self.fields["availability"].label = _("What can you do?"), _("When have you time?")
        if signed_in:
            del self.fields["password"], self.fields["again"]

    def clean_password(self) -> str:
        """A password that is not too easy to guess."""
        validate_password(self.cleaned_data["password"])
        return str(self.cleaned_data["password"])

    def clean_again(self) -> str:
        """The same once more, so that a slip does not lock anybody out."""
        again = str(self.cleaned_data["again"])
        if self.cleaned_data.get("password", again) != again:
            raise ValidationError(_("The two passwords differ."))
        return again

    def groups(self) -> list[dict[str, object]]:
        """The fields under their headings."""
        headings = _headings()
        return [
            {"title": headings[key], "fields": [self[name] for name in names if name in self.fields]}
            for key, names in GROUPS
            if any(name in self.fields for name in names)
        ]


@page("join/", name="volunteer-join", rule=anyone, methods="GET POST")
def join_page(request: Request) -> HttpResponse:
    """Where somebody lives, one level a screen; then the form. The answer is the same whatever the register knows."""
    if has_applied(request.actor.account_id) or volunteer_of(request.actor.account_id) is not None:
        return redirect("me-profile")
    at = place_at(request.GET.get("at", ""))
    whole = request.GET.get("here") == "yes"
    below = [] if at is not None and whole else list(children_of(at))
    if at is None or (below and at.level < Place.Level.VILLAGE):
        return _where(request, at, below)
    if request.method == "POST" and not ratelimit.consume(request, action="join"):
        return render(request, "429.html", status=429)
    account = request.user if isinstance(request.user, Account) else None
    form = JoinForm(request.POST or None, signed_in=account is not None)

    def write(**data: Any) -> str:
        registering.apply_online(
            place=at, name=data["name"], resident_id=data["resident_id"], phone=data["phone"],
            password=data.get("password", ""), particulars=_particulars(data, at), account=account, by=request.actor,
        )  # fmt: skip
        return address_of("volunteer-joined")

    return answer(
        request, form, write, title=_("Become a volunteer"), back="", crumbs=[], submit=pgettext("a volunteer", "Register"),
        said=_("Received. Thank you."), template="pages/pocket_volunteer_join.html", place=_line(at), account=account,
        up=address_of("volunteer-join"), text_version=CONSENT_TEXT,
    )  # fmt: skip


def _where(request: Request, at: Place | None, below: list[Place]) -> HttpResponse:
    """One level of places to choose from; a single one is no choice."""
    if len(below) == 1 and (at is None or at.level < Place.Level.TOWNSHIP):
        return redirect(f"{address_of('volunteer-join')}?at={below[0].area_path}")
    choices = [{"label": one.short_name, "url": f"?at={one.area_path}", "hint": ""} for one in below]
    if at is not None and at.level == Place.Level.TOWNSHIP:
        unsure = _("I do not know the name of the community")
        choices.append({"label": unsure, "url": f"?at={at.area_path}&here=yes", "hint": ""})
    above = at.parent if at is not None else None
    context = {
        "title": _("Become a volunteer"), "place": _line(at) if at else "", "choices": choices,
        "up": f"{address_of('volunteer-join')}{f'?at={above.area_path}' if above else ''}" if at else "",
    }  # fmt: skip
    return render(request, "pages/pocket_where.html", context)


def _line(at: Place) -> str:
    return " ".join(one.short_name for one in line_of(at))


def _particulars(data: dict[str, Any], at: Place) -> Particulars:
    """What was typed; the unit, where exactly one body of this name is registered on the line of the place."""
    plain = {name: data[name] for name in ("unit_name", "retired_cadre", "profession", "title")}
    unit = None
    if plain["unit_name"].strip():
        county = Q(area_path__under=at.area_path[:6]) | Q(area_path__in=prefixes(at.area_path))
        bodies = Body.objects.filter(county, name=plain["unit_name"].strip(), withdrawn=False, dissolved__isnull=True)
        found = list(bodies[:2])
        unit = found[0] if len(found) == 1 else None
    return Particulars(unit=unit, **plain, **AbilityForm.ability(data))


@page("join/received/", name="volunteer-joined", rule=anyone)
def joined_page(request: Request) -> HttpResponse:
    """What happens next; the same for everybody."""
    return render(request, "pages/pocket_joined.html", {"title": _("Registration received")})


class ProfileForm(AbilityForm):
    """One's own particulars."""

    phone = forms.CharField(
        label=gettext_lazy("Telephone number"), max_length=24, required=False,
        help_text=gettext_lazy("Only if it has changed. The number you sign in with stays the same."),
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def groups(self) -> list[dict[str, object]]:
        """The fields under their headings."""
        headings = _headings()
        wanted = (*GROUPS[3:6], ("", ("phone",)))
        return [{"title": headings[key], "fields": [self[name] for name in names]} for key, names in wanted]


@page("pocket/me/profile/", name="me-profile", rule=is_self, methods="GET POST")
def profile_page(request: Request) -> HttpResponse:
    """What is recorded of oneself, and what to keep up to date alone."""
    row = volunteer_of(request.actor.account_id)
    if has_applied(request.actor.account_id):
        # An application and a claim look the same here: the one would say that the register knew nobody, the other that
        # it did.
        return render(request, "pages/pocket_joined.html", {"title": _("Your registration waits to be verified")})
    if row is None:
        return redirect("volunteer-join")
    form = ProfileForm(request.POST or None, initial={**given(row), "phone": ""})

    def write(phone: str, seen: int, **data: Any) -> str:
        own = AbilityForm.ability(data)
        standing.change_own(volunteer=row, phone=phone, seen=seen, **own, by=request.actor)
        return address_of("me-profile")

    return answer(
        request, form, write, title=_("My particulars"), back="", crumbs=[], said=_("Saved. Thank you."),
        template="pages/pocket_profile.html", facts=_facts(row),
    )  # fmt: skip


def _facts(row: Volunteer) -> list[dict[str, object]]:
    """What an office keeps; the person it is about may see it whole."""
    unit = row.unit.name if row.unit else row.unit_name
    return [
        {"label": pgettext_lazy("of a person", "Name"), "value": row.person.name},
        {"label": _("Volunteer number"), "value": row.number},
        {"label": _("State"), "value": row.get_state_display()},
        {"label": _("Unit"), "value": unit},
        {"label": _("Professional background"), "value": row.get_profession_display()},
        {"label": _("Telephone number"), "value": row.person.masked_phone},
    ]
