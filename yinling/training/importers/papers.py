"""Skill-grade certificates and other papers from a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from yinling.base.rules import Actor, Refused
from yinling.exchange import Batch, Committed, Field, Importer, ReadyRow, Row, choice, past_day, register_importer, text
from yinling.network import place_at
from yinling.people import Qualification
from yinling.training.actions.papers import Paper
from yinling.training.bulk import NewPaper, add_papers, withdraw_papers
from yinling.training.importers.shared import (
    NAME,
    PHONE,
    RESIDENT,
    newperson,
    ready,
    refuse_other_names,
    refuse_repeated,
)
from yinling.training.numbers import normal
from yinling.training.rules import may_train

GRADES = {
    "五级": "5", "初级": "5", "初级工": "5", "5": "5", "四级": "4", "中级": "4", "中级工": "4", "4": "4", "三级": "3",
    "高级": "3", "高级工": "3", "3": "3", "二级": "2", "技师": "2", "2": "2", "一级": "1", "高级技师": "1", "1": "1",
}  # fmt: skip
KINDS = {
    "职业技能等级证书": "skill_grade", "技能等级证书": "skill_grade", "职业资格证书": "vocational", "1+x证书": "one_plus_x",
    "执业证书": "licence", "督导员": "supervisor", "考评员": "examiner", "师资": "teacher", "培训证书": "training",
    "其他": "other",
}  # fmt: skip
FIELDS = (
    NAME, RESIDENT, PHONE,
    Field(
        "kind", gettext_lazy("kind"), choice(KINDS), ("证书类型", "类型", "类别"), required=True, example="职业技能等级证书",
        mask=lambda key: str(Qualification.Kind(key).label),
    ),
    Field("title", gettext_lazy("Trade or title"), text(80), ("职业", "工种", "职业（工种）", "名称"), required=True,
          example="养老护理员"),
    Field("grade", gettext_lazy("grade"), choice(GRADES), ("等级", "级别"), example="四级"),
    Field("number", gettext_lazy("number"), text(40), ("证书编号", "编号", "证号")),
    Field("issuer", pgettext_lazy("a paper", "Issued by"), text(120), ("发证机构", "颁发机构", "评价机构"), required=True),
    Field("issued_on", pgettext_lazy("a paper", "Issued on"), past_day, ("发证日期", "颁发日期"), required=True),
)  # fmt: skip


def paper_of(values: Mapping[str, object]) -> Paper:
    """The paper of a row, as it was staged."""
    grade = values.get("grade")
    return Paper(
        kind=str(values["kind"]), title=str(values["title"]), grade=int(str(grade)) if grade else None,
        number=normal(str(values.get("number") or "")), issuer=str(values["issuer"]),
        issued_on=date.fromisoformat(str(values["issued_on"])),
    )  # fmt: skip


class Check:
    """Checks papers: what a paper must say, its number once in the file and the register."""

    def __init__(self, _actor: Actor, _batch: Batch) -> None:
        self.seen: dict[object, int] = {}

    def __call__(self, rows: Sequence[Row]) -> None:
        """Check the next rows."""
        numbers = {normal(str(row.values["number"])) for row in rows if row.values.get("number")}
        known = set(Qualification.objects.filter(withdrawn=False, number__in=numbers).values_list("kind", "number"))
        refuse_other_names(rows)
        for row in rows:
            if row.problems:
                continue
            row.ready = ready(row.values)
            paper = paper_of(row.ready)
            refuse_repeated(row, self.seen, "number", (paper.kind, paper.number) if paper.number else None)
            if (paper.kind, paper.number) in known:
                row.refuse("number", _("A paper of this number is recorded already."))
            try:
                paper.check()
            except ValidationError as error:
                for name, texts in error.message_dict.items():
                    row.refuse(name, " ".join(texts))


def _commit(batch: Batch, rows: Iterator[ReadyRow], actor: Actor) -> Committed:
    place = place_at(batch.area_path)
    if place is None:
        raise Refused(_("People are written to the register at a place: import them from a county or below."))
    held = [NewPaper(newperson(number, values), paper_of(values)) for number, values in rows]
    entry, count = add_papers(rows=held, batch_id=batch.pk, place=place, by=actor)
    return Committed(entry, count)


register_importer(
    Importer(
        key="qualifications", label=gettext_lazy("Qualifications"), rule=may_train, fields=FIELDS, checker=Check,
        commit=_commit, undo=withdraw_papers, source="qualification",
        needs=gettext_lazy("Who is not in the register yet is written to it; the resident number says who is who."),
    )
)  # fmt: skip
