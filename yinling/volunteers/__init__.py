"""Volunteers: who serves, in which teams and at which stations, and what covers them.

Writes that belong together are reached by the name of their file: `claims`, `policies`, `registering`, `standing`, `teams`,
`trainings`; lists by `queries`, what is counted by `measures`."""

from yinling.volunteers import (
    measures,
    queries,
    station_measures,
    thresholds,
)
from yinling.volunteers.actions import (
    claims,
    merging,
    policies,
    registering,
    standing,
    stations,
    teams,
    trainings,
)
from yinling.volunteers.actions.registering import (
    register_volunteer,
)
from yinling.volunteers.actions.standing import (
    verify_volunteer,
)
from yinling.volunteers.bulk import (
    NewVolunteer,
    register_many,
)
from yinling.volunteers.models import (
    LIMITS,
    Claim,
    Covered,
    Field,
    HalfDay,
    Limit,
    Policy,
    Roll,
    Service,
    Skill,
    Source,
    State,
    Station,
    StationArea,
    Team,
    TeamMember,
    Training,
    Volunteer,
)
from yinling.volunteers.particulars import (
    Particulars,
)
from yinling.volunteers.queries import (
    cover_on,
    has_applied,
    trained_in,
    volunteer_of,
)
from yinling.volunteers.rules import (
    is_self,
    may_insure,
    may_keep_stations,
    may_keep_teams,
    may_register,
    may_see_stations,
    may_see_volunteers,
    may_set_rolls,
    may_verify,
)

__all__ = [
    "LIMITS",
    "Claim",
    "Covered",
    "Field",
    "HalfDay",
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
