"""What is counted of each domain of service: its projects, its hours, its outcomes. Domains are records, so these measures
are supplied: `domain.<code>.projects`, `domain.<code>.hours`, and `in.<code>.<type of outcome>`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yinling.activities import Domain, OutcomeType
from yinling.facts import Series
from yinling.figures import Definition, Measure, Sum, supply


def _projects(domain: Domain) -> Sum:
    card = Definition(
        f"domain.{domain.code}.projects", _("Projects: %(domain)s") % {"domain": domain.name}, "project",
        _("Projects of one domain of service published in the period, each on the day of its publication."),
    )  # fmt: skip
    return Sum(card, "project.published", {"domain": domain.code})


def _hours(domain: Domain) -> Sum:
    card = Definition(
        f"domain.{domain.code}.hours", _("Hours of service: %(domain)s") % {"domain": domain.name}, "hour",
        _("Confirmed hours of volunteer service in one domain; time spent in two places at once counts once."),
    )  # fmt: skip
    return Sum(card, "service.minutes", {"domain": domain.code})


def _outcome(domain: Domain, type: OutcomeType) -> Sum:
    card = Definition(
        f"in.{domain.code}.{type.code}", f"{domain.name}：{type.name}", type.unit,
        _("Outcomes of one type in one domain of service, recorded in the period and added up."),
    )  # fmt: skip
    return Sum(card, "outcome", {"type": type.code, "domain": domain.code})


_BY_DOMAIN: dict[str, Callable[[Domain], Sum]] = {"projects": _projects, "hours": _hours}


@dataclass(frozen=True, slots=True)
class DomainMeasures:
    """A domain with the measures about it; outcomes are those of which any was ever recorded there."""

    domain: Domain
    projects: Sum
    hours: Sum
    outcomes: tuple[Sum, ...]

    @property
    def all(self) -> tuple[Sum, ...]:
        """Every one of them."""
        return (self.projects, self.hours, *self.outcomes)


def measures_of(domains: Sequence[Domain]) -> list[DomainMeasures]:
    """The measures about each of these domains, in two statements."""
    recorded: defaultdict[str, set[str]] = defaultdict(set)
    for dims in Series.objects.filter(kind="outcome").values_list("dims", flat=True):
        recorded[dims["domain"]].add(dims["type"])
    types = list(OutcomeType.objects.order_by("pk"))
    return [
        DomainMeasures(
            domain, _projects(domain), _hours(domain),
            tuple(_outcome(domain, type) for type in types if type.code in recorded[domain.code]),
        )
        for domain in domains
    ]  # fmt: skip


class _Counts:
    """`domain.<code>.projects` and `domain.<code>.hours`."""

    def one(self, key: str) -> Measure | None:
        """The measure with this key, if the domain exists."""
        _prefix, _dot, rest = key.partition(".")
        code, _dot, what = rest.partition(".")
        domain = Domain.objects.filter(code=code).first() if what in _BY_DOMAIN and code.isprintable() else None
        return _BY_DOMAIN[what](domain) if domain else None

    def all(self) -> Iterable[Measure]:
        """Both measures of every domain."""
        domains = Domain.objects.order_by("order", "pk")
        return [make(domain) for domain in domains for make in _BY_DOMAIN.values()]


class _Outcomes:
    """`in.<code>.<type of outcome>`."""

    def one(self, key: str) -> Measure | None:
        """The measure with this key, if domain and type exist."""
        _prefix, _dot, rest = key.partition(".")
        code, _dot, kind = rest.partition(".")
        if not rest.isprintable():
            return None
        domain, type = Domain.objects.filter(code=code).first(), OutcomeType.objects.filter(code=kind).first()
        return _outcome(domain, type) if domain and type else None

    def all(self) -> Iterator[Measure]:
        """The measure of every domain and type of which anything was recorded."""
        for measures in measures_of(list(Domain.objects.order_by("order", "pk"))):
            yield from measures.outcomes


supply("domain", _Counts())
supply("in", _Outcomes())
