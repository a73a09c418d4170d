"""On the phone: find a session near by, read what it is and what it asks, take part with one press."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from yinling.activities import (
    KINDS,
    Domain,
    Project,
    ProjectState,
    Session,
    SessionRole,
    Told,
    enrol,
    enrolments,
    gates,
)
from yinling.base import clock
from yinling.base.rules import Refused, signed_in
from yinling.volunteers import Volunteer, volunteer_of
from yinling.web.association_forms import ProblemForm
from yinling.web.page import Request, address_of, page, sent
from yinling.web.project_words import kind_label
from yinling.web.session_words import asked_of, free_places, way_to, when

SHOWN = 12
"""Sessions on one screen; more follow."""

MOST = 50
"""Screens at most."""

DAYS = 14
"""Days ahead to choose from."""

SEE_OTHER = 303

REMEDIES = {"volunteer": "volunteer-join", "health": "me-profile", "limits": "me-profile"}
"""The page on which the volunteer alone can mend a hindrance."""


class FindForm(forms.Form):
    """What to look for: a domain of service, a day, somewhere near or anywhere."""

    domain = forms.ChoiceField(label=gettext_lazy("Domain"), required=False)
    day = forms.ChoiceField(label=gettext_lazy("Day"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = Domain.objects.filter(ended=False).order_by("order", "pk").values_list("code", "name")
        days = [clock.today() + timedelta(days=number) for number in range(DAYS)]
        choices = {
            "domain": [("", _("all")), *rows],
            "day": [("", _("any day")), *((day.isoformat(), _in_words(day)) for day in days)],
        }
        for name, chosen in choices.items():
            self.fields[name].choices = chosen  # type: ignore[attr-defined]


def _in_words(day: date) -> str:
    return f"{date_format(day, 'MONTH_DAY_FORMAT')} {date_format(day, 'l')}"


@page("pocket/sessions/", name="me-find", rule=signed_in)
def find_page(request: Request) -> HttpResponse:
    """What one can take part in, the nearest first: one's own village, township, county, prefecture."""
    volunteer = volunteer_of(request.actor.account_id)
    form = FindForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = enrolments.joinable(clock.now(), volunteer.area_path if volunteer else request.actor.home)
    if asked.get("domain"):
        rows = rows.filter(activity__project__domain__code=asked["domain"])
    if asked.get("day"):
        rows = rows.filter(day=date.fromisoformat(asked["day"]))
    number = _number(request.GET.get("page", ""))
    found = list(rows[number * SHOWN : (number + 1) * SHOWN + 1])
    query = urlencode({name: value for name, value in asked.items() if value} | {"page": number + 1})
    context = {
        "title": _("Find a project"),
        "form": form,
        "groups": [
            {
                "choices": [_choice(session) for session in found[:SHOWN]],
                "empty": _("Nothing can be joined at present. Look again another day, or choose all."),
            }
        ],
        "more_url": f"?{query}" if len(found) > SHOWN else "",
        "back_url": address_of("me"),
    }
    return render(request, "pages/pocket_list.html", context)


def _number(text: str) -> int:
    return min(int(text), MOST) if text.isascii() and text.isdigit() and len(text) <= len(str(MOST)) else 0


def _choice(session: Session) -> dict[str, object]:
    free = getattr(session, "free", 0)
    return {
        "label": session.activity.title,
        "url": address_of("session-join", pk=session.pk),
        "hint": f"{when(session)} · {session.where} · {free_places(free)}",
    }


