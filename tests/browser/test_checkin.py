"""A village school without signal: the organiser's phone and a volunteer's, both offline, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from .conftest import FLAGS, PASSWORD, PHONE, Served, chromium

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]

ASK = """
from yinling.hours import Attendance
row = Attendance.objects.get(person__volunteer__account__username="volunteer", day=Attendance.objects.latest("day").day)
print("record", row.grade, row.ended_at is not None, {ticket.way for ticket in row.tickets.all()} == {"code", "mark"})
"""


def offline(*pages: Page, cut: bool = True) -> None:
    """Take the network from these phones, or give it back."""
    for page in pages:
        page.context.set_offline(cut)


def digits(host: Page) -> str:
    """What stands in large type on the organiser's screen."""
    return host.locator("[data-part=digits]").inner_text().replace(" ", "")


def type_code(volunteer: Page, code: str) -> None:
    """Type the six digits and hand them in."""
    volunteer.fill("#code", code)
    volunteer.click("form[data-part=digits] button:not([type])")


def counter_sign(host: Page, name: str) -> None:
    """Touch a name, and say yes."""
    host.locator("[data-person]", has_text=name).click()
    host.click("dialog[open] button[value=yes]")


def sign_in(page: Page, login: str) -> None:
    """Sign in on the page that asks for it."""
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", PASSWORD)
    with page.expect_navigation(url=lambda url: "/sign-in" not in url, wait_until="load"):
        page.click("main button[type=submit], main button:not([type])")


def test_both_phones_without_a_network(visit: Visit, served: Served) -> None:
    volunteer, host = visit("volunteer", phone=True), visit("township", phone=True)
    volunteer.goto("/pocket/check-in/")
    expect(volunteer.locator("[data-part=ready]")).to_be_visible()
    session = volunteer.locator("[data-session]:visible").first.get_attribute("data-session")
    host.goto(f"/sessions/{session}/code/")
    expect(host.locator("[data-person]")).to_have_count(6)
    expect(host.locator("[data-part=prepared]")).to_contain_text(re.compile(r"\d\d:\d\d"))
    online = digits(host)
    offline(volunteer, host)

    # Both tabs are shut and opened again without a network.
    for page in (volunteer, host):
        page.reload()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        expect(page.locator("[data-part=offline]")).to_be_visible()
    expect(host.locator("[data-person]")).to_have_count(6)
    expect(host.locator("[data-part=square] path")).to_have_count(1)
    assert len(digits(host)) == len(online) == 6
    type_code(volunteer, digits(host))
    expect(volunteer.locator("[data-part=kept] li[data-state=unsent]")).to_have_count(1)
    counter_sign(host, "陈*兰")
    expect(host.locator("[data-part=unsent][data-state=unsent]")).to_contain_text("1")
    volunteer.reload()
    expect(volunteer.locator("[data-part=kept] li[data-state=unsent]")).to_have_count(1)

    offline(volunteer, host, cut=False)
    expect(volunteer.locator("[data-part=kept] li[data-state=accepted]")).to_have_count(1)
    expect(host.locator("[data-part=unsent][data-state=accepted]")).to_be_visible()
    assert "record A False True" in served.yinling("manage", "shell", "-c", ASK)
    leaving_after_the_session_ended(volunteer, host, served)


def leaving_after_the_session_ended(volunteer: Page, host: Page, served: Served) -> None:
    """The volunteer's session on the platform ends while the phone has no network: nothing that was kept is lost."""
    offline(volunteer, host)
    host.click("button[data-kind=out]")
    volunteer.context.clear_cookies(name="sessionid")
    type_code(volunteer, digits(host))
    expect(volunteer.locator("[data-part=kept] li[data-state=unsent]")).to_have_count(1)
    offline(volunteer, host, cut=False)
    expect(volunteer.locator("[data-part=signed-out]")).to_be_visible()
    volunteer.click("[data-part=signed-out] a")
    sign_in(volunteer, "volunteer")
    expect(volunteer.locator("[data-part=kept] li[data-state=accepted]")).to_have_count(2)
    assert "record A True True" in served.yinling("manage", "shell", "-c", ASK)
    # Signing out takes the copies of pages away; the sign-in page is what does it.
    expect(volunteer.locator("[data-part=ready]")).to_be_visible()
    assert volunteer.evaluate("caches.keys().then((names) => names.length)") == 1
    volunteer.click("footer form[action*='sign-out'] button")
    volunteer.wait_for_url("**/sign-in/**")
    volunteer.wait_for_function("caches.keys().then((names) => names.length === 0)")
    offline(volunteer)
    with pytest.raises(Exception, match="net::ERR"):
        volunteer.goto("/pocket/check-in/")
    assert "0 faults" in served.yinling("audit", "verify")


