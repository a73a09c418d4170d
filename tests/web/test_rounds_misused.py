"""Rounds and returns in the hands of strangers, of the hasty and of those who try: a clear answer, never an error."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import BARE_VILLAGE, COMMUNITY, COUNTY, NEIGHBOUR, PROVINCE, SYSTEM, TOWNSHIP, VILLAGE, Cast
from tests.returns.ground import ELDERS, FORM, NAME, Asked, ask, number, published
from tests.whole.scene import opened
from yinling.associations import dissolve
from yinling.base import clock
from yinling.base.period import year
from yinling.base.rules import Refused
from yinling.network import Account, RoleHeld, close_place, create_account, end_role
from yinling.returns import FormVersion, Return, check_return, extend_round, lock_round, to_fill
from yinling.returns.forms import Field, Form, Question, Section, Words

POSTED = {"elders": "120", "living_alone": "9", "activities": "6", "canteen": "true", "then": "submit"}
HUGE = "9" * 5000
NUL = "a\x00b"


@pytest.fixture
def asked(cast: Cast) -> Asked:
    return ask(cast)


def as_(client: Client, account: Account) -> Client:
    client.force_login(account)
    return client


def neighbour(cast: Cast) -> Account:
    """An officer of the next county."""
    return create_account(
        username="next", display_name="邻县", password="a-long-enough-secret-1", body=cast.offices[NEIGHBOUR],
        role=RoleHeld.Role.OFFICER, since=clock.today() - timedelta(days=9), must_change_password=False, by=SYSTEM,
    )  # fmt: skip


def addresses(asked: Asked, row: Return) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every page about a round and a return, with what is posted to it."""
    one, seen = f"/rounds/{asked.round.pk}/", row.changed_by
    yield one, {}
    yield f"{one}list.xlsx", {}
    yield f"{one}returns/", {"verb": "check", "ids": [row.pk]}
    yield f"{one}returns/", {"verb": "unchanged", "ids": [row.pk]}
    yield f"{one}extend/", {"workdays": "3", "reason": "汛期"}
    yield f"{one}lock/", {"reason": "到期"}
    yield f"/returns/{row.pk}/", {}
    yield f"/returns/{row.pk}/fill/", POSTED | {"seen": seen}
    yield f"/returns/{row.pk}/check/", {"then": "pass", "seen": seen}
    yield f"/returns/{row.pk}/check/", {"then": "back", "remark": "请核对", "seen": seen}
    yield f"/returns/{row.pk}/reopen/", {"reason": "数据有误"}


def test_the_next_county_finds_nothing_and_changes_nothing(asked: Asked, client: Client) -> None:
    local = ask(
        asked.cast,
        asked.round.form,
        asked_by=asked.cast.offices[COUNTY],
        name="本县填报",
        period=year(clock.today().year),
    )
    row = local.hand_in(VILLAGE, local.by("chair"))
    desk = as_(client, neighbour(asked.cast))
    for address, posted in addresses(local, row):
        assert desk.get(address).status_code == 404, address
        if posted:
            assert desk.post(address, posted).status_code == 404, address
    for page in ("/rounds/", "/todo/", "/burden/"):
        shown = desk.get(page).content.decode()
        assert "本县填报" not in shown
        assert "玉屏" not in shown
    assert local.of(VILLAGE).changed_by == row.changed_by
    local.round.refresh_from_db()
    assert local.round.state == "open"


def test_the_next_county_sees_of_a_round_over_both_its_own_part_only(cast: Cast, client: Client) -> None:
    both = ask(cast, area=cast.places["5206"])
    row = both.hand_in(VILLAGE)
    desk = as_(client, neighbour(cast))
    page = f"/rounds/{both.round.pk}/"
    assert "石阡" in desk.get(page).content.decode()
    for address in (page, f"{page}?place={COUNTY}", f"{page}returns/?place={COUNTY}", f"{page}returns/"):
        assert "朱家场" not in desk.get(address).content.decode()
        assert "街上村" not in desk.get(address).content.decode()
    for verb in ("check", "unchanged"):
        assert (
            desk.post(f"{page}returns/", {"verb": verb, "ids": [row.pk, both.of(BARE_VILLAGE).pk]}).status_code == 302
        )
    assert (both.of(VILLAGE).waits_at, both.of(BARE_VILLAGE).state) == (4, "draft")
    for part, status in (("", 404), ("fill/", 404), ("check/", 404), ("reopen/", 404)):
        assert desk.get(f"/returns/{row.pk}/{part}").status_code == status
    assert desk.post(f"{page}lock/", {"reason": "到期"}).status_code == 403


