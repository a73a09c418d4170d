"""The audit trail and the append-only facts it records. Every published figure is a sum over these facts."""

from yinling.facts.actions import (
    BuiltOn,
    NewFact,
    compact_totals,
    forget_series,
    hold,
    hold_many,
    move_stocks,
    open_facts,
    record,
    record_many,
    reverse,
    touch,
)
from yinling.facts.evidence import attach, file_of
from yinling.facts.kinds import FactKind, all_kinds, declare, kind_of
from yinling.facts.models import Chain, Entry, Evidence, Fact, Series, Total
from yinling.facts.persons import facts_of_person, move_person
from yinling.facts.queries import Asked, entries, entries_about, facts_of
from yinling.facts.trail import Fault, Trail, head, last_seq, verify

__all__ = [
    "Asked",
    "BuiltOn",
    "Chain",
    "Entry",
    "Evidence",
    "Fact",
    "FactKind",
    "Fault",
    "NewFact",
    "Series",
    "Total",
    "Trail",
    "all_kinds",
    "attach",
    "compact_totals",
    "declare",
    "entries",
    "entries_about",
    "facts_of",
    "facts_of_person",
    "file_of",
    "forget_series",
    "head",
    "hold",
    "hold_many",
    "kind_of",
    "last_seq",
    "move_person",
    "move_stocks",
    "open_facts",
    "record",
    "record_many",
    "reverse",
    "touch",
    "verify",
]
