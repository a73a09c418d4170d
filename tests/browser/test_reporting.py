"""From a return on a phone to an issued report that anyone can check, in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.office.drawn import sheets
from yinling.base import clock

from .test_journeys import COUNTY, PREFECTURE, SCREENSHOTS, number, press

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
THIS_YEAR = str(clock.today().year)


def elders(page: Page) -> int:
    """How many elders the accepted returns of the county count this year."""
    page.goto(f"/figures/field.elders/facts/?place={COUNTY}&period={THIS_YEAR}")
    found = re.search(r"[\d,]+", page.locator(".door-value .fig").first.inner_text())
    assert found
    return int(found.group().replace(",", ""))


def test_a_return_is_filled_on_a_phone_sent_back_corrected_and_accepted(visit: Visit) -> None:
    county = visit("county")
    before = elders(county)
    chair = visit("chair", phone=True)
    press(chair, "a[href*='/returns/']")
    chair.screenshot(path=SCREENSHOTS / "return-phone.png")
    address = chair.url.replace("/fill/", "/")
    chair.fill("input[name=elders]", "210")
    chair.fill("input[name=elders_80]", "300")
    chair.fill("input[name=living_alone]", "12")
    chair.fill("input[name=activities]", "6")
    chair.locator("input[name=has_canteen][value=true]").check()
    expect(chair.locator("input[name=canteen_meals]")).to_be_visible()  # asked only where there is a canteen
    chair.fill("input[name=canteen_meals]", "15")
    press(chair, "button[name=then][value=submit]")
    expect(chair.locator("main")).to_contain_text("八十周岁以上人数不能多于")
    assert chair.input_value("input[name=elders]") == "210"
    chair.fill("input[name=elders_80]", "31")
    press(chair, "button[name=then][value=submit]")
    expect(chair.locator("main")).to_contain_text("待审核")

    township = visit("township")
    township.goto("/todo/")
    expect(township.locator("main")).to_contain_text("待审核")
    township.goto(f"{address}check/")
    township.screenshot(path=SCREENSHOTS / "return-check.png")
    township.fill("input[name=remark-living_alone]", "与台账不符，请核对")
    press(township, "button[name=then][value=back]")

    chair.goto(f"{address}fill/")
    expect(chair.locator("main")).to_contain_text("与台账不符")
    chair.fill("input[name=living_alone]", "14")
    press(chair, "button[name=then][value=submit]")
    for window in (township, county):
        window.goto(f"{address}check/")
        press(window, "button[name=then][value=pass]")
    expect(county.locator("main")).to_contain_text("审核通过")
    assert elders(county) == before + 210
    county.goto(f"/figures/field.elders/facts/?place={COUNTY}&period={THIS_YEAR}")
    expect(county.locator("#list")).to_contain_text("街上村")


def test_a_report_is_written_reviewed_issued_and_drifts(visit: Visit, tmp_path: Path) -> None:
    admin = visit("admin")
    report = _written(visit("prefecture"))
    _issued(admin, report)
    expect(admin.locator("main")).to_contain_text("铜老龄办函〔")
    admin.screenshot(path=SCREENSHOTS / "report.png", full_page=True)
    stated = [one.inner_text() for one in admin.locator(".document .fig").all()]
    assert len(stated) > 10
    with admin.expect_download() as download:
        admin.locator("a[href$='/pdf/']").first.click()
    download.value.save_as(tmp_path / "report.pdf")
    _looks_official(tmp_path / "report.pdf")

    county = visit("county")
    members = number(county, PREFECTURE, "rural.members")
    _correct_members(county)
    assert number(county, PREFECTURE, "rural.members") == members - 1
    admin.goto(f"{report}drift/")
    expect(admin.locator("main")).to_contain_text("−1")
    admin.screenshot(path=SCREENSHOTS / "report-drift.png")
    admin.goto(report)
    assert [one.inner_text() for one in admin.locator(".document .fig").all()] == stated

    anyone = visit(None, phone=True)
    anyone.goto("/check/")
    anyone.fill("input[name=code]", _code_of(admin, report).lower())
    press(anyone, "form.form button.button-primary")
    expect(anyone.locator("main")).to_contain_text("铜老龄办函〔")
    expect(anyone.locator(".notice-ok")).to_be_visible()
    anyone.screenshot(path=SCREENSHOTS / "check.png")
    admin.goto(anyone.url)  # who may read it finds the way from the print back to the records
    press(admin, "main a[href*='/documents/']")
    press(admin, "main a[href*='/reports/']")
    expect(admin.locator(".document .fig").first).to_be_visible()
    admin.goto(f"{report}withdraw/")
    admin.fill("[name=reason]", "数据有误")
    press(admin, "form.form button.button-primary")
    anyone.reload()
    expect(anyone.locator(".notice-error")).to_be_visible()


def _written(writer: Page) -> str:
    """The prefecture finishes its draft, with a slip that the editor points out, and hands it in; the report's address."""
    writer.goto("/reports/")
    press(writer, "#list tbody tr:has-text('铜仁') a")
    report = writer.url
    press(writer, "a[href$='/edit/']")
    text = writer.input_value("textarea[name=text]")
    writer.fill("textarea[name=text]", text + "\n\n农村老年协会会员{{ figure rural.member }}人。")
    writer.click("button[name=verb][value=preview]")
    expect(writer.locator("#preview")).to_contain_text("rural.members")  # did you mean
    writer.fill("textarea[name=text]", text + "\n\n农村老年协会会员{{ figure rural.members }}人。")
    writer.click("button[name=verb][value=preview]")
    expect(writer.locator("#preview .fig").first).to_be_visible()
    expect(writer.locator("#preview")).not_to_contain_text("rural.member")
    writer.screenshot(path=SCREENSHOTS / "report-editor.png")
    press(writer, "button[name=verb][value=save]")
    writer.goto(report)
    press(writer, "form[action$='/submit/'] button")
    return report


