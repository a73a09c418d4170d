"""Who may open which page and call which action: tried out, and compared with docs/reference/permissions.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import resolve, reverse

from tests.cast import COUNTY, NEIGHBOUR, NEIGHBOUR_VILLAGE, VILLAGE, Cast
from tests.whole.conftest import Committed
from tests.whole.scene import Rows, about_a_row, all_about, opened, place, rows_at
from yinling.base import clock
from yinling.base.action import ActionSpec, registry
from yinling.base.rules import Actor, Rule, anyone, within
from yinling.network import Account
from yinling.ops import reference
from yinling.web.page import Page, pages

PEOPLE = (
    "anonymous",
    "stranger",
    "volunteer",
    "chair",
    "township",
    "county",
    "prefecture",
    "province",
    "auditor",
    "admin",
)
DOCUMENT = "permissions.md"
NOTE = """# Who may do what

Tried out by tests/whole/test_permissions.py (`RENEW=1 python -m pytest tests/whole` writes it anew); do not edit.

Ten people ask for every page and call every action: somebody who has not signed in (anonymous), somebody whose only
role has ended (stranger), a volunteer of 街上村 without any role, the chair of an association of 街上村, a clerk of 朱家场镇, the officers of 玉屏侗族自治县
(county), 铜仁市 (prefecture) and 贵州省 (province), an auditor and an administrator of 贵州省.

