"""A plain model of rounds and returns: what each village said, kept in Python lists and added up by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from tests.figures.world import Course
from yinling.base.period import Period

FIELDS = ("elders", "canteen")
"""The fields that count as stocks."""


@dataclass
class Said:
    """What an accepted return says from a day on, or that another place answers from then on."""

    on: date
    order: int
    answers: dict[str, object]
    path: Course[str]


@dataclass
class Village:
    """A place that answers."""

    path: str
    closed: bool = False
    ended: dict[int, Said] = field(default_factory=dict)
    """By the return of the place it was merged into that ended it."""


@dataclass
class Sheet:
    """A return."""

    village: int
    round: int
    state: str = "draft"
    level: int | None = None
    answers: dict[str, object] = field(default_factory=dict)
    handed_in: tuple[date, str] | None = None
    said: Said | None = None
    batch: int | None = None
    before: Sheet | None = None
    """As it was before a list handed it in; None once anything else happened to it."""


@dataclass
class Asked:
    """A round."""

    period: Period
    area: str
    open: bool = True


@dataclass
class World:
    """Everything there is, by the ids of the rows."""

    villages: dict[int, Village] = field(default_factory=dict)
    rounds: dict[int, Asked] = field(default_factory=dict)
    sheets: dict[int, Sheet] = field(default_factory=dict)

    def said_of(self, village: int) -> list[Said]:
        """What a village said, in the order of the days it speaks of."""
        said = [one.said for one in self.sheets.values() if one.village == village and one.said]
        return sorted([*said, *self.villages[village].ended.values()], key=lambda one: (one.on, one.order))

    def redrawn(self, village: int, path: str, day: date) -> None:
        """From a day on a village, with all it said, lies elsewhere."""
        self.villages[village].path = path
        for one in self.said_of(village):
            one.path.change(day, path)

    def stock(self, name: str, path: str, day: date) -> int:
        """A field that holds, at a place on a day."""
        return sum(self._holds(village, name, path, day) for village in self.villages)

    def _holds(self, village: int, name: str, path: str, day: date) -> int:
        said = [one for one in self.said_of(village) if one.on <= day]
        counts = bool(said) and said[-1].path.on(day).startswith(path)
        return int(str(int(said[-1].answers.get(name) or 0))) if counts else 0  # type: ignore[call-overload]

    def activities(self, path: str, period: Period) -> int:
        """The field that happens, at a place in a period."""
        said = [one.said for one in self.sheets.values() if one.said]
        here = [one for one in said if period.start <= one.on <= period.end and one.path.steps[0][1].startswith(path)]
        return sum(int(str(one.answers.get("activities") or 0)) for one in here)

    def handed_in(self, path: str) -> int:
        """How many returns were handed in."""
        days = [one.handed_in for one in self.sheets.values() if one.handed_in]
        return sum(where.startswith(path) for _day, where in days)

    def states(self, round_: int, path: str) -> Iterator[str]:
        """The states of the returns of a round at a place."""
        for one in self.sheets.values():
            if one.round == round_ and self.villages[one.village].path.startswith(path):
                yield one.state

    def known(self, village: int) -> dict[str, object]:
        """What is known of a village: what it said last, without blanks and what went to the register."""
        said = self.said_of(village)
        last = said[-1].answers if said else {}
        return {key: value for key, value in last.items() if value is not None and key != "venue"}

    def neighbours(self, pk: int) -> Iterable[int]:
        """The villages that were merged into one."""
        path = self.villages[pk].path
        return [other for other, one in self.villages.items() if one.closed and one.path == path]
