"""Administration of accounts: administrators make, change and close those of their own area."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from yinling.base import clock
from yinling.base.paths import AFTER
from yinling.base.rules import Actor
from yinling.network import (
    Account,
    Body,
    RoleHeld,
    account_by_login,
    close_account,
    create_account,
    end_role,
    hold_role,
    may_manage_accounts,
    reset_second_factor,
    set_password,
)
from yinling.web.accounts.forms import AccountForm, ConfirmForm, EndRoleForm, PasswordForm, RoleForm, saved
from yinling.web.accounts.shown import Shown, crumb, form_page, framed, history_of, moment, role_of
from yinling.web.list_tools import select
from yinling.web.page import Request, address_of, attempt, found, page

PAGE = 50
BODIES = 30
ROLES = RoleHeld.Role.choices


@page("accounts/", name="accounts", rule=may_manage_accounts)
def accounts(request: Request) -> HttpResponse:
    """The accounts of one's area, found by name, sign-in name or telephone number."""
    text, state, role = request.GET.get("q", "").strip(), request.GET.get("state", ""), request.GET.get("role", "")
    rows = _chosen(request.actor, text, state, role)
    part = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    number = part.paginator.count
    listed: Shown = {
        "title": _("Accounts"),
        "count_text": ngettext("%(n)d account", "%(n)d accounts", number) % {"n": number},
        "actions": [{"label": _("New account"), "url": address_of("account-new"), "primary": True}],
        "search": {"q": text, "placeholder": _("Name, sign-in name or phone number")},
        "selects": [
            select("role", _("Role"), [("", _("all")), *ROLES], role),
            select("state", _("State"), [("", _("open")), ("closed", _("closed")), ("all", _("all"))], state),
        ],
        "columns": [
            {"label": pgettext("of a person", "Name")},
            {"label": _("Sign-in name")},
            {"label": _("Roles")},
            {"label": _("Second step")},
            {"label": _("Last sign-in")},
            {"label": _("State")},
        ],
        "rows": _rows(list(part.object_list)),
        "pagination": _pagination(request, part.number, part.paginator.num_pages),
        "empty": {"title": _("No account fits."), "hint": _("Try another word, or make a new account.")},
    }
    return framed(request, "list", _("Accounts"), [crumb(_("Accounts"))], {"page": listed})


@page("accounts/new/", name="account-new", rule=may_manage_accounts)
def account_new(request: Request) -> HttpResponse:
    """First step of a new account: the office or association it belongs to."""
    return _choose_body(
        request, _("New account: where?"), lambda body: address_of("account-new-at", body=body.pk), [_top()]
    )


@page("accounts/new/<int:body>/", name="account-new-at", rule=may_manage_accounts, methods="GET POST")
def account_new_at(request: Request, body: int) -> HttpResponse:
    """Second step: the person, the role, a temporary password."""
    at = found(may_manage_accounts, request.actor, _open_bodies(), pk=body)
    form = AccountForm(request.POST or None)
    if form.is_valid():
        made = saved(form, lambda: create_account(body=at, by=request.actor, **form.cleaned_data))
        if made is not None:
            messages.success(request, _("The account is made."))
            return redirect("account", pk=made.pk)
    return form_page(
        request,
        form,
        title=_("New account at %(body)s") % {"body": at.name},
        submit=_("Make the account"),
        back=address_of("accounts"),
        crumbs=[_top()],
        intro=_("Note the temporary password before you send this: it is not shown again."),
    )


@page("accounts/<int:pk>/", name="account", rule=may_manage_accounts)
def account(request: Request, pk: int) -> HttpResponse:
    """One account: its roles, how it signs in, what happened to it."""
    row = _account(request, pk)
    second = Authenticator.objects.filter(user=row, type=Authenticator.Type.TOTP).exists()
    shown: Shown = {
        "title": row.display_name,
        "signal": {"level": "ok", "text": _("open")} if row.is_active else {"level": "none", "text": _("closed")},
        "facts": [
            {"label": _("Sign-in name"), "value": row.username},
            {"label": _("Phone number"), "value": _("recorded") if row.phone_hash else ""},
            {"label": _("Made on"), "value": row.made_on},
            {"label": _("Last sign-in"), "value": moment(row.last_login)},
            {"label": _("Second step at sign-in"), "value": _("set up") if second else _("not set up")},
            {"label": _("Password"), "value": _("temporary") if row.must_change_password else _("the holder's own")},
        ],
        "sections": [_roles(request.actor, row)],
        "verbs": _verbs(row, second) if row.is_active else [],
        "history": history_of(row),
    }
    return framed(request, "detail", row.display_name, [_top(), crumb(row.display_name)], {"page": shown})


@page("accounts/<int:pk>/roles/new/", name="role-new", rule=may_manage_accounts)
def role_new(request: Request, pk: int) -> HttpResponse:
    """First step of a further role: where it is held."""
    row = _account(request, pk)
    return _choose_body(
        request,
        _("A role for %(name)s: where?") % {"name": row.display_name},
        lambda body: address_of("role-new-at", pk=pk, body=body.pk),
        [_top(), _crumb_of(row)],
    )


