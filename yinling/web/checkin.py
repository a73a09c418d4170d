"""Checking in on one's own telephone: by the code on the organiser's screen, with or without a network."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yinling.activities import Session
from yinling.base import clock
from yinling.base.rules import anyone, signed_in
from yinling.hours import checking_in
from yinling.volunteers import Volunteer
from yinling.web.devices import (
    body_of,
    browser_of,
    clock_time,
    is_other_account,
    name_browser,
    sentences,
    take_letters,
    told,
    worker_script,
)
from yinling.web.page import Request, address_of, page, pages
from yinling.web.square import Square, square

SEEN_FOR = timedelta(minutes=10)
"""So long after its address was opened a code is still taken from the same browser: signing in takes time."""

LOOK_BACK = timedelta(days=7)
SALT = "check-in"
DIGITS = 6
LONGEST_KEY = 18
"""Digits of a key: 64 bits hold as many, whatever they are."""


def _volunteer(request: Request) -> Volunteer | None:
    return Volunteer.objects.select_related("person").filter(account_id=request.actor.account_id or 0).first()


@page("pocket/check-in/", name="me-check-in", rule=signed_in, methods="GET POST")
def me_check_in(request: Request) -> HttpResponse:
    """Today's sessions of a volunteer; scan or type the code that is shown there."""
    volunteer = _volunteer(request)
    if volunteer is None:
        return _nobody(request)
    if request.method == "POST":
        return _typed(request, volunteer)
    today = clock.today()
    request.desk = {"session_seconds": 0}  # what is kept here outlives the session; nothing is lost when it ends
    context = {
        "account": request.actor.account_id,
        "sessions": [_row(one, volunteer) for one in checking_in.coming(volunteer, today)],
        "refused": [
            _refused(ticket) for ticket in checking_in.refused_tickets(request.actor.account_id or 0, today - LOOK_BACK)
        ],
        "back": _home(),
        "sentences": _sentences(),
    }
    return name_browser(request, render(request, "pages/check_in.html", context))


def _nobody(request: Request) -> HttpResponse:
    join = address_of("volunteer-join") if "volunteer-join" in pages else ""
    return render(request, "pages/check_in_nobody.html", {"join_url": join, "back": _home()})


def _home() -> str:
    return address_of("me" if "session-join" in pages else "home")


def _row(one: checking_in.Coming, volunteer: Volunteer) -> dict[str, object]:
    session, row = one.session, one.attendance
    own: Square = square(f"yinling:{session.pk}:{volunteer.pk}:{one.mark}")
    times = f"{clock_time(session.starts_at)}–{clock_time(session.ends_at)}"
    state = ""
    if row is not None:
        state = _("Checked in at %(time)s") % {"time": clock_time(row.started_at)}
        if row.ended_at is not None:
            state = _("From %(start)s to %(end)s") % {
                "start": clock_time(row.started_at),
                "end": clock_time(row.ended_at),
            }
    return {
        "pk": session.pk,
        "title": session.activity.title,
        "day": session.day.isoformat(),
        "is_today": session.day == clock.today(),
        "where": session.where,
        "times": times,
        "state": state,
        "own": own,
    }


def _refused(ticket: checking_in.Ticket) -> dict[str, object]:
    title = ticket.session.activity.title if ticket.session else ""
    when = ticket.received_at.astimezone(clock.CHINA)
    return {"when": f"{when:%m-%d %H:%M}", "title": title, "reason": ticket.reason}


def _typed(request: Request, volunteer: Volunteer) -> HttpResponse:
    code = "".join(sign for sign in request.POST.get("code", "") if sign.isdigit())
    number = request.POST.get("session", "")
    if len(code) != DIGITS or not number.isdecimal() or len(number) > LONGEST_KEY:
        messages.error(request, _("Choose the session and type the six digits that are shown there."))
        return redirect("me-check-in")
    session = Session.objects.filter(pk=int(number)).first()
    handed = checking_in.Handed(browser=browser_of(request))
    _tell(
        request,
        checking_in.hand_in_code(volunteer=volunteer, code=code, session=session, handed=handed, by=request.actor),
    )
    return name_browser(request, redirect("me-check-in"))


def _tell(request: Request, ticket: checking_in.Ticket) -> None:
    if ticket.state == checking_in.TicketState.REFUSED:
        messages.error(request, told(ticket))
    else:
        messages.success(request, told(ticket))


