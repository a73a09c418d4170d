"""Rounds and returns as their pages show them: filled on the phone, checked on the desk, by those who may."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import BARE_VILLAGE, COUNTY, PROVINCE, TOWNSHIP, VILLAGE, Cast
from tests.returns.ground import Asked, ask, counted, published
from yinling.base import clock
from yinling.network import Account
from yinling.returns import Round

POSTED = {
    "elders": "120",
    "living_alone": "9",
    "activities": "6",
    "canteen": "true",
    "care_type": "mutual",
    "then": "submit",
}


@pytest.fixture
def asked(cast: Cast) -> Asked:
    return ask(cast)


def as_(client: Client, account: Account) -> Client:
    client.force_login(account)
    return client


def test_the_province_opens_a_round(cast: Cast, client: Client) -> None:
    form = published(cast)
    data = {
        "form": form.pk, "name": "年度填报", "asked_by": cast.offices[PROVINCE].name, "area": COUNTY, "period": "2025",
        "respondents": "level5", "checked_at": ["4", "3"], "workdays": "10", "expires_on": "2099-12-31",
        "approver": "办公室主任", "legal_basis": "统计调查制度",
    }  # fmt: skip
    desk = as_(client, cast.province)
    for wrong in ({"legal_basis": ""}, {"period": "去年"}, {"workdays": "0"}, {"area": "没有的地方"}):
        answer = desk.post("/rounds/new/", data | wrong)
        assert answer.status_code == 422, wrong
    assert not Round.objects.exists()
    answer = desk.post("/rounds/new/", data)
    one = Round.objects.get()
    assert answer["Location"] == f"/rounds/{one.pk}/"
    page = desk.get(answer["Location"]).content.decode()
    assert "年度填报" in page
    assert "统计调查制度" in page


def test_the_round_shows_each_place_and_only_ones_own(asked: Asked, client: Client) -> None:
    asked.hand_in(VILLAGE)
    desk = as_(client, asked.cast.province)
    page = desk.get(f"/rounds/{asked.round.pk}/?place={COUNTY}").content.decode()
    assert "朱家场镇" in page
    assert f"/figures/round.{asked.round.pk}.submitted/facts/" in page
    listed = desk.get(f"/rounds/{asked.round.pk}/returns/?place={TOWNSHIP}&state=draft").content.decode()
    assert "前光村" in listed
    assert "街上村" not in listed
    door = desk.get(f"/figures/round.{asked.round.pk}.submitted/facts/?place={COUNTY}&period={clock.today()}")
    assert "街上村村民委员会" in door.content.decode()


def test_the_chair_fills_in_and_is_told_what_is_wrong(asked: Asked, client: Client) -> None:
    phone = as_(client, asked.cast.chair)
    row = asked.of(VILLAGE)
    assert "年度填报" in phone.get("/pocket/").content.decode()
    address = f"/returns/{row.pk}/fill/"
    assert "街上村村民委员会" in phone.get(address).content.decode()
    answer = phone.post(address, POSTED | {"living_alone": "121", "elders": "一百二十个", "seen": row.changed_by})
    assert answer.status_code == 422
    assert "一百二十个" in answer.content.decode()  # what was typed is not lost
    assert asked.of(VILLAGE).state == "draft"
    answer = phone.post(address, POSTED | {"living_alone": "121", "seen": row.changed_by})
    assert "独居人数不能多于老年人数" in answer.content.decode()
    saved = phone.post(address, {"elders": "120", "then": "save", "seen": row.changed_by})
    assert saved.status_code == 302
    assert asked.of(VILLAGE).answers["elders"] == 120
    late = phone.post(address, POSTED | {"seen": row.changed_by})
    assert late.status_code == 422  # it was saved meanwhile, in another window
    answer = phone.post(address, POSTED | {"seen": asked.of(VILLAGE).changed_by})
    assert answer.status_code == 302
    assert asked.of(VILLAGE).state == "submitted"
    assert phone.get(address).status_code == 302


def test_a_return_is_sent_back_mended_and_accepted(asked: Asked, client: Client) -> None:
    row = asked.hand_in(VILLAGE, asked.by("chair"))
    desk = as_(client, asked.cast.township)
    assert "年度填报" in desk.get("/todo/").content.decode()
    address = f"/returns/{row.pk}/check/"
    assert desk.post(address, {"then": "back", "seen": row.changed_by}).status_code == 422
    assert desk.post(address, {"then": "back", "remark-elders": "请核对", "seen": "x"}).status_code == 422
    answer = desk.post(address, {"then": "back", "remark-elders": "请核对", "seen": row.changed_by})
    assert answer.status_code == 302
    assert desk.get(address).status_code == 302
    phone = as_(client, asked.cast.chair)
    fill = f"/returns/{row.pk}/fill/"
    assert "请核对" in phone.get(fill).content.decode()
    phone.post(fill, POSTED | {"elders": "118", "seen": asked.of(VILLAGE).changed_by})
    for account in (asked.cast.township, asked.cast.county):
        desk = as_(client, account)
        assert desk.post(address, {"then": "pass", "seen": asked.of(VILLAGE).changed_by}).status_code == 302
    assert asked.of(VILLAGE).state == "accepted"
    assert counted("field.elders", PROVINCE) == 118
    assert (
        "118" in desk.get(f"/figures/field.elders/facts/?place={COUNTY}&period={asked.round.period}").content.decode()
    )
    province = as_(client, asked.cast.province)
    assert province.post(f"/returns/{row.pk}/reopen/", {"reason": ""}).status_code == 422
    assert province.post(f"/returns/{row.pk}/reopen/", {"reason": "数据有误"}).status_code == 302
    assert counted("field.elders", PROVINCE) == 0


def test_many_in_one_act(asked: Asked, client: Client) -> None:
    rows = [asked.hand_in(path) for path in (VILLAGE, BARE_VILLAGE)]
    desk = as_(client, asked.cast.township)
    listed = f"/rounds/{asked.round.pk}/returns/"
    assert desk.post(listed, {"verb": "check", "ids": [row.pk for row in rows] + ["x"]}).status_code == 302
    assert {asked.of(path).waits_at for path in (VILLAGE, BARE_VILLAGE)} == {3}


def test_who_may_not_is_refused(asked: Asked, client: Client) -> None:
    row = asked.of(VILLAGE)
    pages = [
        f"/returns/{row.pk}/",
        f"/returns/{row.pk}/fill/",
        f"/rounds/{asked.round.pk}/",
        "/rounds/",
        "/rounds/new/",
    ]
    for page in pages:
        client.logout()
        assert client.get(page).status_code == 302
        assert as_(client, asked.cast.stranger).get(page).status_code == 403
    chair = as_(client, asked.cast.chair)
    assert chair.get(f"/returns/{asked.of(BARE_VILLAGE).pk}/").status_code == 404
    assert chair.get(f"/rounds/{asked.round.pk}/").status_code == 403
    auditor = as_(client, asked.cast.auditor)
    assert auditor.get(f"/returns/{row.pk}/").status_code == 200
    assert auditor.get(f"/returns/{row.pk}/fill/").status_code == 403
    assert auditor.post(f"/rounds/{asked.round.pk}/lock/", {"reason": "不填了"}).status_code == 403
    county = as_(client, asked.cast.county)
    assert county.post(f"/rounds/{asked.round.pk}/lock/", {"reason": "不填了"}).status_code == 403
    for odd in ("?place=99", "?place=%00", "?place=' or 1=1", "?state=nothing", "?after=x", "?q=%25"):
        assert county.get(f"/rounds/{asked.round.pk}/{odd}").status_code == 200
        assert county.get(f"/rounds/{asked.round.pk}/returns/{odd}").status_code == 200


def test_the_burden_of_a_village(asked: Asked, client: Client) -> None:
    desk = as_(client, asked.cast.county)
    page = desk.get(f"/burden/?place={TOWNSHIP}").content.decode()
    assert "8.4" in page
