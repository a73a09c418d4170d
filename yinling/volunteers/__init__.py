"""Volunteers: who serves, in which teams and at which stations, and what covers them.

Writes that belong together are reached by the name of their file: `claims`, `policies`, `registering`, `standing`, `teams`,
`trainings`; lists by `queries`, what is counted by `measures`."""

from yinling.volunteers import measures
from yinling.volunteers import queries
from yinling.volunteers import station_measures
from yinling.volunteers import thresholds
from yinling.volunteers.actions import claims
from yinling.volunteers.actions import merging
from yinling.volunteers.actions import policies
from yinling.volunteers.actions import registering
from yinling.volunteers.actions import standing
from yinling.volunteers.actions import stations
from yinling.volunteers.actions import teams
from yinling.volunteers.actions import trainings
from yinling.volunteers.actions.registering import register_volunteer
from yinling.volunteers.actions.standing import verify_volunteer
from yinling.volunteers.bulk import NewVolunteer
from yinling.volunteers.bulk import register_many
from yinling.volunteers.models import Claim
from yinling.volunteers.models import Covered
from yinling.volunteers.models import Field
from yinling.volunteers.models import HalfDay
from yinling.volunteers.models import LIMITS
from yinling.volunteers.models import Limit
from yinling.volunteers.models import Policy
from yinling.volunteers.models import Roll
from yinling.volunteers.models import Service
from yinling.volunteers.models import Skill
from yinling.volunteers.models import Source
from yinling.volunteers.models import State
from yinling.volunteers.models import Station
from yinling.volunteers.models import StationArea
from yinling.volunteers.models import Team
from yinling.volunteers.models import TeamMember
from yinling.volunteers.models import Training
from yinling.volunteers.models import Volunteer
from yinling.volunteers.particulars import Particulars
from yinling.volunteers.queries import cover_on
from yinling.volunteers.queries import covers_on
from yinling.volunteers.queries import has_applied
from yinling.volunteers.queries import trained_in
from yinling.volunteers.queries import volunteer_of
from yinling.volunteers.rules import is_self
from yinling.volunteers.rules import may_insure
from yinling.volunteers.rules import may_keep_stations
from yinling.volunteers.rules import may_keep_teams
from yinling.volunteers.rules import may_register
from yinling.volunteers.rules import may_see_stations
from yinling.volunteers.rules import may_see_volunteers
from yinling.volunteers.rules import may_set_rolls
from yinling.volunteers.rules import may_verify


__all__ = [
    "Claim",
    "Covered",
    "Field",
    "HalfDay",
    "LIMITS",
    "Limit",
    "NewVolunteer",
    "Particulars",
    "Policy",
    "Roll",
    "Service",
    "Skill",
    "Source",
    "State",
    "Station",
    "StationArea",
    "Team",
    "TeamMember",
    "Training",
    "Volunteer",
    "claims",
    "cover_on",
    "covers_on",
    "has_applied",
    "is_self",
    "may_insure",
    "may_keep_stations",
    "may_keep_teams",
    "may_register",
    "may_see_stations",
    "may_see_volunteers",
    "may_set_rolls",
    "may_verify",
    "measures",
    "merging",
    "policies",
    "queries",
    "register_many",
    "register_volunteer",
    "registering",
    "standing",
    "station_measures",
    "stations",
    "teams",
    "thresholds",
    "trained_in",
    "trainings",
    "verify_volunteer",
    "volunteer_of",
]
