"""Measures and the figures read by them; doors to the facts; frozen figures; recheck."""

from yinling.figures.actions import Region, freeze, freeze_many, thawed
from yinling.figures.doors import CountedFact, Cursor, Door, SourceRow, describe_source, described
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
    supply,
)
from yinling.figures.models import Frozen
from yinling.figures.public import suppressed, suppressed_share
from yinling.figures.recheck import Mismatch, recheck
from yinling.figures.rules import may_freeze, may_see_figures
from yinling.figures.units import UNITS, written

__all__ = [
    "UNITS",
    "CountedFact",
    "Cursor",
    "Definition",
    "Difference",
    "Distinct",
    "Door",
    "Figure",
    "Frozen",
    "Measure",
    "Mismatch",
    "Ratio",
    "Region",
    "SourceRow",
    "Sum",
    "Supply",
    "Table",
    "Version",
    "Wanted",
    "all_measures",
    "declare",
    "declared_measures",
    "describe_source",
    "described",
    "figure",
    "fingerprint",
    "freeze",
    "freeze_many",
    "leaves",
    "may_freeze",
    "may_see_figures",
    "measure_of",
    "read_many",
    "recheck",
    "supply",
    "suppressed",
    "suppressed_share",
    "table",
    "thawed",
    "written",
]
