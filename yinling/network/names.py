"""Pinyin initials of names, for search by typing the first letters."""

from __future__ import annotations

from pypinyin import Style, lazy_pinyin


def initials_of(name: str) -> str:
    """The initials of `name` in lower case, letters and digits kept: 街上村 → jsc."""
    letters = lazy_pinyin(name, style=Style.FIRST_LETTER, errors="default")
    return "".join(letter for letter in "".join(letters).lower() if letter.isalnum())[:80]
