"""What enrolment knows and hours need: the gates on the day of service, and signing up on the spot."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from yinling.activities import SessionRole
from yinling.base.rules import Actor, Refused
from yinling.people import Person


def hindered(role: SessionRole, person: Person, day: date) -> list[str]:
    """In words, what stands against this service on that day (Order 685, 15 to 17). The service took place, so a record of it
    is kept, for review."""
    return [] if getattr(person, "volunteer", None) else [_("not registered as a volunteer")]


def enrol_on_the_spot(*, role: SessionRole, person: Person, by: Actor) -> None:
    """Sign somebody up who came without having signed up."""
    raise Refused(_("%(person)s has not signed up for this session.") % {"person": person.masked_name})
