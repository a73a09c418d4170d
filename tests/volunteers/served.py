"""Something to count of persons, as modules above this one do. It is declared only while the fixture `counting` lives."""

from __future__ import annotations

from datetime import date

from yinling.base.action import action, registry
from yinling.base.rules import Actor, anyone
from yinling.facts import FactKind, hold, move_person, record
from yinling.figures import Definition, Distinct, Sum
from yinling.people import Person

SERVED = FactKind("test.served", "flow", "minute", "served", "volunteer")
STOOD = FactKind("test.stood", "stock", "person", "stood", "volunteer")
STRAY = FactKind("test.stray", "flow", "person", "stray", "volunteer")
KINDS = (SERVED, STOOD, STRAY)
MINUTES = Sum(Definition("test.minutes", "minutes", "minute", ""), SERVED.key)
HEADS = Distinct(Definition("test.heads", "heads", "person", ""), SERVED.key, over="person")
STANDING = Distinct(Definition("test.standing", "heads", "person", ""), STOOD.key, over="person")
MEASURES = (MINUTES, HEADS, STANDING)


@action("test.serve", label="serve", rule=anyone, records=[SERVED.key])
def serve(*, person: Person, on: date, minutes: int, by: Actor) -> None:
    """Minutes of a person on a day."""
    record(SERVED.key, source=person.pk, path=person.area_path, happened=on, quantity=minutes, person=person.pk)


@action("test.stand_up", label="stand", rule=anyone, records=[STOOD.key])
def stand(*, person: Person, on: date, quantity: int, by: Actor) -> None:
    """A stock of a person."""
    hold(STOOD.key, source=person.pk, path=person.area_path, on=on, quantity=quantity, person=person.pk)


@action("test.stray", label="stray", rule=anyone, records=[STRAY.key])
def stray(*, person: Person, on: date, by: Actor) -> None:
    """A fact that no module follows in a merge."""
    record(STRAY.key, source=1, path=person.area_path, happened=on, person=person.pk)


@action("test.follow", label="follow", rule=anyone, records=[SERVED.key, STOOD.key])
def follow(*, kept: Person, gone: Person, by: Actor) -> None:
    """What a module does in a merge."""
    move_person(gone=gone.pk, kept=kept.pk)


for _name in ("test.serve", "test.stand_up", "test.stray", "test.follow"):
    del registry[_name]
