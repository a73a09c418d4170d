"""The audit trail at the front door: read by auditors and administrators of the area, masked, provable."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests import cast as at
from tests.cast import Cast
from tests.volunteers.ground import make
from yinling.activities import NewRole, Session, add_session, create_activity, create_project
from yinling.base import clock
from yinling.base.action import HIDDEN, action, change, registry
from yinling.base.paths import under
from yinling.base.rules import Actor, anyone
from yinling.facts import Chain, Entry
from yinling.network import rename_place
from yinling.people import correct_person, reveal
from yinling.volunteers import Particulars, standing
from yinling.web.happened import history

if TYPE_CHECKING:
    from pytest_django.fixtures import DjangoAssertNumQueries

BUDGET = 10


def trail(client: Client, **asked: str) -> str:
    """The text of the audit page."""
    response = client.get(reverse("trail"), asked)
    assert response.status_code == 200
    return response.content.decode()


def alter(statement: str) -> None:
    """Change what is append-only, as only somebody with the rights of the database's owner could."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_only_auditors_and_administrators_read_it(cast: Cast) -> None:
    entry = Entry.objects.filter(action="associations.register").first()
    assert entry is not None
    addresses = (reverse("trail"), reverse("trail-facts", kwargs={"pk": entry.pk}))
    for address in addresses:
        for account in (cast.province, cast.county, cast.township, cast.chair, cast.stranger):
            assert cast.client(account).get(address).status_code == 403
        for account in (cast.admin, cast.auditor):
            assert cast.client(account).get(address).status_code == 200
        assert cast.client().get(address).status_code == 302
    assert cast.client(cast.county).post(reverse("trail-verify")).status_code == 403
    assert cast.client(cast.auditor).get(reverse("trail-verify")).status_code == 405


def test_an_entry_says_who_when_where_what_and_why(cast: Cast) -> None:
    correct_person(person=cast.person, name="杨秀珍", reason="身份证核对", by=cast.actor(cast.township))
    shown = trail(cast.client(cast.auditor), action="people.correct_person")
    entry = Entry.objects.get(action="people.correct_person")
    for text in ("姚玉珍", "身份证核对", "街上村", "杨*英", "杨*珍", entry.at.strftime("%Y-")):
        assert text in shown
    assert "杨秀珍" not in shown
    assert reverse("person", kwargs={"pk": cast.person.pk}) in shown


def test_no_personal_number_is_ever_in_it(cast: Cast) -> None:
    reveal(person=cast.person, field="resident_id", reason="核对补贴", by=cast.actor(cast.county))
    shown = trail(cast.client(cast.auditor))
    assert "核对补贴" in shown
    for secret in (at.CHAIR_ID, at.CHAIR_PHONE, "1944-03-05"):
        assert secret not in shown


def test_filters_narrow_it(cast: Cast) -> None:
    by = cast.actor(cast.admin)
    place = cast.places[at.VILLAGE]
    rename_place(place=place, name="新街村", on=at.FOUNDED, basis="黔府函〔2014〕12号", by=by)
    client = cast.client(cast.auditor)
    entry = Entry.objects.get(action="network.rename_place")
    for asked in (
        {"actor": "管理员"},
        {"action": "network.rename_place"},
        {"place": at.TOWNSHIP},
        {"since": "2020-01-01"},
        {"subject": entry.subject, "subject_id": str(entry.subject_id)},
    ):
        assert "黔府函" in trail(client, **asked)
    for asked in (
        {"actor": "罗德明"},
        {"action": "people.reveal"},
        {"place": at.NEIGHBOUR},
        {"until": "2020-01-01"},
        {"subject": entry.subject, "subject_id": str(place.pk + 10**6)},
        {"subject": "person"},
    ):
        assert "黔府函" not in trail(client, **asked)
    trail(client, since="no day", subject_id="x", before="y")  # nonsense is said to be nonsense, not an error


