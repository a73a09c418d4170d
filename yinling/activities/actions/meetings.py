"""Meetings and contests: guests and what they answered, minutes, resolutions with owner and day; ranks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.activities.actions.expos import demand_kind
from yinling.activities.models import Activity, Guest, Minutes, Ranking, Resolution
from yinling.activities.rules import may_run
from yinling.base import clock
from yinling.base.action import action, because, change, create, current, locked
from yinling.base.rules import Actor, Refused
from yinling.network import Body

MEETING, CONTEST = "meeting", "contest"
LONGEST_MINUTES = 20_000
"""Characters of the minutes of a meeting at most."""


@action("activities.invite_guest", label=gettext_lazy("Invite to a meeting"), rule=may_run, on="activity")
def invite_guest(*, activity: Activity, body: Body, by: Actor) -> Guest:
    """A body is invited to a meeting."""
    held = demand_kind(activity, MEETING)
    guest = Guest(activity=held, area_path=held.area_path, body=body, changed_by=current().entry_id)
    try:
        with transaction.atomic():
            return create(guest)
    except IntegrityError as error:
        raise ValidationError({"body": _("This body is invited already.")}) from error


@action("activities.answer_guest", label=gettext_lazy("Note who came to a meeting"), rule=may_run, on="guest")
def answer_guest(*, guest: Guest, answer: str, sent: str = "", reason: str = "", by: Actor) -> Guest:
    """What the body answered, or whether it came: `sent` who represented it, `reason` why it was excused."""
    if answer not in Guest.Answer.values:
        raise ValidationError({"answer": _("There is no such answer.")})
    if answer == Guest.Answer.EXCUSED and not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    return change(locked(guest), answer=answer, sent=sent.strip(), reason=reason.strip(), changed_by=current().entry_id)


@action("activities.write_minutes", label=gettext_lazy("Write the minutes of a meeting"), rule=may_run, on="activity")
def write_minutes(*, activity: Activity, text: str, seen: int | None = None, by: Actor) -> Minutes:
    """The minutes, as a text. `seen` is the `changed_by` of the minutes the writer had in front of them (0: there were
    none)."""
    held = demand_kind(activity, MEETING)
    known = Minutes.objects.filter(activity=held).first()
    if seen is not None and seen != (known.changed_by if known else 0):
        raise Refused(_("Somebody changed this record while you had it open. Look at it again; nothing was saved."))
    if len(text) > LONGEST_MINUTES:
        raise ValidationError({"text": _("The minutes are longer than can be kept; attach them as a file.")})
    entry = current().entry_id
    if known is None:
        return create(Minutes(activity=held, area_path=held.area_path, text=text.strip(), changed_by=entry))
    return change(known, text=text.strip(), changed_by=entry)


@action("activities.resolve", label=gettext_lazy("Record a resolution"), rule=may_run, on="activity")
def resolve(*, activity: Activity, text: str, owner: Body, due_on: date, by: Actor) -> Resolution:
    """Something the meeting resolved, done by `owner` until `due_on`."""
    held = demand_kind(activity, MEETING)
    return create(
        Resolution(
            activity=held, area_path=held.area_path, text=text, owner=owner, due_on=due_on, changed_by=current().entry_id
        )
    )  # fmt: skip


@action("activities.carry_out", label=gettext_lazy("Note a resolution as done"), rule=may_run, on="resolution")
def carry_out(*, resolution: Resolution, on: date, remark: str = "", by: Actor) -> Resolution:
    """The resolution was carried out on a day, not in the future."""
    if on > clock.today():
        raise ValidationError({"on": _("The day lies in the future.")})
    held = locked(resolution)
    if held.done_on is not None:
        raise Refused(_("This resolution is done already."))
    return change(resolution, done_on=on, remark=remark, changed_by=current().entry_id)


@action("activities.rank", label=gettext_lazy("Record a result of a contest"), rule=may_run, on="activity")
def rank_contestant(
    *, activity: Activity, rank: int, body: Body, name: str, score: Decimal | None = None, prize: str = "", by: Actor
) -> Ranking:
    """A rank (1 the first; equal ranks are possible) with who took it and for which body."""
    held = demand_kind(activity, CONTEST)
    ranking = Ranking(
        activity=held, area_path=held.area_path, rank=rank, body=body, name=name, score=score, prize=prize,
        changed_by=current().entry_id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            return create(ranking)
    except IntegrityError as error:
        raise ValidationError({"name": _("This contestant has this rank already.")}) from error


@action("activities.withdraw_rank", label=gettext_lazy("Withdraw a result"), rule=may_run, on="ranking")
def withdraw_ranking(*, ranking: Ranking, reason: str, by: Actor) -> Ranking:
    """The result was wrong."""
    because(reason)
    if locked(ranking).withdrawn:
        raise Refused(_("This record was withdrawn."))
    return change(ranking, withdrawn=True, changed_by=current().entry_id)
