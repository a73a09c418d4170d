"""What is counted of presence and service hours."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yinling.activities import KINDS
from yinling.facts import FactKind
from yinling.facts import declare as declare_kinds
from yinling.figures import Definition, Distinct, Sum, declare

SERVICE, ATTENDED = "service.minutes", "activity.attended"

declare_kinds(
    FactKind(
        SERVICE, "flow", unit="minute", label=_("A volunteer served"), source="attendance",
        dims=("domain", "grade", "retired"),
    ),
    FactKind(
        ATTENDED, "flow", unit="person_time", label=_("Somebody took part in an activity"), source="attendance",
        dims=("kind", "serves"),
    ),
)  # fmt: skip

BASIS = _(
    "Regulations on Volunteer Service (Order 685), article 19; Order 67 of the Ministry of Civil Affairs, articles 3 and 4"
)

HOURS = Sum(
    Definition(
        "hours.served", _("Hours of service"), "hour",
        _(
            "Confirmed hours of volunteer service: time at sessions, without the way there and back, confirmed by somebody "
            "else than the recorder and the volunteer; time spent in two places at once counts once."
        ),
        BASIS,
    ),
    SERVICE,
)  # fmt: skip
_GRADED = {
    "A": (
        _("Hours shown by a rotating code (grade A)"),
        _("Hours of service checked in by the session's changing code."),
    ),
    "B": (
        _("Hours recorded by the host (grade B)"),
        _("Hours of service that the host of the session recorded there."),
    ),
    "C": (_("Hours from paper sheets (grade C)"), _("Hours of service entered from a paper sheet.")),
    "D": (
        _("Hours handed in late (grade D)"),
        _("Hours of service recorded later than the working days allowed, or taken over from old records."),
    ),
}
GRADED = tuple(
    Sum(Definition(f"hours.graded_{grade.lower()}", label, "hour", text, BASIS), SERVICE, {"grade": grade})
    for grade, (label, text) in _GRADED.items()
)
SERVED = Distinct(
    Definition(
        "volunteers.served", _("Volunteers who served"), "volunteer",
        _("Different persons with confirmed hours of service in the period; who served in two places counts once."), BASIS,
    ),
    SERVICE, over="person",
)  # fmt: skip
ATTENDANCES = tuple(
    Sum(
        Definition(
            f"attended.{kind.key}", format_lazy(_("Attendances: {kind}"), kind=kind.label), "person_time",
            _("Confirmed attendances at activities of this kind; who comes twice counts twice."),
        ),
        ATTENDED, {"kind": kind.key},
    )
    for kind in KINDS.values()
)  # fmt: skip

declare(HOURS, *GRADED, SERVED, *ATTENDANCES)
