"""What is kept of a volunteer beyond the person: unit, profession, skills, time, limits, whom to call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yinling.base.codes import CodeError
from yinling.base.codes import phone as phone_number
from yinling.network import Body
from yinling.volunteers.models import Field, HalfDay, Limit, Skill, Volunteer

CHOICES: dict[str, frozenset[str]] = {
    "skills": frozenset(Skill.values),
    "availability": frozenset(HalfDay.values),
    "limits": frozenset(Limit.values),
}


@dataclass(frozen=True, slots=True)
class Particulars:
    """The particulars of a volunteer, as typed. `healthy`: the person declares to be fit for what is not among the limits.
    `unit` is the body the person retired from, or that recommends."""

    unit: Body | None = None
    retired_cadre: bool = False
    profession: str = ""
    title: str = ""
    skills: tuple[str, ...] = ()
    availability: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    healthy: bool = False
    emergency_name: str = ""
    emergency_phone: str = ""

    def columns(self, on: date) -> dict[str, object]:
        """The columns of a volunteer. Raises ValidationError, by field, for what is not one of the choices or no number."""
        if self.profession not in {"", *Field.values}:
            raise ValidationError({"profession": _("This is not one of the choices.")})
        lists = {name: _chosen(name, getattr(self, name)) for name in CHOICES}
        return {
            "unit": self.unit,
            "retired_cadre": self.retired_cadre,
            "profession": self.profession,
            "title": self.title.strip(),
            **lists,
            "health_declared_on": on if self.healthy else None,
            "emergency_name": self.emergency_name.strip(),
            "emergency_phone": _telephone(self.emergency_phone),
        }

    @classmethod
    def of(cls, row: Volunteer) -> Particulars:
        """Those that are kept of a volunteer now."""
        return cls(
            unit=row.unit, retired_cadre=row.retired_cadre, profession=row.profession, title=row.title,
            skills=tuple(row.skills), availability=tuple(row.availability), limits=tuple(row.limits),
            healthy=row.health_declared_on is not None, emergency_name=row.emergency_name,
            emergency_phone=row.emergency_phone,
        )  # fmt: skip


def _chosen(name: str, keys: Iterable[str]) -> list[str]:
    if not CHOICES[name].issuperset(keys):
        raise ValidationError({name: _("This is not one of the choices.")})
    return sorted(set(keys))


def _telephone(text: str) -> str:
    try:
        return phone_number(text).number if text.strip() else ""
    except CodeError as error:
        raise ValidationError({"emergency_phone": str(error)}) from error
