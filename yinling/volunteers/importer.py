"""Volunteers from a spreadsheet: its columns, the check of its rows, commit and undo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from yinling.associations import PLACE_FIELDS, Site, SiteFinder
from yinling.base import clock
from yinling.base.action import jsonable
from yinling.base.masking import mask_name, mask_phone, mask_resident_id
from yinling.base.rules import Actor
from yinling.exchange import (
    YES_OR_NO,
    Batch,
    Committed,
    Field,
    Importer,
    ReadyRow,
    Row,
    choice,
    choices,
    past_day,
    register_importer,
    telephone,
    text,
    yes_no,
)
from yinling.network import Body
from yinling.people import Person, Resident, resident_cell
from yinling.volunteers import models
from yinling.volunteers.bulk import NewVolunteer, register_many, withdraw_batch
from yinling.volunteers.models import HalfDay, Limit, Skill, Source, State, Volunteer
from yinling.volunteers.rules import may_verify

SOURCES = {
    "单位推荐": Source.UNIT, "单位": Source.UNIT, "推荐": Source.UNIT,
    "社区招募": Source.COMMUNITY, "社区": Source.COMMUNITY, "招募": Source.COMMUNITY,
}  # fmt: skip
PROFESSIONS = {
    "教育": models.Field.TEACHING, "教师": models.Field.TEACHING, "教学": models.Field.TEACHING,
    "医疗": models.Field.MEDICINE, "医疗卫生": models.Field.MEDICINE, "卫生": models.Field.MEDICINE,
    "医生": models.Field.MEDICINE, "法律": models.Field.LAW, "政法": models.Field.LAW,
    "农业": models.Field.AGRICULTURE, "农业水利": models.Field.AGRICULTURE, "水利": models.Field.AGRICULTURE,
    "工程": models.Field.ENGINEERING, "工程技术": models.Field.ENGINEERING, "科技": models.Field.ENGINEERING,
    "文化": models.Field.CULTURE, "文化艺术": models.Field.CULTURE, "艺术": models.Field.CULTURE,
    "财务": models.Field.FINANCE, "财会": models.Field.FINANCE, "财务审计": models.Field.FINANCE,
    "管理": models.Field.MANAGEMENT, "其他": models.Field.OTHER,
}  # fmt: skip
SKILLS = {
    "政策宣讲": Skill.LECTURING, "宣讲": Skill.LECTURING, "辅导孩子": Skill.TUTORING, "支教": Skill.TUTORING,
    "义诊": Skill.CLINIC, "护理": Skill.NURSING, "法律咨询": Skill.LEGAL, "调解": Skill.MEDIATION,
    "农技": Skill.FARMING, "农业技术": Skill.FARMING, "智能手机": Skill.PHONES, "写作": Skill.WRITING,
    "书画": Skill.PAINTING, "文艺": Skill.STAGE, "体育": Skill.SPORT, "健身": Skill.SPORT, "理发": Skill.HAIRCUT,
    "维修": Skill.REPAIR, "探访": Skill.VISITING, "陪伴": Skill.VISITING, "巡逻": Skill.PATROL,
}  # fmt: skip
DAYS = {
    f"周{day}{half}": f"{key}-{short}"
    for day, key in zip("一二三四五六日", ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), strict=True)
    for half, short in (("上午", "am"), ("下午", "pm"))
}
LIMITS = {
    "搬重物": Limit.LIFTING, "重体力": Limit.LIFTING, "登高": Limit.LADDERS, "夜间": Limit.NIGHT,
    "夜间外出": Limit.NIGHT, "单独": Limit.ALONE, "单独服务": Limit.ALONE, "高温严寒": Limit.WEATHER,
    "久站": Limit.STANDING,
}  # fmt: skip


def _labels(kind: type[Skill | HalfDay | Limit]) -> object:
    return lambda keys: "、".join(str(kind(key).label) for key in str(keys).split("、"))


FIELDS = (
    *PLACE_FIELDS,
    Field(
        "address",
        gettext_lazy("Where the person lives"),
        text(80),
        ("住址", "地址", "居住地", "现住址"),
        accepts=gettext_lazy("County, township and village in one cell; the village alone if no other has its name."),
    ),
    Field(
        "name",
        pgettext_lazy("of a person", "Name"),
        text(40),
        ("姓名", "志愿者姓名"),
        required=True,
        example="陈桂芳",
        mask=mask_name,
    ),
    Field(
        "resident_id",
        gettext_lazy("Resident number"),
        resident_cell,
        ("身份证号", "身份证号码", "公民身份号码", "居民身份证号"),
        required=True,
        accepts=gettext_lazy("18 characters. Format the column as text."),
        mask=mask_resident_id,
    ),
    Field(
        "phone",
        gettext_lazy("Telephone number"),
        telephone,
        ("电话", "联系电话", "手机", "手机号"),
        accepts=gettext_lazy("13800000000 or 0851-88888888"),
        mask=mask_phone,
    ),
    Field(
        "source",
        gettext_lazy("Registered by way of"),
        choice(SOURCES),
        ("登记方式", "来源", "招募方式"),
        accepts=gettext_lazy("单位推荐 or 社区招募; left empty, 单位推荐 where a unit is named."),
        example="单位推荐",
        mask=lambda key: str(Source(key).label),
    ),
    Field(
        "unit",
        gettext_lazy("Unit"),
        text(120),
        ("单位", "工作单位", "原单位", "原工作单位", "推荐单位", "退休单位"),
        accepts=gettext_lazy("The name of a body of your area, as it is registered."),
    ),
    Field(
        "retired_cadre",
        gettext_lazy("Retired cadre"),
        yes_no,
        ("离退休干部", "是否离退休干部", "退休干部"),
        accepts=YES_OR_NO,
        example="是",
    ),
    Field(
        "profession",
        gettext_lazy("Professional background"),
        choice(PROFESSIONS),
        ("专业背景", "专业", "专业技术背景", "专业领域"),
        accepts=gettext_lazy("教育、医疗、法律、农业、工程、文化、财务、管理 or 其他; empty if there is none."),
        example="教育",
        mask=lambda key: str(models.Field(key).label),
    ),
    Field("title", gettext_lazy("Professional title"), text(40), ("职称", "专业职称", "技术职称"), example="高级教师"),
    Field(
        "skills",
        pgettext_lazy("a volunteer", "Skills"),
        choices(SKILLS),
        ("特长", "服务特长", "技能", "服务意向"),
        accepts=gettext_lazy("For example 政策宣讲、义诊、书画、智能手机、探访"),
        example="政策宣讲、书画",
        mask=_labels(Skill),  # type: ignore[arg-type]
    ),
    Field(
        "availability",
        gettext_lazy("Time available"),
        choices(DAYS),
        ("服务时间", "可服务时间", "空闲时间"),
        accepts=gettext_lazy("Half days, like 周一上午、周三下午"),
        example="周三上午",
        mask=_labels(HalfDay),  # type: ignore[arg-type]
    ),
    Field(
        "limits",
        gettext_lazy("Limits"),
        choices(LIMITS),
        ("不宜事项", "身体限制", "不能从事"),
        accepts=gettext_lazy("Any of 搬重物、登高、夜间、单独、高温严寒、久站"),
        mask=_labels(Limit),  # type: ignore[arg-type]
    ),
    Field(
        "healthy",
        gettext_lazy("Declares to be healthy"),
        yes_no,
        ("健康承诺", "健康声明", "身体健康"),
        accepts=YES_OR_NO,
        example="是",
    ),
    Field("emergency_name", gettext_lazy("Emergency contact"), text(40), ("紧急联系人",), mask=mask_name),
    Field(
        "emergency_phone",
        gettext_lazy("Telephone of the emergency contact"),
        telephone,
        ("紧急联系电话", "紧急联系人电话"),
        mask=mask_phone,
    ),
    Field(
        "registered_on",
        gettext_lazy("Registered on"),
        past_day,
        ("登记日期", "注册日期", "加入日期", "注册时间"),
        accepts=gettext_lazy("A date, not in the future; left empty, today."),
        example="2024-03-01",
    ),
    Field(
        "verified",
        gettext_lazy("Identity document seen"),
        yes_no,
        ("已核验", "是否核验", "证件已核验", "身份核验"),
        accepts=gettext_lazy("是: you have compared it with the document; else the volunteer waits to be verified."),
        example="是",
    ),
)


class Check:
    """The check of one file. Remembers by hash which persons the rows so far named."""

    def __init__(self, actor: Actor, batch: Batch) -> None:
        self._actor = actor
        self._area = batch.area_path
        self._sites = SiteFinder(batch.area_path)
        self._seen: dict[int, int] = {}

    def __call__(self, rows: Sequence[Row]) -> None:
        """Check the next rows: place, area, unit, duplicates in the register and in the file."""
        units, known = self._units(rows), _known(rows)
        for row, site in self._sites.place(rows, may_verify, self._actor):
            self._refuse_known(row, known)
            self._refuse_contradictions(row, site, units)
            if not row.problems:
                row.ready = _ready(row.values, site, units)

    def _units(self, rows: Sequence[Row]) -> dict[str, list[tuple[int, str]]]:
        """The bodies that the rows name as units, by name."""
        names = {str(row.values["unit"]) for row in rows if row.values.get("unit")}
        found: dict[str, list[tuple[int, str]]] = {}
        bodies = Body.objects.filter(name__in=names, withdrawn=False, dissolved__isnull=True)
        for pk, name, path in bodies.values_list("pk", "name", "area_path") if names else ():
            found.setdefault(name, []).append((pk, path))
        return found

    def _refuse_known(self, row: Row, known: Mapping[str, tuple[str, str | None]]) -> None:
        hash_ = _hash_of(row)
        name, state = known.get(hash_, (str(row.values["name"]), None))
        if name != row.values["name"]:
            row.refuse("resident_id", _("This resident number is in the register under another name."))
        elif state not in {None, State.WITHDRAWN}:
            row.refuse("resident_id", _("This person is already registered as a volunteer."))
        first = self._seen.setdefault(hash(hash_), row.number)
        if first != row.number:
            row.refuse("resident_id", _("The same as row %(row)d of this file.") % {"row": first})

    def _refuse_contradictions(self, row: Row, site: Site, units: Mapping[str, list[tuple[int, str]]]) -> None:
        values = row.values
        if unit := values.get("unit"):
            fitting = _near(units.get(str(unit), []), site)
            if not fitting:
                row.refuse("unit", _("There is no body of this name. Register it first, or leave the cell empty."))
            elif len(fitting) > 1:
                row.refuse("unit", _("Several bodies have this name; leave the cell empty and add it later."))
        if values.get("source") == Source.UNIT and not unit:
            row.refuse("unit", _("Name the unit that recommends."))
        if values.get("title") and not values.get("profession"):
            row.refuse("profession", _("Write the professional background beside the title."))


def _near(bodies: Sequence[tuple[int, str]], site: Site) -> list[int]:
    """Of bodies of one name those nearest to a place: of its line, the lowest; else all."""
    above = [(len(path), pk) for pk, path in bodies if site.area_path.startswith(path)]
    if above:
        lowest = max(above)[0]
        return [pk for length, pk in above if length == lowest]
    return [pk for pk, _path in bodies]


def _known(rows: Sequence[Row]) -> dict[str, tuple[str, str | None]]:
    """Name and state as a volunteer of the persons whose resident numbers the rows give, by hash."""
    people = Person.objects.filter(resident_hash__in={_hash_of(row) for row in rows}, withdrawn=False)
    return {
        hash_: (name, state) for hash_, name, state in people.values_list("resident_hash", "name", "volunteer__state")
    }


def _hash_of(row: Row) -> str:
    return cast("Resident", row.values["resident_id"]).hash


PLAIN = (
    "name", "phone", "profession", "title", "skills", "availability", "limits", "emergency_name", "emergency_phone",
)  # fmt: skip


def _ready(values: Mapping[str, object], site: Site, units: Mapping[str, list[tuple[int, str]]]) -> dict[str, object]:
    """The values that will go in; cells left empty are left out."""
    ready = {key: jsonable(values[key]) for key in PLAIN if values.get(key) not in (None, "")}
    unit = values.get("unit")
    day = cast("date", values.get("registered_on") or clock.today()).isoformat()
    return {
        **ready,
        "place_id": site.pk,
        "area_path": site.area_path,
        "resident_id": cast("Resident", values["resident_id"]).number,
        "source": str(values.get("source") or (Source.UNIT if unit else Source.COMMUNITY)),
        "unit_id": _near(units[str(unit)], site)[0] if unit else None,
        "retired_cadre": bool(values.get("retired_cadre")),
        "registered_on": day,
        "verified_on": day if values.get("verified") else None,
        "health_declared_on": day if values.get("healthy") else None,
    }


DAYS_OF_ROW = ("registered_on", "verified_on", "health_declared_on")
LISTS_OF_ROW = ("skills", "availability", "limits")


def _new(row: ReadyRow) -> NewVolunteer:
    number, values = row
    read = dict(values)
    for key in DAYS_OF_ROW:
        read[key] = date.fromisoformat(str(read[key])) if read.get(key) else None
    for key in LISTS_OF_ROW:
        read[key] = tuple(cast("list[str]", read.get(key) or ()))
    return NewVolunteer(row=number, **read)  # type: ignore[arg-type]


def _commit(batch: Batch, rows: Iterator[ReadyRow], actor: Actor) -> Committed:
    count = register_many(rows=map(_new, rows), batch_id=batch.pk, area=batch, by=actor)
    entry = Volunteer.objects.filter(batch_id=batch.pk).values_list("changed_by", flat=True)[:1]
    return Committed(entry.get(), count)


register_importer(
    Importer(
        key="volunteers",
        label=gettext_lazy("Volunteers"),
        rule=may_verify,
        fields=FIELDS,
        checker=Check,
        commit=_commit,
        undo=withdraw_batch,
        source="volunteer",
        needs=gettext_lazy(
            "Each row needs a place: its code, or county, township and village, or where the person lives in one cell."
        ),
    )
)

__all__ = ["FIELDS", "Check"]
