"""Projects at the front door: from a draft on the desk to the page anybody reads."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from tests import cast as at
from tests.activities import ground
from tests.cast import Cast
from yinling.activities import Outcome, Project, Session, create_activity, create_project, publish_project, workflow
from yinling.base import clock
from yinling.network import Body, place_at

if TYPE_CHECKING:
    from pytest_django.fixtures import DjangoAssertNumQueries

BUDGET = 24
DAY = timedelta(days=1)
FIT = ground.FIT


@pytest.fixture
def project(cast: Cast) -> Project:
    """A published project of the county that runs now."""
    return running(cast)


def running(cast: Cast, title: str = "健康乡村行", path: str = at.COUNTY, place: str = at.VILLAGE) -> Project:
    today = clock.today()
    made = create_project(
        organiser=cast.offices[path], place=cast.places[place], title=title, starts_on=today - DAY, ends_on=today + 20 * DAY,
        by=at.SYSTEM, **FIT,
    )  # fmt: skip
    return publish_project(project=made, checked=list(workflow.NOT_SERVICE), by=at.SYSTEM)


def address(name: str, **arguments: object) -> str:
    return reverse(name, kwargs=arguments)


def text(response: Any) -> str:
    return str(response.content.decode())


def test_from_a_draft_to_the_public_page(cast: Cast) -> None:
    client, today = cast.client(cast.county), clock.today()
    data = {
        "organiser": cast.offices[at.COUNTY].name, "title": "侗乡义诊", "place": "朱家场", "starts_on": today.isoformat(),
        "ends_on": (today + 60 * DAY).isoformat(),
    }  # fmt: skip
    bad = client.post(address("project-new"), {**data, "ends_on": (today - DAY).isoformat()})
    assert bad.status_code == 422
    assert (
        client.post(address("project-new"), {**data, "organiser": cast.offices[at.NEIGHBOUR].name}).status_code == 422
    )
    assert client.post(address("project-new"), data).status_code == 302
    project = Project.objects.get()
    shown = client.get(address("project", pk=project.pk))
    assert "missing" in text(shown) or "尚缺" in text(shown)
    assert cast.client().get(address("project-public", pk=project.pk)).status_code == 404

    form = client.get(address("project-publish", pk=project.pk)).context["form"]
    kept = {name: value for name, value in form.initial.items() if value not in (None, [], "", False)}
    every = {**kept, **FIT, "checked": list(workflow.NOT_SERVICE), "needs_agreement": "on", "place": ""}
    for gone, field in (
        ({"risks": ""}, "risks"),
        ({"needs_agreement": ""}, "needs_agreement"),
        ({"checked": ["pay"]}, "checked"),
    ):
        response = client.post(address("project-publish", pk=project.pk), {**every, **gone})
        assert response.status_code == 422
        assert field in response.context["form"].errors, field
    project.refresh_from_db()
    assert (project.state, project.risks) == ("draft", ""), "what is refused changes nothing"
    assert client.post(address("project-publish", pk=project.pk), every).status_code == 302
    project.refresh_from_db()
    assert (project.state, project.place.area_path) == ("published", at.TOWNSHIP)
    public = text(cast.client().get(address("project-public", pk=project.pk)))
    assert public.index(FIT["risks"]) < public.index(FIT["summary"]) < public.index(FIT["contact"])
    assert "侗乡义诊" in text(cast.client().get(address("projects-public"), {"q": "义诊"}))
    assert client.get(address("project-publish", pk=project.pk)).status_code == 302


def test_drafts_are_for_those_who_run_things_there(cast: Cast, project: Project) -> None:
    hidden = create_project(
        organiser=cast.offices[at.COUNTY], place=cast.places[at.VILLAGE], title="还没想好", starts_on=clock.today(),
        ends_on=clock.today(), by=at.SYSTEM,
    )  # fmt: skip
    neighbour = running(cast, "石阡项目", at.NEIGHBOUR, at.NEIGHBOUR_VILLAGE)
    everywhere = {"place": "all"}
    for account, sees in ((cast.county, True), (cast.chair, True), (cast.auditor, True), (cast.stranger, False)):
        client = cast.client(account)
        assert ("还没想好" in text(client.get(address("projects"), everywhere))) == sees
        assert client.get(address("project", pk=hidden.pk)).status_code == (200 if sees else 404)
        for one in (project, neighbour):
            assert client.get(address("project", pk=one.pk)).status_code == 200
    own = text(cast.client(cast.county).get(address("projects")))
    assert "健康乡村行" in own
    assert "石阡项目" not in own, "a list begins with one's own area"
    assert cast.client().get(address("projects")).status_code == 302
    for name in ("project-change", "project-publish", "activity-new", "outcome-new"):
        assert cast.client(cast.stranger).get(address(name, pk=project.pk)).status_code == 403
        assert cast.client(cast.county).get(address(name, pk=neighbour.pk)).status_code == 404


def test_lists_are_narrowed_and_exported(cast: Cast, project: Project) -> None:
    client = cast.client(cast.county)
    for query in ({"state": "published"}, {"platform": "contributing"}, {"q": "健康"}, {"place": at.TOWNSHIP}):
        assert "健康乡村行" in text(client.get(address("projects"), query)), query
    for query in (
        {"state": "draft"},
        {"platform": "joy"},
        {"q": "没有"},
        {"place": at.COMMUNITY},
        {"domain": "x"},
        {"brand": "9"},
    ):
        assert "健康乡村行" not in text(client.get(address("projects"), query)), query
    for query in ({"page": "x"}, {"state": "x"}, {"brand": "x"}, {"place": "'"}, {"page": "9999"}):
        assert client.get(address("projects"), query).status_code == 200
    response = client.get(address("projects-export"))
    assert b"".join(iter(response))[:2] == b"PK"


def test_an_activity_asks_what_its_kind_asks(cast: Cast, project: Project) -> None:
    client = cast.client(cast.county)
    new = address("activity-new", pk=project.pk)
    assert 'name="kind"' in text(client.get(new))
    trip = client.post(f"{new}?kind=trip", {"title": "梵净山康养行", "place": "", "detail_leader": "杨老师"})
    assert trip.status_code == 422
    assert "detail_destination" in trip.context["form"].errors
    data = {"title": "梵净山康养行", "place": "", "detail_leader": "杨老师", "detail_destination": "梵净山"}
    assert client.post(f"{new}?kind=trip", data).status_code == 302
    activity = project.activities.get()
    assert (activity.details["destination"], activity.place) == ("梵净山", project.place)
    change = address("activity-change", pk=activity.pk)
    assert "梵净山" in text(client.get(change))
    data = {**data, "detail_destination": "朱砂古镇", "seen": str(activity.changed_by)}
    assert client.post(change, data).status_code == 302
    assert client.post(change, data).status_code == 422, "somebody changed it meanwhile"
    assert "朱砂古镇" in text(client.get(address("activity", pk=activity.pk)))
    assert client.post(address("activity-cancel", pk=activity.pk), {"reason": "暴雨"}).status_code == 302
    activity.refresh_from_db()
    assert activity.state == "cancelled"


def test_outcomes_are_recorded_shown_and_withdrawn(cast: Cast, project: Project) -> None:
    type_ = ground.outcome_type(cast.offices[at.PREFECTURE])
    client, new = cast.client(cast.county), address("outcome-new", pk=project.pk)
    data: dict[str, Any] = {"type": type_.pk, "quantity": "200", "happened_on": clock.today().isoformat()}
    assert client.post(new, {**data, "quantity": "1.5"}).context["form"].errors.keys() == {"quantity"}
    assert client.post(new, {**data, "quantity": "-1"}).status_code == 422
    assert client.post(new, data).status_code == 302
    outcome = Outcome.objects.get()
    assert outcome.quantity == Decimal(200)
    shown = text(client.get(address("outcome", pk=outcome.pk)))
    assert f"{reverse('door', kwargs={'key': 'outcome.books'})}?place={at.COUNTY}" in shown
    door = text(
        client.get(
            reverse("door", kwargs={"key": "outcome.books"}), {"place": at.COUNTY, "period": str(clock.today().year)}
        )
    )
    assert project.title in door
    assert client.post(address("outcome-withdraw", pk=outcome.pk), {"reason": "重复"}).status_code == 302
    outcome.refresh_from_db()
    assert outcome.withdrawn


def test_a_project_ends_or_is_withdrawn_with_a_reason(cast: Cast, project: Project) -> None:
    client, other = cast.client(cast.county), running(cast, "第二个")
    step = address("project-step", pk=project.pk, verb="withdraw")
    assert client.get(step).status_code == 200
    assert client.post(step, {"reason": ""}).status_code == 422
    assert client.post(step, {"reason": "经费没有落实"}).status_code == 302
    assert client.post(step, {"reason": "再来"}).status_code == 422
    assert client.get(step).status_code == 302
    assert cast.client().get(address("project-public", pk=project.pk)).status_code == 404
    assert client.post(address("project-step", pk=other.pk, verb="close")).status_code == 302
    assert set(Project.objects.values_list("title", "state")) == {("健康乡村行", "withdrawn"), ("第二个", "closed")}
    assert client.get(address("project-step", pk=other.pk, verb="burn")).status_code == 404


def test_few_statements_whatever_the_number(
    cast: Cast, project: Project, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client, body = cast.client(cast.county), Body.objects.get(pk=project.organiser_id)
    place = place_at(at.VILLAGE)
    assert place is not None
    pages = (address("projects"), address("project", pk=project.pk), address("project-public", pk=project.pk))
    for number in range(3):
        for one in pages:
            client.get(one)
            with django_assert_max_num_queries(BUDGET):
                client.get(one)
        running(cast, f"第{number}个")
        activity = create_activity(
            project=project, kind="service", title=f"{body.name}{number}", place=place, by=at.SYSTEM
        )
        for hour in (9, 14):
            ground.session(cast, activity, day=clock.today() + DAY, hour=hour)
    assert Session.objects.count() == 6
