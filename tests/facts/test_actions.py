"""What an action leaves behind: one entry, its facts, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from tests.facts import ground
from tests.facts.ground import A1, FLOW, STOCK, SYSTEM, happen
from yinling.base.action import (
    OutsideAction,
    UndeclaredFact,
    action,
    because,
    change,
    copy_many,
    create,
    current,
    note,
    registry,
    unwritten_facts,
)
from yinling.base.rules import Actor, Grant, Refused, anyone, within
from yinling.facts import Entry, Fact, NewFact, Series, Total, hold, record, touch, verify
from yinling.network import Account, Place, register_body, rename_place
from yinling.people import Consent, Person, register_person

pytestmark = pytest.mark.django_db
DAY = date(2012, 8, 16)
Make = Callable[..., Callable[..., Any]]


@pytest.fixture
def make() -> Iterator[Make]:
    """Declares an action for one test."""
    names: list[str] = []

    def declare(body: Callable[..., Any], **options: Any) -> Callable[..., Any]:
        def acting(by: Actor, **arguments: Any) -> Any:
            return body(**arguments)

        names.append(f"made.{len(names)}")
        return action(names[-1], label="made", rule=options.pop("rule", anyone), **options)(acting)

    yield declare
    for name in names:
        del registry[name]


def counts() -> tuple[int, int, int]:
    return Entry.objects.count(), Fact.objects.count(), Total.objects.count()


def one(kind: str = FLOW.key, source: int = 1) -> Fact:
    return record(kind, source=source, path="520101", happened=DAY, dims=A1)


def test_an_action_that_forgets_a_declared_kind_fails(make: Make) -> None:
    forgetful = make(one, records=[FLOW.key, STOCK.key])
    before = counts()
    with pytest.raises(UndeclaredFact, match=r"test\.stock"):
        forgetful(by=SYSTEM)
    assert counts() == before


def test_an_action_that_records_an_undeclared_kind_fails(make: Make) -> None:
    before = counts()
    for bold in (make(lambda: one(STOCK.key), records=[FLOW.key]), make(one)):
        with pytest.raises(UndeclaredFact):
            bold(by=SYSTEM)
    with pytest.raises(UndeclaredFact):
        make(lambda: hold(STOCK.key, source=1, path="", on=DAY, dims=A1), records=[FLOW.key])(by=SYSTEM)
    assert counts() == before


def test_seeing_to_a_kind_is_enough(make: Make) -> None:
    make(lambda: touch(FLOW.key), records=[FLOW.key])(by=SYSTEM)
    assert Entry.objects.latest("seq").fact_count == 0


def test_facts_need_all_dimensions_of_their_kind(make: Make) -> None:
    for dims in ({}, {"grade": "a"}, {**A1, "more": "x"}):
        with pytest.raises(ValueError, match="dimensions"):
            make(lambda d=dims: record(FLOW.key, source=1, path="52", happened=DAY, dims=d), records=[FLOW.key])(
                by=SYSTEM
            )


@pytest.mark.parametrize("write", [one, lambda: create(Series(kind="x")), lambda: note(x=1), lambda: because("x")])
def test_outside_an_action_nothing_can_be_written(write: Callable[[], object]) -> None:
    with pytest.raises(OutsideAction):
        write()


@pytest.mark.parametrize("error", [Refused("no"), ValidationError("no"), RuntimeError("broken")])
def test_a_failed_inner_action_leaves_nothing_and_the_outer_goes_on(make: Make, error: Exception) -> None:
    def fail() -> None:
        one(source=2)
        happen(NewFact(A1, 3, "52", DAY))  # an action in the action in the action, itself in order
        raise error

    inner = make(fail, records=[FLOW.key])

    def go_on() -> None:
        one(source=1)
        with pytest.raises(type(error)):
            inner(by=SYSTEM)
        happen(NewFact(A1, 4, "52", DAY))

    make(go_on, records=[FLOW.key])(by=SYSTEM)
    assert list(Fact.objects.order_by("pk").values_list("source_id", flat=True)) == [1, 4]
    assert list(Entry.objects.order_by("seq").values_list("action", flat=True)) == ["test.happen", "made.1"]
    assert sum(Total.objects.filter(area_path="").values_list("facts", flat=True)) == 2
    assert list(verify()) == []


def test_a_failed_outer_action_takes_its_inner_ones_with_it(make: Make) -> None:
    def fail() -> None:
        happen(NewFact(A1, 1, "52", DAY))
        raise Refused("no")

    before = counts()
    with pytest.raises(Refused):
        make(fail, records=[FLOW.key])(by=SYSTEM)
    assert counts() == before
    assert not Series.objects.filter(kind=FLOW.key).exists()
    happen(NewFact(A1, 1, "52", DAY))  # nor is the id of the series, which is gone, remembered
    assert Fact.objects.get().series.kind == FLOW.key
    assert list(verify()) == []


def test_facts_belong_to_the_innermost_action(make: Make) -> None:
    entries: list[int] = []

    def outer() -> None:
        one(source=1)
        entries.append(happen(NewFact(A1, 2, "52", DAY)))
        one(source=3)
        entries.append(current().entry_id)
        assert unwritten_facts()

    make(outer, records=[FLOW.key])(by=SYSTEM)
    assert not unwritten_facts()
    assert dict(Fact.objects.values_list("source_id", "entry_id")) == {1: entries[1], 2: entries[0], 3: entries[1]}
    assert list(Entry.objects.order_by("seq").values_list("pk", "fact_count")) == [(entries[0], 1), (entries[1], 2)]
    assert list(verify()) == []


def test_a_refused_rule_writes_nothing() -> None:
    place = ground.load()["520101"]
    before = counts()
    with pytest.raises(Refused):
        rename_place(place=place, name="x", on=DAY, basis="", by=Actor(1, "x", (Grant("administrator", "5202"),)))
    assert counts() == before
    assert Place.objects.get(pk=place.pk).name == place.name


def test_the_rule_asks_for_the_place_as_it_is_now() -> None:
    """A row read before its place moved must not open the old area's door, nor be written under the old path."""
    places = ground.load()
    stale = Place.objects.get(area_path="520101001")
    ground.sql("UPDATE yinling_place SET area_path = '530101009' WHERE id = %s", stale.pk)
    old_area, new_area = (Actor(1, "x", (Grant("officer", path),)) for path in ("52", "53"))
    with pytest.raises(Refused):
        register_body(place=stale, kind="office", name="x", founded=DAY, by=old_area)
    fresh = Place.objects.get(pk=stale.pk)
    assert register_body(place=fresh, kind="office", name="x", founded=DAY, by=new_area).area_path == "530101009"
    fresh.area_path = places["520101001"].area_path
    body = register_body(place=fresh, kind="office", name="y", founded=DAY, by=SYSTEM)
    assert body.area_path == Entry.objects.latest("seq").area_path == "530101009"


