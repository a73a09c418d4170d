"""A rule's list filter gives exactly the rows that its check lets through, for everyone and every kind of row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model, QuerySet
from django.urls import reverse

from tests.cast import (
    BARE_VILLAGE,
    COMMUNITY,
    COUNTY,
    NEIGHBOUR,
    NEIGHBOUR_VILLAGE,
    PREFECTURE,
    SYSTEM,
    VILLAGE,
    Cast,
)
from tests.returns.ground import ask
from tests.whole.scene import rows_at
from tests.whole.test_permissions import people
from yinling.base.action import registry
from yinling.base.rules import EVERYBODY, Actor, Rule, within
from yinling.certificates import (
    Certificate,
    CertificateRequest,
    StarApplication,
    is_holder,
    may_ask_for,
    may_decide_stars,
    may_see_certificates,
)
from yinling.returns import Return, check_return, may_check
from yinling.volunteers import Volunteer, is_self
from yinling.web.page import pages

OF_A_PERSON = (Certificate, CertificateRequest, StarApplication)
ROWS_OF: dict[str, tuple[type[Model], ...]] = {
    may_check.name: (Return,),
    is_self.name: (Volunteer,),
    (may_ask_for | is_self).name: (Volunteer,),
    is_holder.name: OF_A_PERSON,
    (may_ask_for | is_holder).name: OF_A_PERSON,
    (may_see_certificates | is_holder).name: OF_A_PERSON,
    may_decide_stars.name: (StarApplication,),
    (may_see_certificates | may_decide_stars).name: (StarApplication,),
}
"""Rules that look at columns of some tables, beside where a row lies."""


def rules() -> dict[str, Rule]:
    """Every rule that a page or an action asks, by name; and the one that is asked of returns alone, inside their actions."""
    reverse("home")  # loads the pages
    used = [page.rule for page in pages.values()] + [spec.rule for spec in registry.values()]
    return {rule.name: rule for rule in (*used, may_check)}


def samples() -> Iterator[QuerySet[Any]]:
    """Rows of every table that carries a place, and has any."""
    for table in apps.get_app_config("yinling").get_models():
        if any(column.name == "area_path" for column in table._meta.concrete_fields) and table._base_manager.exists():
            yield table._base_manager.all()


def waiting(cast: Cast) -> None:
    """Returns in every state of being checked: at each level, handed in by each of those who might check them."""
    asked = ask(cast, area=cast.places[PREFECTURE])
    for path, name in ((VILLAGE, "township"), (BARE_VILLAGE, "chair"), (COMMUNITY, "county")):
        row = asked.hand_in(path)
        Return.objects.filter(pk=row.pk).update(submitted_by=getattr(cast, name).pk)
    row = asked.of(BARE_VILLAGE)
    check_return(answer=row, seen=row.changed_by, by=SYSTEM)


def disagreements(rule: Rule, actor: Actor, rows: QuerySet[Any]) -> set[Model]:
    """The rows that only one of filter and check lets through."""
    listed = set(rule.filter(actor, rows))
    return listed ^ {row for row in rows if rule.check(actor, row)}


@pytest.mark.long
def test_filter_and_check_agree(cast: Cast) -> None:
    rows_at(VILLAGE, cast.offices[COUNTY], holder=cast.county)
    rows_at(NEIGHBOUR_VILLAGE, cast.offices[NEIGHBOUR], holder=cast.province, number=2)
    waiting(cast)
    actors = {name: cast.actor(account) if account else Actor(None, "") for name, account in people(cast).items()}
    actors["platform"] = SYSTEM
    tables = list(samples())
    assert {len(row.area_path) for rows in tables for row in rows} >= {0, 2, 4, 6, 9, 12}, "rows of every level"
    faults = [
        f"{rule.name}, {name}, {rows.model.__name__}"
        for rule in rules().values()
        for name, actor in actors.items()
        for rows in tables
        if rows.model in ROWS_OF.get(rule.name, (rows.model,))
        if disagreements(rule, actor, rows)
    ]
    assert not faults, "\n".join(faults)
    checked = {frozenset(may_check.filter(actor, Return.objects.all())) for actor in actors.values()}
    assert len(checked) >= 4, "not all may check the same"


def test_names_of_rules_are_their_own() -> None:
    """Two different rules under one name would be one row of the documents, and one of them untested here."""
    reverse("home")
    used = [page.rule for page in pages.values()] + [spec.rule for spec in registry.values()]
    where = {rule.name: rule.test.__code__ for rule in used}
    assert [rule.name for rule in used if rule.test.__code__ is not where[rule.name]] == []


def test_a_disagreement_is_seen(cast: Cast) -> None:
    good = within("officer")
    bad = replace(good, where=lambda _actor: EVERYBODY)
    rows = next(samples()).model._base_manager.all()
    county = cast.actor(cast.county)
    assert disagreements(good, county, rows) == set()
    assert disagreements(bad, county, rows) == {row for row in rows if not row.area_path.startswith(COUNTY)} != set()
