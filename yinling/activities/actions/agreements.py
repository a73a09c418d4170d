"""Written agreements of organiser and volunteer (Order 685, 14): signed online or on paper, ended by either side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from yinling.activities.agreement_text import agreement_text
from yinling.activities.models import Agreement, Project, ProjectState
from yinling.activities.rules import is_own_agreement, may_run
from yinling.base import clock
from yinling.base.action import action, because, change, create, current, locked
from yinling.base.rules import Actor, Refused, signed_in
from yinling.facts import attach
from yinling.volunteers import Volunteer

OFFICIAL = "zh-hans"
"""The language of what is signed, whatever the pages around it are shown in."""


@action("activities.sign_agreement", label=gettext_lazy("Sign the agreement of a project"), rule=signed_in)
def sign_agreement(
    *,
    project: Project,
    volunteer: Volunteer,
    signature: str = "",
    signed_on: date | None = None,
    until: date | None = None,
    evidence: Sequence[tuple[str, bytes]] = (),
    by: Actor,
) -> Agreement:
    """Organiser and volunteer agree about a project, from a day (today) until a day (the end of the project). The volunteer
    signs online, by typing their name (`signature`); whoever runs the project records a paper that was signed, with the scanned
    sheet as `evidence`. Raises ValidationError for what does not fit."""
    today = clock.today()
    agreement = Agreement(
        project=project, volunteer=volunteer, area_path=project.area_path, signed_on=signed_on or today,
        until=until or project.ends_on, signature=signature.strip(), entry_id=current().entry_id,
        changed_by=current().entry_id,
    )  # fmt: skip
    own = not by.system and bool(is_own_agreement.check(by, agreement))
    if own:
        _demand_own_name(agreement)
        agreement.signed_on, agreement.way = today, "online"
    else:
        may_run.demand(by, project)
        if not evidence:
            raise ValidationError({"evidence": _("Add the scanned sheet with both signatures.")})
        agreement.way = "paper"
    _demand_days(agreement, today)
    _end_what_ran_out(agreement, today)
    with override(OFFICIAL):
        agreement.text = agreement_text(project, volunteer, agreement.signed_on, agreement.until)
    try:
        create(agreement)
    except IntegrityError as error:
        raise Refused(_("There is an agreement about this project already.")) from error
    for name, content in evidence:
        attach(name=name, content=content, path=project.area_path)
    return agreement


def _demand_own_name(agreement: Agreement) -> None:
    typed = "".join(agreement.signature.split())
    if typed != "".join(agreement.volunteer.person.name.split()):
        raise ValidationError({"signature": _("Type your own name as it is registered.")})


def _demand_days(agreement: Agreement, today: date) -> None:
    project = agreement.project
    if project.state not in {ProjectState.DRAFT, ProjectState.PUBLISHED}:
        raise Refused(_("The project is not open: %(state)s.") % {"state": project.get_state_display()})
    if agreement.signed_on > today:
        raise ValidationError({"signed_on": _("The day lies in the future.")})
    if not max(agreement.signed_on, today) <= agreement.until <= project.ends_on:
        text = _("An agreement runs until the project ends at most (%(day)s), and not only in the past.")
        raise ValidationError({"until": text % {"day": project.ends_on}})


def _end_what_ran_out(agreement: Agreement, today: date) -> None:
    """An earlier agreement whose time is over makes room for the new one."""
    over = Agreement.objects.filter(
        project=agreement.project, volunteer=agreement.volunteer, ended_on__isnull=True, until__lt=today
    )
    for old in over.select_for_update():
        change(old, ended_on=old.until + timedelta(days=1), changed_by=current().entry_id)


@action("activities.end_agreement", label=gettext_lazy("End the agreement of a project"), rule=signed_in)
def end_agreement(*, agreement: Agreement, reason: str, on: date | None = None, by: Actor) -> Agreement:
    """Either side ends the agreement, from the day `on` (today), at any time and without giving a reason of weight."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    because(reason.strip())
    if by.system or not is_own_agreement.check(by, agreement):
        may_run.demand(by, agreement)
    fresh = locked(agreement)
    if fresh.ended_on is not None:
        raise Refused(_("The agreement has ended already."))
    day = max(on or clock.today(), fresh.signed_on)
    return change(fresh, ended_on=day, changed_by=current().entry_id)
