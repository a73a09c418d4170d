"""Who comes to a session, on the desk: everybody by role with state, waiting order and what is in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yinling.activities import Enrolment, EnrolmentState, Session, SessionRole, Told, enrolments, gates, may_run
from yinling.base import clock
from yinling.base.masking import mask_name
from yinling.base.rules import Actor, Denied
from yinling.facts import Entry, entries_about
from yinling.web.happened import Names, history
from yinling.web.page import Request, address_of, found, page
from yinling.web.project_words import kind_label
from yinling.web.session_words import state_of, way_to, when

SHOWN = 500
"""People of one session shown; a larger one is read in the export."""

OPEN_STATES = (EnrolmentState.APPLIED, EnrolmentState.INVITED, EnrolmentState.CONFIRMED, EnrolmentState.WAITING)


def session_run_by(request: Request, pk: int) -> Session:
    """A session that the viewer may run; 404 for all others."""
    return found(may_run, request.actor, sessions(), pk=pk)


def sessions() -> QuerySet[Session]:
    """Sessions with all that their pages show."""
    return Session.objects.select_related("activity__project__organiser", "place")


@page("sessions/<int:pk>/people/", name="session-people", rule=may_run)
def list_page(request: Request, pk: int) -> HttpResponse:
    """Who comes to a session: by role, in the order in which they signed up."""
    session = session_run_by(request, pk)
    roles = list(session.roles.order_by("pk"))
    rows = list(enrolments.enrolments_of(request.actor, session)[:SHOWN])
    places, missing = enrolments.waiting_places(rows), _hindrances(session, roles, rows)
    listing = {
        "title": _("Who comes: %(title)s") % {"title": session.activity.title},
        "intro": f"{kind_label(session.activity.kind)} · {when(session)} · {session.where}",
        "count_text": "；".join(_counts(role, rows) for role in roles),
        "actions": _actions(session),
        "columns": [
            {"label": pgettext("of a person", "Name")}, {"label": pgettext("of a session", "Role")}, {"label": _("State")},
            {"label": _("Waiting list"), "numeric": True}, {"label": _("Signed up")}, {"label": _("In the way")},
        ],
        "rows": [
            {
                "url": address_of("enrolment", pk=row.pk),
                "cells": [
                    {"text": name_of(row)}, {"text": row.role.name}, state_of(row),
                    {"text": places.get(row.pk, "")}, {"text": _how(row)}, _in_the_way(row, missing),
                ],
            }
            for row in rows
        ],
        "empty": {
            "title": _("Nobody has signed up yet."),
            "hint": _("Volunteers sign up themselves; you can invite somebody, or add who stands before you."),
        },
    }  # fmt: skip
    crumbs = [*crumbs_of(session)[:-1], {"label": _("Who comes")}]
    return render(request, "pages/list.html", {"page": listing, "crumbs": crumbs})


def crumbs_of(session: Session) -> list[dict[str, object]]:
    """The way from the list of sessions to who comes to one of them."""
    crumbs: list[dict[str, object]] = []
    if up := way_to("sessions"):
        crumbs.append({"label": _("Sessions"), "url": up})
    crumbs.append({"label": session.activity.title, "url": way_to("session", session.pk)})
    return [*crumbs, {"label": _("Who comes"), "url": address_of("session-people", pk=session.pk)}]


def _counts(role: SessionRole, rows: Sequence[Enrolment]) -> str:
    waiting = sum(row.role_id == role.pk and row.state == EnrolmentState.WAITING for row in rows)
    text = _("%(role)s: %(taken)s of %(places)s places taken, %(waiting)s waiting")
    return text % {"role": role.name, "taken": role.taken, "places": role.capacity, "waiting": waiting}


def _actions(session: Session) -> list[dict[str, object]]:
    links = [
        (_("Invite or add somebody"), "session-people-add", True),
        (_("Number of places"), "session-places", False),
        (_("Sheet to sign"), "session-sheet", False),
        (_("Paper agreement"), "session-agreement", False),
    ]
    return [
        {"label": label, "url": address_of(name, pk=session.pk), "primary": primary} for label, name, primary in links
    ]


def name_of(row: Enrolment) -> str:
    """Who takes part, masked, a volunteer with the number; of a body with how many it sends."""
    if row.body is not None:
        return _("%(body)s (%(people)s people)") % {"body": row.body.name, "people": row.people}
    if row.person is None:
        return ""
    volunteer = getattr(row.person, "volunteer", None)
    return f"{row.person.masked_name} {volunteer.number}" if volunteer else row.person.masked_name


def _how(row: Enrolment) -> str:
    made = f"{row.made_at.astimezone(clock.CHINA):%m-%d %H:%M}"
    return _("%(when)s by %(who)s") % {"when": made, "who": row.proxy} if row.proxy else made


def _hindrances(
    session: Session, roles: Sequence[SessionRole], rows: Sequence[Enrolment]
) -> Mapping[int, list[gates.Hindrance]]:
    """What is in the way of each enrolment that still holds, by its key."""
    found_: dict[int, list[gates.Hindrance]] = {}
    for role in roles:
        role.session = session  # with its project, which is not read again for each role
        live = [row for row in rows if row.role_id == role.pk and row.state in OPEN_STATES]
        candidates = {row.pk: candidate for row in live if (candidate := candidate_of(row))}
        by_person = gates.hindrances_of(role=role, candidates=list(candidates.values()), day=session.day)
        found_ |= {key: by_person[candidate.person.pk] for key, candidate in candidates.items()}
    return found_


def candidate_of(row: Enrolment) -> gates.Candidate | None:
    """Who an enrolment is about, as the gates ask for it; None for a body."""
    if row.person is None:
        return None
    told = Told(row.health, row.emergency_name, row.emergency_phone)
    return gates.Candidate(row.person, getattr(row.person, "volunteer", None), told)


def _in_the_way(row: Enrolment, missing: Mapping[int, list[gates.Hindrance]]) -> dict[str, str]:
    texts = [one.text for one in missing.get(row.pk, ())]
    if row.state in (EnrolmentState.WAITING, EnrolmentState.CANCELLED, EnrolmentState.DECLINED):
        texts = texts or [row.reason]
    text = " ".join(filter(None, texts))
    return {"text": text, "signal": "warn"} if text and row.state in OPEN_STATES else {"text": text}


@page("sessions/enrolments/<int:pk>/", name="enrolment", rule=may_run)
def enrolment_page(request: Request, pk: int) -> HttpResponse:
    """One who comes: how they signed up, what is in the way, what may be done now."""
    row = enrolment_run_by(request, pk)
    session = row.session
    missing = _hindrances(session, [row.role], [row]).get(row.pk, [])
    place = enrolments.waiting_places([row]).get(row.pk)
    detail = {
        "title": name_of(row),
        "subtitle": f"{session.activity.title} · {when(session)} · {session.where}",
        "signal": {"level": state_of(row)["signal"], "text": state_of(row)["text"]},
        "intro": " ".join(one.text for one in missing),
        "facts": [
            {"label": pgettext("of a session", "Role"), "value": row.role.name},
            {"label": _("Waiting list"), "value": place if place else _("not on it")},
            {"label": _("Signed up"), "value": _how(row)},
            {"label": _("Agreed"), "value": row.get_agreed_display() if row.agreed else pgettext("agreed", "not yet")},
            {"label": _("Telephone"), "value": row.person.masked_phone if row.person else ""},
            {"label": _("Said of health and whom to call"), "value": _("yes") if row.health else _("no")},
            {"label": _("Reason"), "value": row.reason, "note": _("cancelled late") if row.late else ""},
        ],
        "sections": [],
        "history": history(_entries(row), _names(row)),
        "verbs": _verbs(request.actor, row),
    }  # fmt: skip
    crumbs = [*crumbs_of(session), {"label": detail["title"]}]
    return render(request, "pages/detail.html", {"page": detail, "crumbs": crumbs})


def enrolment_run_by(request: Request, pk: int) -> Enrolment:
    """An enrolment of a session that the viewer may run; 404 for all others."""
    rows = Enrolment.objects.select_related(
        "role", "session__activity__project", "session__place", "person__volunteer", "body"
    )
    return found(may_run, request.actor, rows, pk=pk)


def _entries(row: Enrolment) -> list[Entry]:
    """What happened to an enrolment; what its person did under their masked name."""
    entries = list(entries_about({"enrolment": [row.pk]}))
    volunteer = getattr(row.person, "volunteer", None)
    own = volunteer.account_id if volunteer else None
    for entry in entries:
        if own is not None and entry.actor_id == own:
            entry.actor_name = mask_name(entry.actor_name)
    return entries


def _names(row: Enrolment) -> Names:
    people = {row.person.pk: row.person.masked_name} if row.person else {}
    bodies = {row.body.pk: row.body.name} if row.body else {}
    return Names(people=people, bodies=bodies, paths={row.area_path: row.session.place.short_name})


VERBS: dict[str, tuple[EnrolmentState, ...]] = {
    "accept": (EnrolmentState.APPLIED,),
    "decline": (EnrolmentState.APPLIED,),
    "present": (EnrolmentState.INVITED,),
    "refuse": (EnrolmentState.INVITED,),
    "cancel": (EnrolmentState.INVITED, EnrolmentState.CONFIRMED, EnrolmentState.WAITING),
    "no-show": (EnrolmentState.CONFIRMED,),
    "came": (EnrolmentState.NO_SHOW,),
}
"""What may be done with an enrolment in which states."""


def verb_labels() -> dict[str, str]:
    """The verbs in words."""
    return {
        "accept": _("Accept"),
        "decline": _("Decline"),
        "present": _("Accepts on the spot, is here"),
        "refuse": _("Does not want to come, is here"),
        "cancel": _("Cancel the place"),
        "no-show": _("Did not come"),
        "came": _("Came after all"),
    }


WITH_REASON = frozenset({"decline", "cancel", "came"})
"""Verbs that ask for a reason; the others are done with one press."""


def _verbs(actor: Actor, row: Enrolment) -> list[dict[str, object]]:
    """What may be done now; what an enrolment in this state does not know is left out."""
    answer = may_run.check(actor, row)
    reason = str(answer.reason) if isinstance(answer, Denied) else ""
    over = row.session.state == Session.State.HELD or clock.now() >= row.session.ends_at
    begun = clock.now() >= row.session.starts_at
    verbs = []
    for verb, states in VERBS.items():
        if row.state not in states:
            continue
        refused = _("The session is not over yet.") if verb == "no-show" and not over else ""
        if verb == "cancel" and begun:
            continue
        verbs.append(
            {
                "label": verb_labels()[verb],
                "url": address_of("enrolment-verb", pk=row.pk, verb=verb),
                "reason": reason or refused,
                "post": verb not in WITH_REASON,
                "primary": verb in {"accept", "present"},
            }
        )
    return verbs
