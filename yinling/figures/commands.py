"""`yinling figures list|show|recheck`."""

from __future__ import annotations

import argparse
from typing import Any

from yinling.base import clock
from yinling.base.period import as_of, parse
from yinling.facts import compact_totals
from yinling.figures.figure import figure
from yinling.figures.measures import all_measures, measure_of
from yinling.figures.recheck import recheck


def add_commands(sub: Any) -> None:
    """Add `yinling figures`."""
    group = sub.add_parser("figures", help="measures and their values").add_subparsers(required=True)
    group.add_parser("list", help="every measure").set_defaults(run=run_list)
    show = group.add_parser("show", help="the value of a measure")
    show.add_argument("measure")
    show.add_argument("--place", default="", help="path of the place (52, 5206, …); the nation without it")
    show.add_argument(
        "--period", default=None, help="2012, 2012-08, 2012-08-16, 2011-01-01..2012-08-31; today without it"
    )
    show.add_argument("--known-at", type=int, default=None, help="as known at this entry of the audit trail")
    show.set_defaults(run=run_show)
    group.add_parser("recheck", help="compare totals and frozen figures with the facts").set_defaults(run=run_recheck)


def run_list(_arguments: argparse.Namespace) -> int:
    """Key, version, unit and label of every measure."""
    for measure in all_measures():
        card = measure.card
        print(f"{card.key:32} v{card.version} {card.unit:12} {card.label}")
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    """The value, and the two counts of a ratio."""
    period = parse(arguments.period) if arguments.period else as_of(clock.today())
    try:
        measure = measure_of(arguments.measure)
    except KeyError:
        print(f"no measure is named {arguments.measure}; see `yinling figures list`")
        return 2
    found = figure(measure, path=arguments.place, period=period, known_at=arguments.known_at)
    counts = f" ({found.numerator} / {found.denominator})" if found.denominator is not None else ""
    print(f"{measure.card.label}: {found.text} {measure.card.unit}{counts}, {period.label()}")
    return 0


def run_recheck(_arguments: argparse.Namespace) -> int:
    """Print each mismatch; exit code 1 if there is one. Folds the totals first."""
    compact_totals()
    mismatches = 0
    for mismatch in recheck():
        mismatches += 1
        print(mismatch.what)
    print(f"{mismatches} mismatches")
    return int(mismatches > 0)
