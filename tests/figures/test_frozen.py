"""Frozen figures keep their value, and recheck notices whatever no longer agrees with the facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.facts.ground import (
    A1,
    A2,
    FLOW,
    FLOWS,
    MEASURES,
    PEOPLE,
    SHARE,
    STOCKS,
    SYSTEM,
    happen,
    load,
    rolled_back,
    sql,
    stand,
    take_back,
    tampering,
)
from yinling.base.action import action, registry
from yinling.base.period import as_of, year
from yinling.base.rules import Actor, Grant, Refused, anyone
from yinling.facts import Entry, Fact, NewFact, Total, compact_totals, record
from yinling.figures import Frozen, Measure, Region, Version, figure, freeze, recheck, thawed
from yinling.figures.measures import _measures

pytestmark = pytest.mark.django_db
DAY, WHEN = date(2012, 8, 16), as_of(date(2012, 12, 31))


def kept(*measures: Measure) -> list[Frozen]:
    return [freeze(measure=measure, region=Region("5201"), period=WHEN, by=SYSTEM) for measure in measures or MEASURES]


@pytest.fixture
def frozen() -> list[Frozen]:
    """Every measure frozen, with thirds in the share; and the facts folded."""
    for source, dims in enumerate((A1, A1, A2)):
        stand(source, "520101", DAY, 1, dims, person=source)
    happen(NewFact(A1, 1, "520102", DAY, 5, person=1), NewFact(A2, 2, "520101", DAY, 6))
    found = kept()
    compact_totals()
    assert list(recheck()) == []
    return found


def test_whatever_comes_later_a_frozen_figure_can_be_read_again(frozen: list[Frozen]) -> None:
    then = {one.measure: one.value for one in frozen}
    stand(1, "520101", date(2012, 9, 1), 0)
    take_back(Entry.objects.get(seq=1).pk)
    happen(NewFact(A1, 9, "520101", DAY, 100, person=9))
    assert figure(FLOWS, path="5201", period=WHEN).value == 111
    assert {one.measure: thawed(one).value for one in frozen if one.measure != SHARE.card.key} == {
        key: value for key, value in then.items() if key != SHARE.card.key
    }
    assert list(recheck()) == []


def test_a_frozen_share_keeps_both_counts(frozen: list[Frozen]) -> None:
    share = Frozen.objects.get(measure=SHARE.card.key)
    assert [share.numerator, share.denominator, share.value] == [1, 3, Decimal("33.333333")]
    empty = freeze(measure=SHARE, region=Region("53"), period=WHEN, by=SYSTEM)
    assert [empty.value, empty.numerator, empty.denominator] == [None, 0, 0]
    assert list(recheck()) == []


@pytest.mark.parametrize(
    "meddling",
    [
        "UPDATE yinling_frozen SET value = value + 1 WHERE measure = 'test.flows'",
        "UPDATE yinling_frozen SET value = 34 WHERE measure = 'test.share'",
        "UPDATE yinling_frozen SET numerator = 2 WHERE measure = 'test.share'",
        "UPDATE yinling_frozen SET cutoff = 1 WHERE measure = 'test.people'",
        "UPDATE yinling_frozen SET digest = digest + 1 WHERE measure = 'test.people'",
        "UPDATE yinling_frozen SET facts = facts + 1 WHERE measure = 'test.grades'",
        "UPDATE yinling_frozen SET area_path = '520101' WHERE measure = 'test.flows'",
        "UPDATE yinling_frozen SET period = '2011' WHERE measure = 'test.flows'",
    ],
)
def test_recheck_finds_a_frozen_figure_that_was_changed(frozen: list[Frozen], meddling: str) -> None:
    with tampering():
        sql(meddling)
    measure = meddling.split("'")[-2]
    assert [measure in mismatch.what for mismatch in recheck()] == [True]


@pytest.mark.parametrize("gone", [False, True])
def test_a_figure_of_an_earlier_definition_is_held_against_the_audit_trail(
    frozen: list[Frozen], monkeypatch: pytest.MonkeyPatch, gone: bool
) -> None:
    """What it was counted by holds no longer, so the facts cannot prove it; what its entry noted can."""
    for measure in (FLOWS, SHARE):
        versions = (*measure.card.versions, Version(2, DAY, "nothing any more"))
        narrower = replace(measure, card=replace(measure.card, versions=versions))
        monkeypatch.setitem(_measures, measure.card.key, narrower)
        if gone:
            monkeypatch.delitem(_measures, measure.card.key)
    stand(9, "520101", DAY, 7)
    assert list(recheck()) == []
    for meddling in ("value = value + 1", "version = version + 1", "facts = 0", "numerator = 3", "entry_id = 0"):
        with rolled_back():
            with tampering():
                sql(f"UPDATE yinling_frozen SET {meddling} WHERE measure = 'test.share'")
            assert ["test.share" in mismatch.what for mismatch in recheck()] == [True], meddling
    assert list(recheck()) == []


def test_recheck_finds_changed_totals(frozen: list[Frozen]) -> None:
    total = Total.objects.filter(area_path="5201").earliest("pk")
    for change in ("quantity = quantity + 1", "facts = facts + 1", "month = month + interval '1 month'"):
        with tampering():
            sql(f"UPDATE yinling_total SET {change} WHERE id = %s", total.pk)
        assert any("5201" in mismatch.what for mismatch in recheck())
        Total.objects.filter(pk=total.pk).update(quantity=total.quantity, facts=total.facts, month=total.month)
    assert list(recheck()) == []
    total.delete()
    assert any("5201" in mismatch.what for mismatch in recheck())


@pytest.mark.parametrize(
    "stray", [{"entry_id": 999999}, {"series_id": 999999}, {"settles_id": 999999}, {"settles_id": "another source"}]
)
def test_recheck_finds_a_stray_fact(frozen: list[Frozen], stray: dict[str, object]) -> None:
    fact = Fact.objects.filter(series__kind=FLOW.key).earliest("pk")
    other = Fact.objects.filter(series__kind=FLOW.key).latest("pk")
    values = {key: other.pk if value == "another source" else value for key, value in stray.items()}
    with tampering():
        sql(
            f"UPDATE yinling_fact SET {', '.join(f'{key} = {value}' for key, value in values.items())} "
            f"WHERE id = {fact.pk}"
        )
    assert any(f"fact {fact.pk} " in mismatch.what for mismatch in recheck())


def test_recheck_finds_a_fact_that_vanished(frozen: list[Frozen]) -> None:
    with tampering():
        sql("DELETE FROM yinling_fact WHERE id = (SELECT min(f.id) FROM yinling_fact f JOIN yinling_series s "
            "ON s.id = f.series_id WHERE s.kind = 'test.flow')")  # fmt: skip
    found = [mismatch.what for mismatch in recheck()]
    assert any("nation" in what for what in found)
    assert any("test.flows" in what for what in found)


def test_a_figure_is_not_frozen_amid_facts_that_have_no_entry_yet() -> None:
    """They are in the totals already, but before no cut-off: the value could never be read again."""

    def body(by: Actor) -> None:
        record(FLOW.key, source=1, path="520101", happened=DAY, quantity=5, dims=A1)
        freeze(measure=FLOWS, region=Region("52"), period=WHEN, by=by)

    mixed = action("made.mixed", label="mixed", rule=anyone, records=[FLOW.key])(body)
    try:
        with pytest.raises(RuntimeError, match="freeze"):
            mixed(by=SYSTEM)
    finally:
        del registry["made.mixed"]
    assert not Frozen.objects.exists()


def test_several_figures_frozen_in_one_action_share_one_trail() -> None:
    happen(NewFact(A1, 1, "520101", DAY, 5, person=3))

    def body(by: Actor) -> list[Frozen]:
        return [
            freeze(measure=measure, region=Region("52"), period=year(2012), by=by)
            for measure in (FLOWS, PEOPLE, STOCKS)
        ]

    issue = action("made.issue", label="issue", rule=anyone)(body)
    try:
        issued = issue(by=SYSTEM)
    finally:
        del registry["made.issue"]
    assert [one.value for one in issued] == [5, 1, 0]
    assert list(recheck()) == []


def test_only_who_works_for_the_area_may_freeze() -> None:
    load()
    clerk = Actor(1, "x", (Grant("clerk", "5202"),))
    with pytest.raises(Refused):
        freeze(measure=FLOWS, region=Region("5201"), period=WHEN, by=clerk)
    assert freeze(measure=FLOWS, region=Region("520200001"), period=WHEN, by=clerk).value == 0