def test_who_holds_no_role_any_more_is_shut_out(asked: Asked, client: Client) -> None:
    row = asked.hand_in(VILLAGE)
    end_role(held=asked.cast.township.roles_held.get(), on=clock.today(), by=SYSTEM)
    desk = as_(client, asked.cast.township)
    for address, posted in addresses(asked, row):
        assert desk.post(address, posted).status_code in (403, 405), address
        assert desk.get(address).status_code == 403, address
    assert asked.of(VILLAGE).waits_at == 4


def test_a_county_that_a_round_asks_does_not_end_it(cast: Cast) -> None:
    asked = ask(cast)  # over the county alone, but by the province
    county = cast.actor(cast.county)
    with pytest.raises(Refused):
        lock_round(round=asked.round, reason="不填了", by=county)
    with pytest.raises(Refused):
        extend_round(round=asked.round, workdays=3, reason="汛期", by=county)
    asked.round.refresh_from_db()
    assert asked.round.state == "open"
    lock_round(round=asked.round, reason="到期", by=cast.actor(cast.province))


ODD = (NUL, "²", HUGE, "-1", "1" * 30, "a" * 100_000, "' or 1=1 --", "<script>", "\ud7ff", "%")


@pytest.mark.parametrize("odd", ODD, ids=[ascii(text)[:12] for text in ODD])
def test_odd_words_in_addresses_and_posts(asked: Asked, client: Client, odd: str) -> None:
    row = asked.hand_in(VILLAGE)
    client.raise_request_exception = False
    desk = as_(client, asked.cast.province)
    one = f"/rounds/{asked.round.pk}/"
    for page in (one, f"{one}returns/", f"{one}list.xlsx", "/burden/", "/rounds/", "/todo/"):
        for name in ("place", "state", "after", "q"):
            for value in (odd, f"52{odd}"):
                assert opened(desk, f"{page}?{urlencode({name: value})}").status_code in (200, 404), (page, name)
    for key in (f"round.{odd}", f"round.{asked.round.pk}.{odd}", f"field.{odd}", f"burden.minutes.{odd}"):
        if "/" not in key:
            assert desk.get(f"/figures/{key}/facts/", {"place": COUNTY}).status_code in (200, 404), key
            assert desk.get(f"/imports/new/returns.{odd}/").status_code in (200, 403, 404)
    answers: dict[str, dict[str, Any]] = {
        f"{one}returns/": {"verb": odd, "ids": [odd, str(row.pk)]},
        f"{one}extend/": {"workdays": odd, "reason": odd},
        f"/returns/{row.pk}/check/": {"then": "back", "remark-elders": odd, "remark": odd, "seen": odd},
        f"/returns/{row.pk}/reopen/": {"reason": odd},
        f"/returns/{asked.of(BARE_VILLAGE).pk}/fill/": POSTED | {"seen": odd, "elders": odd, "remark": odd},
        "/rounds/new/": {"form": odd, "name": odd, "area": odd, "period": odd, "workdays": odd, "expires_on": odd},
    }
    for address, posted in answers.items():
        assert desk.post(address, posted).status_code in (302, 404, 422), address
    for verb in ("check", "unchanged"):
        assert desk.post(f"{one}returns/", {"verb": verb, "ids": [odd]}).status_code == 302
    assert (asked.of(VILLAGE).state, asked.of(VILLAGE).waits_at) == ("submitted", 4)


def test_odd_words_beside_the_right_seen(asked: Asked, client: Client) -> None:
    row = asked.hand_in(VILLAGE)
    desk = as_(client, asked.cast.township)
    address = f"/returns/{row.pk}/check/"
    for posted in (
        {"remark": NUL},
        {"remark-elders": NUL},
        {"remark": "长" * 401},
        {"remark-elders": "长" * 100_000},
    ):
        answer = desk.post(address, {"then": "back", "seen": row.changed_by, **posted})
        assert answer.status_code == 422, list(posted)
    assert desk.post(address, {"then": "back", "seen": row.changed_by, "remark": "长" * 400}).status_code == 302
    fill = f"/returns/{row.pk}/fill/"
    for text in (NUL, "长" * 200_000):
        posted = POSTED | {"seen": str(asked.of(VILLAGE).changed_by), "remark": text}
        answer = desk.post(fill, posted)
        assert answer.status_code == 422
        assert "errorlist" in answer.content.decode() or "error" in answer.content.decode()
    assert asked.of(VILLAGE).state == "returned"


