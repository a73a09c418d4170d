"""What is counted of the register. Every measure comes twice, rural and urban: the 2012 statistics keep them apart."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yinling.base.rules import Reason
from yinling.facts import FactKind
from yinling.facts import declare as declare_kinds
from yinling.figures import Definition, Difference, Distinct, Measure, Ratio, Sum, declare

_BASIS = _("Guizhou provincial office of aging, statistics of the 2012 conference")

declare_kinds(
    *(
        FactKind(key, "stock", unit=unit, label=label, source="association", dims=("setting",))
        for key, unit, label in (
            ("association", "association", _("An elderly association exists")),
            ("association.funded", "association", _("An association has a source of funds")),
            ("association.funds", "yuan", _("Funds of an association a year")),
            ("association.venue", "association", _("An association has a venue")),
            ("association.active", "association", _("An association meets regularly")),
            ("association.officer_chair", "association", _("A village or community officer chairs an association")),
            ("association.members", "person", _("Members of an association")),
            ("association.six_rules", "association", _("An association has all six rule books")),
        )
    )
)

VILLAGES = Sum(
    Definition(
        "villages", _("Villages"), "village", _("Villages (villagers' committees) that exist at the end of the period.")
    ),
    "place",
    {"level": "5", "kind": "villagers"},
)
COMMUNITIES = Sum(
    Definition(
        "communities",
        _("Urban communities"),
        "community",
        _("Urban communities (residents' committees) that exist at the end of the period."),
    ),
    "place",
    {"level": "5", "kind": "residents"},
)
LEVELS = Distinct(
    Definition(
        "levels", _("Levels of the network"), "level", _("Levels from province to village at which there is a place.")
    ),
    "place",
    over="level",
)


class Family:
    """The measures of one setting: counts, the share each is of all, and what is missing."""

    def __init__(self, setting: str, units: Sum, name: Reason, labels: dict[str, Reason]) -> None:
        self.name, self.units = name, units
        self._setting, self._labels = setting, labels
        count, share = self._count, self._share
        self.all = count(
            "associations", "association", _("Registered associations that exist at the end of the period.")
        )
        self.coverage = Ratio(
            self._card("coverage", "percent", _("Associations for each hundred villages or communities.")),
            self.all,
            units,
        )
        self.funded = count(
            "funded", "association.funded", _("Associations with a source of funds at the end of the period.")
        )
        self.funded_share = share("funded_share", self.funded, _("Associations with a source of funds, of all."))
        self.venue = count("venue", "association.venue", _("Associations with a venue at the end of the period."))
        self.venue_share = share("venue_share", self.venue, _("Associations with a venue, of all."))
        self.active = count(
            "active", "association.active", _("Associations that meet regularly at the end of the period.")
        )
        self.active_share = share("active_share", self.active, _("Associations that meet regularly, of all."))
        self.officer = count(
            "officer_chair",
            "association.officer_chair",
            _("Associations chaired by an officer of the village or community at the end of the period."),
        )
        self.officer_share = share(
            "officer_chair_share", self.officer, _("Associations chaired by a village or community officer, of all.")
        )
        self.members = count("members", "association.members", _("Members of all associations."), unit="person")
        self.funds = count("funds", "association.funds", _("Funds of all associations a year, in yuan."), unit="yuan")
        self.rules = count("six_rules", "association.six_rules", _("Associations with all six rule books."))
        self._declare_missing()
        self.measures: tuple[Measure, ...] = (
            self.all,
            self.coverage,
            self.funded,
            self.funded_share,
            self.venue,
            self.venue_share,
            self.active,
            self.active_share,
            self.officer,
            self.officer_share,
            self.members,
            self.funds,
            self.rules,
            self.places_with,
            self.places_without,
            self.no_funds,
            self.no_venue,
        )

    def _declare_missing(self) -> None:
        units = self.units
        self.places_with = Distinct(
            self._card("places_with", units.card.unit, _("Villages or communities with at least one association.")),
            "association",
            over="place",
            where={"setting": self._setting},
        )
        self.places_without = Difference(
            self._card("places_without", units.card.unit, _("Villages or communities without an association.")),
            units,
            self.places_with,
        )
        text = _("Associations without a source of funds.")
        self.no_funds = Difference(self._card("no_funds", "association", text), self.all, self.funded)
        text = _("Associations without a venue.")
        self.no_venue = Difference(self._card("no_venue", "association", text), self.all, self.venue)

    def _card(self, key: str, unit: str, text: Reason) -> Definition:
        return Definition(f"{self._setting}.{key}", self._labels[key], unit, text, basis=_BASIS)

    def _count(self, key: str, kind: str, text: Reason, unit: str = "association") -> Sum:
        return Sum(self._card(key, unit, text), kind, {"setting": self._setting})

    def _share(self, key: str, part: Sum, text: Reason) -> Ratio:
        return Ratio(self._card(key, "percent", text), part, self.all)


RURAL = Family(
    "rural",
    VILLAGES,
    _("Rural"),
    {
        "associations": _("Rural associations"),
        "coverage": _("Rural coverage"),
        "funded": _("Rural associations with funds"),
        "funded_share": _("Share with funds, rural"),
        "venue": _("Rural associations with a venue"),
        "venue_share": _("Share with a venue, rural"),
        "active": _("Rural associations meeting regularly"),
        "active_share": _("Share meeting regularly, rural"),
        "officer_chair": _("Rural associations chaired by a village officer"),
        "officer_chair_share": _("Share chaired by a village officer"),
        "members": _("Members, rural"),
        "funds": _("Funds a year, rural"),
        "six_rules": _("Rural associations with all six rule books"),
        "places_with": _("Villages with an association"),
        "places_without": _("Villages without an association"),
        "no_funds": _("Rural associations without funds"),
        "no_venue": _("Rural associations without a venue"),
    },
)
URBAN = Family(
    "urban",
    COMMUNITIES,
    _("Urban"),
    {
        "associations": _("Urban associations"),
        "coverage": _("Urban coverage"),
        "funded": _("Urban associations with funds"),
        "funded_share": _("Share with funds, urban"),
        "venue": _("Urban associations with a venue"),
        "venue_share": _("Share with a venue, urban"),
        "active": _("Urban associations meeting regularly"),
        "active_share": _("Share meeting regularly, urban"),
        "officer_chair": _("Urban associations chaired by a community officer"),
        "officer_chair_share": _("Share chaired by a community officer"),
        "members": _("Members, urban"),
        "funds": _("Funds a year, urban"),
        "six_rules": _("Urban associations with all six rule books"),
        "places_with": _("Communities with an association"),
        "places_without": _("Communities without an association"),
        "no_funds": _("Urban associations without funds"),
        "no_venue": _("Urban associations without a venue"),
    },
)

declare(VILLAGES, COMMUNITIES, LEVELS, *RURAL.measures, *URBAN.measures)