200: the page; 302: on to another page; sign in: to the sign-in page; 403: refused with a reason; 404: as if there were
no such row.
"""
INTROS = {
    "Pages": "Pages about one row are asked for a row of 街上村 or of 玉屏侗族自治县.",
    "Pages about a row of another county": "The same for a row of 石阡县, no part of chair, township, county.",
    "Actions": "yes: also for a place in 石阡县; own: for a place in 街上村 only; no: for neither.",
}


def people(cast: Cast) -> dict[str, Account | None]:
    """Who asks, by the name of the column."""
    own = Account.objects.filter(username="volunteer").first() or Account.objects.create(
        username="volunteer", display_name="石一妹", made_on=clock.today()
    )
    others = {"anonymous": None, "volunteer": own}
    return {name: others[name] if name in others else getattr(cast, name) for name in PEOPLE}


def outcome(response: HttpResponseBase) -> str:
    """What became of a request, as the document writes it."""
    if response.status_code == 302 and response.headers["Location"].split("?")[0] == resolve_url(settings.LOGIN_URL):
        return "sign in"
    return str(response.status_code)


def asked(cast: Cast, rows: Rows, chosen: Mapping[str, Page]) -> dict[str, list[str]]:
    """What each person gets of each page."""
    clients: list[Client] = []
    for account in people(cast).values():
        client = cast.client(account)
        client.raise_request_exception = False
        clients.append(client)
    return {name: [outcome(opened(client, rows.address(page))) for client in clients] for name, page in chosen.items()}


@dataclass(frozen=True, slots=True)
class At:
    """A place by its path."""

    area_path: str


def allowed(rule: Rule, actor: Actor, placed: bool) -> str:
    """Whether a rule lets the actor: `yes` in both counties, `own` only in the first."""
    if not placed:
        return "yes" if rule.check(actor) else "no"
    own, other = (bool(rule.check(actor, At(path))) for path in (VILLAGE, NEIGHBOUR_VILLAGE))
    return "yes" if own and other else "own" if own else "no"


def called(actors: Sequence[Actor], specs: Mapping[str, ActionSpec]) -> dict[str, list[str]]:
    """What each action says to each actor."""
    return {
        name: [allowed(spec.rule, actor, spec.on is not None) for actor in actors]
        for name, spec in sorted(specs.items())
    }


def table(title: str, first: str, rows: Mapping[str, Sequence[str]]) -> str:
    """One section of the document."""
    lines = [
        f"\n## {title}",
        "",
        INTROS[title],
        "",
        f"| {first} | {' | '.join(PEOPLE)} |",
        "|---" * (len(PEOPLE) + 1) + "|",
    ]
    lines += [f"| `{name}` | {' | '.join(cells)} |" for name, cells in rows.items()]
    return "\n".join(lines) + "\n"


@pytest.mark.long
def test_pages_and_actions_are_as_committed(cast: Cast, committed: Committed) -> None:
    reverse("home")  # loads the pages
    shown = {name: page for name, page in sorted(pages.items()) if "GET" in page.methods}
    own = rows_at(VILLAGE, cast.offices[COUNTY], holder=cast.county)
    own.keys["pocket/"] = cast.associations[VILLAGE].pk  # on the phone face a chair has one association
    account = people(cast)["volunteer"]
    assert account is not None
    all_about(account, own)
    here = asked(cast, own, shown)
    others = rows_at(NEIGHBOUR_VILLAGE, cast.offices[NEIGHBOUR], holder=cast.province, number=2)
    there = asked(cast, others, {name: page for name, page in shown.items() if about_a_row(page)})
    failing = [
        name for found in (here, there) for name, cells in found.items() if any(cell[0] == "5" for cell in cells)
    ]
    assert not failing, "pages that fail"
    unseen = [name for name, cells in here.items() if not any(cell[0] in "23" for cell in cells)]
    assert not unseen, "pages that nobody sees"
    nobody = Actor(account_id=None, name="")
    actors = [cast.actor(account) if account else nobody for account in people(cast).values()]
    text = (
        NOTE + table("Pages", "Page", here) + table("Pages about a row of another county", "Page", there)
        + table("Actions", "Action", called(actors, registry))
    )  # fmt: skip
    committed(reference.FOLDER / DOCUMENT, text)


def test_no_page_hides_another(cast: Cast) -> None:
    reverse("home")
    rows = rows_at(VILLAGE, cast.offices[COUNTY], holder=cast.county)
    hidden = [page.name for page in pages.values() if resolve(rows.address(page)).url_name != page.name]
    assert not hidden, "another page answers at their addresses"


def test_strangers_see_only_what_is_open_to_anyone(cast: Cast) -> None:
    """What the committed table must never come to say, whoever renews it."""
    reverse("home")
    rows = rows_at(VILLAGE, cast.offices[COUNTY], holder=cast.county)
    closed = [page for page in pages.values() if page.rule is not anyone and "GET" in page.methods]
    for page in closed:
        response = cast.client().get(rows.address(page))
        assert outcome(response) == "sign in", page.name
    writing = [spec.name for spec in registry.values() if spec.rule is not anyone]
    assert {name for name in writing if registry[name].rule.check(Actor(account_id=None, name=""))} == set()


def test_posts_ask_the_same_rule(cast: Cast) -> None:
    """Nobody can send what a form would not show: a page refuses a POST exactly as it refuses a GET."""
    reverse("home")
    rows = rows_at(VILLAGE, cast.offices[COUNTY], holder=cast.county)
    for account in (None, cast.stranger):
        client, actor = cast.client(account), cast.actor(account) if account else Actor(account_id=None, name="")
        for page in pages.values():
            if "POST" in page.methods and not page.rule.check(actor):
                assert outcome(client.post(rows.address(page))) == ("403" if account else "sign in"), page.name


def test_outcomes_are_told_apart(cast: Cast) -> None:
    assert outcome(HttpResponse(status=403)) == "403"
    login = HttpResponse(status=302, headers={"Location": resolve_url(settings.LOGIN_URL) + "?next=/"})
    assert outcome(login) == "sign in"
    assert outcome(HttpResponse(status=302, headers={"Location": "/me/"})) == "302"
    clerk, nobody = cast.actor(cast.township), cast.actor(cast.stranger)
    assert place(VILLAGE).area_path.startswith(clerk.home)
    assert [allowed(within("clerk"), actor, True) for actor in (clerk, nobody)] == ["own", "no"]
    assert allowed(anyone, nobody, True) == "yes"
