"""Tables of activities."""

from yinling.activities.models.catalogue import Brand, Domain, OutcomeType, Undertaking
from yinling.activities.models.conferences import Conference, Contribution, Visit
from yinling.activities.models.enrolments import Agreed, Agreement, Enrolment, EnrolmentState, Notice, Outcome
from yinling.activities.models.events import Booth, Guest, Hall, Minutes, Ranking, Resolution
from yinling.activities.models.projects import Activity, Feed, Platform, Project, ProjectState, Session, SessionRole

__all__ = [
    "Activity",
    "Agreed",
    "Agreement",
    "Booth",
    "Brand",
    "Conference",
    "Contribution",
    "Domain",
    "Enrolment",
    "EnrolmentState",
    "Feed",
    "Guest",
    "Hall",
    "Minutes",
    "Notice",
    "Outcome",
    "OutcomeType",
    "Platform",
    "Project",
    "ProjectState",
    "Ranking",
    "Resolution",
    "Session",
    "SessionRole",
    "Undertaking",
    "Visit",
]