class JoinForm(ProblemForm):
    """What one comes as, where there is a choice; for a trip, one's health and whom to call."""

    role = forms.TypedChoiceField(label=gettext_lazy("I come as"), coerce=int, widget=forms.RadioSelect)
    health = forms.CharField(
        label=gettext_lazy("How is your health?"), max_length=300,
        help_text=gettext_lazy("Illnesses, medicine, what you must not do. Only the organiser sees this."),
    )  # fmt: skip
    emergency_name = forms.CharField(label=gettext_lazy("Whom to call in an emergency"), max_length=40)
    emergency_phone = forms.CharField(label=gettext_lazy("Their telephone"), max_length=24)

    def __init__(self, *args: Any, session: Session, roles: list[SessionRole], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["role"]
        field.choices = [(role.pk, role.name) for role in roles]
        field.initial = roles[0].pk
        if len(roles) == 1:
            field.widget = forms.HiddenInput()
        kind = KINDS.get(session.activity.kind)
        if kind is None or not kind.health:
            for name in ("health", "emergency_name", "emergency_phone"):
                del self.fields[name]

    def told(self) -> Told:
        """What was said of health and whom to call."""
        data = self.cleaned_data
        return Told(*(data.get(name, "") for name in ("health", "emergency_name", "emergency_phone")))


def _read(pk: int) -> tuple[Session, list[SessionRole]]:
    """A session of a project that is public, with its roles. 404 for all else."""
    roles = list(
        SessionRole.objects.select_related("session__activity__project", "session__place")
        .filter(session=pk)
        .order_by("pk")
    )
    if not roles or roles[0].session.activity.project.state not in {ProjectState.PUBLISHED, ProjectState.CLOSED}:
        raise Http404
    return roles[0].session, roles


@page("pocket/sessions/<int:pk>/", name="session-join", rule=signed_in, methods="GET POST")
def join_page(request: Request, pk: int) -> HttpResponse:
    """What a session is, its risks first, what it asks, what is missing for oneself and what to do; and the one button."""
    session, roles = _read(pk)
    form = JoinForm(sent(request), session=session, roles=roles)
    if request.method == "POST" and form.is_valid():
        role = next(role for role in roles if role.pk == form.cleaned_data["role"])
        try:
            made = enrol(role=role, told=form.told(), by=request.actor)
        except (Refused, ValidationError) as problem:
            if kept := enrolments.live_enrolment(request.actor, session):
                return _to(kept.pk)  # pressed twice
            form.add_problem(problem)
        else:
            return _to(made.pk)
    return _shown(request, session, roles, form)


def _to(enrolment: int) -> HttpResponse:
    return HttpResponseRedirect(address_of("me-session", pk=enrolment), status=SEE_OTHER)


def _shown(request: Request, session: Session, roles: list[SessionRole], form: JoinForm) -> HttpResponse:
    project = session.activity.project
    volunteer = volunteer_of(request.actor.account_id)
    missing = _missing(roles, volunteer, session) if volunteer else []
    kept = enrolments.live_enrolment(request.actor, session) if volunteer else None
    closed = _closed(session)
    context = {
        "session": session,
        "title": session.activity.title,
        "project": project,
        "facts": [
            {"label": _("When"), "value": when(session)},
            {"label": pgettext("of a session", "Where"), "value": session.where},
            {"label": _("Kind"), "value": kind_label(session.activity.kind)},
            {"label": _("Contact"), "value": project.contact},
            {"label": _("Free places"), "value": free_places(sum(role.capacity - role.taken for role in roles))},
        ],
        "asked": list(asked_of(project)) if any(role.serves for role in roles) else [],
        "missing": [{"text": one.text, "url": _remedy(one, project, request.path)} for one in missing],
        "kept_url": address_of("me-session", pk=kept.pk) if kept else "",
        "closed": closed,
        "form": form if volunteer and not missing and not kept and not closed else None,
        "join_url": "" if volunteer else way_to("volunteer-join"),
        "label": _label(session, roles),
    }
    return render(request, "pages/pocket_join.html", context, status=422 if form.is_bound and form.errors else 200)


def _missing(roles: list[SessionRole], volunteer: Volunteer, session: Session) -> list[gates.Hindrance]:
    """What keeps the volunteer from every role; what is asked in the form itself is not missing yet."""
    found = [
        [
            one
            for one in gates.hindrances(
                role=role, volunteer=volunteer, person=volunteer.person, day=session.day, told=Told()
            )
            if one.key != "declaration"
        ]
        for role in roles
    ]
    return min(found, key=len)


def _remedy(hindrance: gates.Hindrance, project: Project, back: str) -> str:
    if hindrance.key == "agreement":
        return f"{address_of('agreement-sign', pk=project.pk)}?{urlencode({'next': back})}"
    return way_to(REMEDIES.get(hindrance.key, ""))


def _closed(session: Session) -> str:
    """Why nobody can join any more, empty while they can."""
    now = clock.now()
    if session.state == Session.State.CANCELLED:
        return _("This session was cancelled. Choose another one.")
    if session.state == Session.State.HELD or now >= session.starts_at:
        return _("This session has begun or is over. Choose another one.")
    if session.closes_at is not None and now > session.closes_at:
        return _("Sign-up for this session has closed. Call the organiser, or choose another one.")
    return ""


def _label(session: Session, roles: list[SessionRole]) -> str:
    if session.by_choice:
        return _("I want to take part: apply")
    full = all(role.taken >= role.capacity for role in roles)
    return _("Full: put me on the waiting list") if full else _("I want to take part")
