"""The volunteer's own pages on the phone: what comes next, what was decided, what to answer, and the way to all else."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from yinling.activities import Enrolment, EnrolmentState, Session, enrolments
from yinling.base import clock
from yinling.base.rules import Refused, signed_in
from yinling.figures import written
from yinling.hours import confirmed_minutes
from yinling.volunteers import State, Volunteer, volunteer_of
from yinling.web.association_forms import ProblemForm
from yinling.web.page import Request, address_of, attempt, found, page, sent
from yinling.web.pocket_presence import done_card, here_card, is_here, presences, told
from yinling.web.session_words import state_of, way_to, when

LIVE = (EnrolmentState.APPLIED, EnrolmentState.INVITED, EnrolmentState.CONFIRMED, EnrolmentState.WAITING)
PAST = 30
"""Past sessions shown."""

Choice = dict[str, object]

REASONS = (
    ("ill", gettext_lazy("I do not feel well")),
    ("family", gettext_lazy("Something at home")),
    ("clash", gettext_lazy("Something else at that time")),
    ("weather", gettext_lazy("The weather or the way there")),
    ("other", gettext_lazy("Something else: write it below")),
)
"""Why somebody cannot come, to choose from."""


@page("pocket/me/", name="me", rule=signed_in)
def home(request: Request) -> HttpResponse:
    """What comes next for a volunteer, what happened meanwhile, what waits for an answer, and doors to all else."""
    volunteer = volunteer_of(request.actor.account_id)
    if volunteer is None:
        return _not_registered(request)
    now = clock.now()
    rows = list(enrolments.own_enrolments(request.actor).filter(person=volunteer.pk).filter(session__ends_at__gt=now))
    ended = (
        enrolments.own_enrolments(request.actor)
        .filter(person=volunteer.pk, session__ends_at__lte=now)
        .exclude(notice="")
    )
    coming = [row for row in rows if row.state in LIVE and row.session.state == Session.State.OPEN]
    present = presences(volunteer)
    confirmed = [row for row in coming if row.state == EnrolmentState.CONFIRMED and row.session_id not in present]
    looks = {row.session_id: _address(row) for row in rows}
    queue = [row for row in coming if row.state in (EnrolmentState.WAITING, EnrolmentState.APPLIED)]
    context = {
        "name": volunteer.person.name,
        "trouble": _trouble(volunteer),
        "news": [_news(row) for row in [*rows, *ended] if _is_news(row)],
        "invitations": [_card(row) for row in coming if row.state == EnrolmentState.INVITED],
        "here": [here_card(row, looks.get(row.session_id, "")) for row in present.values() if is_here(row)],
        "done": [done_card(row) for row in present.values() if not is_here(row)],
        "next": _next(confirmed[0]) if confirmed else None,
        "more": _choices(confirmed[1:]),
        "waiting": _choices(queue),
        "doors": _doors(volunteer),
        "find_url": address_of("me-find"),
    }
    return render(request, "pages/pocket_me.html", context)


def _not_registered(request: Request) -> HttpResponse:
    join = way_to("volunteer-join")
    choices = [{"label": _("Register as a volunteer"), "url": join}] if join else []
    context = {
        "name": request.actor.name,
        "trouble": _("You are not registered as a volunteer."),
        "doors": [*choices, {"label": _("My account"), "url": address_of("my-account")}],
    }
    return render(request, "pages/pocket_me.html", context)


def _trouble(volunteer: Volunteer) -> str:
    """Why a volunteer cannot serve at present, empty where nothing is in the way."""
    if volunteer.state == State.APPLIED:
        return _("Your registration is being verified. You can look around; signing up comes after that.")
    if volunteer.state != State.ACTIVE:
        return _("Your record says: %(state)s. Ask your office if this is wrong.") % {
            "state": volunteer.get_state_display()
        }
    return ""


def _is_news(row: Enrolment) -> bool:
    """Whether something happened to an enrolment, or to its session, that its person has not seen."""
    if row.notice:
        return True
    return row.state in LIVE and row.session.changed_by > row.changed_by


def _news(row: Enrolment) -> Choice:
    if row.session.state == Session.State.CANCELLED:
        text = _("This session was cancelled. You need not come.")
    elif row.notice:
        text = {
            enrolments.Notice.MOVED_UP: _("A place became free: it is yours now. Cancel if you cannot come."),
            enrolments.Notice.ACCEPTED: _("The organiser accepted you."),
            enrolments.Notice.DECLINED: _("The organiser chose others this time."),
            enrolments.Notice.CANCELLED: _("The organiser cancelled your place."),
        }[enrolments.Notice(row.notice)]
    else:
        text = _("Something about this session was changed. Look at time and place again.")
        text = f"{text} {row.session.notice}"
    return {
        "title": row.session.activity.title,
        "when": when(row.session),
        "where": row.session.where,
        "text": f"{text} {row.reason}".strip(),
        "seen_url": address_of("me-seen", pk=row.pk),
        "url": _address(row),
    }


def _card(row: Enrolment) -> Choice:
    session = row.session
    return {
        "title": session.activity.title, "when": when(session), "where": session.where, "url": _address(row),
        "by": row.proxy, "answer_url": address_of("me-answer", pk=row.pk),
    }  # fmt: skip


def _next(row: Enrolment) -> Choice:
    """The next session; with the way to check in on its day."""
    check_in = way_to("me-check-in", row.session_id) if row.session.day == clock.today() else ""
    actions = [{"label": _("Check in"), "url": check_in, "primary": True, "post": False}] if check_in else []
    actions.append({"label": _("Look at it, or cancel"), "url": _address(row), "primary": False, "post": False})
    return {
        "when": when(row.session), "title": row.session.activity.title, "where": row.session.where, "actions": actions,
    }  # fmt: skip


def _doors(volunteer: Volunteer) -> list[Choice]:
    """The volunteer's other pages, as far as there are such pages; the hours confirmed so far with the door to them."""
    labels = (
        ("me-sessions", _("My sessions")),
        ("me-hours", _("My hours")),
        ("me-certificates", _("My certificates")),
        ("me-calendar", _("In my own calendar")),
        ("me-agreements", _("My agreements")),
        ("me-profile", _("My particulars")),
        ("my-account", _("My account")),
    )
    hints = {"me-hours": _hours_so_far(volunteer)}
    return [
        {"label": label, "url": url, "hint": hints.get(name, "")} for name, label in labels if (url := way_to(name))
    ]


