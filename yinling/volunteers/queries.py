"""Reads of volunteers: who somebody is, what covers them on a day, what they were trained in."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from yinling.base.paths import prefixes
from yinling.volunteers.models import Policy, Volunteer


def volunteer_of(account_id: int | None) -> Volunteer | None:
    """The volunteer whose own sign-in this account is, with the person."""
    if account_id is None:
        return None
    return Volunteer.objects.select_related("person").filter(account=account_id).first()


def cover_on(volunteer: Volunteer, day: date) -> Policy | None:
    """An accident insurance that covers the volunteer on a day (Order 685, 17): it runs on that day, takes the person's age,
    and either names the person or covers everybody registered in its area. None where there is no such policy."""
    named = Q(covered__volunteer=volunteer, covered__since__lte=day) & (
        Q(covered__until__isnull=True) | Q(covered__until__gt=day)
    )
    everybody = Q(covers_all=True, area_path__in=prefixes(volunteer.area_path))
    running = Policy.objects.filter(named | everybody, withdrawn=False, since__lte=day, until__gte=day)
    age = volunteer.person.age_on(day)
    return next((policy for policy in running.order_by("-until", "pk") if _takes(policy, age)), None)


def _takes(policy: Policy, age: int | None) -> bool:
    if age is None:  # a policy with limits cannot be shown to hold for somebody of unknown age
        return policy.least_age is None and policy.most_age is None
    return (policy.least_age or 0) <= age and (policy.most_age is None or age <= policy.most_age)


def trained_in(volunteer: Volunteer, topic: str, day: date) -> bool:
    """Whether the volunteer passed a training in the topic that is valid on a day (Order 685, 16)."""
    valid = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
    return volunteer.trainings.filter(valid, topic=topic, passed=True, withdrawn=False, held_on__lte=day).exists()
