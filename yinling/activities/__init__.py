"""Projects, their activities and sessions, who takes part, what came of it; conferences with papers and speeches."""

from yinling.activities.actions import hold_conference, record_contribution, record_visit
from yinling.activities.gates import Hindrance, Told, agreement_on, hindrances
from yinling.activities.kinds import KINDS, Kind
from yinling.activities.measures import PAPERS, SPEECHES, VISITS
from yinling.activities.models import (
    Activity,
    Agreement,
    Brand,
    Conference,
    Contribution,
    Domain,
    Enrolment,
    EnrolmentState,
    Outcome,
    OutcomeType,
    Platform,
    Project,
    ProjectState,
    Session,
    SessionRole,
    Undertaking,
    Visit,
)
from yinling.activities.rules import may_hold, may_run, may_see_conferences, may_see_projects, may_set_catalogue

__all__ = [
    "KINDS",
    "PAPERS",
    "SPEECHES",
    "VISITS",
    "Activity",
    "Agreement",
    "Brand",
    "Conference",
    "Contribution",
    "Domain",
    "Enrolment",
    "EnrolmentState",
    "Hindrance",
    "Kind",
    "Outcome",
    "OutcomeType",
    "Platform",
    "Project",
    "ProjectState",
    "Session",
    "SessionRole",
    "Told",
    "Undertaking",
    "Visit",
    "agreement_on",
    "hindrances",
    "hold_conference",
    "may_hold",
    "may_run",
    "may_see_conferences",
    "may_see_projects",
    "may_set_catalogue",
    "record_contribution",
    "record_visit",
]
