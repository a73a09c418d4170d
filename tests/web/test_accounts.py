"""Account pages: one's own account with its tokens, and the administration within one's own area."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from tests.web.world import PASSWORD, World, account, authenticator, post_sign_in, world
from yinling.base import clock
from yinling.network import Account, RoleHeld, Token, account_by_token, actor_of, hold_role, make_token

__all__ = ["world"]

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.addresses")]


@pytest.fixture
def administrator(client: Client, world: World) -> Account:
    """The administrator of the first county, signed in."""
    holder = account(world.office, "administrator", "admin")
    client.force_login(holder)
    return holder


def text_of(client: Client, name: str, **where: int) -> str:
    answer = client.get(reverse(name, kwargs=where or None))
    assert answer.status_code == 200
    return answer.content.decode()


PAGES: tuple[tuple[str, dict[str, int]], ...] = (
    ("accounts", {}), ("account-new", {}), ("account-new-at", {"body": 0}), ("account", {"pk": 0}),
    ("role-new", {"pk": 0}), ("role-new-at", {"pk": 0, "body": 0}), ("role-end", {"pk": 0}),
    ("account-password", {"pk": 0}), ("account-second-factor", {"pk": 0}), ("account-close", {"pk": 0}),
)  # fmt: skip


@pytest.mark.parametrize(("name", "where"), PAGES)
def test_only_administrators_get_in(client: Client, world: World, name: str, where: dict[str, int]) -> None:
    address = reverse(name, kwargs=where or None)
    assert client.get(address).status_code == 302, "a stranger signs in first"
    client.force_login(account(world.office, "clerk", "clerk"))
    assert client.get(address).status_code == 403


def test_my_account_shows_what_i_hold(client: Client, world: World) -> None:
    holder = account(world.office, "clerk", "yangjie", phone="13800138000")
    post_sign_in(client, "yangjie")
    text = text_of(client, "my-account")
    assert holder.display_name in text
    assert world.office.name in text
    assert "network.sign_in" not in text, "what happened is told in words"
    assert "13800138000" not in text
    assert f'action="{reverse("set_language")}"' in text
    assert f'action="{reverse("large-type")}"' in text


def test_a_chair_sees_the_phone_page(client: Client, world: World) -> None:
    client.force_login(account(world.street.body, "chair", "chair"))
    assert '<body class="pocket">' in text_of(client, "my-account")
    client.force_login(account(world.office, "clerk", "clerk"))
    assert '<body class="desk">' in text_of(client, "my-account")


def test_the_language_can_be_switched(client: Client, world: World) -> None:
    client.force_login(account(world.office, "clerk", "yangjie"))
    client.post(reverse("set_language"), {"language": "en", "next": "/me/"})
    assert '<html lang="en"' in text_of(client, "my-account")


def test_a_token_is_shown_once_and_can_be_ended(client: Client, world: World) -> None:
    holder = account(world.office, "clerk", "yangjie")
    client.force_login(holder)
    answer = client.post(reverse("token-new"), {"name": "报表程序", "scope": "read"})
    assert answer.headers["Cache-Control"] == "no-store"
    shown = re.findall(r"yl_[\w-]{20,}", answer.content.decode())
    assert len(shown) == 1
    assert account_by_token(shown[0]) == (holder, "read")
    listed = text_of(client, "my-account")
    assert "报表程序" in listed
    assert shown[0] not in listed

    row = Token.objects.get()
    address = reverse("token-end", kwargs={"pk": row.pk})
    assert client.get(address).status_code == 200
    assert account_by_token(shown[0]) is not None, "looking at the page ends nothing"
    client.post(address)
    assert account_by_token(shown[0]) is None
    assert client.post(address).status_code == 404, "it has ended already"


def test_a_token_without_a_name_is_not_made(client: Client, world: World) -> None:
    client.force_login(account(world.office, "clerk", "yangjie"))
    assert client.post(reverse("token-new"), {"name": "", "scope": "read"}).status_code == 200
    assert client.post(reverse("token-new"), {"name": "x", "scope": "everything"}).status_code == 200
    assert not Token.objects.exists()


def test_nobody_ends_the_token_of_another(client: Client, world: World) -> None:
    row, text = make_token(name="x", scope="read", by=actor_of(account(world.office, "clerk", "one"), "test"))
    client.force_login(account(world.office, "clerk", "two"))
    assert client.post(reverse("token-end", kwargs={"pk": row.pk})).status_code == 404
    assert account_by_token(text) is not None


def test_the_list_holds_the_own_area_only(client: Client, world: World, administrator: Account) -> None:
    mine = account(world.street.body, "chair", "village")
    other = account(world.elsewhere, "clerk", "distant")
    text = text_of(client, "accounts")
    assert mine.display_name in text
    assert administrator.display_name in text
    assert other.display_name not in text
    assert client.get(reverse("account", kwargs={"pk": other.pk})).status_code == 404
    for name in ("account-password", "account-second-factor", "account-close", "role-new"):
        assert client.post(reverse(name, kwargs={"pk": other.pk})).status_code in {404, 405}
    other.refresh_from_db()
    assert other.is_active
    assert other.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "vill"}, True),
        ({"q": "138 0013 8000"}, True),
        ({"q": "nobody"}, False),
        ({"role": "chair"}, True),
        ({"role": "auditor"}, False),
        ({"state": "closed"}, False),
        ({"state": "all"}, True),
    ],
)
def test_accounts_are_found(
    client: Client, world: World, administrator: Account, asked: dict[str, str], found: bool
) -> None:
    del administrator
    row = account(world.street.body, "chair", "village", phone="13800138000")
    text = client.get(reverse("accounts"), asked).content.decode()
    assert (row.display_name in text) is found


def test_a_new_account_can_sign_in_and_must_change_its_password(
    client: Client, world: World, administrator: Account
) -> None:
    del administrator
    assert world.office.name in text_of(client, "account-new")
    assert world.elsewhere.name not in text_of(client, "account-new")
    address = reverse("account-new-at", kwargs={"body": world.office.pk})
    password = client.get(address).context["form"]["password"].initial
    person = {"display_name": "杨洁", "username": "yangjie", "phone": "13800138000"}
    sent = {**person, "role": "clerk", "password": password}
    answer = client.post(address, sent)
    made = Account.objects.get(username="yangjie")
    assert answer.headers["Location"] == reverse("account", kwargs={"pk": made.pk})
    assert list(made.roles_held.values_list("role", "body", "area_path")) == [("clerk", world.office.pk, "520622")]
    assert made.must_change_password
    assert post_sign_in(Client(), "13800138000", password).headers["Location"] == reverse("account_change_password")
    assert password not in text_of(client, "account", pk=made.pk)


@pytest.mark.parametrize(
    "wrong",
    [
        {"username": "admin"},
        {"username": "13800138001"},
        {"phone": "1380013"},
        {"password": "short"},
        {"role": "emperor"},
        {"display_name": ""},
    ],
)
def test_a_new_account_that_cannot_be(
    client: Client, world: World, administrator: Account, wrong: dict[str, str]
) -> None:
    sent = {"display_name": "杨洁", "username": "yangjie", "phone": "", "role": "clerk", "password": PASSWORD}
    answer = client.post(reverse("account-new-at", kwargs={"body": world.office.pk}), {**sent, **wrong})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert list(Account.objects.all()) == [administrator]


def test_no_account_outside_the_own_area(client: Client, world: World, administrator: Account) -> None:
    sent = {"display_name": "杨洁", "username": "yangjie", "phone": "", "role": "clerk", "password": PASSWORD}
    answer = client.post(reverse("account-new-at", kwargs={"body": world.elsewhere.pk}), sent)
    assert answer.status_code == 404
    assert list(Account.objects.all()) == [administrator]


def test_roles_are_given_and_ended(client: Client, world: World, administrator: Account) -> None:
    del administrator
    row = account(world.office, "clerk", "yangjie")
    assert world.fishpond.body.name in text_of(client, "role-new", pk=row.pk)
    today = clock.today().isoformat()
    give = reverse("role-new-at", kwargs={"pk": row.pk, "body": world.fishpond.body.pk})
    assert client.post(give, {"role": "chair", "since": today, "until": "2000-01-01"}).status_code == 200
    assert client.post(give, {"role": "chair", "since": today}).status_code == 302
    held = RoleHeld.objects.get(account=row, role="chair")
    assert held.body == world.fishpond.body
    assert world.fishpond.body.name in text_of(client, "account", pk=row.pk)
    end = reverse("role-end", kwargs={"pk": held.pk})
    assert client.post(end, {"on": today}).status_code == 302
    assert [grant.role for grant in actor_of(row, "test").grants] == ["clerk"]


def test_a_forgotten_password_is_replaced(client: Client, world: World, administrator: Account) -> None:
    del administrator
    row = account(world.office, "clerk", "yangjie")
    address = reverse("account-password", kwargs={"pk": row.pk})
    assert client.post(address, {"password": "1234"}).status_code == 200
    assert client.post(address, {"password": "temporary-for-today"}).status_code == 302
    answer = post_sign_in(Client(), "yangjie", "temporary-for-today")
    assert answer.headers["Location"] == reverse("account_change_password")


def test_a_lost_phone_is_helped(client: Client, world: World, administrator: Account) -> None:
    del administrator
    row = account(world.office, "officer", "yangjie")
    authenticator(row)
    address = reverse("account-second-factor", kwargs={"pk": row.pk})
    assert client.get(address).status_code == 200
    assert Authenticator.objects.filter(user=row).exists()
    client.post(address)
    assert not Authenticator.objects.filter(user=row).exists()
    assert post_sign_in(Client(), "yangjie").headers["Location"] == reverse("home")


def test_a_closed_account_is_closed(client: Client, world: World, administrator: Account) -> None:
    row = account(world.office, "clerk", "yangjie")
    visitor = Client()
    post_sign_in(visitor, "yangjie")
    client.post(reverse("account-close", kwargs={"pk": row.pk}))
    assert visitor.get(reverse("my-account")).status_code == 302, "the open session ends with it"
    assert post_sign_in(visitor, "yangjie").status_code == 200
    assert row.display_name not in text_of(client, "accounts")

    client.post(reverse("account-close", kwargs={"pk": administrator.pk}))
    administrator.refresh_from_db()
    assert administrator.is_active, "nobody closes the own account"


def test_an_account_that_also_works_elsewhere_is_not_ours_to_close(
    client: Client, world: World, administrator: Account
) -> None:
    from tests.web.world import SYSTEM

    del administrator
    row = account(world.office, "clerk", "yangjie")
    hold_role(account=row, role="clerk", body=world.elsewhere, since=clock.today(), by=SYSTEM)
    client.post(reverse("account-close", kwargs={"pk": row.pk}))
    row.refresh_from_db()
    assert row.is_active
    address = reverse("account-password", kwargs={"pk": row.pk})
    assert client.post(address, {"password": "temporary-1"}).status_code == 200
    row.refresh_from_db()
    assert row.check_password(PASSWORD)
