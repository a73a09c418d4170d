"""What holds for every request of a session: it ends when nothing is done, and the first duties come first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRefresh

from yinling.base import clock
from yinling.network import Account, actor_of, installation, sign_out
from yinling.web.page import origin_of

SEEN = "yinling_seen"
"""Session key: when the last request came, in seconds since 1970."""

STEP = 30
"""Seconds by which `SEEN` may lag behind, so that not every request writes the session. It errs on the safe side: the
session ends up to so many seconds early, never late."""

View = Callable[[HttpRequest], HttpResponse]


class IdleTimeout:
    """Middleware: a session without a request for `settings.IDLE_MINUTES` ends on the server (GB/T 22239: session
    time-out). Pages warn before, and the page `keepalive` keeps a session without doing anything else. A request that a
    script makes by itself says so (`Request.unattended`) and keeps none."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request, as a stranger's where the session was over."""
        if self._is_over(request):
            self._end(request)
            if request.headers.get("HX-Request") == "true":
                # A fragment of the sign-in page would vanish in the page; loaded anew it shows whole.
                return HttpResponseClientRefresh()
        response = self.get_response(request)
        if request.user.is_authenticated and not getattr(request, "unattended", False):
            now = clock.now().timestamp()
            if now - request.session.get(SEEN, 0) >= STEP:
                request.session[SEEN] = int(now)
        return response

    def _is_over(self, request: HttpRequest) -> bool:
        seen = request.session.get(SEEN) if request.user.is_authenticated else None
        return seen is not None and clock.now().timestamp() - seen >= settings.IDLE_MINUTES * 60

    def _end(self, request: HttpRequest) -> None:
        if isinstance(request.user, Account):
            by = actor_of(request.user, origin_of(request))
            sign_out(account=request.user, reason=_("Nothing was done for a while."), by=by)
        logout(request)
        messages.info(request, _("You were signed out because nothing was done for a while."))


class RequireSecondFactor:
    """Middleware: a temporary password is changed before anything else; then, in a real installation, whoever needs a
    second factor sets it up before anything else (GB/T 22239: two factors)."""

    ALWAYS = frozenset({"account_login", "account_logout", "set_language", "large-type", "keepalive"})
    PASSWORD = ALWAYS | {"account_change_password"}
    SECOND_FACTOR = PASSWORD | {"account_reauthenticate", "mfa_activate_totp"}

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response
        self._real: bool | None = None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request; `process_view` steps in when it is known which page is asked for."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., HttpResponseBase], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Send somebody with a duty to the page for it. The API is left out: there a session opens nothing."""
        user, match = request.user, request.resolver_match
        if not isinstance(user, Account) or match is None or "api" in match.namespaces:
            return None
        if user.must_change_password:
            return None if match.url_name in self.PASSWORD else redirect("account_change_password")
        if match.url_name in self.SECOND_FACTOR or not self._lacks_second_factor(user):
            return None
        messages.info(request, _("Your position needs a second step at sign-in. Set it up now."))
        return redirect("mfa_activate_totp")

    def _lacks_second_factor(self, account: Account) -> bool:
        return (
            account.needs_second_factor and self._is_real() and not is_mfa_enabled(account, [Authenticator.Type.TOTP])
        )

    def _is_real(self) -> bool:
        # What a database is never changes once it is said, so each process asks until it knows.
        if self._real is None and (found := installation()) is not None:
            self._real = not found.demo
        return bool(self._real)
