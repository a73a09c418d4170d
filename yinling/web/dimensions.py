"""The dimensions by which facts are told apart, in words: what pages print instead of `setting=rural`."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yinling.activities import KINDS, Platform
from yinling.associations import Setting
from yinling.base.rules import Reason
from yinling.network import Body, Place
from yinling.people import Qualification
from yinling.supervision import Severity
from yinling.training import COURSES, Level
from yinling.web.place_changes import KIND_LABELS

WORDS: dict[str, Mapping[str, Reason]] = {
    "setting": {one.value: one.label for one in Setting},
    "level": {str(one.value): one.label for one in Place.Level},
    "kind": {**KIND_LABELS, **{one.key: one.label for one in KINDS.values()}},
    "platform": {**{one.value: one.label for one in Platform}, "none": _("none named")},
    "severity": {one.value: one.label for one in Severity},
    "street": {"yes": _("at a street"), "no": _("not at a street")},
    "in_time": {"yes": _("in time"), "no": _("late")},
    "course": {course.key: course.label for course in COURSES.values()},
    "onex_level": {one.value: one.label for one in Level},
    "paper": {one.value: one.label for one in Qualification.Kind},
    "passed": {"yes": _("passed"), "no": _("not passed")},
    "skill_grade": {**{str(grade): format_lazy(_("grade {grade}"), grade=grade) for grade in range(1, 6)}, "none": ""},
    "visited": {**{one.value: one.label for one in Body.Kind}, "place": _("village or other place")},
}
"""The word for each value of each dimension."""


UNSAID = frozenset({"school"})
"""Dimensions that hold the key of a row, which the record behind the fact names anyway."""


def in_words(dims: Mapping[str, object], separator: str) -> str:
    """The values of some dimensions as people call them; a value without a word as it is recorded."""
    said = (str(WORDS.get(name, {}).get(str(value), value)) for name, value in dims.items() if name not in UNSAID)
    return separator.join(word for word in said if word)
