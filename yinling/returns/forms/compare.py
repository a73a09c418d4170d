"""What differs between two versions of a form."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from yinling.returns.forms.encoding import encoded
from yinling.returns.forms.schema import Form, Question, Section

What = Literal["added", "removed", "moved", "changed"]

_MEANING = ("type", "unit", "counts", "binds")
"""What an answer is, how it is measured and what becomes of it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: what happened to the form, section or question `key`; for a change, which entry, from what to what
    as JSON (None: not there). `breaks` where answers to the old form do not stand under the new one."""

    what: What
    of: Literal["form", "section", "question"]
    key: str
    entry: str = ""
    old: object = None
    new: object = None
    breaks: bool = False


def changes(old: Form, new: Form) -> list[Change]:
    """Every difference between two versions of a form: of the form itself, its sections, its questions, in that order."""
    return [*_form(old, new), *_sections(old, new), *_questions(old, new)]


def is_compatible(old: Form, new: Form) -> bool:
    """Whether the answers given to the old version all stand under the new one and mean the same. New questions, and new
    conditions, may still ask for more."""
    return not any(change.breaks for change in changes(old, new))


def _form(old: Form, new: Form) -> Iterator[Change]:
    for entry in ("key", "labels", "intro"):
        yield from _entry("form", new.key, entry, getattr(old, entry), getattr(new, entry), breaks=entry == "key")


def _sections(old: Form, new: Form) -> Iterator[Change]:
    before = {section.key: section for section in old.sections}
    after = {section.key: section for section in new.sections}
    yield from (Change("removed", "section", key) for key in before if key not in after)
    yield from (Change("added", "section", key) for key in after if key not in before)
    yield from (Change("moved", "section", key) for key in _moved(list(before), list(after)))
    for key, section in after.items():
        if key in before:
            yield from _entry("section", key, "labels", before[key].labels, section.labels)
            yield from _entry("section", key, "relevant", before[key].relevant, section.relevant)


def _questions(old: Form, new: Form) -> Iterator[Change]:
    before, after = _placed(old), _placed(new)
    for key, (_section, question) in before.items():
        if key not in after:
            yield Change("removed", "question", key, breaks=question.field.type != "note")
    yield from (Change("added", "question", key) for key in after if key not in before)
    moved = set(_moved(list(before), list(after)))
    moved |= {key for key in before.keys() & after.keys() if before[key][0].key != after[key][0].key}
    yield from (Change("moved", "question", key) for key in after if key in moved)
    for key, (_section, question) in after.items():
        if key in before:
            yield from _question(before[key][1], question)


def _placed(form: Form) -> dict[str, tuple[Section, Question]]:
    return {question.key: (section, question) for section in form.sections for question in section.questions}


def _question(old: Question, new: Question) -> Iterator[Change]:
    for field in dataclasses.fields(old.field):
        one, other = getattr(old.field, field.name), getattr(new.field, field.name)
        breaks = field.name in _MEANING
        if field.name == "choices":
            breaks = (
                bool({choice.value for choice in one} - {choice.value for choice in other})
                and old.field.type == new.field.type
            )
        yield from _entry("question", new.key, field.name, one, other, breaks=breaks)
    for field in dataclasses.fields(old):
        if field.name != "field":
            yield from _entry("question", new.key, field.name, getattr(old, field.name), getattr(new, field.name))


def _entry(
    of: Literal["form", "section", "question"], key: str, entry: str, old: object, new: object, *, breaks: bool = False
) -> Iterator[Change]:
    if old != new:
        yield Change("changed", of, key, entry, encoded(old), encoded(new), breaks)


def _moved(before: list[str], after: list[str]) -> list[str]:
    """The fewest keys that must be moved to turn one order into the other: those outside a longest common order."""
    place = {key: index for index, key in enumerate(before)}
    common = [key for key in after if key in place]
    tails: list[str] = []  # the last key of the best run of each length
    previous: dict[str, str | None] = {}
    for key in common:
        length = next((at for at, tail in enumerate(tails) if place[tail] > place[key]), len(tails))
        previous[key] = tails[length - 1] if length else None
        tails[length : length + 1] = [key]
    staying = set()
    at = tails[-1] if tails else None
    while at is not None:
        staying.add(at)
        at = previous[at]
    return [key for key in common if key not in staying]
