"""What is counted of conferences."""

from django.utils.translation import gettext_lazy as _

from yinling.facts import FactKind
from yinling.facts import declare as declare_kinds
from yinling.figures import Definition, Sum, declare

declare_kinds(
    FactKind(
        "conference.paper",
        "flow",
        unit="paper",
        label=_("A paper was handed in to a conference"),
        source="contribution",
    ),
    FactKind(
        "conference.speech", "flow", unit="office", label=_("An office spoke at a conference"), source="contribution"
    ),
    FactKind(
        "conference.visit", "flow", unit="association", label=_("A conference visited an association"), source="visit"
    ),
)

PAPERS = Sum(
    Definition(
        "conference.papers",
        _("Conference papers"),
        "paper",
        _("Papers handed in to conferences of the area's offices."),
    ),
    "conference.paper",
)
SPEECHES = Sum(
    Definition(
        "conference.speeches", _("Offices that spoke"), "office", _("Speeches given by offices at conferences.")
    ),
    "conference.speech",
)
VISITS = Sum(
    Definition(
        "conference.visits", _("Associations visited"), "association", _("Associations visited during conferences.")
    ),
    "conference.visit",
)

declare(PAPERS, SPEECHES, VISITS)
