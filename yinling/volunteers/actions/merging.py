"""What becomes of volunteers when two records of persons are merged."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base.action import action, change, current
from yinling.base.rules import Actor, Refused
from yinling.facts import hold, touch
from yinling.network import close_own_account
from yinling.people import Person, on_merge
from yinling.volunteers.actions.counting import COUNTED, dims_of, uncount
from yinling.volunteers.measures import REGISTERED_KIND
from yinling.volunteers.models import State, Team, Volunteer
from yinling.volunteers.rules import may_verify


@action("volunteers.merge", label=gettext_lazy("Merge two records of one volunteer"), rule=may_verify, on="kept",
        records=[REGISTERED_KIND])  # fmt: skip
def merge_volunteers(*, kept: Person, gone: Person, by: Actor) -> None:
    """Teams, cover, trainings and claims of `gone` become those of `kept`. Two volunteers become one, registered since the
    earlier of both days; the number of the one given up stays on its row and is never given again."""
    touch(REGISTERED_KIND)
    entry = current().entry_id
    for claim in gone.claims.all():
        change(claim, person=kept, changed_by=entry)
    loser = Volunteer.objects.select_for_update(of=("self",)).filter(pk=gone.pk).first()
    if loser is None:
        return
    winner = Volunteer.objects.select_for_update(of=("self",)).filter(pk=kept.pk).first()
    if winner is None:
        raise Refused(_("Keep the record of the one who is a volunteer."))
    _move_rows(loser, winner)
    _count_once(loser, winner)
    before = loser.account
    change(loser, state=State.LEFT, merged_into=winner, account=None, changed_by=entry)
    if before is not None and winner.account_id is None:
        change(winner, account=before, changed_by=entry)
    elif before is not None and not before.roles_held.exists():
        close_own_account(account=before, area=winner, by=by)


def _move_rows(loser: Volunteer, winner: Volunteer) -> None:
    entry = current().entry_id
    teams = set(winner.memberships.filter(until__isnull=True).values_list("team_id", flat=True))
    for membership in loser.memberships.all():
        twice = membership.until is None and membership.team_id in teams
        change(membership, volunteer=winner, **({"until": membership.since} if twice else {}))
    policies = set(winner.cover.filter(until__isnull=True).values_list("policy_id", flat=True))
    for cover in loser.cover.all():
        twice = cover.until is None and cover.policy_id in policies
        change(cover, volunteer=winner, **({"until": cover.since} if twice else {}))
    for training in loser.trainings.all():
        change(training, volunteer=winner)
    for team in Team.objects.filter(leader=loser):
        change(team, leader=winner, changed_by=entry)


def _count_once(loser: Volunteer, winner: Volunteer) -> None:
    """One registered volunteer, since the earlier of the two days."""
    stood = loser.state in COUNTED
    since = uncount(loser)
    if winner.state not in COUNTED and stood:
        change(winner, state=loser.state, verified_on=loser.verified_on, verified_by=loser.verified_by)
    if winner.state not in COUNTED:
        return
    days = [day for day in (since, uncount(winner)) if day is not None]
    first = min(days)
    if winner.verified_on is None or first < winner.verified_on:
        change(winner, verified_on=first)
    hold(REGISTERED_KIND, source=winner.pk, path=winner.area_path, on=first, dims=dims_of(winner), person=winner.pk)


on_merge(merge_volunteers)
