"""Forms of sessions: add one, lay out many by choices or a pasted rule, move, cancel, close, open again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from yinling.activities import (
    KINDS,
    Activity,
    NewRole,
    Session,
    Times,
    add_session,
    cancel_session,
    change_session,
    close_session,
    lay_out_sessions,
    may_run,
    reopen_session,
    repeats,
)
from yinling.base import clock
from yinling.base.clock import CHINA
from yinling.base.paths import prefixes, under
from yinling.base.rules import Refused
from yinling.network import Place
from yinling.volunteers import Station
from yinling.web.association_forms import ProblemForm
from yinling.web.form_page import form_page
from yinling.web.page import Request, address_of, attempt, page
from yinling.web.pick import PlaceField
from yinling.web.project_forms import ReasonForm
from yinling.web.project_parts import activity_address, activity_for, activity_trail
from yinling.web.sessions import session_for

NAMES = {"starts_at": "begins", "ends_at": "ends", "rule": "rule"}
"""The field of a form that stands for an argument of an action."""

ROLE = re.compile(r"(?P<name>\D.*?)\s*[:：]?\s*(?P<places>\d{1,5})")
MOST_ROLES = 12


class WhereForm(ProblemForm):
    """Where sessions are held: a station, or a place with a venue; the activity's own where nothing is said."""

    def __init__(self, *args: Any, activity: Activity, place: Place | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        near = Station.objects.filter(under(activity.organiser.area_path), body__dissolved__isnull=True)
        near |= Station.objects.filter(area_path__in=prefixes(activity.area_path), body__dissolved__isnull=True)
        self.fields["station"] = forms.ModelChoiceField(
            near.select_related("body").order_by("area_path"),
            label=_("Service station"),
            required=False,
            empty_label="—",
        )
        self.fields["venue"] = forms.CharField(
            label=_("Venue"), max_length=120, required=False,
            help_text=_("Hall, square, house number; left empty, the station's name."),
        )  # fmt: skip
        self.fields["place"] = PlaceField(
            label=_("Place"), roots=("",), required=False,
            help_text=_("Only where it is not %(place)s.") % {"place": (place or activity.place).with_parent},
        )  # fmt: skip
        self.order_fields(self.field_order)

    def add_problem(self, problem: Refused | ValidationError) -> None:
        """Show what was refused next to the field that stands for the argument."""
        if isinstance(problem, ValidationError) and hasattr(problem, "error_dict"):
            for name, texts in problem.message_dict.items():
                field = NAMES.get(name, name)
                self.add_error(field if field in self.fields else None, texts)
            return
        super().add_problem(problem)


class TimesForm(WhereForm):
    """One time: a day with beginning and end; a session of several days says its last."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput)
    begins = forms.TimeField(label=gettext_lazy("Begins at"), widget=forms.TimeInput)
    ends = forms.TimeField(label=gettext_lazy("Ends at"), widget=forms.TimeInput)
    last_day = forms.DateField(
        label=gettext_lazy("Last day"), required=False, widget=forms.DateInput,
        help_text=gettext_lazy("Only where it lasts several days."),
    )  # fmt: skip
    closes_on = forms.DateField(
        label=gettext_lazy("Sign-up until the end of"), required=False, widget=forms.DateInput,
        help_text=gettext_lazy("Left empty, people can sign up until it begins."),
    )  # fmt: skip

    def moments(self) -> dict[str, Any]:
        """Beginning, end and end of sign-up as moments in China."""
        data = self.cleaned_data
        closes = data["closes_on"]
        ends_at = _moment(data["last_day"] or data["day"], data["ends"])
        return {
            "starts_at": _moment(data["day"], data["begins"]), "ends_at": ends_at,
            "closes_at": min(_moment(closes, time(23, 59)), ends_at) if closes else None,
            **{name: data[name] for name in ("place", "station", "venue")},
        }  # fmt: skip


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=CHINA)


class RolesMixin(forms.Form):
    """Who comes: one role a line, with its number of places."""

    roles = forms.CharField(
        label=gettext_lazy("Roles and places"), widget=forms.Textarea(attrs={"rows": 3}), max_length=600,
        help_text=gettext_lazy("One role a line, with the number of places: 志愿者 10"),
    )  # fmt: skip
    serving = forms.BooleanField(
        label=gettext_lazy("Who comes gives volunteer service"), required=False,
        help_text=gettext_lazy("Then the sign-up is for volunteers, and hours count. Otherwise people take part."),
    )  # fmt: skip
    by_choice = forms.BooleanField(label=gettext_lazy("The organiser chooses who comes"), required=False)

    def clean_roles(self) -> list[tuple[str, int]]:
        """Name and number of places of each line."""
        lines = [line.strip() for line in str(self.cleaned_data["roles"]).splitlines() if line.strip()]
        found = [ROLE.fullmatch(line) for line in lines]
        if len(lines) > MOST_ROLES or not all(found):
            raise ValidationError(_("Write one role a line, each with its number of places: 志愿者 10"))
        return [(match["name"].strip(), int(match["places"])) for match in found if match]


def _wanted(data: Mapping[str, Any]) -> list[NewRole]:
    return [NewRole(name, places, serves=bool(data["serving"])) for name, places in data["roles"]]


def _usual(activity: Activity) -> dict[str, Any]:
    kind = KINDS[activity.kind]
    return {"roles": f"{kind.role} 10", "serving": kind.serves, "begins": time(9), "ends": time(11)}


class SessionForm(TimesForm, RolesMixin):
    """One session."""

    field_order = ("day", "begins", "ends", "last_day", "station", "venue", "place", "roles", "serving", "by_choice")


class LayoutForm(WhereForm, RolesMixin):
    """Sessions that repeat: by plain choices, or by a rule somebody brings along."""

    often = forms.ChoiceField(
        label=gettext_lazy("How often"), widget=forms.RadioSelect, initial="weekly",
        choices=(
            ("daily", gettext_lazy("daily")), ("weekly", gettext_lazy("weekly")), ("monthly", gettext_lazy("monthly")),
        ),
    )  # fmt: skip
    every = forms.IntegerField(
        label=gettext_lazy("Every so many days, weeks or months"), min_value=1, max_value=12, initial=1,
        help_text=gettext_lazy("1: each one; 2: every second one."),
    )  # fmt: skip
    weekdays = forms.MultipleChoiceField(
        label=gettext_lazy("On these days of the week"), choices=repeats.DAYS, widget=forms.CheckboxSelectMultiple,
        required=False, help_text=gettext_lazy("Left empty, on that of the first day; monthly, on the same date."),
    )  # fmt: skip
    nth = forms.TypedChoiceField(
        label=gettext_lazy("Which one of the month"), coerce=int, initial=0, required=False, empty_value="0",
        choices=(
            (0, gettext_lazy("every one")), (1, gettext_lazy("the first")), (2, gettext_lazy("the second")),
            (3, gettext_lazy("the third")), (4, gettext_lazy("the fourth")), (-1, gettext_lazy("the last")),
        ),
        help_text=gettext_lazy("Only for monthly sessions on days of the week."),
    )  # fmt: skip
    first = forms.DateField(label=gettext_lazy("First day"), widget=forms.DateInput)
    last = forms.DateField(label=gettext_lazy("Last day"), widget=forms.DateInput)
    begins = forms.TimeField(label=gettext_lazy("Begins at"), widget=forms.TimeInput)
    ends = forms.TimeField(label=gettext_lazy("Ends at"), widget=forms.TimeInput)
    holidays = forms.BooleanField(label=gettext_lazy("Also on public holidays"), required=False)
    rule = forms.CharField(
        label=gettext_lazy("Or a rule from another calendar"), required=False, max_length=200,
        help_text=gettext_lazy("An RRULE (RFC 5545); it goes before the choices above."),
    )  # fmt: skip
    field_order = (
        "often", "every", "weekdays", "nth", "first", "last", "begins", "ends", "holidays", "station", "venue", "place",
        "roles", "serving", "by_choice", "rule",
    )  # fmt: skip

    def clean_rule(self) -> str:
        """The rule in one form; empty where none was pasted."""
        text = str(self.cleaned_data["rule"]).strip()
        try:
            return repeats.clean_rule(text) if text else ""
        except ValidationError as error:
            raise ValidationError(error.messages) from error

    def arguments(self) -> dict[str, Any]:
        """The arguments of the action, but for activity and actor."""
        data = self.cleaned_data
        chosen = repeats.Repeat(data["often"], data["every"], tuple(data["weekdays"]), int(data["nth"]))
        begins, ends = (_moment(data["first"], data[name]) for name in ("begins", "ends"))
        return {
            "rule": data["rule"] or chosen.rule(), "first": data["first"], "last": data["last"],
            "times": Times(begins.hour, begins.minute, ends - begins), "roles": _wanted(data),
            **{name: data[name] for name in ("place", "station", "venue", "by_choice", "holidays")},
        }  # fmt: skip


def address(session: Session) -> str:
    """The page of a session."""
    return address_of("session", pk=session.pk)


@page("activities/<int:pk>/session/", name="session-new", rule=may_run, methods="GET POST")
def new_page(request: Request, pk: int) -> HttpResponse:
    """Add one session to an activity."""
    activity = activity_for(request, pk, running=True)
    form = SessionForm(request.POST or None, activity=activity, initial=_usual(activity))

    def write(**data: Any) -> Session:
        return add_session(
            activity=activity, **form.moments(), roles=_wanted(data), by_choice=data["by_choice"], by=request.actor
        )

    return form_page(
        request, form, title=_("Add one session"), intro=activity.title, write=write, then=address,
        back=activity_address(activity), crumbs=activity_trail(activity), done=_("Saved."),
    )  # fmt: skip


@page("activities/<int:pk>/sessions/", name="session-layout", rule=may_run, methods="GET POST")
def layout_page(request: Request, pk: int) -> HttpResponse:
    """Lay out the sessions of an activity that repeats; what is there already stays as it is."""
    activity = activity_for(request, pk, running=True)
    project = activity.project
    usual = {
        **_usual(activity), "first": max(project.starts_on, clock.today()), "last": project.ends_on, "rule": activity.repeats
    }  # fmt: skip
    form = LayoutForm(request.POST or None, activity=activity, initial=usual)
    made: list[Session] = []

    def write(**_data: Any) -> Activity:
        made.extend(lay_out_sessions(activity=activity, **form.arguments(), by=request.actor))
        text = ngettext("%(count)s session was added.", "%(count)s sessions were added.", len(made))
        messages.success(request, text % {"count": len(made)})
        return activity

    intro = _("%(activity)s, from %(from)s to %(until)s at the longest. Doing it again adds only what is missing.")
    return form_page(
        request, form, title=_("Lay out sessions"), write=write, then=activity_address, back=activity_address(activity),
        intro=intro % {"activity": activity.title, "from": project.starts_on, "until": project.ends_on},
        crumbs=activity_trail(activity), submit=_("Lay them out"), done=_("The next ones are listed below."),
    )  # fmt: skip


class MoveForm(TimesForm):
    """Another time or venue."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ("day", "begins", "ends", "last_day", "station", "venue", "place", "closes_on")


@page("sessions/<int:pk>/change/", name="session-change", rule=may_run, methods="GET POST")
def change_page(request: Request, pk: int) -> HttpResponse:
    """Move a session; everybody enrolled sees what changed."""
    session = session_for(request, pk, running=True)
    begins, ends = session.starts_at.astimezone(CHINA), session.ends_at.astimezone(CHINA)
    initial = {
        "day": begins.date(), "begins": begins.time(), "ends": ends.time(), "venue": session.venue,
        "last_day": ends.date() if ends.date() != begins.date() else None, "station": session.station_id,
        "seen": session.changed_by,
        "closes_on": session.closes_at.astimezone(CHINA).date() if session.closes_at else None,
    }  # fmt: skip
    form = MoveForm(request.POST or None, activity=session.activity, place=session.place, initial=initial)

    def write(seen: int, **_data: Any) -> Session:
        return change_session(session=session, **form.moments(), seen=seen, by=request.actor)

    return form_page(
        request, form, title=_("Move the session"), intro=_("Who is enrolled sees the change; calendars take it over."),
        write=write, then=address, back=address(session), crumbs=activity_trail(session.activity), done=_("Moved."),
    )  # fmt: skip


@page("sessions/<int:pk>/cancel/", name="session-cancel", rule=may_run, methods="GET POST")
def cancel_page(request: Request, pk: int) -> HttpResponse:
    """Cancel a session that is not, or was not, held."""
    session = session_for(request, pk, running=True)
    over = session.ends_at <= clock.now()
    title = _("It was not held") if over else _("Cancel the session")
    return form_page(
        request, ReasonForm(request.POST or None), title=title, intro=_("Who is enrolled is told the reason."),
        write=lambda reason: cancel_session(session=session, reason=reason, by=request.actor), then=address,
        back=address(session), crumbs=activity_trail(session.activity), submit=title, done=_("Cancelled."),
    )  # fmt: skip


@page("sessions/<int:pk>/reopen/", name="session-reopen", rule=may_run, methods="GET POST")
def reopen_page(request: Request, pk: int) -> HttpResponse:
    """Take back that a session was held."""
    session = session_for(request, pk, running=True)
    return form_page(
        request, ReasonForm(request.POST or None), title=_("It was closed by mistake"), intro=session.activity.title,
        write=lambda reason: reopen_session(session=session, reason=reason, by=request.actor), then=address,
        back=address(session), crumbs=activity_trail(session.activity), submit=_("Open it again"),
        done=_("Open again. It counts no more."),
    )  # fmt: skip


@page("sessions/<int:pk>/close/", name="session-close", rule=may_run, methods="POST")
def close_page(request: Request, pk: int) -> HttpResponse:
    """Close a session as held: it counts from now on."""
    session = session_for(request, pk, running=True)
    attempt(request, lambda: close_session(session=session, by=request.actor), _("Closed. It counts now."))
    return redirect(address(session))
