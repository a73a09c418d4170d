"""Accounts, the roles they hold, and their keys to the API."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, timedelta

from django.apps import apps
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, because, change, create, current, locked, note
from yinling.base.codes import phone as phone_number
from yinling.base.crypto import keyring
from yinling.base.rules import Actor, Placed, Refused, anyone, signed_in
from yinling.network.models import Account, Body, RoleHeld, Token
from yinling.network.rules import may_close_own_accounts, may_manage_accounts

PHONE = "account.phone"
TOKEN_DAYS = 365
SECOND_FACTOR_ROLES = frozenset({RoleHeld.Role.ADMINISTRATOR, RoleHeld.Role.OFFICER, RoleHeld.Role.AUDITOR})


@action("network.create_account", label=gettext_lazy("Create an account"), rule=may_manage_accounts, on="body")
def create_account(
    *,
    username: str,
    display_name: str,
    password: str,
    body: Body,
    role: str,
    phone: str = "",
    since: date | None = None,
    must_change_password: bool = True,
    by: Actor,
) -> Account:
    """An account that holds `role` at `body`. `phone` may be used to sign in instead of the name."""
    validate_password(password)
    number = phone_number(phone).number if phone else ""
    account = Account(
        username=username.strip(),
        display_name=display_name.strip(),
        phone=number,
        phone_hash=keyring().hash(number, PHONE) if number else None,
        needs_second_factor=role in SECOND_FACTOR_ROLES,
        must_change_password=must_change_password,
        made_on=clock.today(),
    )
    account.set_password(password)
    try:
        create(account)
    except IntegrityError as error:
        raise Refused(_("This sign-in name or phone number is already taken.")) from error
    hold_role(account=account, role=role, body=body, since=since or clock.today(), by=by)
    return account


@action("network.open_account", label=gettext_lazy("Open an account without a role"), rule=anyone, on="area")
def open_account(
    *, username: str, display_name: str, password: str, phone: str, area: Placed, by: Actor
) -> Account | None:
    """An account that holds no role and may do nothing until somebody ties it to a record: people open it for themselves, in
    `area`. None where the telephone number (or the name) already signs somebody in; it takes as long, and says nothing of it."""
    validate_password(password)
    number = phone_number(phone).number
    account = Account(
        username=username,
        display_name=display_name,
        phone=number,
        phone_hash=keyring().hash(number, PHONE),
        made_on=clock.today(),
    )
    account.set_password(password)
    if Account.objects.filter(phone_hash__in=keyring().hashes(number, PHONE)).exists():
        return None
    try:
        with transaction.atomic():
            return create(account)
    except IntegrityError:
        return None


@action("network.close_own_account", label=gettext_lazy("Close an account without a role"), rule=may_close_own_accounts,
        on="area")  # fmt: skip
def close_own_account(*, account: Account, area: Placed, by: Actor) -> Account:
    """An account that somebody opened for themselves can no longer sign in. Refused where it holds or held a role."""
    if account.roles_held.exists():
        raise Refused(_("This account has roles; an administrator closes it."))
    return change(locked(account), is_active=False, phone="", phone_hash=None)


@action("network.hold_role", label=gettext_lazy("Give a role"), rule=may_manage_accounts, on="body")
def hold_role(
    *, account: Account, role: str, body: Body, since: date, until: date | None = None, by: Actor
) -> RoleHeld:
    """The account holds `role` at `body`, and in the subtree of its place, from `since` up to but not including `until`."""
    held = create(RoleHeld(account=account, role=role, body=body, area_path=body.area_path, since=since, until=until))
    if role in SECOND_FACTOR_ROLES and not account.needs_second_factor:
        change(account, needs_second_factor=True)
    return held


@action("network.end_role", label=gettext_lazy("End a role"), rule=may_manage_accounts, on="held")
def end_role(*, held: RoleHeld, on: date, by: Actor) -> RoleHeld:
    """The role ends on the day `on`."""
    return change(held, until=max(on, held.since))


@action("network.close_account", label=gettext_lazy("Close an account"), rule=may_manage_accounts)
def close_account(*, account: Account, by: Actor) -> Account:
    """The account can no longer sign in; its tokens end. Refused for one's own account."""
    if account.pk == by.account_id:
        raise Refused(_("You cannot close your own account."))
    for held in account.roles_held.all():
        may_manage_accounts.demand(by, held)
    for token in account.tokens.filter(ended_at__isnull=True):
        change(token, ended_at=clock.now())
    return change(locked(account), is_active=False)


