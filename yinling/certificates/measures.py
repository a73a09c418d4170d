"""What is counted of certificates and stars, and the numbers that documents set for them."""

from __future__ import annotations

from decimal import Decimal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yinling.facts import FactKind
from yinling.facts import declare as declare_kinds
from yinling.figures import Definition, Sum, declare
from yinling.network import Declared, declare_parameters

LEVELS = (1, 2, 3, 4, 5)
PROVINCE, PREFECTURE, COUNTY = 1, 2, 3
HOURS = dict(zip(LEVELS, (100, 300, 600, 1000, 1500), strict=True))
OFFICES = dict(zip(LEVELS, (COUNTY, COUNTY, PREFECTURE, PREFECTURE, PROVINCE), strict=True))

declare_kinds(
    FactKind(
        "certificate.issued", "flow", unit="certificate", label=_("A certificate was issued"), source="certificate",
        dims=("kind",),
    ),
    FactKind(
        "star.held", "stock", unit="person", label=_("A volunteer holds a star"), source="starholder", dims=("level",)
    ),
)  # fmt: skip

CERTIFICATES = Sum(
    Definition(
        "certificates.issued",
        _("Certificates issued"),
        "certificate",
        _(
            "Certificates of service, star certificates and certificates of completion issued by bodies of the area, by "
            "their date. One that was revoked or superseded later was issued all the same."
        ),
    ),
    "certificate.issued",
)

_NAMES = {
    1: _("Volunteers of one star"),
    2: _("Volunteers of two stars"),
    3: _("Volunteers of three stars"),
    4: _("Volunteers of four stars"),
    5: _("Volunteers of five stars"),
}

STARS = tuple(
    Sum(
        Definition(
            f"stars.{level}",
            _NAMES[level],
            "person",
            _(
                "Volunteers whose highest star this is, at the end of the period, by the place where they are registered."
            ),
        ),
        "star.held",
        {"level": str(level)},
    )
    for level in LEVELS
)

declare(CERTIFICATES, *STARS)

_GUIDANCE = "民发〔2015〕149号"

declare_parameters(
    "certificates",
    Declared(
        "publicity_days", _("Days a certificate lies open inside the unit"), _("days"), Decimal(7), _GUIDANCE,
        most=Decimal(90),
    ),
    Declared(
        "valid_after_publicity", _("A certificate is valid only after its publicity (1: yes, 0: at once)"), "",
        Decimal(1), _GUIDANCE, most=Decimal(1),
    ),
    *(
        Declared(
            f"star_{level}_hours", format_lazy("{}{}{}", _NAMES[level], _(": "), _("hours needed")), _("hours"),
            Decimal(HOURS[level]),
            _("2012 measures on recording volunteer service, as reported; Jiangsu 2015"), least=Decimal(1),
            most=Decimal(100_000),
        )
        for level in LEVELS
    ),
    *(
        Declared(
            f"star_{level}_office",
            format_lazy(
                "{}{}{}", _NAMES[level], _(": "), _("level of the office that decides (1 province, 2 prefecture, 3 county)")
            ), "", Decimal(OFFICES[level]),
            _("usual practice: one and two stars county, three and four prefecture, five province"),
            least=Decimal(PROVINCE), most=Decimal(COUNTY),
        )
        for level in LEVELS
    ),
)  # fmt: skip
