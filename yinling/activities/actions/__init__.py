"""Writes of activities."""

from yinling.activities.actions.agreements import end_agreement, sign_agreement
from yinling.activities.actions.archive import open_archive
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
from yinling.activities.actions.feeds import renew_feed
from yinling.activities.actions.outcomes import record_outcome, withdraw_outcome
from yinling.activities.actions.projects import (
    change_project,
    close_project,
    create_project,
    publish_project,
    withdraw_project,
)
from yinling.activities.actions.sessions import (
    NewRole,
    Times,
    add_session,
    cancel_activity,
    cancel_session,
    change_activity,
    change_session,
    close_enrolments,
    close_session,
    create_activity,
    lay_out_sessions,
    reopen_session,
)

__all__ = [
    "Hindered",
    "NewRole",
    "Times",
    "accept_enrolment",
    "accept_invitation",
    "add_session",
    "cancel_activity",
    "cancel_enrolment",
    "cancel_session",
    "change_activity",
    "change_project",
    "change_session",
    "close_enrolments",
    "close_project",
    "close_session",
    "create_activity",
    "create_project",
    "decline_enrolment",
    "decline_invitation",
    "end_agreement",
    "enrol",
    "hold_conference",
    "lay_out_sessions",
    "mark_no_show",
    "open_archive",
    "publish_project",
    "record_contribution",
    "record_outcome",
    "record_visit",
    "renew_feed",
    "reopen_session",
    "see_notice",
    "set_places",
    "sign_agreement",
    "unmark_no_show",
    "withdraw_outcome",
    "withdraw_project",
]
