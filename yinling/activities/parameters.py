"""The numbers that taking part depends on. None stands in law; each is a default that an office may set otherwise."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from yinling.network import Declared, declare_parameters

HEALTH_DAYS = "health_declaration_days"
CANCEL_HOURS = "cancel_in_time_hours"

declare_parameters(
    Declared(
        HEALTH_DAYS,
        _("How long a volunteer's own health declaration holds"),
        _("days"),
        Decimal(365),
        _("Order 685, 15 asks that work suits the volunteer's health; it names no term, a year is usual"),
        least=Decimal(1),
        most=Decimal(1100),
    ),
    Declared(
        CANCEL_HOURS,
        _("How long before the beginning somebody who cannot come says so in time"),
        _("hours"),
        Decimal(24),
        _("Order 685, 22 asks to say so in time; it names no term"),
        most=Decimal(720),
    ),
)
