"""Signing in: by name or telephone number and password, then a code from the phone for those who need one.

allauth does the work; here it learns how accounts are found, that nobody signs up, and what the audit trail must hold.
GB/T 22239 (safe computing environment): identity of every user, handling of failed sign-ins, two factors, audit.
"""

from __future__ import annotations

import base64
from typing import Any

from allauth.account import views
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from allauth.core import ratelimit
from allauth.mfa import signals
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.backends import ModelBackend
from django.dispatch import receiver
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import URLPattern, URLResolver, include, path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from yinling.base.crypto import keyring
from yinling.base.rules import Actor
from yinling.network import (
    Account,
    account_by_login,
    account_of_session,
    actor_of,
    change_password,
    installation,
    lock_sign_in,
    note_second_factor,
    sign_in,
    sign_out,
)
from yinling.web.page import address_of, origin_of

SECRET = "authenticator.secret"  # noqa: S105 - the context a secret is encrypted for, not a secret


class NameOrPhone(ModelBackend):
    """Finds an account by its sign-in name or telephone number and checks the password."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_other: Any
    ) -> Account | None:
        """The account, or None without a hint at what was wrong: an unknown name takes as long as a wrong password."""
        del request  # Django gives it to every backend
        if not username or not password:
            return None
        account = account_by_login(username)
        if account is None:
            Account().set_password(password)
            return None
        right = account.check_password(password)
        return account if right and self.user_can_authenticate(account) else None

    def get_user(self, user_id: int) -> Account | None:
        """The account of a session, with the roles it holds today."""
        account = account_of_session(user_id)
        return account if account is not None and self.user_can_authenticate(account) else None


class SignInForm(LoginForm):  # type: ignore[misc] # allauth has no types
    """Name or telephone number, and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Name or phone number")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)  # it would say "username"; the label says more

    def clean_login(self) -> str:
        """The sign-in name behind what was typed: the session records it, and must not hold telephone numbers."""
        typed: str = super().clean_login()
        account = account_by_login(typed)
        return account.username if account else typed


class Accounts(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    """How allauth treats accounts here."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("The name, the phone number or the password is not right."),
        "too_many_login_attempts": _("Too many failed attempts. Wait 15 minutes, then try again."),
    }

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Never: administrators make accounts."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The start page, or the page to choose a password of one's own."""
        user = request.user
        if isinstance(user, Account) and user.must_change_password:
            return address_of("account_change_password")
        url: str = super().get_login_redirect_url(request)
        return url

    def get_password_change_redirect_url(self, _request: HttpRequest) -> str:
        """The start page: the page to change it again is no place to stay on."""
        return resolve_url("home")

    def is_safe_url(self, url: str) -> bool:
        """Only addresses on the host in use are followed after signing in."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )

    def clean_password(self, password: str, user: Account | None = None) -> str:
        """The rules for passwords, and no old one again: a temporary password must not stay."""
        cleaned: str = super().clean_password(password, user)
        if user is not None and user.check_password(cleaned):
            raise self.validation_error("same_as_current")
        return cleaned

    def set_password(self, user: Account, password: str) -> None:
        """Write the new password through its action; `user` gets the hash that keeps this session alive."""
        row = Account.objects.get(pk=user.pk)  # `user` is the request's lazy one, which no action can lock
        stored = change_password(account=row, password=password, by=actor_of(row, origin_of(self.request)))
        user.password, user.must_change_password = stored.password, stored.must_change_password

    def login(self, request: HttpRequest, user: Account) -> None:
        """Begin the session and note it."""
        super().login(request, user)
        sign_in(account=user, by=actor_of(user, origin_of(request)))

    def logout(self, request: HttpRequest) -> None:
        """Note the end of the session and end it."""
        if isinstance(request.user, Account):
            sign_out(account=request.user, by=actor_of(request.user, origin_of(request)))
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note the failure that locks; if single ones were noted, strangers could fill the trail."""
        key = self._get_login_attempts_cache_key(request, **credentials)
        if ratelimit.consume(request, action="login_failed", key=key, dry_run=True):
            return
        account = account_by_login(str(credentials.get("username", "")))
        area = actor_of(account, "").home if account else ""
        lock_sign_in(account=account, path=area, by=stranger(request))

    def _get_login_attempts_cache_key(self, _request: HttpRequest, **credentials: Any) -> str:
        # Without the host name, which allauth adds: it would give five attempts for each name this server answers to.
        return f"sign-in:{credentials.get('username', '')}".lower()


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc] # allauth has no types
    """How allauth treats second factors here."""

    def encrypt(self, text: str) -> str:
        """Secrets of authenticators are kept under the field keys, like personal data."""
        return base64.b64encode(keyring().encrypt(text, SECRET)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises DecryptionError."""
        return keyring().decrypt(base64.b64decode(encrypted_text), SECRET)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whoever must have a second factor cannot take it away alone; an administrator can, for a lost phone."""
        return not (authenticator.user.needs_second_factor and is_real())


def is_real() -> bool:
    """Whether this is an installation for real work, not a demo (nor a database that nobody has set up yet)."""
    found = installation()
    return found is not None and not found.demo


def stranger(request: HttpRequest) -> Actor:
    """Somebody who has not signed in yet."""
    return Actor(account_id=None, name="", origin=origin_of(request))


@receiver(signals.authenticator_added)
def _added(*, request: HttpRequest, user: Account, authenticator: Authenticator, **_signal: Any) -> None:
    _note(request, user, authenticator, "added")


@receiver(signals.authenticator_removed)
def _removed(*, request: HttpRequest, user: Account, authenticator: Authenticator, **_signal: Any) -> None:
    _note(request, user, authenticator, "removed")


@receiver(signals.authentication_failed)
def _refused(*, request: HttpRequest, user: Account, authenticator: Authenticator, **_signal: Any) -> None:
    _note(request, user, authenticator, "refused")


def _note(request: HttpRequest, user: Account, authenticator: Authenticator, event: str) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        actor = actor_of(user, origin_of(request))
        by = stranger(request) if event == "refused" else actor
        note_second_factor(account=user, path=actor.home, event=event, by=by)


urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", views.login, name="account_login"),
    path("sign-in/again/", views.reauthenticate, name="account_reauthenticate"),
    path("sign-in/closed/", views.account_inactive, name="account_inactive"),
    path("sign-out/", views.logout, name="account_logout"),
    path("me/password/", views.password_change, name="account_change_password"),
    path("me/password/set/", views.password_set, name="account_set_password"),
    path("me/second-factor/", include("allauth.mfa.urls")),
]
"""Those pages of allauth that are used; e-mail, sign-up and password reset have no address here."""
