"""One's own account: name, roles, language, type size, password, second factor, API tokens."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from yinling.base import clock
from yinling.base.rules import anyone, signed_in
from yinling.network import Account, Token, end_token, make_token
from yinling.web.accounts.forms import ConfirmForm, TokenForm, saved
from yinling.web.accounts.shown import Shown, crumb, form_page, framed, history_of, layout, moment, role_of
from yinling.web.page import Request, address_of, attempt, page

YEAR = 365 * 24 * 3600


@page("keepalive/", name="keepalive", rule=signed_in)
def keepalive(_request: Request) -> HttpResponse:
    """Nothing, but a request: the idle clock starts anew. A stranger is sent to sign in."""
    return HttpResponse(status=204)


@page("large-type/", name="large-type", rule=anyone, methods="POST")
def large_type(request: Request) -> HttpResponse:
    """Keep the size of type in a cookie, before and after signing in, and go back to where the switch was."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(target if safe else "/")
    value = "1" if request.POST.get("large") == "1" else "0"
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie("large", value, max_age=YEAR, secure=secure, samesite="Lax", httponly=True)
    return response


@page("me/", name="my-account", rule=signed_in)
def me(request: Request) -> HttpResponse:
    """Who I am here, what I hold, how I sign in."""
    account = _account(request)
    today = clock.today()
    roles = account.roles_held.select_related("body__place").order_by("since", "pk")
    second = Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists()
    shown: Shown = {
        "title": account.display_name,
        "facts": [
            {"label": _("Sign-in name"), "value": account.username},
            {"label": _("Phone number"), "value": _("recorded") if account.phone_hash else ""},
            {
                "label": _("Second step at sign-in"),
                "value": _("set up") if second else _("not set up"),
                "signal": "ok" if second else "warn" if account.needs_second_factor else "none",
            },
        ],
        "sections": [
            {
                "title": _("Roles"),
                "intro": "" if roles else _("This account holds no role."),
                "columns": [{"label": _("Role")}, {"label": _("Place")}, {"label": _("From")}, {"label": _("Until")}],
                "rows": [
                    {
                        "cells": [
                            {"text": role_of(held)},
                            {"text": held.body.place.name},
                            {"text": held.since},
                            {"text": held.until},
                        ]
                    }
                    for held in roles
                    if held.until is None or held.until > today
                ],
            },
            _tokens(account),
            {"title": _("Language and type size"), "template": "accounts/switches.html"},
        ],
        "verbs": [
            {"label": _("Change the password"), "url": address_of("account_change_password")},
            {"label": _("Second step at sign-in"), "url": address_of("mfa_index")},
            {"label": _("Make an API token"), "url": address_of("token-new")},
        ],
        "history": history_of(account),
    }
    return framed(request, "detail", _("My account"), [crumb(_("My account"))], {"page": shown})


@page("me/tokens/new/", name="token-new", rule=signed_in, methods="GET POST")
def token_new(request: Request) -> HttpResponse:
    """Make a token; its text is on the answer to this one request and nowhere else."""
    form = TokenForm(request.POST or None)
    crumbs = [crumb(_("My account"), address_of("my-account"))]
    if form.is_valid():
        values = form.cleaned_data
        made = saved(form, lambda: make_token(name=values["name"], scope=values["scope"], by=request.actor))
        if made is not None:
            token, text = made
            context: Shown = {
                "token": token,
                "text": text,
                "layout": layout(request.actor),
                "crumbs": [*crumbs, crumb(_("New API token"))],
            }
            answer = render(request, "accounts/token.html", context)
            answer.headers["Cache-Control"] = "no-store"
            return answer
    return form_page(
        request,
        form,
        title=_("Make an API token"),
        submit=_("Make it"),
        back=address_of("my-account"),
        crumbs=crumbs,
        intro=_("A program that holds a token may do over the API what you may do here. It ends after a year."),
    )


@page("me/tokens/<int:pk>/end/", name="token-end", rule=signed_in, methods="GET POST")
def token_end(request: Request, pk: int) -> HttpResponse:
    """End a token of one's own."""
    token = get_object_or_404(_account(request).tokens.filter(ended_at__isnull=True), pk=pk)
    if request.method == "POST":
        attempt(request, lambda: end_token(token=token, by=request.actor), _("The token has ended."))
        return redirect("my-account")
    return form_page(
        request,
        ConfirmForm(),
        title=_("End an API token"),
        submit=_("End it"),
        back=address_of("my-account"),
        crumbs=[crumb(_("My account"), address_of("my-account"))],
        intro=_("Programs that use “%(name)s” stop working at once.") % {"name": token.name},
    )


def _account(request: Request) -> Account:
    account = request.user
    assert isinstance(account, Account), "the rule lets only signed-in people in"
    return account


def _tokens(account: Account) -> Shown:
    tokens = account.tokens.order_by("-made_at")
    return {
        "title": _("API tokens"),
        "intro": "" if tokens else _("None. Programs of the office can read and write through the API with one."),
        "columns": [
            {"label": _("What it is for")},
            {"label": _("May")},
            {"label": _("Ends with")},
            {"label": _("Made")},
            {"label": _("Expires on")},
            {"label": _("State")},
        ],
        "rows": [_token_row(token) for token in tokens],
    }


def _token_row(token: Token) -> Shown:
    good = token.ended_at is None and token.expires_on >= clock.today()
    return {
        "url": address_of("token-end", pk=token.pk) if good else "",
        "cells": [
            {"text": token.name},
            {"text": token.get_scope_display()},
            {"text": f"…{token.hint}"},
            {"text": moment(token.made_at)},
            {"text": token.expires_on},
            {"text": _("good") if good else _("ended"), "signal": "ok" if good else "none"},
        ],
    }