def test_ten_thousand_ids_at_once(asked: Asked, client: Client) -> None:
    row = asked.hand_in(VILLAGE)
    desk = as_(client, asked.cast.township)
    address = f"/rounds/{asked.round.pk}/returns/"
    ids = [str(pk) for pk in range(1, 10_001)]
    assert desk.post(address, {"verb": "check", "ids": ids}).status_code == 400  # a page never sends so many
    assert asked.of(VILLAGE).waits_at == 4
    ids = [*ids[:900], str(row.pk), str(row.pk)]
    assert desk.post(address, {"verb": "check", "ids": ids}).status_code == 302
    assert asked.of(VILLAGE).waits_at == 3


def test_a_second_click_does_nothing_and_says_so(asked: Asked, client: Client) -> None:
    row = asked.of(VILLAGE)
    phone = as_(client, asked.cast.chair)
    posted = POSTED | {"seen": row.changed_by}
    for _click in range(2):
        assert phone.post(f"/returns/{row.pk}/fill/", posted)["Location"] == f"/returns/{row.pk}/"
    desk = as_(client, asked.cast.township)
    posted = {"then": "pass", "seen": asked.of(VILLAGE).changed_by}
    for _click in range(2):
        assert desk.post(f"/returns/{row.pk}/check/", posted)["Location"] == f"/returns/{row.pk}/"
    assert "街上村" in desk.get(f"/returns/{row.pk}/").content.decode()
    row = asked.of(VILLAGE)
    assert (row.waits_at, row.checks.count()) == (3, 1)
    province = as_(client, asked.cast.province)
    assert province.post(f"/rounds/{asked.round.pk}/lock/", {"reason": "到期"}).status_code == 302
    assert province.post(f"/rounds/{asked.round.pk}/lock/", {"reason": "到期"}).status_code == 422


def test_why_some_of_many_were_not_accepted_is_said(asked: Asked, client: Client) -> None:
    for path, venue in ((VILLAGE, None), (BARE_VILLAGE, True)):
        asked.hand_in(path, venue=venue)
        row = asked.of(path)
        check_return(answer=row, seen=row.changed_by, by=SYSTEM)
    desk = as_(client, asked.cast.county)
    address = f"/rounds/{asked.round.pk}/returns/"
    ids = [row.pk for row in asked.round.returns.all()]
    page = desk.post(address, {"verb": "check", "ids": ids}, follow=True).content.decode()
    assert "前光村" in page
    assert page.count("前光村") > desk.get(address).content.decode().count("前光村")
    assert (asked.of(VILLAGE).state, asked.of(BARE_VILLAGE).state) == ("accepted", "submitted")


WITH_FILE = Form(
    key="with_file",
    labels=Words("有佐证的表"),
    sections=(
        Section(
            key="main",
            questions=(
                Question(
                    field=Field(key="done.one", type="yes_no", labels=Words("已完成"), counts="flow"), evidence=True
                ),
                Question(field=number("how.many", "完成几次", counts="flow"), required=True),
            ),
        ),
    ),
)
PDF = b"%PDF-1.7 evidence"


def test_a_file_comes_with_its_answers(cast: Cast, client: Client) -> None:
    asked = ask(cast, published(cast, WITH_FILE))
    row, desk = asked.of(VILLAGE), as_(client, cast.township)
    address = f"/returns/{row.pk}/fill/"
    posted = {"done.one": "true", "how.many": "", "then": "submit", "seen": str(row.changed_by)}
    wrong = SimpleUploadedFile("a.exe", b"MZ")
    assert desk.post(address, posted | {"how.many": "1", "done.one__file": wrong}).status_code == 422
    assert desk.post(address, posted | {"how.many": "1"}).status_code == 422  # no file at all
    answer = desk.post(address, posted | {"done.one__file": SimpleUploadedFile("会议.pdf", PDF)})
    assert answer.status_code == 422  # a number is missing, but the file is kept
    kept = asked.of(VILLAGE)
    assert set(kept.evidence) == {"done.one"}
    assert f'value="{kept.changed_by}"' in answer.content.decode()
    again = posted | {"how.many": "2", "seen": str(kept.changed_by)}
    assert desk.post(address, again | {"seen": str(row.changed_by)}).status_code == 422  # of another window
    more = SimpleUploadedFile("照片.png", b"\x89PNG\r\n\x1a\n")
    assert desk.post(address, again | {"done.one__file": more}).status_code == 302
    assert asked.of(VILLAGE).state == "submitted"
    assert asked.of(VILLAGE).evidence != kept.evidence


