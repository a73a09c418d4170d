"""What volunteers do on a phone, from end to end: join in large type, move up when somebody cancels."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import Served
from .test_journeys import press

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]

GROUND = """
from datetime import timedelta
from django.contrib.auth.hashers import make_password
from yinling.activities import NewRole, add_session, create_activity, create_project, publish_project, workflow
from yinling.base import clock
from yinling.base.rules import Actor
from yinling.network import Account, Body, Place
from yinling.people import register_person
from yinling.volunteers import Volunteer
by, today = Actor.for_system("browser"), clock.today()
place = Place.objects.get(area_path="520622003001")
office = Body.objects.get(kind="office", area_path="520622")
for login, name in (("phone1", "周桂英"), ("phone2", "吴顺珍")):
    person = register_person(place=place, name=name, by=by)
    account = Account.objects.create(
        username=login, display_name=name, made_on=today, password=make_password("yinling2012")
    )
    Volunteer.objects.create(
        person=person, account=account, area_path=place.area_path, number=login.upper(), source="online", state="active",
        health_declared_on=today, registered_on=today, changed_by=0,
    )
project = create_project(
    organiser=office, place=place, title="一起读报", starts_on=today, ends_on=today + timedelta(days=30),
    summary="在社区给老人读报。", risks="无特别风险。", served="老年人", contact="田老师", platform="learning", by=by,
)
publish_project(project=project, checked=list(workflow.NOT_SERVICE), by=by)
activity = create_activity(project=project, kind="service", title="一起读报", place=place, by=by)
start = clock.now() + timedelta(days=3)
session = add_session(
    activity=activity, starts_at=start, ends_at=start + timedelta(hours=2), venue="社区活动室",
    roles=[NewRole("志愿者", 1, serves=True)], by=by,
)
print("session", session.pk)
"""
"""A session with one place, and two volunteers of the community who can sign in."""


@pytest.fixture(scope="module")
def session(served: Served) -> str:
    """The key of the session."""
    found = re.search(r"session (\d+)", served.yinling("manage", "shell", "-v", "0", "-c", GROUND))
    assert found
    return found[1]


def test_joining_in_large_type_and_moving_up_when_somebody_cancels(visit: Visit, served: Served, session: str) -> None:
    first = visit("phone1", phone=True)
    assert first.url.endswith("/pocket/me/")
    press(first, "header button[name=large]")
    size = first.evaluate("parseFloat(getComputedStyle(document.querySelector('main a')).fontSize)")
    assert size >= 30
    first.goto("/pocket/sessions/")
    press(first, f"a[href='/pocket/sessions/{session}/']")
    assert first.evaluate("document.documentElement.scrollWidth") <= 390
    tall = first.locator("button.go-primary").bounding_box()
    assert tall is not None
    assert tall["height"] >= 60
    press(first, "button.go-primary")
    mine = re.search(r"/pocket/me/sessions/\d+/", first.url)
    assert mine
    assert first.locator(".signal-ok").count() == 1

    second = visit("phone2", phone=True)
    second.goto(f"/pocket/sessions/{session}/")
    press(second, "button.go-primary")
    assert second.locator(".signal-up").count() == 1

    first.goto(f"{mine.group()}cancel/")
    first.locator("input[name=why][value=ill]").check()
    press(first, "form.form button.button-primary")
    assert first.locator(".signal-none").count() == 1

    second.goto("/pocket/me/")
    expect(second.locator("article.next h2").first).to_contain_text("一起读报")
    press(second, "form[action*='/seen/'] button")
    second.goto("/pocket/me/")
    assert second.locator("form[action*='/seen/']").count() == 0
    expect(second.locator("main")).to_contain_text("一起读报")
    assert "0 faults" in served.yinling("audit", "verify")
