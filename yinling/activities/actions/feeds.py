"""Addresses of personal calendars."""

from __future__ import annotations

import hashlib
import secrets

from django.utils.translation import gettext_lazy

from yinling.activities.models import Feed
from yinling.base import clock
from yinling.base.action import action, change, create, locked
from yinling.base.rules import Actor
from yinling.volunteers import Volunteer, is_self

SECRET_BYTES = 24


def feed_digest(secret: str) -> str:
    """What is kept of the secret in an address. It is long and random, so a plain hash cannot be undone."""
    return hashlib.sha256(secret.encode()).hexdigest()


@action("activities.renew_feed", label=gettext_lazy("Make a calendar address"), rule=is_self, on="volunteer")
def renew_feed(*, volunteer: Volunteer, by: Actor) -> str:
    """A new secret for the address of the volunteer's own calendar; the address before is dead. It is shown once, here."""
    volunteer = locked(volunteer)
    for known in Feed.objects.filter(person=volunteer.person_id, ended_at__isnull=True):
        change(known, ended_at=clock.now())
    secret = secrets.token_urlsafe(SECRET_BYTES)
    create(
        Feed(
            person_id=volunteer.person_id,
            area_path=volunteer.area_path,
            digest=feed_digest(secret),
            made_at=clock.now(),
        )
    )
    return secret
