"""Where a volunteer stands on the way to the next star, and who decides on it. The numbers are parameters of the place."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

from yinling.base import clock
from yinling.base.paths import prefixes
from yinling.certificates.measures import LEVELS
from yinling.certificates.models import StarApplication, StarHolder
from yinling.certificates.records import minutes_of
from yinling.network import Body, parameter, parameters
from yinling.people import Person
from yinling.volunteers import Volunteer

HOUR = 60


@dataclass(frozen=True, slots=True)
class Progress:
    """The star held (0: none), confirmed minutes, the hours the next star needs (None: there is none), an application that
    waits, and the star number."""

    level: int
    minutes: int
    needed: Decimal | None
    waiting: StarApplication | None
    number: str

    @property
    def can_apply(self) -> bool:
        """Whether the hours for the next star are reached and it is not applied for yet."""
        return self.needed is not None and self.missing == 0 and self.waiting is None

    @property
    def missing(self) -> int:
        """The minutes that are missing to the next star; 0 where it is reached, or where there is none."""
        return max(int((self.needed or 0) * HOUR) - self.minutes, 0)

    @property
    def percent(self) -> int:
        """How much of the way to the next star is done, 0 to 100."""
        whole = self.minutes + self.missing
        return self.minutes * 100 // whole if whole else 100


def level_held(person: Person) -> int:
    """The highest star a person holds now; 0 for none."""
    return StarHolder.objects.filter(person=person).values_list("level", flat=True).first() or 0


def still_to_go(volunteer: Volunteer, level: int, minutes: int) -> Decimal:
    """The hours that are missing to a star, to one decimal, rounded up so that what is told is enough; 0 when reached."""
    needed = parameter(f"star_{level}_hours", volunteer.area_path, clock.today())
    missing = max(needed * HOUR - minutes, Decimal(0)) / HOUR
    return missing.quantize(Decimal("0.1"), rounding=ROUND_UP)


def deciding_office(path: str, level: int) -> Body | None:
    """The office of aging work that decides on a star of volunteers at a path: that of the level set for it, else the next
    one above that exists."""
    wanted = int(parameter(f"star_{level}_office", path, clock.today()))
    above = prefixes(path)[1 : wanted + 1]
    offices = Body.objects.filter(kind=Body.Kind.OFFICE, area_path__in=above, withdrawn=False, dissolved__isnull=True)
    return max(offices, key=lambda office: (len(office.area_path), -office.pk), default=None)


def progress(volunteer: Volunteer) -> Progress:
    """Where a volunteer stands."""
    holder = StarHolder.objects.filter(person=volunteer.person).first()
    level = holder.level if holder else 0
    following = level + 1
    needed = None
    if following in LEVELS:
        key = f"star_{following}_hours"
        needed = parameters((key,), volunteer.area_path, clock.today())[key]
    waiting = (
        StarApplication.objects.filter(person=volunteer.person, state=StarApplication.State.APPLIED)
        .select_related("office")
        .first()
    )
    return Progress(level, minutes_of(volunteer.person), needed, waiting, holder.number if holder else "")
