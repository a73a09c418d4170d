"""What makes a field, question, section or form unsound. Each function gives every fault it finds, with its path."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from yinling.base.invalid import Invalid
from yinling.figures import UNITS
from yinling.returns.forms import answers
from yinling.returns.forms.expressions import KEY, ExpressionError, parse
from yinling.returns.forms.faults import Fault
from yinling.returns.forms.patterns import pattern

if TYPE_CHECKING:
    from yinling.returns.forms.schema import Field, Form, Question, Section, Words

MAX_KEY = 40
MAX_NAME = 120
MAX_LABEL = 300
MAX_LONG = 5_000
MAX_CHOICES = 500
MAX_QUESTIONS = 1_000
MAX_MINUTES = 600
CHOOSING = ("choice", "choices")
COUNTED = (*answers.NUMERIC, "yes_no", "choice")
_VALUE = re.compile(r"(?![=+@]|-(?![0-9]+(\.[0-9]+)?$))[^\s'\",，、;；]{1,40}")


def of_field(field: Field) -> Iterator[Fault]:
    """The faults of an entry of the field dictionary."""
    yield from _key("key", field.key)
    yield from _words("labels", field.labels, MAX_LONG if field.type == "note" else MAX_LABEL, needed=True)
    yield from _words("help", field.help, MAX_LONG)
    yield from _line("legal_basis", field.legal_basis, MAX_LABEL)
    if field.unit and field.unit not in UNITS:
        yield Fault("unit", _("There is no such unit. Known are: %(units)s.") % {"units": ", ".join(UNITS)})
    if field.unit and field.type not in answers.NUMERIC:
        yield Fault("unit", _("Only numbers have a unit."))
    yield from _choices(field)
    yield from _bounds(field)
    yield from _pattern(field)
    yield from _uses(field)
    yield from _decimal("minutes", field.minutes)
    if not 0 <= field.minutes <= MAX_MINUTES:
        yield Fault("minutes", _("Minutes lie between 0 and %(most)d.") % {"most": MAX_MINUTES})


def _choices(field: Field) -> Iterator[Fault]:
    if field.type not in CHOOSING:
        if field.choices:
            yield Fault("choices", _("Only a choice has values to choose from."))
        return
    if not field.choices:
        yield Fault("choices", _("There is nothing to choose from."))
    if len(field.choices) > MAX_CHOICES:
        yield Fault("choices", _("There are more than %(most)d choices.") % {"most": MAX_CHOICES})
    seen: set[str] = set()
    for index, choice in enumerate(field.choices):
        path = f"choices[{index}]"
        if not _VALUE.fullmatch(choice.value) or not answers.is_clean(choice.value, lines=False):
            text = _(
                "A value has 1 to 40 characters, no blanks, commas or quotes, and does not begin as a formula does."
            )
            yield Fault(f"{path}.value", text)
        if choice.value in seen:
            yield Fault(f"{path}.value", _("This value stands here twice."))
        seen.add(choice.value)
        for fault in _words("labels", choice.labels, MAX_LABEL):
            yield fault.below(path)


def _bounds(field: Field) -> Iterator[Fault]:
    bounds = {"minimum": field.minimum, "maximum": field.maximum}
    for name, bound in bounds.items():
        if bound is not None:
            yield from _decimal(name, bound)
            if field.type not in answers.NUMERIC:
                yield Fault(name, _("Only numbers have a smallest and a largest value."))
    if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
        yield Fault("maximum", _("The largest value is less than the smallest."))


def _pattern(field: Field) -> Iterator[Fault]:
    if not field.pattern:
        return
    if field.type != "text":
        yield Fault("pattern", _("Only a short text has a pattern."))
    yield from _line("pattern", field.pattern, MAX_LABEL)
    if "'" in field.pattern and '"' in field.pattern:
        yield Fault("pattern", _("A pattern may hold single quotes or double ones, not both."))
    try:
        pattern(field.pattern)
    except Invalid as error:
        yield Fault("pattern", str(error))


def _uses(field: Field) -> Iterator[Fault]:
    if field.counts and field.type not in COUNTED:
        yield Fault("counts", _("Only numbers, yes or no, and a choice can be counted."))
    if field.counts and field.binds:
        yield Fault("binds", _("What changes the register is counted there; it is not counted a second time."))
    if field.type == "note" and (field.binds or field.holds):
        yield Fault("type", _("A note has no answer."))
    for name, key in (("binds", field.binds), ("holds", field.holds)):
        if key and (not KEY.fullmatch(key) or "." not in key or len(key) > MAX_NAME):
            yield Fault(name, _("Write a key with a point in it, such as association.venue.has_venue."))


def of_question(question: Question) -> Iterator[Fault]:
    """The faults of a question that can be seen without the rest of the form."""
    for name in ("relevant", "constraint", "calculation"):
        yield from _expression(name, getattr(question, name), own=name == "constraint")
    yield from _words("message", question.message, MAX_LABEL)
    yield from _line("reason", question.reason, MAX_LABEL)
    field = question.field
    if field.type == "note" and (question.required or question.constraint or question.calculation or question.evidence):
        yield Fault("field.type", _("A note has no answer."))
    if question.calculation and field.holds:
        yield Fault("calculation", _("What the platform holds is not calculated."))
    if question.reason and not field.holds:
        yield Fault("reason", _("A reason is needed only where the platform holds the answer already."))
    if field.counts and field.holds and not question.reason:
        yield Fault("field.counts", _("What the platform holds already is not counted a second time."))
    yield from _default(question)


def _default(question: Question) -> Iterator[Fault]:
    if not question.default:
        return
    if not question.asks:
        yield Fault("default", _("Only what is asked has a value that stands there at first."))
        return
    try:
        found = answers.read(question.field, question.default)
    except Invalid as error:
        yield Fault("default", str(error))
        return
    yield from _line("default", question.default, MAX_LABEL)
    if found is None:
        yield Fault("default", _("This is no answer."))


def of_section(section: Section) -> Iterator[Fault]:
    """The faults of a section that can be seen without the rest of the form."""
    yield from _key("key", section.key)
    yield from _words("labels", section.labels, MAX_LABEL)
    yield from _expression("relevant", section.relevant, own=False)


def of_form(form: Form) -> Iterator[Fault]:
    """The faults that only the whole form shows: keys that repeat, names nobody knows, expressions that go in circles."""
    yield from _key("key", form.key)
    yield from _words("labels", form.labels, MAX_LABEL, needed=True)
    yield from _words("intro", form.intro, MAX_LONG)
    questions = list(form.questions())
    if len(questions) > MAX_QUESTIONS:
        yield Fault("sections", _("There are more than %(most)d questions.") % {"most": MAX_QUESTIONS})
    keys = Counter([section.key for section in form.sections] + [question.key for question in questions])
    answered = {question.key for question in questions if question.field.type != "note"}
    for at, section in enumerate(form.sections):
        path = f"sections[{at}]"
        yield from _unique(f"{path}.key", section.key, keys)
        yield from _names(f"{path}.relevant", section.relevant, answered)
        for index, question in enumerate(section.questions):
            below = f"{path}.questions[{index}]"
            yield from _unique(f"{below}.field.key", question.key, keys)
            for name in ("relevant", "constraint", "calculation"):
                yield from _names(f"{below}.{name}", getattr(question, name), answered)
    if keys.total() == len(keys):
        try:
            tuple(TopologicalSorter(dependencies(form)).static_order())
        except CycleError as error:
            text = _("These wait for each other in a circle: %(keys)s.") % {"keys": " → ".join(error.args[1][:12])}
            yield Fault("sections", text)


def dependencies(form: Form) -> dict[str, frozenset[str]]:
    """For each question the questions that must be worked out before it: those its calculation and relevance use."""
    found: dict[str, frozenset[str]] = {}
    for section in form.sections:
        for question in section.questions:
            texts = (section.relevant, question.relevant, question.calculation)
            found[question.key] = frozenset().union(*(parse(text).names for text in texts if text))
    return found


def _names(path: str, text: str, known: set[str]) -> Iterator[Fault]:
    used = parse(text).names | parse(text).last_names if text else frozenset()
    for name in sorted(used - known):
        yield Fault(path, _("No question that is answered has the key %(key)s.") % {"key": name[:MAX_KEY]})


def _unique(path: str, key: str, keys: Counter[str]) -> Iterator[Fault]:
    if keys[key] > 1:
        yield Fault(path, _("The key %(key)s stands in the form twice.") % {"key": key})


def _expression(path: str, text: str, *, own: bool) -> Iterator[Fault]:
    if not text:
        return
    try:
        if parse(text).uses_own and not own:
            yield Fault(
                path, _("The point stands for the answer that is checked; only a condition for answers has one.")
            )
        if text != text.strip():
            yield Fault(path, _("There are blanks at the beginning or the end."))
        if not answers.is_clean(text, lines=False):
            yield Fault(path, _("This holds characters that cannot be kept."))
    except ExpressionError as error:
        yield Fault(path, str(error))


def _key(path: str, key: str) -> Iterator[Fault]:
    if not KEY.fullmatch(key) or len(key) > MAX_KEY:
        text = _(
            "A key has at most %(most)d small letters, digits and underscores, begins with a letter and may have points."
        )
        yield Fault(path, text % {"most": MAX_KEY})


def _words(path: str, words: Words, maximum: int, *, needed: bool = False) -> Iterator[Fault]:
    if needed and not words:
        yield Fault(path, _("A text is missing."))
    for language in ("zh", "en"):
        yield from _line(f"{path}.{language}", getattr(words, language), maximum, lines=True)


def _line(path: str, text: str, maximum: int, *, lines: bool = False) -> Iterator[Fault]:
    if len(text) > maximum:
        yield Fault(path, _("This is longer than %(maximum)d characters.") % {"maximum": maximum})
    elif not answers.is_clean(text, lines=lines):
        yield Fault(path, _("This holds characters that cannot be kept."))
    elif text != text.strip():
        yield Fault(path, _("There are blanks at the beginning or the end."))


def _decimal(path: str, value: Decimal) -> Iterator[Fault]:
    if not value.is_finite() or abs(value) >= answers.LARGEST or value != round(value, answers.MAX_PLACES):
        yield Fault(path, _("This must be a number, with at most six places after the point."))
