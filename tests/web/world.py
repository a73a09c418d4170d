"""A small world for the tests of sign-in, accounts and the API: two counties, an office in each, some associations."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.urls import reverse

from tests.kept import laid_out
from yinling.associations import Association, register
from yinling.base.rules import Actor
from yinling.network import (
    Account,
    Body,
    Place,
    actor_of,
    create_account,
    install,
    load_places,
    make_token,
    place_at,
    register_body,
)
from yinling.network.divisions import Division

SYSTEM = Actor.for_system("test")
PASSWORD = "long-enough-for-everyone"
PLACES = (
    ("52", "贵州省", "province"),
    ("5206", "铜仁市", "prefecture"),
    ("520622", "玉屏侗族自治县", "autonomous_county"),
    ("520622102", "朱家场镇", "town"),
    ("520622102201", "街上村村委会", "villagers"),
    ("520622102202", "鱼塘村村委会", "villagers"),
    ("520623", "石阡县", "county"),
    ("520623100", "汤山镇", "town"),
    ("520623100201", "城东村村委会", "villagers"),
)
INITIALS = {"520622102201": "jsccwh", "520622102202": "ytccwh", "520623100201": "cdccwh"}


@dataclass(frozen=True)
class World:
    """What the tests find in it."""

    office: Body
    elsewhere: Body
    street: Association
    fishpond: Association
    distant: Association


def place(path: str) -> Place:
    """A place that must be there."""
    found = place_at(path)
    assert found is not None
    return found


def build() -> World:
    """Places, an office in each of the two counties, an association in each of the three villages."""
    above = {"": ""}
    listed = []
    for path, name, kind in PLACES:
        parent = max((known for known in above if path.startswith(known)), key=len)
        above[path] = parent
        level = (2, 4, 6, 9, 12).index(len(path)) + 1
        listed.append(Division(path, path.ljust(12, "0"), level, name, kind, parent, INITIALS.get(path, "")))
    load_places(divisions=listed, on=date(2005, 1, 1), source="test", by=SYSTEM)
    founded = date(2010, 5, 1)

    def association(path: str, name: str) -> Association:
        attributes: dict[str, Mapping[str, object]] = {
            "setting": {"setting": "rural"},
            "venue": {"has_venue": True, "venue_area": "60.00"},
        }
        return register(place=place(path), name=name, founded=founded, attributes=attributes, by=SYSTEM)

    def office(path: str, name: str) -> Body:
        return register_body(place=place(path), kind=Body.Kind.OFFICE, name=name, founded=founded, by=SYSTEM)

    return World(
        office("520622", "玉屏县老龄办"),
        office("520623", "石阡县老龄办"),
        association("520622102201", "街上村老年协会"),
        association("520622102202", "鱼塘村老年协会"),
        association("520623100201", "城东村老年协会"),
    )


def account(body: Body, role: str, username: str, *, phone: str = "", temporary: bool = False) -> Account:
    """An account whose password is PASSWORD."""
    return create_account(
        username=username,
        display_name=f"{username} 的人",
        password=PASSWORD,
        body=body,
        role=role,
        phone=phone,
        must_change_password=temporary,
        by=SYSTEM,
    )


def token(holder: Account, scope: str = "read") -> str:
    """The text of a new token."""
    _row, text = make_token(name="test", scope=scope, by=actor_of(holder, "test"))
    return text


def set_up(*, demo: bool) -> None:
    """Say what this database is."""
    install(demo=demo, by=SYSTEM)


def authenticator(holder: Account) -> str:
    """Give the account an authenticator app; returns its secret."""
    secret: str = generate_totp_secret()
    TOTP.activate(holder, secret)
    assert Authenticator.objects.filter(user=holder).exists()
    return secret


def code(secret: str) -> str:
    """The six digits the app shows now; waits out the last moments of a code, which could pass while it is sent."""
    if time.time() % 30 > 27:
        time.sleep(30 - time.time() % 30 + 0.1)
    text: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    return text


def post_sign_in(client: Client, login: str, password: str = PASSWORD, **more: str) -> Any:
    """Send the sign-in form."""
    return client.post(reverse("account_login"), {"login": login, "password": password, **more})


@pytest.fixture
def world(db: None) -> World:
    """The small world."""
    del db
    return laid_out(build)
