"""1+X candidates from a school's list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from yinling.base.paths import under
from yinling.base.rules import Actor
from yinling.exchange import Batch, Committed, Field, Importer, ReadyRow, Row, choice, past_day, register_importer, text
from yinling.network import Body
from yinling.training.bulk import NewCandidate, register_candidates, withdraw_candidates
from yinling.training.importers.shared import NAME, mark_field, ready, refuse_repeated
from yinling.training.models import Candidate, Level
from yinling.training.rules import may_train

LEVELS = {
    "初级": "elementary", "初": "elementary", "中级": "intermediate", "中": "intermediate", "高级": "advanced",
    "高": "advanced",
}  # fmt: skip
FIELDS = (
    Field("school", gettext_lazy("School"), text(120), ("学校", "院校", "学校名称"), required=True),
    Field("batch", gettext_lazy("batch"), text(40), ("批次", "考核批次", "考试批次"), required=True),
    Field(
        "level", gettext_lazy("level"), choice(LEVELS), ("等级", "级别", "证书等级"), required=True, example="初级",
        mask=lambda key: str(Level(key).label),
    ),
    Field("held_on", pgettext_lazy("an examination", "held on"), past_day, ("考核日期", "考试日期", "日期"), required=True),
    Field("number", gettext_lazy("candidate number"), text(24), ("准考证号", "考号", "编号"), required=True),
    NAME,
    mark_field("theory", gettext_lazy("theory"), ("理论", "理论成绩")),
    mark_field("skills", pgettext_lazy("of an examination", "skills"), ("实操", "技能", "实操成绩", "技能成绩")),
)  # fmt: skip


class Check:
    """Checks 1+X candidates: the school by its name in the area, the number once."""

    def __init__(self, actor: Actor, batch: Batch) -> None:
        self.actor = actor
        schools = Body.objects.filter(
            under(batch.area_path), kind=Body.Kind.SCHOOL, withdrawn=False, dissolved__isnull=True
        )
        self.schools: dict[str, list[Body]] = {}
        for school in schools:
            self.schools.setdefault(school.name, []).append(school)
        self.seen: dict[object, int] = {}

    def __call__(self, rows: Sequence[Row]) -> None:
        """Check the next rows."""
        for row in rows:
            named = self.schools.get(str(row.values.get("school")), [])
            if len(named) != 1:
                text_ = (
                    _("Several schools of your area have this name.")
                    if named
                    else _("There is no such school in your area.")
                )
                row.refuse("school", text_)
                continue
            values = row.values
            key = (named[0].pk, values.get("batch"), values.get("level"), values.get("held_on"), values.get("number"))
            refuse_repeated(row, self.seen, "number", key)
            row.ready = {**ready(values), "school": named[0].pk}
        self._refuse_recorded(rows)

    def _refuse_recorded(self, rows: Sequence[Row]) -> None:
        numbers = {str(row.values.get("number")) for row in rows}
        known = Candidate.objects.filter(withdrawn=False, number__in=numbers).values_list(
            "exam__school_id", "exam__batch", "exam__level", "exam__held_on", "number"
        )
        recorded = set(known)
        for row in rows:
            values = row.values
            key = (
                row.ready.get("school"),
                values.get("batch"),
                values.get("level"),
                values.get("held_on"),
                values.get("number"),
            )
            if key in recorded:
                row.refuse("number", _("A candidate of this number is recorded already."))


def _commit_candidates(batch: Batch, rows: Iterator[ReadyRow], actor: Actor) -> Committed:
    held = list(rows)
    schools = Body.objects.in_bulk([cast("int", values["school"]) for _number, values in held])

    def mark(value: object) -> Decimal | None:
        return None if value is None else Decimal(str(value))

    candidates = [
        NewCandidate(
            school=schools[cast("int", values["school"])], batch=str(values["batch"]), level=str(values["level"]),
            held_on=date.fromisoformat(str(values["held_on"])), number=str(values["number"]), name=str(values["name"]),
            theory=mark(values.get("theory")), skills=mark(values.get("skills")), row=number_,
        )
        for number_, values in held
    ]  # fmt: skip
    count = register_candidates(rows=candidates, batch_id=batch.pk, area=batch, by=actor)
    entry = Candidate.objects.filter(batch_id=batch.pk).values_list("entry_id", flat=True)[:1].get()
    return Committed(entry, count)


register_importer(
    Importer(
        key="onex", label=gettext_lazy("1+X candidates"), rule=may_train, fields=FIELDS, checker=Check,
        commit=_commit_candidates, undo=withdraw_candidates, source="candidate",
        needs=gettext_lazy("Each row names its school as the register of bodies has it."),
    )
)  # fmt: skip
