"""Whatever an action can write into the audit trail is told in words: columns, notes, kinds of rows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import BinaryField, Field
from django.utils import translation

from tests.whole import project
from yinling.web.happened_words import CONTENTS, LABELS, PERSONAL, SUBJECTS, TECHNICAL, UNSAID

NEVER = frozenset({"chain", "entry", "series", "fact", "total", "relocation", "stagedrow", "savedmapping"})
"""Tables of the mechanism itself: no action notes their rows."""


def _word_of(column: Field[Any, Any]) -> str:
    related = column.related_model
    return (related._meta.model_name or "") if related else ""


def _unnamed() -> Iterator[str]:
    for model in apps.get_app_config("yinling").get_models():
        if model._meta.model_name in NEVER:
            continue
        for column in model._meta.concrete_fields:
            named = (
                column.primary_key
                or isinstance(column, BinaryField)
                or column._verbose_name is not None  # type: ignore[attr-defined]
                or {column.name, column.attname} & (LABELS.keys() | TECHNICAL | CONTENTS)
                or (column.is_relation and _word_of(column) in SUBJECTS)
                or (model._meta.model_name == "person" and column.name in PERSONAL)
            )
            if not named:
                yield f"{model._meta.model_name}.{column.name}"


def test_every_column_has_a_word() -> None:
    assert sorted(_unnamed()) == []


def test_every_note_has_a_word() -> None:
    notes = {
        keyword.arg
        for path in project.code()
        for node in ast.walk(project.tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "note"
        for keyword in node.keywords
        if keyword.arg
    }
    assert "rows" in notes
    assert sorted(notes - LABELS.keys() - TECHNICAL) == []


def test_the_words_are_chinese_for_a_chinese_reader() -> None:
    with translation.override("zh-hans"):
        bare = {key: str(label) for key, label in (LABELS | SUBJECTS).items() if str(label).isascii()}
    assert bare == {}


def test_what_is_left_unsaid_is_there() -> None:
    known = {
        f"{model._meta.model_name}.{column.name}"
        for model in apps.get_app_config("yinling").get_models()
        for column in model._meta.concrete_fields
        if column._verbose_name is not None  # type: ignore[attr-defined]
    }
    assert sorted(UNSAID - known) == []
