"""The hash chain: whatever is done to entries or facts behind the platform's back, `verify` finds it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.facts import ground
from tests.facts.ground import A1, A2, SYSTEM, happen, sql, stand, take_back, tampering
from yinling.facts import Chain, Entry, Fact, NewFact, verify
from yinling.network import Place, rename_place

pytestmark = pytest.mark.django_db
DAY = date(2012, 8, 16)


@pytest.fixture
def trail() -> list[int]:
    """An intact trail of seven entries; the ids of the four that recorded the facts meddled with below."""
    place = ground.load()["520101001001"]
    first = happen(NewFact(A1, 1, "520101001001", DAY, 2, person=5), NewFact(A2, 2, "520102", DAY))
    second = stand(7, "520101001001", DAY)
    third = stand(7, "520101001001", date(2013, 1, 1), 3)
    fourth = take_back(third)
    assert fourth == 2
    rename_place(place=place, name="新名", on=DAY, basis="文", by=SYSTEM)
    happen(NewFact(A1, 9, "", DAY))
    assert list(verify()) == []
    return [first, second, third, Entry.objects.get(action="test.take_back").pk]


def seq(entry: int) -> int:
    return int(Entry.objects.values_list("seq", flat=True).get(pk=entry))


def found() -> set[int]:
    return {fault.seq for fault in verify()}


@pytest.mark.parametrize(
    "column",
    [
        "actor_name = 'x'", "actor_id = 9", "reason = 'x'", "at = at + interval '1 microsecond'", "action = 'x.y'",
        "area_path = '53'", "origin = 'x'", "subject = 'x'", "subject_id = 99", "fact_count = fact_count + 1",
        "fact_digest = fact_digest + 1", "changes = changes || '[1]'::jsonb", "hash = sha256('x')",
    ],
)  # fmt: skip
def test_a_changed_entry_is_found(trail: list[int], column: str) -> None:
    with tampering():
        sql(f"UPDATE yinling_entry SET {column} WHERE id = %s", trail[1])
    assert seq(trail[1]) in found()


def test_what_an_entry_says_was_changed_is_covered(trail: list[int]) -> None:
    with tampering():
        sql("UPDATE yinling_entry SET changes = replace(changes::text, '新名', '旧名')::jsonb WHERE action ~ 'rename'")
    assert found() == {Entry.objects.get(action="network.rename_place").seq}


def test_a_removed_entry_is_found(trail: list[int]) -> None:
    place = seq(trail[1])
    with tampering():
        sql("DELETE FROM yinling_entry WHERE id = %s", trail[1])
    assert {place, 0} <= found()  # the gap, and the facts that lost their entry


def test_removing_the_last_entry_is_found(trail: list[int]) -> None:
    last = Entry.objects.latest("seq")
    with tampering():
        sql("DELETE FROM yinling_fact WHERE entry_id = %s", last.pk)
        sql("DELETE FROM yinling_entry WHERE id = %s", last.pk)
    assert found() == {last.seq - 1}


def test_an_inserted_entry_is_found(trail: list[int]) -> None:
    columns = "at, action, actor_name, origin, area_path, subject, reason, changes, fact_count, fact_digest, hash"
    with tampering():
        sql(f"INSERT INTO yinling_entry (id, seq, {columns}) SELECT 999999, seq + 1, {columns} FROM yinling_entry "
            "WHERE seq = (SELECT max(seq) FROM yinling_entry)")  # fmt: skip
    assert found() == {Entry.objects.latest("seq").seq}


def test_reordered_entries_are_found(trail: list[int]) -> None:
    one, two = seq(trail[0]), seq(trail[1])
    with tampering():
        sql("UPDATE yinling_entry SET seq = -1 WHERE id = %s", trail[0])
        sql("UPDATE yinling_entry SET seq = %s WHERE id = %s", one, trail[1])
        sql("UPDATE yinling_entry SET seq = %s WHERE id = %s", two, trail[0])
    assert {one, two} <= found()


def test_a_head_set_back_is_found(trail: list[int]) -> None:
    Chain.objects.update(seq=3)
    assert found() == {Entry.objects.latest("seq").seq}


@pytest.mark.parametrize(
    "column",
    [
        "quantity = quantity + 1", "area_path = '53'", "happened = happened + 1", "person_id = 77", "source_id = 77",
        "series_id = series_id + 100", "settles_id = 1", "reversal = true",
        # Values that would read the same if empty columns were left out of the digest.
        "person_id = NULL, source_id = person_id, settles_id = source_id",
    ],
)  # fmt: skip
def test_a_changed_fact_is_found(trail: list[int], column: str) -> None:
    fact = Fact.objects.filter(entry=trail[0]).earliest("pk")
    with tampering():
        sql(f"UPDATE yinling_fact SET {column} WHERE id = %s", fact.pk)
    assert found() == {seq(trail[0])}


def test_a_removed_fact_is_found(trail: list[int]) -> None:
    with tampering():
        sql("DELETE FROM yinling_fact WHERE id = (SELECT min(id) FROM yinling_fact WHERE entry_id = %s)", trail[0])
    assert found() == {seq(trail[0])}


@pytest.mark.parametrize("entry", ["known", "unknown"])
def test_an_added_fact_is_found(trail: list[int], entry: str) -> None:
    known = Fact.objects.filter(entry=trail[0]).earliest("pk")
    known.pk, known.entry_id = None, trail[0] if entry == "known" else 888888
    known.save(force_insert=True)
    assert found() == {seq(trail[0]) if entry == "known" else 0}


def test_a_fact_moved_to_another_entry_is_found(trail: list[int]) -> None:
    with tampering():
        sql("UPDATE yinling_fact SET entry_id = %s WHERE entry_id = %s", trail[0], trail[1])
    assert found() == {seq(trail[0]), seq(trail[1])}


def test_without_the_head_nothing_can_be_written(trail: list[int]) -> None:
    place = Place.objects.get(area_path="5202")
    with ground.rolled_back():
        Chain.objects.all().delete()
        with pytest.raises(RuntimeError, match="head"):
            rename_place(place=place, name="x", on=DAY, basis="", by=SYSTEM)
    assert Place.objects.get(area_path="5202").name == place.name
