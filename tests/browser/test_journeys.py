"""What users do, from end to end, in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect

from yinling.base.codes import synthetic_resident_id

from .conftest import Served

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
SCREENSHOTS = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
COUNTY, PREFECTURE, PROVINCE = "520622", "5206", "52"
TODAY = date.today().isoformat()  # noqa: DTZ011 - the browser's own day


def number(page: Page, place: str, key: str = "rural.venue") -> int:
    """The value of a figure at a place today, read off its door."""
    page.goto(f"/figures/{key}/facts/?place={place}&period={TODAY}")
    found = re.search(r"[\d,]+", page.locator(".door-value .fig").first.inner_text())
    assert found
    return int(found.group().replace(",", ""))


def listed(page: Page) -> int:
    """How many records the door's own line says it lists."""
    found = re.search(r"\d+", page.locator("#list").inner_text())
    assert found
    return int(found.group())


def press(page: Page, selector: str) -> None:
    """Click what sends a form, and go on only when the answer's page stands."""
    with page.expect_navigation(wait_until="load"):
        page.locator(selector).first.click()


def test_correcting_a_venue_moves_every_level_and_the_door(visit: Visit) -> None:
    page = visit("county")
    before = {place: number(page, place) for place in (COUNTY, PREFECTURE, PROVINCE)}
    page.goto(f"/figures/rural.venue/facts/?place={COUNTY}&period={TODAY}")
    rows = page.locator("#list tbody tr").count()
    page.goto("/associations/?venue=no&setting=rural")
    press(page, "#list tbody tr:nth-child(3) a")
    press(page, "a[href*='/change/venue/']")
    page.locator("input[name=has_venue][value=True]").check()
    page.fill("input[name=venue_area]", "60")
    press(page, "form.form button.button-primary")
    expect(page.locator("main")).to_contain_text("60")
    after = {place: number(page, place) for place in (COUNTY, PREFECTURE, PROVINCE)}
    assert after == {place: value + 1 for place, value in before.items()}
    page.goto(f"/figures/rural.venue/facts/?place={COUNTY}&period={TODAY}")
    assert page.locator("#list tbody tr").count() == min(rows + 1, 50)


def test_the_stranger_is_refused_with_a_reason(visit: Visit) -> None:
    page = visit("stranger")
    for address in ("/associations/", "/people/", "/trail/", "/imports/"):
        answer = page.goto(address)
        assert answer is not None and answer.status == 403
        assert len(page.locator("main").inner_text()) > 10
    nobody = visit(None)
    nobody.goto("/associations/")
    assert "/sign-in/" in nobody.url


def test_the_chair_updates_the_venue_on_a_phone_in_large_type(visit: Visit, served: Served) -> None:
    page = visit("chair", phone=True)
    press(page, "header button[name=large]")
    size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)")
    assert size >= 30
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.screenshot(path=SCREENSHOTS / "pocket-large.png")
    press(page, "a[href$='/venue/']")
    has = page.locator("input[name=has_venue][value=True]")
    wanted = "False" if has.is_checked() else "True"
    page.locator(f"input[name=has_venue][value={wanted}]").check()
    press(page, "form.form button.button-primary")
    page.wait_for_url("**/pocket/")
    expect(page.locator("main")).to_contain_text("已保存")
    assert "0 faults" in served.yinling("audit", "verify")


