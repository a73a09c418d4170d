"""What is counted of each domain of service: its projects, its hours, its outcomes. Domains are records, so these measures
are supplied: `domain.<code>.projects`, `domain.<code>.hours`, and `in.<code>.<type of outcome>`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
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


COUNTS, OUTCOMES = "domain", "in"
"""How the keys of both sorts of measures begin."""

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


def measures_of(domains: Sequence[Domain], types: Sequence[OutcomeType] | None = None) -> list[DomainMeasures]:
    """The measures about each of these domains, in two statements; `types` are all there are, if they were read already."""
    recorded: defaultdict[str, set[str]] = defaultdict(set)
    for dims in Series.objects.filter(kind="outcome").values_list("dims", flat=True):
        recorded[dims["domain"]].add(dims["type"])
    types = types if types is not None else list(OutcomeType.objects.order_by("pk"))
    return [
        DomainMeasures(
            domain, _projects(domain), _hours(domain),
            tuple(_outcome(domain, type) for type in types if type.code in recorded[domain.code]),
        )
        for domain in domains
    ]  # fmt: skip


class _OfDomains:
    """The measures `domain.<code>.projects`, `domain.<code>.hours` and `in.<code>.<type of outcome>`."""

    def some(self, keys: Sequence[str]) -> Iterator[Measure]:
        """The measures with these keys whose domain, and type of outcome, exist."""
        parts = [(*key.split(".", 2), "", "")[:3] for key in keys if key.isprintable()]
        domains = {one.code: one for one in Domain.objects.filter(code__in=[code for _prefix, code, _what in parts])}
        codes = [what for prefix, _code, what in parts if prefix == OUTCOMES]
        types = {one.code: one for one in OutcomeType.objects.filter(code__in=codes)} if codes else {}
        for prefix, code, what in parts:
            domain = domains.get(code)
            if domain and prefix == COUNTS and what in _BY_DOMAIN:
                yield _BY_DOMAIN[what](domain)
            elif domain and prefix == OUTCOMES and what in types:
                yield _outcome(domain, types[what])

    def all(self) -> Iterator[Measure]:
        """Both counts of every domain, then every type of outcome of which anything was recorded there."""
        found = measures_of(list(Domain.objects.order_by("order", "pk")))
        yield from (measure for each in found for measure in (each.projects, each.hours))
        yield from (measure for each in found for measure in each.outcomes)


_SUPPLY = _OfDomains()
supply(COUNTS, _SUPPLY)
supply(OUTCOMES, _SUPPLY)
