"""Volunteers at the front door: who sees what, the work of a clerk from application to merge, a few statements a page."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from tests import cast as at
from tests.cast import Cast
from tests.volunteers.ground import DAY, make, number, telephone
from tests.volunteers.test_register import SECRET, apply
from yinling.base import clock
from yinling.volunteers import (
    Claim,
    Covered,
    Particulars,
    Policy,
    Roll,
    State,
    Team,
    TeamMember,
    Training,
    Volunteer,
    policies,
    teams,
)

if TYPE_CHECKING:
    from django.test import Client

BUDGET = 10


def page(name: str, **keys: object) -> str:
    """An address by its name."""
    return reverse(name, kwargs=keys)


def posted(client: Client, address: str, **values: object) -> int:
    """The status of a POST."""
    return client.post(address, values).status_code


def test_who_sees_the_list(cast: Cast) -> None:
    made = make(cast, 1)
    other = make(cast, 2, path=at.NEIGHBOUR_VILLAGE)
    for account, seen in (
        (cast.county, {made.number}),
        (cast.province, {made.number, other.number}),
        (cast.chair, set()),
    ):
        text = cast.client(account).get(page("volunteers")).content.decode()
        assert {row.number for row in (made, other) if row.number in text} == seen
        assert made.person.name not in text and telephone(1) not in text
    assert cast.client(cast.stranger).get(page("volunteers")).status_code == 403
    assert cast.client(cast.county).get(page("volunteer", pk=other.pk)).status_code == 404


def test_search_and_filters(cast: Cast) -> None:
    first = make(cast, 1, name="陈桂兰", particulars=Particulars(profession="law", retired_cadre=True))
    second = make(cast, 2, name="吴德明", verified=False)
    client = cast.client(cast.county)

    def found(**query: str) -> set[str]:
        text = client.get(page("volunteers"), query).content.decode()
        return {row.number for row in (first, second) if row.number in text}

    both, one, two = {first.number, second.number}, {first.number}, {second.number}
    for query, expected in (
        ({"q": "陈桂"}, one), ({"q": "cgl"}, one), ({"q": first.number}, one), ({"q": telephone(2)}, two),
        ({"q": number(2)}, two), ({"q": "不在"}, set()), ({"state": "applied"}, two), ({"professional": "yes"}, one),
        ({"professional": "no"}, two), ({"retired": "yes"}, one), ({"place": at.COMMUNITY}, both),
        ({"place": at.TOWNSHIP}, set()), ({"state": "nonsense", "page": "x"}, both), ({"source": "unit"}, set()),
    ):  # fmt: skip
        assert found(**query) == expected, query
    text = client.get(page("volunteers")).content.decode()
    assert text.index(second.number) < text.index(first.number), "who waits comes first"


def test_the_list_and_the_record_take_few_statements(cast: Cast) -> None:
    rows = [make(cast, index, particulars=Particulars(profession="law")) for index in range(1, 8)]
    team = teams.found_team(place=cast.places[at.COMMUNITY], name="银辉队", founded=DAY, leader=rows[0], by=at.SYSTEM)
    policies.record_policy(
        holder=cast.offices[at.COUNTY], insurer="某保险", number="1", since=DAY, until=date(2099, 1, 1), covers_all=True,
        by=at.SYSTEM,
    )  # fmt: skip
    client = cast.client(cast.county)
    for address in (
        page("volunteers"), page("volunteer", pk=rows[0].pk), page("volunteer-queue"), page("teams"),
        page("team", pk=team.pk), page("policies"), page("rolls"),
    ):  # fmt: skip
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as taken:
            assert client.get(address).status_code == 200
        counted = [one["sql"] for one in taken if "django_session" not in one["sql"]]
        assert len(counted) <= BUDGET, (address, len(counted), "\n".join(counted))


def test_a_clerk_registers_and_verifies(cast: Cast) -> None:
    client = cast.client(cast.county)
    entries = {
        "source": "community", "name": "陈桂兰", "resident_id": number(1), "phone": telephone(1), "place": at.VILLAGE,
        "profession": "teaching", "skills": ["tutoring"], "limits": ["night"], "consent_way": "signed",
        "on": clock.today().isoformat(), "emergency_phone": "1",
    }  # fmt: skip
    assert posted(client, page("volunteer-new"), **entries) == 422
    entries["emergency_phone"] = telephone(9)
    assert posted(client, page("volunteer-new"), **entries) == 302
    row = Volunteer.objects.get()
    assert (row.state, row.skills, row.entered_by) == (State.APPLIED, ["tutoring"], "杨正华")
    assert posted(client, page("volunteer-new"), **entries) == 422, "registered already"
    verify = page("volunteer-verb", pk=row.pk, verb="verify")
    assert posted(client, verify, on=clock.today(), seen=1) == 422, "somebody changed it meanwhile"
    assert posted(cast.client(cast.chair), verify, on=clock.today()) == 404
    assert posted(client, verify, on=clock.today(), seen=row.changed_by) == 302
    row.refresh_from_db()
    assert (row.state, row.verified_by) == (State.ACTIVE, "杨正华")
    assert client.get(page("volunteer-verb", pk=row.pk, verb="fly")).status_code == 404


def test_particulars_are_changed(cast: Cast) -> None:
    row = make(cast, 1)
    client = cast.client(cast.county)
    shown = client.get(page("volunteer-change", pk=row.pk))
    assert shown.status_code == 200 and shown["Cache-Control"] == "no-store"
    entries = {
        "unit": cast.offices[at.COUNTY].name, "retired_cadre": "on", "profession": "law", "on": clock.today(),
        "seen": row.changed_by,
    }  # fmt: skip
    assert posted(client, page("volunteer-change", pk=row.pk), **entries) == 302
    row.refresh_from_db()
    assert (row.unit, row.retired_cadre, row.profession) == (cast.offices[at.COUNTY], True, "law")
    assert posted(client, page("volunteer-change", pk=row.pk), **entries) == 422, "seen is old"


def test_trainings_and_a_sign_in(cast: Cast) -> None:
    row = make(cast, 1)
    client = cast.client(cast.county)
    entries = {"host": cast.offices[at.COUNTY].name, "topic": "急救", "held_on": DAY, "minutes": 90}
    assert posted(client, page("volunteer-training", pk=row.pk), **entries, valid_until="2020-01-01") == 422
    assert posted(client, page("volunteer-training", pk=row.pk), **entries) == 302
    training = Training.objects.get()
    assert posted(client, page("volunteer-training-withdraw", pk=row.pk, training=training.pk), reason="记错") == 302
    training.refresh_from_db()
    assert training.withdrawn
    sign_in = page("volunteer-verb", pk=row.pk, verb="sign-in")
    assert posted(client, sign_in, phone="12", password=SECRET) == 422
    assert posted(client, sign_in, phone=telephone(1), password="123") == 422
    assert posted(client, sign_in, phone=telephone(1), password=SECRET, seen=row.changed_by) == 302
    row.refresh_from_db()
    assert row.account is not None


def test_claims_side_by_side(cast: Cast) -> None:
    known = make(cast, 1, name="周桂英")
    apply(cast, 1)
    apply(cast, 2, name="吴五")
    claim = Claim.objects.get()
    client = cast.client(cast.county)
    queue = client.get(page("volunteer-queue")).content.decode()
    assert page("claim", pk=claim.pk) in queue and page("volunteer", pk=Volunteer.objects.latest("pk").pk) in queue
    todo = client.get(page("todo")).content.decode()
    assert page("volunteer-queue") in todo
    text = client.get(page("claim", pk=claim.pk)).content.decode()
    assert known.number in text and "周桂英" not in text and telephone(1) not in text
    assert cast.client(cast.township).get(page("claim", pk=claim.pk)).status_code == 404
    approve = page("claim-decide", pk=claim.pk, verb="approve")
    assert client.get(approve).status_code == 200
    assert client.get(page("claim-decide", pk=claim.pk, verb="eat")).status_code == 404
    assert posted(client, approve, seen=claim.changed_by) == 302
    assert posted(client, approve, seen=claim.changed_by) == 422
    known.refresh_from_db()
    assert known.account is not None
    apply(cast, 1)
    again = Claim.objects.get(state="waiting")
    refuse = page("claim-decide", pk=again.pk, verb="refuse")
    assert posted(client, refuse, reason="") == 422
    assert posted(client, refuse, reason="证件不是本人") == 302


def test_records_are_merged(cast: Cast) -> None:
    kept, gone = make(cast, 1, name="陈桂兰"), make(cast, 11, name="陈桂兰")
    stranger = make(cast, 3, name="吴五", path=at.NEIGHBOUR_VILLAGE)
    client = cast.client(cast.county)
    address = page("person-merge", pk=kept.pk)
    text = client.get(address).content.decode()
    assert f'value="{gone.pk}"' in text, "the same name in the same village is offered"
    assert f'value="{stranger.pk}"' not in client.get(address, {"q": stranger.number}).content.decode()
    assert f'value="{gone.pk}"' in client.get(address, {"q": gone.number}).content.decode()
    assert posted(client, address, gone=stranger.pk, reason="同一人") == 422
    assert posted(client, address, gone=gone.pk, reason="") == 422
    assert posted(client, address, gone=gone.pk, reason="同一人") == 302
    gone.refresh_from_db()
    assert gone.merged_into == kept
    assert client.get(page("volunteer", pk=gone.pk)).status_code == 200, "the number given up still opens"
    assert gone.number not in client.get(page("volunteers")).content.decode()


def test_teams_from_founding_to_dissolving(cast: Cast) -> None:
    leader, member = make(cast, 1, name="陈桂兰"), make(cast, 2, name="吴德明")
    client = cast.client(cast.county)
    entries = {"name": "银辉宣讲队", "place": at.COMMUNITY, "founded": DAY, "leader": leader.number}
    assert posted(client, page("team-new"), **{**entries, "leader": "没有这人"}) == 422
    assert posted(client, page("team-new"), **entries) == 302
    assert posted(client, page("team-new"), **entries) == 422, "the name is taken"
    team = Team.objects.get()
    change = page("team-change", pk=team.pk)
    assert posted(client, change, expert="on", on=clock.today(), seen=team.changed_by) == 422, "why expert?"
    values = {"expert": "on", "reason": "有主任医师三名", "leader": leader.number, "on": clock.today()}
    assert posted(client, change, **values, seen=team.changed_by) == 302
    assert posted(client, page("team-invite", pk=team.pk), volunteer=member.number, agreed="signed") == 302
    assert posted(client, page("team-invite", pk=team.pk), volunteer=member.number, agreed="signed") == 422
    one = TeamMember.objects.get(volunteer=member)
    assert posted(client, page("team-member", pk=team.pk, member=one.pk, verb="admit")) == 422
    assert posted(client, page("team-member", pk=team.pk, member=one.pk, verb="leave")) == 302
    assert client.get(page("team-member", pk=team.pk, member=one.pk, verb="leave")).status_code == 404
    assert client.get(page("teams"), {"expert": "yes", "q": "银辉"}).content.decode().count("银辉宣讲队") >= 1
    team.refresh_from_db()
    dissolve = page("team-dissolve", pk=team.pk)
    assert posted(client, dissolve, on=clock.today(), reason="合并", seen=team.changed_by) == 302
    assert client.get(page("team", pk=team.pk)).status_code == 200
    assert "银辉宣讲队" not in client.get(page("teams")).content.decode()
    assert cast.client(cast.auditor).get(page("team-new")).status_code == 403


def test_policies_and_who_is_named(cast: Cast) -> None:
    row, far = make(cast, 1), make(cast, 2, path=at.NEIGHBOUR_VILLAGE)
    client, office = cast.client(cast.county), cast.offices[at.COUNTY]
    entries: dict[str, object] = {
        "holder": office.name, "insurer": "某保险", "number": "A1", "since": DAY, "until": DAY - timedelta(days=1),
    }  # fmt: skip
    assert posted(client, page("policy-new"), **entries) == 422
    entries["until"] = date(2099, 1, 1)
    assert posted(client, page("policy-new"), **entries) == 302
    assert posted(client, page("policy-new"), **entries) == 422, "recorded already"
    policy = Policy.objects.get()
    cover = page("policy-cover", pk=policy.pk)
    assert posted(client, cover, numbers=f"{row.number}\n{far.number}", since=DAY) == 422
    assert posted(client, cover, numbers=f" {row.number}，", since=DAY) == 302
    covered = Covered.objects.get()
    assert row.number in client.get(page("policy", pk=policy.pk)).content.decode()
    out = page("policy-uncover", pk=policy.pk, covered=covered.pk)
    assert posted(client, out, on=clock.today()) == 302
    assert posted(client, page("policy-end", pk=policy.pk), until="2024-12-31", reason="退保") == 302
    assert posted(client, page("policy-withdraw", pk=policy.pk), reason="录错") == 302
    assert client.get(page("policy", pk=policy.pk)).status_code == 404
    assert "A1" not in client.get(page("policies")).content.decode()


def test_rolls(cast: Cast) -> None:
    client, unit = cast.client(cast.county), cast.offices[at.COUNTY]
    new = page("roll-new")
    assert client.get(new, {"unit": unit.pk}).status_code == 200
    assert posted(client, new, unit=unit.name, people=120, since=DAY) == 302
    assert posted(client, new, unit=unit.name, people=118, since=DAY) == 302, "the same day corrects it"
    assert posted(client, new, unit=unit.name, people=1, since=DAY - timedelta(days=1)) == 422
    assert Roll.objects.get().people == 118
    assert "118" in client.get(page("rolls")).content.decode()
    assert "118" in client.get(page("roll", pk=unit.pk)).content.decode()
    assert posted(client, new, unit=cast.offices[at.NEIGHBOUR].name, people=1, since=DAY) == 422


def test_the_export_is_masked(cast: Cast) -> None:
    row = make(cast, 1, name="陈桂兰")
    response = cast.client(cast.county).get(page("volunteers-export"))
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    sheet = load_workbook(io.BytesIO(content)).active
    cells = {str(cell.value) for line in sheet.iter_rows() for cell in line}
    assert row.number in cells and "陈*兰" in cells
    assert not cells & {"陈桂兰", telephone(1), number(1)}