def test_change_returns_the_row_as_it_now_is(make: Make) -> None:
    stale = ground.load()["5202"]
    Place.objects.filter(pk=stale.pk).update(name="甲", code="520299999999")
    changer = make(change, rule=within("administrator"))
    changer(row=stale, by=SYSTEM, name="甲")
    assert (stale.name, stale.code) == ("甲", "520299999999")
    assert Entry.objects.latest("seq").changes == []
    changer(row=stale, by=SYSTEM, name="乙")
    assert Entry.objects.latest("seq").changes == [
        {"row": "place", "id": stale.pk, "before": {"name": "甲"}, "after": {"name": "乙"}}
    ]


def test_quantities_keep_two_places_up_to_ten_quadrillion() -> None:
    largest = Decimal("9999999999999999.99")
    happen(
        *(NewFact(A1, number, "520101", DAY, largest) for number in range(3)),
        NewFact(A1, 3, "520101", DAY, Decimal("0.01")),
    )
    total = Total.objects.get(area_path="5201")
    assert (total.facts, total.quantity) == (4, 3 * largest + Decimal("0.01"))
    assert list(verify()) == []


@pytest.fixture
def people() -> list[Person]:
    place = ground.load()["520101001001"]
    return [register_person(place=place, name=name, phone="13900000001", by=SYSTEM) for name in ("杨一", "杨\\N\t二")]


def consents(people: Sequence[Person]) -> list[Consent]:
    return [
        Consent(
            person=one, area_path=one.area_path, purpose="register", text_version="1", way=Consent.Way.SIGNED, given_on=DAY
        )
        for one in people
    ]  # fmt: skip


def test_copied_rows_are_as_saved_ones(make: Make, people: list[Person]) -> None:
    made = make(lambda: copy_many(consents(people)))(by=SYSTEM)
    assert [(one.person_id, one.given_on, one.withdrawn_on) for one in Consent.objects.order_by("pk")] == [
        (one.pk, DAY, None) for one in people
    ]
    assert [one.pk for one in made] == list(Consent.objects.order_by("pk").values_list("pk", flat=True))
    Consent.objects.create(
        person=people[0], area_path="", purpose="other", text_version="1", way="signed", given_on=DAY
    )
    assert Consent.objects.count() == 3


def test_copied_values_keep_what_a_table_hides(make: Make, people: list[Person]) -> None:
    rows = [Person(place=one.place, area_path=one.area_path, name=one.name, phone=one.phone) for one in people]
    make(lambda: copy_many(rows))(by=SYSTEM)
    found = Person.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk")
    assert [(one.name, one.phone) for one in found] == [(one.name, "13900000001") for one in people]
    assert Entry.objects.order_by("-seq").values_list("changes", flat=True)[0] == []


def test_a_copied_row_that_is_there_already_is_refused_as_any(make: Make) -> None:
    rows = [Account(username="twice", display_name=name, made_on=DAY) for name in ("一", "二")]
    with pytest.raises(IntegrityError):
        make(lambda: copy_many(rows))(by=SYSTEM)
    assert not Account.objects.exists()
    with pytest.raises(OutsideAction):
        copy_many(rows)
