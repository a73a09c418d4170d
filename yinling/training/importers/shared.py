"""What the importers of training share: columns of people and marks, checks of who is who."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from yinling.base.action import jsonable
from yinling.base.codes import resident_id
from yinling.base.invalid import Invalid
from yinling.base.masking import mask_name, mask_phone, mask_resident_id
from yinling.base.rules import Reason
from yinling.exchange import Cell, Field, Row, by, number, telephone, text
from yinling.people import Person, identity
from yinling.training.bulk import NewPerson

MARK = gettext_lazy("0 to 100; left empty: did not sit this part")

NAME = Field(
    "name",
    pgettext_lazy("of a person", "Name"),
    text(40),
    ("姓名", "学员姓名", "持证人"),
    required=True,
    mask=mask_name,
)
RESIDENT = Field(
    "resident_id", gettext_lazy("Resident number"), by(lambda cell: resident_id(cell).number),
    ("身份证号", "身份证号码", "居民身份证号", "证件号码"), mask=mask_resident_id,
)  # fmt: skip
PHONE = Field(
    "phone", gettext_lazy("Telephone number"), telephone, ("电话", "手机", "联系电话", "手机号"),
    mask=mask_phone,
)  # fmt: skip


def mark_field(key: str, label: Reason, synonyms: tuple[str, ...]) -> Field:
    """A column of marks out of 100."""
    return Field(key, label, _mark, synonyms, accepts=MARK, example="85")


def _mark(cell: Cell) -> Decimal:
    found = number(4, 1)(cell)
    if found > Decimal(100):
        raise Invalid("range", _("A mark lies between 0 and 100, with one decimal at most."))
    return found


def newperson(number_: int, values: Mapping[str, object]) -> NewPerson:
    """The person a row names."""
    return NewPerson(
        name=str(values["name"]), resident_id=str(values.get("resident_id") or ""),
        phone=str(values.get("phone") or ""), row=number_,
    )  # fmt: skip


def ready(values: Mapping[str, object]) -> dict[str, object]:
    """The values of a row as JSON keeps them, empty cells left out."""
    return {key: jsonable(value) for key, value in values.items() if value not in (None, "")}


def refuse_repeated(row: Row, seen: dict[object, int], key: str, mark: object) -> None:
    """Refuse a row that repeats an earlier one of the file."""
    if mark and seen.setdefault(mark, row.number) != row.number:
        row.refuse(key, _("The same as row %(row)d of this file.") % {"row": seen[mark]})


def refuse_other_names(rows: Sequence[Row]) -> None:
    """The resident number says who somebody is: in the register it must have the same name."""
    numbers = {str(row.values["resident_id"]): row for row in rows if row.values.get("resident_id")}
    hashes = {str(identity(one, "")["resident_hash"]): one for one in numbers}
    known = Person.objects.filter(resident_hash__in=hashes, withdrawn=False).values_list("resident_hash", "name")
    for hash_, name in known:
        row = numbers[hashes[hash_]]
        if row.values.get("name") not in (None, name):
            row.refuse("resident_id", _("This resident number is in the register under another name."))
