"""Registering by the thousand gives what registering one by one gives, and can be undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from tests.exchange.ground import SYSTEM
from yinling.associations import RURAL, URBAN, Association, AttributePeriod, RuleBook, change_attribute, register
from yinling.associations.bulk import NewAssociation, register_many, withdraw_batch
from yinling.base.codes import synthetic_credit_code, synthetic_resident_id
from yinling.base.period import as_of
from yinling.base.rules import Actor, Grant, Refused
from yinling.facts import BuiltOn, Entry, Fact, verify
from yinling.figures import figure, recheck
from yinling.network import Body, Place
from yinling.people import Person, Position, register_person

TODAY = as_of(date(2020, 1, 1))
ZHANG = synthetic_resident_id(date(1950, 3, 1), 11)
LI = synthetic_resident_id(date(1948, 6, 2), 22)


def rows(places: dict[str, Place]) -> list[NewAssociation]:
    """Four associations that between them use every column, with and without."""
    first, second, third, fourth = (
        places[path] for path in ("529901101201", "529901101202", "529901101001", "529901102201")
    )
    # fmt: off
    return [
        NewAssociation(
            place_id=first.pk, area_path=first.area_path, name="上河老年协会", founded=date(2008, 2, 29),
            setting="rural", has_funding=True, funding_source="村集体", funding_amount=Decimal("3000"),
            has_venue=True, venue_owner="村集体", venue_area=Decimal("60.5"), meets=True, meetings_a_year=12,
            chair_name="张大山", chair_resident_id=ZHANG, chair_phone="13800000000", chair_is_officer=True,
            member_count=85, rule_books=tuple(RuleBook.values), uscc=synthetic_credit_code(7), row=2,
        ),
        NewAssociation(
            place_id=second.pk, area_path=second.area_path, founded=date(2010, 5, 1), setting="rural",
            has_funding=False, funding_source="dropped", has_venue=True, meets=False, meetings_a_year=3,
            chair_name="李小溪", row=3,
        ),
        NewAssociation(
            place_id=third.pk, area_path=third.area_path, founded=date(2011, 1, 1), setting="urban",
            member_count=40, rule_books=("study", "venue"), row=4,
        ),
        NewAssociation(
            place_id=fourth.pk, area_path=fourth.area_path, founded=date(2012, 1, 1), setting="rural",
            chair_name="张大山", chair_resident_id=ZHANG, row=5,
        ),
    ]
    # fmt: on


def one_by_one(row: NewAssociation, place: Place) -> None:
    """The same row through the single actions."""
    chair = Person.objects.filter(name=row.chair_name).first() if row.chair_resident_id else None
    if row.chair_name and chair is None:
        chair = register_person(
            place=place, name=row.chair_name, resident_id=row.chair_resident_id, phone=row.chair_phone, by=SYSTEM
        )
    register(
        place=place,
        name=row.name or f"{place.short_name}老年协会",
        founded=row.founded,
        uscc=row.uscc,
        by=SYSTEM,
        attributes={
            "setting": {"setting": row.setting},
            "funding": {
                "has_funding": row.has_funding,
                "funding_source": row.funding_source,
                "funding_amount": row.funding_amount,
            },
            "venue": {"has_venue": row.has_venue, "venue_owner": row.venue_owner, "venue_area": row.venue_area},
            "meeting": {"meets": row.meets, "meetings_a_year": row.meetings_a_year},
            "chair": {"chair": chair, "chair_is_officer": row.chair_is_officer},
            "members": {"member_count": row.member_count},
            "rules": {"rule_books": list(row.rule_books)},
        },
    )


def contents() -> dict[str, object]:
    """Every table an association is written to, with names instead of ids."""
    bodies = dict(Body.objects.values_list("pk", "name"))
    persons = dict(Person.objects.values_list("pk", "name"))

    def period(value: Any) -> Any:
        return {**value, "chair": persons.get(value["chair"])} if "chair" in value else value

    columns = ("name", "initials", "sex", "birth", "place_id", "area_path", "resident_hash", "phone_hash")
    people = [
        (*(getattr(p, column) for column in columns), p.resident_id, p.phone) for p in Person.objects.order_by("name")
    ]
    held = Position.objects.order_by("body__name").values_list(
        "person__name", "body__name", "area_path", "title", "village_officer", "since", "until", "term_ends"
    )
    kept = [f.name for f in Association._meta.fields if f.name not in {"body", "changed_by", "chair"}]
    return {
        "bodies": list(
            Body.objects.order_by("name").values_list(
                "kind", "name", "initials", "place_id", "area_path", "uscc", "founded"
            )
        ),
        "associations": list(
            Association.objects.order_by("body__name").values_list("body__name", "chair__name", *kept)
        ),
        "people": people,
        "positions": list(held),
        "history": sorted(
            (
                bodies[h.association_id],
                *(h.attribute, str(period(h.value)), str(h.since), h.until, h.remark, h.corrected, h.area_path),
            )
            for h in AttributePeriod.objects.all()
        ),
        "facts": sorted(
            (
                f.series.kind,
                str(f.series.dims),
                f.area_path,
                str(f.happened),
                f.quantity,
                bodies[f.source_id],
                f.person_id,
            )
            for f in Fact.objects.filter(series__kind__startswith="association").select_related("series")
        ),
        "figures": [
            figure(measure, path=path, period=TODAY).value
            for family in (RURAL, URBAN)
            for measure in family.measures
            for path in ("52", "529901", "529901101", "529901101201")
        ],
    }


def in_a_copy(write: Callable[[], None]) -> dict[str, object]:
    """What the tables hold after `write`, which is then rolled back."""
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT copy")
        write()
        found = contents()
        assert list(recheck()) == []
        cursor.execute("ROLLBACK TO SAVEPOINT copy")
    return found


def test_bulk_writes_what_single_registration_writes(places: dict[str, Place]) -> None:
    wanted = rows(places)

    def single() -> None:
        for row in wanted:
            one_by_one(row, places[row.area_path])

    def bulk() -> None:
        assert register_many(rows=iter(wanted), batch_id=None, area=places["529901"], by=SYSTEM) == len(wanted)

    one, many = in_a_copy(single), in_a_copy(bulk)
    for table in one:
        assert many[table] == one[table], table
    assert len(many["people"]) == 2  # type: ignore[arg-type]


def test_batch_rows_carry_their_provenance_and_one_entry(places: dict[str, Place]) -> None:
    register_many(rows=rows(places), batch_id=77, area=places["529901"], by=SYSTEM)
    bodies = Body.objects.filter(batch_id=77).order_by("batch_row")
    assert list(bodies.values_list("batch_row", flat=True)) == [2, 3, 4, 5]
    assert set(Person.objects.values_list("batch_id", "batch_row")) == {(77, 2), (77, 3)}
    entry = Entry.objects.get(action="associations.import")
    assert (entry.subject, entry.subject_id, entry.area_path) == ("batch", 77, "529901")
    assert set(AttributePeriod.objects.values_list("entry_id", flat=True)) == {entry.pk}
    assert entry.fact_count == Fact.objects.filter(entry=entry).count() > 0
    assert list(verify()) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"founded": date(2999, 1, 1)}, "future"),
        ({"place": "529902101201"}, "outside"),
        ({"area_path": "529901101299"}, "moved"),
        ({"setting": "lunar"}, "setting"),
        ({"member_count": -1}, "less"),
        ({"chair_name": "别人", "chair_resident_id": ZHANG}, "another name"),
    ],
)
def test_one_row_out_of_place_refuses_all(places: dict[str, Place], change: dict[str, Any], reason: str) -> None:
    good = rows(places)
    place = places[change.pop("place", "529901102202")]
    usual = {"place_id": place.pk, "area_path": place.area_path, "founded": date(2012, 1, 1), "setting": "rural"}
    values = {**usual, **change}
    with translation.override("en"), pytest.raises(Refused, match=reason):
        register_many(rows=[*good, NewAssociation(**values, row=6)], batch_id=1, area=places["529901"], by=SYSTEM)
    assert not Association.objects.exists()
    assert not Person.objects.exists()


def test_the_area_is_asked_of_the_rules(places: dict[str, Place]) -> None:
    elsewhere = Actor(account_id=1, name="x", grants=(Grant("clerk", "529902"),))
    with pytest.raises(Refused):
        register_many(rows=rows(places), batch_id=1, area=places["529901"], by=elsewhere)


def test_registered_meanwhile_refuses_all(places: dict[str, Place]) -> None:
    register_many(rows=rows(places), batch_id=1, area=places["529901"], by=SYSTEM)
    before = contents()
    with pytest.raises(Refused):
        register_many(rows=rows(places), batch_id=2, area=places["529901"], by=SYSTEM)
    assert contents() == before


def imported(places: dict[str, Place]) -> int:
    """The rows as batch 5; returns the id of its entry."""
    register_many(rows=rows(places), batch_id=5, area=places["529901"], by=SYSTEM)
    return Entry.objects.get(action="associations.import").pk


def test_undo_takes_everything_back(places: dict[str, Place]) -> None:
    before = contents()["figures"]
    entry = imported(places)
    assert contents()["figures"] != before
    assert withdraw_batch(batch_id=5, entry_id=entry, reason="错表", area=places["529901"], by=SYSTEM) == 4
    assert contents()["figures"] == before
    assert not Body.objects.filter(kind="association", withdrawn=False).exists()
    assert not Person.objects.filter(withdrawn=False).exists()
    assert not Position.objects.filter(until__isnull=True).exists()
    assert list(verify()) == []
    assert list(recheck()) == []
    imported_again = register_many(rows=rows(places), batch_id=6, area=places["529901"], by=SYSTEM)
    assert imported_again == 4  # nothing of the withdrawn rows stands in the way


def test_undo_is_refused_after_a_change(places: dict[str, Place]) -> None:
    entry = imported(places)
    # This association had no venue, so no fact of the import is settled by the change: it must be noticed all the same.
    changed = Association.objects.get(setting="urban")
    change_attribute(association=changed, attribute="venue", values={"has_venue": True}, on=date(2015, 1, 1), by=SYSTEM)
    with pytest.raises(BuiltOn) as refusal:
        withdraw_batch(batch_id=5, entry_id=entry, reason="错表", area=places["529901"], by=SYSTEM)
    assert refusal.value.sources == (changed.pk,)
    assert not Body.objects.filter(withdrawn=True).exists()


def test_undo_keeps_persons_used_elsewhere(places: dict[str, Place]) -> None:
    entry = imported(places)
    kept = Person.objects.get(name="张大山")
    register(
        place=places["529901102202"],
        name="桃花老年协会",
        founded=date(2015, 1, 1),
        by=SYSTEM,
        attributes={"setting": {"setting": "rural"}, "chair": {"chair": kept}},
    )
    withdraw_batch(batch_id=5, entry_id=entry, reason="错表", area=places["529901"], by=SYSTEM)
    assert list(Person.objects.filter(withdrawn=False)) == [kept]
