"""Signing in at the front door: names and numbers, lock, second factor, first duties, idle sessions, what is noted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.hashers import BasePasswordHasher, PBKDF2PasswordHasher, identify_hasher
from django.test import Client
from django.urls import reverse

from tests.web.world import PASSWORD, World, account, authenticator, code, post_sign_in, set_up, world
from yinling.base import clock
from yinling.facts import Entry
from yinling.network import Account
from yinling.web.middleware import SEEN
from yinling.web.signin import SECRET, NameOrPhone

__all__ = ["world"]

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.addresses")]


def signed_in_as(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def actions(subject: Account) -> list[str]:
    rows = Entry.objects.filter(subject="account", subject_id=subject.pk).order_by("seq")
    return list(rows.values_list("action", flat=True))


@pytest.mark.parametrize("login", ["yangjie", "13800138000", "138-0013-8000", " yangjie "])
def test_name_and_phone_number_both_open_the_account(client: Client, world: World, login: str) -> None:
    holder = account(world.office, "clerk", "yangjie", phone="13800138000")
    answer = post_sign_in(client, login)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("home")
    assert signed_in_as(client) == str(holder.pk)
    assert actions(holder)[-1] == "network.sign_in"
    entry = Entry.objects.get(action="network.sign_in")
    assert (entry.actor_id, entry.area_path, entry.origin) == (holder.pk, "520622", "web 127.0.0.1")


def test_the_session_holds_no_telephone_number(client: Client, world: World) -> None:
    account(world.office, "clerk", "yangjie", phone="13800138000")
    post_sign_in(client, "13800138000")
    assert "13800138000" not in str(dict(client.session))


def test_wrong_password_unknown_name_and_closed_account_read_alike(client: Client, world: World) -> None:
    account(world.office, "clerk", "yangjie")
    closed = account(world.office, "clerk", "gone")
    Account.objects.filter(pk=closed.pk).update(is_active=False)
    told = set()
    for login, password in (("yangjie", "not the password"), ("nobody", PASSWORD), ("gone", PASSWORD)):
        answer = post_sign_in(client, login, password)
        told.add((answer.status_code, *answer.context["form"].non_field_errors()))
        assert signed_in_as(client) is None
    assert len(told) == 1


@pytest.mark.usefixtures("hashed_as_served")
def test_a_password_is_kept_as_a_slow_hash_that_opens_the_account(client: Client, world: World) -> None:
    holder = account(world.office, "clerk", "yangjie")
    kept = identify_hasher(holder.password).decode(holder.password)
    assert (kept["algorithm"], kept["iterations"] >= 600_000, PASSWORD in holder.password) == (
        "pbkdf2_sha256", True, False,
    )  # fmt: skip
    post_sign_in(client, "yangjie", "not the password")
    assert signed_in_as(client) is None
    post_sign_in(client, "yangjie")
    assert signed_in_as(client) == str(holder.pk)


@pytest.mark.usefixtures("hashed_as_served")
def test_an_unknown_name_costs_one_password_hash(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    account(world.office, "clerk", "yangjie")
    hashed = []
    usual = PBKDF2PasswordHasher.encode

    def encode(self: PBKDF2PasswordHasher, password: str, salt: str, iterations: int | None = None) -> str:
        hashed.append(password)
        return usual(self, password, salt, iterations)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", encode)
    for login in ("yangjie", "nobody"):
        hashed.clear()
        assert NameOrPhone().authenticate(None, login, "not the password") is None
        assert len(hashed) == 1, login
    assert issubclass(PBKDF2PasswordHasher, BasePasswordHasher)


def test_five_failures_lock_the_account_by_whatever_name(client: Client, world: World) -> None:
    holder = account(world.office, "clerk", "yangjie", phone="13800138000")
    for login in ("yangjie", "13800138000", "yangjie", "138 0013 8000", "yangjie"):
        assert post_sign_in(client, login, "not the password").status_code == 200
    for login in ("yangjie", "13800138000"):
        assert post_sign_in(client, login).status_code == 200, "the right password no longer helps"
    # Neither does another name of the same server.
    client.post(reverse("account_login"), {"login": "yangjie", "password": PASSWORD}, headers={"Host": "localhost"})
    assert signed_in_as(client) is None
    assert actions(holder).count("network.lock_sign_in") == 1
    entry = Entry.objects.get(action="network.lock_sign_in")
    assert (entry.actor_id, entry.actor_name, entry.area_path) == (None, "", "520622")

    other = account(world.office, "clerk", "another")
    post_sign_in(client, "another")
    assert signed_in_as(client) == str(other.pk), "the lock is the account's, not the office's"


def test_an_unknown_name_is_locked_alike_and_never_written_down(client: Client, world: World) -> None:
    del world
    for _number in range(5):
        post_sign_in(client, "my secret typed into the wrong box", "x")
    locked = post_sign_in(client, "my secret typed into the wrong box", "x")
    entry = Entry.objects.get(action="network.lock_sign_in")
    assert entry.subject == ""
    assert "secret" not in f"{entry.changes}{entry.reason}{entry.actor_name}"
    assert "15" in str(locked.context["form"].non_field_errors()), "how long it lasts is said"


def test_four_failures_do_not_lock(client: Client, world: World) -> None:
    holder = account(world.office, "clerk", "yangjie")
    for _number in range(4):
        post_sign_in(client, "yangjie", "not the password")
    post_sign_in(client, "yangjie")
    assert signed_in_as(client) == str(holder.pk)
    assert not Entry.objects.filter(action="network.lock_sign_in").exists()


@pytest.mark.parametrize(
    ("target", "followed"),
    [
        ("/me/?a=1", True),
        ("https://elsewhere.example/", False),
        ("//elsewhere.example/", False),
        ("javascript:alert(1)", False),
        ("http://localhost/me/", False),
    ],
)
def test_only_own_addresses_are_followed(client: Client, world: World, target: str, followed: bool) -> None:
    account(world.office, "clerk", "yangjie")
    answer = post_sign_in(client, "yangjie", next=target)
    assert answer.status_code == 302
    assert (answer["Location"] == target) is followed
    if not followed:
        assert answer["Location"] == reverse("home")


def test_signing_out_ends_the_session_and_is_noted(client: Client, world: World) -> None:
    holder = account(world.office, "clerk", "yangjie")
    post_sign_in(client, "yangjie")
    answer = client.post(reverse("account_logout"))
    assert answer["Location"] == reverse("account_login")
    assert signed_in_as(client) is None
    assert actions(holder)[-1] == "network.sign_out"


def test_nobody_signs_up(client: Client) -> None:
    from yinling.web.signin import Accounts

    assert Accounts().is_open_for_signup(client.get(reverse("account_login")).wsgi_request) is False


def test_a_temporary_password_is_changed_before_anything_else(client: Client, world: World) -> None:
    holder = account(world.office, "clerk", "yangjie", temporary=True)
    change = reverse("account_change_password")
    assert post_sign_in(client, "yangjie")["Location"] == change
    assert client.get(reverse("my-account"))["Location"] == change
    assert client.get(reverse("keepalive")).status_code == 204

    def send(new: str) -> Any:
        return client.post(change, {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert send(PASSWORD).status_code == 200, "the temporary password may not stay"
    assert send("1234567890").status_code == 200, "nor a bad one come"
    holder.refresh_from_db()
    assert holder.must_change_password
    assert send("a sentence of my own")["Location"] == reverse("home")
    holder.refresh_from_db()
    assert not holder.must_change_password
    assert holder.check_password("a sentence of my own")
    assert client.get(reverse("my-account")).status_code == 200, "the session goes on"
    entry = Entry.objects.get(action="network.change_password")
    assert entry.actor_id == holder.pk
    assert "pbkdf2" not in str(entry.changes)


def test_whoever_needs_a_second_factor_sets_it_up_first(client: Client, world: World) -> None:
    set_up(demo=False)
    holder = account(world.office, "officer", "yangjie")
    post_sign_in(client, "yangjie")
    activate = reverse("mfa_activate_totp")
    assert client.get(reverse("my-account"))["Location"] == activate
    assert reverse("account_reauthenticate") in client.get(activate)["Location"]
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    secret = client.get(activate).context["form"].secret
    assert client.post(activate, {"code": "000000"}).status_code == 200
    assert not Authenticator.objects.filter(user=holder).exists()
    assert client.post(activate, {"code": code(secret)}).status_code == 302
    assert client.get(reverse("my-account")).status_code == 200
    row = Authenticator.objects.get(user=holder, type="totp")
    assert secret not in str(row.data), "kept under the field keys"
    assert SECRET == "authenticator.secret", "part of every stored value: changing it would make all unreadable"


def test_the_second_factor_is_asked_for_at_the_next_sign_in(client: Client, world: World) -> None:
    set_up(demo=False)
    holder = account(world.office, "officer", "yangjie")
    secret = authenticator(holder)
    answer = post_sign_in(client, "yangjie")
    assert answer["Location"] == reverse("mfa_authenticate")
    assert signed_in_as(client) is None
    assert client.get(reverse("my-account"))["Location"].startswith(reverse("account_login"))
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert signed_in_as(client) is None
    entry = Entry.objects.get(action="network.second_factor")
    assert (entry.changes, entry.actor_id) == ([{"note": {"event": "refused"}}], None)
    client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    assert signed_in_as(client) == str(holder.pk)
    assert client.get(reverse("my-account")).status_code == 200


def test_a_needed_second_factor_cannot_be_taken_away(client: Client, world: World) -> None:
    set_up(demo=False)
    holder = account(world.office, "officer", "yangjie")
    secret = authenticator(holder)
    post_sign_in(client, "yangjie")
    client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 200
    assert Authenticator.objects.filter(user=holder, type="totp").exists()


@pytest.mark.parametrize(("demo", "role"), [(True, "officer"), (False, "clerk"), (None, "officer")])
def test_no_second_factor_in_a_demo_nor_for_a_clerk(client: Client, world: World, demo: bool | None, role: str) -> None:
    if demo is not None:
        set_up(demo=demo)
    account(world.office, role, "yangjie")
    post_sign_in(client, "yangjie")
    assert client.get(reverse("my-account")).status_code == 200


def rewind(client: Client, seconds: float) -> None:
    session = client.session
    session[SEEN] = clock.now().timestamp() - seconds
    session.save()


def test_an_idle_session_ends_on_the_server(client: Client, world: World) -> None:
    holder = account(world.office, "clerk", "yangjie")
    post_sign_in(client, "yangjie")
    assert SEEN in client.session, "the clock runs from signing in"
    old = client.cookies[settings.SESSION_COOKIE_NAME].value
    rewind(client, settings.IDLE_MINUTES * 60)
    answer = client.get(reverse("my-account"))
    assert answer["Location"] == f"{reverse('account_login')}?next={reverse('my-account')}"
    assert signed_in_as(client) is None
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = old
    assert thief.get(reverse("my-account")).status_code == 302, "the old cookie opens nothing"
    entry = Entry.objects.get(action="network.sign_out")
    assert entry.actor_id == holder.pk
    assert entry.reason


def test_a_session_in_use_goes_on(client: Client, world: World) -> None:
    account(world.office, "clerk", "yangjie")
    post_sign_in(client, "yangjie")
    rewind(client, settings.IDLE_MINUTES * 60 - 5)
    assert client.get(reverse("keepalive")).status_code == 204
    assert clock.now().timestamp() - client.session[SEEN] < 5
    with clock.frozen(clock.now() + timedelta(minutes=settings.IDLE_MINUTES, seconds=-5)):
        assert client.get(reverse("my-account")).status_code == 200
    with clock.frozen(clock.now() + timedelta(minutes=2 * settings.IDLE_MINUTES)):
        assert client.get(reverse("my-account")).status_code == 302


def test_a_fragment_asked_for_too_late_loads_the_page_anew(client: Client, world: World) -> None:
    account(world.office, "clerk", "yangjie")
    post_sign_in(client, "yangjie")
    rewind(client, settings.IDLE_MINUTES * 60)
    answer = client.get(reverse("my-account"), headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"
    assert answer.content == b""


def test_keepalive_is_no_door_for_strangers(client: Client) -> None:
    assert client.get(reverse("keepalive")).status_code == 302


@pytest.mark.parametrize(
    ("sent", "target", "cookie", "back"),
    [("1", "/me/", "1", "/me/"), ("0", "/me/", "0", "/me/"), ("5", "//elsewhere.example", "0", "/")],
)
def test_large_type_is_a_cookie(client: Client, sent: str, target: str, cookie: str, back: str) -> None:
    answer = client.post(reverse("large-type"), {"large": sent, "next": target})
    assert (answer.status_code, answer.headers["Location"]) == (302, back)
    assert answer.cookies["large"].value == cookie
    assert client.get(reverse("large-type")).status_code == 405
