"""Insurance by date and age, trainings, rolls; teams and that nobody is put into one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from tests import cast as at
from tests.cast import Cast
from tests.volunteers.ground import BORN, DAY, LATER, counted, make, telephone
from tests.volunteers.test_register import SECRET
from yinling.base import clock
from yinling.base.rules import Actor, Refused
from yinling.network import actor_of
from yinling.volunteers import (
    Policy,
    TeamMember,
    Volunteer,
    cover_on,
    measures,
    policies,
    standing,
    teams,
    trained_in,
    trainings,
)
from yinling.volunteers.bulk import set_rolls

A_DAY = timedelta(days=1)
UNTIL = date(2024, 12, 31)


def policy(cast: Cast, number: str = "1", **others: object) -> Policy:
    """A policy of the county for 2024."""
    values: dict[str, object] = {
        "holder": cast.offices[at.COUNTY], "insurer": "某保险", "number": number, "since": DAY, "until": UNTIL,
    }  # fmt: skip
    return policies.record_policy(**(values | others), by=at.SYSTEM)  # type: ignore[arg-type]


def test_cover_holds_on_its_days(cast: Cast) -> None:
    row, other = make(cast, 1), make(cast, 2)
    one = policy(cast)
    assert cover_on(row, DAY) is None, "nobody is named yet"
    policies.cover(policy=one, volunteers=[row, row], since=date(2024, 5, 1), by=at.SYSTEM)
    days = {day: cover_on(row, day) for day in (date(2024, 4, 30), date(2024, 5, 1), UNTIL, UNTIL + A_DAY)}
    assert list(days.values()) == [None, one, one, None]
    assert cover_on(other, UNTIL) is None
    named = one.covered.get()
    policies.uncover(covered=named, on=date(2024, 6, 1), by=at.SYSTEM)
    assert (cover_on(row, date(2024, 5, 31)), cover_on(row, date(2024, 6, 1))) == (one, None)
    with pytest.raises(Refused):
        policies.uncover(covered=named, on=DAY, by=at.SYSTEM)
    policies.end_policy(policy=one, until=date(2024, 5, 15), reason="退保", by=at.SYSTEM)
    assert cover_on(row, date(2024, 5, 16)) is None
    policies.withdraw_policy(policy=one, reason="录错", by=at.SYSTEM)
    assert cover_on(row, date(2024, 5, 10)) is None


def test_cover_of_everybody_means_the_registered_of_its_area(cast: Cast) -> None:
    one = policy(cast, covers_all=True)
    row, waiting = make(cast, 1), make(cast, 2, verified=False)
    far = make(cast, 3, path=at.NEIGHBOUR_VILLAGE)
    assert [cover_on(each, DAY) for each in (row, waiting, far)] == [one, None, None]
    row = standing.leave_volunteering(volunteer=row, reason="外迁", on=LATER, by=at.SYSTEM)
    assert cover_on(row, LATER) is None
    with pytest.raises(Refused, match="outside the area"):
        policies.cover(policy=one, volunteers=[far], by=at.SYSTEM)


def test_ages_count_on_the_day_of_service(cast: Cast) -> None:
    row = make(cast, 1)
    birthday = BORN.replace(year=2024)
    one = policy(cast, covers_all=True, least_age=67, most_age=67)
    assert [cover_on(row, day) for day in (birthday - A_DAY, birthday, UNTIL)] == [None, one, one]
    younger = policy(cast, "2", covers_all=True, most_age=66)
    assert [cover_on(row, day) for day in (birthday - A_DAY, birthday)] == [younger, one]


def test_what_a_policy_is_refused_for(cast: Cast) -> None:
    policy(cast)
    for others, field in (
        ({}, "number"), ({"number": "2", "until": DAY - A_DAY}, "until"),
        ({"number": "3", "least_age": 80, "most_age": 60}, "most_age"),
    ):  # fmt: skip
        with pytest.raises(ValidationError) as refused:
            policy(cast, **others)  # type: ignore[arg-type]
        assert field in refused.value.message_dict
    with pytest.raises(Refused):
        policies.record_policy(
            holder=cast.offices[at.COUNTY], insurer="x", number="9", since=DAY, until=UNTIL, by=cast.actor(cast.chair)
        )


def test_trainings_hold_until_they_end(cast: Cast) -> None:
    row = make(cast, 1)
    made = trainings.record_training(
        host=cast.offices[at.COUNTY], volunteers=[row], topic="急救", held_on=DAY, minutes=90, valid_until=LATER,
        by=at.SYSTEM,
    )  # fmt: skip
    days = (DAY - A_DAY, DAY, LATER, LATER + A_DAY)
    assert [trained_in(row, "急救", day) for day in days] == [False, True, True, False]
    assert not trained_in(row, "消防", DAY)
    trainings.withdraw_training(training=made[0], reason="记错", by=at.SYSTEM)
    assert not trained_in(row, "急救", DAY)
    with pytest.raises(Refused):
        trainings.withdraw_training(training=made[0], reason="记错", by=at.SYSTEM)
    far = make(cast, 2, path=at.NEIGHBOUR_VILLAGE)
    with pytest.raises(Refused):
        trainings.record_training(
            host=cast.offices[at.COUNTY], volunteers=[far], topic="急救", held_on=DAY, minutes=90,
            by=cast.actor(cast.county),
        )  # fmt: skip


def test_rolls_hold_from_their_day(cast: Cast) -> None:
    unit, by = cast.offices[at.COUNTY], cast.actor(cast.county)
    trainings.set_roll(unit=unit, people=120, since=DAY, by=by)
    trainings.set_roll(unit=unit, people=90, since=LATER, by=by)
    assert [counted(measures.ROLL, on=day) for day in (DAY - A_DAY, DAY, LATER)] == [0, 120, 90]
    trainings.set_roll(unit=unit, people=95, since=LATER, by=by)
    assert counted(measures.ROLL) == 95
    with pytest.raises(ValidationError):
        trainings.set_roll(unit=unit, people=1, since=DAY, by=by)
    with pytest.raises(ValidationError):
        trainings.set_roll(unit=unit, people=1, since=clock.today() + A_DAY, by=by)
    with pytest.raises(Refused):
        set_rolls(people={unit.pk: 7}, since=DAY, area=cast.places[at.COUNTY], by=by)
    other = cast.offices[at.TOWNSHIP]
    assert set_rolls(people={other.pk: 7}, since=DAY, area=cast.places[at.COUNTY], by=by) == 1
    assert (counted(measures.ROLL), counted(measures.ROLL, at.TOWNSHIP)) == (102, 7)


@pytest.fixture
def leader(cast: Cast) -> Volunteer:
    """A volunteer who leads."""
    return make(cast, 1)


def own(cast: Cast, index: int) -> tuple[Volunteer, Actor]:
    """A volunteer with a sign-in, and the actor it is."""
    row = make(cast, index)
    account = standing.open_sign_in(volunteer=row, password=SECRET, phone=telephone(index), by=at.SYSTEM)
    row.refresh_from_db()
    return row, actor_of(account, "test")


def test_nobody_is_put_into_a_team(cast: Cast, leader: Volunteer) -> None:
    team = teams.found_team(place=cast.places[at.COMMUNITY], name="银辉队", founded=DAY, leader=leader, by=at.SYSTEM)
    (member, me), (other, them) = own(cast, 2), own(cast, 3)
    invited = teams.invite(team=team, volunteer=member, by=at.SYSTEM)
    assert not invited.joined
    with pytest.raises(Refused):
        teams.answer_invitation(volunteer=member, membership=invited, accept=True, by=them)
    with pytest.raises(ValidationError):
        teams.invite(team=team, volunteer=other, agreed="online", by=at.SYSTEM)
    accepted = teams.answer_invitation(volunteer=member, membership=invited, accept=True, by=me)
    assert (accepted.joined, accepted.agreed, accepted.since) == (True, TeamMember.Agreed.ONLINE, clock.today())
    asked = teams.ask_to_join(team=team, volunteer=other, by=them)
    with pytest.raises(Refused):
        teams.ask_to_join(team=team, volunteer=other, by=them)
    with pytest.raises(Refused):
        teams.admit(membership=asked, accept=True, by=them)
    assert teams.admit(membership=asked, accept=True, by=cast.actor(cast.county)).joined
    with pytest.raises(Refused):
        teams.admit(membership=asked, accept=True, by=at.SYSTEM)
    left = teams.leave_team(volunteer=other, membership=asked, by=them)
    assert left.until == clock.today()
    declined = teams.invite(team=team, volunteer=other, by=at.SYSTEM)
    assert teams.answer_invitation(volunteer=other, membership=declined, accept=False, by=them).until is not None


def test_teams_are_counted(cast: Cast, leader: Volunteer) -> None:
    team = teams.found_team(place=cast.places[at.COMMUNITY], name="银辉队", founded=DAY, leader=leader, by=at.SYSTEM)
    with pytest.raises(ValidationError):
        teams.change_team(team=team, domain="", leader=leader, expert=True, reason=" ", by=at.SYSTEM)
    with pytest.raises(ValidationError):
        teams.change_team(team=team, domain="", leader=make(cast, 2), expert=False, reason="", by=at.SYSTEM)
    teams.change_team(team=team, domain="rural", leader=leader, expert=True, reason="三名专家", on=LATER, by=at.SYSTEM)
    days = (DAY - A_DAY, DAY, LATER)
    assert [counted(measures.TEAMS, on=day) for day in days] == [0, 1, 1]
    assert [counted(measures.EXPERT_TEAMS, on=day) for day in days] == [0, 0, 1]
    teams.end_membership(membership=team.members.get(), by=at.SYSTEM)
    team.refresh_from_db()
    assert team.leader is None, "who leaves leads no more"
    teams.dissolve_team(team=team, on=clock.today(), reason="合并", by=at.SYSTEM)
    assert (counted(measures.TEAMS), counted(measures.TEAMS, on=LATER)) == (0, 1)
    with pytest.raises(Refused, match="has ended"):
        teams.invite(team=team, volunteer=leader, agreed="spoken", by=at.SYSTEM)
    teams.found_team(place=cast.places[at.COMMUNITY], name="银辉队", founded=clock.today(), by=at.SYSTEM)
    assert counted(measures.TEAMS) == 1, "the name is free again"
