"""What published documents state, as data, and which measure gives each figure from the records."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any, Literal

from yinling.base.paths import is_under, under
from yinling.base.period import Period, parse, year
from yinling.figures import Door, Measure, in_unit, leaves, measures_by_key, read_many, tallies
from yinling.network import Place
from yinling.sources.bindings import BINDINGS, Binding, Compared

DATA = Path(__file__).parent / "data" / "published.json"

DOCUMENTS = {
    "000": "东营市老年产业协会年度工作报告",
    "001": "重庆市养老服务协会年度工作报告",
    "002": "枣庄市民政局养老产业工作报告",
    "003": "贵州省城乡基层老年协会规范化建设推进会（2012年8月16日）",
    "004": "某市离退休干部志愿服务工作报告",
}

State = Literal["ok", "differs", "not yet"]


@dataclass(frozen=True, slots=True)
class Published:
    """One figure of a document, as it stands there."""

    id: str
    document: str
    says: str
    value: Any
    unit: Any
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """What the records give for one stated number: a value in the measure's unit, and where it is read (a county of the
    binding's place, where one of them is meant)."""

    measure: Measure
    path: str
    period: Period
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Checked:
    """A published figure beside what the records give: a part for each number that is stated, none where it has no measure
    yet."""

    published: Published
    parts: tuple[Part, ...]
    compared: Compared
    facts: int
    state: State

    def as_json(self) -> dict[str, object]:
        """The object that `yinling sources check --json` prints. Of several numbers there are lists."""
        first = self.parts[0] if self.parts else None
        return {
            "id": self.published.id,
            "measure": _one_or_all([part.measure.card.key for part in self.parts]),
            "place": first.path if first else None,
            "period": first.period.key if first else None,
            "value": _one_or_all([None if part.value is None else _plain(part.value) for part in self.parts]),
            "published": self.published.value,
            "compared": self.compared,
            "facts": self.facts,
            "state": self.state,
        }


def _one_or_all(values: list[Any]) -> Any:
    """The only one of some values, all of several, None of none."""
    return values if len(values) > 1 else values[0] if values else None


def published() -> list[Published]:
    """Every figure the five documents publish, in their order."""
    rows = json.loads(DATA.read_text(encoding="utf-8"))
    return [
        Published(row["id"], row["document"], row["says"], row["value"], row["unit"], row.get("at_least", False))
        for row in rows
    ]


def check() -> list[Checked]:
    """Compute every published figure that has a measure, by the same reading as the pages, and compare."""
    items = published()
    reading = _Reading([BINDINGS[item.id] for item in items if item.id in BINDINGS])
    checked = []
    for item in items:
        binding = BINDINGS.get(item.id)
        measures = reading.measures(binding) if binding else []
        if binding is None or not measures:
            checked.append(Checked(item, (), "equal", 0, "not yet"))
            continue
        parts = tuple(reading.part(binding, measure, item) for measure in measures)
        facts = reading.facts(binding)
        checked.append(Checked(item, parts, binding.compared, facts, _state(item, binding, parts, facts)))
    return checked


class _Reading:
    """Every bound figure, read together, and how many facts stand behind each."""

    def __init__(self, bindings: Sequence[Binding]) -> None:
        self._known = measures_by_key(key for binding in bindings for key in binding.keys)
        self._counties = _counties({one.path for one in bindings if one.compared == "somewhere below"})
        self._table = read_many(
            (measure, path, period)
            for binding in bindings
            for path in self._paths(binding)
            for period in _periods(binding)
            for measure in self.measures(binding)
        )
        doors = [
            (binding, Door(leaf, binding.path, parse(binding.period)))
            for binding in dict.fromkeys(bindings)
            for measure in self.measures(binding)
            for leaf in leaves(measure)
        ]
        self._facts: Counter[Binding] = Counter()
        for (binding, _door), count in zip(doors, tallies([door for _binding, door in doors]), strict=True):
            self._facts[binding] += count

    def measures(self, binding: Binding) -> list[Measure]:
        """The measures of a binding; none as long as one of them is not declared (a type of outcome nobody has set, say)."""
        found = [self._known.get(key) for key in binding.keys]
        return [] if None in found else [measure for measure in found if measure is not None]

    def facts(self, binding: Binding) -> int:
        """How many facts stand behind the measures of a binding."""
        return self._facts[binding]

    def _paths(self, binding: Binding) -> list[str]:
        if binding.compared != "somewhere below":
            return [binding.path]
        return [path for path in self._counties if is_under(path, binding.path)]

    def value(self, measure: Measure, path: str, period: Period) -> Decimal | None:
        """A value in the measure's unit."""
        value = self._table.at(measure, path, period).value
        return None if value is None else in_unit(value, measure.card.unit)

    def part(self, binding: Binding, measure: Measure, item: Published) -> Part:
        """What the records give for one number of a published figure."""
        whole = parse(binding.period)
        if binding.compared == "years running":
            count = 0
            for period in reversed(_periods(binding)):
                if not self.value(measure, binding.path, period):
                    break
                count += 1
            return Part(measure, binding.path, whole, Decimal(count))
        if binding.compared == "somewhere below":
            # Of the counties that bear the sentence out the one nearest to the number; if none does, the lowest.
            values = [(self.value(measure, path, whole) or Decimal(0), path) for path in self._paths(binding)]
            below = [one for one in values if one[0] < Decimal(str(item.value))]
            value, path = max(below) if below else min(values, default=(Decimal(0), binding.path))
            return Part(measure, path, whole, value)
        return Part(measure, binding.path, whole, self.value(measure, binding.path, whole))


def _counties(paths: Collection[str]) -> list[str]:
    """The counties below some places."""
    if not paths:
        return []
    places = Place.objects.filter(reduce(or_, map(under, sorted(paths))), level=Place.Level.COUNTY, closed__isnull=True)
    return list(places.order_by("area_path").values_list("area_path", flat=True))


def _periods(binding: Binding) -> list[Period]:
    """The periods that are read: of years running each year, else the whole."""
    whole = parse(binding.period)
    if binding.compared != "years running":
        return [whole]
    return [year(number) for number in range(whole.start.year, whole.end.year + 1)]


def _state(item: Published, binding: Binding, parts: Sequence[Part], facts: int) -> State:
    values = [part.value for part in parts]
    if not facts or any(value is None for value in values):
        return "not yet"
    stated = item.value if isinstance(item.value, list) else [item.value]
    pairs = zip((value for value in values if value is not None), stated, strict=True)
    return "ok" if all(_agrees(item, binding, value, Decimal(str(number))) for value, number in pairs) else "differs"


def _agrees(item: Published, binding: Binding, value: Decimal, stated: Decimal) -> bool:
    if binding.compared in ("below", "somewhere below"):
        return value < stated
    places = -int(stated.as_tuple().exponent)
    shown = value.quantize(Decimal(1).scaleb(-max(places, 0)), rounding=ROUND_HALF_UP)
    return shown >= stated if item.at_least else shown == stated


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(round(value, 4))
