"""The peer for the shift list of a place and for joining a full shift: volunteer_planner, beside ours in the same run.

    python tools/bench_planner.py ../volunteer_planner        needs redis-server, and a checkout of volunteer_planner

There is no package of it, so it runs from its checkout, which stays as it is; its requirements go into a virtual
environment of their own (--venv, kept for the next run). Settings: production (debug off), the PostgreSQL server that
Yinling embeds, gunicorn with 3 synchronous workers, no proxy; one change is forced: its settings name a cache backend
for memcached that its Django no longer has, so Django's backend for Redis takes its place.

Measured of it: the page of a place with 20 facilities, 10,000 open shifts (five a day at each facility for 100 days),
110,000 sign-ups and 12,000 users, and the page of one facility's day, both signed in; then 500 users who join one shift
of 200 places at the same moment, each over a connection of its own with session and token at hand, counted afterwards
in its database. Measured of ours: the sections `shifts` and `signup` of bench.py on a demo made for it.

What the pages hold differs: its page of a place links every day of every facility and is not divided into pages; our
list shows the sessions themselves page by page, and half of the 10,000 lie before today. Its pages are asked a fixed
number of times, ours for some seconds. Our sign-up also asks for insurance, training, licence and agreement, and keeps
a waiting list.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from yinling.ops import postgres

HOST, PORT, REDIS_PORT = "127.0.0.1", 8951, 8952
JOINERS, PLACES, WARM, AT_ONCE = 500, 200, 40, 20
TOKEN = "b" * 32
DATABASE, SETTINGS = "volunteer_planner", "bench_settings"

Rows = dict[str, list[str]]
"""What was measured, and its value in each run."""

CONFIG = f"""
from volunteer_planner.settings.production import *
cache = {{"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://{HOST}:{REDIS_PORT}/0"}}
CACHES = {{"default": cache}}
"""

SET_UP = """
import django, json, sys
django.setup()
from datetime import datetime, time, timedelta
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils.timezone import get_current_timezone, localdate
from accounts.models import UserAccount
from organizations.models import Facility, Organization, Task
from places.models import Area, Country, Place, Region
from scheduler.models import Shift, ShiftHelper

runs, joiners, places = map(int, sys.argv[1:])
region = Region.objects.create(name="Region", slug="r", country=Country.objects.create(name="Country", slug="c"))
place = Place.objects.create(name="Place", slug="p", area=Area.objects.create(name="Area", slug="a", region=region))
body = Organization.objects.create(name="Organization", slug="o")
sites = [Facility.objects.create(organization=body, place=place, name=f"F{n}", slug=f"f{n}") for n in range(20)]
tasks = {site: Task.objects.create(facility=site, name="Task") for site in sites}
users = User.objects.bulk_create(User(username=f"user{number}", password="!") for number in range(12_000))
accounts = UserAccount.objects.bulk_create(UserAccount(user=user) for user in users)

def shift(site, days, hour, slots):
    starts = datetime.combine(localdate() + timedelta(days=days), time(hour), tzinfo=get_current_timezone())
    ends = starts + timedelta(hours=2)
    return Shift(facility=site, task=tasks[site], slots=slots, starting_time=starts, ending_time=ends)

def address_of_day(one):
    return one.get_absolute_url().rpartition("/")[0]

def cookie(user):
    client = Client()
    client.force_login(user)
    return f"sessionid={client.cookies['sessionid'].value}"

hours = [(days, hour) for days in range(1, 101) for hour in (8, 10, 12, 14, 16)]
shifts = Shift.objects.bulk_create(shift(site, days, hour, 15) for days, hour in hours for site in sites)
turns = [(one, number * 11 + turn) for number, one in enumerate(shifts) for turn in range(11)]
helpers = (ShiftHelper(shift=one, user_account=accounts[turn % len(accounts)]) for one, turn in turns)
ShiftHelper.objects.bulk_create(helpers, batch_size=5000)
rushed = Shift.objects.bulk_create(shift(sites[0], 120 + n, 10, places if n else 4) for n in range(runs + 1))
with connection.cursor() as cursor:
    cursor.execute("ANALYZE")
