"""Who takes part in a session, from the offer to the day itself: part of the front door, kept apart for its size.

To sign up is `enrol`, which stands in the front door itself; what keeps somebody from it is said by `gates`."""

from yinling.activities.actions.enrolments import (
    Hindered,
    accept_enrolment,
    accept_invitation,
    cancel_enrolment,
    decline_enrolment,
    decline_invitation,
    mark_no_show,
    see_notice,
    set_places,
    unmark_no_show,
)
from yinling.activities.enrolled import (
    enrolments_of,
    joinable,
    live_enrolment,
    own_enrolments,
    waiting_applications,
    waiting_places,
)
from yinling.activities.models import Notice
from yinling.activities.rules import is_own_enrolment, may_see_enrolments

__all__ = [
    "Hindered",
    "Notice",
    "accept_enrolment",
    "accept_invitation",
    "cancel_enrolment",
    "decline_enrolment",
    "decline_invitation",
    "enrolments_of",
    "is_own_enrolment",
    "joinable",
    "live_enrolment",
    "mark_no_show",
    "may_see_enrolments",
    "own_enrolments",
    "see_notice",
    "set_places",
    "unmark_no_show",
    "waiting_applications",
    "waiting_places",
]
