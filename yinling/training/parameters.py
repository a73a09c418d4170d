"""Numbers of training that documents set: by place and day, with what holds where none is set."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from yinling.network import Declared, declare_parameters

ATTENDANCE = "attendance_needed_percent"
PASS_MARK = "pass_mark"  # noqa: S105 - a mark, not a password
RETAKE_DAYS = "retake_days"

declare_parameters(
    "training",
    Declared(
        ATTENDANCE, _("Attendance needed to finish a class"), "%", Decimal(80),
        _("Usual in training subsidies; set it by the local document."), most=Decimal(100),
    ),
    Declared(
        PASS_MARK, _("Pass mark of each part of an examination"), _("of 100"), Decimal(60),
        _("General clause of the national occupational standards: each part is marked out of 100 and passed with 60."),
        most=Decimal(100),
    ),
    Declared(
        RETAKE_DAYS, _("Days within which a failed part may be taken again"), _("days"), Decimal(365),
        _("Usual; set it by the local document."), most=Decimal(3650),
    ),
)  # fmt: skip
