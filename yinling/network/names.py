"""Pinyin initials of names, for search by typing the first letters."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin
from pypinyin.seg.simpleseg import seg


def initials_of(name: str) -> str:
    """The initials of `name` in lower case, letters and digits kept: 街上村 → jsc."""
    letters = "".join(word if word.isascii() else _first_letters(word) for word in seg(name))
    return "".join(letter for letter in letters.lower() if letter.isalnum())[:80]


@lru_cache(maxsize=1 << 16)
def _first_letters(word: str) -> str:
    """Of a word as the dictionary cuts it (which decides between readings: 重庆 is cq, 重 alone z), or of one character.
    Names are made of the same few thousand, and to ask the dictionary is dear."""
    return "".join(lazy_pinyin(word, style=Style.FIRST_LETTER, errors="default"))
