"""A page asks the database as often for three rows as for one, and not often: query_counts.json keeps the numbers."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import BARE_VILLAGE, OPENED, PASSWORD, SYSTEM, TOWNSHIP, VILLAGE, Cast
from tests.whole.conftest import Committed
from tests.whole.scene import Rows, opened, place, rows_at
from yinling.activities import conferences
from yinling.associations import Association, change_attribute
from yinling.network import Account, Body, RoleHeld, create_account, hold_role, open_place
from yinling.people import Person, give_consent
from yinling.web.page import Page, pages

MOST = 10
COUNTS = Path(__file__).with_name("query_counts.json")
ALLOWED = {"class": 11, "report-drift": 11}
"""More than that for one page: it shows how everybody on a roster stands, by presence and marks and the numbers that hold at
the place; or it tells of all figures of a report what was recorded since, and by whom."""
BRANCHES = {"todo": 1}
"""Statements more for many rows: more than a few ended terms are counted, not listed."""
BOOKKEEPING = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", 'UPDATE "django_session"')
"""What no page asks for: a session is noted as alive twice a minute, by whichever page comes then."""


def statements(client: Client, address: str) -> list[str] | None:
    """What one request asks the database; None where it does not show a page."""
    opened(client, address)  # what is found once for all requests is found now
    with CaptureQueriesContext(connection) as caught:
        response = opened(client, address)
    if response.status_code != 200:
        return None
    asked = [query["sql"] for query in caught.captured_queries]
    return [sql for sql in asked if not sql.startswith(BOOKKEEPING)]


def more_often(few: list[str], many: list[str]) -> list[str]:
    """What is asked more often than before, without its values and columns."""

    def kinds(asked: list[str]) -> Counter[str]:
        return Counter(re.sub(r"SELECT .*? FROM|'[^']*'|\d+", "…", sql, flags=re.DOTALL)[:120] for sql in asked)

    return sorted((kinds(many) - kinds(few)).elements())


def shown(viewers: list[Client], rows: Rows) -> dict[str, list[str]]:
    """The statements of every page, asked by the first viewer who gets to see it."""
    found: dict[str, list[str]] = {}
    for name, page in _readable().items():
        for client in viewers:
            asked = statements(client, rows.address(page))
            if asked is not None:
                found[name] = asked
                break
    return found


def _readable() -> dict[str, Page]:
    reverse("home")  # loads the pages
    return {name: page for name, page in sorted(pages.items()) if "GET" in page.methods}


def _viewers(cast: Cast, office: Body) -> list[Account]:
    """An administrator and an officer of the township, who see few rows, and the chair."""
    made = [
        create_account(
            username=f"viewer-{role}", display_name="看", password=PASSWORD, body=office, role=role, since=OPENED,
            must_change_password=False, by=SYSTEM,
        )
        for role in (RoleHeld.Role.ADMINISTRATOR, RoleHeld.Role.OFFICER)
    ]  # fmt: skip
    return [*made, cast.chair]


def _more(rows: Rows, office: Body, holder: Account, numbers: range) -> None:
    """More of everything that the first rows have one of, and more inside each of the first rows."""
    association = Association.objects.get(pk=rows.pk("associations/"))
    conference = conferences.Conference.objects.get(pk=rows.pk("conferences/"))
    account = Account.objects.get(pk=rows.pk("accounts/"))
    first = Person.objects.get(pk=rows.pk("people/"))
    for number in numbers:
        village = VILLAGE if number % 2 else BARE_VILLAGE
        more = rows_at(village, office, holder=holder, number=number)
        open_place(parent=place(TOWNSHIP), level=5, kind="villagers", name=f"新{number}村", on=OPENED, by=SYSTEM)
        person, on = Person.objects.get(pk=more.pk("people/")), date(2012 + number, 1, 1)
        change_attribute(
            association=association,
            attribute="chair",
            values={"chair": person, "chair_is_officer": True},
            on=on,
            by=SYSTEM,
        )
        conferences.record_visit(conference=conference, visited=association.body, on=on, by=SYSTEM)
        conferences.record_contribution(
            conference=conference, what="paper", title="做法", by_place=place(village), by_name="村", by=SYSTEM
        )
        hold_role(account=account, role=RoleHeld.Role.CHAIR, body=association.body, since=on, by=SYSTEM)
        give_consent(person=first, purpose="publicity", way="spoken", on=on, by=SYSTEM)


@pytest.mark.long
def test_no_page_asks_more_for_more_rows(cast: Cast, committed: Committed) -> None:
    office = cast.offices[TOWNSHIP]
    viewers = _viewers(cast, office)
    rows = rows_at(VILLAGE, office, holder=viewers[0])
    rows.keys["pocket/"] = cast.associations[VILLAGE].pk
    clients = [cast.client(account) for account in viewers]
    _more(rows, office, viewers[0], range(2, 3))
    few = shown(clients, rows)
    _more(rows, office, viewers[0], range(3, 5))
    many = shown(clients, rows)
    assert few.keys() == many.keys()
    growing = [
        f"{name}: {len(few[name])}, then {len(many[name])}; more often: {', '.join(more_often(few[name], many[name]))}"
        for name in many
        if len(many[name]) - len(few[name]) not in (0, BRANCHES.get(name, 0))
    ]
    assert not growing, "\n".join(growing)
    counts = {name: len(asked) for name, asked in few.items()}
    committed(COUNTS, json.dumps(counts, indent=1) + "\n")
    eager = {name: number for name, number in counts.items() if number > ALLOWED.get(name, MOST)}
    assert not eager, f"more than {MOST} statements"


def test_a_growing_page_is_seen(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that asks once for every association is found out."""

    def careless(_request: HttpRequest) -> HttpResponse:
        return HttpResponse("".join(body.place.name for body in Body.objects.filter(kind="association")))

    client = cast.client(cast.county)
    address = reverse("keepalive")
    assert statements(client, address) is None, "it answers without a page"
    monkeypatch.setattr("django.core.handlers.base.BaseHandler.resolve_request", lambda *_: (careless, (), {}))
    before = statements(client, address)
    rows_at(BARE_VILLAGE, cast.offices[TOWNSHIP], holder=cast.county)
    after = statements(client, address)
    assert before is not None
    assert after is not None
    assert len(after) == len(before) + 1
    assert ["yinling_place" in sql for sql in more_often(before, after)] == [True]
