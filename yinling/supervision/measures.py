"""What is counted of supervision and of the training of leaders.

A finding counts as open from the day of the visit until it is closed. Reopening says that the closure did not hold, so its
facts are reversed: at every moment what was found is what is open plus what is closed, and nothing is closed twice.
"""

from django.utils.translation import gettext_lazy as _

from yinling.facts import FactKind
from yinling.facts import declare as declare_kinds
from yinling.figures import Definition, Ratio, Sum, declare

VISIT, FOUND, OPEN, CLOSED = "supervision.visit", "finding.found", "finding.open", "finding.closed"
TRAINING, TRAINED = "leader_training.held", "leader_training.people"
FINDING_KINDS = (FOUND, OPEN, CLOSED)
TRAINING_KINDS = (TRAINING, TRAINED)

declare_kinds(
    FactKind(
        VISIT, "flow", unit="visit", label=_("A supervision visit was paid"), source="supervisionvisit",
        dims=("level", "visited"),
    ),
    FactKind(
        FOUND, "flow", unit="finding", label=_("A supervision visit found something"), source="finding",
        dims=("severity",),
    ),
    FactKind(OPEN, "stock", unit="finding", label=_("A finding is open"), source="finding", dims=("severity",)),
    FactKind(
        CLOSED, "flow", unit="finding", label=_("A finding was closed"), source="finding", dims=("severity", "in_time")
    ),
    FactKind(
        TRAINING, "flow", unit="training", label=_("A training of leaders was held"), source="leadertraining",
        dims=("level",),
    ),
    FactKind(
        TRAINED, "flow", unit="person", label=_("Leaders were trained"), source="leadertraining", dims=("level",)
    ),
)  # fmt: skip

VISITS = Sum(
    Definition(
        "supervision.visits", _("Supervision visits"), "visit",
        _("Visits that offices of higher levels paid to bodies and places of the area."),
    ),
    VISIT,
)  # fmt: skip
FINDINGS = Sum(
    Definition(
        "supervision.findings", _("Findings of supervision"), "finding",
        _("Matters found during supervision visits in the area, by the day of the visit; withdrawn ones are left out."),
    ),
    FOUND,
)  # fmt: skip
OPEN_FINDINGS = Sum(
    Definition(
        "supervision.open", _("Open findings"), "finding",
        _("Findings in the area that were not closed at the end of the period; answered ones are among them."),
    ),
    OPEN,
)  # fmt: skip
CLOSED_FINDINGS = Sum(
    Definition(
        "supervision.closed", _("Closed findings"), "finding",
        _("Findings in the area that the visiting office closed in the period and that stayed closed."),
    ),
    CLOSED,
)  # fmt: skip
CLOSED_IN_TIME = Sum(
    Definition(
        "supervision.closed_in_time", _("Findings closed in time"), "finding",
        _("Closed findings that were closed on or before the day they were due (after a reopening, the new day)."),
    ),
    CLOSED,
    {"in_time": "yes"},
)  # fmt: skip
IN_TIME_SHARE = Ratio(
    Definition(
        "supervision.in_time_share", _("Share closed in time"), "percent",
        _("Findings closed in time, of all that were closed in the period."),
    ),
    CLOSED_IN_TIME,
    CLOSED_FINDINGS,
)  # fmt: skip
TRAININGS = Sum(
    Definition(
        "leader_training.courses", _("Trainings of leaders"), "training",
        _("Trainings for leaders of elderly associations that offices of the area held."),
    ),
    TRAINING,
)  # fmt: skip
PEOPLE_TRAINED = Sum(
    Definition(
        "leader_training.people", _("Leaders trained"), "person",
        _("People who took part in these trainings, counted once for each training."),
    ),
    TRAINED,
)  # fmt: skip

FINDING_MEASURES = (FINDINGS, OPEN_FINDINGS, CLOSED_FINDINGS, CLOSED_IN_TIME, IN_TIME_SHARE)
declare(VISITS, *FINDING_MEASURES, TRAININGS, PEOPLE_TRAINED)
