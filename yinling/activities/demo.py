"""The conference of 16 August 2012: 68 papers, 4 speeches, 2 associations visited. Titles are made up."""

from __future__ import annotations

from datetime import date

from yinling.activities.actions.conferences import hold_conference, record_contribution, record_visit
from yinling.activities.models import Conference
from yinling.base.paths import under
from yinling.base.rules import Actor
from yinling.network import Body, Place

HELD = date(2012, 8, 16)
PAPERS = 68
SPEECHES = 4
TOPICS = ("抓好协会班子", "建好活动场所", "管好协会经费", "健全规章制度", "开展文体活动", "互助养老")


def conference(*, host: Body, place: Place, visited: list[Body], by: Actor) -> Conference:
    """Hold the conference, with papers from the prefectures and counties of the host's area in turn."""
    held = hold_conference(name="全省城乡基层老年协会规范化建设推进会", host=host, place=place, held_on=HELD, by=by)
    areas = list(Place.objects.filter(under(host.area_path), level__in=(2, 3)).order_by("level", "area_path"))
    for number in range(PAPERS):
        area = areas[number % len(areas)]
        record_contribution(
            conference=held,
            what="paper",
            title=f"{area.short_name}：{TOPICS[number % len(TOPICS)]}的做法",
            by_place=area,
            by_name=f"{area.short_name}老龄办",
            by=by,
        )
    for area in [area for area in areas if area.level == 3][:: len(areas) // SPEECHES][:SPEECHES]:
        record_contribution(
            conference=held, what="speech", title="交流发言", by_place=area, by_name=f"{area.short_name}老龄办", by=by
        )
    for body in visited:
        record_visit(conference=held, visited=body, on=HELD, by=by)
    return held
