"""Supervision and trainings over HTTP: recorded, answered, closed; read by both sides; found on lists and to-do lists."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import reverse

from tests import cast as at
from tests.cast import Cast
from tests.supervision.conftest import files_of_its_own
from tests.supervision.ground import VISITED, found, visited
from yinling.base import clock
from yinling.supervision import Finding, LeaderTraining, SupervisionVisit, answer, close, may_take
from yinling.web.supervision_words import due_cell

__all__ = ["files_of_its_own"]

WORKERS = ("admin", "province", "prefecture", "county", "township", "chair", "auditor")
PDF = b"%PDF-1.7 a photo"


@pytest.fixture
def finding(cast: Cast) -> Iterator[Finding]:
    """A finding of the county at the association of 街上村, as of the day of the visit."""
    with clock.frozen(VISITED):
        yield found(visited(cast))


def step(finding: Finding, verb: str) -> str:
    """The address of a step."""
    return reverse("finding-step", kwargs={"pk": finding.pk, "verb": verb})


def page(finding: Finding) -> str:
    """The address of a finding."""
    return reverse("finding", kwargs={"pk": finding.pk})


def text(response: Any) -> str:
    """What a page shows."""
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def test_who_may_read_and_who_may_write(cast: Cast, finding: Finding) -> None:
    visit = reverse("supervision-visit", kwargs={"pk": finding.visit_id})
    for address in (reverse("findings"), page(finding), visit, reverse("supervision-visits")):
        for name in WORKERS:
            assert "街上村老年协会" in text(cast.client(getattr(cast, name)).get(address)), (address, name)
        assert cast.client(cast.stranger).get(address).status_code == 403
        assert cast.client().get(address).status_code == 302
    add = reverse("finding-new", kwargs={"pk": finding.visit_id})
    for address, allowed in (
        (reverse("supervision-visit-new"), {"county", "province", "prefecture", "admin"}),
        (add, {"county", "province", "prefecture", "admin"}),
        (step(finding, "answer"), {"township", "chair"}),
        (step(finding, "withdraw"), {"county", "province", "prefecture", "admin"}),
        (step(finding, "close"), set()),
    ):
        for name in (*WORKERS, "stranger"):
            status = cast.client(getattr(cast, name)).get(address).status_code
            assert status == (200 if name in allowed else 403), (address, name)


def test_another_county_sees_nothing(cast: Cast) -> None:
    with clock.frozen(VISITED):
        finding = found(visited(cast))
    clerk = cast.client(cast.chair)
    assert clerk.get(page(finding)).status_code == 200
    SupervisionVisit.objects.update(area_path=at.NEIGHBOUR)
    Finding.objects.update(area_path=at.NEIGHBOUR)
    for address in (page(finding), reverse("supervision-visit", kwargs={"pk": finding.visit_id})):
        assert clerk.get(address).status_code == 404
    assert "台阶没有扶手" not in text(clerk.get(reverse("findings")))


def test_a_visit_with_two_findings_is_recorded(cast: Cast) -> None:
    client, new = cast.client(cast.county), reverse("supervision-visit-new")
    good = {"office": cast.offices[at.COUNTY].name, "body": "街上村老年协会", "visited_on": "2026-03-02"}
    for wrong in (
        {"body": ""},
        {"body": "没有的协会"},
        {"place": "前光村"},
        {"visited_on": "2999-01-01"},
        {"visited_on": "x"},
    ):
        response = client.post(new, good | wrong)
        assert response.status_code == 422, wrong
        assert "field-bad" in text(response)
    upload = SimpleUploadedFile("记录.pdf", PDF)
    assert client.post(new, good | {"evidence": [upload], "visitors": "杨正华"}).status_code == 302
    visit = SupervisionVisit.objects.get()
    assert (visit.area_path, visit.body_id) == (at.VILLAGE, cast.associations[at.VILLAGE].pk)
    again = client.post(new, good)
    assert again.status_code == 422
    add = reverse("finding-new", kwargs={"pk": visit.pk})
    assert "街上村老年协会" in text(client.get(add))
    one = {"what": "台阶没有扶手", "severity": "mend", "owner": visit.body_id, "workdays": "10"}
    assert client.post(add, one | {"workdays": "0"}).status_code == 422
    assert client.post(add, one | {"owner": cast.offices[at.COUNTY].pk}).status_code == 422
    assert client.post(add, one | {"evidence": [SimpleUploadedFile("a.pdf", b"no pdf")]}).status_code == 422
    for data in (one, one | {"what": "名册没有更新", "severity": "serious", "owner": cast.offices[at.TOWNSHIP].pk}):
        assert client.post(add, data).status_code == 302
    assert client.post(add, one).status_code == 422
    shown = text(client.get(reverse("supervision-visit", kwargs={"pk": visit.pk})))
    assert "台阶没有扶手" in shown and "名册没有更新" in shown and "记录.pdf" in shown
    assert Finding.objects.count() == 2


def test_a_visit_to_a_village_without_a_body(cast: Cast) -> None:
    data = {"office": cast.offices[at.COUNTY].name, "place": at.BARE_VILLAGE, "visited_on": "2026-03-02"}
    assert cast.client(cast.county).post(reverse("supervision-visit-new"), data).status_code == 302
    visit = SupervisionVisit.objects.get()
    assert (visit.area_path, visit.body, visit.visited) == (at.BARE_VILLAGE, None, "前光村村民委员会")


def test_the_chair_answers_on_the_phone_and_the_county_closes(cast: Cast, finding: Finding) -> None:
    chair, county = cast.client(cast.chair), cast.client(cast.county)
    address = reverse("pocket-finding", kwargs={"pk": finding.pk})
    assert address in text(chair.get(reverse("pocket")))
    form = text(chair.get(address))
    assert "台阶没有扶手" in form and "<textarea" in form and f'value="{finding.changed_by}"' in form
    empty = chair.post(address, {"text": "", "seen": finding.changed_by})
    assert empty.status_code == 422
    bad = chair.post(
        address, {"text": "已装好", "seen": finding.changed_by, "evidence": [SimpleUploadedFile("a.exe", b"MZ")]}
    )
    assert bad.status_code == 422 and "已装好" in text(bad)
    photos = [SimpleUploadedFile("一.pdf", PDF), SimpleUploadedFile("二.pdf", PDF + b"2")]
    sent = chair.post(address, {"text": "已装好", "seen": finding.changed_by, "evidence": photos})
    assert sent.status_code == 302
    assert address not in text(chair.get(reverse("pocket")))
    assert "<textarea" not in text(chair.get(address))  # nothing to answer any more
    shown = text(county.get(page(finding)))
    assert (
        "一.pdf" in shown
        and "二.pdf" in shown
        and step(finding, "close") in shown
        and step(finding, "send-back") in shown
    )
    back = county.post(step(finding, "send-back"), {"text": "请补照片", "seen": Finding.objects.get().changed_by})
    assert back.status_code == 302
    assert "请补照片" in text(chair.get(address))
    stale = chair.post(address, {"text": "重新答复", "seen": finding.changed_by})
    assert stale.status_code == 422 and "重新答复" in text(stale)  # nothing lost
    chair.post(address, {"text": "照片补上", "seen": Finding.objects.get().changed_by})
    assert county.post(step(finding, "close"), {"seen": Finding.objects.get().changed_by}).status_code == 302
    assert county.post(step(finding, "close"), {"seen": Finding.objects.get().changed_by}).status_code == 422
    assert Finding.objects.get().state == "closed"
    again = {"text": "又松了", "workdays": "5", "seen": Finding.objects.get().changed_by}
    assert county.post(step(finding, "reopen"), again).status_code == 302
    assert county.post(step(finding, "withdraw"), {"text": "记错了", "seen": ""}).status_code == 422
    wrong = {"text": "记错了", "seen": Finding.objects.get().changed_by}
    assert county.post(step(finding, "withdraw"), wrong).status_code == 302
    assert Finding.objects.get().state == "withdrawn"
    assert county.get(step(finding, "dance")).status_code == 404


def test_files_are_handed_out_to_those_who_see_the_finding(cast: Cast, finding: Finding) -> None:
    answer(finding=finding, text="已装好", evidence=[("一.pdf", PDF)], by=cast.actor(cast.chair))
    shown = text(cast.client(cast.county).get(page(finding)))
    address = shown.split("/supervision/evidence/")[1].split("/")[0]
    file = reverse("supervision-evidence", kwargs={"pk": int(address)})
    for account, status in (
        (cast.county, 200),
        (cast.chair, 200),
        (cast.auditor, 200),
        (cast.stranger, 403),
        (None, 302),
    ):
        response = cast.client(account).get(file)
        assert response.status_code == status
        if isinstance(response, StreamingHttpResponse):
            assert b"".join(response) == PDF
            assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert cast.client(cast.county).get(reverse("supervision-evidence", kwargs={"pk": 10**6})).status_code == 404


def test_filters_narrow_the_list_and_the_export(cast: Cast, finding: Finding) -> None:
    client = cast.client(cast.county)
    other = found(Finding.objects.get(pk=finding.pk).visit, "名册没有更新", severity="serious", workdays=3)
    close(finding=answer(finding=finding, text="已装好", by=at.SYSTEM), by=at.SYSTEM)
    with clock.frozen(date(2026, 3, 9)):
        for query, expected in (
            ("", {finding.pk, other.pk}), ("state=closed", {finding.pk}), ("overdue=yes", {other.pk}),
            ("severity=serious", {other.pk}), ("q=名册", {other.pk}), ("q=街上村", {finding.pk, other.pk}),
            (f"place={at.TOWNSHIP}", {finding.pk, other.pk}), (f"place={at.BARE_VILLAGE}", set()),
            ("waiting=yes", {other.pk}), ("state=nonsense&severity=x&page=x&overdue=maybe", {finding.pk, other.pk}),
            ("page=7", set()),
        ):  # fmt: skip
            shown = text(client.get(f"{reverse('findings')}?{query}"))
            assert {one.pk for one in (finding, other) if f'href="{page(one)}"' in shown} == expected, query
            assert "overdue=yes" in shown
    exported = client.get(f"{reverse('findings-export')}?severity=serious")
    assert isinstance(exported, StreamingHttpResponse)
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(exported))).active
    assert sheet is not None
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0] == "名册没有更新"]
    assert len(rows) == 1 and "街上村老年协会" in rows[0]
    assert sheet.max_row == 3  # who took it, the headers, the one row
    assert cast.client(cast.chair).get(reverse("findings-export")).status_code == 403


def test_both_to_do_lists_show_what_is_due(cast: Cast, finding: Finding) -> None:
    def waits(name: str) -> bool:
        return page(finding) in text(cast.client(getattr(cast, name)).get(reverse("todo")))

    assert [waits(name) for name in ("chair", "county", "township", "province")] == [True, False, False, False]
    answer(finding=finding, text="已装好", by=at.SYSTEM)
    assert [waits(name) for name in ("chair", "county")] == [False, True]
    with clock.frozen(date(2026, 3, 17)):
        assert [waits(name) for name in ("chair", "county", "prefecture")] == [True, True, False]


def test_time_is_said_in_working_days(cast: Cast, finding: Finding) -> None:
    for day, words, signal in (
        (date(2026, 3, 2), "10", "none"), (date(2026, 3, 11), "3", "warn"), (date(2026, 3, 16), "", "warn"),
        (date(2026, 3, 17), "2026-03-16", "bad"),
    ):  # fmt: skip
        with clock.frozen(day):
            cell = due_cell(finding)
            assert words in cell["text"] and cell["signal"] == signal
    with clock.frozen(date(2026, 12, 28)):
        beyond = found(visited(cast, on=date(2026, 12, 28)), "跨年整改")
        assert not beyond.due_certain
        assert text(cast.client(cast.county).get(page(beyond))).count(beyond.due_on.isoformat()) == 1


def test_verbs_say_why_not(cast: Cast, finding: Finding) -> None:
    shown = text(cast.client(cast.county).get(page(finding)))
    assert 'class="denied"' in shown
    reason = may_take(step_of("answer"), cast.actor(cast.county), Finding.objects.get(pk=finding.pk))
    assert str(getattr(reason, "reason", "")) in shown
    assert 'class="denied"' not in text(cast.client(cast.chair).get(page(finding)))


def step_of(verb: str) -> Any:
    """A row of the table of the workflow."""
    from yinling.supervision import STEPS

    return STEPS[verb]


def test_a_wrong_visit_is_withdrawn(cast: Cast) -> None:
    client = cast.client(cast.county)
    with clock.frozen(VISITED):
        visit = visited(cast)
    address = reverse("supervision-visit-withdraw", kwargs={"pk": visit.pk})
    assert client.post(address, {"reason": ""}).status_code == 422
    assert cast.client(cast.township).get(address).status_code == 403
    assert client.post(address, {"reason": "没有去"}).status_code == 302
    assert client.post(address, {"reason": "没有去"}).status_code == 422
    assert "街上村老年协会" not in text(client.get(reverse("supervision-visits")))
    shown = text(client.get(reverse("supervision-visit", kwargs={"pk": visit.pk})))
    assert "没有去" in shown and address not in shown


def test_trainings_are_recorded_shown_and_withdrawn(cast: Cast) -> None:
    client, new = cast.client(cast.county), reverse("training-new")
    good = {
        "topics": "换届选举办法", "host": cast.offices[at.COUNTY].name, "place": "朱家场", "held_on": "2026-03-02",
        "people": "45", "evidence": [SimpleUploadedFile("签到.pdf", PDF)],
    }  # fmt: skip
    for wrong in ({"people": "0"}, {"people": "x"}, {"held_on": "2999-01-01"}, {"topics": ""}, {"place": "没有的地方"}):
        assert client.post(new, {**good, "evidence": [], **wrong}).status_code == 422, wrong
    assert client.post(new, good).status_code == 302
    assert client.post(new, {**good, "evidence": []}).status_code == 422
    training = LeaderTraining.objects.get()
    address = reverse("training", kwargs={"pk": training.pk})
    for name in ("county", "prefecture", "auditor"):
        assert "换届选举办法" in text(cast.client(getattr(cast, name)).get(reverse("trainings")))
        shown = text(cast.client(getattr(cast, name)).get(address))
        assert "签到.pdf" in shown
        assert f"{reverse('door', kwargs={'key': 'leader_training.people'})}?place={at.COUNTY}&amp;period=2026" in shown
    assert cast.client(cast.chair).get(address).status_code == 404  # held by the county, not by the village
    assert cast.client(cast.township).get(new).status_code == 403
    assert cast.client(cast.stranger).get(reverse("trainings")).status_code == 403
    withdraw = reverse("training-withdraw", kwargs={"pk": training.pk})
    assert client.post(withdraw, {"reason": "登记重复"}).status_code == 302
    assert "换届选举办法" not in text(client.get(reverse("trainings")))
    assert "登记重复" in text(client.get(address))
    assert "换届" not in text(client.get(f"{reverse('trainings')}?q=财务"))
