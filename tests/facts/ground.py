"""What the tests of facts and figures stand on: a small network, kinds of fact, and actions that record them.

The kinds live only as long as the fixture `kinds` does, and the actions are taken out of the registry at once: tests of
the whole project look at what is declared, and must see the project's own declarations alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from threading import Barrier, Thread

from django.db import connection, transaction

from yinling.base.action import action, current, registry
from yinling.base.paths import WIDTHS, level_of
from yinling.base.rules import Actor, anyone
from yinling.facts import FactKind, NewFact, hold, hold_many, move_stocks, record_many, reverse, touch
from yinling.figures import Definition, Difference, Distinct, Ratio, Sum
from yinling.network import Place, load_places
from yinling.network.divisions import Division

SYSTEM = Actor.for_system("test")
OPENED = date(2005, 1, 1)
LEVEL_KINDS = ("", "province", "prefecture", "county", "town", "villagers")

FLOW = FactKind("test.flow", "flow", unit="paper", label="Something happens", source="thing", dims=("grade", "field"))
STOCK = FactKind("test.stock", "stock", unit="place", label="Something is", source="thing", dims=("grade", "field"))
A1, A2, B1 = ({"grade": grade, "field": field} for grade, field in ("a1", "a2", "b1"))
ALL_DIMS = (A1, A2, B1)

FLOWS = Sum(Definition("test.flows", "Flows", "yuan", ""), FLOW.key)
FLOWS_A = Sum(Definition("test.flows_a", "Flows of grade a", "yuan", ""), FLOW.key, {"grade": "a"})
STOCKS = Sum(Definition("test.stocks", "Stocks", "place", ""), STOCK.key)
STOCKS_A2 = Sum(Definition("test.stocks_a2", "Stocks a 2", "place", ""), STOCK.key, {"grade": "a", "field": "2"})
NOT_A2 = Difference(Definition("test.not_a2", "Other stocks", "place", ""), STOCKS, STOCKS_A2)
SHARE = Ratio(Definition("test.share", "Share of a 2", "percent", ""), STOCKS_A2, STOCKS)
PEOPLE = Distinct(Definition("test.people", "People", "person", ""), FLOW.key, over="person")
HOLDERS = Distinct(Definition("test.holders", "Holders", "person", ""), STOCK.key, over="person")
SITES = Distinct(Definition("test.sites", "Places", "place", ""), STOCK.key, over="place")
GRADES = Distinct(Definition("test.grades", "Grades", "level", ""), STOCK.key, over="grade")
FLOW_SITES_A = Distinct(
    Definition("test.flow_sites", "Places", "place", ""), FLOW.key, over="place", where={"grade": "a"}
)
MEASURES = (FLOWS, FLOWS_A, STOCKS, STOCKS_A2, NOT_A2, SHARE, PEOPLE, HOLDERS, SITES, GRADES, FLOW_SITES_A)


@action("test.happen", label="Record flows", rule=anyone, records=[FLOW.key])
def _happen(*, facts: Iterable[NewFact], by: Actor) -> int:
    record_many(FLOW.key, facts)
    return current().entry_id


@action("test.stand", label="Hold a stock", rule=anyone, records=[STOCK.key])
def _stand(
    *, source: int, path: str, on: date, quantity: Decimal | int, dims: dict[str, str], person: int | None, by: Actor
) -> int:
    hold(STOCK.key, source=source, path=path, on=on, quantity=quantity, dims=dims, person=person)
    return current().entry_id


@action("test.stand_many", label="Hold many stocks", rule=anyone, records=[STOCK.key])
def _stand_many(*, facts: Iterable[NewFact], by: Actor) -> int:
    hold_many(STOCK.key, facts)
    return current().entry_id


@action("test.take_back", label="Reverse an entry", rule=anyone, records=[FLOW.key, STOCK.key])
def _take_back(*, entry: int, source: int | None, by: Actor) -> int:
    return reverse(entry, source=source)


@action("test.move", label="Move stocks", rule=anyone, records=[STOCK.key])
def _move(*, old: str, new: str, on: date, by: Actor) -> int:
    touch(STOCK.key)
    move_stocks(old=old, new=new, on=on, kinds=[STOCK.key])
    return current().entry_id


def happen(*facts: NewFact) -> int:
    """Record flows; returns the id of the entry."""
    return _happen(facts=facts, by=SYSTEM)


def stand(
    source: int, path: str, on: date, quantity: Decimal | int = 1, dims: dict[str, str] = A1, person: int | None = None
) -> int:
    """From a day on, what one source holds; returns the id of the entry."""
    return _stand(source=source, path=path, on=on, quantity=quantity, dims=dims, person=person, by=SYSTEM)


def stand_many(*facts: NewFact) -> int:
    """From a day on, what each of many sources holds; returns the id of the entry."""
    return _stand_many(facts=facts, by=SYSTEM)


def take_back(entry: int, source: int | None = None) -> int:
    """Reverse an entry, or one source's part of it; returns how many facts."""
    return _take_back(entry=entry, source=source, by=SYSTEM)


def move(old: str, new: str, on: date) -> int:
    """From a day on, what stands under one path stands under another; returns the id of the entry."""
    return _move(old=old, new=new, on=on, by=SYSTEM)


for _name in [name for name in registry if name.startswith("test.")]:
    del registry[_name]


def division(path: str, parent: str, kind: str = "") -> Division:
    """A place to load; its name says where it was at first."""
    level = level_of(path)
    return Division(
        path=path, code=path.ljust(12, "0"), level=level, name=f"{'省市县镇村'[level - 1]}{path}",
        kind=kind or LEVEL_KINDS[level], parent_path=parent, initials=f"p{path}",
    )  # fmt: skip


def parent_of(path: str, known: Iterable[str]) -> str:
    """The nearest of the known paths above."""
    return max((other for other in known if path.startswith(other) and other != path), key=len, default="")


NETWORK = (
    "52", "5201", "520101", "520101001", "520101001001", "520101001002", "520101002", "520101002001",
    "520102", "520102001", "520102001001", "520102000201",  # a village directly under its county
    "5202", "520200001", "520200001001", "520200001002",  # a prefecture without counties
    "53", "5301", "530101", "530101001", "530101001001",
)  # fmt: skip


def load(paths: Iterable[str] = NETWORK, on: date = OPENED) -> dict[str, Place]:
    """Load places by their paths; every one by its path. A village whose path ends in 2 is a community."""
    known = sorted(paths)
    load_places(
        divisions=[
            division(path, parent_of(path, known), "residents" if len(path) == WIDTHS[-1] and path[-1] == "2" else "")
            for path in known
        ],
        on=on, source="test", by=SYSTEM,
    )  # fmt: skip
    return {place.area_path: place for place in Place.objects.all()}


@contextmanager
def rolled_back() -> Iterator[None]:
    """What is written here is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def tampering() -> Iterator[None]:
    """Write past the triggers of the append-only tables, as somebody with the rights of the database's owner could."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def sql(statement: str, *values: str | int) -> list[tuple[object, ...]]:
    """Execute a statement; its rows, if it gives any."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def together(*works: Callable[[], object]) -> list[BaseException | None]:
    """Run all at once, each in a thread with a connection of its own; what each raised. Fails if one does not end."""
    gate = Barrier(len(works))
    raised: list[BaseException | None] = [None] * len(works)

    def run(number: int, work: Callable[[], object]) -> None:
        try:
            gate.wait(10)
            work()
        except BaseException as error:
            raised[number] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair, daemon=True) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    return raised
