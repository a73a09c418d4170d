"""Supervision at its front door: who may do what, what follows, what is refused, what is counted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests import cast as at
from tests.cast import SYSTEM, Cast
from tests.supervision.ground import LEVELS, VISITED, counts, found, share, visited
from yinling.base import clock
from yinling.base.period import as_of, year
from yinling.base.rules import Refused
from yinling.facts import Entry, Evidence, file_of, verify
from yinling.figures import Door, described, figure, recheck
from yinling.network import Place, merge_places, move_place
from yinling.supervision import (
    PEOPLE_TRAINED,
    STEPS,
    TRAININGS,
    VISITS,
    Finding,
    State,
    SupervisionVisit,
    Wanted,
    add_finding,
    answer,
    close,
    evidence_shown,
    findings,
    may_take,
    record_training,
    record_visit,
    reopen,
    send_back,
    withdraw_finding,
    withdraw_training,
    withdraw_visit,
)

PDF = ("照片.pdf", b"%PDF-1.7 a photo")
DAY = date(2026, 3, 9)


def closed(finding: Finding, on: date) -> Finding:
    """Answered and closed on a day."""
    with clock.frozen(on):
        return close(finding=answer(finding=finding, text="已装好", by=SYSTEM), by=SYSTEM)


def test_the_whole_way_of_a_finding(cast: Cast) -> None:
    with clock.frozen(VISITED):
        finding = found(visited(cast))
    assert (finding.state, finding.due_on, finding.due_certain) == ("open", date(2026, 3, 16), True)
    chair, county = cast.actor(cast.chair), cast.actor(cast.county)
    with clock.frozen(DAY):
        finding = answer(finding=finding, text="正在联系施工", evidence=[PDF], by=chair)
        finding = send_back(finding=finding, text="请装好后再报", by=county)
        finding = answer(finding=finding, text="已装好", by=chair)
    with clock.frozen(date(2026, 3, 16)):
        finding = close(finding=finding, by=county)
    assert (finding.state, finding.closed_on) == ("closed", date(2026, 3, 16))
    states = list(finding.steps.order_by("pk").values_list("verb", "state"))
    assert states == [
        ("found", "open"), ("answer", "answered"), ("send-back", "sent_back"), ("answer", "answered"),
        ("close", "closed"),
    ]  # fmt: skip
    for path in LEVELS:
        assert counts(path, date(2026, 3, 15)) == (1, 1, 0, 0)
        assert counts(path, date(2026, 3, 16)) == (1, 0, 1, 1)
    assert counts(at.NEIGHBOUR, DAY) == (0, 0, 0, 0)
    assert figure(VISITS, path=at.COUNTY, period=year(2026)).value == 1
    assert [*verify(), *recheck()] == []


def test_closed_late_is_told_from_in_time(cast: Cast) -> None:
    with clock.frozen(VISITED):
        visit = visited(cast)
        first, second = found(visit), found(visit, "名册没有更新", severity="serious")
    closed(first, first.due_on)
    closed(second, second.due_on + timedelta(days=1))
    assert counts(at.PROVINCE, date(2026, 4, 1)) == (2, 0, 2, 1)
    assert share(at.PROVINCE, 2026) == "50.00"
    assert share(at.NEIGHBOUR, 2026) == "–"


def test_every_counted_fact_opens_its_record(cast: Cast) -> None:
    with clock.frozen(VISITED):
        finding = found(visited(cast))
        record_training(
            host=cast.offices[at.COUNTY], place=cast.places[at.COUNTY], held_on=VISITED, people=40, topics="财务",
            by=SYSTEM,
        )  # fmt: skip
    viewer = cast.actor(cast.province)
    for measure, source, address in (
        (VISITS, "supervisionvisit", f"/supervision/visits/{finding.visit_id}/"),
        (TRAININGS, "leadertraining", "/trainings/"),
    ):
        facts, _after = Door(measure, at.PROVINCE, year(2026)).page(viewer)
        rows = described(source, [fact.source_id for fact in facts], viewer)
        assert [row.url.startswith(address) for row in rows.values()] == [True]
    row = described("finding", [finding.pk], viewer)[finding.pk]
    assert (row.label, row.url) == ("台阶没有扶手", f"/supervision/findings/{finding.pk}/")


def test_reopening_takes_the_closure_back_and_sets_a_new_day(cast: Cast) -> None:
    with clock.frozen(VISITED):
        finding = found(visited(cast))
    finding = closed(finding, DAY)
    with clock.frozen(date(2026, 3, 20)):
        with pytest.raises(ValidationError):
            reopen(finding=finding, text=" ", workdays=5, by=SYSTEM)
        with pytest.raises(ValidationError):
            reopen(finding=finding, text="又松了", workdays=0, by=SYSTEM)
        finding = reopen(finding=finding, text="又松了", workdays=5, by=cast.actor(cast.county))
    assert (finding.state, finding.closed_on, finding.due_on) == ("open", None, date(2026, 3, 27))
    assert Entry.objects.get(action="supervision.reopen").reason == "又松了"
    assert counts(at.COUNTY, DAY) == counts(at.COUNTY, date(2026, 3, 20)) == (1, 1, 0, 0)
    closed(finding, date(2026, 3, 25))
    assert counts(at.COUNTY, date(2026, 3, 25)) == (1, 0, 1, 1)
    assert [*verify(), *recheck()] == []


@pytest.mark.parametrize("state", ["open", "answered", "closed", "reopened"])
def test_a_wrong_finding_leaves_every_figure(cast: Cast, state: str) -> None:
    with clock.frozen(VISITED):
        visit = visited(cast)
        finding = found(visit)
    with clock.frozen(DAY):
        if state != "open":
            finding = answer(finding=finding, text="已装好", by=SYSTEM)
        if state in {"closed", "reopened"}:
            finding = close(finding=finding, by=SYSTEM)
        if state == "reopened":
            finding = reopen(finding=finding, text="又松了", workdays=5, by=SYSTEM)
        with pytest.raises(Refused):
            withdraw_visit(visit=visit, reason="没有去", by=SYSTEM)
        finding = withdraw_finding(finding=finding, text="记错了协会", by=SYSTEM)
        assert finding.state == State.WITHDRAWN
        assert counts(at.PROVINCE, DAY) == (0, 0, 0, 0)
        withdraw_visit(visit=visit, reason="没有去", by=SYSTEM)
    assert figure(VISITS, path=at.PROVINCE, period=year(2026)).value == 0
    assert Entry.objects.get(action="supervision.withdraw_finding").reason == "记错了协会"
    assert [*verify(), *recheck()] == []


def test_only_the_two_sides_take_steps_and_nobody_both(cast: Cast) -> None:
    with clock.frozen(VISITED):
        finding = found(visited(cast))
    finding = Finding.objects.get(pk=finding.pk)
    people = ("admin", "province", "prefecture", "county", "township", "chair", "auditor", "stranger")

    def may(verb: str) -> set[str]:
        return {name for name in people if may_take(STEPS[verb], cast.actor(getattr(cast, name)), finding)}

    assert may("answer") == {"township", "chair"}
    assert may("withdraw") == {"admin", "province", "prefecture", "county"}
    assert may("close") == may("send-back") == may("reopen") == set()
    finding = answer(finding=finding, text="已装好", by=cast.actor(cast.township))
    assert may("close") == may("send-back") == {"admin", "province", "prefecture", "county"}
    assert may("answer") == set()


def test_a_visit_of_the_province_is_closed_by_the_province_alone(cast: Cast) -> None:
    with clock.frozen(VISITED):
        finding = found(visited(cast, office=at.PROVINCE))
    county = cast.actor(cast.county)
    finding = answer(
        finding=finding, text="已装好", by=county
    )  # for the association, from the county below the visitor
    for act in (close, send_back, withdraw_finding):
        with pytest.raises(Refused):
            act(finding=finding, text="就这样", by=county)
    assert close(finding=finding, by=cast.actor(cast.province)).state == State.CLOSED


def test_another_chair_and_another_county_are_refused(cast: Cast) -> None:
    with clock.frozen(VISITED):
        visit = visited(cast)
        for_township = add_finding(
            visit=visit, what="补助未拨", severity="mend", owner=cast.offices[at.TOWNSHIP], workdays=5, by=SYSTEM
        )
    with pytest.raises(Refused):
        answer(finding=for_township, text="不归我管", by=cast.actor(cast.chair))
    assert answer(finding=for_township, text="已拨", by=cast.actor(cast.township)).state == State.ANSWERED
    neighbour = cast.associations[at.COMMUNITY]
    with pytest.raises(Refused):
        record_visit(
            office=cast.offices[at.COUNTY], place=neighbour.body.place, visited_on=VISITED, by=cast.actor(cast.township)
        )
    with pytest.raises(Refused):
        record_visit(
            office=cast.offices[at.NEIGHBOUR], place=cast.places[at.NEIGHBOUR_VILLAGE], visited_on=VISITED,
            by=cast.actor(cast.county),
        )  # fmt: skip


def test_who_sees_what(cast: Cast) -> None:
    with clock.frozen(VISITED):
        finding = found(visited(cast), workdays=3)
    with clock.frozen(DAY):
        for name, sees, waits in (
            ("chair", 1, 1), ("township", 1, 0), ("county", 1, 1), ("prefecture", 1, 0), ("auditor", 1, 0),
            ("stranger", 0, 0),
        ):  # fmt: skip
            actor = cast.actor(getattr(cast, name))
            assert findings(actor).count() == sees, name
            assert findings(actor, Wanted(waiting=True)).count() == waits, name  # overdue: with both sides
    with clock.frozen(VISITED):
        assert findings(cast.actor(cast.county), Wanted(waiting=True)).count() == 0
        answer(finding=finding, text="已装好", by=cast.actor(cast.chair))
        assert findings(cast.actor(cast.county), Wanted(waiting=True)).count() == 1
        assert findings(cast.actor(cast.chair), Wanted(waiting=True)).count() == 0


def test_what_is_sent_twice_is_recorded_once(cast: Cast) -> None:
    with clock.frozen(VISITED):
        visit = visited(cast)
        with pytest.raises(Refused):
            visited(cast)
        bare: dict[str, Any] = {
            "office": cast.offices[at.COUNTY],
            "place": cast.places[at.BARE_VILLAGE],
            "visited_on": VISITED,
        }
        record_visit(**bare, by=SYSTEM)
        with pytest.raises(Refused):
            record_visit(**bare, by=SYSTEM)
        finding = found(visit)
        with pytest.raises(Refused):
            found(visit)
        seen = finding.changed_by
        answer(finding=finding, text="已装好", seen=seen, by=SYSTEM)
        with pytest.raises(Refused):
            answer(finding=finding, text="又说一遍", seen=seen, by=SYSTEM)
        finding = send_back(finding=finding, text="缺照片", by=SYSTEM)
        with pytest.raises(Refused):
            answer(finding=finding, text="看的是旧页面", seen=seen, by=SYSTEM)
    assert SupervisionVisit.objects.count() == 2
    assert finding.steps.count() == 3
    assert figure(VISITS, path=at.COUNTY, period=year(2026)).value == 2


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("office", {"office": at.TOWNSHIP, "place": at.TOWNSHIP}),
        ("office", {"office": at.NEIGHBOUR}),
        ("visited_on", {"visited_on": date(2026, 3, 3)}),
        ("body", {"place": at.BARE_VILLAGE}),
    ],
)
def test_a_visit_that_cannot_be_is_refused_at_its_field(cast: Cast, field: str, changed: dict[str, object]) -> None:
    body = cast.associations[at.VILLAGE].body
    given: dict[str, Any] = {"office": at.COUNTY, "place": at.VILLAGE, "visited_on": VISITED} | changed
    with clock.frozen(VISITED), pytest.raises(ValidationError) as refused:
        record_visit(
            office=cast.offices[str(given["office"])], place=cast.places[str(given["place"])],
            body=body if field == "body" else None, visited_on=given["visited_on"], by=SYSTEM,
        )  # fmt: skip
    assert list(refused.value.message_dict) == [field]


def test_a_finding_that_cannot_be_is_refused_at_its_field(cast: Cast) -> None:
    with clock.frozen(VISITED):
        visit = visited(cast)
        good: dict[str, Any] = {
            "visit": visit,
            "what": "无扶手",
            "severity": "mend",
            "owner": visit.body,
            "workdays": 5,
        }
        for field, value in (
            ("workdays", 0), ("workdays", 251), ("what", " "), ("owner", cast.offices[at.COUNTY]),
            ("owner", cast.offices[at.PROVINCE]), ("owner", cast.associations[at.COMMUNITY].body),
        ):  # fmt: skip
            with pytest.raises(ValidationError) as refused:
                add_finding(**(good | {field: value}), by=SYSTEM)
            assert list(refused.value.message_dict) == [field]
    assert Finding.objects.count() == 0


def test_files_belong_to_the_step_and_are_seen_with_it(cast: Cast) -> None:
    with clock.frozen(VISITED):
        finding = found(visited(cast))
        with pytest.raises(ValidationError):
            answer(finding=finding, text="已装好", evidence=[("a.exe", b"MZ")], by=SYSTEM)
        assert Finding.objects.get(pk=finding.pk).state == State.OPEN
        answer(
            finding=finding, text="已装好", evidence=[PDF, ("b.png", b"\x89PNG\r\n\x1a\n")], by=cast.actor(cast.chair)
        )
    files = list(Evidence.objects.order_by("pk"))
    assert [file.name for file in files] == ["照片.pdf", "b.png"]
    assert file_of(files[0].sha256).read_bytes() == PDF[1]
    for name in ("chair", "township", "county", "auditor"):
        assert evidence_shown(cast.actor(getattr(cast, name)), files[0].pk) == files[0]
    assert evidence_shown(cast.actor(cast.stranger), files[0].pk) is None
    assert evidence_shown(cast.actor(cast.county), files[1].pk + 1) is None


def test_figures_follow_a_place_that_moves_and_all_can_still_be_undone(cast: Cast) -> None:
    with clock.frozen(VISITED):
        visit = visited(cast)
        first, second, third = found(visit, "一处"), found(visit, "二处"), found(visit, "三处")
    second = closed(second, VISITED)
    with clock.frozen(DAY):
        street = Place.objects.get(area_path="520622003")
        move_place(place=cast.places[at.VILLAGE], parent=street, on=DAY, basis="", by=SYSTEM)
    after = date(2026, 3, 12)
    with clock.frozen(after):
        assert counts(street.area_path, after)[1] == 2
        second = reopen(finding=Finding.objects.get(pk=second.pk), text="又松了", workdays=5, by=SYSTEM)
        assert counts(street.area_path, after)[1] == 3
        assert counts(at.TOWNSHIP, after)[1] == 0
        for finding in (first, second, third):
            withdraw_finding(finding=Finding.objects.get(pk=finding.pk), text="记错了", by=SYSTEM)
        assert counts(at.PROVINCE, after) == (0, 0, 0, 0)
        into = cast.places[at.BARE_VILLAGE]
        merge_places(place=Place.objects.get(pk=visit.place_id), into=into, on=after, basis="", by=SYSTEM)
    assert SupervisionVisit.objects.get(pk=visit.pk).area_path == at.BARE_VILLAGE
    assert [*verify(), *recheck()] == []


def test_trainings_are_counted_and_withdrawn(cast: Cast) -> None:
    county, by = cast.offices[at.COUNTY], cast.actor(cast.county)
    given: dict[str, Any] = {"host": county, "place": cast.places[at.PREFECTURE], "held_on": VISITED, "topics": "换届"}
    with clock.frozen(VISITED):
        training = record_training(**given, people=45, evidence=[PDF], by=by)
        with pytest.raises(Refused):
            record_training(**given, people=45, by=by)
        with pytest.raises(ValidationError):
            record_training(**given | {"topics": "财务"}, people=0, by=by)
        with pytest.raises(Refused):
            record_training(**given | {"topics": "财务"}, people=9, by=cast.actor(cast.township))
        with pytest.raises(ValidationError):
            record_training(**given | {"held_on": DAY}, people=9, by=by)
        record_training(
            host=cast.offices[at.PROVINCE], place=cast.places[at.PROVINCE], held_on=VISITED, topics="换届", people=200,
            by=SYSTEM,
        )  # fmt: skip
        for path, courses, people in ((at.COUNTY, 1, 45), (at.PREFECTURE, 1, 45), (at.PROVINCE, 2, 245)):
            assert figure(TRAININGS, path=path, period=year(2026)).value == courses
            assert figure(PEOPLE_TRAINED, path=path, period=year(2026)).value == people
        withdraw_training(training=training, reason="登记重复", by=by)
        with pytest.raises(Refused):
            withdraw_training(training=training, reason="登记重复", by=by)
    assert figure(PEOPLE_TRAINED, path=at.COUNTY, period=as_of(VISITED)).value == 0
    assert [*verify(), *recheck()] == []
