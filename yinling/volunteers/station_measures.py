"""What is counted of service stations: how many there are, and which streets they serve."""

from django.utils.translation import gettext_lazy as _

from yinling.facts import FactKind
from yinling.facts import declare as declare_kinds
from yinling.figures import Definition, Distinct, Ratio, Sum, declare

declare_kinds(
    FactKind(
        "station.open",
        "stock",
        unit="station",
        label=_("A service station is open"),
        source="station",
        dims=("street",),
    ),
    FactKind(
        "station.serves",
        "stock",
        unit="place",
        label=_("A service station serves a place"),
        source="stationarea",
        dims=("street",),
    ),
)

STATIONS = Sum(
    Definition(
        "stations.all", _("Service stations"), "station", _("Service stations that are open at the end of the period.")
    ),
    "station.open",
)
STREET_STATIONS = Sum(
    Definition(
        "stations.street",
        _("Service stations at streets"),
        "station",
        _("Service stations that lie in a street (of the urban administration) or a community below one."),
    ),
    "station.open",
    {"street": "yes"},
)
STREETS = Sum(
    Definition("streets", _("Streets"), "place", _("Streets (offices of the urban administration) that exist.")),
    "place",
    {"level": "4", "kind": "street"},
)
STREETS_SERVED = Distinct(
    Definition(
        "streets.served",
        _("Streets with a service station"),
        "place",
        _("Streets that an open station serves, in whole or in one of their communities; each street counts once."),
    ),
    "station.serves",
    over="place",
    where={"street": "yes"},
)
STREETS_COVERAGE = Ratio(
    Definition(
        "streets.coverage", _("Share of streets with a service station"), "percent",
        _("Streets that an open station serves, of all streets."),
    ),
    STREETS_SERVED,
    STREETS,
)  # fmt: skip

declare(STATIONS, STREET_STATIONS, STREETS, STREETS_SERVED, STREETS_COVERAGE)
