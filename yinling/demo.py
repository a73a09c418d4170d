"""The demo: Guizhou as the statistics of 2012 count it, and a fixed cast of people who work there."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import translation

from yinling.activities.demo import conference
from yinling.associations.bulk import register_many
from yinling.associations.demo import associations
from yinling.base import clock
from yinling.base.many import analyze
from yinling.base.password import SharedPassword
from yinling.base.rules import Actor
from yinling.demo_city import volunteer_service
from yinling.facts import Fact, compact_totals
from yinling.figures import Region
from yinling.network import (
    Account,
    Body,
    Place,
    RoleHeld,
    actor_of,
    create_account,
    end_role,
    guizhou2012,
    install,
    installation,
    load_places,
    register_body,
)
from yinling.ops import memory
from yinling.reports.demo import reports
from yinling.returns.demo import canteen_draft, last_year, task_lists, this_year, tick_off, yearly_form
from yinling.supervision.demo import supervision, trainings
from yinling.training.demo import training
from yinling.training.demo_running import running_class

BY = Actor.for_system("demo")
TICKED = 3
PASSWORD = "yinling2012"  # noqa: S105 - printed on the first page: a demo database never serves a public address
VALID_FROM = date(2005, 1, 1)
PROVINCE, PREFECTURE, COUNTY = "52", "5206", "520622"
VILLAGE, COMMUNITY = "520622102201", "520622003001"
TOWNSHIP, STREET = VILLAGE[:9], COMMUNITY[:9]

CAST = (
    ("admin", "平台管理员", RoleHeld.Role.ADMINISTRATOR, PROVINCE, "13800000001"),
    ("province", "周明远", RoleHeld.Role.OFFICER, PROVINCE, "13800000002"),
    ("prefecture", "田国安", RoleHeld.Role.OFFICER, PREFECTURE, "13800000003"),
    ("county", "杨正华", RoleHeld.Role.OFFICER, COUNTY, "13800000004"),
    ("township", "姚玉珍", RoleHeld.Role.CLERK, TOWNSHIP, "13800000005"),
    ("chair", "杨秀英", RoleHeld.Role.CHAIR, VILLAGE, "13800000006"),
    ("auditor", "罗德明", RoleHeld.Role.AUDITOR, PROVINCE, "13800000007"),
)
"""Sign-in name, name, role, path of the place, telephone. The chair is 68; the stranger's only role has ended."""

SIGN_IN = (*(row[0] for row in CAST), "stranger", "volunteer", "keeper")
"""Whoever can sign in to the demo."""


def accounts_text() -> str:
    """What is printed when the demo starts: who can sign in, and as what. Accounts that were opened later are not named."""
    people = Account.objects.filter(username__in=SIGN_IN).prefetch_related("roles_held__body__place").order_by("pk")
    rows = "\n".join(f"  {one.username:11} {one.display_name:8} {_acts_as(one)}" for one in people)
    return f"demo accounts (password {PASSWORD}):\n{rows}"


def _acts_as(account: Account) -> str:
    held = [one for one in account.roles_held.all() if one.until is None]
    if not held:
        return "志愿者" if account.username == "volunteer" else "–"
    return " ".join(f"{one.get_role_display()} · {one.body.place.short_name}" for one in held)


def load(*, service: bool = True) -> None:
    """Fill an empty database with the demo. Everything or nothing is written; progress goes to standard error. Without
    `service` the volunteer service and the trainings are left out: the registers and their reports need neither."""
    if installation() is not None:
        return
    memory.settle()
    with translation.override("zh-hans"), transaction.atomic():
        _say("places of Guizhou")
        install(demo=True, by=BY)
        load_places(divisions=guizhou2012.read(), on=VALID_FROM, source=guizhou2012.__name__, by=BY)
        _say("offices and accounts")
        offices = _offices()
        _say("13,875 associations")
        register_many(rows=associations(PROVINCE, (VILLAGE, COMMUNITY)), batch_id=None, area=Region(PROVINCE), by=BY)
        analyze(Fact)
        password = SharedPassword(PASSWORD)
        _cast(offices, password)
        _say("the conference of August 2012")
        visited = [Body.objects.get(kind="association", area_path=path) for path in (VILLAGE, COMMUNITY)]
        conference(host=offices[PROVINCE], place=_at(COUNTY), visited=visited, by=BY)
        _say("supervision visits and trainings of leaders")
        supervision(offices=offices, county=COUNTY, village=VILLAGE, by=BY)
        trainings(offices=offices, county=COUNTY, by=BY)
        if service:
            _service(offices, password)
        _say("forms, collection rounds and task lists")
        _rounds(offices)
        _say("the report on the conference")
        writer, reviewer, below = (_actor(name) for name in ("province", "admin", "prefecture"))
        reports(
            province=offices[PROVINCE], prefecture=offices[PREFECTURE], writer=writer, reviewer=reviewer, below=below
        )
    compact_totals()
    analyze()


