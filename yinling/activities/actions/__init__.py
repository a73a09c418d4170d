"""Every write of activities."""

from yinling.activities.actions.conferences import hold_conference, record_contribution, record_visit
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
    "NewRole",
    "Times",
    "add_session",
    "cancel_activity",
    "cancel_session",
    "change_activity",
    "change_project",
    "change_session",
    "close_enrolments",
    "close_project",
    "close_session",
    "create_activity",
    "create_project",
    "hold_conference",
    "lay_out_sessions",
    "publish_project",
    "record_contribution",
    "record_outcome",
    "record_visit",
    "renew_feed",
    "reopen_session",
    "withdraw_outcome",
    "withdraw_project",
]
