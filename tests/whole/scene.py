"""The cast with one of everything beside it, so that every page has something to show; and more of the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from tests.cast import FOUNDED, OPENED, PASSWORD, SYSTEM, Cast
from yinling.activities import hold_conference, record_contribution, record_visit
from yinling.associations import Association, add_evidence, register
from yinling.base.codes import synthetic_resident_id
from yinling.exchange import upload_batch
from yinling.facts import Entry
from yinling.network import Account, Body, Place, RoleHeld, create_account, make_token, place_at, register_body
from yinling.people import Person, give_consent, register_person
from yinling.web.page import Page

PDF = b"%PDF-1.7 evidence"


@dataclass(frozen=True, slots=True)
class Rows:
    """One row of every kind at a village and the office above it, by the argument of the pages about it.

    Keys are `page.argument` where one page means something of its own, `word.argument` for all pages whose names begin
    with the word, else the argument alone.
    """

    keys: dict[str, object]

    def address(self, page: Page) -> str:
        """The address of a page about these rows. A page with an argument nobody knows is named in the KeyError."""
        return reverse(page.name, kwargs={name: self._value(page, name) for name in arguments(page)})

    def _value(self, page: Page, name: str) -> object:
        word = page.name.split("-")[0].removesuffix("s")
        for key in (f"{page.name}.{name}", f"{word}.{name}", name):
            if key in self.keys:
                return self.keys[key]
        raise KeyError(f"tests/whole/scene.py does not say what {name} of the page {page.name} is")


def arguments(page: Page) -> list[str]:
    """The names of what a page's address holds."""
    return re.findall(r"<(?:\w+:)?(\w+)>", page.route)


def about_a_row(page: Page) -> bool:
    """Whether a page shows something that lies in one area, not all of what the viewer may see."""
    return not {"key", "verb"}.issuperset(arguments(page))


def place(path: str) -> Place:
    """A place of the cast."""
    found = place_at(path)
    assert found is not None
    return found


def rows_at(village: str, office: Body, *, holder: Account, number: int = 1) -> Rows:
    """Make one of everything at a village and at the office; the token is the holder's own."""
    person = register_person(
        place=place(village), name=f"张{'一二三四五六七八九'[number]}", phone=f"1390000{number:04}",
        resident_id=synthetic_resident_id(date(1945, 2, 3), 100 + number), by=SYSTEM,
    )  # fmt: skip
    give_consent(person=person, purpose="register", way="signed", on=FOUNDED, by=SYSTEM)
    association = _association(village, person, number)
    evidence = add_evidence(association=association, name=f"{number}.pdf", content=PDF + b"%d" % number, by=SYSTEM)
    conference = _conference(office, association, number)
    account = create_account(
        username=f"clerk{number}", display_name=f"李{number}", password=PASSWORD, body=office, role=RoleHeld.Role.CLERK,
        since=OPENED, must_change_password=False, by=SYSTEM,
    )  # fmt: skip
    token, _text = make_token(name=f"program {number}", scope="read", by=_actor(holder))
    batch = upload_batch(
        importer="associations", name=f"{number}.csv", content=[f"名称,编号\n协会,{number}\n".encode()], by=_actor(account)
    )
    entry = Entry.objects.filter(area_path=village).order_by("seq").first()
    assert entry is not None
    return Rows(
        {
            "association.pk": association.pk, "pocket.pk": association.pk, "person.pk": person.pk,
            "people.pk": person.pk, "evidence.pk": evidence.pk, "conference.pk": conference, "account.pk": account.pk,
            "role.pk": account.pk, "role-end.pk": account.roles_held.get().pk, "token.pk": token.pk,
            "import.pk": batch.pk, "batch.pk": batch.pk, "trail.pk": entry.pk, "body": office.pk, "path": village,
            "overview.path": office.area_path, "attribute": "venue", "key": "rural.venue", "verb": "rename",
        }
    )  # fmt: skip


def _actor(account: Account) -> object:
    from yinling.network import actor_of

    return actor_of(account, "test")


def _association(village: str, person: Person, number: int) -> Association:
    return register(
        place=place(village), name=f"第{number}老年协会", founded=FOUNDED, by=SYSTEM,
        attributes={
            "setting": {"setting": "rural"},
            "venue": {"has_venue": True, "venue_owner": "村委会", "venue_area": "60"},
            "chair": {"chair": person},
            "members": {"member_count": 20 + number},
        },
    )  # fmt: skip


def _conference(office: Body, association: Association, number: int) -> int:
    held = hold_conference(name=f"第{number}次会议", host=office, place=office.place, held_on=date(2012, 8, 16), by=SYSTEM)
    for _paper in range(number):
        record_contribution(
            conference=held, what="paper", title="做法", by_place=office.place, by_name=office.name, by=SYSTEM
        )
        record_visit(conference=held, visited=association.body, on=date(2012, 8, 16), by=SYSTEM)
    return int(held.pk)


@dataclass(frozen=True, slots=True)
class Scene:
    """The cast, the rows of its own county, and those of the county beside it."""

    cast: Cast
    here: Rows
    elsewhere: Rows


def team(place_: Place, number: int) -> Body:
    """A further body at a place."""
    return register_body(place=place_, kind=Body.Kind.TEAM, name=f"第{number}队", founded=OPENED, by=SYSTEM)
