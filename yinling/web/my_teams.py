"""One's own teams on the phone: answer an invitation, ask to join, leave."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yinling.base.paths import is_under
from yinling.base.rules import Actor
from yinling.volunteers import State, Team, TeamMember, Volunteer, is_self, queries, teams, volunteer_of
from yinling.web.page import Request, attempt, page

FEW = 12
"""Teams offered to join: the nearest ones, one screen of them."""


@page("pocket/me/teams/", name="me-teams", rule=is_self, methods="GET POST")
def teams_page(request: Request) -> HttpResponse:
    """The teams one belongs to or was invited into, and those nearby to ask."""
    row = volunteer_of(request.actor.account_id)
    if row is None or row.state not in {State.ACTIVE, State.PAUSED}:
        return redirect("me-profile")
    if request.method == "POST":
        _act(request, row, request.POST.get("do", ""), request.POST.get("key", ""))
        return redirect("me-teams")
    mine = list(row.memberships.filter(until__isnull=True).select_related("team__body").order_by("-joined", "pk"))
    context = {
        "title": _("My teams"),
        "mine": [one for one in mine if one.joined],
        "invited": [one for one in mine if not one.joined and not one.agreed],
        "asked": [one for one in mine if not one.joined and one.agreed],
        "near": _near(row, {one.team_id for one in mine}),
    }
    return render(request, "pages/pocket_teams.html", context)


def _near(row: Volunteer, known: set[int]) -> list[Team]:
    """Teams of the volunteer's county, those of the own township first."""
    rows = queries.teams(Actor.for_system("near"), path=row.area_path[:6]).exclude(pk__in=known).select_related("body")
    return sorted(rows, key=lambda team: (not is_under(row.area_path, team.area_path), team.area_path))[:FEW]


def _act(request: Request, row: Volunteer, verb: str, key: str) -> None:
    number = int(key) if key.isascii() and key.isdigit() and len(key) < 19 else 0  # noqa: PLR2004 - a key fits 18 digits
    if verb == "ask":
        team = Team.objects.filter(pk=number, body__withdrawn=False).first()
        if team is None:
            raise Http404
        attempt(
            request, lambda: teams.ask_to_join(team=team, volunteer=row, by=request.actor),
            _("Asked. The team will answer."),
        )  # fmt: skip
        return
    one = TeamMember.objects.filter(pk=number, volunteer=row).first()
    if one is None or verb not in {"accept", "decline", "leave"}:
        raise Http404
    if verb == "leave":
        attempt(request, lambda: teams.leave_team(volunteer=row, membership=one, by=request.actor), _("You have left."))
        return
    accept = verb == "accept"
    attempt(
        request,
        lambda: teams.answer_invitation(volunteer=row, membership=one, accept=accept, by=request.actor),
        _("You now belong to the team.") if accept else _("Declined."),
    )
