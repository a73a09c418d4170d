"""Steps of designing a form: each takes the sections of a form and gives the next ones. Whether the form can stand with them
is said by whoever makes it; only a step can say what it was about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from yinling.returns import forms as schema

T = TypeVar("T")
Sections = tuple[schema.Section, ...]
Step = Callable[[Sections], Sections]


def section_of(sections: Sections, key: str) -> schema.Section:
    """The section of this key; KeyError where there is none."""
    for section in sections:
        if section.key == key:
            return section
    raise KeyError(key)


def home_of(sections: Sections, key: str) -> schema.Section:
    """The section that a question stands in; KeyError where there is none."""
    for section in sections:
        if any(question.key == key for question in section.questions):
            return section
    raise KeyError(key)


def keys_of(sections: Sections) -> set[str]:
    """Every key that is taken."""
    questions = (question for section in sections for question in section.questions)
    return {section.key for section in sections} | {question.key for question in questions}


def fresh_key(stem: str, taken: set[str]) -> str:
    """A key nobody has: the stem with the first number that is free."""
    number = 1
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"


def put_section(sections: Sections, section: schema.Section) -> Sections:
    """With this section in the place of the one with its key, else at the end."""
    if all(each.key != section.key for each in sections):
        return (*sections, section)
    return tuple(section if each.key == section.key else each for each in sections)


def put_question(sections: Sections, question: schema.Question, section: str) -> Sections:
    """With this question: where it stood if it stays in its section, else at the end of the named one. KeyError where there
    is no such section."""
    target = section_of(sections, section)
    if any(one.key == question.key for one in target.questions):
        same = tuple(question if one.key == question.key else one for one in target.questions)
        return put_section(sections, replace(target, questions=same))
    return _into(sections, question, target, first=False)


def without(sections: Sections, key: str) -> Sections:
    """Without the section or question of this key."""
    return tuple(
        replace(section, questions=tuple(question for question in section.questions if question.key != key))
        for section in sections
        if section.key != key
    )


def moved(sections: Sections, key: str, by: int) -> Sections:
    """With a section or question one place up (`by` -1) or down (1). A question at the edge of its section goes on into the
    next; at the edge of the form nothing moves. KeyError where nothing has the key."""
    keys = [section.key for section in sections]
    if key in keys:
        return _swapped(sections, keys.index(key), by)
    section = home_of(sections, key)
    at = [question.key for question in section.questions].index(key)
    if 0 <= at + by < len(section.questions):
        return put_section(sections, replace(section, questions=_swapped(section.questions, at, by)))
    beside = keys.index(section.key) + by
    if not 0 <= beside < len(sections):
        return sections
    return _into(sections, section.questions[at], sections[beside], first=by > 0)


def _swapped(row: Sequence[T], at: int, by: int) -> tuple[T, ...]:
    changed = list(row)
    if 0 <= at + by < len(changed):
        changed[at], changed[at + by] = changed[at + by], changed[at]
    return tuple(changed)


def _into(sections: Sections, question: schema.Question, target: schema.Section, *, first: bool) -> Sections:
    questions = (question, *target.questions) if first else (*target.questions, question)
    left = without(sections, question.key)
    return tuple(replace(each, questions=questions) if each.key == target.key else each for each in left)
