"""The peer for sign-up under a quota: pretix, which ticket offices use, measured on the same machine in the same run.

    python tools/bench_pretix.py            needs redis-server; pretix itself is installed into a folder of its own

Settings: production (debug off), the PostgreSQL server that Yinling embeds, Redis as cache and broker, a Celery worker
with its default number of processes, gunicorn with 3 synchronous workers, no proxy. Operation: 500 orders of one free
place each at the same moment through its REST interface, from a quota of 200, over 500 connections of their own.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from yinling.ops import postgres

HOST, PORT, REDIS_PORT = "127.0.0.1", 8941, 8942
SIGN_UPS, PLACES = 500, 200
DATABASE = "pretix"

CONFIG = """[pretix]
instance_name=bench
url=http://{host}:{port}
datadir={folder}/data
registration=off
[database]
backend=postgresql
name={database}
user={user}
host={socket}
port={pg_port}
[redis]
location=redis://{host}:{redis}/0
sessions=true
[celery]
broker=redis://{host}:{redis}/1
backend=redis://{host}:{redis}/2
[django]
debug=false
"""

SET_UP = """
import datetime, django, json, os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pretix.settings")
django.setup()
from decimal import Decimal
from django.utils import timezone
from django_scopes import scopes_disabled
from pretix.base.models import Organizer, Event, Team
with scopes_disabled():
    organizer = Organizer.objects.create(name="Bench", slug="bench")
    fields = {f.name for f in Team._meta.get_fields()}
    every = {name: True for name in fields if name.startswith("can_") or name in
             {"all_events", "all_event_permissions", "all_organizer_permissions"}}
    token = Team.objects.create(organizer=organizer, name="api", **every).tokens.create(name="bench")
    found = {"token": token.token}
    for slug, size in (("warm", 1000), ("rush", int(sys.argv[1]))):
        event = Event.objects.create(organizer=organizer, name=slug, slug=slug, currency="EUR", live=True,
            date_from=timezone.now() + datetime.timedelta(days=30), plugins="")
        item = event.items.create(name="place", default_price=Decimal("0.00"), active=True)
        quota = event.quotas.create(name="places", size=size)
        quota.items.add(item)
        found[slug] = item.pk
print("SETUP " + json.dumps(found))
"""

COUNT = """
import django, os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pretix.settings")
django.setup()
from django_scopes import scopes_disabled
from pretix.base.models import OrderPosition
with scopes_disabled():
    print("COUNT", OrderPosition.objects.filter(order__event__slug="rush").count())
"""


def measure(folder: Path) -> list[dict[str, Any]]:
    """One run: seconds until the last answer, the 50th and 95th per cent, and how many places were given out."""
    if shutil.which("redis-server") is None:
        raise SystemExit("bench: pretix needs redis-server (apt-get install redis-server)")
    python = _installed(folder)
    version = _say(python, folder, "import pretix; print(pretix.__version__)").strip()
    servers: list[subprocess.Popen[bytes]] = []
    try:
        env = _environment(folder)
        servers.append(_start(["redis-server", "--port", str(REDIS_PORT), "--save", "", "--appendonly", "no"], env))
        subprocess.run([python, "-m", "pretix", "migrate"], env=env, check=True, stdout=subprocess.DEVNULL)
        text = _run(python, env, SET_UP, str(PLACES))
        known = json.loads(text.partition("SETUP ")[2])
        bin_folder = Path(python).parent
        servers.append(_start([str(bin_folder / "celery"), "-A", "pretix.celery_app", "worker", "-l", "error"], env))
        web = [str(bin_folder / "gunicorn"), "pretix.wsgi", "--workers", "3", "--bind", f"{HOST}:{PORT}"]
        servers.append(_start([*web, "--max-requests", "1200", "--backlog", "1024", "--log-level", "error"], env))
        _wait()
        _rush(known, "warm", 60)
        seconds, answers = _rush(known, "rush", SIGN_UPS)
        given = int(_run(python, env, COUNT).partition("COUNT ")[2])
    finally:
        for server in reversed(servers):
            server.terminate()
            server.wait(timeout=30)
    times = sorted(answer[1] for answer in answers)
    accepted = sum(answer[0] == http.client.CREATED for answer in answers)
    return [
        {
            "what": f"pretix {version}: {SIGN_UPS} orders for {PLACES} places, all answered",
            "seconds": round(seconds, 2),
        },
        {"what": "  half answered / 95 % answered", "seconds": f"{statistics.median(times):.2f} / {times[474]:.2f}"},
        {"what": "  accepted / in the database", "seconds": f"{accepted} / {given}"},
    ]


def _installed(folder: Path) -> str:
    python = folder / "venv" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "pretix", "gunicorn"], check=True)
    return str(python)


def _environment(folder: Path) -> dict[str, str]:
    home = folder / "home"
    home.mkdir(parents=True, exist_ok=True)
    settings = postgres.ensure_running(home)
    here = postgres.place(home)
    with here.connect("postgres") as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {DATABASE}")
    (folder / "data").mkdir(exist_ok=True)
    config = folder / "pretix.cfg"
    values = {"user": settings["USER"], "socket": settings["HOST"], "pg_port": settings["PORT"], "redis": REDIS_PORT}
    config.write_text(CONFIG.format(host=HOST, port=PORT, folder=folder, database=DATABASE, **values))
    return os.environ | {"PRETIX_CONFIG_FILE": str(config), "DJANGO_SETTINGS_MODULE": "pretix.settings"}


def _start(command: list[str], env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _run(python: str, env: dict[str, str], script: str, *arguments: str) -> str:
    done = subprocess.run([python, "-c", script, *arguments], env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout


def _say(python: str, folder: Path, script: str) -> str:
    return _run(python, dict(os.environ), script)


def _wait() -> None:
    for _attempt in range(300):
        try:
            link = http.client.HTTPConnection(HOST, PORT, timeout=5)
            link.request("GET", "/healthcheck/")
            if link.getresponse().status:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise SystemExit("bench: pretix did not answer")


def _rush(known: dict[str, Any], slug: str, number: int) -> tuple[float, list[tuple[int, float]]]:
    """So many orders at one moment: seconds until the last answer, and of each its status and its own seconds."""
    barrier, answers = threading.Barrier(number + 1), list[tuple[int, float]]()
    body = json.dumps({
        "email": None, "locale": "en", "sales_channel": "web", "payment_provider": "free", "send_email": False,
        "status": "p",
        "positions": [{"item": known[slug], "variation": None, "price": "0.00", "attendee_name": "A", "answers": []}],
    })  # fmt: skip
    headers = {"Authorization": f"Token {known['token']}", "Content-Type": "application/json"}

    def order() -> None:
        link = http.client.HTTPConnection(HOST, PORT, timeout=180)
        barrier.wait()
        began = time.perf_counter()
        link.request("POST", f"/api/v1/organizers/bench/events/{slug}/orders/", body, headers)
        answer = link.getresponse()
        answer.read()
        answers.append((answer.status, time.perf_counter() - began))

    threads = [threading.Thread(target=order) for _one in range(number)]
    for thread in threads:
        thread.start()
    barrier.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began, answers


if __name__ == "__main__":
    chosen = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.gettempdir()) / "yinling-bench-pretix"
    chosen.mkdir(parents=True, exist_ok=True)
    for row in measure(chosen):
        print(f"{row['what']:70} {row['seconds']}")
