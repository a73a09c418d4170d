"""Forms as data: fields of the dictionary, the questions that ask them, sections, the form.

All of it is frozen, and what exists is sound: whoever makes a field, question, section or form that cannot stand gets a
FormError with everything that is wrong. Expressions are those of `expressions`, a subset of XLSForm's.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, cast

from django.utils.translation import get_language

from yinling.returns.forms import encoding, soundness
from yinling.returns.forms.faults import Fault, FormError

FieldType = Literal["integer", "decimal", "money", "text", "long_text", "date", "yes_no", "choice", "choices", "note"]
Counting = Literal["", "flow", "stock"]

USUAL_MINUTES: dict[FieldType, Decimal] = {
    "integer": Decimal("0.5"),
    "decimal": Decimal("0.5"),
    "money": Decimal("0.5"),
    "text": Decimal("0.5"),
    "long_text": Decimal(5),
    "date": Decimal("0.25"),
    "yes_no": Decimal("0.1"),
    "choice": Decimal("0.2"),
    "choices": Decimal("0.3"),
    "note": Decimal(0),
}
"""How long one answer takes where a field does not say: a house estimate, only there so that no form looks free."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text in Chinese and English; either may be missing."""

    zh: str = ""
    en: str = ""

    def __str__(self) -> str:
        """The text in the language of the moment, else in the other."""
        chinese = (get_language() or "zh").startswith("zh")
        return (self.zh or self.en) if chinese else (self.en or self.zh)

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)


NOTHING = Words()


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values that may be chosen."""

    value: str
    labels: Words = NOTHING


@dataclass(frozen=True, slots=True)
class Field:
    """An entry of the field dictionary: what is asked, in which unit, on what legal basis, and what becomes of answers.

    `counts`: answers become facts that happen ("flow") or hold ("stock"); numbers by their value, yes as 1, a choice as 1
    of its value. `binds`: the column of a register ("association.venue.has_venue") that an accepted answer changes, instead
    of being counted a second time. `holds`: what the platform already knows ("place.name", "association.members",
    "last.<field>"), shown and not asked. `minutes`: the time one answer takes, 0 where nobody has estimated it.
    `pattern` must match the whole text. Raises FormError.
    """

    key: str
    type: FieldType
    labels: Words
    unit: str = ""
    help: Words = NOTHING
    legal_basis: str = ""
    choices: tuple[Choice, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    pattern: str = ""
    counts: Counting = ""
    binds: str = ""
    holds: str = ""
    minutes: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        _demand(soundness.of_field(self))

    @property
    def takes(self) -> Decimal:
        """The minutes one answer takes: as estimated for this field, else as usual for its type."""
        return self.minutes or USUAL_MINUTES[self.type]

    def as_json(self) -> dict[str, object]:
        """The field as JSON; whatever has its default is left out."""
        return cast(dict[str, object], encoding.encoded(self))

    @classmethod
    def from_json(cls, data: object) -> Field:
        """The field that `as_json` gave. Raises FormError."""
        return encoding.decoded(cls, data)


@dataclass(frozen=True, slots=True)
class Question:
    """A field as one form asks it.

    Expressions: `relevant` (asked only where true), `constraint` (must be true of an answer; `message` says so to whoever
    fills in), `calculation` (then nobody is asked). `default` is what stands in the box at first. `reason` says why a field
    that the platform holds is asked again; without one it is only shown. `evidence`: asks for a file as well. Raises
    FormError.
    """

    field: Field
    required: bool = False
    relevant: str = ""
    constraint: str = ""
    message: Words = NOTHING
    calculation: str = ""
    default: str = ""
    reason: str = ""
    evidence: bool = False

    def __post_init__(self) -> None:
        _demand(soundness.of_question(self))

    @property
    def key(self) -> str:
        """The key of its field: the name of the question in answers and expressions."""
        return self.field.key

    @property
    def asks(self) -> bool:
        """Whether somebody has to answer: not a note, not calculated, not held already (unless a reason asks again)."""
        held = bool(self.field.holds) and not self.reason
        return self.field.type != "note" and not self.calculation and not held


@dataclass(frozen=True, slots=True)
class Section:
    """Questions that stand together, with a heading if it has labels; asked only where `relevant` is true."""

    key: str
    labels: Words = NOTHING
    relevant: str = ""
    questions: tuple[Question, ...] = ()

    def __post_init__(self) -> None:
        _demand(soundness.of_section(self))


@dataclass(frozen=True, slots=True)
class Form:
    """A form. Raises FormError where keys repeat, or an expression is wrong, names what is not there or goes in circles."""

    key: str
    labels: Words
    intro: Words = NOTHING
    sections: tuple[Section, ...] = ()

    def __post_init__(self) -> None:
        _demand(soundness.of_form(self))

    def questions(self) -> Iterator[Question]:
        """All questions in the order of the form."""
        return (question for section in self.sections for question in section.questions)

    def question(self, key: str) -> Question:
        """The question of this key. KeyError where there is none."""
        for question in self.questions():
            if question.key == key:
                return question
        raise KeyError(key)

    def as_json(self) -> dict[str, object]:
        """The form as JSON; whatever has its default is left out, so a later addition changes no older form."""
        return cast(dict[str, object], encoding.encoded(self))

    @classmethod
    def from_json(cls, data: object) -> Form:
        """The form that `as_json` gave. Raises FormError with the path of everything that is wrong.

        Pages and actions ask for the same few forms all day; as nothing can change one, all of them get the same.
        """
        try:
            text = json.dumps(data)
        except (TypeError, ValueError, RecursionError):
            return encoding.decoded(cls, data)  # no JSON, as will be told
        return _form(text)

    def digest(self) -> str:
        """SHA-256 of the form as canonical JSON, in hexadecimal: the same for equal forms, whatever they were made from."""
        text = json.dumps(self.as_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


@functools.lru_cache(maxsize=200)
def _form(text: str) -> Form:
    return encoding.decoded(Form, json.loads(text))


def _demand(faults: Iterable[Fault]) -> None:
    if found := tuple(faults):
        raise FormError(found)