def _hours_so_far(volunteer: Volunteer) -> str:
    minutes = confirmed_minutes(volunteer.person)
    return _("%(hours)s hours confirmed so far") % {"hours": written(Decimal(minutes), "hour")}


def _address(row: Enrolment) -> str:
    return address_of("me-session", pk=row.pk)


@page("pocket/me/sessions/", name="me-sessions", rule=signed_in)
def sessions_page(request: Request) -> HttpResponse:
    """What one takes part in: what comes, then what was, the latest first."""
    now = clock.now()
    rows = enrolments.own_enrolments(request.actor)
    coming = [row for row in rows.filter(session__ends_at__gt=now) if row.state in LIVE]
    past = rows.filter(session__ends_at__lte=now).order_by("-session__starts_at", "-pk")
    context = {
        "title": _("My sessions"),
        "groups": [
            {"title": _("Coming"), "choices": _choices(coming), "empty": _("Nothing is planned. Look for a project.")},
            {"title": _("Past"), "choices": _choices(list(past[:PAST])), "empty": _("Nothing yet.")},
        ],
        "back_url": address_of("me"),
        "find_url": address_of("me-find"),
    }
    return render(request, "pages/pocket_list.html", context)


def _choices(rows: Sequence[Enrolment]) -> list[Choice]:
    """Enrolments as doors, with time, place and how they stand."""
    places = enrolments.waiting_places(rows)
    return [
        {
            "label": row.session.activity.title,
            "url": _address(row),
            "hint": f"{when(row.session)} · {row.session.where} · {_standing(row, places.get(row.pk, 0))}",
        }
        for row in rows
    ]


def _standing(row: Enrolment, place: int) -> str:
    return _("waiting list, number %(place)s") % {"place": place} if place else state_of(row)["text"]


