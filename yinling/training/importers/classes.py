"""Lists of one class (its roster, its marks) and of one project (classes that are over): the list's key names it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.activities import Project
from yinling.base.rules import Actor, Answer, Placed, Rule
from yinling.exchange import (
    Batch,
    Committed,
    Field,
    Importer,
    ReadyRow,
    Row,
    choice,
    past_day,
    supply_importers,
    text,
    whole,
)
from yinling.training.actions.marks import Marked, enter_marks
from yinling.training.bulk import (
    OldClass,
    OldTrainee,
    add_trainees,
    take_over,
    withdraw_marks,
    withdraw_take_over,
    withdraw_trainees,
)
from yinling.training.courses import COURSES, Part
from yinling.training.importers.shared import (
    NAME,
    PHONE,
    RESIDENT,
    mark_field,
    newperson,
    ready,
    refuse_other_names,
    refuse_repeated,
)
from yinling.training.models import TraineeState, TrainingClass
from yinling.training.queries import numbered
from yinling.training.rules import may_train

LARGEST = 2**62
COURSE_WORDS = {
    "初级养老护理员": "carer_5", "中级养老护理员": "carer_4", "高级养老护理员": "carer_3", "养老护理员技师": "carer_2",
    "养老护理员高级技师": "carer_1", "家庭护理员": "family_carer", "老年人能力评估师": "assessor",
    "养老服务评估员": "service_assessor", "志愿者培训": "volunteer", "工作人员培训": "staff", "其他": "other",
}  # fmt: skip
PART_WORDS = {
    Part.THEORY: ("理论", "理论成绩"),
    Part.SKILLS: ("实操", "技能", "实操成绩"),
    Part.REVIEW: ("综合评审", "评审"),
}
TRAINEE = Field("trainee", gettext_lazy("Number on the roster"), whole(LARGEST), ("学员序号", "序号"), required=True)
TAKEN_ON = Field("taken_on", gettext_lazy("taken on"), past_day, ("考核日期", "考试日期"), required=True)
OLD_FIELDS = (
    Field("course", gettext_lazy("course"), choice(COURSE_WORDS), ("课程", "培训类别", "班次类别"), required=True,
          mask=lambda key: str(COURSES[key].label)),
    Field("ordinal", gettext_lazy("which class of the series"), whole(9999), ("期次", "第几期", "期数"), required=True),
    Field("starts_on", gettext_lazy("first day"), past_day, ("开班日期", "开始日期"), required=True),
    Field("ends_on", gettext_lazy("last day"), past_day, ("结业日期", "结束日期"), required=True),
    Field("hours", gettext_lazy("class hours planned"), whole(9999), ("学时", "课时")),
    Field("name", NAME.label, NAME.parse, NAME.synonyms, mask=NAME.mask), RESIDENT, PHONE,
    Field("people", gettext_lazy("number of people"), whole(100_000), ("人数", "人次")),
    Field("basis", gettext_lazy("paper that shows it"), text(200), ("依据", "佐证材料", "名册存放处")),
)  # fmt: skip


def _of_class(of: TrainingClass) -> Rule:
    """Who runs training where the class lies: the list names the class."""

    def test(actor: Actor, _row: Placed | None) -> Answer:
        return may_train.test(actor, of)

    return Rule(f"runs class {of.pk}", test, may_train.where)


def _of_project(series: Project) -> Rule:
    def test(actor: Actor, _row: Placed | None) -> Answer:
        return may_train.test(actor, series)

    return Rule(f"runs training of project {series.pk}", test, may_train.where)


def _number(key: str) -> int | None:
    text_ = key.partition(".")[2]
    return int(text_[:19]) if text_.isascii() and text_.isdigit() else None


def roster_importer(key: str) -> Importer | None:
    """The importer `roster.<class>`."""
    of = TrainingClass.objects.filter(pk=_number(key)).select_related("activity__place").first()
    if of is None:
        return None

    def commit(batch: Batch, rows: Iterator[ReadyRow], actor: Actor) -> Committed:
        people = [newperson(number, values) for number, values in rows]
        entry, count = add_trainees(training_class=of, rows=people, batch_id=batch.pk, reason=batch.file_name, by=actor)
        return Committed(entry, count)

    return Importer(
        key=key, label=_("Roster: %(class)s") % {"class": of}, rule=_of_class(of),
        fields=(NAME, Field("resident_id", RESIDENT.label, RESIDENT.parse, RESIDENT.synonyms, True, mask=RESIDENT.mask), PHONE),
        checker=lambda _actor, _batch: _roster_check(), commit=commit,
        undo=withdraw_trainees, source="trainee",
    )  # fmt: skip


def _roster_check() -> Callable[[Sequence[Row]], None]:
    seen: dict[object, int] = {}

    def check(rows: Sequence[Row]) -> None:
        refuse_other_names(rows)
        for row in rows:
            refuse_repeated(row, seen, "resident_id", row.values.get("resident_id"))
            row.ready = ready(row.values)

    return check


def marks_importer(key: str) -> Importer | None:
    """The importer `marks.<class>`: one row a trainee, a column for each part of the course."""
    of = TrainingClass.objects.filter(pk=_number(key)).select_related("activity").first()
    if of is None or not COURSES[of.course].parts:
        return None
    parts = COURSES[of.course].parts

    def commit(_batch: Batch, rows: Iterator[ReadyRow], actor: Actor) -> Committed:
        held = list(rows)
        trainees = numbered(of)
        marked = [
            Marked(
                trainees[cast("int", values["trainee"])], part, Decimal(str(values[part])),
                date.fromisoformat(str(values["taken_on"])),
            )
            for _row, values in held for part in parts if values.get(part) is not None
        ]  # fmt: skip
        made = enter_marks(training_class=of, rows=marked, by=actor)
        return Committed(made[0].changed_by, len(held))

    return Importer(
        key=key, label=_("Marks: %(class)s") % {"class": of}, rule=_of_class(of),
        fields=(TRAINEE, TAKEN_ON, *(mark_field(part, Part(part).label, PART_WORDS[part]) for part in parts)),
        checker=lambda _actor, _batch: _marks_check(of), commit=commit, undo=withdraw_marks, source="trainee",
        needs=gettext_lazy("Take the list from the page of the class and fill it in; leave the numbers as they are."),
    )  # fmt: skip


def _marks_check(of: TrainingClass) -> Callable[[Sequence[Row]], None]:
    seen: dict[object, int] = {}
    on_it = {number for number, one in numbered(of).items() if one.state != TraineeState.LEFT}

    def check(rows: Sequence[Row]) -> None:
        for row in rows:
            if row.values.get("trainee") not in on_it:
                row.refuse("trainee", _("There is no such number on the roster of this class."))
            elif all(row.values.get(part) is None for part in COURSES[of.course].parts):
                row.refuse("", _("The row has no mark."))
            elif cast("date", row.values["taken_on"]) < of.starts_on:
                row.refuse("taken_on", _("The day lies before the class or in the future."))
            refuse_repeated(row, seen, "trainee", row.values.get("trainee"))
            row.ready = ready(row.values)

    return check


def old_importer(key: str) -> Importer | None:
    """The importer `finished.<project>`: classes that are over, a row a trainee, or a row a class with its number."""
    number = _number(key)
    series = Project.objects.filter(pk=number).select_related("place").first() if number is not None else None
    if series is None:
        return None

    def commit(batch: Batch, rows: Iterator[ReadyRow], actor: Actor) -> Committed:
        held = list(rows)
        count = take_over(series=series, rows=_grouped(held), batch_id=batch.pk, by=actor)
        entry = TrainingClass.objects.filter(batch_id=batch.pk).values_list("entry_id", flat=True)[:1].get()
        return Committed(entry or 0, count)

    return Importer(
        key=key, label=_("Finished classes: %(project)s") % {"project": series}, rule=_of_project(series),
        fields=OLD_FIELDS, checker=lambda _actor, _batch: _old_check(series), commit=commit,
        undo=withdraw_take_over, source="trainee",
        needs=gettext_lazy("Each row is a trainee with name and resident number; or a class with the number of people and "
                           "the paper that shows it."),
    )  # fmt: skip


Class = tuple[str, int]


def _old_check(series: Project) -> Callable[[Sequence[Row]], None]:
    taken = set(TrainingClass.objects.filter(series=series).exclude(state="withdrawn").values_list("course", "ordinal"))
    days: dict[Class, tuple[object, object]] = {}
    seen: dict[object, int] = {}

    def check(rows: Sequence[Row]) -> None:
        refuse_other_names(rows)
        for row in rows:
            if row.problems:
                continue
            values = row.values
            key = (str(values["course"]), int(str(values["ordinal"])))
            when = (values["starts_on"], values["ends_on"])
            if key in taken:
                row.refuse("ordinal", _("This series already has a class of this number."))
            if cast("date", when[1]) < cast("date", when[0]):
                row.refuse("ends_on", _("The last day lies before the first."))
            if days.setdefault(key, when) != when:
                row.refuse("starts_on", _("Another row gives this class other days."))
            _refuse_nobody(row)
            refuse_repeated(
                row, seen, "resident_id", (key, values["resident_id"]) if values.get("resident_id") else None
            )
            row.ready = ready(values)

    return check


def _refuse_nobody(row: Row) -> None:
    """A row is a person with name and number, or a number of people with its paper."""
    values = row.values
    if values.get("name"):
        if not values.get("resident_id"):
            row.refuse("resident_id", _("Write the resident number beside the name: it says who is who."))
        if values.get("people"):
            row.refuse("people", _("A row with a name is one person."))
    elif not values.get("people"):
        row.refuse("name", _("Write a name, or the number of people."))
    elif not values.get("basis"):
        row.refuse("basis", _("Name the paper that shows the number: the roster and where it is kept."))


def _grouped(rows: Sequence[ReadyRow]) -> list[OldClass]:
    groups: dict[Class, list[ReadyRow]] = {}
    for row in rows:
        groups.setdefault((str(row[1]["course"]), int(str(row[1]["ordinal"]))), []).append(row)
    return [
        OldClass(
            course=course, ordinal=ordinal, starts_on=date.fromisoformat(str(found[0][1]["starts_on"])),
            ends_on=date.fromisoformat(str(found[0][1]["ends_on"])), hours=int(str(found[0][1].get("hours") or 0)),
            trainees=[_old_trainee(number, values) for number, values in found],
        )
        for (course, ordinal), found in groups.items()
    ]  # fmt: skip


def _old_trainee(number: int, values: Mapping[str, object]) -> OldTrainee:
    if values.get("name"):
        return OldTrainee(person=newperson(number, values))
    return OldTrainee(people=int(str(values["people"])), basis=str(values["basis"]))


supply_importers("roster", roster_importer)
supply_importers("marks", marks_importer)
supply_importers("finished", old_importer)
