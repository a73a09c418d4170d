"""What reading and writing XLSForm have in common: columns, types, how our own attributes stand beside the standard's."""

from __future__ import annotations

import re

from yinling.returns.forms.encoding import plain
from yinling.returns.forms.portable import portable, quoted
from yinling.returns.forms.schema import Field, FieldType

OURS = "yinling::"
LANGUAGES = {"zh": "中文 (zh)", "en": "English (en)"}
EXPRESSIONS = frozenset(name for each in ("relevant", "constraint", "calculation") for name in (each, OURS + each))
FORMULA_STARTS = ("=", "+", "-", "@")
YES_NO_LIST = "yes-no"
"""No field is named so, since keys have no hyphen: the list cannot be taken for that of a choice."""

TYPES: dict[FieldType, str] = {
    "integer": "integer",
    "decimal": "decimal",
    "money": "decimal",
    "text": "text",
    "long_text": "text",
    "date": "date",
    "yes_no": "select_one",
    "choice": "select_one",
    "choices": "select_multiple",
    "note": "note",
}
"""The type of the standard in which each of ours is written."""

_DEFUSED = re.compile(r"'+[=+\-@]")
_PLAIN_NUMBER = re.compile(r"-[0-9]+(\.[0-9]+)?")


def defused(text: str) -> str:
    """Text that no spreadsheet takes for a formula, should somebody make a CSV of the file. `fused` takes it back."""
    if _PLAIN_NUMBER.fullmatch(text) or not (text.startswith(FORMULA_STARTS) or _DEFUSED.match(text)):
        return text
    return f"'{text}"


def fused(text: str) -> str:
    """What `defused` was given."""
    return text[1:] if _DEFUSED.match(text) else text


def full_constraint(field: Field, constraint: str) -> str:
    """All that an answer must be, as one expression of the standard: bounds, pattern, the question's own condition."""
    parts = []
    if field.minimum is not None:
        parts.append(f". >= {plain(field.minimum)}")
    if field.maximum is not None:
        parts.append(f". <= {plain(field.maximum)}")
    if field.pattern:
        parts.append(f"regex(., {quoted(f'^(?:{field.pattern})$')})")
    if constraint:
        own = portable(constraint)
        parts.append(f"({own})" if parts else own)
    return " and ".join(parts)