def test_keys_with_points_have_doors(cast: Cast, client: Client) -> None:
    asked = ask(cast, published(cast, WITH_FILE), checked_at=(3,))
    desk = as_(client, cast.township)
    file = SimpleUploadedFile("会议.pdf", PDF)
    posted = {"done.one": "true", "how.many": "2", "done.one__file": file, "then": "submit"}
    row = asked.of(VILLAGE)
    assert desk.post(f"/returns/{row.pk}/fill/", posted | {"seen": row.changed_by}).status_code == 302
    row = asked.of(VILLAGE)
    check_return(answer=row, seen=row.changed_by, by=SYSTEM)
    client.raise_request_exception = False
    county = as_(client, cast.county)
    for key in ("field.how.many", "field.done.one"):
        for part in ("facts/", "", "why/"):
            found = county.get(f"/figures/{key}/{part}", {"place": COUNTY, "period": asked.round.period})
            assert found.status_code in (200, 404), (key, part)
        facts = county.get(f"/figures/{key}/facts/", {"place": COUNTY, "period": asked.round.period})
        assert "街上村" in facts.content.decode()


def test_choices_have_doors(asked: Asked, client: Client) -> None:
    asked.hand_in(VILLAGE)
    for _level in (4, 3):
        row = asked.of(VILLAGE)
        check_return(answer=row, seen=row.changed_by, by=SYSTEM)
    page = as_(client, asked.cast.county).get(
        "/figures/field.care_type:mutual/facts/", {"place": COUNTY, "period": asked.round.period}
    )
    assert "街上村" in page.content.decode()


def test_a_form_outlives_the_figure_it_shows_and_the_shape_of_answers(cast: Cast, client: Client) -> None:
    shown = Field(key="shown_coverage", type="decimal", labels=Words("覆盖率"), holds="figure.rural.coverage")
    form = replace(
        FORM, key="showing", sections=(Section(key="main", questions=(Question(field=NAME), Question(field=shown), Question(field=ELDERS))),)
    )  # fmt: skip
    version = published(cast, form)
    text = json.dumps(version.content).replace("figure.rural.coverage", "figure.rural.abolished")
    FormVersion.objects.filter(pk=version.pk).update(content=json.loads(text))
    version.refresh_from_db()
    asked = ask(cast, version)
    row = asked.of(VILLAGE)
    Return.objects.filter(pk=row.pk).update(answers={"elders": ["x"], "gone": 5, "unit_name": 7, "shown_coverage": {}})
    desk = as_(client, cast.township)
    for part in ("", "fill/"):
        assert desk.get(f"/returns/{row.pk}/{part}").status_code == 200
    assert opened(desk, f"/rounds/{asked.round.pk}/list.xlsx").status_code == 200
    posted = {"elders": "5", "then": "submit", "seen": row.changed_by}
    assert desk.post(f"/returns/{row.pk}/fill/", posted).status_code == 302
    assert asked.of(VILLAGE).answers["elders"] == 5


def test_places_and_bodies_that_end_while_a_round_is_open(cast: Cast, client: Client) -> None:
    places = ask(cast)
    bodies = ask(
        cast, published(cast, replace(FORM, key="bodies")), respondents="association", period=year(clock.today().year)
    )
    close_place(place=cast.places[BARE_VILLAGE], on=clock.today(), basis="撤销", by=SYSTEM)
    dissolve(association=cast.associations[COMMUNITY], on=clock.today(), reason="停办", by=SYSTEM)
    desk = as_(client, cast.county)
    for asked, path in ((places, BARE_VILLAGE), (bodies, COMMUNITY)):
        row = asked.of(path)
        for address, _posted in addresses(asked, row):
            assert opened(desk, address).status_code in (200, 302, 403), address
        assert row in to_fill(cast.actor(cast.county))
        asked.hand_in(path)
        row = asked.of(path)
        check_return(answer=row, seen=row.changed_by, by=SYSTEM)
        row = asked.of(path)
        check_return(answer=row, seen=row.changed_by, by=SYSTEM)
        assert asked.of(path).state == "accepted"
        assert desk.get(f"/returns/{row.pk}/").status_code == 200
    assert TOWNSHIP in places.of(VILLAGE).area_path
    assert cast.offices[PROVINCE].pk == places.round.asked_by_id
