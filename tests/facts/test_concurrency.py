"""Many at once, each with a connection of its own and real commits: nothing is lost, nothing slips under a cut-off."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from tests.facts import ground
from tests.facts.ground import A1, ALL_DIMS, FLOW, FLOWS, PEOPLE, SYSTEM, happen, sql, together
from yinling.associations import RURAL, Association, change_attribute, register
from yinling.base.action import action, current, registry
from yinling.base.period import as_of, year
from yinling.base.rules import Refused, anyone
from yinling.facts import Entry, Fact, NewFact, Series, compact_totals, last_seq, record, verify
from yinling.figures import Frozen, Region, figure, freeze, recheck, thawed
from yinling.network import Place, close_place, merge_places, open_place

pytestmark = pytest.mark.django_db(transaction=True)
DAY, WHEN = date(2012, 8, 16), as_of(date(2012, 12, 31))
PATHS = ("520101001001", "520102", "520200001001", "530101001001")


def sound() -> None:
    """The trail and all that is kept beside the facts are in order; entries follow each other without a gap."""
    assert list(verify()) == []
    assert list(recheck()) == []
    seqs = list(Entry.objects.order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, len(seqs) + 1))


def refused(raised: list[BaseException | None]) -> int:
    """How many were refused; any other error fails the test."""
    for error in raised:
        if error is not None and not isinstance(error, Refused):
            raise error
    return sum(error is not None for error in raised)


def test_fifty_who_write_and_freeze_at_once_freeze_what_is_true_for_ever() -> None:
    """Ten connections with five rounds each; a figure frozen amid other commits must be that of its cut-off."""

    def work(number: int) -> Callable[[], object]:
        def run() -> None:
            for turn in range(5):
                happen(*(NewFact(dims, number, PATHS[turn % 4], DAY, number + 1, person=number) for dims in ALL_DIMS))
                for measure in (FLOWS, PEOPLE):
                    freeze(measure=measure, region=Region("52"), period=(WHEN, year(2012))[turn % 2], by=SYSTEM)
                if number == 0:
                    compact_totals()

        return run

    assert refused(together(*(work(number) for number in range(10)))) == 0
    assert Frozen.objects.count() == 100
    for frozen in Frozen.objects.all():
        assert thawed(frozen).value == frozen.value
        facts = Fact.objects.filter(entry__seq__lte=frozen.cutoff, area_path__startswith="52")
        if frozen.measure == FLOWS.card.key:
            assert sum(fact.quantity for fact in facts) == frozen.value
    assert figure(FLOWS, path="", period=WHEN).value == sum(5 * 3 * (number + 1) for number in range(10))
    sound()


def test_a_reader_at_a_cut_off_always_sees_the_same_while_others_write() -> None:
    happen(NewFact(A1, 1, "520101", DAY, 7))
    cutoff, stop, seen = last_seq(), Event(), set()

    def read() -> None:
        while not stop.is_set():
            seen.add(figure(FLOWS, path="52", period=WHEN, known_at=cutoff).value)

    def write() -> None:
        try:
            for _turn in range(40):
                happen(NewFact(A1, 2, "520101", DAY, 1))
        finally:
            stop.set()

    assert refused(together(read, read, write)) == 0
    assert seen == {7}


@contextmanager
def slow_writer(path: str) -> Iterator[Event]:
    """An action that has its id and has recorded, but does not end before the block does."""
    recorded, finish, failed = Event(), Event(), []

    def body(by: object) -> None:
        record(FLOW.key, source=1, path=path, happened=DAY, quantity=100, dims=A1)
        recorded.set()
        assert finish.wait(20)

    slow = action("made.slow", label="slow", rule=anyone, records=[FLOW.key])(body)

    def run() -> None:
        try:
            slow(by=SYSTEM)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    try:
        assert recorded.wait(20)
        yield finish
    finally:
        finish.set()
        thread.join(20)
        del registry["made.slow"]
    assert failed == []


def test_a_writer_with_a_lower_id_who_commits_later_lies_after_the_cut_off() -> None:
    happen(NewFact(A1, 1, "520101", DAY, 1))
    with slow_writer("520101"):
        later = happen(NewFact(A1, 2, "520101", DAY, 10))
        frozen = freeze(measure=FLOWS, region=Region("52"), period=WHEN, by=SYSTEM)
        assert frozen.value == 11
    slow = Entry.objects.get(action="made.slow")
    assert slow.pk < later  # the classic case
    assert slow.seq > frozen.cutoff
    assert thawed(frozen).value == 11
    assert figure(FLOWS, path="52", period=WHEN).value == 111
    sound()


def test_nothing_waits_for_a_slow_writer_but_who_redraws_the_map() -> None:
    places = ground.load()
    happen(
        NewFact(A1, 1, "520101", DAY, 1)
    )  # the series is there: who first makes one holds up others who want the same
    done = Event()

    def redraw() -> None:
        merge_places(place=places["520101001001"], into=places["520101001002"], on=DAY, basis="", by=SYSTEM)
        done.set()
        connection.close()

    with slow_writer("520101001001"):
        happen(NewFact(A1, 2, "520101", DAY, 10))
        thread = Thread(target=redraw)
        thread.start()
        assert not done.wait(0.5)
    thread.join(20)
    assert done.is_set()
    sound()


def association(place: Place, name: str = "老年协会") -> Association:
    made = register(
        place=place, name=name, founded=date(2010, 1, 1), attributes={"setting": {"setting": "rural"}}, by=SYSTEM
    )
    assert isinstance(made, Association)
    return made


def test_of_two_who_change_the_same_attribute_at_once_one_is_refused_and_nothing_lost() -> None:
    made = association(ground.load()["520101001001"])

    def setter(count: int) -> Callable[[], object]:
        mine = Association.objects.get(pk=made.pk)  # each has the same record in front of them
        return lambda: change_attribute(
            association=mine,
            attribute="members",
            values={"member_count": count},
            on=DAY,
            seen=mine.changed_by,
            by=SYSTEM,
        )

    assert refused(together(setter(100), setter(200), setter(300))) == 2
    now = Association.objects.get(pk=made.pk)
    assert figure(RURAL.members, path="52", period=WHEN).value == now.member_count in (100, 200, 300)
    assert made.history.filter(attribute="members", until=None).get().value == {"member_count": now.member_count}
    sound()


def test_changes_of_different_attributes_at_once_keep_each_other() -> None:
    made = association(ground.load()["520101001001"])

    def setter(attribute: str, **values: object) -> Callable[[], object]:
        mine = Association.objects.get(pk=made.pk)
        return lambda: change_attribute(association=mine, attribute=attribute, values=values, on=DAY, by=SYSTEM)

    works = (setter("members", member_count=50), setter("venue", has_venue=True), setter("meeting", meets=True))
    assert refused(together(*works)) == 0
    now = Association.objects.get(pk=made.pk)
    assert (now.member_count, now.has_venue, now.meets) == (50, True, True)
    sums = [figure(measure, path="52", period=WHEN).value for measure in (RURAL.members, RURAL.venue, RURAL.active)]
    assert sums == [50, 1, 1]
    sound()


def test_who_registers_while_places_merge_is_counted_where_the_place_now_is_or_refused() -> None:
    places = ground.load()
    old, new = "520101001001", "520101002001"

    def registrar(number: int) -> Callable[[], object]:
        mine = Place.objects.get(area_path=old)  # read before the merger, used after or amid it

        def run() -> None:
            time.sleep(number * 0.03)
            association(mine, f"协会{number}")

        return run

    def merger() -> None:
        time.sleep(0.1)
        merge_places(place=places["520101001"], into=places["520101002"], on=DAY, basis="", by=SYSTEM)

    assert refused(together(*(registrar(number) for number in range(8)), merger)) == 0
    made = Association.objects.count()
    assert made == 8
    moved = Place.objects.get(name=places[old].name).area_path
    assert moved.startswith("520101002")
    assert set(Association.objects.values_list("area_path", flat=True)) == {moved}
    assert figure(RURAL.all, path="520101002", period=WHEN).value == made
    assert figure(RURAL.all, path="520101001", period=WHEN).value == 0
    assert figure(RURAL.all, path=new, period=WHEN).value == 0
    sound()


def test_a_place_that_closes_meanwhile_takes_no_association() -> None:
    place = ground.load()["520101001001"]
    stale = Place.objects.get(pk=place.pk)
    close_place(place=place, on=DAY, basis="", by=SYSTEM)
    with pytest.raises(Refused):
        association(stale)
    assert figure(RURAL.all, path="", period=WHEN).value == 0


def test_places_opened_at_once_get_paths_of_their_own() -> None:
    parent = ground.load()["520101001"]

    def opener(number: int) -> Callable[[], object]:
        return lambda: open_place(parent=parent, level=5, kind="villagers", name=f"新{number}", on=DAY, by=SYSTEM)

    assert refused(together(*map(opener, range(6)))) == 0
    assert Place.objects.filter(name__startswith="新").values("area_path").distinct().count() == 6
    sound()


def test_a_series_made_by_several_at_once_is_one() -> None:
    def writer(number: int) -> Callable[[], object]:
        return lambda: happen(NewFact(A1, number, "52", DAY))

    assert refused(together(*map(writer, range(8)))) == 0
    assert Series.objects.filter(kind=FLOW.key).count() == 1
    assert figure(FLOWS, path="52", period=WHEN).value == 8
    sound()


def test_the_id_of_a_series_that_was_rolled_back_is_not_remembered() -> None:
    def fail(by: object) -> None:
        happen(NewFact(A1, 1, "52", DAY))
        assert current().spec.name == "made.fail"
        raise Refused("no")

    failing = action("made.fail", label="fail", rule=anyone)(fail)
    try:
        with pytest.raises(Refused):
            failing(by=SYSTEM)
        with transaction.atomic():
            happen(NewFact(A1, 2, "52", DAY))
            transaction.set_rollback(True)
    finally:
        del registry["made.fail"]
    assert not Series.objects.exists()
    for _turn in range(2):  # the first makes it, the second remembers it
        happen(NewFact(A1, 3, "52", DAY))
    assert figure(FLOWS, path="52", period=WHEN).value == 2
    sound()


def test_folding_totals_disturbs_neither_readers_nor_writers() -> None:
    for number in range(20):
        happen(NewFact(A1, number, "520101", DAY, 1))
    stop = Event()
    seen: list[int] = []

    def read() -> None:
        while not stop.is_set():
            seen.append(int(figure(FLOWS, path="520101", period=WHEN).value or 0))

    def write() -> None:
        try:
            for number in range(30):
                happen(NewFact(A1, number, "520101", DAY, 1))
        finally:
            stop.set()

    def fold() -> None:
        while not stop.is_set():
            compact_totals()

    assert refused(together(read, write, fold, fold)) == 0
    assert seen == sorted(seen)  # it only ever grows
    assert seen[0] >= 20
    assert figure(FLOWS, path="520101", period=WHEN).value == 50
    compact_totals()
    rows = "SELECT count(*) AS n FROM yinling_total GROUP BY series_id, area_path, month"
    assert sql(f"SELECT max(n) FROM ({rows}) t") == [(1,)]
    sound()


def test_verify_and_recheck_find_no_faults_while_others_write() -> None:
    stop, faults = Event(), []

    def check() -> None:
        while not stop.is_set():
            faults.extend([*verify(), *recheck()])

    def write() -> None:
        try:
            for number in range(25):
                happen(NewFact(A1, number, "520101", DAY, 1))
                freeze(measure=FLOWS, region=Region("52"), period=WHEN, by=SYSTEM)
        finally:
            stop.set()

    assert refused(together(check, write)) == 0
    assert faults == []


def test_many_actions_across_each_other_do_not_block_each_other_for_ever() -> None:
    """Nested actions, row locks and map locks in every order: each ends, by itself or refused."""
    places = ground.load()
    made = [association(places[path], f"会{path}") for path in ("520101001001", "520101001002", "520101002001")]

    def changer(number: int) -> Callable[[], object]:
        def run() -> None:
            for turn in range(4):
                target = Association.objects.get(pk=made[(number + turn) % 3].pk)
                change_attribute(
                    association=target,
                    attribute="members",
                    values={"member_count": 10 * number + turn + 1},
                    on=DAY,
                    by=SYSTEM,
                )

        return run

    def opener() -> None:
        for turn in range(4):
            parent = Place.objects.get(name="镇520101002")
            open_place(parent=parent, level=5, kind="x", name=f"开{turn}", on=DAY, by=SYSTEM)

    def merger() -> None:
        merge_places(place=places["520101001"], into=places["520101002"], on=DAY, basis="", by=SYSTEM)

    assert refused(together(*(changer(number) for number in range(4)), opener, merger)) == 0
    now = sum(Association.objects.values_list("member_count", flat=True))
    assert figure(RURAL.members, path="520101002", period=WHEN).value == now
    sound()
