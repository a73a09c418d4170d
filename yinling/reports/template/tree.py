"""The tree of a report template."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from yinling.reports.prose import Format


@dataclass(frozen=True, slots=True)
class At:
    """A spot in the text: line and column in characters, both from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A measure, and where and when it is read. `place` is `here`, `parent`, or a path or code; `period` is `this`, `last`,
    `lastyear`, or the key of a period."""

    at: At
    key: str
    place: str = "here"
    period: str = "this"


@dataclass(frozen=True, slots=True)
class Text:
    """Words as they stand, with their headings and blank lines."""

    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """The name of the place, the period, the issuing office or the date."""

    what: Literal["place", "period", "issuer", "date"]


@dataclass(frozen=True, slots=True)
class Single:
    """One figure."""

    reading: Reading
    form: Format


@dataclass(frozen=True, slots=True)
class Share:
    """What share one count is of another, in percent."""

    part: Reading
    whole: Reading
    form: Format


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much a figure changed from one period to another."""

    to: Reading
    since: Reading
    form: Format


@dataclass(frozen=True, slots=True)
class Cited:
    """The sum of what the latest issued reports of the places below state for the period."""

    reading: Reading
    form: Format


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a row for each child place or month and a column for each measure. `heads`: own column heads."""

    at: At
    rows: Literal["children", "months"]
    columns: tuple[Reading, ...]
    heads: tuple[str, ...]
    caption: str
    place: str
    period: str
    total: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of one measure, one for each child place or month."""

    column: Reading
    rows: Literal["children", "months"]
    caption: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A tag that cannot be read; it is shown where it stands."""

    source: str
    message: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a condition."""

    value: Decimal


Operand = Number | Reading


@dataclass(frozen=True, slots=True)
class Compare:
    """Two values compared."""

    left: Operand
    sign: Literal[">", ">=", "<", "<=", "==", "!="]
    right: Operand


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    part: Condition


@dataclass(frozen=True, slots=True)
class Both:
    """All parts hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One part at least holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A condition that cannot be read: it never holds."""


Condition = Compare | Not | Both | Either | Unknown


@dataclass(frozen=True, slots=True)
class If:
    """Sentences that stand only where a condition holds; the first branch that holds is taken. None: else."""

    branches: tuple[tuple[Condition | None, tuple[Node, ...]], ...]


Node = Text | Said | Single | Share | Difference | Cited | Table | Chart | If | Broken
