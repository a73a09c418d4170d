"""The `yinling` command: a thin front to the modules, each of which registers its own commands.

A module offers commands by a function `add_commands(sub)` in its `commands.py`. Each command's parser sets `run`, a
function that takes the parsed arguments and returns the exit code.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

import django

from yinling.base.invalid import Invalid
from yinling.base.rules import Refused
from yinling.ops import backup, commands, database, environment, guard, keys, postgres

MODULES = (
    "yinling.network.commands",
    "yinling.facts.commands",
    "yinling.figures.commands",
    "yinling.sources.commands",
    "yinling.reports.commands",
    "yinling.certificates.commands",
    "yinling.demo",
)
"""Where further commands come from. Theirs start with Django set up."""

OFFLINE = ["certificates", "verify"]
"""Reads no record: whoever holds a certificate can run it, on a machine where nothing was set up."""

_EXPECTED: tuple[type[Exception], ...] = (
    *commands.EXPECTED,
    Invalid,
    Refused,
    backup.BackupError,
    database.ClientError,
    guard.UnsafeStart,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0 done, 1 refused or failed, 2 not understood."""
    given = list(sys.argv[1:] if argv is None else argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinling.settings")
    parser = argparse.ArgumentParser(prog="yinling", description="Yinling (银龄): records and figures of aging work.")
    sub = parser.add_subparsers(metavar="command", required=True)
    commands.add_commands(sub)
    try:
        if not given or given[0] not in sub.choices:
            # Not one of ours, or a question about all of them: the modules' commands need Django.
            _load_modules(sub, given)
        arguments = parser.parse_args(given)
        code: int = arguments.run(arguments)
    except _EXPECTED as problem:
        print(f"yinling: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        _release()
    return code


def _load_modules(sub: argparse._SubParsersAction[argparse.ArgumentParser], given: list[str]) -> None:
    if given[:1] == ["demo"]:
        keys.ensure()
    elif given and not given[0].startswith("-") and given[:2] != OFFLINE:
        keys.require()
    django.setup()
    if given[:1] == ["demo"]:
        database.migrate(verbosity=0)
    for name in MODULES:
        import_module(name).add_commands(sub)


def _release() -> None:
    """Take the embedded server along if this command started it and nobody else uses it."""
    home = environment.home()
    if postgres.started_here(home):
        from django.db import connections

        connections.close_all()
        postgres.release(home)


if __name__ == "__main__":
    sys.exit(main())