def test_a_second_host_sees_it_without_touching_anything(visit: Visit) -> None:
    volunteer, first, second = (
        visit("volunteer", phone=True),
        visit("township", phone=True),
        visit("county", phone=True),
    )
    volunteer.goto("/pocket/check-in/")
    session = volunteer.locator("[data-session]:visible").first.get_attribute("data-session")
    for host in (first, second):
        host.goto(f"/sessions/{session}/code/")
        expect(host.locator("[data-person]")).to_have_count(6)
    name = "[data-person]:has-text('未到')"
    who = second.locator(name).last.get_attribute("data-person")
    offline(first)
    first.click(f"[data-person='{who}']")
    first.click("dialog[open] button[value=yes]")
    seen = second.locator(f"[data-person='{who}'] small")
    expect(seen).not_to_contain_text(re.compile(r"\d\d:\d\d"))
    offline(first, cut=False)
    expect(seen).to_contain_text(re.compile(r"\d\d:\d\d"))


def test_a_forged_code_is_refused_in_plain_words(visit: Visit) -> None:
    volunteer = visit("volunteer", phone=True)
    volunteer.goto("/pocket/check-in/")
    expect(volunteer.locator("[data-part=ready]")).to_be_visible()
    type_code(volunteer, "12")
    expect(volunteer.locator("[data-part=outcome].notice-error")).to_be_visible()
    session = volunteer.locator("[data-session]:visible").first.get_attribute("data-session")
    volunteer.goto(f"/pocket/check-in/{session}/1/{'0' * 20}/")
    volunteer.click("button.go-primary")
    expect(volunteer.locator(".notice-error")).to_be_visible()


def film(picture: bytes, path: Path) -> None:
    """A camera's view of a picture, in the form Chromium takes for one."""
    seen = Image.new("L", (640, 480), 190)
    seen.paste(Image.open(BytesIO(picture)).convert("L").resize((400, 400)), (120, 40))
    frame = b"FRAME\n" + seen.tobytes() + bytes([128]) * (320 * 240 * 2)
    path.write_bytes(b"YUV4MPEG2 W640 H480 F30:1 Ip A1:1 C420jpeg\n" + frame * 5)


def test_the_camera_reads_the_organisers_screen(visit: Visit, served: Served, browser: Browser, tmp_path: Path) -> None:
    volunteer, host = visit("volunteer", phone=True), visit("township", phone=True)
    volunteer.goto("/pocket/check-in/")
    session = volunteer.locator("[data-session]:visible").first.get_attribute("data-session")
    host.goto(f"/sessions/{session}/code/")
    expect(host.locator("[data-part=square][data-shown]")).to_be_visible()  # drawn by the script
    film(host.locator("[data-part=square]").screenshot(), tmp_path / "screen.y4m")
    camera = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={tmp_path / 'screen.y4m'}",
    ]
    phone = browser.browser_type.launch(executable_path=chromium(), args=[*FLAGS, *camera])
    try:
        page = phone.new_context(base_url=served.url, locale="zh-CN", viewport=PHONE).new_page()
        page.goto("/sign-in/?next=/pocket/check-in/")
        sign_in(page, "volunteer")
        page.click("[data-part=scan]")
        expect(page.locator("[data-part=kept] li[data-state=accepted]")).to_have_count(1)
    finally:
        phone.close()
