"""Volunteer teams on the desk: list, record, members who asked or were invited."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from yinling.activities import Domain
from yinling.base import clock
from yinling.base.period import as_of
from yinling.base.rules import Actor, Denied
from yinling.facts import entries_about
from yinling.figures import table
from yinling.network import Body
from yinling.volunteers import State, Team, TeamMember, Volunteer, may_keep_teams, may_see_volunteers, measures, queries
from yinling.volunteers import teams as acts
from yinling.web.association_forms import ProblemForm
from yinling.web.cells import Cell, cell
from yinling.web.happened import Names, history
from yinling.web.list_tools import count_of
from yinling.web.page import Request, address_of, found, page, sent
from yinling.web.person_changes import day_field
from yinling.web.pick import BodyField, PlaceField, reach
from yinling.web.volunteer_forms import ReasonForm, SeenForm, answer
from yinling.web.volunteers import place_names

SIZE, SHOWN = 50, 300
KEEPERS = ("administrator", "officer", "clerk", "keeper")


def _domains() -> dict[str, str]:
    return dict(Domain.objects.order_by("pk").values_list("code", "name"))


class VolunteerField(forms.CharField):
    """A volunteer by number, or by whole name where only one in the viewer's area has it."""

    def __init__(self, *, actor: Actor, **options: Any) -> None:
        options.setdefault("help_text", _("Volunteer number, or the whole name."))
        super().__init__(**options)
        self.actor = actor

    def clean(self, value: Any) -> Volunteer | None:
        """The one volunteer meant; raises ValidationError where there is none or more than one."""
        text = super().clean(value).strip()
        if not text:
            return None
        rows = queries.volunteers(self.actor).filter(state=State.ACTIVE).select_related("person")
        few = list((rows.filter(number=text) if text.isdigit() else rows.filter(person__name=text))[:2])
        if not few:
            raise ValidationError(_("No registered volunteer of your area has this name or number."))
        if len(few) > 1:
            raise ValidationError(_("Several volunteers have this name; write the number."))
        return few[0]


class TeamForm(ProblemForm):
    """A new team."""

    name = forms.CharField(label=gettext_lazy("Name of the team"), max_length=120)
    founded = day_field(gettext_lazy("Founded"))
    domain = forms.ChoiceField(label=gettext_lazy("Domain"), required=False)
    field_order = ("name", "place", "founded", "domain", "leader", "supervised_by")

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        roots = reach(actor, *KEEPERS)
        self.fields["domain"].choices = [("", "–"), *_domains().items()]  # type: ignore[attr-defined]
        self.fields["place"] = PlaceField(label=_("Place"), roots=roots)
        self.fields["leader"] = VolunteerField(label=_("Leader"), actor=actor, required=False)
        self.fields["supervised_by"] = BodyField(
            label=_("Supervised by"), roots=roots, required=False,
            help_text=_("The office, station or unit that a group registered nowhere belongs to."),
        )  # fmt: skip
        self.order_fields(self.field_order)