@page("accounts/<int:pk>/roles/new/<int:body>/", name="role-new-at", rule=may_manage_accounts, methods="GET POST")
def role_new_at(request: Request, pk: int, body: int) -> HttpResponse:
    """Second step: which role, from when until when."""
    row = _account(request, pk)
    at = found(may_manage_accounts, request.actor, _open_bodies(), pk=body)
    form = RoleForm(request.POST or None)
    if form.is_valid():
        held = saved(form, lambda: hold_role(account=row, body=at, by=request.actor, **form.cleaned_data))
        if held is not None:
            messages.success(request, _("The role is given."))
            return redirect("account", pk=pk)
    return form_page(
        request,
        form,
        title=_("A role at %(body)s") % {"body": at.name},
        submit=_("Give the role"),
        back=_url(row),
        crumbs=[_top(), _crumb_of(row)],
    )


@page("accounts/roles/<int:pk>/end/", name="role-end", rule=may_manage_accounts, methods="GET POST")
def role_end(request: Request, pk: int) -> HttpResponse:
    """End a role on a day."""
    held = found(may_manage_accounts, request.actor, RoleHeld.objects.select_related("account", "body"), pk=pk)
    form = EndRoleForm(request.POST or None)
    if form.is_valid():
        ended = saved(form, lambda: end_role(held=held, on=form.cleaned_data["on"], by=request.actor))
        if ended is not None:
            messages.success(request, _("The role has its end."))
            return redirect("account", pk=held.account_id)
    return form_page(
        request,
        form,
        title=_("End a role"),
        submit=_("End the role"),
        back=_url(held.account),
        crumbs=[_top(), _crumb_of(held.account)],
        intro=role_of(held),
    )


@page("accounts/<int:pk>/password/", name="account-password", rule=may_manage_accounts, methods="GET POST")
def account_password(request: Request, pk: int) -> HttpResponse:
    """A temporary password for somebody who forgot theirs."""
    row = _account(request, pk)
    form = PasswordForm(request.POST or None)
    if form.is_valid():
        password = form.cleaned_data["password"]
        if saved(form, lambda: set_password(account=row, password=password, by=request.actor)) is not None:
            messages.success(request, _("The password is set. It must be changed at the next sign-in."))
            return redirect("account", pk=pk)
    return form_page(
        request,
        form,
        title=_("Set a temporary password"),
        submit=_("Set it"),
        back=_url(row),
        crumbs=[_top(), _crumb_of(row)],
        intro=_("Note it before you send this: it is not shown again."),
    )


@page("accounts/<int:pk>/second-factor/", name="account-second-factor", rule=may_manage_accounts, methods="GET POST")
def account_second_factor(request: Request, pk: int) -> HttpResponse:
    """Take away the second factor of somebody who lost the phone."""
    row = _account(request, pk)
    return _confirmed(
        request,
        row,
        lambda: reset_second_factor(account=row, by=request.actor),
        title=_("Take away the second step"),
        done=_("It is set up anew at the next sign-in."),
        intro=_("Only when %(name)s stands before you: until it is set up again the password alone opens the account.")
        % {"name": row.display_name},
    )


@page("accounts/<int:pk>/close/", name="account-close", rule=may_manage_accounts, methods="GET POST")
def account_close(request: Request, pk: int) -> HttpResponse:
    """Close an account."""
    row = _account(request, pk)
    return _confirmed(
        request,
        row,
        lambda: close_account(account=row, by=request.actor),
        title=_("Close the account"),
        done=_("The account is closed."),
        intro=_("%(name)s can no longer sign in, and the API tokens end. What was recorded stays.")
        % {"name": row.display_name},
    )


def _confirmed(
    request: Request, row: Account, write: Callable[[], object], *, title: str, done: str, intro: str
) -> HttpResponse:
    if request.method == "POST":
        attempt(request, write, done)
        return redirect("account", pk=row.pk)
    return form_page(
        request, ConfirmForm(), title=title, submit=title, back=_url(row), crumbs=[_top(), _crumb_of(row)], intro=intro
    )


def manageable(actor: Actor) -> QuerySet[Account]:
    """The accounts that hold, or held, a role in the area where `actor` may manage accounts."""
    held = may_manage_accounts.filter(actor, RoleHeld.objects.filter(account=OuterRef("pk")))
    return Account.objects.filter(Exists(held))


def _chosen(actor: Actor, text: str, state: str, role: str) -> QuerySet[Account]:
    rows = manageable(actor)
    if state != "all":
        rows = rows.filter(is_active=state != "closed")
    if role:
        rows = rows.filter(Exists(_held_now().filter(account=OuterRef("pk"), role=role)))
    if text:
        known = account_by_login(text)
        wanted = Q(display_name__contains=text) | Q(username__icontains=text)
        rows = rows.filter(wanted | Q(pk=known.pk) if known else wanted)
    return rows.order_by("display_name", "pk")


