"""The organiser's screen at a session: the rotating code, and the list of who came, with or without a network."""

from __future__ import annotations

import base64

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yinling.activities import Session, may_run
from yinling.base import clock
from yinling.base.rules import Refused, anyone
from yinling.hours import checking_in
from yinling.web.devices import (
    ahead_of,
    browser_of,
    clock_time,
    is_other_account,
    milliseconds,
    name_browser,
    sentences,
    take_letters,
    worker_script,
)
from yinling.web.page import Request, address_of, found, page, pages
from yinling.web.square import square


def _session(request: Request, pk: int) -> Session:
    return found(may_run, request.actor, Session.objects.select_related("activity", "place"), pk=pk)


@page("sessions/<int:pk>/code/", name="session-code", rule=may_run)
def session_code(request: Request, pk: int) -> HttpResponse:
    """The code of this moment in large type. Without script it is drawn once, with it every time it changes; the list of who
    came is fetched by the script alone, so that no copy of the page holds anybody's name."""
    session = _session(request, pk)
    kind = "out" if request.GET.get("kind") == "out" else "in"
    seconds = checking_in.seconds_of(session)
    code = checking_in.code_now(session, "out" if kind == "out" else "in", seconds)
    address = address_of("check-in-scan", session=pk, step=code.step, code=code.long)
    request.desk = {"session_seconds": 0}  # the screen stays up for hours, and what is kept outlives the session
    context = {
        "session": session,
        "times": f"{clock_time(session.starts_at)}–{clock_time(session.ends_at)}",
        "account": request.actor.account_id,
        "kind": kind,
        "square": square(request.build_absolute_uri(address)),
        "digits": f"{code.short[:3]} {code.short[3:]}",
        "seconds": seconds,
        "address": address_of("me-check-in"),
        "back": address_of("session", pk=pk) if "session" in pages else "",
        "sentences": _sentences(),
    }
    return name_browser(request, render(request, "pages/check_in_host.html", context))


@page("sessions/<int:pk>/code/key/", name="session-code-key", rule=may_run, methods="POST")
def session_code_key(request: Request, pk: int) -> HttpResponse:
    """Prepare the organiser's device: the key of this one session, who is expected, and what time it is."""
    session = _session(request, pk)
    if is_other_account(request):
        return JsonResponse({}, status=409)
    try:
        key = checking_in.prepare_host(
            session=session, ahead=ahead_of(request), browser=browser_of(request), by=request.actor
        )
    except Refused as refused:
        return JsonResponse({"text": str(refused.reason)}, status=400)
    given = {
        "now": milliseconds(clock.now()),
        "seconds": checking_in.seconds_of(session),
        "key": base64.b64encode(key).decode(),
        "roster": _people(session),
    }
    return JsonResponse(given, headers={"Cache-Control": "no-store"})


def _people(session: Session) -> list[dict[str, object]]:
    return [
        {
            "person": one.person,
            "name": one.name,
            "mark": one.mark,
            "came": clock_time(one.came_at),
            "left": clock_time(one.left_at),
            "coded": one.coded,
            "signed": one.signed,
        }
        for one in checking_in.roster(session)
    ]


@page("sessions/<int:pk>/code/roster/", name="session-code-roster", rule=may_run)
def session_code_roster(request: Request, pk: int) -> HttpResponse:
    """Who has come by now, asked for again and again by the script: what another device or the volunteers handed in
    meanwhile. It keeps no session alive: a screen asks by itself, whether anybody is there or not."""
    request.unattended = True
    session = _session(request, pk)
    if "X-Account" in request.headers and is_other_account(request):
        return JsonResponse({}, status=409)
    return JsonResponse({"roster": _people(session)}, headers={"Cache-Control": "no-store"})


@page("sessions/<int:pk>/code/letters/", name="session-code-letters", rule=may_run, methods="POST")
def session_code_letters(request: Request, pk: int) -> HttpResponse:
    """Hand in counter-signs that the organiser's device kept."""
    session = _session(request, pk)
    return take_letters(
        request, lambda handed: checking_in.hand_in_mark(session=session, handed=handed, by=request.actor)
    )


@page("sessions/<int:pk>/code/worker.js", name="session-code-worker", rule=anyone)
def session_code_worker(_request: Request, pk: int) -> HttpResponse:
    """The worker that keeps the screen of this one session for when there is no network."""
    del pk  # the address is the scope; the script is the same for all
    return worker_script()


def _sentences() -> list[dict[str, str]]:
    return sentences(
        (
            ("in", pgettext("somebody at a session", "came")),
            ("out", pgettext("somebody at a session", "left")),
            ("heading-in", _("Code for coming")),
            ("heading-out", _("Code for going")),
            ("question-in", _("Did you see {name} come?")),
            ("question-out", _("Did you see {name} leave?")),
            ("came", _("came {time}")),
            ("went", _("left {time}")),
            ("both", _("code and your word")),
            ("seen", _("your word")),
            ("coded", _("code; tap to confirm")),
            ("nobody", _("not here yet; tap when here")),
            ("unsent", _("{n} not sent yet; they stay on this device until there is a network")),
            ("all-sent", _("Everything is sent")),
            ("prepared", _("Ready to be used without a network since {time}")),
            ("unprepared", _("This device is not ready yet: it has to open this page once where there is a network.")),
            ("count", _("{n} of {all} have come")),
        )
    )
