"""Measures and the figures read by them; doors to the facts; frozen figures; recheck."""

from yinling.figures.actions import Region, freeze, freeze_many, thawed
from yinling.figures.amounts import Amount
from yinling.figures.causes import Cause
from yinling.figures.changes import Changed
from yinling.figures.doors import CountedFact, Cursor, Door, SourceRow, describe_source, described, tallies
from yinling.figures.drift import Drift, Recorded, drift, drifts
from yinling.figures.explain import Part, Why, WhyDoor, why
from yinling.figures.figure import Figure, Table, Wanted, figure, read_many, table
from yinling.figures.measures import (
    Definition,
    Difference,
    Distinct,
    Measure,
    Ratio,
    Sum,
    Supply,
    Version,
    all_measures,
    declare,
    declared_measures,
    fingerprint,
    leaves,
    measure_of,
    measures_by_key,
    supply,
)
from yinling.figures.models import Frozen
from yinling.figures.public import suppressed, suppressed_share
from yinling.figures.recheck import Mismatch, recheck
from yinling.figures.rules import may_freeze, may_see_figures
from yinling.figures.units import UNITS, in_unit, signed, written

__all__ = [
    "UNITS",
    "Amount",
    "Cause",
    "Changed",
    "CountedFact",
    "Cursor",
    "Definition",
    "Difference",
    "Distinct",
    "Door",
    "Drift",
    "Figure",
    "Frozen",
    "Measure",
    "Mismatch",
    "Part",
    "Ratio",
    "Recorded",
    "Region",
    "SourceRow",
    "Sum",
    "Supply",
    "Table",
    "Version",
    "Wanted",
    "Why",
    "WhyDoor",
    "all_measures",
    "declare",
    "declared_measures",
    "describe_source",
    "described",
    "drift",
    "drifts",
    "figure",
    "fingerprint",
    "freeze",
    "freeze_many",
    "in_unit",
    "leaves",
    "may_freeze",
    "may_see_figures",
    "measure_of",
    "measures_by_key",
    "read_many",
    "recheck",
    "signed",
    "supply",
    "suppressed",
    "suppressed_share",
    "table",
    "tallies",
    "thawed",
    "why",
    "written",
]
