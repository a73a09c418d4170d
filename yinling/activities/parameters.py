"""The numbers that taking part depends on. None stands in law; each is a default that an office may set otherwise."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yinling.network import Declared, declare_parameters

HEALTH_DAYS = "health_declaration_days"
CANCEL_HOURS = "cancel_in_time_hours"
AGREEMENT_FROM_DAYS = "projects.agreement_from_days"
SESSIONS_AT_MOST = "sessions.at_most"

declare_parameters(
    "activities",
    Declared(
        HEALTH_DAYS, _("How long a volunteer's own health declaration holds"), _("days"), Decimal(365),
        _("Order 685, 15 asks that work suits the volunteer's health; it names no term, a year is usual"),
        least=Decimal(1), most=Decimal(1100),
    ),
    Declared(
        CANCEL_HOURS, _("How long before the beginning somebody who cannot come says so in time"), _("hours"), Decimal(24),
        _("Order 685, 22 asks to say so in time; it names no term"), most=Decimal(720),
    ),
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
