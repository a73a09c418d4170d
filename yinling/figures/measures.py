"""Measures: what a figure counts, declared once by the modules, as data."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

from yinling.base.rules import Reason
from yinling.facts import kind_of


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a definition: from which day it holds and what changed."""

    number: int
    since: date
    what: Reason


@dataclass(frozen=True, slots=True)
class Definition:
    """The card of a measure: its key, label, unit, what exactly is counted, the clause behind it, its versions."""

    key: str
    label: Reason
    unit: str
    text: Reason
    basis: Reason = ""
    versions: tuple[Version, ...] = (Version(1, date(2012, 1, 1), ""),)

    @property
    def version(self) -> int:
        """The version in force."""
        return self.versions[-1].number


@dataclass(frozen=True, slots=True)
class Sum:
    """Quantities of one kind of fact, added up: a flow over a period, a stock at its end. `where` fixes dimensions."""

    card: Definition
    kind: str
    where: Mapping[str, str] = field(default_factory=dict)

    @property
    def mode(self) -> Literal["flow", "stock"]:
        """Flow or stock, as the kind is."""
        return kind_of(self.kind).mode


@dataclass(frozen=True, slots=True)
class Distinct:
    """How many different persons, places or values of a dimension stand behind the facts of a kind."""

    card: Definition
    kind: str
    over: str
    """`person`, `place`, or the name of a dimension."""
    where: Mapping[str, str] = field(default_factory=dict)

    @property
    def mode(self) -> Literal["flow", "stock"]:
        """Flow or stock, as the kind is."""
        return kind_of(self.kind).mode


@dataclass(frozen=True, slots=True)
class Ratio:
    """A share in percent; numerator and denominator stay apart until it is shown, at every level."""

    card: Definition
    numerator: Counted
    denominator: Counted


@dataclass(frozen=True, slots=True)
class Difference:
    """What one count lacks to another ("associations without a venue")."""

    card: Definition
    whole: Counted
    part: Counted


Counted = Sum | Distinct | Difference
Measure = Counted | Ratio

_measures: dict[str, Measure] = {}


class Supply(Protocol):
    """Measures that are records, not declarations (a field of a form, say)."""

    def some(self, keys: Sequence[str]) -> Iterable[Measure]:
        """The measures with these keys, as far as there are any."""

    def all(self) -> Iterable[Measure]:
        """Every measure there is now."""


_supplies: dict[str, Supply] = {}


def declare(*measures: Measure) -> None:
    """Register measures; a key can be taken once."""
    for measure in measures:
        if _measures.setdefault(measure.card.key, measure) != measure:
            raise ValueError(f"two measures are named {measure.card.key}")


def supply(prefix: str, measures: Supply) -> None:
    """Let a module supply the measures whose keys begin with `prefix` and a dot."""
    if _supplies.setdefault(prefix, measures) is not measures:
        raise ValueError(f"two modules supply measures {prefix}.*")


def measure_of(key: str) -> Measure:
    """The measure with this key; KeyError where there is none."""
    return measures_by_key([key])[key]


def measures_by_key(keys: Iterable[str]) -> dict[str, Measure]:
    """The measures with these keys, as far as there are any; each module that supplies some is asked once."""
    found: dict[str, Measure] = {}
    asked: defaultdict[str, list[str]] = defaultdict(list)
    for key in dict.fromkeys(keys):
        if key in _measures:
            found[key] = _measures[key]
        else:
            asked[key.partition(".")[0]].append(key)
    for prefix, rest in asked.items():
        if source := _supplies.get(prefix):
            found.update((measure.card.key, measure) for measure in source.some(rest))
    return found


def declared_measures() -> tuple[Measure, ...]:
    """Every measure that is declared in code, in the order of declaration."""
    return tuple(_measures.values())


def all_measures() -> tuple[Measure, ...]:
    """Every measure: the declared ones in their order, then the supplied ones."""
    sources = dict.fromkeys(_supplies.values())  # one can have several prefixes
    return (*_measures.values(), *(measure for source in sources for measure in source.all()))


def leaves(measure: Measure) -> tuple[Sum | Distinct, ...]:
    """The counts a measure is made of: itself, or the parts of a ratio or difference."""
    if isinstance(measure, Ratio):
        return leaves(measure.numerator) + leaves(measure.denominator)
    if isinstance(measure, Difference):
        return leaves(measure.whole) + leaves(measure.part)
    return (measure,)


def fingerprint(measure: Measure) -> str:
    """What of a declaration changes values, as a short hash: a test refuses a change of it without a new version."""

    def shape(part: Measure) -> object:
        if isinstance(part, Ratio):
            return ["ratio", shape(part.numerator), shape(part.denominator)]
        if isinstance(part, Difference):
            return ["difference", shape(part.whole), shape(part.part)]
        over = part.over if isinstance(part, Distinct) else ""
        return [type(part).__name__.lower(), part.kind, part.mode, over, sorted(part.where.items())]

    text = json.dumps([shape(measure), measure.card.unit], ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
