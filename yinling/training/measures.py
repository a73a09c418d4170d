"""What is counted of training: kinds of fact and measures."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yinling.facts import FactKind
from yinling.facts import declare as declare_kinds
from yinling.figures import Definition, Distinct, Ratio, Sum, declare
from yinling.people import Qualification

CLASS_HELD = "class.held"
CLASS_DAYS = "class.days"
FINISHED = "training.finished"
PLACED = "trainee.placed"
EXAMINED = "onex.candidate"
QUALIFIED = "qualification.held"

CLASS_KINDS = (CLASS_HELD, CLASS_DAYS, FINISHED)
"""What the end of a class records."""

declare_kinds(
    FactKind(
        CLASS_HELD, "flow", unit="class", label=_("A training class was held"), source="trainingclass",
        dims=("course", "graded"),
    ),
    FactKind(
        CLASS_DAYS, "flow", unit="day", label=_("A training class took days"), source="trainingclass", dims=("course",)
    ),
    FactKind(
        FINISHED, "flow", unit="person_time", label=_("Somebody finished a training class"), source="trainee",
        dims=("course",),
    ),
    FactKind(
        PLACED, "flow", unit="person", label=_("Somebody found work after a training class"), source="placement",
        dims=("course",),
    ),
    FactKind(
        EXAMINED, "flow", unit="person_time", label=_("A student took a 1+X examination"), source="candidate",
        dims=("school", "onex_level", "passed"),
    ),
    FactKind(
        QUALIFIED, "stock", unit="certificate", label=_("A person holds a qualification"), source="qualification",
        dims=("paper", "skill_grade"),
    ),
)  # fmt: skip

CLASSES = Sum(
    Definition(
        "classes.held", _("Training classes held"), "class",
        _("Classes that were finished in the period, by their last day."),
    ),
    CLASS_HELD,
)  # fmt: skip
GRADED_CLASSES = Sum(
    Definition(
        "classes.graded", _("Classes for a skill grade"), "class",
        _("Training classes held that prepare for a grade of a carer."),
        _("National occupational standard for carers of older people (2019)"),
    ),
    CLASS_HELD,
    {"graded": "yes"},
)  # fmt: skip
ASSESSOR_DAYS = Sum(
    Definition(
        "classes.assessor_days", _("Days of classes for assessors"), "day",
        _("Days on which classes for assessors of the abilities of older people were held, by the last day of the class."),
    ),
    CLASS_DAYS,
    {"course": "assessor"},
)  # fmt: skip
TRAINED = Sum(
    Definition(
        "trained.all", _("Trained"), "person_time",
        _("Trainees who finished a class, one for each trainee and class, by the class's last day (who passes a part taken "
          "again later: by that day). Classes taken over with a number instead of names count by that number."),
    ),
    FINISHED,
)  # fmt: skip
MID_GRADE = Distinct(
    Definition(
        "trained.mid_grade", _("Intermediate carers trained"), "person",
        _("Different people who finished a class for carers of grade 4."),
        _("National occupational standard for carers of older people (2019)"),
    ),
    FINISHED, "person", {"course": "carer_4"},
)  # fmt: skip
FAMILY = Sum(
    Definition(
        "trained.family", _("Family carers trained"), "person_time",
        _("Trainees who finished a class for family carers, one for each trainee and class."),
    ),
    FINISHED, {"course": "family_carer"},
)  # fmt: skip
ASSESSORS = Sum(
    Definition(
        "trained.assessors", _("Assessors trained"), "person_time",
        _("Trainees who finished a class for assessors of the abilities of older people."),
    ),
    FINISHED, {"course": "assessor"},
)  # fmt: skip
PLACEMENTS = Distinct(
    Definition(
        "trainees.placed", _("Trainees who found work"), "person",
        _("Different people who, after a class, began to work for an employer, by the day they began."),
    ),
    PLACED, "person",
)  # fmt: skip

CANDIDATES = Sum(
    Definition(
        "onex.candidates", _("1+X candidates"), "person_time", _("Students who took a 1+X examination, each time they did.")
    ),
    EXAMINED,
)  # fmt: skip
PASSED = Sum(
    Definition(
        "onex.passed", _("1+X candidates who passed"), "person_time",
        _("Of the candidates, those who reached the pass mark in theory and in skills."),
    ),
    EXAMINED, {"passed": "yes"},
)  # fmt: skip
PASS_RATE = Ratio(
    Definition("onex.pass_rate", _("1+X pass rate"), "percent", _("Candidates who passed, of all candidates.")),
    PASSED, CANDIDATES,
)  # fmt: skip
SCHOOLS = Distinct(
    Definition("onex.schools", _("Schools with 1+X candidates"), "school", _("Different schools whose students took part.")),
    EXAMINED, "school",
)  # fmt: skip

PAPERS_HELD = Sum(
    Definition(
        "qualifications.all", _("Qualifications held"), "certificate",
        _("Papers that hold at the end of the period: issued, not expired, not withdrawn."),
    ),
    QUALIFIED,
)  # fmt: skip
PAPERS = {
    kind.value: Sum(
        Definition(
            f"qualifications.{kind.value}", kind.label, "certificate",
            _("Papers of this kind that hold at the end of the period."),
        ),
        QUALIFIED, {"paper": kind.value},
    )
    for kind in Qualification.Kind
}  # fmt: skip

CLASS_MEASURES = (CLASSES, TRAINED, MID_GRADE, FAMILY, ASSESSORS, PLACEMENTS)
EXAM_MEASURES = (SCHOOLS, CANDIDATES, PASSED, PASS_RATE)

declare(*CLASS_MEASURES, *EXAM_MEASURES, PAPERS_HELD, *PAPERS.values(), GRADED_CLASSES, ASSESSOR_DAYS)
