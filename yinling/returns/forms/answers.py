"""Single answers: read from what was typed or stood in a cell, worked with, written out.

As JSON: whole numbers as numbers; decimals and amounts as text, which loses no digit ("12.5", "300.00"); a day as
"2024-05-01"; yes and no as true and false; a choice as its value, several as a list in the order of the field.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from yinling.base.invalid import Invalid
from yinling.base.money import yuan
from yinling.exchange import cell_text, yes_no
from yinling.returns.forms import evaluation
from yinling.returns.forms.encoding import plain

if TYPE_CHECKING:
    from yinling.returns.forms.schema import Field

Answer = int | str | bool | list[str]

NUMERIC = ("integer", "decimal", "money")
MAX_TEXT = {"text": 500, "long_text": 5_000}
MAX_PLACES = 6
LARGEST = Decimal(10) ** 15
EXACT_DIGITS = 15
"""A spreadsheet's number holds so many digits; what follows is noise of its own reckoning."""
YEARS = range(1900, 2201)

_DATE = re.compile(r"([0-9]{4})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})[日号]?|([0-9]{4})([0-9]{2})([0-9]{2})")
_NUMBER = re.compile(r"-?([0-9]{1,3}(,[0-9]{3})+|[0-9]{1,18})(\.[0-9]*)?")
_MARKS = re.compile(r"[,，、;；\n]+")
_BLANKS = re.compile(r"[,，、;；\s]+")


def read(field: Field, raw: object) -> Answer | None:
    """The answer that somebody typed, or that stood in a cell; None where there is nothing. Raises Invalid."""
    if isinstance(raw, list | tuple) and field.type != "choices":
        raise Invalid("one", _("One answer is wanted here, not several."))
    if field.type == "note" or (not isinstance(raw, list | tuple) and not cell_text(_cell(raw)).strip()):
        return None
    if field.type in NUMERIC:
        return _number(field.type, raw)
    if field.type in MAX_TEXT:
        return _kept(field, cell_text(_cell(raw)))
    if field.type == "date":
        return _date(raw)
    if field.type == "yes_no":
        return yes_no(_cell(raw))
    return _choice(field, cell_text(_cell(raw))) if field.type == "choice" else _choices(field, raw)


def is_answer(field: Field, answer: object) -> bool:
    """Whether this is an answer exactly as `read` gives it."""
    if field.type == "integer":
        return type(answer) is int and abs(answer) < LARGEST
    try:
        if field.type in MAX_TEXT:  # not through `read`, which takes away the mark against formulas
            return isinstance(answer, str) and answer == _kept(field, answer) != ""
        found = read(field, answer)
    except Invalid:
        return False
    return found is not None and type(found) is type(answer) and found == answer


def quantity(field: Field, answer: Answer | None) -> Decimal | None:
    """How much an answer counts for: a number its value, yes 1, no 0, a choice 1; None where nothing can be counted."""
    if answer is None or field.type in ("text", "long_text", "date", "choices", "note"):
        return None
    if field.type == "choice":
        return Decimal(1)
    return Decimal(answer) if isinstance(answer, int | str) else None


def value(field: Field, answer: Answer | None) -> evaluation.Value:
    """An answer as expressions see it: yes and no as 'yes' and 'no', several choices with blanks between them."""
    if answer is None:
        return evaluation.EMPTY
    if field.type in NUMERIC and not isinstance(answer, list):
        return Decimal(answer)
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    return " ".join(answer) if isinstance(answer, list) else str(answer)


def from_value(field: Field, found: evaluation.Value) -> Answer | None:
    """What a calculation gave, as an answer to the field. Raises Invalid where it does not fit."""
    if field.type == "yes_no":
        return None if found == evaluation.EMPTY else found == "yes" or (found != "no" and evaluation.truth(found))
    if field.type == "date":
        return read(field, evaluation.day(found))
    if field.type in NUMERIC and not (isinstance(found, str) and not found):
        counted = evaluation.number(found)
        if counted is None:
            raise Invalid("number", _("This is not a number. Write digits only."))
        return read(field, round(counted, MAX_PLACES) if field.type == "decimal" else counted)
    return read(field, evaluation.text(found))


def written(field: Field, answer: Answer | None) -> str:
    """An answer for reading, in the language of the moment; an empty text where there is none."""
    if answer is None:
        return ""
    if isinstance(answer, bool):
        return _("yes") if answer else _("no")
    labels = {choice.value: str(choice.labels) or choice.value for choice in field.choices}
    if isinstance(answer, list):
        return "、".join(labels.get(each, each) for each in answer)
    return labels.get(answer, answer) if isinstance(answer, str) else str(answer)