@page("pocket/me/sessions/<int:pk>/", name="me-session", rule=signed_in)
def session_page(request: Request, pk: int) -> HttpResponse:
    """One enrolment of one's own: that it holds, when and where, and what can be done."""
    row = found_own(request, pk)
    session, place = row.session, enrolments.waiting_places([row]).get(pk, 0)
    live = row.state in LIVE and session.state == Session.State.OPEN and clock.now() < session.starts_at
    volunteer = getattr(row.person, "volunteer", None)
    present = presences(volunteer).get(session.pk) if volunteer else None
    check_in = is_here(present) or (
        row.state == EnrolmentState.CONFIRMED and session.day == clock.today() and not present
    )
    context = {
        "row": row,
        "title": session.activity.title,
        "state": state_of(row),
        "place": place,
        "facts": _facts(row),
        "risks": session.activity.project.risks,
        "answer_url": address_of("me-answer", pk=pk) if row.state == EnrolmentState.INVITED and live else "",
        "presence": told(present) if present else None,
        "check_in_label": _("Check out") if is_here(present) else _("Check in"),
        "check_in_url": way_to("me-check-in", session.pk) if check_in else "",
        "cancel_url": address_of("me-cancel", pk=pk) if live and row.state != EnrolmentState.INVITED else "",
        "again_url": address_of("session-join", pk=session.pk)
        if row.state in (EnrolmentState.CANCELLED, EnrolmentState.DECLINED) and clock.now() < session.starts_at
        else "",
    }
    return render(request, "pages/pocket_enrolment.html", context)


def _facts(row: Enrolment) -> list[Choice]:
    session = row.session
    facts: list[Choice] = [
        {"label": _("When"), "value": when(session)},
        {"label": pgettext("of a session", "Where"), "value": session.where},
        {"label": _("As"), "value": row.role.name},
        {"label": _("Contact"), "value": session.activity.project.contact},
    ]
    if row.proxy:
        facts.append({"label": _("Signed up by"), "value": row.proxy})
    if row.reason:
        facts.append({"label": _("Reason"), "value": row.reason})
    return facts


def found_own(request: Request, pk: int) -> Enrolment:
    """One's own enrolment; 404 for all others."""
    rows = Enrolment.objects.select_related("role", "session__activity__project", "session__place", "person__volunteer")
    return found(enrolments.is_own_enrolment, request.actor, rows, pk=pk)


@page("pocket/me/sessions/<int:pk>/seen/", name="me-seen", rule=signed_in, methods="POST")
def seen_page(request: Request, pk: int) -> HttpResponse:
    """The news about an enrolment was read."""
    enrolments.see_notice(enrolment=found_own(request, pk), by=request.actor)
    return redirect("me")


@page("pocket/me/sessions/<int:pk>/answer/", name="me-answer", rule=signed_in, methods="POST")
def answer_page(request: Request, pk: int) -> HttpResponse:
    """Accept an invitation, or not."""
    row = found_own(request, pk)
    if request.POST.get("answer") == "yes":
        attempt(
            request,
            lambda: enrolments.accept_invitation(enrolment=row, by=request.actor),
            _("You are coming. Thank you."),
        )
    else:
        attempt(
            request,
            lambda: enrolments.decline_invitation(enrolment=row, by=request.actor),
            _("You are not coming. It is noted."),
        )
    return redirect("me-session", pk=pk)


class CancelForm(ProblemForm):
    """Why somebody cannot come: one of a few reasons, or their own words."""

    why = forms.ChoiceField(label=gettext_lazy("Why can you not come?"), choices=REASONS, widget=forms.RadioSelect)
    reason = forms.CharField(label=gettext_lazy("In your own words"), required=False, max_length=200)

    def clean(self) -> dict[str, object]:
        """The reason in words; asked for where none was chosen."""
        data: dict[str, object] = super().clean() or {}
        if data.get("why") == "other" and not data.get("reason"):
            self.add_error("reason", _("Say why."))
        return data

    @property
    def words(self) -> str:
        """What is kept as the reason."""
        why, own = self.cleaned_data["why"], self.cleaned_data["reason"]
        return own if why == "other" else " ".join(filter(None, [str(dict(REASONS)[why]), own]))


@page("pocket/me/sessions/<int:pk>/cancel/", name="me-cancel", rule=signed_in, methods="GET POST")
def cancel_page(request: Request, pk: int) -> HttpResponse:
    """Say that one cannot come. Whoever waits first gets the place."""
    row = found_own(request, pk)
    form = CancelForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            enrolments.cancel_enrolment(enrolment=row, reason=form.words, by=request.actor)
        except (Refused, ValidationError) as problem:
            form.add_problem(problem)
        else:
            return redirect("me-session", pk=pk)
    context = {
        "form": form, "title": _("I cannot come"), "intro": f"{row.session.activity.title} · {when(row.session)}",
        "submit_label": _("Cancel my place"), "back_url": _address(row),
    }  # fmt: skip
    return render(request, "pages/pocket_ask.html", context, status=422 if form.is_bound and form.errors else 200)
