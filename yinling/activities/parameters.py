"""Numbers that law and local documents set for projects and sessions, as declared defaults."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yinling.network import Declared, declare_parameters

AGREEMENT_FROM_DAYS = "projects.agreement_from_days"
SESSIONS_AT_MOST = "sessions.at_most"

declare_parameters(
    Declared(
        AGREEMENT_FROM_DAYS, _("A project that lasts longer needs written agreements"), pgettext_lazy("unit", "days"),
        Decimal(31), _("Beijing Regulations on the Promotion of Volunteer Service, article 18, as an example"),
        least=Decimal(1), most=Decimal(3660),
    ),
    Declared(
        SESSIONS_AT_MOST, _("Sessions laid out at once, at most"), pgettext_lazy("unit", "sessions"), Decimal(400),
        _("The platform's own limit against slips"), least=Decimal(1), most=Decimal(2000),
    ),
)  # fmt: skip
