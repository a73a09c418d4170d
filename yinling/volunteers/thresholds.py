"""What a county needs at least, in stations, volunteers and teams: numbers that any place may set its own way."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from yinling.figures import UNITS
from yinling.network import Declared, declare_parameters

STATIONS_AT_LEAST = "volunteers.stations_at_least"
VOLUNTEERS_AT_LEAST = "volunteers.volunteers_at_least"
PROFESSIONAL_AT_LEAST = "volunteers.professional_share_at_least"
EXPERT_TEAMS_AT_LEAST = "volunteers.expert_teams_at_least"
PARTICIPATION_AT_LEAST = "volunteers.participation_at_least"
HUNDRED = Decimal(100)

THRESHOLDS = (
    STATIONS_AT_LEAST, VOLUNTEERS_AT_LEAST, PROFESSIONAL_AT_LEAST, EXPERT_TEAMS_AT_LEAST, PARTICIPATION_AT_LEAST,
)  # fmt: skip
"""Keys of the thresholds, in the order in which they are shown."""

_SPEECH = _(
    "Speech at a city's meeting on the volunteer service of retired cadres, II (1): fewer than this lags behind"
)
_OWN = _("A proposal of this platform; no document sets it")
_WHOLE = _("No document sets it: 0 means the share of the whole area, so that a county is compared with its own city")

declare_parameters(
    "volunteers",
    Declared(
        STATIONS_AT_LEAST, _("Service stations a county needs at least"), UNITS["station"].label, Decimal(5), _SPEECH,
        most=Decimal(10_000),
    ),
    Declared(
        VOLUNTEERS_AT_LEAST, _("Registered volunteers a county needs at least"), UNITS["volunteer"].label, Decimal(200),
        _SPEECH,
    ),
    Declared(
        PROFESSIONAL_AT_LEAST, _("Share of volunteers with a professional background a county needs at least"), "%",
        Decimal(0), _WHOLE, most=HUNDRED,
    ),
    Declared(
        EXPERT_TEAMS_AT_LEAST, _("Expert teams a county needs at least"), UNITS["team"].label, Decimal(1), _OWN,
        most=Decimal(10_000),
    ),
    Declared(
        PARTICIPATION_AT_LEAST, _("Share of retired cadres who serve that a county needs at least"), "%", Decimal(0),
        _WHOLE, most=HUNDRED,
    ),
)  # fmt: skip