print("SETUP " + json.dumps({
    "place": place.get_absolute_url(), "day": address_of_day(shifts[0]),
    "cookies": [cookie(user) for user in users[-joiners:]], "rushed": [[one.pk, address_of_day(one)] for one in rushed],
}))
"""


def theirs(checkout: Path, python: Path, folder: Path, runs: int) -> Rows:
    """What volunteer_planner does: its two pages, then the rush, each time for another shift."""
    rows: Rows = {}
    with _served(checkout, python, folder) as env:
        script = [str(python), "-c", SET_UP, str(runs), str(JOINERS), str(PLACES)]
        said = subprocess.run(script, env=env, stdout=subprocess.PIPE, text=True, check=True).stdout
        known = json.loads(said.partition("SETUP ")[2])
        cookies = known["cookies"]
        rows |= _page("page of the place's open shifts", known["place"], cookies[0], 30)
        rows |= _page("page of a facility's day", known["day"], cookies[0], 200)
        (shift, address), *rushed = known["rushed"]
        asyncio.run(_rush(shift, address, cookies[:WARM]))  # not counted
        for shift, address in rushed:
            times = sorted(asyncio.run(_rush(shift, address, cookies)))
            with postgres.place(folder / "theirs").connect(DATABASE) as connection:
                query = "SELECT count(*) FROM scheduler_shifthelper WHERE shift_id = %s"
                given = connection.execute(query, [shift]).fetchall()[0][0]
            for what, value in (
                (f"{JOINERS} join at once a shift of {PLACES} places: all answered (s)", _short(times[-1])),
                ("  half of them within (s)", _short(statistics.median(times))),
                ("  95 of 100 within (s)", _short(times[int(len(times) * 0.95)])),
                ("  answered", str(len(times))),
                (f"  joined, by its database (= {PLACES})", str(given)),
            ):
                rows.setdefault(what, []).append(value)
    return rows


def ours(folder: Path, runs: int) -> Rows:
    """What the sections of bench.py measured, the rush as often as theirs."""
    home, file, bench = folder / "ours", folder / "ours.json", Path(__file__).with_name("bench.py")
    sections = ["demo", "shifts", *["signup"] * runs]
    command = [sys.executable, str(bench), *sections, "--home", str(home), "--json", str(file)]
    try:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    finally:
        _remove(home / "demo")
    rows: Rows = {}
    for row in json.loads(file.read_text(encoding="utf-8")):
        rows.setdefault(f"{row['what']} ({row['unit']})".removesuffix(" ()"), []).append(_short(row["value"]))
    return rows


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


@contextmanager
def _served(checkout: Path, python: Path, folder: Path) -> Iterator[dict[str, str]]:
    """Its tables made and its server answering; yields the environment that its programs run in."""
    home, servers = folder / "theirs", list[subprocess.Popen[bytes]]()
    home.mkdir()
    (folder / f"{SETTINGS}.py").write_text(CONFIG, encoding="utf-8")
    try:
        env = _environment(checkout, folder, postgres.ensure_running(home))
        with postgres.place(home).connect() as connection:
            connection.execute(f"CREATE DATABASE {DATABASE}")
        subprocess.run([python, "-m", "django", "migrate"], env=env, check=True, stdout=subprocess.DEVNULL)
        cache = ["redis-server", "--port", str(REDIS_PORT), "--save", "", "--dir", str(folder)]
        web = [str(python.with_name("gunicorn")), "volunteer_planner.wsgi", "-b", f"{HOST}:{PORT}", "-w", "3"]
        for command in (cache, web):
            servers.append(subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        _wait()
        yield env
    finally:
        for server in reversed(servers):
            server.terminate()
            server.wait(timeout=60)
        _remove(home)


def _environment(checkout: Path, folder: Path, database: dict[str, str]) -> dict[str, str]:
    """What its production settings read from the environment; compiled files are kept out of the checkout."""
    return os.environ | {
        "PYTHONPATH": f"{folder}{os.pathsep}{checkout}", "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
        "DJANGO_SETTINGS_MODULE": SETTINGS, "SECRET_KEY": "bench", "STATIC_ROOT": str(folder / "static"),
        "ALLOWED_HOSTS": HOST, "DATABASE_HOST": database["HOST"], "DATABASE_USER": database["USER"],
        "DATABASE_NAME": DATABASE, "DATABASE_PW": "",
    }  # fmt: skip


def _remove(home: Path) -> None:
    """Stop the database server of `home` and remove its data."""
    postgres.stop(home)
    shutil.rmtree(postgres.place(home).base, ignore_errors=True)


def _installed(checkout: Path, venv: Path) -> Path:
    """The Python of the environment that holds its requirements; made at the first run."""
    python = venv / "bin" / "python"
    if not python.with_name("gunicorn").exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        wanted = ["-r", str(checkout / "requirements" / "production.txt"), "gunicorn"]
        subprocess.run([str(python), "-m", "pip", "install", "-q", *wanted], check=True)
    return python


def _wait() -> None:
    for _attempt in range(300):
        try:
            _ask("/", "")
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("bench: volunteer_planner did not answer")


def _ask(address: str, cookie: str) -> tuple[float, int]:
    """Seconds until a page was read over a connection of its own, and its bytes."""
    began = time.perf_counter()
    link = http.client.HTTPConnection(HOST, PORT, timeout=300)
    link.request("GET", address, headers={"Cookie": cookie})
    answer = link.getresponse()
    size = len(answer.read())
    if answer.status != http.client.OK:
        raise SystemExit(f"bench: {address} answered {answer.status}")
    return time.perf_counter() - began, size


def _page(what: str, address: str, cookie: str, number: int) -> Rows:
    """A page asked by one user, then so many times by twenty at once."""
    alone = [_ask(address, cookie)[0] for _turn in range(13)][3:]
    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as users:
        answers = list(users.map(lambda _turn: _ask(address, cookie), range(number)))
    seconds = time.perf_counter() - began
    return {
        f"{what}: median (ms)": [_short(statistics.median(alone) * 1000)],
        f"{what}, {number} requests, {AT_ONCE} at once (req/s)": [_short(number / seconds)],
        f"  median of these, {what} (ms)": [_short(statistics.median(taken for taken, _size in answers) * 1000)],
        f"  bytes, {what}": [_short(answers[0][1])],
    }


async def _rush(shift: int, address: str, cookies: list[str]) -> list[float]:
    """Everybody connects, then all join at once: seconds until each was answered with the address to go on to."""
    body = f"join_shift={shift}&csrfmiddlewaretoken={TOKEN}"
    head = f"POST {address} HTTP/1.1\r\nHost: {HOST}:{PORT}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
    form = f"{head}Content-Type: application/x-www-form-urlencoded\r\nCookie: csrftoken={TOKEN}; "
    links = [await asyncio.open_connection(HOST, PORT) for _cookie in cookies]
    began, times = time.perf_counter(), list[float]()

    async def join(cookie: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"{form}{cookie}\r\n\r\n{body}".encode())
        await writer.drain()
        if (await reader.read()).startswith(b"HTTP/1.1 302"):
            times.append(time.perf_counter() - began)
        writer.close()

    await asyncio.gather(*(join(cookie, *link) for cookie, link in zip(cookies, links, strict=True)))
    return times


def main() -> int:
    """Measure theirs, then ours, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--venv", type=Path, default=Path(tempfile.gettempdir()) / "yinling-bench-planner" / "venv")
    parser.add_argument("--runs", type=int, default=3, help="how often the rush is run, theirs and ours")
    options = parser.parse_args()
    checkout = options.checkout.resolve()
    if shutil.which("redis-server") is None:
        raise SystemExit("bench: volunteer_planner needs redis-server (apt-get install redis-server)")
    if not (checkout / "requirements" / "production.txt").exists():
        raise SystemExit(f"bench: {checkout} is no checkout of volunteer_planner")
    python = _installed(checkout, options.venv.absolute())
    with tempfile.TemporaryDirectory(prefix="yinling-bench-planner-") as name:
        folder = Path(name)
        before = os.getloadavg()[0]
        table = {f"volunteer_planner, load before it {before:.1f}": theirs(checkout, python, folder, options.runs)}
        before = os.getloadavg()[0]
        table[f"Yinling, load before it {before:.1f}"] = ours(folder, options.runs)
    for who, rows in table.items():
        print(who)
        for what, values in rows.items():
            print(f"  {what:75} {' / '.join(values)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