def _service(offices: dict[str, Body], password: SharedPassword) -> None:
    volunteer_service(
        city=PREFECTURE, county=COUNTY, village=_at(VILLAGE), community=_at(COMMUNITY), offices=offices,
        recorder=_actor("prefecture"), confirmer=_actor("province"), password=password, say=_say, by=BY,
    )  # fmt: skip
    _say("training classes, 1+X examinations, an expo")
    training(city_a="5204", city_b="5201", city_c="5203", recorder=_actor("admin"), confirmer=_actor("province"), by=BY)
    running_class(
        office=offices[COUNTY], place=_at(TOWNSHIP), recorder=_actor("township"),
        confirmer=_actor("county"), by=BY,
    )  # fmt: skip


def _at(path: str) -> Place:
    return Place.objects.select_related("parent").get(area_path=path)


def _rounds(offices: dict[str, Body]) -> None:
    province = offices[PROVINCE]
    form = yearly_form(owner=province, by=BY)
    canteen_draft(owner=province, by=BY)
    last_year(form=form, office=province, area=Region(COUNTY), by=BY)
    this_year(form=form, office=province, area=Region(PROVINCE), county=COUNTY, skip=VILLAGE, by=BY)
    lists = task_lists(office=province, area=Region(PROVINCE), of=clock.today().year, by=BY)
    for one, undone in zip(lists, (1, 0, 2), strict=True):
        for answer in one.returns.select_related("round__form", "place").order_by("area_path")[:TICKED]:
            tick_off(answer, undone=undone, accept=True, by=BY)


def _actor(username: str) -> Actor:
    return actor_of(Account.objects.get(username=username), BY.origin)


def _offices() -> dict[str, Body]:
    offices: dict[str, Body] = {}
    wanted = Place.objects.filter(level__lte=3) | Place.objects.filter(area_path__in=(TOWNSHIP, STREET))
    for place in wanted.order_by("area_path"):
        above = offices.get(place.parent.area_path) if place.parent else None
        offices[place.area_path] = register_body(
            place=place,
            kind=Body.Kind.OFFICE,
            name=f"{place.short_name}老龄工作委员会办公室",
            founded=VALID_FROM,
            parent=above,
            by=BY,
        )
    return offices


def _cast(offices: dict[str, Body], password: SharedPassword) -> None:
    bodies = dict(offices)
    bodies[VILLAGE] = Body.objects.get(kind="association", area_path=VILLAGE)
    for username, name, role, path, phone in CAST:
        create_account(
            username=username,
            display_name=name,
            password=password,
            phone=phone,
            body=bodies[path],
            role=role,
            since=VALID_FROM,
            must_change_password=False,
            by=BY,
        )
    today = clock.today()
    stranger = create_account(
        username="stranger",
        display_name="过路人",
        password=password,
        body=bodies["52"],
        role=RoleHeld.Role.CLERK,
        since=today - timedelta(days=2),
        must_change_password=False,
        by=BY,
    )
    end_role(held=stranger.roles_held.get(), on=today - timedelta(days=1), by=BY)


def _say(text: str) -> None:
    print(f"demo: {text} …", file=sys.stderr, flush=True)


def add_commands(sub: Any) -> None:
    """Add `yinling demo`."""
    parser = sub.add_parser("demo", help="fill an empty database with the Guizhou demo")
    parser.set_defaults(run=run_demo)


def run_demo(_arguments: argparse.Namespace) -> int:
    """Load the demo and print the accounts."""
    started = time.monotonic()
    load()
    print(f"demo ready in {time.monotonic() - started:.1f} s")
    print(accounts_text())
    return 0
