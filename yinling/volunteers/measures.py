"""What is counted of volunteers, teams, and the retired cadres of units."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yinling.facts import FactKind
from yinling.facts import declare as declare_kinds
from yinling.figures import Definition, Ratio, Sum, declare

REGISTERED_KIND, TEAM_KIND, ROLL_KIND = "volunteer.registered", "team.active", "retired.roll"
_BASIS = _("Regulations on Volunteer Service (Order 685), articles 7 and 19")

declare_kinds(
    FactKind(
        REGISTERED_KIND,
        "stock",
        unit="volunteer",
        label=_("A volunteer is registered"),
        source="volunteer",
        dims=("source", "professional", "retired"),
    ),
    FactKind(
        TEAM_KIND,
        "stock",
        unit="team",
        label=_("A volunteer team exists"),
        source="team",
        dims=("expert", "domain"),
    ),
    FactKind(ROLL_KIND, "stock", unit="person", label=_("Retired cadres of a unit"), source="roll_unit"),
)

VOLUNTEERS = Sum(
    Definition(
        "volunteers.registered",
        _("Registered volunteers"),
        "volunteer",
        _("Volunteers whose identity was verified and who have neither left nor died, at the end of the period."),
        basis=_BASIS,
    ),
    REGISTERED_KIND,
)
PROFESSIONALS = Sum(
    Definition(
        "volunteers.professional",
        _("Volunteers with a profession"),
        "volunteer",
        _("Registered volunteers with a professional background, at the end of the period."),
        basis=_BASIS,
    ),
    REGISTERED_KIND,
    {"professional": "yes"},
)
PROFESSIONAL_SHARE = Ratio(
    Definition(
        "volunteers.professional_share",
        _("Share with a profession"),
        "percent",
        _("Registered volunteers with a professional background, of all."),
        basis=_BASIS,
    ),
    PROFESSIONALS,
    VOLUNTEERS,
)
TEAMS = Sum(
    Definition("teams.all", _("Volunteer teams"), "team", _("Volunteer teams that exist at the end of the period.")),
    TEAM_KIND,
)
EXPERT_TEAMS = Sum(
    Definition(
        "teams.expert",
        _("Expert teams"),
        "team",
        _("Volunteer teams that can give high-end professional service, at the end of the period."),
    ),
    TEAM_KIND,
    {"expert": "yes"},
)
ROLL = Sum(
    Definition(
        "retired.roll",
        _("Retired cadres"),
        "person",
        _("Retired cadres on the rolls of units, at the end of the period."),
    ),
    ROLL_KIND,
)

declare(VOLUNTEERS, PROFESSIONALS, PROFESSIONAL_SHARE, TEAMS, EXPERT_TEAMS, ROLL)
