"""What the scripts of check-in pages say to the platform: JSON from a browser that may have been without a network."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from yinling.base import clock
from yinling.base.crypto import keyring
from yinling.hours import checking_in
from yinling.web.page import Request
from yinling.web.templatetags.ui import BUILD

COOKIE = "browser"
"""Names a browser to the server alone: how many people one telephone checked in on a day is told by it."""

AT_ONCE = 50
"""Letters in one request at most."""

_TWO_YEARS = 2 * 365 * 24 * 3600
_MOST_AHEAD = 10 * 365 * 24 * 3600 * 1000


def browser_of(request: HttpRequest) -> str:
    """The keyed hash of the browser; empty before it was named."""
    name = request.COOKIES.get(COOKIE, "")
    return keyring().hash(name, "attendance.device") if name else ""


def name_browser(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Give the browser a name that no script can read, if it has none."""
    if COOKIE not in request.COOKIES:
        response.set_cookie(
            COOKIE, secrets.token_urlsafe(18), max_age=_TWO_YEARS, httponly=True, samesite="Lax", secure=settings.HTTPS
        )
    return response


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON object of a request; empty where it is none."""
    try:
        said = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def is_other_account(request: Request) -> bool:
    """Whether the page was somebody else's: it was opened before another person signed in."""
    return request.headers.get("X-Account", "") != str(request.actor.account_id)


def ahead_of(request: HttpRequest) -> timedelta:
    """By how much the device's clock was ahead of the server's when it sent; none where it does not say."""
    try:
        sent_at = int(request.headers.get("X-Sent-At", ""))
    except ValueError:
        return timedelta()
    ahead = sent_at - int(clock.now().timestamp() * 1000)
    return timedelta(milliseconds=max(-_MOST_AHEAD, min(ahead, _MOST_AHEAD)))


def take_letters(request: Request, hand_in: Callable[[checking_in.Handed], checking_in.Ticket]) -> HttpResponse:
    """Hand in each letter of a request, in their order; the answer says what became of each."""
    if is_other_account(request):
        return JsonResponse({}, status=409)
    letters = body_of(request).get("letters")
    if not isinstance(letters, list) or len(letters) > AT_ONCE:
        return JsonResponse({}, status=400)
    ahead, browser = ahead_of(request), browser_of(request)
    answers = []
    for letter in letters:
        known = letter if isinstance(letter, dict) else {}
        payload, signature = (str(known.get(key, "")) for key in ("payload", "signature"))
        ticket = hand_in(checking_in.Handed(payload or "?", signature, ahead, browser))
        answers.append({"state": ticket.state, "text": told(ticket)})
    return JsonResponse({"answers": answers})


def told(ticket: checking_in.Ticket) -> str:
    """What became of a ticket, in plain words."""
    if ticket.state == checking_in.TicketState.REFUSED:
        return ticket.reason
    if ticket.state == checking_in.TicketState.WAITING:
        return _("Noted that you left. It is still missing that you came; the organiser's list may bring it.")
    said = _("You have checked in, %(time)s.") if ticket.kind == "in" else _("You have checked out, %(time)s.")
    return said % {"time": clock_time(ticket.at)}


def clock_time(moment: datetime | None) -> str:
    """Hour and minute in China; empty without a moment."""
    return f"{moment.astimezone(clock.CHINA):%H:%M}" if moment else ""


def milliseconds(moment: datetime) -> int:
    """Since 1970, as scripts count."""
    return int(moment.astimezone(UTC).timestamp() * 1000)


def worker_script() -> HttpResponse:
    """The worker that keeps check-in pages. Its own address is its scope, so it never sees another page."""
    path = BUILD / "worker.js"
    script = path.read_text("utf-8") if path.exists() else ""
    return HttpResponse(script, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


def sentences(said: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    """Sentences of a page's script in the reader's language, by their names."""
    return [{"name": name, "text": text} for name, text in said]
