"""The confirmed service behind a certificate: whose records a body may certify, and what they say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from yinling.hours import Attendance, State
from yinling.network import Body
from yinling.people import Person

OWN = """
    WITH RECURSIVE own AS (
        SELECT id FROM yinling_body WHERE id = %s
        UNION SELECT b.id FROM yinling_body b JOIN own ON b.parent_id = own.id
    ) SELECT id FROM own
"""


@dataclass(slots=True)
class Service:
    """Confirmed service of one person: minutes in all, by project (title, minutes), and each record (key, minutes)."""

    minutes: int = 0
    projects: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    records: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Askable:
    """A body that can certify minutes of somebody's service."""

    body: Body
    minutes: int


def own_bodies(issuer: Body) -> list[int]:
    """The keys of a body and of all below it. Only what these organised may be certified by it (Order 67: who organises,
    records; who records, certifies)."""
    with connection.cursor() as cursor:
        cursor.execute(OWN, [issuer.pk])
        return [row[0] for row in cursor.fetchall()]


def takes_over(body: Body) -> Body | None:
    """The body that certifies for this one: itself while it exists, else the nearest above it that does (民发〔2015〕149号:
    whoever took over the work, or the superior)."""
    seen: set[int] = set()
    current: Body | None = body
    while current is not None and (current.dissolved is not None or current.withdrawn):
        if current.pk in seen:
            return None
        seen.add(current.pk)
        current = current.parent
    return current


def confirmed(person: Person | None = None) -> QuerySet[Attendance]:
    """Confirmed records of volunteer service that count, of one person or of all."""
    rows = Attendance.objects.filter(state=State.CONFIRMED, serves=True, counted__gt=0)
    return rows if person is None else rows.filter(person=person)


def minutes_of(person: Person) -> int:
    """All confirmed minutes of a person, whoever organised them."""
    return confirmed(person).aggregate(total=Sum("counted"))["total"] or 0


def service_of(person: Person, *, issuer: Body, since: date, until: date) -> Service:
    """What `issuer` can certify of a person's service in a period, both days included."""
    return dict(services([person.pk], issuer=issuer, since=since, until=until)).get(person.pk, Service())


def services(
    people: Sequence[int] | None, *, issuer: Body, since: date, until: date, area: str = ""
) -> Iterator[tuple[int, Service]]:
    """The same for many people (None: for everybody, registered under the path `area`), in the order of their keys."""
    rows = confirmed().filter(session__activity__organiser__in=own_bodies(issuer), day__range=(since, until))
    if people is not None:
        rows = rows.filter(person__in=people)
    if area:
        rows = rows.filter(person__volunteer__area_path__under=area)
    values = rows.order_by("person", "day", "pk").values_list(
        "person_id", "pk", "counted", "session__activity__project__title"
    )
    whose, service = 0, Service()
    for person_id, pk, counted, title in values.iterator():
        if person_id != whose:
            if whose:
                yield whose, service
            whose, service = person_id, Service()
        service.minutes += counted
        service.projects[title] += counted
        service.records.append((pk, counted))
    if whose:
        yield whose, service


def askable(person: Person, *, since: date, until: date) -> list[Askable]:
    """Whom a person can ask for a certificate of a period: each organiser of their service, or whoever took over, and the
    bodies above that speak for more of it; who can certify most comes first."""
    rows = confirmed(person).filter(day__range=(since, until))
    totals = rows.values_list("session__activity__organiser_id").annotate(total=Sum("counted")).order_by()
    minutes = dict(totals)
    bodies = {body.pk: body for body in Body.objects.filter(pk__in=minutes).select_related("parent__parent__parent")}
    sums: dict[int, int] = defaultdict(int)
    for pk, total in minutes.items():
        for body in _line(takes_over(bodies[pk])):
            bodies[body.pk] = body
            sums[body.pk] += total
    # A body above that adds nothing to one below it is not worth asking.
    told = [pk for pk in sums if not any(sums[low.pk] == sums[pk] for low in _below(bodies[pk], bodies.values(), sums))]
    return sorted((Askable(bodies[pk], sums[pk]) for pk in told), key=lambda one: (-one.minutes, one.body.pk))


def _line(body: Body | None) -> Iterator[Body]:
    """A body and those above it that exist."""
    while body is not None:
        if body.dissolved is None and not body.withdrawn:
            yield body
        body = body.parent


def _below(body: Body, among: Iterable[Body], sums: dict[int, int]) -> Iterator[Body]:
    return (one for one in among if one.pk in sums and one.parent_id == body.pk)


def others(person: Person, *, issuer: Body, since: date, until: date) -> list[str]:
    """The names of organisers whose records of this person `issuer` cannot certify."""
    rows = (
        confirmed(person)
        .filter(day__range=(since, until))
        .exclude(Q(session__activity__organiser__in=own_bodies(issuer)))
    )
    return list(rows.order_by().values_list("session__activity__organiser__name", flat=True).distinct()[:5])
