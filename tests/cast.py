"""A fixed cast for tests: a few real places of Guizhou, the offices there, the people who work in them.

    52 贵州省
        5201 贵阳市 > 520102 南明区
        5206 铜仁市
            520622 玉屏侗族自治县
                520622003 大龙街道 > 520622003001 街上, a community with an association
                520622102 朱家场镇
                    520622102201 街上村, with an association
                    520622102202 前光村
            520623 石阡县 > 520623101 本庄镇 > 520623101201 葛闪渡村

Everything is made through the actions, by the platform itself, as of 2005 (offices) and 2010 (associations).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.test import Client

from yinling.associations import Association, register
from yinling.base.codes import synthetic_resident_id
from yinling.base.rules import Actor
from yinling.network import (
    Account,
    Body,
    Place,
    RoleHeld,
    actor_of,
    create_account,
    end_role,
    install,
    load_places,
    register_body,
)
from yinling.network.divisions import Division, kind_of, short_name
from yinling.network.names import initials_of
from yinling.people import Person, register_person

SYSTEM = Actor.for_system("test")
PASSWORD = "a-long-enough-secret-1"
OPENED, FOUNDED = date(2005, 1, 1), date(2010, 5, 1)
PROVINCE, PREFECTURE, COUNTY, TOWNSHIP = "52", "5206", "520622", "520622102"
VILLAGE, BARE_VILLAGE, COMMUNITY = "520622102201", "520622102202", "520622003001"
NEIGHBOUR, NEIGHBOUR_VILLAGE = "520623", "520623101201"
CHAIR_ID = synthetic_resident_id(date(1944, 3, 5), 20)
CHAIR_PHONE = "13800000006"

NAMES = {
    PROVINCE: "贵州省",
    "5201": "贵阳市",
    "520102": "南明区",
    PREFECTURE: "铜仁市",
    COUNTY: "玉屏侗族自治县",
    "520622003": "大龙街道",
    COMMUNITY: "街上居民委员会",
    TOWNSHIP: "朱家场镇",
    VILLAGE: "街上村村民委员会",
    BARE_VILLAGE: "前光村村民委员会",
    NEIGHBOUR: "石阡县",
    "520623101": "本庄镇",
    NEIGHBOUR_VILLAGE: "葛闪渡村村民委员会",
}


@dataclass(frozen=True, slots=True)
class Cast:
    """Who and what there is. `places`, `offices` and `associations` by path; the accounts by what they are."""

    places: dict[str, Place]
    offices: dict[str, Body]
    associations: dict[str, Association]
    person: Person
    """杨秀英, chair of the association of 街上村; her resident number is CHAIR_ID, her telephone CHAIR_PHONE."""
    admin: Account
    province: Account
    prefecture: Account
    county: Account
    township: Account
    chair: Account
    auditor: Account
    stranger: Account
    """Signed in, but the only role has ended."""

    def actor(self, account: Account) -> Actor:
        """The actor an account is today."""
        return actor_of(account, "test")

    def client(self, account: Account | None = None) -> Client:
        """A browser in which the account is signed in; without one, that of a stranger."""
        client = Client()
        if account is not None:
            client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client


def divisions() -> Iterator[Division]:
    """The places, each after the place above it."""
    levels = {2: 1, 4: 2, 6: 3, 9: 4, 12: 5}
    for path, name in sorted(NAMES.items()):
        above = max((other for other in NAMES if path.startswith(other) and other != path), key=len, default="")
        yield Division(
            path=path, code=path.ljust(12, "0"), level=levels[len(path)], name=name, kind=kind_of(path, name),
            parent_path=above, initials=initials_of(short_name(name)),
        )  # fmt: skip


def make_cast() -> Cast:
    """Make everything in an empty database. Tests take it from `laid_out` of tests/kept.py, as the fixture `cast` does."""
    install(demo=True, by=SYSTEM)
    load_places(divisions=divisions(), on=OPENED, source="test", by=SYSTEM)
    places = {place.area_path: place for place in Place.objects.select_related("parent")}
    offices = _offices(places)
    person = register_person(place=places[VILLAGE], name="杨秀英", resident_id=CHAIR_ID, phone=CHAIR_PHONE, by=SYSTEM)
    associations = _associations(places, person)
    role = RoleHeld.Role
    stranger = _account("stranger", "过路人", role.CLERK, offices[PROVINCE])
    end_role(held=stranger.roles_held.get(), on=FOUNDED, by=SYSTEM)
    return Cast(
        places=places, offices=offices, associations=associations, person=person,
        admin=_account("admin", "管理员", role.ADMINISTRATOR, offices[PROVINCE]),
        province=_account("province", "周明远", role.OFFICER, offices[PROVINCE]),
        prefecture=_account("prefecture", "田国安", role.OFFICER, offices[PREFECTURE]),
        county=_account("county", "杨正华", role.OFFICER, offices[COUNTY]),
        township=_account("township", "姚玉珍", role.CLERK, offices[TOWNSHIP]),
        chair=_account("chair", "杨秀英", role.CHAIR, associations[VILLAGE].body, CHAIR_PHONE),
        auditor=_account("auditor", "罗德明", role.AUDITOR, offices[PROVINCE]),
        stranger=stranger,
    )  # fmt: skip


def _offices(places: dict[str, Place]) -> dict[str, Body]:
    offices: dict[str, Body] = {}
    for path in (PROVINCE, "5201", PREFECTURE, COUNTY, NEIGHBOUR, TOWNSHIP):
        above = max((other for other in offices if path.startswith(other)), key=len, default="")
        offices[path] = register_body(
            place=places[path], kind=Body.Kind.OFFICE, name=f"{places[path].short_name}老龄办", founded=OPENED,
            parent=offices.get(above), by=SYSTEM,
        )  # fmt: skip
    return offices


def _associations(places: dict[str, Place], chair: Person) -> dict[str, Association]:
    return {
        VILLAGE: register(
            place=places[VILLAGE], name="街上村老年协会", founded=FOUNDED, by=SYSTEM,
            attributes={
                "setting": {"setting": "rural"},
                "venue": {"has_venue": True, "venue_owner": "村委会", "venue_area": "80"},
                "meeting": {"meets": True, "meetings_a_year": 6},
                "chair": {"chair": chair},
                "members": {"member_count": 126},
            },
        ),
        COMMUNITY: register(
            place=places[COMMUNITY], name="大龙街上社区老年协会", founded=FOUNDED, by=SYSTEM,
            attributes={"setting": {"setting": "urban"}, "members": {"member_count": 40}},
        ),
    }  # fmt: skip


def _account(username: str, name: str, role: RoleHeld.Role, body: Body, phone: str = "") -> Account:
    return create_account(
        username=username, display_name=name, password=PASSWORD, phone=phone, body=body, role=role, since=OPENED,
        must_change_password=False, by=SYSTEM,
    )  # fmt: skip
