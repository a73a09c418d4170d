"""Tables of activities."""

from yinling.activities.models.catalogue import Brand, Domain, OutcomeType, Undertaking
from yinling.activities.models.conferences import Conference, Contribution, Visit
from yinling.activities.models.enrolments import Agreement, Enrolment, EnrolmentState, Outcome
from yinling.activities.models.projects import (
    Activity,
    Feed,
    Platform,
    Project,
    ProjectState,
    Session,
    SessionRole,
)

__all__ = [
    "Activity",
    "Agreement",
    "Brand",
    "Conference",
    "Contribution",
    "Domain",
    "Enrolment",
    "EnrolmentState",
    "Feed",
    "Outcome",
    "OutcomeType",
    "Platform",
    "Project",
    "ProjectState",
    "Session",
    "SessionRole",
    "Undertaking",
    "Visit",
]