@action("network.set_password", label=gettext_lazy("Set a new password for somebody"), rule=may_manage_accounts)
def set_password(*, account: Account, password: str, by: Actor) -> Account:
    """A new password, to be changed at the next sign-in."""
    for held in account.roles_held.all():
        may_manage_accounts.demand(by, held)
    validate_password(password, account)
    account.set_password(password)
    note(password=_("set anew"))
    return change(locked(account), password=account.password, must_change_password=True)


@action("network.make_token", label=gettext_lazy("Make an API token"), rule=signed_in)
def make_token(*, name: str, scope: str, by: Actor) -> tuple[Token, str]:
    """A token for one's own account, and its text, which is shown this once and never kept. Ends after a year."""
    if by.account_id is None:
        raise Refused(_("Only a person's account can have a token."))
    text = f"yl_{secrets.token_urlsafe(32)}"
    token = create(
        Token(
            account_id=by.account_id,
            name=name,
            scope=scope,
            digest=token_digest(text),
            hint=text[-4:],
            made_at=clock.now(),
            expires_on=clock.today() + timedelta(days=TOKEN_DAYS),
        )
    )
    return token, text


@action("network.end_token", label=gettext_lazy("End an API token"), rule=signed_in)
def end_token(*, token: Token, by: Actor) -> Token:
    """End one of one's own tokens."""
    if token.account_id != by.account_id:
        raise Refused(_("This token belongs to another account."))
    return change(token, ended_at=clock.now())


def token_digest(text: str) -> str:
    """What is kept of a token: its SHA-256. Tokens are long random texts, so no slow hash is needed."""
    return hashlib.sha256(text.encode()).hexdigest()


@action("network.sign_in", label=gettext_lazy("Sign in"), rule=signed_in)
def sign_in(*, account: Account, by: Actor) -> None:
    """Note that somebody signed in: every user leaves a trace (GB/T 22239, safe computing environment, audit)."""
    current().about(account, by.home)


@action("network.sign_out", label=gettext_lazy("Sign out"), rule=signed_in)
def sign_out(*, account: Account, reason: str = "", by: Actor) -> None:
    """Note that a session ended; `reason` where the platform ended it."""
    current().about(account, by.home)
    because(reason)


@action("network.lock_sign_in", label=gettext_lazy("Sign-in locked after failures"), rule=anyone)
def lock_sign_in(*, account: Account | None, path: str, by: Actor) -> None:
    """Note that sign-in was locked; `account` is None where the name or number tried belongs to nobody.

    What was typed is never kept: people type passwords and telephone numbers there. `path` is the place of the account.
    """
    if account is not None:
        current().about(account, path)


@action("network.second_factor", label=gettext_lazy("Second factor"), rule=anyone)
def note_second_factor(*, account: Account, path: str, event: str, by: Actor) -> None:
    """Note what became of a second factor: `added`, `removed`, or `refused` (a wrong code after the right password)."""
    current().about(account, path)
    note(event=event)


@action("network.change_password", label=gettext_lazy("Change one's own password"), rule=signed_in)
def change_password(*, account: Account, password: str, by: Actor) -> Account:
    """A new password of one's own; from then on none has to be chosen. Refused for somebody else's account."""
    if account.pk != by.account_id:
        raise Refused(_("Only its holder can change this password."))
    validate_password(password, account)
    account = locked(account)
    current().about(account, by.home)
    account.set_password(password)
    # Not through `change`, which would write the hash of the password into the trail.
    account.save(update_fields=["password"])
    note(password=_("set anew"))
    return change(account, must_change_password=False)


@action("network.reset_second_factor", label=gettext_lazy("Take away a second factor"), rule=may_manage_accounts)
def reset_second_factor(*, account: Account, by: Actor) -> None:
    """For somebody who lost phone and recovery codes: both are forgotten and set up anew at the next sign-in."""
    for held in account.roles_held.all():
        may_manage_accounts.demand(by, held)
    current().about(account, by.home)
    removed, _each = apps.get_model("mfa", "Authenticator")._base_manager.filter(user=account).delete()
    if not removed:
        raise Refused(_("This account has no second factor."))
