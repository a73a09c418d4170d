"""Area paths: where a row belongs, as one text value whose prefixes are the places above it.

A path is made of the place's own segment behind its parent's path. Paths end at fixed lengths, one for each of the five
levels: 2, 4, 6, 9 and 12 characters; the nation is the empty path. A place may skip a level (a city without counties), so
its path is longer than its parent's by two segments. When the national list is first loaded a path equals the significant
digits of the statistical code, but it is an identity, not a code: codes may change, a path never does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import models
from django.db.models import Q

from yinling.base.lookups import YesNo

if TYPE_CHECKING:
    _TextColumn = models.CharField[str, str]
else:
    # At run time Django's fields take no type arguments.
    _TextColumn = models.CharField

WIDTHS: Final = (2, 4, 6, 9, 12)
"""Length of a path at each level: province, prefecture, county, township, village."""

AFTER: Final = "\x7f"
"""Sorts after every character a path may hold, so `path || AFTER` closes the range of its subtree."""


def level_of(path: str) -> int:
    """Return 0 for the nation, 1 to 5 for a place; raise ValueError for a length that no level has."""
    return 0 if path == "" else WIDTHS.index(len(path)) + 1


def is_under(path: str, root: str) -> bool:
    """Whether `path` is `root` itself or lies in its subtree."""
    return path.startswith(root)


def prefixes(path: str) -> list[str]:
    """Every path above `path`, the nation first, itself last (levels a place skips are among them)."""
    return ["", *(path[:width] for width in WIDTHS if width <= len(path))]


def subtree(path: str) -> tuple[str, str]:
    """The half-open range [low, high) that holds exactly the paths at or below `path`."""
    return path, path + AFTER


def under(path: str, field: str = "area_path") -> Q:
    """The same test as `is_under`, as a filter on `field`: a range, so that a plain B-tree answers it."""
    return Q(**{f"{field}__under": path})


class PathField(_TextColumn):
    """An area path, compared byte by byte (collation C) so that a subtree is one contiguous index range."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", WIDTHS[-1])
        options.setdefault("db_collation", "C")
        options.setdefault("blank", True)
        super().__init__(**options)


@PathField.register_lookup
class Under(YesNo):
    """`area_path__under=root`: at or below `root`."""

    lookup_name = "under"
    prepare_rhs = True

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        low, high = subtree(str(self.rhs))
        return f"({left} >= %s AND {left} < %s)", (*left_params, low, *left_params, high)
