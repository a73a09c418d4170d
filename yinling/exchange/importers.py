"""What a module declares so that its records can be imported: fields, a checker of rows, a commit and an undo."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, Protocol

from yinling.base.rules import Actor, Placed, Reason, Rule
from yinling.exchange.models import Batch

Cell = str | int | float | bool | date | datetime | time | timedelta | None
"""What a cell of a spreadsheet may hold."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column that can be imported.

    `parse` turns a cell that is not empty into a value or raises Invalid; `synonyms` are other headers it is found
    under; `accepts` and `example` go into the blank template; `mask` is what the preview shows of a value:
    personal data hidden, a word for a key.
    """

    key: str
    label: Reason
    parse: Callable[[Cell], object]
    synonyms: tuple[str, ...] = ()
    required: bool = False
    accepts: Reason = ""
    example: str = ""
    mask: Callable[[str], str] | None = None


class Problem(NamedTuple):
    """Why a row is refused: the field at fault ('' for the row as a whole) and the reason, in the reader's language."""

    field: str
    text: str


@dataclass(slots=True)
class Row:
    """A row on its way: its number in the file, the parsed values of its mapped fields (None where empty), what is
    wrong with it, and, set by the checker, the values that will go in, fit for JSON."""

    number: int
    values: dict[str, object]
    problems: list[Problem] = field(default_factory=list)
    ready: Mapping[str, object] = field(default_factory=dict)

    def refuse(self, field_key: str, reason: object) -> None:
        """Add a reason why the row cannot go in."""
        self.problems.append(Problem(field_key, str(reason)))


Checker = Callable[[Sequence[Row]], None]
"""Checks the next chunk of rows that parsed, adding problems or `ready` values. It remembers what the chunks before
held."""


@dataclass(frozen=True, slots=True)
class Committed:
    """What a commit did: the audit entry its facts are under, and how many rows went in."""

    entry_id: int
    count: int


ReadyRow = tuple[int, Mapping[str, object]]


class Undo(Protocol):
    """A module's own action that takes out again what a batch brought, and says how many rows that were. `entry_id` is
    the entry the rows went in under (an action that finds them by their batch leaves it aside), `area` the batch itself.
    Raises BuiltOn where later records build on it."""

    def __call__(self, *, batch_id: int, entry_id: int, reason: str, area: Placed, by: Actor) -> int: ...


@dataclass(frozen=True, slots=True)
class Importer:
    """One kind of record that can be imported.

    `checker` is called once a check; `commit` calls the module's own actions, `undo` is one; both run inside the batch's
    transaction. `source` is the model name under which the module describes its rows (figures.describe_source).
    """

    key: str
    label: Reason
    rule: Rule
    fields: tuple[Field, ...]
    checker: Callable[[Actor, Batch], Checker]
    commit: Callable[[Batch, Iterator[ReadyRow], Actor], Committed]
    undo: Undo
    source: str
    needs: Reason = ""
    """What a row must have beyond its required fields, for the template's notes."""

    def field(self, key: str) -> Field:
        """The field with this key; KeyError where there is none."""
        return {f.key: f for f in self.fields}[key]


_importers: dict[str, Importer] = {}
_supplies: dict[str, Callable[[str], Importer | None]] = {}


def register_importer(importer: Importer) -> None:
    """Make an importer known; a key can be taken once."""
    if _importers.get(importer.key, importer) is not importer:
        raise ValueError(f"two importers are named {importer.key}")
    _importers[importer.key] = importer


def supply_importers(prefix: str, one: Callable[[str], Importer | None]) -> None:
    """Let a module make the importers whose keys begin with `prefix` and a dot when they are asked for: those that depend
    on a record, as the columns of a form do."""
    if _supplies.setdefault(prefix, one) is not one:
        raise ValueError(f"two modules supply importers {prefix}.*")


def importer_of(key: str) -> Importer:
    """The importer with this key; KeyError where there is none."""
    if key in _importers:
        return _importers[key]
    supplied = _supplies.get(key.partition(".")[0])
    found = supplied(key) if supplied else None
    if found is None:
        raise KeyError(key)
    return found


def importers_for(actor: Actor) -> list[Importer]:
    """The importers the actor may use."""
    return [importer for importer in _importers.values() if importer.rule.check(actor)]
