"""Service stations from a spreadsheet: columns, the check of the rows, commit and undo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import cast

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from yinling.base.action import jsonable
from yinling.base.codes import division_code
from yinling.base.rules import Actor, Denied
from yinling.exchange import (
    Batch,
    Committed,
    Field,
    Importer,
    ReadyRow,
    Row,
    by,
    choices,
    number,
    past_day,
    register_importer,
    text,
    whole,
)
from yinling.network import Body, Place, divisions
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

NAMES = ((3, "county"), (4, "township"), (5, "village"))
"""The columns that name a place, by level; what is left empty is not asked."""

FIELDS = (
    Field(
        "code", gettext_lazy("Place code"), by(lambda cell: division_code(cell).code),
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
        "services", gettext_lazy("Services"), choices({word: str(value) for word, value in WORDS.items()}),
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
        self._actor, self._root = actor, batch.area_path
        self._seen: dict[tuple[int, str], int] = {}

    def __call__(self, rows: Sequence[Row]) -> None:
        """Check the next rows."""
        places = self._places(rows)
        taken = set(
            Body.objects.filter(
                kind=Body.Kind.STATION, place__in=places.values(), withdrawn=False, dissolved__isnull=True
            ).values_list("place_id", "name")
        )
        for row in rows:
            place = places.get(row.number)
            if place is None:
                continue
            key = (place.pk, str(row.values.get("name") or ""))
            first = self._seen.setdefault(key, row.number)
            if key in taken:
                row.refuse("name", _("There is a station of this name at this place already."))
            elif first != row.number:
                row.refuse("name", _("The same as row %(row)d of this file.") % {"row": first})
            row.ready = {
                "place_id": place.pk,
                **{key: jsonable(value) for key, value in row.values.items() if value not in (None, "") and key in OWN},
            }

    def _places(self, rows: Sequence[Row]) -> dict[int, Place]:
        """The place each row names, by its number; rows that name none, or several, are refused."""
        wanted = Q(pk__in=[])
        for row in rows:
            wanted |= _named(row)
        found = list(Place.objects.filter(wanted, closed__isnull=True).select_related("parent__parent"))
        places: dict[int, Place] = {}
        for row in rows:
            fitting = [place for place in found if _fits(place, row) and place.area_path.startswith(self._root)]
            # Zeros fill up the code of a higher place, so that its first part may carry the same; the higher is meant.
            if row.values.get("code"):
                fitting = sorted(fitting, key=lambda place: place.level)[:1]
            if len(fitting) != 1:
                row.refuse(_last_named(row), _nothing_fits(fitting))
            elif isinstance(answer := may_keep_stations.check(self._actor, fitting[0]), Denied):
                row.refuse(_last_named(row), answer.reason)
            else:
                places[row.number] = fitting[0]
        return places


OWN = tuple(field.key for field in FIELDS[4:])


def _nothing_fits(fitting: Sequence[Place]) -> str:
    if fitting:
        return _("Several places of your area have this name. Write county and township too.")
    return _("There is no such place in your area. Compare the names, or write the code.")


def _lowest(row: Row) -> tuple[int, str]:
    """Level and name of the narrowest place a row names; level 0 where it names none."""
    given = [(level, str(row.values[key])) for level, key in NAMES if row.values.get(key)]
    return given[-1] if given else (0, "")


def _last_named(row: Row) -> str:
    return "code" if row.values.get("code") else next((k for _l, k in reversed(NAMES) if row.values.get(k)), "county")


def _named(row: Row) -> Q:
    if row.values.get("code"):
        return Q(code=row.values["code"])
    level, name = _lowest(row)
    return Q(level=level, short_name__in=_short(name)) | Q(level=level, name=name) if level else Q(pk__in=[])


def _short(name: str) -> list[str]:
    """The short names a place may have that is written so."""
    return [divisions.short_name(name + ending) for ending in ("", "村", "社区", "居委会")]


def _fits(place: Place, row: Row) -> bool:
    """Whether a place is the one a row names, by its code or by every name the row gives."""
    if row.values.get("code"):
        return place.code == row.values["code"]
    by_level: dict[int, Place] = {}
    above: Place | None = place
    while above is not None and above.level >= Place.Level.COUNTY:
        by_level[above.level] = above
        above = above.parent
    if place.level != _lowest(row)[0]:
        return False
    return all(
        level in by_level and (by_level[level].short_name in _short(str(name)) or by_level[level].name == name)
        for level, key in NAMES
        if (name := row.values.get(key))
    )


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
