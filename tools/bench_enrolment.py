"""500 volunteers sign up at once over HTTP for 200 places, every gate asked of each; and once more with the server killed."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import statistics
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from itertools import pairwise

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.utils.crypto import get_random_string

from tools.bench_sections import Bench
from yinling.activities import Activity, Agreement, Enrolment, Project, Session, SessionRole
from yinling.base import clock
from yinling.facts import verify
from yinling.network import Account, Body, Place
from yinling.people import Person, Qualification
from yinling.volunteers import Covered, Policy, Training, Volunteer
from yinling.web.middleware import SEEN

HOST, PORT = "127.0.0.1", 8933
CROWD, PLACES = 500, 200
VILLAGE, COUNTY = "520622102201", "520622"
ANSWER = re.compile(
    rb"^HTTP/1\.[01] (\d+).*?^location: [^\r\n]*?/sessions/(\d+)/", re.DOTALL | re.MULTILINE | re.IGNORECASE
)


@dataclass
class Answers:
    """What the crowd was answered: seconds until each answer, and the enrolments that were promised."""

    seconds: list[float] = field(default_factory=list)
    promised: list[int] = field(default_factory=list)
    lost: int = 0


def signup(bench: Bench) -> None:
    """Sign-up under a rush, and what is left of it when the server is killed in the middle."""
    cookies = _crowd()
    _round(bench, cookies)
    _killed(bench, cookies)


def _round(bench: Bench, cookies: list[str]) -> None:
    role = _role()
    server = _serve()
    try:
        asyncio.run(_rush(_role(places=4), cookies[:40], Answers(), None))  # warm: not counted
        started = time.perf_counter()
        answers = asyncio.run(_rush(role, cookies, Answers(), None))
        total = time.perf_counter() - started
    finally:
        _stop(server)
    rows = list(Enrolment.objects.filter(role=role).order_by("pk").values_list("state", "made_at"))
    states = [state for state, _made in rows]
    right = states == ["confirmed"] * PLACES + ["waiting"] * (CROWD - PLACES)
    right = right and all(one[1] <= next_[1] for one, next_ in pairwise(rows))
    answers.seconds.sort()
    bench.add(f"{CROWD} sign up at once for {PLACES} places: all answered", total, "s", "≤ 6")
    bench.add("  half of them within", statistics.median(answers.seconds), "s", "")
    bench.add("  95 of 100 within", answers.seconds[int(len(answers.seconds) * 0.95)], "s", "")
    bench.add("  answered with a place or a number on the list", float(len(answers.promised)), "", f"= {CROWD}")
    bench.add("  confirmed", float(states.count("confirmed")), "", f"= {PLACES}")
    bench.add("  waiting", float(states.count("waiting")), "", f"= {CROWD - PLACES}")
    bench.add("  in the order of arrival (1: yes)", float(right), "", "= 1")


def _killed(bench: Bench, cookies: list[str]) -> None:
    role = _role()
    server = _serve()
    answers = asyncio.run(_rush(role, cookies, Answers(), server))
    server.wait(timeout=20)
    connection.close()
    kept = set(Enrolment.objects.filter(pk__in=answers.promised).values_list("pk", flat=True))
    role.refresh_from_db()
    confirmed = Enrolment.objects.filter(role=role, state="confirmed").count()
    bench.add("server killed -9 amid the rush: promised before that", float(len(answers.promised)), "", "")
    bench.add("  promised and not in the database", float(len(set(answers.promised) - kept)), "", "= 0")
    bench.add("  places counted and places held differ by", float(abs(role.taken - confirmed)), "", "= 0")
    bench.add("  faults of the audit trail", float(len(list(verify()))), "", "= 0")


def _crowd() -> list[str]:
    """Volunteers with everything a strict project asks for, and a session of each; the cookies that open them."""
    place, office = Place.objects.get(area_path=VILLAGE), Body.objects.get(kind="office", area_path=COUNTY)
    today, mark = clock.today(), get_random_string(6).lower()
    accounts = Account.objects.bulk_create(
        Account(username=f"b{mark}{number}", display_name="基准", password="!", made_on=today)
        for number in range(CROWD)
    )
    people = Person.objects.bulk_create(
        Person(
            name="基准",
            initials="jz",
            place=place,
            area_path=place.area_path,
            birth=today.replace(year=today.year - 66, day=1),
        )
        for _each in range(CROWD)
    )
    volunteers = Volunteer.objects.bulk_create(
        Volunteer(
            person=person, account=account, area_path=place.area_path, number=f"BE{mark}{number}", source="online",
            state="active", health_declared_on=today, registered_on=today, changed_by=0,
        )
        for number, (person, account) in enumerate(zip(people, accounts, strict=True))
    )  # fmt: skip
    _papers(volunteers, office, place, mark)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return [_signed_in(account) for account in accounts]


def _papers(volunteers: list[Volunteer], office: Body, place: Place, mark: str) -> None:
    """Insurance, training, licence and agreement of each."""
    today = clock.today()
    until = today + timedelta(days=300)
    policy = Policy.objects.create(
        holder=office, area_path=COUNTY, insurer="基准", number=mark, since=today, until=until, changed_by=0
    )
    Covered.objects.bulk_create(
        Covered(policy=policy, volunteer=one, area_path=one.area_path, since=today) for one in volunteers
    )
    Training.objects.bulk_create(
        Training(
            volunteer=one,
            area_path=one.area_path,
            topic="急救",
            organiser="基准",
            held_on=today,
            minutes=60,
            entry_id=0,
        )
        for one in volunteers
    )
    Qualification.objects.bulk_create(
        Qualification(
            person=one.person, area_path=one.area_path, kind="licence", title="基准", issuer="基准", issued_on=today,
            changed_by=0,
        )
        for one in volunteers
    )  # fmt: skip
    project = _project(office, place)
    Agreement.objects.bulk_create(
        Agreement(
            project=project, volunteer=one, area_path=one.area_path, signed_on=today, until=project.ends_on, way="paper",
            text="基准", changed_by=0,
        )
        for one in volunteers
    )  # fmt: skip


def _project(office: Body, place: Place) -> Project:
    today = clock.today()
    return Project.objects.create(
        organiser=office, place=place, area_path=place.area_path, title="基准", risks="无", state="published",
        starts_on=today, ends_on=today + timedelta(days=200), published_on=today, needs_insurance=True,
        needs_training="急救", needs_qualification="licence", needs_agreement=True, least_age=60, most_age=80,
        strains=["lifting"], changed_by=0,
    )  # fmt: skip


def _role(places: int = PLACES) -> SessionRole:
    """A new session of the strict project, at a time of its own."""
    project = Project.objects.filter(title="基准").latest("pk")
    begin = clock.now() + timedelta(days=10 + Session.objects.filter(activity__project=project).count())
    activity = Activity.objects.create(
        project=project, organiser=project.organiser, place=project.place, area_path=project.area_path, kind="service",
        title="基准", changed_by=0,
    )  # fmt: skip
    session = Session.objects.create(
        activity=activity, place=project.place, area_path=project.area_path, day=begin.astimezone(clock.CHINA).date(),
        starts_at=begin, ends_at=begin + timedelta(hours=2), key=bytes(32), changed_at=clock.now(), changed_by=0,
    )  # fmt: skip
    return SessionRole.objects.create(session=session, area_path=session.area_path, name="志愿者", capacity=places)


def _signed_in(account: Account) -> str:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(account.pk), settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY], store[SEEN] = account.get_session_auth_hash(), int(clock.now().timestamp())
    store.create()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}"


def _serve() -> subprocess.Popen[bytes]:
    """The web server as `yinling serve` starts it, in a process group of its own."""
    connection.close()
    command = [sys.executable, "-m", "yinling.cli", "web", "--host", HOST, "--port", str(PORT)]
    server = subprocess.Popen(command, env=os.environ.copy(), stdout=subprocess.DEVNULL, start_new_session=True)
    for _attempt in range(300):
        try:
            with urllib.request.urlopen(f"http://{HOST}:{PORT}/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return server
        except OSError:
            time.sleep(0.1)
    _stop(server)
    raise RuntimeError("the server did not answer")


def _stop(server: subprocess.Popen[bytes]) -> None:
    os.killpg(server.pid, signal.SIGKILL)
    server.wait(timeout=20)


async def _rush(
    role: SessionRole, cookies: list[str], answers: Answers, victim: subprocess.Popen[bytes] | None
) -> Answers:
    """Everybody connects, then all send at once. `victim` is killed when a third of them have their answer."""
    links = [await asyncio.open_connection(HOST, PORT) for _cookie in cookies]
    started = time.perf_counter()
    await asyncio.gather(
        *(_sign_up(role, cookie, link, started, answers, victim) for cookie, link in zip(cookies, links, strict=True))
    )
    return answers


async def _sign_up(
    role: SessionRole, cookie: str, link: tuple[asyncio.StreamReader, asyncio.StreamWriter], started: float,
    answers: Answers, victim: subprocess.Popen[bytes] | None,
) -> None:  # fmt: skip
    reader, writer = link
    token = get_random_string(32)
    body = f"role={role.pk}&csrfmiddlewaretoken={token}"
    head = (
        f"POST /pocket/sessions/{role.session_id}/ HTTP/1.1\r\nHost: {HOST}:{PORT}\r\nCookie: {cookie}; csrftoken={token}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    try:
        writer.write(f"{head}{body}".encode())
        await writer.drain()
        found = ANSWER.match(await reader.read())
    except OSError:
        found = None
    finally:
        writer.close()
    if found is None or found[1] != b"303":
        answers.lost += 1
        return
    answers.seconds.append(time.perf_counter() - started)
    answers.promised.append(int(found[2]))
    if victim is not None and victim.poll() is None and len(answers.promised) == CROWD // 3:
        os.killpg(victim.pid, signal.SIGKILL)
