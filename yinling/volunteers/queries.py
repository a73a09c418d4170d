"""Reads of volunteers: who somebody is, what covers them on a day, what they were trained in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from yinling.base.paths import is_under, prefixes
from yinling.volunteers.models import Covered, Policy, Volunteer


def volunteer_of(account_id: int | None) -> Volunteer | None:
    """The volunteer whose own sign-in this account is, with the person."""
    if account_id is None:
        return None
    return Volunteer.objects.select_related("person").filter(account=account_id).first()


def cover_on(volunteer: Volunteer, day: date) -> Policy | None:
    """An accident insurance that covers the volunteer on a day (Order 685, 17): it runs on that day, takes the person's age,
    and either names the person or covers everybody registered in its area. None where there is no such policy."""
    return covers_on([volunteer], day).get(volunteer.pk)


def covers_on(rows: Sequence[Volunteer], day: date) -> dict[int, Policy]:
    """The same for several volunteers, in as many statements; who is not covered is left out."""
    named: dict[int, set[int]] = {}
    holds = Q(until__isnull=True) | Q(until__gt=day)
    listed = Covered.objects.filter(holds, volunteer__in=[row.pk for row in rows], since__lte=day)
    for number, volunteer in listed.values_list("policy", "volunteer"):
        named.setdefault(number, set()).add(volunteer)
    areas = {path for row in rows for path in prefixes(row.area_path)}
    running = Policy.objects.filter(
        Q(pk__in=named) | Q(covers_all=True, area_path__in=areas), withdrawn=False, since__lte=day, until__gte=day
    )
    found: dict[int, Policy] = {}
    for policy in running.order_by("until", "pk"):
        for row in rows:
            everybody = policy.covers_all and is_under(row.area_path, policy.area_path)
            if (everybody or row.pk in named.get(policy.pk, ())) and _takes(policy, row.person.age_on(day)):
                found[row.pk] = policy
    return found


def _takes(policy: Policy, age: int | None) -> bool:
    if age is None:  # a policy with limits cannot be shown to hold for somebody of unknown age
        return policy.least_age is None and policy.most_age is None
    return (policy.least_age or 0) <= age and (policy.most_age is None or age <= policy.most_age)


def trained_in(volunteer: Volunteer, topic: str, day: date) -> bool:
    """Whether the volunteer passed a training in the topic that is valid on a day (Order 685, 16)."""
    valid = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
    return volunteer.trainings.filter(valid, topic=topic, passed=True, withdrawn=False, held_on__lte=day).exists()
