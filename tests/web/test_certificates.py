"""Certificates at the front door: asked for on the phone, issued on the desk, checked by anybody; names masked for others."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from tests import cast as at
from tests.cast import Cast
from tests.certificates.conftest import ground as ground  # noqa: PLC0414 - the fixture is used here
from tests.certificates.ground import NUMBER, SINCE, TODAY, UNTIL, Ground, issued, served
from yinling.base import clock
from yinling.certificates import (
    Certificate,
    CertificateObjection,
    CertificateRequest,
    StarApplication,
    apply_star,
    ask,
    object_to,
    read_credential,
    revoke_certificate,
)
from yinling.hours import Attendance

if TYPE_CHECKING:
    from pytest_django.fixtures import DjangoAssertNumQueries

BUDGET = 16
SIGNED = {"in_charge": "杨正华", "handler": "姚玉珍", "contact": "0856-3220000"}


def page_of(name: str, pk: int) -> str:
    """The address of a page about one row."""
    return reverse(name, kwargs={"pk": pk})


def text_of(client: Client, address: str, status: int = 200) -> str:
    """What a page says."""
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def test_the_walk_from_the_phone_to_the_check(cast: Cast, ground: Ground) -> None:
    served(ground.volunteer.person, ground.station, 150)
    phone, desk = cast.client(ground.account), cast.client(cast.county)
    assert "2.5" in text_of(phone, reverse("me-certificates"))
    step = f"{reverse('me-certificate-ask')}?year=2025"
    assert ground.station.name in text_of(phone, step)
    assert phone.post(step, {"issuer": cast.offices[at.NEIGHBOUR].pk}).status_code == 422, "not one of those offered"
    assert phone.post(step, {"issuer": ground.station.pk, "purpose": "入党积极分子"}).status_code == 302
    row = CertificateRequest.objects.get()
    assert (row.issuer, row.since, row.until, row.proxy) == (ground.station, SINCE, TODAY, "")
    assert "1" in text_of(desk, reverse("certificate-requests"))
    assert "2.5" in text_of(desk, page_of("certificate-request", row.pk))
    assert desk.post(page_of("certificate-request-accept", row.pk), {"handler": "姚玉珍"}).status_code == 302
    issue = page_of("certificate-request-issue", row.pk)
    assert desk.post(issue, {**SIGNED, "in_charge": "吴大海"}).status_code == 422
    assert desk.post(issue, SIGNED).status_code == 302
    one = Certificate.objects.get()
    shown = text_of(phone, page_of("me-certificate", one.pk))
    assert one.number in shown
    content = phone.get(page_of("certificate-pdf", one.pk))
    assert content.content.startswith(b"%PDF")
    credential = phone.get(page_of("certificate-credential", one.pk)).content.decode()
    assert read_credential(credential).payload["id"] == f"http://testserver/check/{one.check_code}/"
    stranger = cast.client()
    for address in (
        reverse("check-code", kwargs={"code": one.check_code}), reverse("check-code", kwargs={"code": one.number}),
    ):  # fmt: skip
        shown = text_of(stranger, address)
        for wanted in (one.number, "吴*海", ground.station.name, "2.5", "2025-01-01", "notice-warn"):
            assert wanted in shown
        for hidden in ("吴大海", "V00000001", NUMBER[-4:], one.digest, "杨正华", f"/certificates/{one.pk}/"):
            assert hidden not in shown
    with clock.frozen(TODAY + timedelta(days=8)):
        assert "notice-ok" in text_of(stranger, reverse("check-code", kwargs={"code": one.check_code}))
    revoke_certificate(certificate=one, reason="记录有误", by=at.SYSTEM)
    shown = text_of(stranger, reverse("check-code", kwargs={"code": one.check_code}))
    assert "notice-error" in shown
    assert "记录有误" not in shown


@pytest.mark.parametrize(
    "typed", ["志证〔2025〕520622-000001", "志证[2025]520622-000001", " 志证（2025）520622 - 000001 "]
)
def test_a_typed_number_need_not_be_neat(cast: Cast, ground: Ground, typed: str) -> None:
    made = issued(ground)
    answer = cast.client().get(reverse("check"), {"code": typed}, follow=True)
    assert answer.status_code == 200
    assert made.number in answer.content.decode()


@pytest.mark.parametrize(
    "typed", ["志证〔2025〕520622-000999", "志证〔2025〕520622-1", "星证〔2025〕520622-000001", "%00", "'"]
)
def test_unknown_and_malformed_numbers_look_alike(cast: Cast, ground: Ground, typed: str) -> None:
    issued(ground)
    answer = cast.client().get(reverse("check"), {"code": typed})
    assert answer.status_code == 404
    assert answer.content.decode().count("notice-error") == 1


def test_who_sees_what(cast: Cast, ground: Ground) -> None:
    made = issued(ground)
    for account in (cast.county, cast.prefecture, cast.auditor):
        shown = text_of(cast.client(account), page_of("certificate", made.pk))
        assert "吴*海" in shown
        assert "吴大海" not in shown.split('class="history"')[0]
        assert made.number in text_of(cast.client(account), reverse("certificates"))
    for name in ("certificate-pdf", "certificate-credential"):
        address = page_of(name, made.pk)
        for account, status in (
            (cast.county, 200), (ground.account, 200), (cast.auditor, 200), (cast.chair, 404), (cast.stranger, 404),
        ):  # fmt: skip
            assert cast.client(account).get(address).status_code == status, (name, account)
        assert cast.client().get(address).status_code == 302
    assert cast.client(cast.stranger).get(page_of("me-certificate", made.pk)).status_code == 404
    assert cast.client(cast.stranger).get(reverse("me-certificates")).status_code == 404
    assert cast.client(ground.account).get(page_of("certificate", made.pk)).status_code == 403
    for name in ("certificate-revoke", "certificate-supersede"):
        assert cast.client(cast.auditor).get(page_of(name, made.pk)).status_code == 403
        assert cast.client(cast.township).get(page_of(name, made.pk)).status_code == 404


def test_who_only_looks_reads_a_masked_identity_number(cast: Cast, ground: Ground) -> None:
    made = issued(ground, show_identity=True)
    for account, whole in ((cast.county, True), (ground.account, True), (cast.auditor, False)):
        content = cast.client(account).get(page_of("certificate-pdf", made.pk)).content
        text = "".join(PdfReader(io.BytesIO(content)).pages[0].extract_text().split())
        assert (NUMBER in text) is whole
        assert made.number in text
        assert (made.contents["identity"] in text) is not whole


def test_asking_on_behalf_of_a_volunteer(cast: Cast, ground: Ground) -> None:
    client, address = cast.client(cast.county), reverse("certificate-ask")
    data = {
        "volunteer": "V00000001", "issuer": ground.county.name, "since": "2025-01-01", "until": "2025-06-30",
        "show_identity": "on",
    }  # fmt: skip
    for wrong in ({"volunteer": "V99"}, {"issuer": "没有的单位"}, {"until": "2024-01-01"}, {"until": "2026-01-01"}, {}):
        assert client.post(address, {**data, **wrong}).status_code == 422, wrong
    served(ground.volunteer.person, ground.neighbour, 60)
    assert "石阡县老龄办" in client.post(address, data).content.decode(), "says who organised it instead"
    served(ground.volunteer.person, ground.county, 60)
    assert client.post(address, {**data, "volunteer": "吴大海"}).status_code == 302
    row = CertificateRequest.objects.get()
    assert (row.proxy, row.show_identity) == ("杨正华", True)
    assert client.post(page_of("certificate-request-decline", row.pk), {"reason": ""}).status_code == 422
    assert client.post(page_of("certificate-request-decline", row.pk), {"reason": "请先核对"}).status_code == 302
    assert "请先核对" in text_of(cast.client(ground.account), reverse("me-certificates"))
    assert client.post(address, data).status_code == 302
    row = CertificateRequest.objects.latest("pk")
    phone = cast.client(ground.account)
    assert phone.post(page_of("me-certificate-withdraw", row.pk)).status_code == 302
    assert client.post(page_of("certificate-request-withdraw", row.pk)).status_code == 302, (
        "twice is told, not an error"
    )
    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_objections_and_making_anew(cast: Cast, ground: Ground) -> None:
    made = issued(ground, 300)
    reader, client = cast.client(cast.auditor), cast.client(cast.county)
    said = {"by_name": "群众甲", "text": "当日没有参加"}
    assert reader.post(page_of("certificate-object", made.pk), {**said, "text": " "}).status_code == 422
    assert reader.post(page_of("certificate-object", made.pk), said).status_code == 302
    assert "当日没有参加" in text_of(client, page_of("certificate", made.pk))
    assert made.number in text_of(client, reverse("todo"))
    row = CertificateObjection.objects.get()
    assert reader.get(page_of("certificate-objection", row.pk)).status_code == 403
    dismissed = {"upheld": "False", "reason": "有签到记录"}
    assert client.post(page_of("certificate-objection", row.pk), {"upheld": ""}).status_code == 422
    assert client.post(page_of("certificate-objection", row.pk), dismissed).status_code == 302
    assert client.get(page_of("certificate-objection", row.pk)).status_code == 404
    Attendance.objects.update(counted=120)
    assert "−3.0" in text_of(client, page_of("certificate", made.pk))
    anew = {**SIGNED, "reason": "核减时长"}
    assert client.post(page_of("certificate-supersede", made.pk), {**anew, "reason": ""}).status_code == 422
    assert client.post(page_of("certificate-supersede", made.pk), anew).status_code == 302
    fresh = Certificate.objects.latest("pk")
    assert fresh.minutes == 120
    shown = text_of(cast.client(), reverse("check-code", kwargs={"code": made.check_code}))
    assert "notice-warn" in shown
    assert fresh.number in shown
    assert client.post(page_of("certificate-revoke", fresh.pk), {"reason": "作废"}).status_code == 302
    assert client.post(page_of("certificate-revoke", fresh.pk), {"reason": "作废"}).status_code == 422


def test_many_at_once_and_their_files(cast: Cast, ground: Ground) -> None:
    for one in (ground.volunteer, ground.other):
        served(one.person, ground.station, 60)
    client = cast.client(cast.county)
    data = {"issuer": ground.county.name, "place": "", "since": "2025-01-01", "until": "2025-06-30", **SIGNED}
    assert client.post(reverse("certificates-many"), {**data, "until": "2026-06-30"}).status_code == 422
    answer = client.post(reverse("certificates-many"), data)
    assert answer.status_code == 302
    shown = text_of(client, answer.headers["Location"])
    assert "志证〔2025〕520622-000002" in shown
    entry = Certificate.objects.latest("pk").entry_id
    for name, count in (("certificates-run-pdf", 1), ("certificates-run-credentials", 2)):
        sent = client.get(reverse(name, kwargs={"entry": entry}))
        archive = zipfile.ZipFile(io.BytesIO(b"".join(sent.streaming_content)))  # type: ignore[attr-defined]
        assert archive.testzip() is None
        assert len(archive.namelist()) == count
        assert cast.client(cast.township).get(reverse(name, kwargs={"entry": entry})).status_code == 404
    assert cast.client(cast.auditor).get(reverse("certificates-many")).status_code == 403


def test_stars_from_the_phone_to_the_desk(cast: Cast, ground: Ground) -> None:
    served(ground.volunteer.person, ground.county, 5999)
    phone, client = cast.client(ground.account), cast.client(cast.county)
    assert reverse("me-star-apply") not in text_of(phone, reverse("me-certificates"))
    assert phone.post(reverse("me-star-apply")).status_code == 302
    assert not StarApplication.objects.exists()
    served(ground.volunteer.person, ground.county, 1)
    assert reverse("me-star-apply") in text_of(phone, reverse("me-certificates"))
    assert phone.post(reverse("me-star-apply")).status_code == 302
    row = StarApplication.objects.get()
    assert reverse("stars") in text_of(client, reverse("todo"))
    assert "★" in text_of(client, reverse("stars"))
    assert "99" in text_of(client, page_of("star", row.pk)) or "100.0" in text_of(client, page_of("star", row.pk))
    grant = page_of("star-grant", row.pk)
    assert client.post(grant, {**SIGNED, "evaluation": ""}).status_code == 422
    assert client.post(grant, {**SIGNED, "evaluation": "服务认真，群众评价好"}).status_code == 302
    assert "520622X000001" in text_of(phone, reverse("me-certificates"))
    assert "520622X000001" in text_of(client, f"{reverse('stars')}?q=520622X000001&state=granted&level=1")
    for account in (cast.auditor, cast.township):
        assert cast.client(account).get(grant).status_code == 403
    assert client.post(page_of("star-revoke", row.pk), {"reason": "弄虚作假"}).status_code == 302
    assert client.post(reverse("star-apply"), {"volunteer": "V00000002"}).status_code == 422
    assert client.post(reverse("star-apply"), {"volunteer": "V00000001"}).status_code == 302
    last = StarApplication.objects.latest("pk")
    assert client.post(page_of("star-decline", last.pk), {"reason": "材料不足"}).status_code == 302


def test_filters_and_what_cannot_be_understood(cast: Cast, ground: Ground) -> None:
    made = issued(ground)
    client = cast.client(cast.county)
    for query, found in (
        ("q=吴大海", True), ("q=吴", False), (f"q={made.check_code.lower()}", True), ("kind=star", False), ("kind=x", True),
        ("state=publicity", True), ("state=revoked", False), ("page=x&state=%27", True), ("page=99999999", True),
    ):  # fmt: skip
        assert (made.number in text_of(client, f"{reverse('certificates')}?{query}")) is found, query
    for query in ("level=9&state=x", "q=%27&page=-1", "level=1&state=granted"):
        text_of(client, f"{reverse('stars')}?{query}")


def test_few_statements_whatever_the_number(
    cast: Cast, ground: Ground, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = cast.client(cast.county)
    made = issued(ground, 6000)
    row = apply_star(volunteer=ground.volunteer, by=ground.own)
    addresses = [reverse("certificates"), page_of("certificate", made.pk), reverse("certificate-requests"), reverse("stars"),
                 page_of("star", row.pk)]  # fmt: skip
    client.get(addresses[0])
    for number in range(3):
        for address in addresses:
            with django_assert_max_num_queries(BUDGET):
                client.get(address)
        object_to(certificate=made, by_name=f"群众{number}", text="核实", by=at.SYSTEM)
        served(ground.other.person, ground.county, 30, title=f"项目{number}")
        ask(
            volunteer=ground.other,
            issuer=ground.county,
            since=SINCE,
            until=UNTIL - timedelta(days=number),
            by=at.SYSTEM,
        )
