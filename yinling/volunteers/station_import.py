"""Service stations from a spreadsheet: columns, the check of the rows, commit and undo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from yinling.associations import SiteFinder
from yinling.base.action import jsonable
from yinling.base.rules import Actor
from yinling.exchange import (
    Batch,
    Committed,
    Field,
    Importer,
    ReadyRow,
    Row,
    choices,
    number,
    past_day,
    place_code,
    register_importer,
    text,
    whole,
)
from yinling.network import Body, Place
from yinling.volunteers.actions.stations import NewStation, open_stations, withdraw_stations
from yinling.volunteers.models import Service
from yinling.volunteers.rules import may_keep_stations

WORDS: dict[str, str] = {
    "政策宣讲": Service.POLICY, "政策咨询": Service.POLICY, "法律咨询": Service.LAW, "法律援助": Service.LAW,
    "健康咨询": Service.HEALTH, "义诊": Service.HEALTH, "血压测量": Service.HEALTH, "课后托管": Service.CHILDREN,
    "关爱儿童": Service.CHILDREN, "探访独居老人": Service.ELDERS, "上门探访": Service.ELDERS, "代购代办": Service.ERRANDS,
    "便民维修": Service.ERRANDS, "邻里调解": Service.MEDIATION, "矛盾调解": Service.MEDIATION, "文体活动": Service.CULTURE,
    "文化活动": Service.CULTURE, "智能手机": Service.DIGITAL, "手机培训": Service.DIGITAL, "农技指导": Service.FARMING,
    "农技推广": Service.FARMING, "志愿者登记": Service.MATCHING, "志愿者招募": Service.MATCHING,
}  # fmt: skip
"""What people write for the services."""

FIELDS = (
    Field(
        "code", gettext_lazy("Place code"), place_code,
        ("所在地代码", "行政区划代码", "区划代码", "统计代码"),
        accepts=gettext_lazy("The 12 digits of the place's statistical code. Format the column as text."),
    ),
    Field("county", gettext_lazy("County"), text(40), ("县", "区县", "县区", "县(市、区)", "所在县"), example="玉屏侗族自治县"),
    Field("township", gettext_lazy("Township"), text(40), ("乡镇", "镇", "街道", "乡镇街道"), example="朱家场镇"),
    Field("village", gettext_lazy("Village or community"), text(40), ("村", "社区", "村社区", "村(社区)")),
    Field(
        "name", gettext_lazy("Name of the station"), text(120), ("驿站名称", "服务站名称", "名称", "站点名称"),
        required=True, example="朱家场镇志愿服务驿站",
    ),
    Field(
        "opened_on", pgettext_lazy("a station", "Opened on"), past_day, ("建成时间", "建成日期", "成立日期", "启用日期"),
        required=True,
        accepts=gettext_lazy("A date, not in the future: 2010-05-01, 2010.5.1, 2010年5月"), example="2024-03-05",
    ),
    Field("address", gettext_lazy("Address"), text(120), ("地址", "详细地址"), example="朱家场镇街上12号"),
    Field("opening_hours", gettext_lazy("Opening hours"), text(120), ("开放时间", "服务时间"), example="周一至周五 9:00-17:00"),
    Field("phone", gettext_lazy("Telephone"), text(20), ("电话", "联系电话"), example="0856-3221012"),
    Field(
        "services", gettext_lazy("Services"), choices(WORDS),
        ("服务项目", "服务清单", "服务内容"),
        accepts=gettext_lazy(
            "Any of 政策宣讲、法律咨询、健康咨询、课后托管、探访独居老人、代购代办、邻里调解、文体活动、"
            "智能手机、农技指导、志愿者登记"
        ),
        example="政策宣讲、健康咨询",
        mask=lambda keys: "、".join(str(Service(key).label) for key in keys.split("、")),
    ),
    Field("area", gettext_lazy("Area (m²)"), number(7, 2), ("面积", "建筑面积"), example="80"),
    Field("staff", gettext_lazy("Full-time staff"), whole(9_999), ("专职人员", "工作人员数"), example="2"),
)  # fmt: skip


class Check:
    """The check of one file: finds the place of each row, and refuses names that are taken there."""

    def __init__(self, actor: Actor, batch: Batch) -> None:
        self._actor, self._sites = actor, SiteFinder(batch.area_path)
        self._seen: dict[tuple[int, str], int] = {}

    def __call__(self, rows: Sequence[Row]) -> None:
        """Check the next rows."""
        placed = list(self._sites.place(rows, may_keep_stations, self._actor, NAMED))
        taken = set(
            Body.objects.filter(
                kind=Body.Kind.STATION, place__in=[site.pk for _row, site in placed], withdrawn=False,
                dissolved__isnull=True,
            ).values_list("place_id", "name")
        )  # fmt: skip
        for row, site in placed:
            key = (site.pk, str(row.values.get("name") or ""))
            first = self._seen.setdefault(key, row.number)
            if key in taken:
                row.refuse("name", _("There is a station of this name at this place already."))
            elif first != row.number:
                row.refuse("name", _("The same as row %(row)d of this file.") % {"row": first})
            row.ready = {
                "place_id": site.pk,
                **{key: jsonable(value) for key, value in row.values.items() if value not in (None, "") and key in OWN},
            }


NAMED, OWN = (tuple(field.key for field in part) for part in (FIELDS[:4], FIELDS[4:]))


def _new(row: ReadyRow, places: Mapping[int, Place]) -> NewStation:
    number_, values = row
    given = {key: value for key, value in values.items() if key != "place_id"}
    given["opened_on"] = date.fromisoformat(cast("str", given["opened_on"]))
    if "area" in given:
        given["area"] = Decimal(cast("str", given["area"]))
    if "services" in given:
        given["services"] = tuple(cast("list[str]", given["services"]))
    return NewStation(place=places[cast("int", values["place_id"])], row=number_, **given)  # type: ignore[arg-type]


def _commit(batch: Batch, rows: Iterator[ReadyRow], actor: Actor) -> Committed:
    ready = list(rows)
    keys = {cast("int", values["place_id"]) for _number, values in ready}
    places = {place.pk: place for place in Place.objects.filter(pk__in=keys).select_related("parent")}
    made = open_stations(rows=[_new(row, places) for row in ready], area=batch, batch_id=batch.pk, by=actor)
    return Committed(made[0].changed_by, len(made))


register_importer(
    Importer(
        key="stations",
        label=gettext_lazy("Service stations"),
        rule=may_keep_stations,
        fields=FIELDS,
        checker=Check,
        commit=_commit,
        undo=withdraw_stations,
        source="station",
        needs=gettext_lazy("Each row needs a place: its code, or the names of county, township and village."),
    )
)

__all__ = ["FIELDS", "Check"]