def test_it_is_turned_by_sequence(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yinling.web.trail.SIZE", 5)
    client = cast.client(cast.auditor)
    visible = list(Entry.objects.filter(under("52")).order_by("-seq"))
    assert len(visible) > 10
    seen, address = 0, reverse("trail")
    for _page in range(len(visible)):
        response = client.get(address)
        seen += len(response.context["history"])
        following = response.context["pagination"]["next_url"]
        if not following:
            break
        address = reverse("trail") + following
    assert seen == len(visible)


def test_the_facts_of_an_entry(cast: Cast) -> None:
    entry = Entry.objects.filter(action="associations.register", area_path=at.VILLAGE).get()
    address = reverse("trail-facts", kwargs={"pk": entry.pk})
    client = cast.client(cast.auditor)
    assert address in trail(client)
    response = client.get(address)
    assert len(response.context["page"]["rows"]) == entry.fact_count > 0
    assert "2010-05-01" in response.content.decode()
    outside = Entry.objects.filter(area_path="").first()
    assert outside is not None
    assert client.get(reverse("trail-facts", kwargs={"pk": outside.pk})).status_code == 404


def test_verifying_finds_nothing_wrong_and_shows_the_head(cast: Cast) -> None:
    response = cast.client(cast.auditor).post(reverse("trail-verify"))
    head = bytes(Chain.objects.get().hash).hex()
    assert head in response.content.decode()
    assert response.context["faults"] == []
    assert response.context["count"] == Entry.objects.count()


def test_verifying_finds_what_was_altered(cast: Cast) -> None:
    entry = Entry.objects.filter(action="associations.register").first()
    assert entry is not None
    alter(f"UPDATE yinling_entry SET actor_name = '某人' WHERE id = {entry.pk}")
    response = cast.client(cast.auditor).post(reverse("trail-verify"))
    assert [fault["text"].startswith(f"#{entry.seq}:") for fault in response.context["faults"]] == [True]


def test_too_long_a_trail_is_left_to_the_command(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yinling.web.trail.VERIFIED_AT_ONCE", 3)
    response = cast.client(cast.auditor).post(reverse("trail-verify"))
    assert "yinling audit verify" in response.content.decode()
    assert "head" not in response.context


def test_few_statements_whatever_the_number(cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client = cast.client(cast.auditor)
    trail(client)
    for number in range(3):
        with django_assert_max_num_queries(BUDGET):
            trail(client)
        correct_person(person=cast.person, name=f"杨秀{number}", reason="核对", by=at.SYSTEM)


def test_times_are_those_of_the_clock_on_the_wall(cast: Cast) -> None:
    office, village, day = cast.offices[at.COUNTY], cast.places[at.VILLAGE], date(2025, 12, 31)
    project = create_project(organiser=office, place=village, title="守岁", starts_on=day, ends_on=day, by=at.SYSTEM)
    activity = create_activity(project=project, kind="service", title="守岁", place=village, by=at.SYSTEM)
    begins = datetime(2025, 12, 31, 22, tzinfo=clock.CHINA)
    ends = datetime(2026, 1, 1, 1, 30, tzinfo=clock.CHINA)
    add_session(activity=activity, starts_at=begins, ends_at=ends, roles=[NewRole("志愿者", 5, True)], by=at.SYSTEM)
    told = str(history(list(Entry.objects.filter(action="activities.add_session"))))
    assert "2025-12-31 22:00" in told and "2026-01-01 01:30" in told and "+00:00" not in told


@action("test.renew_key", label="renew a key", rule=anyone, on="session")
def renew_key(*, session: Session, by: Actor) -> Session:
    """A session gets another key."""
    del by
    return change(session, key=bytes(32))


# Tests of the whole project look at what is declared, and must see the project's own actions alone.
registry.pop("test.renew_key")


def changes_of(name: str) -> list[dict[str, object]]:
    """The changes that the trail shows of the entries of one action."""
    entries = list(Entry.objects.filter(action=name))
    return [row for happened in history(entries) for row in cast_rows(happened["changes"])]


def cast_rows(rows: object) -> list[dict[str, object]]:
    """A list of rows, as such."""
    assert isinstance(rows, list)
    return rows


def test_codes_are_told_in_words(cast: Cast) -> None:
    given = Particulars(skills=("tutoring",), availability=("wed-am",), limits=("ladders",))
    volunteer = make(cast, 1, particulars=given)
    new = Particulars(skills=("clinic", "tutoring"), availability=("thu-pm",))
    standing.change_volunteer(volunteer=volunteer, particulars=new, by=at.SYSTEM)
    with translation.override("en"):
        shown = {str(row["label"]): (row["before"], row["after"]) for row in changes_of("volunteers.change")}
    assert shown["skills"] == ("teaching children", "free clinic、teaching children")
    assert shown["time available"] == ("Wednesday morning", "Thursday afternoon")
    assert shown["limits"][0] == "climbing ladders"
    text = trail(cast.client(cast.auditor))
    assert "tutoring" not in text and "wed-am" not in text and "ladders" not in text


def test_a_secret_key_is_no_value(cast: Cast) -> None:
    place, day = cast.places[at.VILLAGE], date(2025, 12, 31)
    project = create_project(
        organiser=cast.offices[at.COUNTY], place=place, title="守岁", starts_on=day, ends_on=day, by=at.SYSTEM
    )
    activity = create_activity(project=project, kind="service", title="守岁", place=place, by=at.SYSTEM)
    begins = datetime(2025, 12, 31, 20, tzinfo=clock.CHINA)
    roles = [NewRole("志愿者", 5, True)]
    session = add_session(
        activity=activity, starts_at=begins, ends_at=begins + timedelta(hours=1), roles=roles, by=at.SYSTEM
    )
    made = changes_of("activities.add_session")
    assert "活动" in {row["label"] for row in made}, "a row that is referred to is called what it is"
    assert made and not [row for row in made if HIDDEN in str(row["after"])]
    renew_key(session=session, by=at.SYSTEM)
    with translation.override("en"):
        assert changes_of("test.renew_key") == [{"label": "secret key", "before": "", "after": "renewed"}]
