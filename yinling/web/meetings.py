"""A meeting: agenda, who was invited and who came, minutes, resolutions with owner and day. Its page prints as it stands."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from yinling.activities import events, may_run, may_see_projects
from yinling.base import clock
from yinling.web.association_forms import ProblemForm
from yinling.web.events import Row, activity_for, event_form, facts_of, shown
from yinling.web.form_page import verb
from yinling.web.page import Request, address_of, found, page
from yinling.web.person_changes import day_field
from yinling.web.pick import BodyField

SIGNALS = {events.Guest.Answer.CAME: "ok", events.Guest.Answer.ABSENT: "bad", events.Guest.Answer.EXCUSED: "warn"}


class GuestForm(ProblemForm):
    """A body to invite."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["body"] = BodyField(label=_("Body invited"), roots=("",))


class AnswerForm(ProblemForm):
    """Whether a body came."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Answer"), choices=events.Guest.Answer.choices, widget=forms.RadioSelect
    )
    sent = forms.CharField(label=gettext_lazy("Represented by"), required=False, max_length=80)
    reason = forms.CharField(label=gettext_lazy("Why excused"), required=False, max_length=200)


class MinutesForm(ProblemForm):
    """The minutes."""

    text = forms.CharField(
        label=pgettext_lazy("of a meeting", "Minutes"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 16})
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)


class ResolutionForm(ProblemForm):
    """Something resolved."""

    text = forms.CharField(label=gettext_lazy("Resolved"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    due_on = forms.DateField(label=gettext_lazy("Due on"), widget=forms.DateInput)
    field_order = ("text", "owner", "due_on")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"] = BodyField(label=_("Done by"), roots=("",))
        self.order_fields(self.field_order)


class DoneForm(ProblemForm):
    """A resolution was carried out."""

    on = day_field(gettext_lazy("Done on"))
    remark = forms.CharField(label=gettext_lazy("Remark"), required=False, max_length=200)


@page("meetings/<int:pk>/", name="activity-meeting", rule=may_see_projects)
def meeting_page(request: Request, pk: int) -> HttpResponse:
    """One meeting."""
    activity = activity_for(request, pk, "meeting")
    answer = may_run.check(request.actor, activity)
    guests = list(activity.guests.select_related("body").order_by("body__area_path", "pk"))
    resolutions = list(activity.resolutions.select_related("owner").order_by("due_on", "pk"))
    known = events.Minutes.objects.filter(activity=activity).first()
    came = sum(1 for guest in guests if guest.answer == events.Guest.Answer.CAME)

    def to(name: str) -> str:
        return address_of(name, pk=pk)

    return shown(request, activity, {
        "facts": [
            *facts_of(activity, events.first_day(activity)),
            {"label": _("Chaired by"), "value": activity.details.get("chaired_by") or "–"},
            {"label": _("Invited"), "value": len(guests)},
            {"label": _("Came"), "value": came},
        ],
        "sections": [
            {"title": _("Agenda"), "html": _paragraphs(activity.details.get("agenda", ""))},
            _guests(guests, bool(answer)),
            {"title": pgettext("of a meeting", "Minutes"), "html": _paragraphs(known.text if known else "")},
            _resolutions(resolutions, bool(answer)),
        ],
        "verbs": [
            verb(_("Invite a body"), to("guest-new"), answer),
            verb(_("Write the minutes"), to("minutes"), answer, primary=True),
            verb(_("Record a resolution"), to("resolution-new"), answer),
        ],
        "counts_towards": [],
    })  # fmt: skip


def _paragraphs(text: object) -> SafeString:
    """A text with its lines kept, escaped."""
    return mark_safe(linebreaks(str(text) or "–", autoescape=True))  # noqa: S308 - linebreaks has escaped it


def _guests(guests: list[events.Guest], may: bool) -> Row:
    return {
        "title": _("Invited: %(count)s") % {"count": len(guests)},
        "intro": "" if guests else _("None is recorded."),
        "columns": [
            {"label": _("Body")}, {"label": _("Answer")}, {"label": _("Represented by")}, {"label": _("Why excused")},
        ],
        "rows": [
            {
                "url": address_of("guest", pk=guest.pk) if may else "",
                "cells": [
                    {"text": guest.body.name},
                    {"text": guest.get_answer_display(), "signal": SIGNALS.get(events.Guest.Answer(guest.answer), "")},
                    {"text": guest.sent}, {"text": guest.reason},
                ],
            }
            for guest in guests
        ],
    }  # fmt: skip


def _resolutions(resolutions: list[events.Resolution], may: bool) -> Row:
    return {
        "title": _("Resolutions: %(count)s") % {"count": len(resolutions)},
        "intro": "" if resolutions else _("None is recorded."),
        "columns": [
            {"label": _("Resolved")}, {"label": _("Done by")}, {"label": _("Due on")}, {"label": _("State")},
            {"label": _("Remark")},
        ],
        "rows": [
            {
                "url": address_of("resolution", pk=one.pk) if may and one.done_on is None else "",
                "cells": [
                    {"text": one.text}, {"text": one.owner.name}, {"text": one.due_on.isoformat()}, _course(one),
                    {"text": one.remark},
                ],
            }
            for one in resolutions
        ],
    }  # fmt: skip


def _course(one: events.Resolution) -> Row:
    if one.done_on is not None:
        return {"text": _("done on %(day)s") % {"day": one.done_on.isoformat()}, "signal": "ok"}
    late = one.due_on < clock.today()
    return {"text": _("overdue") if late else pgettext("a resolution", "open"), "signal": "bad" if late else "warn"}


@page("meetings/<int:pk>/guest/", name="guest-new", rule=may_run, methods="GET POST")
def guest_new_page(request: Request, pk: int) -> HttpResponse:
    """Invite a body."""
    activity = activity_for(request, pk, "meeting", may_run)

    def write(**data: Any) -> events.Guest:
        return events.invite_guest(activity=activity, **data, by=request.actor)

    return event_form(request, activity, GuestForm(request.POST or None), _("Invite a body"), write)


@page("meetings/guests/<int:pk>/", name="guest", rule=may_run, methods="GET POST")
def guest_page(request: Request, pk: int) -> HttpResponse:
    """Note whether a body came."""
    guest = found(may_run, request.actor, events.Guest.objects.select_related("activity__project", "body"), pk=pk)

    def write(**data: Any) -> events.Guest:
        return events.answer_guest(guest=guest, **data, by=request.actor)

    initial = {"answer": guest.answer, "sent": guest.sent, "reason": guest.reason}
    return event_form(
        request, guest.activity, AnswerForm(request.POST or None, initial=initial), guest.body.name, write
    )


@page("meetings/<int:pk>/minutes/", name="minutes", rule=may_run, methods="GET POST")
def minutes_page(request: Request, pk: int) -> HttpResponse:
    """Write the minutes."""
    activity = activity_for(request, pk, "meeting", may_run)

    def write(**data: Any) -> events.Minutes:
        return events.write_minutes(activity=activity, **data, by=request.actor)

    known = events.Minutes.objects.filter(activity=activity).first()
    initial = {"text": known.text if known else "", "seen": known.changed_by if known else 0}
    form = MinutesForm(request.POST or None, initial=initial)
    return event_form(request, activity, form, _("Write the minutes"), write)


@page("meetings/<int:pk>/resolution/", name="resolution-new", rule=may_run, methods="GET POST")
def resolution_new_page(request: Request, pk: int) -> HttpResponse:
    """Record a resolution."""
    activity = activity_for(request, pk, "meeting", may_run)

    def write(**data: Any) -> events.Resolution:
        return events.resolve(activity=activity, **data, by=request.actor)

    return event_form(request, activity, ResolutionForm(request.POST or None), _("Record a resolution"), write)


@page("meetings/resolutions/<int:pk>/", name="resolution", rule=may_run, methods="GET POST")
def resolution_page(request: Request, pk: int) -> HttpResponse:
    """Note a resolution as done."""
    rows = events.Resolution.objects.select_related("activity__project", "owner")
    one = found(may_run, request.actor, rows, pk=pk)

    def write(**data: Any) -> events.Resolution:
        return events.carry_out(resolution=one, **data, by=request.actor)

    return event_form(request, one.activity, DoneForm(request.POST or None), one.text[:40], write)
