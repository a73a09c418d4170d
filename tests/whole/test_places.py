"""Every row carries its place, so that scope and roll-up are a test of the row itself."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from django.apps import apps
from django.db import models

from tests.whole import project
from yinling.base.paths import PathField

WITHOUT_PLACE = {
    "account": "belongs to a person, who works where the roles say (RoleHeld carries the place)",
    "token": "belongs to its account",
    "installation": "one row about the database as a whole",
    "series": "a kind of fact with its dimensions; the facts carry the place",
    "chain": "one row: the head of the audit trail",
    "stagedrow": "part of a batch that is still going in; the batch carries the place",
    "savedmapping": "how a body's people name the columns of their files; holds no record",
}
"""The tables without a place, each with its reason."""


def placeless(tables: Iterable[type[models.Model]]) -> Iterator[str]:
    """The tables that have no `area_path`, or one that may be empty of a value."""
    for table in tables:
        columns = {column.name: column for column in table._meta.concrete_fields}
        path = columns.get("area_path")
        if not isinstance(path, PathField) or path.null:
            yield str(table._meta.model_name)


def test_every_table_has_a_place() -> None:
    found = set(placeless(apps.get_app_config("yinling").get_models()))
    assert found - WITHOUT_PLACE.keys() == set()
    assert WITHOUT_PLACE.keys() - found == set(), "an exception that is not needed"


def test_every_table_is_collected() -> None:
    """A table that `yinling.models` does not import has no migration and is not seen by the other tests."""
    collected = {table.__name__ for table in apps.get_app_config("yinling").get_models()}
    declared = {
        node.name
        for path in project.code()
        if path.name == "models.py" or path.parent.name == "models"
        for node in project.tree(path).body
        if isinstance(node, ast.ClassDef) and any(_is_model(base) for base in node.bases)
    }
    assert declared == collected - {"Account"}


def _is_model(base: ast.expr) -> bool:
    return isinstance(base, ast.Attribute) and ast.unparse(base) == "models.Model"


def test_a_missing_place_is_seen() -> None:
    class Bare(models.Model):
        class Meta:
            app_label = "nowhere"
            apps = type(apps)()  # a registry of its own: the table is not to be found by other tests

    class Loose(models.Model):
        area_path = PathField(null=True)  # type: ignore[misc] # what must not be

        class Meta:
            app_label = "nowhere"
            apps = type(apps)()

    class Placed(models.Model):
        area_path = PathField()

        class Meta:
            app_label = "nowhere"
            apps = type(apps)()

    assert list(placeless([Bare, Loose, Placed])) == ["bare", "loose"]
