"""`yinling audit verify`."""

from __future__ import annotations

import argparse
from typing import Any

from yinling.facts.models import Chain
from yinling.facts.trail import verify


def add_commands(sub: Any) -> None:
    """Add `yinling audit`."""
    group = sub.add_parser("audit", help="the audit trail").add_subparsers(required=True)
    parser = group.add_parser("verify", help="recompute the hash chain and the facts of every entry")
    parser.set_defaults(run=run_verify)


def run_verify(_arguments: argparse.Namespace) -> int:
    """Print each fault; exit code 1 if there is one. The head printed at the end belongs on paper, away from the server."""
    faults = 0
    for fault in verify():
        faults += 1
        print(f"{fault.seq}: {fault.what}")
    head = Chain.objects.get()
    print(f"{head.seq} entries, {faults} faults, head {bytes(head.hash).hex()}")
    return int(faults > 0)
