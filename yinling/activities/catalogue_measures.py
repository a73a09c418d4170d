"""What is counted of the catalogue: domains with what is undertaken in them, and brands."""

from django.utils.translation import gettext_lazy as _

from yinling.facts import FactKind
from yinling.facts import declare as declare_kinds
from yinling.figures import Definition, Difference, Distinct, Sum, declare

declare_kinds(
    FactKind("domain.set", "stock", unit="domain", label=_("A domain of service is set"), source="domain"),
    FactKind(
        "undertaking.set", "stock", unit="undertaking", label=_("A measure is set in a domain of service"),
        source="undertaking", dims=("domain",),
    ),
    FactKind(
        "brand.active", "stock", unit="brand", label=_("A service brand is kept"), source="brand", dims=("domain",)
    ),
    FactKind("brand.county", "stock", unit="brand", label=_("A county has a service brand"), source="brand"),
)  # fmt: skip

DOMAINS = Sum(
    Definition(
        "domains.all", _("Domains of service"), "domain",
        _("Domains that offices of the area have set for the service of volunteers, at the end of the period."),
    ),
    "domain.set",
)  # fmt: skip
UNDERTAKINGS = Sum(
    Definition(
        "undertakings.all", _("Measures in domains of service"), "undertaking",
        _("Concrete measures set in the domains of service, at the end of the period."),
    ),
    "undertaking.set",
)  # fmt: skip
BRANDS = Sum(
    Definition("brands.all", _("Service brands"), "brand", _("Service brands that are kept at the end of the period.")),
    "brand.active",
)
COUNTIES = Sum(
    Definition("counties", _("Counties"), "place", _("Counties, districts and cities of their level that exist.")),
    "place",
    {"level": "3"},
)
COUNTIES_WITH_BRAND = Distinct(
    Definition(
        "counties.with_brand", _("Counties with a service brand"), "place",
        _("Counties in which at least one service brand is kept; each county counts once, brands of a city do not."),
    ),
    "brand.county",
    over="place",
)  # fmt: skip
COUNTIES_WITHOUT_BRAND = Difference(
    Definition(
        "counties.without_brand", _("Counties without a service brand"), "place",
        _("Counties in which no service brand is kept."),
    ),
    COUNTIES,
    COUNTIES_WITH_BRAND,
)  # fmt: skip

declare(DOMAINS, UNDERTAKINGS, BRANDS, COUNTIES, COUNTIES_WITH_BRAND, COUNTIES_WITHOUT_BRAND)
