"""`yinling report check`: the figures of a text checked against each other."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from yinling.reports.checker import Finding, UnreadableError, check, text_of


def add_commands(sub: Any) -> None:
    """Add `yinling report`."""
    group = sub.add_parser("report", help="work reports").add_subparsers(required=True)
    parser = group.add_parser("check", help="check the figures that a report states")
    parser.add_argument("file", help=".txt, .docx, .pdf or .html")
    parser.add_argument("--json", action="store_true", help="print a list of objects")
    parser.set_defaults(run=run_check)


def run_check(arguments: argparse.Namespace) -> int:
    """Print the findings. Exit code 1 if one is an error, 2 if the file cannot be read."""
    path = Path(arguments.file)
    try:
        text = text_of(path.name, path.read_bytes())
    except UnreadableError as problem:
        print(f"yinling: {path.name}: {problem}", file=sys.stderr)
        return 2
    except OSError as problem:
        print(f"yinling: {path.name}: {problem.strerror or problem}", file=sys.stderr)
        return 2
    findings = check(text)
    if arguments.json:
        print(json.dumps([_as_json(one) for one in findings], ensure_ascii=False, indent=1))
    else:
        labels = {"error": _("error"), "doubt": _("doubt"), "note": _("confirmed")}
        for one in findings:
            print(f"{labels[one.level]}\t{one.stated}\t{one.computed}\t{one.why}")
    return int(any(one.level == "error" for one in findings))


def _as_json(one: Finding) -> dict[str, str]:
    return {name: str(getattr(one, name)) for name in ("level", "quote", "stated", "computed", "why")}
