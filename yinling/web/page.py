"""Pages: a view with its address, its name and the rule that opens it. A page without a rule cannot be declared."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, cast
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import URLPattern, path, reverse

from yinling.base.rules import Actor, Denied, Reason, Refused, Rule
from yinling.network import Account, actor_of

M = TypeVar("M", bound=Model)
T = TypeVar("T")


class Request(HttpRequest):
    """A request that reached a page: the actor is known."""

    actor: Actor
    desk: dict[str, object]
    """What this page adds to the shell (see shell.py)."""
    unattended: bool
    """Set by a page that a script asks for by itself: nobody need be there, so it keeps no session alive."""


View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Page:
    """What is declared of a page."""

    route: str
    name: str
    rule: Rule
    view: View
    methods: frozenset[str]


pages: dict[str, Page] = {}


def page(route: str, *, name: str, rule: Rule, methods: str = "GET") -> Callable[[View], View]:
    """Declare a page at `route`. `rule` is asked before the view runs (a page about one row asks again for the row, through
    `found`); a stranger is sent to sign in, anyone else who may not gets the reason."""

    def declare(view: View) -> View:
        allowed = frozenset(methods.split()) | {"HEAD"}

        @functools.wraps(view)
        def guarded(request: HttpRequest, **arguments: Any) -> HttpResponse:
            if request.method not in allowed:
                return HttpResponse(status=405, headers={"Allow": ", ".join(sorted(allowed))})
            seen = cast("Request", request)
            seen.actor, seen.desk = actor_for(request), {}
            if "%00" in request.META["QUERY_STRING"]:
                # No text of the database holds this sign, so nothing is looked up with it.
                seen.GET = QueryDict(request.META["QUERY_STRING"].replace("%00", ""))
            answer = rule.check(seen.actor)
            if isinstance(answer, Denied):
                return refuse(request, answer)
            try:
                return view(seen, **arguments)
            except Refused as refused:
                # An action asked a rule of its own that the page's does not cover.
                return refuse(request, Denied(refused.reason))

        if name in pages:
            raise ValueError(f"two pages are named {name}")
        pages[name] = Page(route, name, rule, guarded, allowed)
        return guarded

    return declare


def urlpatterns() -> list[URLPattern]:
    """The addresses of all declared pages; at each step a fixed word before an argument, which would take it as a value."""
    ordered = sorted(pages.values(), key=lambda page: [part.startswith("<") for part in page.route.split("/")])
    return [path(found.route, found.view, name=found.name) for found in ordered]


def address_of(name: str, /, **values: object) -> str:
    """The address of a page with the values of its arguments, or of a view of others that takes none. Django, which could say
    it too, finds its way anew each time, and a page says dozens."""
    route, written = _route(name)
    return route.format_map({key: quote(written[key](value), UNQUOTED) for key, value in values.items()})


UNQUOTED = "/~:@!$&'()*+,;="
"""Signs that stand for themselves in the path of an address (RFC 3986, 3.3)."""


@cache
def _route(name: str) -> tuple[str, dict[str, Callable[[object], str]]]:
    """An address with its arguments open, as `str.format_map` takes it, and how each is written."""
    if name not in pages:
        return reverse(name), {}
    route = pages[name].route
    converters = path(route, pages[name].view).pattern.converters
    return "/" + re.sub(r"<(?:[a-z]+:)?([a-z_]+)>", r"{\1}", route), {
        key: one.to_url for key, one in converters.items()
    }


def actor_for(request: HttpRequest) -> Actor:
    """Who is asking: the signed-in account with the roles it holds today, or a stranger without any. Found once a request."""
    known: Actor | None = getattr(request, "_actor", None)
    if known is None:
        origin = origin_of(request)
        user = getattr(request, "user", None)  # a request for another host is refused before its session is read
        stranger = Actor(account_id=None, name="", origin=origin)
        known = actor_of(user, origin) if isinstance(user, Account) else stranger
        request._actor = known  # type: ignore[attr-defined]
    return known


def origin_of(request: HttpRequest) -> str:
    """Where a request came from, as the audit trail names it. Behind the proxy that ends https (which must set the header
    itself) that is the address the proxy saw, not the proxy's own."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.HTTPS:
        address = request.META.get("HTTP_X_FORWARDED_FOR", address).rpartition(",")[2].strip()
    return f"web {address}"


def refuse(request: HttpRequest, answer: Denied) -> HttpResponse:
    """Sign in first, or 403 with the reason."""
    if actor_for(request).account_id is None:
        return redirect_to_login(request.get_full_path())
    return render(request, "errors/403.html", {"reason": answer.reason}, status=403)


def found(rule: Rule, actor: Actor, rows: QuerySet[M], **key: object) -> M:
    """The one row with this key, if the rule lets the actor have it; otherwise 404, as if it did not exist."""
    row = rule.filter(actor, rows).filter(**key).first()
    if row is None:
        raise Http404
    return row


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, also where it was sent empty; None where it was only asked for."""
    return request.POST if request.method == "POST" else None


def attempt(request: HttpRequest, write: Callable[[], T], done: Reason | Callable[[T], Reason | None]) -> bool:
    """Run an action; say `done` (or what it makes of the action's result, if that is anything), or the reason it was
    refused. Whether it went through."""
    try:
        written = write()
    except Refused as refused:
        messages.error(request, str(refused.reason))
        return False
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
        return False
    said = done(written) if callable(done) else done
    if said:
        messages.success(request, str(said))
    return True
