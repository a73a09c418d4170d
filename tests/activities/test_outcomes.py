"""Outcomes: recorded in the unit of their type, counted where they came about, withdrawn by reversal; by hand or from a list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests import cast as at
from tests.activities import ground
from tests.activities.ground import TODAY, moment
from tests.cast import Cast
from yinling.activities import Outcome, OutcomeType, Project, cancel_session, record_outcome, withdraw_outcome
from yinling.activities.project_measures import outcome_measure
from yinling.base import clock
from yinling.base.period import year
from yinling.base.rules import Refused
from yinling.facts import Evidence
from yinling.figures import all_measures, figure, measure_of, recheck

PDF = b"%PDF-1.7 list"


@pytest.fixture(autouse=True)
def stopped() -> Iterator[None]:
    with clock.frozen(moment(TODAY, 20)):
        yield


@pytest.fixture
def books(cast: Cast) -> OutcomeType:
    return ground.outcome_type(cast.offices[at.PREFECTURE])


def total(type_: OutcomeType, path: str = at.COUNTY) -> Decimal:
    return figure(outcome_measure(type_), path=path, period=year(TODAY.year)).value or Decimal(0)


def recorded(project: Project, type_: OutcomeType, **values: Any) -> Outcome:
    return record_outcome(
        **{"project": project, "type": type_, "quantity": Decimal(200), "happened_on": TODAY, **values}, by=at.SYSTEM
    )


def test_an_outcome_counts_where_its_session_lay(cast: Cast, books: OutcomeType) -> None:
    project = ground.published(cast)
    of = ground.activity(cast, project)
    elsewhere = ground.session(cast, of, place=cast.places[at.COMMUNITY])
    recorded(project, books)
    recorded(project, books, session=elsewhere, quantity=Decimal(50), evidence=[("名单.pdf", PDF)])
    assert [total(books, path) for path in (at.COUNTY, at.VILLAGE, at.COMMUNITY)] == [250, 200, 50]
    assert measure_of("outcome.books") in all_measures()
    assert Evidence.objects.get().area_path == at.COMMUNITY


def test_each_mistake_is_named_next_to_its_field(cast: Cast, books: OutcomeType) -> None:
    project, other = ground.published(cast), ground.published(cast, title="另一个")
    session = ground.session(cast, ground.activity(cast, other))
    bad: dict[str, dict[str, Any]] = {
        "quantity": {"quantity": Decimal(0)},
        "happened_on": {"happened_on": TODAY + timedelta(days=1)},
        "session": {"session": session},
    }
    for field, values in bad.items():
        with pytest.raises(ValidationError) as refused:
            recorded(project, books, **values)
        assert set(refused.value.message_dict) == {field}
    for values in ({"quantity": Decimal("1.5")}, {"quantity": Decimal(-3)}, {"happened_on": TODAY - timedelta(days=1)}):
        with pytest.raises(ValidationError):
            recorded(project, books, **values)
    cancel_session(session=session, reason="没有人来", by=at.SYSTEM)
    with pytest.raises(ValidationError):
        recorded(other, books, session=session)
    with pytest.raises(Refused):
        recorded(ground.draft(cast), books)
    books.ended = True
    with pytest.raises(ValidationError):
        recorded(project, books)
    assert not Outcome.objects.exists()


def test_money_has_decimals(cast: Cast) -> None:
    yuan = ground.outcome_type(cast.offices[at.PREFECTURE], "aid_funds", "yuan")
    recorded(ground.published(cast), yuan, quantity=Decimal("1234.50"))
    assert total(yuan) == Decimal("1234.50")


def test_a_mistake_is_withdrawn_once(cast: Cast, books: OutcomeType) -> None:
    outcome = recorded(ground.published(cast), books)
    with pytest.raises(ValidationError):
        withdraw_outcome(outcome=outcome, reason=" ", by=at.SYSTEM)
    withdraw_outcome(outcome=outcome, reason="多记了一个零", by=at.SYSTEM)
    assert total(books) == 0
    with pytest.raises(Refused):
        withdraw_outcome(outcome=outcome, reason="再来一次", by=at.SYSTEM)
    assert not list(recheck())
