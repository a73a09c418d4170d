"""The numbers by which hours are judged; any place may set its own."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yinling.network import Declared, declare_parameters

HOUSE = _("The platform's own default; set by the office in charge.")
MINUTES, DAYS = _("minutes"), _("working days")
DAY = 24 * 60

declare_parameters(
    "hours",
    Declared(
        "slack_minutes", _("Presence may begin before a session, and end after it, by"), MINUTES, Decimal(30), HOUSE,
        most=Decimal(DAY),
    ),
    Declared(
        "single_record_minutes", _("A single record over this goes to review"), MINUTES, Decimal(480), HOUSE,
        least=Decimal(1), most=Decimal(DAY),
    ),
    Declared(
        "daily_minutes", _("More than this on one day goes to review"), MINUTES, Decimal(600), HOUSE,
        least=Decimal(1), most=Decimal(DAY),
    ),
    Declared(
        "record_within_workdays", _("Service is recorded within"), DAYS, Decimal(5),
        _("Regulations on Volunteer Service (Order 685), article 19, ask for a true and timely record; the number is the "
          "platform's own default."),
        most=Decimal(250),
    ),
    Declared(
        "answer_within_workdays", _("An objection to hours is answered within"), DAYS, Decimal(10),
        _("Order 67 of the Ministry of Civil Affairs asks for a timely check; the number is the platform's own default."),
        least=Decimal(1), most=Decimal(250),
    ),
    Declared(
        "impossible_day_minutes", _("More than this on one day looks impossible"), MINUTES, Decimal(960), HOUSE,
        least=Decimal(1), most=Decimal(DAY),
    ),
    Declared(
        "device_people", _("One telephone checking in this many people on a day looks impossible"), _("people"),
        Decimal(20), HOUSE, least=Decimal(2),
    ),
    Declared(
        "bulk_confirm_records", _("This many records confirmed at one moment are to be looked at"), _("records"),
        Decimal(200), HOUSE, least=Decimal(2),
    ),
    Declared(
        "checkin_seconds", _("The code of a session changes every"), _("seconds"), Decimal(30), HOUSE, least=Decimal(10),
        most=Decimal(600),
    ),
    Declared(
        "checkin_window", _("A code still holds so many changes before and after"),
        pgettext_lazy("of a code", "changes"), Decimal(2), HOUSE, most=Decimal(20),
    ),
    Declared(
        "checkin_tries", _("Wrong codes in ten minutes before no more are tried"),
        pgettext_lazy("of a session", "codes"), Decimal(10), HOUSE, least=Decimal(3), most=Decimal(100),
    ),
    Declared(
        "checkin_clock_minutes", _("A device's clock that is off by more sends the record to review"), MINUTES, Decimal(10),
        HOUSE, least=Decimal(1), most=Decimal(DAY),
    ),
    Declared(
        "checkin_apart_minutes", _("Code and counter-sign belong together up to"), MINUTES, Decimal(15), HOUSE,
        least=Decimal(1), most=Decimal(DAY),
    ),
    Declared(
        "checkin_ticket_days", _("What a device hands in later than this is evidence of grade D"), _("days"), Decimal(7),
        HOUSE, least=Decimal(1), most=Decimal(365),
    ),
)  # fmt: skip