def _issued(reviewer: Page, report: str) -> None:
    """Somebody else opens a series of numbers for the prefecture and issues the report under it."""
    reviewer.goto("/documents/series/new/")
    reviewer.fill("[name=body]", "铜仁市老龄工作委员会办公室")
    reviewer.fill("[name=code_word]", "铜老龄办函")
    press(reviewer, "form.form button.button-primary")
    reviewer.goto(report)
    press(reviewer, "a[href$='/issue/']")
    expect(reviewer.locator("select[name=series]")).to_contain_text("铜老龄办函")
    press(reviewer, "form.form button.button-primary")
    reviewer.goto(report)


def _looks_official(file: Path) -> None:
    """The issued PDF drawn as a picture: red header, margins and page numbers of GB/T 9704-2012."""
    first, *others = sheets(file.read_bytes())
    assert (round(first.width), round(first.height)) == (210, 297)
    header = first.red()
    assert header is not None and header[1] > 30
    assert "铜老龄办函〔" in first.text
    # Punctuation may hang over the edge: the right half of its square is empty.
    body = [
        sign
        for page in (first, *others)
        for sign in page.signs
        if sign.bottom < 297 - 35 and sign.text not in "，。、；："
    ]
    assert min(sign.left for sign in body) >= 28 - 1
    assert max(sign.right for sign in body) <= 210 - 26 + 1
    assert min(sign.top for sign in body) >= 37 - 1
    assert others, "a report with annexed tables has more than one page"
    for number_of_page, page in enumerate((first, *others), start=1):
        where = page.where(f"—{number_of_page}—")
        assert (where.left > 105) == (number_of_page % 2 == 1), "odd numbers stand right, even ones left"


def _correct_members(county: Page) -> None:
    """One member less than recorded, since the founding: of figures that no published one counts."""
    county.goto("/associations/?setting=rural")
    press(county, "#list tbody tr:nth-child(2) a")
    press(county, "a[href$='/correct/']")
    press(county, "a[href$='/correct/members/']")
    count = int(county.input_value("input[name=member_count]"))
    county.fill("input[name=member_count]", str(count - 1))
    county.fill("input[name=on]", "2012-01-01")
    county.fill("[name=reason]", "重复登记一人")
    press(county, "form.form button.button-primary")
    expect(county.locator("main")).to_contain_text(str(count - 1))


def _code_of(page: Page, report: str) -> str:
    page.goto(report)
    press(page, "main a[href*='/documents/']")
    found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page.locator("main").inner_text())
    assert found
    return found.group()
