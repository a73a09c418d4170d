"""The type of official documents: which font plays which part, the office's own before the open ones that come along.

GB/T 9704-2012 names four kinds of type. The fonts everybody knows for them are sold, so the platform brings open ones that
come near, and takes an office's licensed ones from the folder YINLING_FONTS where they are there. The fonts of the machine
are never used: the same document would come out different on another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils.translation import gettext as _

SHIPPED = Path(__file__).resolve().parent / "fonts"
QUOTES = "[“”‘’—…·]"
"""Signs that the open text face draws narrow, as in Western text; Chinese wants them as wide as a character."""


@dataclass(frozen=True, slots=True)
class Part:
    """A kind of type: the name Word gets, the families that play it in order of preference, the open one, its weight."""

    word: str
    families: tuple[str, ...]
    open_family: str
    weight: int


SONG, FANG, KAI, HEI = "song", "fang", "kai", "hei"
PARTS = {
    SONG: Part(
        "方正小标宋简体",
        ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体", "FZXiaoBiaoSong", "STZhongsong", "华文中宋"),
        "Noto Serif SC",
        700,
    ),
    FANG: Part(
        "仿宋_GB2312",
        ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "FZFangSong-Z02S", "FZFangSong-Z02", "STFangsong",
         "FandolFang R", "FandolFang", "Zhuque Fangsong (technical preview)"),
        "LXGW WenKai",
        300,
    ),
    KAI: Part(
        "楷体_GB2312",
        ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "FZKai-Z03S", "FZKai-Z03", "STKaiti", "FandolKai"),
        "LXGW WenKai",
        400,
    ),
    HEI: Part(
        "黑体", ("SimHei", "黑体", "FZHei-B01S", "FZHei-B01", "STHeiti", "FandolHei"), "Noto Sans S Chinese", 500
    ),
}  # fmt: skip
FALLBACK = ("Noto Serif SC", "Noto Sans S Chinese")
"""Both hold some 30,000 characters, all of GB 2312 and the rare ones of names among them."""


class FontsMissing(RuntimeError):
    """The fonts that come with the platform are not there. The text says how to get them."""


def folders() -> tuple[str, ...]:
    """Where fonts are looked for: the folder YINLING_FONTS, if it is set, then the platform's own."""
    own = settings.DOCUMENT_FONTS
    return (own, str(SHIPPED)) if own else (str(SHIPPED),)


@cache
def _found(places: tuple[str, ...]) -> tuple[typst.Fonts, frozenset[str]]:
    """Every font in these folders, read once in the life of the process, and their families."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(places))
    return fonts, frozenset(font.family for font in fonts.fonts())


def type_of_documents() -> tuple[typst.Fonts, dict[str, Any]]:
    """The fonts, and for each part `families` (names, or a name with the signs it `covers`) and `weight`.

    Raises FontsMissing where the platform's own are not there: an official document must not come out in whatever is.
    """
    places = folders()
    fonts, families = _found(places)
    if missing := sorted({part.open_family for part in PARTS.values()} - families):
        _found.cache_clear()  # they may be there the next time
        raise FontsMissing(
            _(
                "The fonts %(names)s are missing. Run “make assets” in the project's folder, or install the package anew."
            )
            % {"names": ", ".join(missing)}
        )
    return fonts, {name: {"families": _cascade(part, families), "weight": part.weight} for name, part in PARTS.items()}


def _cascade(part: Part, families: Iterable[str]) -> list[dict[str, str]]:
    known = set(families)
    own = [{"name": family} for family in part.families if family in known]
    quotes = [] if own else [{"name": FALLBACK[0], "covers": QUOTES}]
    return [*quotes, *own, *({"name": family} for family in dict.fromkeys((part.open_family, *FALLBACK)))]