def _cell(raw: object) -> str | float | bool | date | datetime | None:
    if isinstance(raw, Decimal):
        return plain(raw) if raw.is_finite() else str(raw)
    if isinstance(raw, int) and not isinstance(raw, bool):
        return str(raw) if abs(raw) < LARGEST * 1000 else "1e99"
    if raw is None or isinstance(raw, str | float | bool | date):
        return raw
    raise Invalid("kind", _("This is no answer."))


def _number(kind: str, raw: object) -> Answer:
    found = _decimal(kind, raw)
    if abs(found) >= LARGEST:
        raise Invalid("range", _("This number is too large."))
    if kind == "money":
        return f"{yuan(found):f}"
    if kind == "integer":
        if found != found.to_integral_value():
            raise Invalid("whole", _("Write a whole number."))
        return int(found)
    if found != round(found, MAX_PLACES):
        raise Invalid("places", _("This number has more decimal places than are kept."))
    return plain(found)


def _decimal(kind: str, raw: object) -> Decimal:
    if isinstance(raw, bool | date):
        raise Invalid("number", _("This is not a number. Write digits only."))
    if isinstance(raw, float):
        # 0.1 + 0.2 in a spreadsheet is 0.30000000000000004, and nobody typed that.
        raw = f"{raw:.{EXACT_DIGITS}g}"
        raw = f"{Decimal(raw):f}" if raw[-1].isdigit() else raw
    seen = "".join(unicodedata.normalize("NFKC", cell_text(_cell(raw))).split()).replace("\N{MINUS SIGN}", "-")
    if _NUMBER.fullmatch(seen):
        return Decimal(seen.replace(",", ""))
    if kind == "money":
        return yuan(seen)
    raise Invalid("number", _("This is not a number. Write digits only."))


def _kept(field: Field, raw: str) -> str:
    """Text without blanks at the ends; inside, runs of them as one, but line breaks kept where there may be lines."""
    lines, maximum = field.type == "long_text", MAX_TEXT[field.type]
    parts = raw.replace("\r\n", "\n").replace("\r", "\n").split("\n") if lines else [raw]
    found = "\n".join(" ".join(part.split()) for part in parts).strip()
    if len(found) > maximum:
        raise Invalid("length", _("This is longer than %(maximum)d characters.") % {"maximum": maximum})
    if not is_clean(found, lines=lines):
        raise Invalid("characters", _("This holds characters that cannot be kept."))
    return found


def is_clean(text: str, *, lines: bool) -> bool:
    """Whether a text holds nothing but characters that databases, XML and spreadsheets can all keep."""
    kept = text.replace("\n", "") if lines else text
    return not any(unicodedata.category(each) in ("Cc", "Cs") or each in "\ufffe\uffff" for each in kept)


def _date(raw: object) -> str:
    if isinstance(raw, datetime):
        found = raw.date()
    elif isinstance(raw, date):
        found = raw
    else:
        found = _date_of(unicodedata.normalize("NFKC", cell_text(_cell(raw))))
    if found.year not in YEARS:
        raise Invalid("date", _("This is no date we know. Write it like 2010-05-01."))
    return found.isoformat()


def _date_of(written: str) -> date:
    match = _DATE.fullmatch("".join(written.removesuffix(" 00:00:00").split()))
    if match:
        try:
            return date(*(int(part) for part in match.groups() if part))
        except ValueError:
            pass
    raise Invalid("date", _("This is no date we know. Write it like 2010-05-01."))


def _words(field: Field) -> dict[str, str]:
    """What a choice may be written as, with its value. A label that two choices share means neither."""
    found: dict[str, str] = {}
    for label in ("zh", "en"):
        labels = [_normal(getattr(choice.labels, label)) for choice in field.choices]
        for choice, word in zip(field.choices, labels, strict=True):
            if word and labels.count(word) == 1:
                found.setdefault(word, choice.value)
    return found | {choice.value: choice.value for choice in field.choices}


def _normal(word: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", word).casefold().split())


def _choice(field: Field, written: str, words: dict[str, str] | None = None) -> str:
    words = words if words is not None else _words(field)
    found = words.get(written.strip()) or words.get(_normal(written))
    if found is None:
        shown = "、".join(str(choice.labels) or choice.value for choice in field.choices[:20])
        raise Invalid("choice", _("Write one of: %(words)s.") % {"words": shown})
    return found


def _choices(field: Field, raw: object) -> list[str] | None:
    words = _words(field)
    if isinstance(raw, list | tuple):
        chosen = _chosen(field, [cell_text(_cell(each)) for each in raw], words)
    else:
        written = cell_text(_cell(raw))
        try:
            chosen = _chosen(field, _MARKS.split(written), words)
        except Invalid:  # labels may hold blanks; only where that does not lead anywhere are blanks marks too
            chosen = _chosen(field, _BLANKS.split(written), words)
    return [choice.value for choice in field.choices if choice.value in chosen] or None


def _chosen(field: Field, written: Iterable[str], words: dict[str, str]) -> set[str]:
    return {_choice(field, each, words) for each in written if each.strip()}
