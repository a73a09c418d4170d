"""Projects, their activities and sessions, who takes part, what came of it; conferences with papers and speeches.

What belongs together beyond that is reached by the name of its file: `agreements`, `catalogue`, `conferences`,
`enrolments`, `events`; what keeps somebody from taking part by `gates`, lists by `queries`, the course of a project by
`workflow`."""

from yinling.activities import (
    agreements,
    bulk,
    calendar,
    catalogue_measures,
    conferences,
    enrolments,
    events,
    gates,
    project_measures,
    queries,
    repeats,
    workflow,
)
from yinling.activities.actions import catalogue
from yinling.activities.actions.archive import open_archive
from yinling.activities.actions.closing import cancel_activity, cancel_session, close_session, reopen_session
from yinling.activities.actions.enrolments import enrol
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
    change_activity,
    change_session,
    create_activity,
    lay_out_sessions,
)
from yinling.activities.gates import Told
from yinling.activities.kinds import KINDS
from yinling.activities.models import (
    Activity,
    Agreed,
    Agreement,
    Brand,
    Domain,
    Enrolment,
    EnrolmentState,
    Feed,
    Outcome,
    OutcomeType,
    Platform,
    Project,
    ProjectState,
    Session,
    SessionRole,
    Undertaking,
)
from yinling.activities.rules import (
    may_run,
    may_see_projects,
    may_set_catalogue,
)

__all__ = [
    "KINDS",
    "Activity",
    "Agreed",
    "Agreement",
    "Brand",
    "Domain",
    "Enrolment",
    "EnrolmentState",
    "Feed",
    "NewRole",
    "Outcome",
    "OutcomeType",
    "Platform",
    "Project",
    "ProjectState",
    "Session",
    "SessionRole",
    "Times",
    "Told",
    "Undertaking",
    "add_session",
    "agreements",
    "bulk",
    "calendar",
    "cancel_activity",
    "cancel_session",
    "catalogue",
    "catalogue_measures",
    "change_activity",
    "change_project",
    "change_session",
    "close_project",
    "close_session",
    "conferences",
    "create_activity",
    "create_project",
    "enrol",
    "enrolments",
    "events",
    "gates",
    "lay_out_sessions",
    "may_run",
    "may_see_projects",
    "may_set_catalogue",
    "open_archive",
    "project_measures",
    "publish_project",
    "queries",
    "record_outcome",
    "renew_feed",
    "reopen_session",
    "repeats",
    "withdraw_outcome",
    "withdraw_project",
    "workflow",
]
