"""What enrolment knows and hours need: the gates on the day of service, and signing up on the spot."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from yinling.activities import EnrolmentState, SessionRole, enrol, gates
from yinling.base.rules import Actor, Refused
from yinling.people import Person


def hindered(role: SessionRole, person: Person, day: date) -> list[str]:
    """In words, what stands against this service on that day (Order 685, 15 to 17). The service took place, so a record of it
    is kept, for review."""
    volunteer = getattr(person, "volunteer", None)
    return [one.text for one in gates.hindrances(role=role, volunteer=volunteer, person=person, day=day)]


def enrol_on_the_spot(*, role: SessionRole, person: Person, by: Actor) -> None:
    """Sign somebody up who came without having signed up. Refused where something hinders the person, where no place is
    free, and once the session is over."""
    enrolment = enrol(role=role, person=person, present=True, by=by)
    if enrolment.state != EnrolmentState.CONFIRMED:
        raise Refused(_("No place is free for %(person)s.") % {"person": person.masked_name})
