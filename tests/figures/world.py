"""A plain model of the register and the map: what was so on which day, kept in Python lists and added up by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

from yinling.associations import COMMUNITIES, LEVELS, RURAL, URBAN, VILLAGES, Family
from yinling.figures import Measure

T = TypeVar("T")


class Course(Generic[T]):
    """What something was, from which day on; a later entry for the same day takes the place of the earlier."""

    def __init__(self, since: date, value: T, before: T) -> None:
        self.steps = [(since, value)]
        self.before = before

    def on(self, day: date) -> T:
        """What it was on a day."""
        return next((value for since, value in reversed(self.steps) if since <= day), self.before)

    @property
    def last(self) -> T:
        """What it is."""
        return self.steps[-1][1]

    def change(self, since: date, value: T) -> None:
        """From a day on it is otherwise."""
        self.steps.append((since, value))

    def correct(self, since: date, value: T) -> None:
        """The last step was wrong."""
        self.steps[-1] = (since, value)


@dataclass
class Spot:
    """A place."""

    level: int
    kind: str
    opened: date
    path: Course[str]
    closed: date | None = None

    def stands(self, day: date) -> bool:
        """Whether it exists on a day."""
        return self.opened <= day and (self.closed is None or day < self.closed)


@dataclass
class Club:
    """An association."""

    founded: date
    path: Course[str]
    setting: Course[str]
    venue: Course[bool]
    members: Course[int]
    funds: Course[Decimal | None]
    dissolved: date | None = None
    withdrawn: bool = False
    batch: int | None = None

    def stands(self, day: date) -> bool:
        """Whether it exists on a day."""
        return not self.withdrawn and self.founded <= day and (self.dissolved is None or day < self.dissolved)


@dataclass
class World:
    """Everything there is, by the ids of the rows."""

    spots: dict[int, Spot] = field(default_factory=dict)
    clubs: dict[int, Club] = field(default_factory=dict)

    def values(self, path: str, day: date) -> dict[str, Decimal | None]:
        """Every figure of the register at a place on a day."""
        spots = [spot for spot in self.spots.values() if spot.stands(day) and spot.path.on(day).startswith(path)]
        clubs = [club for club in self.clubs.values() if club.stands(day) and club.path.on(day).startswith(path)]
        villages, communities = (
            Decimal(sum(spot.level == 5 and spot.kind == kind for spot in spots)) for kind in ("villagers", "residents")
        )
        values: dict[str, Decimal | None] = {
            VILLAGES.card.key: villages,
            COMMUNITIES.card.key: communities,
            LEVELS.card.key: Decimal(len({spot.level for spot in spots})),
        }
        for family, setting, units in ((RURAL, "rural", villages), (URBAN, "urban", communities)):
            values.update(_family(family, [club for club in clubs if club.setting.on(day) == setting], units, day))
        return values


MEASURES: tuple[Measure, ...] = (VILLAGES, COMMUNITIES, LEVELS, *RURAL.measures, *URBAN.measures)


def _family(family: Family, clubs: list[Club], units: Decimal, day: date) -> Iterator[tuple[str, Decimal | None]]:
    """The figures of one setting. Nobody here meets, is chaired by an officer or has rule books."""

    def total(numbers: Iterable[int | Decimal]) -> Decimal:
        return Decimal(sum(numbers))

    def share(part: Decimal, whole: Decimal) -> Decimal | None:
        return part * 100 / whole if whole else None

    every, venue = total(1 for _club in clubs), total(club.venue.on(day) for club in clubs)
    funded = total(club.funds.on(day) is not None for club in clubs)
    places = total(1 for _path in {club.path.on(day) for club in clubs})
    nobody = Decimal(0)
    for measure, value in (
        (family.all, every), (family.coverage, share(every, units)), (family.funded, funded),
        (family.funded_share, share(funded, every)), (family.venue, venue), (family.venue_share, share(venue, every)),
        (family.active, nobody), (family.active_share, share(nobody, every)), (family.officer, nobody),
        (family.officer_share, share(nobody, every)), (family.members, total(club.members.on(day) for club in clubs)),
        (family.funds, total(club.funds.on(day) or 0 for club in clubs)), (family.rules, nobody),
        (family.places_with, places), (family.places_without, units - places), (family.no_funds, every - funded),
        (family.no_venue, every - venue),
    ):  # fmt: skip
        yield measure.card.key, value
