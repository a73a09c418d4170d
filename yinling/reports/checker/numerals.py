"""Numbers as Chinese texts write them: 12587, 12,587.00, 一万二千五百八十七, 二〇一二, 三百五."""

from __future__ import annotations

from decimal import Decimal

DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
SMALL = {"十": 10, "百": 100, "千": 1000}
LARGE = {"万": 10**4, "亿": 10**8}
SCALES = {**SMALL, **LARGE, "十万": 10**5, "百万": 10**6, "千万": 10**7, "十亿": 10**9, "百亿": 10**10, "千亿": 10**11,
          "万亿": 10**12}  # fmt: skip
"""What may follow a number written in digits (1.2万, 3千万)."""

LONGEST = 15
"""Digits before the point; anything longer is an identifier, not a quantity."""

SPELLED = 3
"""Digits from which a row of Chinese digits is read one by one (五八七); 二三 means "two or three"."""


def read(text: str) -> Decimal | None:
    """The number that a run of digits, or of Chinese numerals, stands for; None where it is none or too long to be one."""
    if text[:1].isascii():
        plain = text.replace(",", "")
        return Decimal(plain) if plain and len(plain.partition(".")[0]) <= LONGEST else None
    whole, _point, part = text.partition("点")
    value = _whole(whole) if len(whole) <= 2 * LONGEST else None
    if value is None or len(part) > LONGEST:
        return None
    return Decimal(f"{value}.{''.join(str(DIGITS[digit]) for digit in part)}") if part else Decimal(value)


def _whole(text: str) -> int | None:
    if all(letter in DIGITS for letter in text):
        if 1 < len(text) < SPELLED:
            return None
        return int("".join(str(DIGITS[letter]) for letter in text)) if text else None
    reader = _Reader()
    return reader.result() if all(reader.take(letter) for letter in text) else None


class _Reader:
    """Reads numerals with 十百千万亿 letter by letter; `take` is false where no number goes on like this."""

    def __init__(self) -> None:
        self.total = self.section = 0
        self.digit: int | None = None
        self.last = 0
        """The multiplier just read; 0 after 零, so that a digit after it counts as it is (一百零五, but 三百五)."""
        self.small = 10**16
        self.large = 0

    def take(self, letter: str) -> bool:
        """Read one more letter."""
        if letter in DIGITS:
            return self._digit(DIGITS[letter])
        return self._small(SMALL[letter]) if letter in SMALL else self._large(LARGE[letter])

    def result(self) -> int | None:
        """What was read. A last digit without its multiplier stands one below the multiplier before it (一万二)."""
        return self.total + self.section + (self.digit or 0) * max(self.last // 10, 1)

    def _digit(self, value: int) -> bool:
        if self.digit is not None:
            return False
        if value:
            self.digit = value
        else:
            self.last = 0
        return True

    def _small(self, times: int) -> bool:
        if times >= self.small:
            return False
        if self.digit is None:
            if times != SMALL["十"] or self.section:
                return False
            self.digit = 1
        self.section += self.digit * times
        self.digit, self.small, self.last = None, times, times
        return True

    def _large(self, times: int) -> bool:
        section, hundred_million = self.section + (self.digit or 0), LARGE["亿"]
        above = times == hundred_million  # 亿 also multiplies the 万 before it (一万亿)
        if times == self.large or not section + self.total * above or (above and self.total >= hundred_million):
            return False
        self.total = (self.total + section) * times if above else self.total + section * times
        self.section, self.digit, self.small, self.last, self.large = 0, None, 10**16, times, times
        return True
