"""A year's plan of projects, and lists of outcomes, from a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.activities.actions.outcomes import outcome_fault
from yinling.activities.actions.projects import Details, put_on
from yinling.activities.bulk import (
    NewOutcome,
    NewProject,
    publish_many,
    record_outcomes,
    withdraw_list,
    withdraw_outcomes,
)
from yinling.activities.models import Brand, Domain, OutcomeType, Platform, Project, Undertaking
from yinling.activities.places import lies_at
from yinling.activities.rules import may_run
from yinling.activities.workflow import missing
from yinling.base import clock
from yinling.base.action import jsonable
from yinling.base.paths import prefixes, under
from yinling.base.rules import Actor, Denied
from yinling.exchange import (
    YES_OR_NO,
    Batch,
    Committed,
    Field,
    Importer,
    ReadyRow,
    Row,
    choice,
    day,
    number,
    past_day,
    register_importer,
    text,
    whole,
    yes_no,
)
from yinling.network import Body, Place

PLATFORMS = {
    "学习": "learning", "老有所学": "learning", "互助": "helping", "老有所养": "helping", "娱乐": "joy", "老有所乐": "joy",
    "奉献": "contributing", "老有所为": "contributing", "表彰": "recognition", "关爱": "recognition",
}  # fmt: skip
ID_DIGITS = 18

PROJECT_FIELDS = (
    Field(
        "organiser", gettext_lazy("Organiser"), text(120), ("主办单位", "组织单位", "承办单位", "单位"), required=True,
        accepts=gettext_lazy("The name of a body in your area, as it is registered."), example="铜仁市老干部局",
    ),
    Field("title", gettext_lazy("Title of the project"), text(120), ("项目名称", "名称", "项目"), required=True,
          example="健康乡村行义诊"),
    Field(
        "place", gettext_lazy("Place"), text(80), ("地点", "服务地点", "实施地点", "所在地"),
        accepts=gettext_lazy("Name or 12-digit code; left empty, where the organiser is."),
    ),
    Field("starts_on", gettext_lazy("Starts on"), day, ("开始日期", "开始时间", "起始日期"), required=True,
          example="2026-03-01"),
    Field("ends_on", gettext_lazy("Ends on"), day, ("结束日期", "结束时间", "截止日期"), required=True,
          example="2026-12-31"),
    Field("summary", gettext_lazy("What is done"), text(2000), ("项目内容", "内容", "服务内容", "简介"), required=True),
    Field("served", gettext_lazy("For whom"), text(120), ("服务对象", "对象"), required=True, example="农村老年人"),
    Field("contact", gettext_lazy("Contact"), text(80), ("联系人", "联系方式", "联系人及电话"), required=True),
    Field("risks", gettext_lazy("Risks"), text(2000), ("风险", "风险告知", "可能的风险"), required=True,
          accepts=gettext_lazy("What those who come are told (Order 685, article 12).")),
    Field("domain", gettext_lazy("Domain"), text(60), ("领域", "服务领域", "重点领域")),
    Field("undertaking", gettext_lazy("Measure it carries out"), text(120), ("推进措施", "措施", "具体措施")),
    Field("brand", gettext_lazy("Brand"), text(60), ("品牌", "服务品牌")),
    Field("platform", gettext_lazy("Platform"), choice(PLATFORMS), ("平台", "活动平台"),
          mask=lambda key: str(Platform(key).label)),
    Field("danger", gettext_lazy("Possible danger to the person"), yes_no, ("是否有人身危险", "人身危险"), accepts=YES_OR_NO),
    Field("needs_insurance", gettext_lazy("Accident insurance is needed"), yes_no, ("是否需要保险", "需要保险", "保险"),
          accepts=YES_OR_NO),
    Field("needs_agreement", gettext_lazy("Written agreement is needed"), yes_no, ("是否签订协议", "需要协议", "协议"),
          accepts=YES_OR_NO),
    Field("needs_training", gettext_lazy("Training needed"), text(60), ("培训要求", "需要培训")),
    Field("least_age", gettext_lazy("Least age"), whole(120), ("最低年龄", "年龄下限")),
    Field("most_age", gettext_lazy("Greatest age"), whole(120), ("最高年龄", "年龄上限")),
    Field("checked", gettext_lazy("Checked to be no duty, paid or internal work"), yes_no,
          ("已核对", "是否已核对", "非本职工作核对"), required=True, accepts=YES_OR_NO, example="是"),
)  # fmt: skip

PLAIN = (
    "summary", "served", "contact", "risks", "platform", "danger", "needs_insurance", "needs_agreement", "needs_training",
    "least_age", "most_age",
)  # fmt: skip
LINKED: Mapping[str, type[Domain] | type[Undertaking] | type[Brand]] = {
    "domain": Domain, "undertaking": Undertaking, "brand": Brand
}  # fmt: skip


class CheckProjects:
    """The check of one file of projects."""

    def __init__(self, actor: Actor, batch: Batch) -> None:
        self._actor, self._area = actor, batch.area_path
        self._seen: dict[tuple[int, str, object], int] = {}
        near = Q(under(self._area)) | Q(area_path__in=prefixes(self._area))
        self._linked: dict[str, Mapping[str, Model]] = {
            "domain": {name: row for row in Domain.objects.filter(near, ended=False) for name in (row.name, row.code)},
            "undertaking": {
                row.name: row for row in Undertaking.objects.filter(near, ended=False).select_related("domain")
            },
            "brand": {row.name: row for row in Brand.objects.filter(near, withdrawn=False, until__isnull=True)},
        }

    def __call__(self, rows: Sequence[Row]) -> None:
        """Check the next rows: organiser, place, what publishing asks for, repetition."""
        bodies = _named(
            Body.objects.filter(
                under(self._area), name__in={row.values.get("organiser") for row in rows}, withdrawn=False,
                dissolved__isnull=True,
            ).select_related("place")
        )  # fmt: skip
        places = self._places({str(row.values["place"]) for row in rows if row.values.get("place")})
        known = set(
            Project.objects.filter(under(self._area), title__in={row.values.get("title") for row in rows})
            .exclude(state="withdrawn").values_list("organiser_id", "title", "starts_on")
        )  # fmt: skip
        for row in rows:
            organiser = _one(row, "organiser", bodies)
            place = _one(row, "place", places) if row.values.get("place") else organiser and organiser.place
            if organiser is None or place is None:
                continue
            if isinstance(answer := may_run.check(self._actor, organiser), Denied):
                row.refuse("organiser", answer.reason)
                continue
            mark = (organiser.pk, str(row.values["title"]), row.values["starts_on"])
            if mark in known:
                row.refuse("title", _("This body has a project of this title and beginning already."))
            first = self._seen.setdefault(mark, row.number)
            if first != row.number:
                row.refuse("title", _("The same as row %(row)d of this file.") % {"row": first})
            if not row.values["checked"]:
                row.refuse("checked", _("Look whether it is duty, paid or internal work; only what is not can go in."))
            self._settle(row, organiser, place)

    def _places(self, named: set[str]) -> dict[str, list[Place]]:
        rows = Place.objects.filter(
            Q(name__in=named) | Q(short_name__in=named) | Q(code__in=named), under(self._area), closed__isnull=True
        )
        found: dict[str, list[Place]] = {}
        for place in rows:
            for name in {place.name, place.short_name, place.code}:
                found.setdefault(name, []).append(place)
        return found

    def _settle(self, row: Row, organiser: Body, place: Place) -> None:
        """Find what the row names of the catalogue, and refuse what could not be published."""
        details = {key: row.values[key] for key in PLAIN if row.values.get(key) not in (None, "")}
        for key, rows in self._linked.items():
            if name := str(row.values.get(key) or ""):
                if name in rows:
                    details[key] = rows[name]
                else:
                    row.refuse(key, _("Nothing of this name is set for your area."))
        project = Project(
            organiser=organiser, place=place, area_path=lies_at(place, organiser), title=str(row.values["title"]),
            starts_on=cast("date", row.values["starts_on"]), ends_on=cast("date", row.values["ends_on"]),
        )  # fmt: skip
        try:
            put_on(project, cast("Details", details))
            faults: Mapping[str, object] = missing(project, clock.today())
        except ValidationError as error:
            faults = {key: texts[0] for key, texts in error.message_dict.items()}
        for key, fault in faults.items():
            row.refuse(key, fault)
        if not row.problems:
            row.ready = {
                "organiser": organiser.pk, "place": place.pk, "title": project.title,
                **{key: jsonable(row.values[key]) for key in ("starts_on", "ends_on")},
                **{key: jsonable(value.pk if isinstance(value, Model) else value) for key, value in details.items()},
            }  # fmt: skip


def _named(bodies: Any) -> dict[str, list[Body]]:
    found: dict[str, list[Body]] = {}
    for body in bodies:
        found.setdefault(body.name, []).append(body)
    return found


def _one(row: Row, key: str, rows: Mapping[str, list[Any]]) -> Any:
    """The one row that a cell names; None, with the reason noted, where it is none or several."""
    found = rows.get(str(row.values.get(key)), [])
    if len(found) == 1:
        return found[0]
    row.refuse(key, _("Several have this name in your area.") if found else _("Nothing of this name is in your area."))
    return None


def _commit_projects(batch: Batch, rows: Iterator[ReadyRow], actor: Actor) -> Committed:
    given = list(rows)
    linked: dict[str, Mapping[int, Model]] = {
        "domain": Domain.objects.in_bulk(_keys(given, "domain")),
        "undertaking": Undertaking.objects.select_related("domain").in_bulk(_keys(given, "undertaking")),
        "brand": Brand.objects.in_bulk(_keys(given, "brand")),
    }
    bodies, places = Body.objects.in_bulk(_keys(given, "organiser")), Place.objects.in_bulk(_keys(given, "place"))

    def new(row: ReadyRow) -> NewProject:
        number, values = row
        details = {key: values[key] for key in PLAIN if key in values}
        details |= {key: linked[key][cast("int", values[key])] for key in LINKED if key in values}
        return NewProject(
            organiser=bodies[cast("int", values["organiser"])], place=places[cast("int", values["place"])],
            title=str(values["title"]), starts_on=date.fromisoformat(str(values["starts_on"])),
            ends_on=date.fromisoformat(str(values["ends_on"])), details=cast("Details", details), row=number,
        )  # fmt: skip

    made = publish_many(rows=map(new, given), batch_id=batch.pk, area=batch, by=actor)
    return Committed(made[0].changed_by, len(made))


def _keys(rows: Sequence[ReadyRow], key: str) -> set[int]:
    return {cast("int", values[key]) for _number, values in rows if key in values}


OUTCOME_FIELDS = (
    Field(
        "project", gettext_lazy("Project"), text(120), ("项目", "项目名称", "项目编号"), required=True,
        accepts=gettext_lazy("Its number, or its title if no other of your area has it."),
    ),
    Field("type", gettext_lazy("What came of it"), text(60), ("成果", "成果类型", "指标", "类型"), required=True,
          example="捐赠图书"),
    Field("quantity", gettext_lazy("How much"), number(12, 2), ("数量", "数值", "完成数"), required=True, example="200"),
    Field("happened_on", gettext_lazy("On"), past_day, ("日期", "发生日期", "时间"), required=True, example="2025-06-01"),
    Field("remark", gettext_lazy("Remark"), text(200), ("备注", "说明")),
)  # fmt: skip


class CheckOutcomes:
    """The check of one file of outcomes."""

    def __init__(self, actor: Actor, batch: Batch) -> None:
        self._actor, self._area = actor, batch.area_path
        types = OutcomeType.objects.filter(ended=False)
        self._types = {name: [row] for row in types for name in (row.name, row.code)}
        self._seen: dict[tuple[object, ...], int] = {}

    def __call__(self, rows: Sequence[Row]) -> None:
        """Check the next rows: project, type, quantity and day; the same twice is refused."""
        projects = self._projects({str(row.values["project"]) for row in rows})
        for row in rows:
            project, type_ = _one(row, "project", projects), _one(row, "type", self._types)
            if project is None or type_ is None:
                continue
            quantity, on = cast("Decimal", row.values["quantity"]), cast("date", row.values["happened_on"])
            if isinstance(answer := may_run.check(self._actor, project), Denied):
                row.refuse("project", answer.reason)
            elif fault := outcome_fault(type_, quantity, on, project):
                row.refuse(*fault)
            first = self._seen.setdefault((project.pk, type_.pk, quantity, on, row.values.get("remark")), row.number)
            if first != row.number:
                row.refuse("", _("The same as row %(row)d of this file.") % {"row": first})
            if not row.problems:
                row.ready = {
                    "project": project.pk, "type": type_.pk, "quantity": str(quantity), "happened_on": on.isoformat(),
                    "remark": row.values.get("remark") or "",
                }  # fmt: skip

    def _projects(self, named: set[str]) -> dict[str, list[Project]]:
        numbers = {int(name) for name in named if name.isascii() and name.isdigit() and len(name) <= ID_DIGITS}
        rows = Project.objects.filter(
            Q(title__in=named) | Q(pk__in=numbers), under(self._area), published_on__isnull=False
        ).exclude(state="withdrawn")
        found: dict[str, list[Project]] = {}
        for project in rows:
            for name in {project.title, str(project.pk)} & named:
                found.setdefault(name, []).append(project)
        return found


def _commit_outcomes(batch: Batch, rows: Iterator[ReadyRow], actor: Actor) -> Committed:
    given = list(rows)
    projects = Project.objects.select_related("domain").in_bulk(_keys(given, "project"))
    types = OutcomeType.objects.in_bulk(_keys(given, "type"))
    new = (
        NewOutcome(
            project=projects[cast("int", values["project"])], type=types[cast("int", values["type"])],
            quantity=Decimal(str(values["quantity"])), happened_on=date.fromisoformat(str(values["happened_on"])),
            remark=str(values["remark"]), row=number,
        )
        for number, values in given
    )  # fmt: skip
    made = record_outcomes(rows=new, batch_id=batch.pk, area=batch, by=actor)
    return Committed(made[0].entry_id, len(made))


register_importer(
    Importer(
        key="projects", label=gettext_lazy("Plan of projects"), rule=may_run, fields=PROJECT_FIELDS,
        checker=CheckProjects, commit=_commit_projects, undo=withdraw_list, source="project",
        needs=gettext_lazy("Each row needs a domain or a platform. What goes in is published at once."),
    )
)  # fmt: skip
register_importer(
    Importer(
        key="outcomes", label=gettext_lazy("Outcomes of projects"), rule=may_run, fields=OUTCOME_FIELDS,
        checker=CheckOutcomes, commit=_commit_outcomes, undo=withdraw_outcomes, source="outcome",
        needs=gettext_lazy("Only projects that were published have outcomes."),
    )
)  # fmt: skip

__all__ = ["OUTCOME_FIELDS", "PROJECT_FIELDS", "CheckOutcomes", "CheckProjects"]
