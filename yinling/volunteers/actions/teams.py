"""Teams: founded, changed, dissolved; members who asked or were invited, and agreed."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, because, change, create, current, demand_seen, locked
from yinling.base.rules import Actor, Refused
from yinling.facts import hold, open_facts
from yinling.network import Body, Place, initials_of
from yinling.volunteers.actions.counting import YES_NO
from yinling.volunteers.measures import TEAM_KIND
from yinling.volunteers.models import State, Team, TeamMember, Volunteer
from yinling.volunteers.rules import is_self, may_keep_teams

NO_DOMAIN = "none"


@action(
    "volunteers.found_team", label=gettext_lazy("Found a team"), rule=may_keep_teams, on="place", records=[TEAM_KIND]
)
def found_team(
    *,
    place: Place,
    name: str,
    founded: date,
    domain: str = "",
    leader: Volunteer | None = None,
    supervised_by: Body | None = None,
    by: Actor,
) -> Team:
    """A volunteer team at `place`, from its day of founding. `domain` is the code of its domain of service; a group that is
    registered nowhere is supervised by a body. The leader must be a registered volunteer, and belongs to it."""
    if place.closed is not None:
        raise Refused(_("This place has already ended."))
    if founded > clock.today():
        raise ValidationError({"founded": _("The day lies in the future.")})
    _demand_active(leader)
    try:
        with transaction.atomic():
            body = create(
                Body(
                    place=place, area_path=place.area_path, kind=Body.Kind.TEAM, name=name.strip(),
                    initials=initials_of(name.strip()), parent=supervised_by, founded=founded,
                )
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(_("There is already a team of this name at this place.")) from error
    team = create(
        Team(
            body=body,
            area_path=place.area_path,
            domain=domain,
            leader=leader,
            supervised_by=supervised_by,
            changed_by=current().entry_id,
        )
    )
    if leader is not None:
        _join(team, leader, founded, TeamMember.Agreed.SPOKEN, joined=True)
    _count(team, founded)
    current().about(team)
    return team


@action(
    "volunteers.change_team", label=gettext_lazy("Change a team"), rule=may_keep_teams, on="team", records=[TEAM_KIND]
)
def change_team(
    *,
    team: Team,
    domain: str,
    leader: Volunteer | None,
    expert: bool,
    reason: str,
    on: date | None = None,
    seen: int | None = None,
    by: Actor,
) -> Team:
    """Domain, leader, and whether it can give high-end professional service, from the day `on`; with the reason. A leader is
    or becomes a member."""
    because(reason.strip())
    team = _standing(team, seen)
    if expert and not team.expert and not reason.strip():
        raise ValidationError({"reason": _("Say why it is an expert team.")})
    day = on or clock.today()
    if leader is not None and leader.pk != team.leader_id:
        _demand_active(leader)
        if not team.members.filter(volunteer=leader, joined=True, until__isnull=True).exists():
            raise ValidationError({"leader": _("The leader must belong to the team.")})
    team = change(team, domain=domain, leader=leader, expert=expert, changed_by=current().entry_id)
    _count(team, day)
    return team


@action("volunteers.dissolve_team", label=gettext_lazy("Dissolve a team"), rule=may_keep_teams, on="team",
        records=[TEAM_KIND])  # fmt: skip
def dissolve_team(*, team: Team, on: date, reason: str, seen: int | None = None, by: Actor) -> Team:
    """The team ends on the day `on`, and with it every membership."""
    because(reason.strip())
    team = _standing(team, seen)
    if on < team.body.founded or on > clock.today():
        raise ValidationError({"on": _("The day must lie between the founding and today.")})
    for membership in team.members.filter(until__isnull=True):
        change(membership, until=max(on, membership.since))
    change(team.body, dissolved=on)
    hold(TEAM_KIND, source=team.pk, path=team.area_path, on=on, quantity=0)
    return change(team, changed_by=current().entry_id)


@action("volunteers.ask_to_join", label=gettext_lazy("Ask to join a team"), rule=is_self, on="volunteer")
def ask_to_join(*, team: Team, volunteer: Volunteer, by: Actor) -> TeamMember:
    """A volunteer asks to join; the team decides (`admit`)."""
    _demand_active(volunteer)
    return _join(_standing(team, None), volunteer, clock.today(), TeamMember.Agreed.ONLINE, joined=False)


@action("volunteers.invite", label=gettext_lazy("Invite into a team"), rule=may_keep_teams, on="team")
def invite(*, team: Team, volunteer: Volunteer, agreed: str = "", by: Actor) -> TeamMember:
    """The team invites a volunteer, who belongs to it once agreed: online (`answer_invitation`), or at once where the
    volunteer has said so in person or on paper (`agreed`)."""
    if agreed and agreed not in {TeamMember.Agreed.SPOKEN, TeamMember.Agreed.SIGNED}:
        raise ValidationError({"agreed": _("Only the volunteer agrees online.")})
    _demand_active(volunteer)
    return _join(_standing(team, None), volunteer, clock.today(), agreed, joined=bool(agreed))


@action("volunteers.answer_invitation", label=gettext_lazy("Answer an invitation into a team"), rule=is_self,
        on="volunteer")  # fmt: skip
def answer_invitation(*, volunteer: Volunteer, membership: TeamMember, accept: bool, by: Actor) -> TeamMember:
    """The volunteer accepts, and belongs to the team from today, or declines."""
    membership = locked(membership)
    if membership.volunteer_id != volunteer.pk or membership.until is not None or membership.agreed:
        raise Refused(_("There is no such invitation."))
    if not accept:
        return change(membership, until=membership.since)
    return change(membership, agreed=TeamMember.Agreed.ONLINE, joined=True, since=clock.today())


@action("volunteers.admit", label=gettext_lazy("Decide on a request to join"), rule=may_keep_teams, on="membership")
def admit(*, membership: TeamMember, accept: bool, by: Actor) -> TeamMember:
    """The team takes a volunteer who asked, from today, or does not."""
    membership = locked(membership)
    if membership.until is not None or membership.joined or not membership.agreed:
        raise Refused(_("Nobody asks to join here any more."))
    if not accept:
        return change(membership, until=membership.since)
    return change(membership, joined=True, since=clock.today())


@action("volunteers.leave_team", label=gettext_lazy("Leave a team"), rule=may_keep_teams, on="membership")
def end_membership(*, membership: TeamMember, on: date | None = None, by: Actor) -> TeamMember:
    """The volunteer leaves the team on a day (today). A leader is none from then on."""
    return _end(membership, on)


@action("volunteers.leave_own_team", label=gettext_lazy("Leave a team oneself"), rule=is_self, on="volunteer")
def leave_team(*, volunteer: Volunteer, membership: TeamMember, by: Actor) -> TeamMember:
    """The volunteer leaves today."""
    if membership.volunteer_id != volunteer.pk:
        raise Refused(_("This is about somebody else."))
    return _end(membership, None)


def _end(membership: TeamMember, on: date | None) -> TeamMember:
    membership = locked(membership)
    if membership.until is not None:
        raise Refused(_("This membership has already ended."))
    team = locked(membership.team)
    if team.leader_id == membership.volunteer_id:
        change(team, leader=None, changed_by=current().entry_id)
    return change(membership, until=max(on or clock.today(), membership.since))


def _standing(team: Team, seen: int | None) -> Team:
    team = locked(team)
    demand_seen(team, seen)
    if team.body.dissolved is not None or team.body.withdrawn:
        raise Refused(_("This team has ended."))
    return team


def _demand_active(volunteer: Volunteer | None) -> None:
    if volunteer is not None and volunteer.state != State.ACTIVE:
        raise Refused(_("Only registered volunteers can belong to a team."))


def _join(team: Team, volunteer: Volunteer, since: date, agreed: str, *, joined: bool) -> TeamMember:
    if team.members.filter(volunteer=volunteer, until__isnull=True).exists():
        raise Refused(_("This volunteer already belongs to the team, was invited, or has asked."))
    return create(
        TeamMember(
            team=team, volunteer=volunteer, area_path=team.area_path, since=since, agreed=agreed, joined=joined
        )
    )  # fmt: skip


def _count(team: Team, on: date) -> None:
    held = open_facts(TEAM_KIND, team.pk)
    dims = {"expert": YES_NO[team.expert], "domain": team.domain or NO_DOMAIN}
    day = max(on, held[0].happened) if held else on
    hold(TEAM_KIND, source=team.pk, path=team.area_path, on=day, dims=dims)