@page("pocket/check-in/<int:session>/<int:step>/<str:code>/", name="check-in-scan", rule=anyone, methods="GET POST")
def check_in_scan(request: Request, session: int, step: int, code: str) -> HttpResponse:
    """What the square code leads to when the telephone's own camera opens it. When it was opened is remembered for this
    browser, so that nobody loses the code over signing in; nothing is written before the button is pressed."""
    name = f"{session}/{step}/{code}"
    given = request.POST.get("seen") or request.GET.get("seen") or ""
    seen_at = _seen_at(given, name, browser_of(request))
    if seen_at is None:
        given, seen_at = "", clock.now()
    if request.method == "POST" and request.actor.account_id is not None:
        return _scanned(request, session, step, code, seen_at)
    return _opened(request, name, given)


def _opened(request: Request, name: str, given: str) -> HttpResponse:
    if "browser" not in request.COOKIES:
        # First name the browser: what it saw is tied to that name.
        return name_browser(request, redirect(request.get_full_path()))
    seen = given or signing.dumps(
        {"name": name, "browser": browser_of(request), "at": clock.now().timestamp()}, salt=SALT
    )
    if request.actor.account_id is None:
        return redirect_to_login(f"{request.path}?{urlencode({'seen': seen})}")
    if _volunteer(request) is None:
        return _nobody(request)
    session = Session.objects.select_related("activity", "place").filter(pk=int(name.split("/", maxsplit=1)[0])).first()
    context = {"session": session, "seen": seen, "back": address_of("me-check-in")}
    return render(request, "pages/check_in_scan.html", context)


def _scanned(request: Request, session: int, step: int, code: str, seen_at: datetime) -> HttpResponse:
    volunteer = _volunteer(request)
    if volunteer is None:
        return _nobody(request)
    ticket = checking_in.hand_in_code(
        volunteer=volunteer, code=code, session=Session.objects.filter(pk=session).first(), step=step, seen_at=seen_at,
        handed=checking_in.Handed(browser=browser_of(request)), by=request.actor,
    )  # fmt: skip
    _tell(request, ticket)
    return redirect("me-check-in")


def _seen_at(given: str, name: str, browser: str) -> datetime | None:
    """When this browser opened this very address, if the text says so and is not too old."""
    try:
        said = signing.loads(given, salt=SALT)
    except signing.BadSignature:
        return None
    if said["name"] != name or said["browser"] != browser:
        return None
    moment = datetime.fromtimestamp(said["at"], clock.CHINA)
    return moment if timedelta() <= clock.now() - moment <= SEEN_FOR else None


@page("pocket/check-in/device/", name="check-in-device", rule=signed_in, methods="POST")
def check_in_device(request: Request) -> HttpResponse:
    """A browser registers the key it will sign with."""
    volunteer = _volunteer(request)
    if volunteer is None or is_other_account(request):
        return JsonResponse({}, status=409)
    key = str(body_of(request).get("key", ""))[:100]
    try:
        device = checking_in.register_device(
            volunteer=volunteer, public_key_text=key, browser=browser_of(request), by=request.actor
        )
    except ValidationError as error:
        return JsonResponse({"text": " ".join(error.messages)}, status=400)
    return JsonResponse({"device": device.pk})


@page("pocket/check-in/letters/", name="check-in-letters", rule=signed_in, methods="POST")
def check_in_letters(request: Request) -> HttpResponse:
    """Hand in codes that a browser kept."""
    volunteer = _volunteer(request)
    if volunteer is None:
        return JsonResponse({}, status=409)
    return take_letters(
        request, lambda handed: checking_in.hand_in_code(volunteer=volunteer, handed=handed, by=request.actor)
    )


@page("pocket/check-in/worker.js", name="check-in-worker", rule=anyone)
def check_in_worker(_request: Request) -> HttpResponse:
    """The worker that keeps the page for when there is no network."""
    return worker_script()


def _sentences() -> list[dict[str, str]]:
    return sentences(
        (
            ("kept", _("Saved on this phone. It is sent as soon as there is a network; you need not do anything.")),
            ("unprepared", _("This phone is not ready yet. Open this page once where there is a network.")),
            ("six-digits", _("Type all six digits.")),
            ("choose", _("Choose a session first.")),
            ("no-camera", _("The camera cannot be used. Type the six digits instead.")),
        )
    )
