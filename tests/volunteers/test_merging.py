"""Claims and merges: one human being counted once, whatever was recorded twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from tests import cast as at
from tests.cast import Cast
from tests.volunteers.ground import DAY, LATER, counted, make, number, telephone
from tests.volunteers.served import HEADS, MINUTES, STANDING, serve, stand, stray
from tests.volunteers.test_register import SECRET, apply
from yinling.base.period import year
from yinling.base.rules import Refused
from yinling.facts import Entry, facts_of_person, verify
from yinling.figures import Distinct, Region, Sum, figure, freeze, recheck, thawed
from yinling.people import correct_person, merge_people, register_person
from yinling.volunteers import (
    Claim,
    Particulars,
    State,
    Volunteer,
    claims,
    measures,
    policies,
    registering,
    standing,
    teams,
    trainings,
    volunteer_of,
)

pytestmark = pytest.mark.usefixtures("counting")
MARCH, MAY, JULY = date(2024, 3, 31), date(2024, 5, 31), date(2024, 7, 31)


def in_2024(measure: Sum | Distinct) -> Decimal:
    """What happened in 2024."""
    return figure(measure, path=at.COUNTY, period=year(2024)).value or Decimal(0)


def served_by_both(cast: Cast) -> tuple[Volunteer, Volunteer]:
    """Two records of one human being, each with service and a stock that ended."""
    gone, kept = make(cast, 1, on=DAY), make(cast, 2, on=LATER)
    for row, minutes in ((gone, 90), (kept, 60)):
        serve(person=row.person, on=date(2024, 4, 1), minutes=minutes, by=at.SYSTEM)
    stand(person=gone.person, on=date(2024, 4, 1), quantity=1, by=at.SYSTEM)
    stand(person=gone.person, on=date(2024, 7, 1), quantity=0, by=at.SYSTEM)
    return gone, kept


def test_a_merge_keeps_the_sums_and_counts_one_person(cast: Cast) -> None:
    gone, kept = served_by_both(cast)
    before = [in_2024(MINUTES), *(counted(STANDING, on=day) for day in (MARCH, MAY, JULY))]
    assert before == [150, 0, 1, 0]
    assert (in_2024(HEADS), counted(measures.VOLUNTEERS)) == (2, 2)
    merge_people(kept=kept.person, gone=gone.person, reason="同一人，身份证号录错一位", by=cast.actor(cast.county))
    assert [in_2024(MINUTES), *(counted(STANDING, on=day) for day in (MARCH, MAY, JULY))] == before
    assert (in_2024(HEADS), counted(measures.VOLUNTEERS)) == (1, 1)
    assert counted(measures.VOLUNTEERS, on=DAY) == 1, "registered since the earlier of both days"
    for row in (gone, kept, gone.person, kept.person):
        row.refresh_from_db()
    assert (gone.state, gone.merged_into, kept.state) == (State.LEFT, kept, State.ACTIVE)
    assert (gone.person.withdrawn, gone.person.merged_into) == (True, kept.person)
    assert not facts_of_person(gone.pk)
    assert list(recheck()) == [] and list(verify()) == []
    done = Entry.objects.get(action="people.merge")
    assert (done.subject_id, done.reason) == (kept.pk, "同一人，身份证号录错一位")


def test_figures_known_before_a_merge_stay(cast: Cast) -> None:
    gone, kept = served_by_both(cast)
    frozen = freeze(measure=HEADS, region=Region(at.COUNTY), period=year(2024), by=at.SYSTEM)
    merge_people(kept=kept.person, gone=gone.person, reason="同一人", by=at.SYSTEM)
    assert (thawed(frozen).value, in_2024(HEADS)) == (2, 1)
    assert list(recheck()) == []


def test_rows_follow(cast: Cast) -> None:
    gone, kept = make(cast, 1), make(cast, 2)
    team = teams.found_team(place=cast.places[at.COMMUNITY], name="银辉宣讲队", founded=DAY, leader=gone, by=at.SYSTEM)
    teams.invite(team=team, volunteer=kept, agreed="spoken", by=at.SYSTEM)
    policy = policies.record_policy(
        holder=cast.offices[at.COUNTY], insurer="某保险", number="1", since=DAY, until=date(2024, 12, 31), by=at.SYSTEM
    )
    policies.cover(policy=policy, volunteers=[gone, kept], by=at.SYSTEM)
    trainings.record_training(
        host=cast.offices[at.COUNTY], volunteers=[gone], topic="急救", held_on=DAY, minutes=120, by=at.SYSTEM
    )
    merge_people(kept=kept.person, gone=gone.person, reason="同一人", by=at.SYSTEM)
    team.refresh_from_db()
    assert team.leader == kept
    assert kept.memberships.filter(until__isnull=True).count() == 1
    assert kept.cover.filter(until__isnull=True).count() == 1
    assert kept.trainings.count() == 1
    assert not (gone.memberships.exists() or gone.cover.exists() or gone.trainings.exists())


def test_the_sign_in_follows(cast: Cast) -> None:
    gone, kept = make(cast, 1), make(cast, 2)
    account = standing.open_sign_in(volunteer=gone, password=SECRET, phone=telephone(1), by=at.SYSTEM)
    merge_people(kept=kept.person, gone=gone.person, reason="同一人", by=at.SYSTEM)
    assert volunteer_of(account.pk) == kept
    third = make(cast, 3)
    other = standing.open_sign_in(volunteer=third, password=SECRET, phone=telephone(3), by=at.SYSTEM)
    merge_people(kept=kept.person, gone=third.person, reason="同一人", by=at.SYSTEM)
    other.refresh_from_db()
    assert volunteer_of(account.pk) == kept and not other.is_active and other.phone_hash is None


def test_what_cannot_be_merged(cast: Cast) -> None:
    one = make(cast, 1)
    outside = register_person(place=cast.places[at.NEIGHBOUR_VILLAGE], name="龙五", by=at.SYSTEM)
    plain = register_person(place=cast.places[at.VILLAGE], name="龙六", phone=telephone(8), by=at.SYSTEM)
    county = cast.actor(cast.county)
    for kept, gone, by, why in (
        (one.person, one.person, at.SYSTEM, "not two records"),
        (one.person, outside, county, "outside the area"),
        (plain, one.person, at.SYSTEM, "one who is a volunteer"),
        (one.person, cast.person, at.SYSTEM, "chair"),
        (one.person, plain, cast.actor(cast.chair), "role"),
    ):
        with pytest.raises(Refused, match=why):
            merge_people(kept=kept, gone=gone, reason="试", by=by)
    merge_people(kept=one.person, gone=plain, reason="同一人", by=county)
    with pytest.raises(Refused, match="already been withdrawn"):
        merge_people(kept=one.person, gone=plain, reason="同一人", by=county)


def test_what_nobody_follows_is_refused(cast: Cast) -> None:
    """A fact that no module moves must not be left behind."""
    gone, kept = make(cast, 1), make(cast, 2)

    stray(person=gone.person, on=DAY, by=at.SYSTEM)
    with pytest.raises(Refused, match="cannot be merged"):
        merge_people(kept=kept.person, gone=gone.person, reason="同一人", by=at.SYSTEM)
    assert counted(measures.VOLUNTEERS) == Decimal(2)


def test_the_kept_record_gets_the_numbers_it_lacks(cast: Cast) -> None:
    plain = register_person(place=cast.places[at.VILLAGE], name="龙六", by=at.SYSTEM)
    full = register_person(
        place=cast.places[at.VILLAGE], name="龙六", resident_id=number(6), phone=telephone(6), by=at.SYSTEM
    )
    kept = merge_people(kept=plain, gone=full, reason="同一人", by=at.SYSTEM)
    assert (kept.resident_id, kept.phone, kept.sex) == (number(6), telephone(6), full.sex)


def test_a_claim_approved(cast: Cast) -> None:
    known = make(cast, 1, name="周桂英")
    old = standing.open_sign_in(volunteer=known, password=SECRET, phone=telephone(5), by=at.SYSTEM)
    apply(cast, 1)
    claim = Claim.objects.get()
    for account in (cast.chair, cast.auditor, cast.stranger):
        with pytest.raises(Refused):
            claims.approve_claim(claim=claim, by=cast.actor(account))
    claims.approve_claim(claim=claim, seen=claim.changed_by, by=cast.actor(cast.county))
    for row in (claim, known, old):
        row.refresh_from_db()
    assert known.account == claim.account and not old.is_active
    assert (claim.state, claim.decided_by) == (Claim.State.APPROVED, "杨正华")
    assert counted(measures.VOLUNTEERS) == 1
    with pytest.raises(Refused, match="already decided"):
        claims.approve_claim(claim=claim, by=at.SYSTEM)


def test_a_claim_of_somebody_who_left_registers_again(cast: Cast) -> None:
    known = make(cast, 1, name="周桂英")
    standing.leave_volunteering(volunteer=known, reason="外迁", on=LATER, by=at.SYSTEM)
    apply(cast, 1)
    claims.approve_claim(claim=Claim.objects.get(), by=at.SYSTEM)
    assert counted(measures.VOLUNTEERS) == 1
    assert counted(measures.VOLUNTEERS, on=LATER) == 0


def test_a_claim_under_another_name(cast: Cast) -> None:
    registering.apply_online(
        place=cast.places[at.COMMUNITY], name="杨绣英", resident_id=at.CHAIR_ID, phone=telephone(9), password=SECRET,
        particulars=Particulars(skills=("stage",), emergency_phone=telephone(8)), by=at.SYSTEM,
    )  # fmt: skip
    claim = Claim.objects.get()
    with pytest.raises(Refused, match="names differ"):
        claims.approve_claim(claim=claim, by=at.SYSTEM)
    correct_person(person=cast.person, name="杨绣英", reason="身份证", by=at.SYSTEM)
    made = claims.approve_claim(claim=claim, by=at.SYSTEM)
    assert (made.skills, made.emergency_phone, made.state) == (["stage"], telephone(8), State.ACTIVE)


def test_a_claim_refused(cast: Cast) -> None:
    make(cast, 1, name="周桂英")
    apply(cast, 1)
    claim = Claim.objects.get()
    with pytest.raises(ValidationError):
        claims.refuse_claim(claim=claim, reason="", by=at.SYSTEM)
    claims.refuse_claim(claim=claim, reason="证件不是本人", by=at.SYSTEM)
    claim.refresh_from_db()
    assert claim.account is not None and not claim.account.is_active
    assert Volunteer.objects.get().account is None