def _register(path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(
        ["所在地代码", "协会名称", "城乡", "成立日期", "有无活动场所", "面积", "会长姓名", "会长身份证号", "会员数"]
    )
    for index in range(5):
        sheet.append(
            [
                f"520622102{201 + index}",
                f"导入试验{index}协会",
                "农村",
                "2011-05-01",
                "有",
                80,
                "杨光明",
                synthetic_resident_id(date(1941, 2, 3), 880 + index),
                40,
            ]
        )
    sheet.append(["529999999999", "地方不对协会", "农村", "2011-05-01", "无", None, "", "", 10])
    sheet.append(["520622102202", "身份证不对协会", "农村", "2011-05-01", "无", None, "李明", "990101194102030001", 10])
    sheet.append(["520622102203", "日期不对协会", "农村", "不知道", "无", None, "", "", 10])
    book.save(path)


def test_the_clerk_imports_a_register_with_three_bad_rows_and_undoes_it(
    visit: Visit, served: Served, tmp_path: Path
) -> None:
    register = tmp_path / "台账.xlsx"
    _register(register)
    page = visit("county")
    before = number(page, COUNTY, "rural.associations")
    page.goto("/imports/")
    press(page, "a[href*='/imports/new/']")
    page.set_input_files("input[type=file]", register)
    press(page, "form.form button.button-primary")
    page.wait_for_url(re.compile(r"/imports/\d+/"))
    batch = re.search(r"/imports/\d+/", page.url)
    assert batch
    for _attempt in range(60):  # the worker reads the headers first; then the page leads on to the columns
        page.goto(batch.group())
        if "/mapping/" in page.url:
            break
        page.wait_for_timeout(500)
    press(page, "main form[method=post] button.button-primary")
    _until(page, batch.group(), "refused.xlsx")
    facts = page.locator("main dl.facts").first.inner_text()
    assert re.search(r"\b5\b", facts)
    assert re.search(r"\b3\b", facts)
    page.screenshot(path=SCREENSHOTS / "import-checked.png")
    with page.expect_download() as refused:
        page.locator("a[href*='refused']").first.click()
    refused.value.save_as(tmp_path / "refused.xlsx")
    back = load_workbook(tmp_path / "refused.xlsx")
    assert back.active is not None
    texts = [" ".join(str(cell) for cell in row if cell) for row in back.active.iter_rows(values_only=True)]
    assert sum("不对协会" in text for text in texts) == 3
    press(page, "form[action*='commit'] button")
    _until(page, batch.group(), "/undo/")
    assert number(page, COUNTY, "rural.associations") == before + 5
    page.goto(batch.group())
    press(page, "a[href*='undo']")
    page.fill("[name=reason]", "导错了文件")
    press(page, "form.form button.button-primary")
    for _attempt in range(60):
        if number(page, COUNTY, "rural.associations") == before:
            break
        page.wait_for_timeout(500)
    assert number(page, COUNTY, "rural.associations") == before
    assert "0 mismatches" in served.yinling("figures", "recheck")


def _until(page: Page, address: str, text: str) -> None:
    """Wait until the batch's page links to `text`."""
    for _attempt in range(120):
        page.goto(address)
        if text in page.content():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{address} never showed {text}")


def test_the_province_sees_every_published_figure_agree(visit: Visit) -> None:
    page = visit("province")
    page.goto("/sources/")
    assert page.locator("#list tbody tr", has_text="贵州省").filter(has=page.locator(".signal-ok")).count() == 26


def test_the_auditor_verifies_the_trail(visit: Visit) -> None:
    page = visit("auditor")
    page.goto("/trail/")
    press(page, "form[action*='verify'] button, button[name=verify]")
    expect(page.locator("main")).to_contain_text("0")


DESK_PAGES = {
    "overview": f"/overview/{PROVINCE}/?as_of=2012-08-31",
    "register": "/associations/",
    "places": "/places/",
    "place": f"/places/{COUNTY}/",
    "people": "/people/",
    "figures": "/figures/",
    "definition": "/figures/rural.coverage/",
    "door": f"/figures/rural.venue/facts/?place={COUNTY}&period=2012-08-16",
    "sources": "/sources/",
    "todo": "/todo/",
    "imports": "/imports/",
    "conferences": "/conferences/",
    "search": "/search/?q=jsc",
    "me": "/me/",
    "public": "/open/",
    "rounds": "/rounds/",
    "round": f"/rounds/2/?place={COUNTY}",
    "returns": f"/rounds/2/returns/?place={COUNTY}",
    "burden": "/burden/",
    "why": f"/figures/rural.venue/why/?place={COUNTY}",
    "supervision": "/supervision/",
    "trainings": "/trainings/",
    "reports": "/reports/",
    "documents": "/documents/",
    "checker": "/checker/",
}
PROVINCE_PAGES = {
    "forms": "/forms/",
    "form": "/forms/1/",
    "form-designer": "/forms/2/edit/",
    "fields": "/fields/",
    "work-report": "/reports/1/",
    "drift": "/reports/1/drift/",
    "document": "/documents/1/",
}


@pytest.mark.parametrize("name", [*DESK_PAGES, *PROVINCE_PAGES])
def test_a_page_is_accessible_and_fits_desk_phone_and_double_zoom(name: str, visit: Visit) -> None:
    page = visit("county" if name in DESK_PAGES else "province")
    answer = page.goto((DESK_PAGES | PROVINCE_PAGES)[name])
    assert answer is not None and answer.status == 200
    page.screenshot(path=SCREENSHOTS / f"{name}.png")
    page.evaluate(
        (Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
    )
    found = page.evaluate(
        "axe.run().then(result => result.violations.filter(v => ['serious', 'critical'].includes(v.impact))"
        ".map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(', ')))"
    )
    assert found == []
    for width in (1366, 683, 390):
        page.set_viewport_size({"width": width, "height": 768})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways at {width}"


def test_keyboard_alone_reaches_a_figure_and_opens_its_door(visit: Visit) -> None:
    page = visit("county")
    page.goto(f"/overview/{COUNTY}/")
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('fig')"):
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    page.keyboard.press("Enter")
    page.wait_for_url("**/facts/**")
