"""Policies: what insures volunteers against accidents, and who is named in it (Order 685, 17)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base.action import action, because, change, create, create_many, current, demand_seen, locked
from yinling.base.paths import is_under
from yinling.base.rules import Actor, Refused
from yinling.network import Body
from yinling.volunteers.models import Covered, Policy, Volunteer
from yinling.volunteers.rules import may_insure


@action("volunteers.record_policy", label=gettext_lazy("Record a policy"), rule=may_insure, on="holder")
def record_policy(
    *,
    holder: Body,
    insurer: str,
    number: str,
    since: date,
    until: date,
    least_age: int | None = None,
    most_age: int | None = None,
    covers_travel: bool = False,
    covers_all: bool = False,
    by: Actor,
) -> Policy:
    """An accident insurance that `holder` bought, valid on both days and between (Order 685, 17). Ages are whole years on the
    day of service, both included. Raises ValidationError by field."""
    if until < since:
        raise ValidationError({"until": _("It ends before it begins.")})
    if least_age is not None and most_age is not None and most_age < least_age:
        raise ValidationError({"most_age": _("The greatest age is less than the least.")})
    row = Policy(
        holder=holder, area_path=holder.area_path, insurer=insurer.strip(), number=number.strip(), since=since,
        until=until, least_age=least_age, most_age=most_age, covers_travel=covers_travel, covers_all=covers_all,
        changed_by=current().entry_id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            return create(row)
    except IntegrityError as error:
        raise ValidationError({"number": _("This policy is already recorded.")}) from error


@action("volunteers.withdraw_policy", label=gettext_lazy("Withdraw a policy"), rule=may_insure, on="policy")
def withdraw_policy(*, policy: Policy, reason: str, seen: int | None = None, by: Actor) -> Policy:
    """The policy was never so: nobody is or was covered by it."""
    because(reason.strip())
    return change(_standing(policy, seen), withdrawn=True, changed_by=current().entry_id)


@action("volunteers.end_policy", label=gettext_lazy("End a policy"), rule=may_insure, on="policy")
def end_policy(*, policy: Policy, until: date, reason: str, seen: int | None = None, by: Actor) -> Policy:
    """The policy ends earlier than it was bought for; `until` is the last day it holds."""
    because(reason.strip())
    policy = _standing(policy, seen)
    if not policy.since <= until <= policy.until:
        raise ValidationError({"until": _("The day must lie within the time the policy holds.")})
    return change(policy, until=until, changed_by=current().entry_id)


@action("volunteers.cover", label=gettext_lazy("Name volunteers in a policy"), rule=may_insure, on="policy")
def cover(*, policy: Policy, volunteers: Sequence[Volunteer], since: date | None = None, by: Actor) -> list[Covered]:
    """The volunteers are named in the policy from a day on (its first); who already is stays as recorded. Refused where one
    lies outside the area of the policy."""
    policy = _standing(policy, None)
    day = max(since or policy.since, policy.since)
    if day > policy.until:
        raise ValidationError({"since": _("The day must lie within the time the policy holds.")})
    already = set(policy.covered.filter(until__isnull=True).values_list("volunteer_id", flat=True))
    for volunteer in volunteers:
        if not is_under(volunteer.area_path, policy.area_path):
            raise Refused(_("A volunteer lies outside the area of the policy."))
    named = {one.pk: one for one in volunteers if one.pk not in already}
    rows = [Covered(policy=policy, volunteer=one, area_path=policy.area_path, since=day) for one in named.values()]
    current().about(policy)
    return create_many(rows)


@action("volunteers.uncover", label=gettext_lazy("Take a volunteer out of a policy"), rule=may_insure, on="covered")
def uncover(*, covered: Covered, on: date, by: Actor) -> Covered:
    """From the day `on` the volunteer is no longer named."""
    covered = locked(covered)
    if covered.until is not None:
        raise Refused(_("This volunteer was already taken out."))
    return change(covered, until=max(on, covered.since))


def _standing(policy: Policy, seen: int | None) -> Policy:
    policy = locked(policy)
    demand_seen(policy, seen)
    if policy.withdrawn:
        raise Refused(_("This policy was withdrawn."))
    return policy
