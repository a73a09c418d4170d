"""A PDF as it looks: where its characters stand, in mm from the upper left corner, and what colour its points have."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import pypdfium2
from PIL import Image

MM = 72 / 25.4
DOTS = 10
"""Points of a drawn page in a millimetre."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A character and its box."""

    text: str
    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: its size, its characters, its picture."""

    width: float
    height: float
    signs: tuple[Sign, ...]
    picture: Image.Image

    @property
    def text(self) -> str:
        """Everything written on it, without spaces."""
        return "".join(sign.text for sign in self.signs)

    def lines(self, pitch: float) -> list[str]:
        """The text of the lines, from the top, of characters that stand within a third of `pitch` of each other."""
        found: dict[int, list[Sign]] = defaultdict(list)
        for sign in self.signs:
            found[round((sign.top + sign.bottom) / 2 / pitch)].append(sign)
        return ["".join(one.text for one in sorted(found[key], key=lambda one: one.left)) for key in sorted(found)]

    def where(self, text: str) -> Sign:
        """The first character of a text on this page, and how far the text reaches to the right."""
        start = self.text.index(text)
        first, last = self.signs[start], self.signs[start + len(text) - 1]
        return Sign(text, first.left, last.right, first.top, first.bottom)

    def red(self) -> tuple[float, float, float, float] | None:
        """Left, top, right, bottom of everything red; None where nothing is."""
        bands = self.picture.convert("RGB").split()
        mask = Image.merge("RGB", bands).convert("HSV")
        hue, saturation, _value = mask.split()
        strong = saturation.point(lambda value: 255 if value > 150 else 0)
        near = hue.point(lambda value: 255 if value < 12 or value > 243 else 0)
        box = Image.composite(strong, Image.new("L", strong.size), near).getbbox()
        return None if box is None else (box[0] / DOTS, box[1] / DOTS, box[2] / DOTS, box[3] / DOTS)

    def dark(self, left: float, top: float, right: float, bottom: float) -> float:
        """The share of dark points in a part of the page."""
        part = self.picture.convert("L").crop(tuple(round(edge * DOTS) for edge in (left, top, right, bottom)))  # type: ignore[arg-type]
        counts = part.histogram()
        return sum(counts[:128]) / sum(counts)


def sheets(content: bytes, *, pictures: bool = True) -> list[Sheet]:
    """Every page of a PDF."""
    file = pypdfium2.PdfDocument(content)
    try:
        return [_sheet(page, pictures) for page in file]
    finally:
        file.close()


def _sheet(page: pypdfium2.PdfPage, pictures: bool) -> Sheet:
    width, height = page.get_size()
    words = page.get_textpage()
    signs = []
    for number in range(words.count_chars()):
        text = words.get_text_range(number, 1)
        if not text.strip() or text == "\u200b":
            continue
        left, bottom, right, top = words.get_charbox(number, loose=True)
        signs.append(Sign(text, left / MM, right / MM, (height - top) / MM, (height - bottom) / MM))
    words.close()
    picture = page.render(scale=DOTS / MM).to_pil() if pictures else Image.new("RGB", (1, 1))
    page.close()
    return Sheet(width / MM, height / MM, tuple(signs), picture)
