"""What is counted of expos, meetings and of the activities that associations report as held."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yinling.activities.models import Platform
from yinling.activities.project_measures import HELD
from yinling.facts import FactKind
from yinling.facts import declare as declare_kinds
from yinling.figures import Definition, Sum, declare

EXPO_AREA, EXPO_BOOTH, GATHERED = "expo.area", "expo.booth", "platform.people"

declare_kinds(
    FactKind(EXPO_AREA, "flow", unit="square_metre", label=_("A hall of an expo was open"), source="hall"),
    FactKind(EXPO_BOOTH, "flow", unit="unit", label=_("A body exhibited at an expo"), source="booth"),
    FactKind(
        GATHERED, "flow", unit="person_time", label=_("People came to an activity of an association"), source="session",
        dims=("platform",),
    ),
)  # fmt: skip

AREA = Sum(
    Definition(
        "expo.area", _("Exhibition area of expos"), "square_metre",
        _("Exhibition area of the halls of expos that have opened, by the first day of the expo."),
    ),
    EXPO_AREA,
)  # fmt: skip
EXHIBITORS = Sum(
    Definition(
        "expo.exhibitors", _("Exhibitors"), "unit",
        _("Bodies that exhibited at an expo, once for each expo, by its first day."),
    ),
    EXPO_BOOTH,
)  # fmt: skip
ALL_CAME = Sum(
    Definition(
        "platform.people", _("People at activities of elderly associations"), "person_time",
        _("How many people came to the activities that associations reported; who comes twice counts twice."),
    ),
    GATHERED,
)  # fmt: skip
HELD_ON = {
    one.value: Sum(
        Definition(
            f"platform.{one.value}", format_lazy(_("Activities on the platform: {platform}"), platform=one.label), "session",
            _("Sessions held on one of the five platforms of elderly associations, each on the day on which it began."),
        ),
        HELD, {"platform": one.value},
    )
    for one in Platform
}  # fmt: skip
CAME_ON = {
    one.value: Sum(
        Definition(
            f"platform.{one.value}_people",
            format_lazy(_("People on the platform: {platform}"), platform=one.label), "person_time",
            _("How many people came to the activities of one of the five platforms."),
        ),
        GATHERED, {"platform": one.value},
    )
    for one in Platform
}  # fmt: skip
EXPO_MEASURES = (AREA, EXHIBITORS)
PLATFORM_MEASURES = (ALL_CAME, *HELD_ON.values(), *CAME_ON.values())

declare(*EXPO_MEASURES, *PLATFORM_MEASURES)
