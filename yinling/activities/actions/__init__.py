"""Writes of activities."""

from yinling.activities.actions.agreements import end_agreement, sign_agreement
from yinling.activities.actions.conferences import hold_conference, record_contribution, record_visit
from yinling.activities.actions.enrolments import (
    Hindered,
    accept_enrolment,
    accept_invitation,
    cancel_enrolment,
    decline_enrolment,
    decline_invitation,
    enrol,
    mark_no_show,
    see_notice,
    set_places,
    unmark_no_show,
)

__all__ = [
    "Hindered",
    "accept_enrolment",
    "accept_invitation",
    "cancel_enrolment",
    "decline_enrolment",
    "decline_invitation",
    "end_agreement",
    "enrol",
    "hold_conference",
    "mark_no_show",
    "record_contribution",
    "record_visit",
    "see_notice",
    "set_places",
    "sign_agreement",
    "unmark_no_show",
]
