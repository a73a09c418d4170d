"""Numbers of skill-grade certificates: what their form says, as remarks. A paper is never refused for its number alone.

Today's numbers have 22 characters: Y (an employer) or S (a social assessment body), four digits of the body by the
Ministry (0000: first filed with a province), two of the province, six of the site, two of the year, one of the grade, six
of the serial. Those of chief technicians have two letters and 20 digits; vocational qualifications until 2019 had 16
digits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext_lazy as _

from yinling.base.rules import Reason
from yinling.people import Qualification

TODAY = re.compile(r"(?P<by>[A-Z])\d{4}(?P<province>\d{2})\d{6}(?P<year>\d{2})(?P<grade>\d)\d{6}", re.ASCII)
CHIEF = re.compile(r"[A-Z]{2}\d{20}", re.ASCII)
OLD = re.compile(r"\d{16}", re.ASCII)
PROVINCES = frozenset(
    {
        "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44",
        "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65",
    }
)  # fmt: skip
CENTURY = 2000
LAST_OLD_YEAR = 2020
"""Vocational qualifications outside the national list were last issued in the year after they ended (2019)."""

REMARKS: Mapping[str, Reason] = {
    "missing": _("There is no number."),
    "form": _("The number does not have the form of a skill-grade certificate (a letter and 21 digits)."),
    "letter": _("The first letter is neither Y (employer) nor S (social assessment body)."),
    "province": _("The sixth and seventh characters are not a province."),
    "year": _("The year in the number is not the year of issue."),
    "grade": _("The grade in the number is another one."),
    "old": _("The number has the 16 digits of a vocational qualification of before 2020."),
    "chief": _("The number has the form for chief technicians (two letters and 20 digits)."),
}
"""What may strike at a number, by its key."""


def normal(number: str) -> str:
    """A number as it is kept and searched: capital letters, no blanks."""
    return "".join(number.split()).upper()


def remarks_on(number: str, *, kind: str, grade: int | None, issued_on: date) -> tuple[str, ...]:
    """The keys of what strikes at the number of a skill-grade certificate or vocational qualification; nothing for other
    papers, which are numbered in every way."""
    if kind not in {Qualification.Kind.SKILL_GRADE, Qualification.Kind.VOCATIONAL}:
        return ()
    if not number:
        return ("missing",)
    if OLD.fullmatch(number):
        held = kind == Qualification.Kind.VOCATIONAL and issued_on.year <= LAST_OLD_YEAR
        return () if held else ("old",)
    if CHIEF.fullmatch(number):
        return ("chief",)
    found = TODAY.fullmatch(number)
    if found is None:
        return ("form",)
    remarks = []
    if found["by"] not in {"Y", "S"}:
        remarks.append("letter")
    if found["province"] not in PROVINCES:
        remarks.append("province")
    if CENTURY + int(found["year"]) != issued_on.year:
        remarks.append("year")
    if grade is not None and int(found["grade"]) != grade:
        remarks.append("grade")
    return tuple(remarks)


def in_words(note: str) -> list[str]:
    """What a kept note says, one sentence each."""
    return [str(REMARKS[key]) for key in note.split(",") if key in REMARKS]
