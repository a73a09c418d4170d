"""The register from a spreadsheet: its columns, the check of its rows a chunk at a time, commit and undo."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.associations.attributes import setting_of
from yinling.associations.bulk import NewAssociation, default_name, register_many, withdraw_batch
from yinling.associations.models import Association, RuleBook, Setting
from yinling.associations.rules import may_register
from yinling.associations.sites import PLACE_FIELDS, Site, SiteFinder
from yinling.base.action import jsonable
from yinling.base.codes import credit_code
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
    by,
    choice,
    choices,
    number,
    past_day,
    register_importer,
    telephone,
    text,
    whole,
    yes_no,
)
from yinling.network import Body
from yinling.people import Person, Resident, resident_cell

BOOKS = {
    "学习": RuleBook.STUDY,
    "学习制度": RuleBook.STUDY,
    "会议": RuleBook.MEETING,
    "会议制度": RuleBook.MEETING,
    "财务": RuleBook.FINANCE,
    "财务制度": RuleBook.FINANCE,
    "财务管理制度": RuleBook.FINANCE,
    "物资": RuleBook.MATERIALS,
    "物资管理制度": RuleBook.MATERIALS,
    "评比": RuleBook.AWARDS,
    "评比表彰": RuleBook.AWARDS,
    "评比表彰制度": RuleBook.AWARDS,
    "评比奖励制度": RuleBook.AWARDS,
    "场地": RuleBook.VENUE,
    "场所": RuleBook.VENUE,
    "活动场所管理制度": RuleBook.VENUE,
}
SETTINGS = {
    "农村": Setting.RURAL,
    "村": Setting.RURAL,
    "rural": Setting.RURAL,
    "城市": Setting.URBAN,
    "城镇": Setting.URBAN,
    "社区": Setting.URBAN,
    "城市社区": Setting.URBAN,
    "urban": Setting.URBAN,
}


FIELDS = (
    *PLACE_FIELDS,
    Field(
        "address",
        gettext_lazy("Where it is"),
        text(80),
        ("地址", "所在地", "所在村", "住所", "详细地址"),
        accepts=gettext_lazy("County, township and village in one cell; the village alone if no other has its name."),
    ),
    Field(
        "name",
        gettext_lazy("Name of the association"),
        text(120),
        ("协会名称", "名称", "老年协会名称", "老年协会"),
        accepts=gettext_lazy("Left empty, it is called after its village."),
        example="上河村老年协会",
    ),
    Field(
        "setting",
        gettext_lazy("Rural or urban"),
        choice(SETTINGS),
        ("城乡", "城乡类别", "城乡分类", "类别"),
        accepts=gettext_lazy("农村 or 城市; left empty, as its place is."),
        example="农村",
        mask=lambda key: str(Setting(key).label),
    ),
    Field(
        "founded",
        gettext_lazy("Founded on"),
        past_day,
        ("成立日期", "成立时间", "成立年月", "建立时间"),
        required=True,
        accepts=gettext_lazy("A date, not in the future: 2010-05-01, 2010.5.1, 2010年5月"),
        example="2010-05-01",
    ),
    Field(
        "has_funding",
        gettext_lazy("Has a source of funds"),
        yes_no,
        ("有无经费来源", "是否有经费来源", "有无经费"),
        accepts=YES_OR_NO,
        example="有",
    ),
    Field("funding_source", gettext_lazy("Source of funds"), text(60), ("经费来源", "资金来源"), example="村集体"),
    Field(
        "funding_amount",
        gettext_lazy("Funds a year (yuan)"),
        number(12, 2),
        ("年经费", "年经费元", "经费", "年度经费"),
        accepts=gettext_lazy("A number in yuan."),
        example="3000",
    ),
    Field(
        "has_venue",
        gettext_lazy("Has a venue"),
        yes_no,
        ("有无活动场所", "是否有活动场所", "有无场所"),
        accepts=YES_OR_NO,
        example="有",
    ),
    Field(
        "venue_owner", gettext_lazy("Owner of the venue"), text(60), ("场所产权", "产权", "场所归属"), example="村集体"
    ),
    Field(
        "venue_area",
        gettext_lazy("Area of the venue (m²)"),
        number(8, 2),
        ("面积", "场所面积", "活动场所面积"),
        accepts=gettext_lazy("A number in square metres."),
        example="60",
    ),
    Field(
        "meets",
        gettext_lazy("Meets regularly"),
        yes_no,
        ("是否经常开展活动", "经常开展活动", "开展活动"),
        accepts=YES_OR_NO,
        example="是",
    ),
    Field(
        "meetings_a_year",
        gettext_lazy("Activities a year"),
        whole(32_767),
        ("年活动次数", "活动次数"),
        accepts=gettext_lazy("A whole number."),
        example="12",
    ),
    Field(
        "chair_name",
        gettext_lazy("Name of the chair"),
        text(40),
        ("会长姓名", "会长", "负责人", "负责人姓名"),
        example="张大山",
        mask=mask_name,
    ),
    Field(
        "chair_resident_id",
        gettext_lazy("Resident number of the chair"),
        resident_cell,
        ("会长身份证号", "身份证号", "身份证号码", "会长身份证号码", "公民身份号码"),
        accepts=gettext_lazy("18 characters. Format the column as text."),
        mask=mask_resident_id,
    ),
    Field(
        "chair_phone",
        gettext_lazy("Telephone of the chair"),
        telephone,
        ("会长电话", "电话", "联系电话", "手机", "手机号"),
        accepts=gettext_lazy("13800000000 or 0851-88888888"),
        mask=mask_phone,
    ),
    Field(
        "chair_is_officer",
        gettext_lazy("Chaired by a village or community officer"),
        yes_no,
        ("村(社区)干部兼任会长", "村干部兼任会长", "村干部兼任", "干部兼任"),
        accepts=YES_OR_NO,
        example="否",
    ),
    Field(
        "member_count",
        gettext_lazy("Members"),
        whole(2_147_483_647),
        ("会员数", "会员人数", "会员"),
        accepts=gettext_lazy("A whole number."),
        example="85",
    ),
    Field(
        "rule_books",
        gettext_lazy("Written rules"),
        choices(BOOKS),
        ("制度", "规章制度", "六项制度"),
        accepts=gettext_lazy("Any of 学习、会议、财务、物资、评比、场地"),
        example="学习、会议、财务",
        mask=lambda keys: "、".join(str(RuleBook(key).label) for key in keys.split("、")),
    ),
    Field(
        "uscc",
        gettext_lazy("Credit code"),
        by(lambda cell: credit_code(cell).code),
        ("统一社会信用代码", "社会信用代码", "信用代码"),
        accepts=gettext_lazy("18 characters. Format the column as text."),
    ),
)


class Check:
    """The check of one file. Remembers, by hash, what the rows so far held: two rows may not be the same
    association."""

    def __init__(self, actor: Actor, batch: Batch) -> None:
        self._actor = actor
        self._sites = SiteFinder(batch.area_path)
        self._seen: dict[int, int] = {}
        self._names: dict[int, int] = {}

    def __call__(self, rows: Sequence[Row]) -> None:
        """Check the next rows: place, area, duplicates in the register and in the file, chair."""
        placed = list(self._sites.place(rows, may_register, self._actor))
        for row, site in placed:
            _settle(row, site)
        self._refuse_registered(placed)
        self._refuse_other_names([row for row, _site in placed])
        for row, site in placed:
            self._refuse_repeated(row, site)
            if not row.problems:
                row.ready = _ready(row.values, site)

    def _refuse_registered(self, placed: list[tuple[Row, Site]]) -> None:
        standing = Body.objects.filter(kind=Body.Kind.ASSOCIATION, withdrawn=False)
        here = standing.filter(place_id__in={site.pk for _row, site in placed}, dissolved__isnull=True)
        names = set(here.values_list("place_id", "name"))
        written = {row.values["uscc"] for row, _site in placed if row.values.get("uscc")}
        same_code = Body.objects.filter(withdrawn=False, uscc__in=written)
        codes = set(same_code.values_list("uscc", flat=True)) if written else set()
        for row, site in placed:
            if (site.pk, row.values["name"]) in names:
                row.refuse("name", _("An association of this name is already registered there."))
            if row.values.get("uscc") in codes:
                row.refuse("uscc", _("A body with this credit code is already registered."))

    def _refuse_other_names(self, rows: list[Row]) -> None:
        """The resident number says who somebody is: in the register, and in the rows before, it must have the same
        name."""
        numbers = {row.number: _hash_of(row) for row in rows if row.values.get("chair_resident_id")}
        known = Person.objects.filter(resident_hash__in=set(numbers.values()), withdrawn=False)
        names = dict(known.values_list("resident_hash", "name")) if numbers else {}
        for row in rows:
            if row.number not in numbers:
                continue
            name, hash_ = str(row.values.get("chair_name") or ""), numbers[row.number]
            if not name:
                row.refuse("chair_name", _("Write the chair's name beside the resident number."))
            elif names.get(hash_, name) != name:
                row.refuse("chair_resident_id", _("This resident number is in the register under another name."))
            elif self._names.setdefault(hash(hash_), hash(name)) != hash(name):
                row.refuse("chair_resident_id", _("This resident number stands in this file under another name too."))

    def _refuse_repeated(self, row: Row, site: Site) -> None:
        for key, mark in (("name", (site.pk, row.values["name"])), ("uscc", row.values.get("uscc"))):
            if mark:
                first = self._seen.setdefault(hash(mark), row.number)
                if first != row.number:
                    row.refuse(key, _("The same as row %(row)d of this file.") % {"row": first})


def _hash_of(row: Row) -> str:
    return cast("Resident", row.values["chair_resident_id"]).hash


DETAILS = {"has_funding": ("funding_source", "funding_amount"), "has_venue": ("venue_owner", "venue_area")}


def _settle(row: Row, site: Site) -> None:
    """Put in what follows from the place and from other columns where a cell is empty, and refuse what contradicts
    them."""
    values = row.values
    values["name"] = values.get("name") or default_name(site.short_name)
    values["setting"] = values.get("setting") or str(setting_of(site.kind))
    for flag, details in DETAILS.items():
        given = [key for key in details if values.get(key)]
        if values.get(flag) is None:
            values[flag] = bool(given)
        elif given and not values[flag]:
            row.refuse(given[0], _("The column before says there is none."))
    if (values.get("chair_phone") or values.get("chair_resident_id")) and not values.get("chair_name"):
        row.refuse("chair_name", _("Write the chair's name beside the number."))


PLAIN = (
    "name",
    "founded",
    "setting",
    "has_funding",
    "funding_source",
    "funding_amount",
    "has_venue",
    "venue_owner",
    "venue_area",
    "meets",
    "meetings_a_year",
    "chair_name",
    "chair_phone",
    "chair_is_officer",
    "member_count",
    "rule_books",
    "uscc",
)


def _ready(values: Mapping[str, object], site: Site) -> dict[str, object]:
    """The values that will go in; cells left empty are left out, so that what a new association has by default
    holds."""
    ready = {key: jsonable(values[key]) for key in PLAIN if values.get(key) not in (None, "")}
    if chair := cast("Resident | None", values.get("chair_resident_id")):
        ready["chair_resident_id"] = chair.number
    return {"place_id": site.pk, "area_path": site.area_path, **ready}


FROM_JSON: dict[str, Callable[[str], object]] = {
    "founded": date.fromisoformat,
    "funding_amount": Decimal,
    "venue_area": Decimal,
    "rule_books": tuple,
}


def _new(row: ReadyRow) -> NewAssociation:
    number, values = row
    read = {key: FROM_JSON[key](cast("str", value)) if key in FROM_JSON else value for key, value in values.items()}
    return NewAssociation(row=number, **read)  # type: ignore[arg-type]


def _commit(batch: Batch, rows: Iterator[ReadyRow], actor: Actor) -> Committed:
    count = register_many(rows=map(_new, rows), batch_id=batch.pk, area=batch, by=actor)
    entry = Association.objects.filter(body__batch_id=batch.pk).values_list("changed_by", flat=True)[:1]
    return Committed(entry.get(), count)


register_importer(
    Importer(
        key="associations",
        label=gettext_lazy("Elderly associations"),
        rule=may_register,
        fields=FIELDS,
        checker=Check,
        commit=_commit,
        undo=withdraw_batch,
        source="association",
        needs=gettext_lazy(
            "Each row needs a place: its code, or county, township and village, or where it is in one cell."
        ),
    )
)

__all__ = ["FIELDS", "Check"]
