"""`make bench`: measure what docs/scale.md reports, in a database of its own, and print a table and JSON.

Each section runs in its own process, so that its peak memory is its own. Timings are medians; where a ratio is given both
sides were measured in the same process, in turn. Nothing here is asserted: the machine decides, the reader judges.

    python tools/bench.py                 every section
    python tools/bench.py nation web      some of them
    python tools/bench.py --facts 1000000 --rows 20000 …   smaller
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SECTIONS = (
    "demo",
    "web",
    "signup",
    "checkin",
    "certificates",
    "stations",
    "volunteers",
    "training",
    "rounds",
    "reports",
    "shifts",
    "hours",
    "imports",
    "nation",
    "tree",
    "facts",
    "figures",
    "drift",
)
"""In this order: what makes a database much larger comes after what is measured on the demo as it is."""

DEMO = frozenset(
    {
        "demo",
        "web",
        "rounds",
        "reports",
        "imports",
        "signup",
        "volunteers",
        "hours",
        "stations",
        "checkin",
        "certificates",
        "training",
        "shifts",
    }
)
"""The sections that run on the demo; the others on the nation."""

ELSEWHERE = {
    "rounds": "bench_rounds", "stations": "bench_stations", "volunteers": "bench_volunteers", "signup": "bench_enrolment",
    "hours": "bench_hours", "checkin": "bench_checkin", "certificates": "bench_certificates",
    "training": "bench_training", "shifts": "bench_projects", "imports": "bench_imports",
}  # fmt: skip
"""The sections that have a file of their own."""

NATION_DAY = date(2005, 1, 1)
LAST_DAY = date(2025, 12, 31)


def main() -> int:
    """Run the sections asked for and print what they measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("sections", nargs="*", default=[], metavar="|".join(SECTIONS))
    parser.add_argument("--facts", type=int, default=10_000_000)
    parser.add_argument("--rows", type=int, default=500_000, help="rows of the large import")
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "yinling-bench")
    parser.add_argument("--json", type=Path, default=None, help="also write the results to this file")
    parser.add_argument("--keep", action="store_true", help="keep the database for another run")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        return _inside(options)
    wanted = options.sections or list(SECTIONS)
    results: list[dict[str, Any]] = []
    for section in wanted:
        print(f"bench: {section} …", file=sys.stderr, flush=True)
        results += _section(section, options)
    _print(results)
    if options.json:
        options.json.write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")
    if not options.keep:
        for home in (options.home / "demo", options.home / "nation"):
            if home.exists():
                _remove(home)
        shutil.rmtree(options.home, ignore_errors=True)
    return 0


def _remove(home: Path) -> None:
    """Stop the server and remove its data, which may lie elsewhere: without the keys of this home nobody could read it."""
    from yinling.ops import postgres

    subprocess.run([sys.executable, "-m", "yinling.cli", "stop"], env=_env(home), check=False)
    here = postgres.place(home)
    for folder in (here.base, here.socket):
        shutil.rmtree(folder, ignore_errors=True)


def _env(home: Path) -> dict[str, str]:
    home.mkdir(parents=True, exist_ok=True)
    return os.environ | {"YINLING_HOME": str(home), "DJANGO_SETTINGS_MODULE": "yinling.settings"}


def _section(section: str, options: argparse.Namespace) -> list[dict[str, Any]]:
    home = options.home / ("demo" if section in DEMO else "nation")
    command = [
        sys.executable,
        __file__,
        "--inside",
        section,
        "--facts",
        str(options.facts),
        "--rows",
        str(options.rows),
    ]
    done = subprocess.run(command, env=_env(home), stdout=subprocess.PIPE, text=True, cwd=ROOT, check=False)
    if done.returncode:
        return [{"section": section, "what": "failed", "value": done.returncode, "unit": "exit code", "goal": ""}]
    rows: list[dict[str, Any]] = json.loads(done.stdout.strip().splitlines()[-1])
    return rows


def _inside(options: argparse.Namespace) -> int:
    from yinling.ops import keys

    keys.ensure()
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    from tools import bench_sections

    bench = bench_sections.Bench(section=options.inside, facts=options.facts, rows=options.rows)
    file = import_module(f"tools.{ELSEWHERE.get(options.inside, 'bench_sections')}")
    getattr(file, options.inside)(bench)
    print(json.dumps(bench.results, ensure_ascii=False), flush=True)
    return 0


def _print(results: list[dict[str, Any]]) -> None:
    width = max((len(row["what"]) for row in results), default=10)
    print(f"{'work':{width}}  {'measured':>14}  goal")
    for row in results:
        value = (
            f"{row['value']:.3g}" if isinstance(row["value"], float) and row["value"] < 100 else f"{row['value']:.0f}"
        )
        print(f"{row['what']:{width}}  {value:>9} {row['unit']:<6} {row['goal']}")


def median_ms(run: Callable[[], object], times: int = 9) -> float:
    """Median of several runs in milliseconds, after one that is not counted."""
    run()
    taken = []
    for _round in range(times):
        started = time.perf_counter()
        run()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


def in_turn(ours: Callable[[], object], theirs: Callable[[], object], rounds: int = 201) -> tuple[float, float]:
    """Medians of two ways in milliseconds, each run once a round: whatever else the machine does slows both alike."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _round in range(rounds + 1):
        for run, times in zip((ours, theirs), taken, strict=True):
            started = time.perf_counter()
            run()
            times.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken[0][1:]), statistics.median(taken[1][1:])


def peak_mb() -> float:
    """Peak memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    raise SystemExit(main())
