"""Projects: what publishing asks for, what it counts, how they end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from tests import cast as at
from tests.activities import ground
from tests.activities.ground import EVERYTHING, TODAY
from tests.cast import Cast
from yinling.activities import (
    Enrolment,
    Project,
    ProjectState,
    Session,
    change_project,
    change_session,
    close_project,
    close_session,
    conferences,
    create_project,
    publish_project,
    withdraw_project,
)
from yinling.activities.project_measures import PROJECTS
from yinling.base import clock
from yinling.base.period import year
from yinling.base.rules import Refused
from yinling.facts import Entry, verify
from yinling.figures import Definition, Sum, figure, recheck
from yinling.network import Body, Place, dissolve_body, register_body, set_parameter


@pytest.fixture(autouse=True)
def stopped() -> Iterator[None]:
    with clock.frozen(TODAY):
        yield


def counted(path: str) -> int:
    value = figure(PROJECTS, path=path, period=year(TODAY.year)).value
    return int(value or 0)


def faults(project: Project) -> set[str]:
    """What publishing finds missing."""
    with pytest.raises(ValidationError) as refused:
        publish_project(project=project, checked=EVERYTHING, by=at.SYSTEM)
    return set(refused.value.message_dict)


def test_a_draft_counts_nothing_and_a_published_one_counts_where_it_lies(cast: Cast) -> None:
    project = ground.draft(cast)
    assert counted(at.COUNTY) == 0
    publish_project(project=project, checked=EVERYTHING, by=at.SYSTEM)
    project.refresh_from_db()
    assert (project.state, project.published_on, project.area_path) == ("published", TODAY, at.VILLAGE)
    assert [counted(path) for path in (at.VILLAGE, at.COUNTY, at.PREFECTURE, at.NEIGHBOUR)] == [1, 1, 1, 0]


def test_a_trip_elsewhere_belongs_to_its_organiser(cast: Cast) -> None:
    assert ground.draft(cast, place=at.NEIGHBOUR).area_path == at.COUNTY
    assert ground.draft(cast, path=at.TOWNSHIP, place="5201").area_path == at.TOWNSHIP


@pytest.mark.parametrize("field", ["summary", "served", "contact", "risks"])
def test_each_missing_text_is_named(cast: Cast, field: str) -> None:
    assert faults(ground.draft(cast, **{field: "  "})) == {field}


def test_dates_danger_length_and_domain_are_asked(cast: Cast) -> None:
    long = TODAY + timedelta(days=31)
    assert faults(ground.draft(cast, platform="")) == {"domain"}
    assert faults(ground.draft(cast, danger=True)) == {"needs_insurance", "needs_agreement"}
    assert faults(ground.draft(cast, ends_on=long)) == {"needs_agreement"}
    past = ground.draft(cast, starts_on=TODAY - timedelta(days=9), ends_on=TODAY - timedelta(days=1))
    assert faults(past) == {"ends_on"}
    good = ground.draft(cast, danger=True, needs_insurance=True, needs_agreement=True, ends_on=long)
    assert publish_project(project=good, checked=EVERYTHING, by=at.SYSTEM).state == ProjectState.PUBLISHED


def test_a_place_sets_its_own_length_from_which_agreements_are_needed(cast: Cast) -> None:
    set_parameter(
        place=cast.places[at.COUNTY], key="projects.agreement_from_days", value=Decimal(7), since=TODAY, document="县规〔2026〕1号",
        by=at.SYSTEM,
    )  # fmt: skip
    assert faults(ground.draft(cast)) == {"needs_agreement"}


def test_whoever_publishes_ticks_every_point_and_the_trail_says_so(cast: Cast) -> None:
    project = ground.draft(cast)
    with pytest.raises(ValidationError) as refused:
        publish_project(project=project, checked=EVERYTHING - {"pay"}, by=at.SYSTEM)
    assert set(refused.value.message_dict) == {"checked"}
    publish_project(project=project, checked=EVERYTHING, by=at.SYSTEM)
    entry = Entry.objects.get(action="activities.publish_project")
    assert len(next(change["note"]["checked"] for change in entry.changes if "note" in change)) == len(EVERYTHING)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"ends_on": TODAY - timedelta(days=1)}, "ends_on"),
        ({"platform": "business"}, "platform"),
        ({"needs_qualification": "witchcraft"}, "needs_qualification"),
    ],
)
def test_what_contradicts_itself_is_refused_by_field(cast: Cast, values: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        ground.draft(cast, **values)
    assert set(refused.value.message_dict) == {field}
    assert not Project.objects.exists()


def test_a_domain_of_another_area_is_refused(cast: Cast) -> None:
    elsewhere, own = ground.domain(cast.offices[at.NEIGHBOUR]), ground.domain(cast.offices[at.PREFECTURE], "own")
    with pytest.raises(ValidationError):
        ground.draft(cast, domain=elsewhere)
    assert ground.draft(cast, domain=own).domain == own


def test_a_change_of_what_is_published_moves_what_it_counts_for(cast: Cast) -> None:
    health, culture = (ground.domain(cast.offices[at.PREFECTURE], code) for code in ("health", "culture"))
    project = ground.published(cast, domain=health)
    change_project(project=project, domain=culture, by=at.SYSTEM)
    values = {}
    for code in ("health", "culture"):
        one = Sum(Definition(f"test.{code}", code, "project", ""), "project.published", {"domain": code})
        values[code] = int(figure(one, path=at.COUNTY, period=year(TODAY.year)).value or 0)
    assert values == {"health": 0, "culture": 1}
    change_project(project=project, place=cast.places[at.COMMUNITY], by=at.SYSTEM)
    assert (counted(at.VILLAGE), counted(at.COMMUNITY)) == (0, 1)
    with pytest.raises(ValidationError):
        change_project(project=project, risks="", by=at.SYSTEM)
    assert not list(recheck())


def test_a_record_somebody_else_changed_is_not_overwritten(cast: Cast) -> None:
    project = ground.draft(cast)
    seen = project.changed_by
    change_project(project=project, title="新名", seen=seen, by=at.SYSTEM)
    with pytest.raises(Refused):
        change_project(project=project, title="旧名", seen=seen, by=at.SYSTEM)


def test_withdrawing_takes_back_the_count_and_everybody_enrolled(cast: Cast) -> None:
    project = ground.published(cast)
    session = ground.session(cast, ground.activity(cast, project), day=TODAY + timedelta(days=3))
    role = session.roles.get()
    Enrolment.objects.create(
        session=session, role=role, area_path=session.area_path, person=cast.person, state="applied",
        made_at=clock.now(), changed_by=1,
    )  # fmt: skip
    role.taken = 1
    role.save()
    withdraw_project(project=project, reason="经费没有落实", by=at.SYSTEM)
    session.refresh_from_db()
    role.refresh_from_db()
    enrolment = Enrolment.objects.get()
    assert (session.state, session.notice, role.taken) == ("cancelled", "经费没有落实", 0)
    assert (enrolment.state, enrolment.reason) == ("cancelled", "经费没有落实")
    assert counted(at.COUNTY) == 0
    assert Project.objects.get().state == ProjectState.WITHDRAWN
    assert not list(verify())


def test_what_was_held_is_ended_not_withdrawn(cast: Cast) -> None:
    project = ground.published(cast)
    of = ground.activity(cast, project)
    begun, to_come = ground.session(cast, of), ground.session(cast, of, day=TODAY + timedelta(days=3))
    with clock.frozen(ground.moment(TODAY, 18)):
        with pytest.raises(Refused):
            close_project(project=project, by=at.SYSTEM)
        close_session(session=begun, by=at.SYSTEM)
        with pytest.raises(Refused):
            withdraw_project(project=project, reason="记错了", by=at.SYSTEM)
        close_project(project=project, by=at.SYSTEM)
    assert Session.objects.get(pk=to_come.pk).state == Session.State.CANCELLED
    assert counted(at.COUNTY) == 1
    with pytest.raises(Refused):
        change_project(project=project, title="晚了", by=at.SYSTEM)


def test_only_who_runs_things_there_may(cast: Cast) -> None:
    county, chair, stranger = (cast.actor(one) for one in (cast.county, cast.chair, cast.stranger))
    values: dict[str, Any] = {
        "place": cast.places[at.VILLAGE], "title": "走访", "starts_on": TODAY, "ends_on": TODAY
    }  # fmt: skip
    association = cast.associations[at.VILLAGE].body
    assert create_project(organiser=association, **values, by=chair).area_path == at.VILLAGE
    for actor, organiser in (
        (chair, cast.offices[at.COUNTY]), (county, cast.offices[at.NEIGHBOUR]), (stranger, association),
    ):  # fmt: skip
        with pytest.raises(Refused):
            create_project(organiser=organiser, **values, by=actor)


def ending(cast: Cast) -> Body:
    """A body of the county that can be dissolved without anybody losing a role."""
    place: Place = cast.places[at.COUNTY]
    founded = date(2020, 1, 1)
    return register_body(place=place, kind=Body.Kind.INSTITUTION, name="老年事业促进会", founded=founded, by=at.SYSTEM)


def of(body: Body, cast: Cast) -> Project:
    """A draft of a body, fit to be published."""
    return create_project(
        organiser=body, place=cast.places[at.VILLAGE], title="健康乡村行", starts_on=TODAY - timedelta(days=12),
        ends_on=TODAY + timedelta(days=12), by=at.SYSTEM, **ground.FIT,
    )  # fmt: skip


def test_nothing_is_published_in_the_name_of_a_body_that_has_ended(cast: Cast) -> None:
    body = ending(cast)
    project = of(body, cast)
    dissolve_body(body=body, on=TODAY, by=at.SYSTEM)
    with pytest.raises(Refused, match="老年事业促进会"):
        publish_project(project=project, checked=EVERYTHING, by=at.SYSTEM)
    project.refresh_from_db()
    assert project.state == ProjectState.DRAFT
    answer = cast.client(cast.county).get(reverse("project-publish", kwargs={"pk": project.pk}), follow=True)
    assert "老年事业促进会" in answer.content.decode() and answer.redirect_chain, "the page says why and goes back"


def test_a_body_that_will_end_still_publishes(cast: Cast) -> None:
    body = ending(cast)
    project = of(body, cast)
    dissolve_body(body=body, on=TODAY + timedelta(days=5), by=at.SYSTEM)
    published = publish_project(project=project, checked=EVERYTHING, by=at.SYSTEM)
    assert published.state == ProjectState.PUBLISHED


def test_an_ended_body_holds_no_more_sessions_but_those_it_held_can_be_written_down(cast: Cast) -> None:
    body = ending(cast)
    project = publish_project(project=of(body, cast), checked=EVERYTHING, by=at.SYSTEM)
    activity = ground.activity(cast, project)
    dissolve_body(body=body, on=TODAY - timedelta(days=3), by=at.SYSTEM)
    project.refresh_from_db()
    with pytest.raises(Refused, match="老年事业促进会"):
        ground.activity(cast, project)
    activity.refresh_from_db()
    with pytest.raises(ValidationError, match="老年事业促进会") as refused:
        ground.session(cast, activity, day=TODAY)
    assert set(refused.value.message_dict) == {"starts_at"}
    held = ground.session(cast, activity, day=TODAY - timedelta(days=4))
    assert held.pk
    begins = ground.moment(TODAY, 9)
    with pytest.raises(ValidationError, match="老年事业促进会"):
        change_session(session=held, starts_at=begins, ends_at=begins + timedelta(hours=2), by=at.SYSTEM)


def test_a_conference_has_a_host_that_exists(cast: Cast) -> None:
    body, day = ending(cast), TODAY - timedelta(days=10)
    dissolve_body(body=body, on=day, by=at.SYSTEM)
    place = cast.places[at.COUNTY]
    with pytest.raises(Refused, match="老年事业促进会"):
        conferences.hold_conference(name="年会", host=body, place=place, held_on=day, by=at.SYSTEM)
    assert conferences.hold_conference(
        name="年会", host=body, place=place, held_on=day - timedelta(days=1), by=at.SYSTEM
    ).pk
