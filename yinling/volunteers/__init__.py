"""Volunteers: who serves, in which teams and at which stations, and what covers them."""

from yinling.volunteers.models import (
    Covered,
    Field,
    Policy,
    Roll,
    Source,
    State,
    Station,
    StationArea,
    Team,
    TeamMember,
    Training,
    Volunteer,
)
from yinling.volunteers.queries import cover_on, trained_in, volunteer_of
from yinling.volunteers.rules import (
    is_self,
    may_insure,
    may_keep_stations,
    may_register,
    may_see_volunteers,
    may_verify,
)

__all__ = [
    "Covered",
    "Field",
    "Policy",
    "Roll",
    "Source",
    "State",
    "Station",
    "StationArea",
    "Team",
    "TeamMember",
    "Training",
    "Volunteer",
    "cover_on",
    "is_self",
    "may_insure",
    "may_keep_stations",
    "may_register",
    "may_see_volunteers",
    "may_verify",
    "trained_in",
    "volunteer_of",
]
