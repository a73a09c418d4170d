"""Kinds of course, as data: which parts are marked, which grade they lead to.

The grades of a carer are those of the national occupational standard of 2019, grade 5 the lowest; each part of an
examination is marked out of 100, and grades 2 and 1 add a review.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yinling.base.rules import Reason
from yinling.training.measures import CLASS_DAYS, CLASS_HELD


class Part(models.TextChoices):
    """A part of an examination."""

    THEORY = "theory", _("theory")
    SKILLS = "skills", pgettext_lazy("of an examination", "skills")
    REVIEW = "review", _("review")


BOTH = (Part.THEORY, Part.SKILLS)
ALL = (*BOTH, Part.REVIEW)


@dataclass(frozen=True, slots=True)
class Course:
    """A kind of course. `parts` are marked, each of them must be passed; `grade` is the skill grade it prepares for;
    `volunteers`: to finish it is to be trained as a volunteer. What a class ends with is a completion certificate of its
    organiser, never a skill-grade certificate."""

    key: str
    label: Reason
    parts: tuple[Part, ...] = ()
    grade: int | None = None
    volunteers: bool = False


COURSES: Mapping[str, Course] = {
    course.key: course
    for course in (
        Course("carer_5", _("carers, grade 5 (elementary)"), BOTH, 5),
        Course("carer_4", _("carers, grade 4 (intermediate)"), BOTH, 4),
        Course("carer_3", _("carers, grade 3 (advanced)"), BOTH, 3),
        Course("carer_2", _("carers, grade 2 (technician)"), ALL, 2),
        Course("carer_1", _("carers, grade 1 (senior technician)"), ALL, 1),
        Course("family_carer", _("family carers")),
        Course("assessor", _("assessors of the abilities of older people"), BOTH),
        Course("service_assessor", _("assessors of care services"), (Part.THEORY,)),
        Course("volunteer", _("training of volunteers"), volunteers=True),
        Course("staff", _("training of staff")),
        Course("other", _("other course")),
    )
}
"""Every course, by its key."""


def class_facts(course: str, days: int) -> tuple[tuple[str, dict[str, str], int], ...]:
    """What a class of a course that took so many days counts as: kind of fact, dimensions, quantity."""
    graded = "yes" if COURSES[course].grade else "no"
    return (CLASS_HELD, {"course": course, "graded": graded}, 1), (CLASS_DAYS, {"course": course}, days)
