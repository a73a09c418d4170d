"""`yinling places load`."""

from __future__ import annotations

import argparse
import time
from datetime import date
from typing import Any

from yinling.base.rules import Actor
from yinling.network import divisions
from yinling.network.actions import load_places
from yinling.network.divisions import EDITION, SOURCE


def add_commands(sub: Any) -> None:
    """Add `yinling places`."""
    group = sub.add_parser("places", help="the network of places").add_subparsers(required=True)
    parser = group.add_parser("load", help="load the national list of places, or one province of it")
    parser.add_argument("--province", metavar="CODE", help="two digits, 52 for Guizhou; all of China without it")
    parser.add_argument(
        "--on", type=date.fromisoformat, default=EDITION, help="the day from which the places are valid"
    )
    parser.set_defaults(run=run_load)


def run_load(arguments: argparse.Namespace) -> int:
    """Load and say how many."""
    started = time.monotonic()
    wanted = divisions.counts() if arguments.province is None else {}
    total = sum(wanted.values()) if wanted else None
    print(f"loading {total or 'the places of province ' + arguments.province} places …", flush=True)
    count = load_places(
        divisions=divisions.read(arguments.province),
        on=arguments.on,
        source=SOURCE,
        by=Actor.for_system("yinling places load"),
    )
    print(f"{count} places in {time.monotonic() - started:.1f} s")
    return 0