class ChangeForm(ProblemForm):
    """Domain, leader, expert or not."""

    domain = forms.ChoiceField(label=gettext_lazy("Domain"), required=False)
    expert = forms.BooleanField(
        label=gettext_lazy("Expert team"), required=False,
        help_text=gettext_lazy("It can give high-end professional service; say on what grounds."),
    )  # fmt: skip
    on = day_field(gettext_lazy("From the day"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ("domain", "leader", "expert", "on", "reason")

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["domain"].choices = [("", "–"), *_domains().items()]  # type: ignore[attr-defined]
        self.fields["leader"] = VolunteerField(label=_("Leader"), actor=actor, required=False)
        self.order_fields(self.field_order)


class InviteForm(ProblemForm):
    """Who is invited, and whether already agreed."""

    agreed = forms.ChoiceField(
        label=gettext_lazy("Has the volunteer agreed?"), widget=forms.RadioSelect, required=False,
        choices=(
            ("", pgettext_lazy("to a membership", "not yet: answers online")),
            *((key, label) for key, label in TeamMember.Agreed.choices if key != TeamMember.Agreed.ONLINE),
        ),
        help_text=gettext_lazy("Nobody belongs to a team without having agreed."),
    )  # fmt: skip
    field_order = ("volunteer", "agreed")

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["volunteer"] = VolunteerField(label=_("Volunteer"), actor=actor)
        self.order_fields(self.field_order)


@page("teams/", name="teams", rule=may_see_volunteers)
def list_page(request: Request) -> HttpResponse:
    """The teams of the actor's area, the expert ones first."""
    text, chosen = request.GET.get("q", ""), request.GET.get("expert", "")
    expert = {"yes": True, "no": False}.get(chosen)
    rows = queries.teams(request.actor, text, request.GET.get("place", ""), expert=expert)
    after = request.GET.get("page", "")
    number = int(after) if after.isascii() and after.isdigit() and len(after) < 5 else 0  # noqa: PLR2004
    shown = list(rows.select_related("body", "leader__person")[number * SIZE : (number + 1) * SIZE + 1])
    query = {key: request.GET[key] for key in ("q", "expert", "place") if request.GET.get(key)}
    prefix, places, domains = f"?{urlencode(query)}&page=", place_names({row.area_path for row in shown}), _domains()
    new = {"label": _("Found a team"), "url": address_of("team-new"), "primary": True}
    may = bool(may_keep_teams.check(request.actor))
    listing = {
        "title": _("Volunteer teams"),
        "count_text": _("%(count)s teams") % {"count": count_of(rows)},
        "search": {"q": text, "placeholder": _("Name or pinyin initials")},
        "hidden": [{"name": key, "value": value} for key, value in query.items() if key != "q"],
        "filters": [
            {
                "label": label, "group": _("Expert team"), "active": chosen == key,
                "url": "?" + urlencode({**query, "expert": "" if chosen == key else key}),
            }
            for key, label in (("yes", _("yes")), ("no", _("no")))
        ],
        "actions": [new] if may else [],
        "columns": [
            {"label": _("Team")}, {"label": _("Place")}, {"label": _("Domain")}, {"label": _("Expert team")},
            {"label": _("Leader")}, {"label": pgettext("of a team", "Members"), "numeric": True}, {"label": _("Founded")},
        ],
        "rows": [
            {
                "url": address_of("team", pk=row.pk),
                "cells": [
                    {"text": row.body.name}, {"text": places.get(row.area_path, "")},
                    {"text": domains.get(row.domain, row.domain)},
                    {"text": _("yes"), "signal": "ok"} if row.expert else {"text": ""},
                    {"text": row.leader.person.masked_name if row.leader else ""},
                    {"text": row.count, "numeric": True},  # type: ignore[attr-defined] # see queries.teams
                    {"text": row.body.founded.isoformat()},
                ],
            }
            for row in shown[:SIZE]
        ],
        "pagination": {
            "text": "", "prev_url": f"{prefix}{number - 1}" if number else "",
            "next_url": f"{prefix}{number + 1}" if len(shown) > SIZE else "",
        },
        "empty": {
            "title": _("No team matches."), "hint": _("A team gathers volunteers of one kind of service."),
            "action": new if may else None,
        },
    }  # fmt: skip
    return render(request, "pages/list.html", {"page": listing, "crumbs": [{"label": listing["title"]}]})


@page("teams/<int:pk>/", name="team", rule=may_see_volunteers)
def detail_page(request: Request, pk: int) -> HttpResponse:
    """One team: its members, who asks to join, who was invited."""
    team = _team(request, pk)
    members = list(team.members.filter(until__isnull=True).select_related("volunteer__person").order_by("since", "pk"))
    allowed = may_keep_teams.check(request.actor, team)
    reason = str(allowed.reason) if isinstance(allowed, Denied) else ""
    keys = {"pk": pk}
    verbs = [
        {
            "label": _("Invite a volunteer"),
            "url": address_of("team-invite", **keys),
            "reason": reason,
            "primary": True,
        },
        {"label": _("Change the team"), "url": address_of("team-change", **keys), "reason": reason},
        {"label": _("Dissolve the team"), "url": address_of("team-dissolve", **keys), "reason": reason},
    ]
    place = team.body.place.with_parent
    known = Names(
        places={team.body.place_id: team.body.place.short_name},
        bodies={team.pk: team.body.name}, paths={team.area_path: place},
        people={one.volunteer_id: one.volunteer.person.masked_name for one in members},
    )  # fmt: skip
    detail = {
        "title": team.body.name,
        "subtitle": place,
        "signal": {"level": "none", "text": _("ended")} if team.body.dissolved else None,
        "facts": [
            {"label": _("Founded"), "value": team.body.founded.isoformat()},
            {"label": _("Domain"), "value": _domains().get(team.domain, team.domain)},
            {"label": _("Expert team"), "value": _("yes") if team.expert else _("no")},
            {"label": _("Leader"), "value": team.leader.person.masked_name if team.leader else ""},
            {"label": _("Supervised by"), "value": team.supervised_by.name if team.supervised_by else ""},
        ],
        "sections": [_members(team, members, may=not reason)],
        "history": history(list(entries_about({"team": [pk], "body": [pk]})[:SHOWN]), known),
        "verbs": [] if team.body.dissolved else verbs,
        "counts_towards": _figures(team),
    }
    return render(
        request, "pages/detail.html", {"page": detail, "crumbs": [*_crumbs(team)[:1], {"label": team.body.name}]}
    )


def _team(request: Request, pk: int, *, keep: bool = False) -> Team:
    rows = Team.objects.filter(body__withdrawn=False).select_related(
        "body__place__parent", "leader__person", "supervised_by"
    )
    return found(may_keep_teams if keep else may_see_volunteers, request.actor, rows, pk=pk)


def _crumbs(team: Team) -> list[dict[str, object]]:
    return [
        {"label": _("Volunteer teams"), "url": address_of("teams")},
        {"label": team.body.name, "url": address_of("team", pk=team.pk)},
    ]


def _members(team: Team, members: list[TeamMember], *, may: bool) -> dict[str, object]:
    rows = []
    for one in members[:SHOWN]:
        if one.joined:
            state = {"text": _("member"), "signal": "ok"}
            verbs = (("leave", pgettext("a team", "Leave")),)
        elif one.agreed:
            state = {"text": _("asks to join"), "signal": "warn"}
            verbs = (("admit", pgettext("a team", "Accept")), ("reject", pgettext("a team", "Decline")))  # type: ignore[assignment]
        else:
            state = {"text": _("invited"), "signal": "none"}
            verbs = (("leave", _("Withdraw the invitation")),)
        links = [(address_of("team-member", pk=team.pk, member=one.pk, verb=verb), label) for verb, label in verbs]
        rows.append(
            {
                "url": address_of("volunteer", pk=one.volunteer_id),
                "cells": [
                    {"text": one.volunteer.person.masked_name}, {"text": one.volunteer.number}, state,
                    {"text": one.since.isoformat()}, {"text": one.get_agreed_display()},
                    {"html": format_html_join(" ", '<a href="{}">{}</a>', links)} if may else {"text": ""},
                ],
            }
        )  # fmt: skip
    return {
        "title": _("Members: %(count)s") % {"count": sum(one.joined for one in members)},
        "intro": "" if rows else _("None is recorded."),
        "columns": [
            {"label": pgettext("of a person", "Name")}, {"label": _("Volunteer number")}, {"label": _("State")},
            {"label": _("From")}, {"label": _("Agreed")}, {"label": ""},
        ],
        "rows": rows,
    }  # fmt: skip


def _figures(team: Team) -> list[Cell]:
    if team.body.dissolved:
        return []
    counted = [measures.TEAMS, *([measures.EXPERT_TEAMS] if team.expert else [])]
    path, period = team.area_path[:6], as_of(clock.today())
    values = table(counted, paths=[path], periods=[period])
    return [cell(values.at(measure, path, period)) for measure in counted]


@page("teams/new/", name="team-new", rule=may_keep_teams, methods="GET POST")
def new_page(request: Request) -> HttpResponse:
    """Found a team."""
    own = Body.objects.filter(pk__in=[one.body_id for one in request.actor.grants if one.role in KEEPERS]).first()
    form = TeamForm(sent(request), actor=request.actor, initial={"supervised_by": own.name if own else ""})

    def write(**data: Any) -> str:
        return address_of("team", pk=acts.found_team(**data, by=request.actor).pk)

    crumbs = [{"label": _("Volunteer teams"), "url": address_of("teams")}]
    return answer(request, form, write, title=_("Found a team"), back=address_of("teams"), crumbs=crumbs)


@page("teams/<int:pk>/change/", name="team-change", rule=may_keep_teams, methods="GET POST")
def change_page(request: Request, pk: int) -> HttpResponse:
    """Domain, leader, expert or not."""
    team = _team(request, pk, keep=True)
    begin = {
        "domain": team.domain, "leader": team.leader.number if team.leader else "", "expert": team.expert,
        "seen": team.changed_by,
    }  # fmt: skip
    form = ChangeForm(sent(request), actor=request.actor, initial=begin)

    def write(**data: Any) -> str:
        acts.change_team(team=team, **data, by=request.actor)
        return address_of("team", pk=pk)

    return _about(request, team, form, write, _("Change the team"))


@page("teams/<int:pk>/invite/", name="team-invite", rule=may_keep_teams, methods="GET POST")
def invite_page(request: Request, pk: int) -> HttpResponse:
    """Invite a volunteer."""
    team = _team(request, pk, keep=True)

    def write(**data: Any) -> str:
        acts.invite(team=team, **data, by=request.actor)
        return address_of("team", pk=pk)

    form = InviteForm(sent(request), actor=request.actor)
    return _about(request, team, form, write, _("Invite a volunteer"))


@page("teams/<int:pk>/dissolve/", name="team-dissolve", rule=may_keep_teams, methods="GET POST")
def dissolve_page(request: Request, pk: int) -> HttpResponse:
    """The team ends."""
    team = _team(request, pk, keep=True)

    def write(**data: Any) -> str:
        acts.dissolve_team(team=team, **data, by=request.actor)
        return address_of("team", pk=pk)

    form = ReasonForm(sent(request), initial={"seen": team.changed_by})
    return _about(request, team, form, write, _("Dissolve the team"))


MEMBER_VERBS = {
    "leave": gettext_lazy("Leave the team"),
    "admit": pgettext_lazy("a team", "Accept"),
    "reject": pgettext_lazy("a team", "Decline"),
}


@page("teams/<int:pk>/members/<int:member>/<str:verb>/", name="team-member", rule=may_keep_teams, methods="GET POST")
def member_page(request: Request, pk: int, member: int, verb: str) -> HttpResponse:
    """Accept or decline who asks to join; let go who leaves."""
    team = _team(request, pk, keep=True)
    rows = TeamMember.objects.filter(team=team, until__isnull=True).select_related("volunteer__person")
    one = found(may_keep_teams, request.actor, rows if verb in MEMBER_VERBS else rows.none(), pk=member)

    def write(seen: int | None) -> str:
        del seen
        if verb == "leave":
            acts.end_membership(membership=one, by=request.actor)
        else:
            acts.admit(membership=one, accept=verb == "admit", by=request.actor)
        return address_of("team", pk=pk)

    intro = f"{one.volunteer.person.masked_name} {one.volunteer.number}"
    return _about(request, team, SeenForm(sent(request)), write, str(MEMBER_VERBS[verb]), intro)


def _about(request: Request, team: Team, form: ProblemForm, write: Any, title: str, intro: str = "") -> HttpResponse:
    back = address_of("team", pk=team.pk)
    return answer(
        request, form, write, title=title, back=back, crumbs=_crumbs(team), intro=intro or team.body.name, submit=title
    )