def _held_now() -> QuerySet[RoleHeld]:
    today = clock.today()
    return RoleHeld.objects.filter(since__lte=today).filter(Q(until__isnull=True) | Q(until__gt=today))


def _rows(rows: list[Account]) -> list[Shown]:
    keys = [row.pk for row in rows]
    roles: dict[int, list[str]] = {}
    for held in _held_now().filter(account__in=keys).select_related("body").order_by("since", "pk"):
        roles.setdefault(held.account_id, []).append(role_of(held))
    apps = Authenticator.objects.filter(user__in=keys, type=Authenticator.Type.TOTP)
    second = set(apps.values_list("user", flat=True))
    return [
        {
            "url": _url(row),
            "cells": [
                {"text": row.display_name},
                {"text": row.username},
                {"text": "; ".join(roles.get(row.pk, []))},
                {"text": _("set up") if row.pk in second else ""},
                {"text": moment(row.last_login)},
                {"text": _("open"), "signal": "ok"} if row.is_active else {"text": _("closed"), "signal": "none"},
            ],
        }
        for row in rows
    ]


def _roles(actor: Actor, row: Account) -> Shown:
    rows: list[Shown] = []
    for held in row.roles_held.select_related("body__place").order_by("since", "pk"):
        open_here = held.until is None and may_manage_accounts.check(actor, held)
        rows.append(
            {
                "url": address_of("role-end", pk=held.pk) if open_here else "",
                "cells": [
                    {"text": role_of(held)},
                    {"text": held.body.place.name},
                    {"text": held.since},
                    {"text": held.until},
                ],
            }
        )
    return {
        "title": _("Roles"),
        "intro": _("Open a role to end it."),
        "rows": rows,
        "columns": [{"label": _("Role")}, {"label": _("Place")}, {"label": _("From")}, {"label": _("Until")}],
    }


def _verbs(row: Account, second: bool) -> list[Shown]:
    names = [("role-new", _("Give a role")), ("account-password", _("Set a temporary password"))]
    if second:
        names.append(("account-second-factor", _("Take away the second step")))
    names.append(("account-close", _("Close the account")))
    return [{"label": label, "url": address_of(name, pk=row.pk)} for name, label in names]


def _choose_body(request: Request, title: str, url: Callable[[Body], str], crumbs: list[Shown]) -> HttpResponse:
    """Bodies of one's area to choose from, as a list with a search."""
    text = request.GET.get("q", "").strip()
    bodies = may_manage_accounts.filter(request.actor, _open_bodies())
    if text:
        low = text.lower()
        begins = Q(initials__gte=low, initials__lt=low + AFTER)
        bodies = bodies.filter(Q(name__contains=text) | begins if text.isascii() else Q(name__contains=text))
    # Wide areas first, and offices before associations: that is where most accounts are.
    shown = list(bodies.order_by("place__level", "-kind", "area_path", "pk")[:BODIES])
    listed: Shown = {
        "title": title,
        "count_text": _("The first %(n)d; search for others.") % {"n": BODIES} if len(shown) == BODIES else "",
        "search": {"q": text, "placeholder": _("Name or pinyin initials of the office or association")},
        "columns": [{"label": _("Office or association")}, {"label": _("Kind")}, {"label": _("Place")}],
        "rows": [{"url": url(body), "cells": [{"text": text} for text in _told(body)]} for body in shown],
        "empty": {"title": _("Nothing fits."), "hint": _("Only offices and associations of your own area are listed.")},
    }
    return framed(request, "list", title, [*crumbs, crumb(title)], {"page": listed})


def _told(body: Body) -> tuple[str, str, str]:
    return body.name, body.get_kind_display(), body.place.name


def _open_bodies() -> QuerySet[Body]:
    return Body.objects.filter(withdrawn=False, dissolved__isnull=True).select_related("place")


def _account(request: Request, pk: int) -> Account:
    # `manageable` is already what the rule lets through; a row of its own has no place for the rule to look at.
    row = manageable(request.actor).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _pagination(request: Request, number: int, last: int) -> Shown:
    def url(page_number: int) -> str:
        kept = {key: value for key in ("q", "role", "state") if (value := request.GET.get(key))}
        return f"?{urlencode({**kept, 'page': page_number})}" if 1 <= page_number <= last else ""

    return {
        "text": _("Page %(number)d of %(last)d") % {"number": number, "last": last},
        "prev_url": url(number - 1),
        "next_url": url(number + 1),
    }


def _url(row: Account) -> str:
    return address_of("account", pk=row.pk)


def _top() -> Shown:
    return crumb(_("Accounts"), address_of("accounts"))


def _crumb_of(row: Account) -> Shown:
    return crumb(row.display_name, _url(row))
