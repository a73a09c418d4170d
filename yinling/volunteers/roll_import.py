"""Rolls of retired cadres from a spreadsheet: columns, the check of the rows, commit and undo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import cast

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base.codes import credit_code
from yinling.base.paths import under
from yinling.base.rules import Actor, Denied
from yinling.exchange import (
    Batch,
    Committed,
    Field,
    Importer,
    ReadyRow,
    Row,
    by,
    past_day,
    register_importer,
    text,
    whole,
)
from yinling.network import Body
from yinling.volunteers.actions.rolls import NewRoll, import_rolls, taken, withdraw_rolls
from yinling.volunteers.rules import may_set_rolls

MOST = 1_000_000

FIELDS = (
    Field(
        "uscc", gettext_lazy("Credit code"), by(lambda cell: credit_code(cell).code),
        ("统一社会信用代码", "信用代码", "单位代码"),
        accepts=gettext_lazy("18 characters. Needed where several units have the same name."),
    ),
    Field(
        "name", gettext_lazy("Name of the unit"), text(120), ("单位名称", "单位", "名称", "单位全称"), required=True,
        example="玉屏侗族自治县教育局",
    ),
    Field(
        "people", gettext_lazy("Retired cadres"), whole(MOST),
        ("离退休干部人数", "离退休人数", "离退休干部", "人数", "离退休干部数"), required=True, example="118",
    ),
    Field(
        "since", gettext_lazy("From"), past_day, ("起算日期", "统计日期", "日期", "截止日期", "起始日期"), required=True,
        accepts=gettext_lazy("A date, not in the future: 2010-05-01, 2010.5.1, 2010年5月"), example="2024-12-31",
    ),
)  # fmt: skip


class Check:
    """The check of one file: finds the unit of each row, and refuses what is recorded already."""

    def __init__(self, actor: Actor, batch: Batch) -> None:
        self._actor, self._root = actor, batch.area_path
        self._seen: dict[int, int] = {}

    def __call__(self, rows: Sequence[Row]) -> None:
        """Check the next rows."""
        wanted = Q(name__in={row.values["name"] for row in rows})
        wanted |= Q(uscc__in={row.values["uscc"] for row in rows if row.values.get("uscc")})
        here = Body.objects.filter(wanted, under(self._root), withdrawn=False, dissolved__isnull=True)
        known = list(here.order_by("pk"))
        fitting: list[tuple[Row, NewRoll]] = []
        for row in rows:
            unit = self._unit(row, known)
            if unit is not None:
                people, since = cast("int", row.values["people"]), cast("date", row.values["since"])
                fitting.append((row, NewRoll(unit.pk, people, since)))
        recorded = taken([one for _row, one in fitting])
        for row, one in fitting:
            first = self._seen.setdefault(one.unit, row.number)
            if first != row.number:
                row.refuse("name", _("The same as row %(row)d of this file.") % {"row": first})
            elif one.unit in recorded:
                row.refuse("since", _("For this day or a later one a number of this unit is already recorded."))
            row.ready = {"unit": one.unit, "people": one.people, "since": one.since.isoformat()}

    def _unit(self, row: Row, known: Sequence[Body]) -> Body | None:
        """The unit a row names; the row is refused where that is none, or several."""
        code, name = row.values.get("uscc"), row.values["name"]
        found = [unit for unit in known if (unit.uscc == code if code else unit.name == name)]
        if not found:
            row.refuse("uscc" if code else "name", _("There is no such unit in your area. Register it first."))
        elif len(found) > 1:
            row.refuse("name", _("Several units of your area have this name. Write the credit code too."))
        elif code and found[0].name != name:
            row.refuse(
                "name", _("The register has another name for this credit code: %(name)s.") % {"name": found[0].name}
            )
        elif isinstance(answer := may_set_rolls.check(self._actor, found[0]), Denied):
            row.refuse("name", answer.reason)
        else:
            return found[0]
        return None


def _commit(batch: Batch, rows: Iterator[ReadyRow], actor: Actor) -> Committed:
    ready = [
        NewRoll(cast("int", values["unit"]), cast("int", values["people"]), date.fromisoformat(str(values["since"])))
        for _number, values in rows
    ]
    entry, count = import_rolls(rows=ready, area=batch, batch_id=batch.pk, by=actor)
    return Committed(entry, count)


register_importer(
    Importer(
        key="rolls",
        label=gettext_lazy("Rolls of retired cadres"),
        rule=may_set_rolls,
        fields=FIELDS,
        checker=Check,
        commit=_commit,
        undo=withdraw_rolls,
        source="roll_unit",
        needs=gettext_lazy("Each row names a unit that is in the register already."),
    )
)

__all__ = ["FIELDS", "Check"]
