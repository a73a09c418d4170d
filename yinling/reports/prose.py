"""How official Chinese prose writes numbers: percentages, 万 and 亿, 余 and 近, 成, fractions, Chinese numerals.

Nothing here ever says more than is true: 余, 多 and 成多 round down, 近 rounds up to a value that was not reached, and a
value that is met exactly stands without such a word. All else rounds half up (ROUND_HALF_UP), as official statistics do.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Final

from django.utils.translation import gettext as _

from yinling.base.invalid import Invalid

DIGITS: Final = "零一二三四五六七八九"
SMALL_UNITS: Final = ("", "十", "百", "千")
LARGE_UNITS: Final = ("", "万", "亿", "万亿")
SCALES: Final = {"wan": (4, "万"), "yi": (8, "亿")}
TEN_THOUSAND, HUNDRED, TEN = 10_000, Decimal(100), Decimal(10)
LARGEST: Final = Decimal(10) ** 16
LARGEST_DENOMINATOR: Final = 10
MOST_DECIMALS: Final = 6
EXACT: Final = Context(prec=60)
"""Enough digits that no step before the one rounding loses any."""

WORDS: Final = {
    "plain": "plain", "comma": "comma", "千分位": "comma", "decimals": "decimals", "小数": "decimals", "wan": "wan",
    "万": "wan", "yi": "yi", "亿": "yi", "over": "over", "余": "over", "many": "many", "多": "many", "near": "near",
    "近": "near", "tenths": "tenths", "成": "tenths", "fraction": "fraction", "分数": "fraction", "numerals": "numerals",
    "汉字": "numerals", "points": "points", "百分点": "points", "个百分点": "points", "unit": "unit", "单位": "unit",
    "bare": "bare", "change": "change", "增减": "change",
}  # fmt: skip
"""Words of a format, as they may be written, and what they mean."""

WITH_NUMBER: Final = frozenset({"decimals", "wan", "yi", "over", "many", "near"})
KINDS: Final = frozenset({"tenths", "fraction", "numerals"})
"""Ways of writing that exclude each other."""


class FormatError(Invalid):
    """Not a format. Reasons: word, number, together."""


@dataclass(frozen=True, slots=True)
class Format:
    """How a value is written; made by `parse_format`. `step` is the place that 余, 多 and 近 round to, None for the default
    (the second digit)."""

    decimals: int | None = None
    comma: bool = False
    scale: str = ""
    approximate: str = ""
    step: Decimal | None = None
    kind: str = ""
    points: bool = False
    unit: bool = False
    bare: bool = False
    change: bool = False


PLAIN = Format()


def parse_format(text: str) -> Format:
    """The format that words name, with numbers behind a colon: `wan:1`, `余:1000`, `小数:1, 单位`.

    Raises FormatError: an unknown word, a number where none or another belongs, words that exclude each other.
    """
    values: dict[str, object] = {}
    for part in text.replace("，", ",").replace("：", ":").split(","):
        if not part.strip():
            continue
        name, colon, number = (piece.strip() for piece in part.partition(":"))
        word = WORDS.get(name)
        if word is None:
            raise FormatError("word", _("There is no format called %(name)s.") % {"name": name})
        if colon and not (
            word in WITH_NUMBER and number.isascii() and number.isdigit() and len(number) < len("1" * 16)
        ):
            raise FormatError("number", _("%(name)s takes no such number.") % {"name": name})
        for key, value in _meaning(word, name, int(number) if colon else None).items():
            if values.setdefault(key, value) != value:
                raise FormatError("together", _("%(name)s does not go with the words before it.") % {"name": name})
    if values.get("kind") and values.keys() & {"scale", "comma", "decimals", "points"}:
        raise FormatError("together", _("These words of a format do not go together."))
    return Format(**values)  # type: ignore[arg-type]


def _meaning(word: str, name: str, number: int | None) -> dict[str, object]:
    if word in KINDS:
        return {"kind": word}
    if word in {"decimals", "wan", "yi"}:
        places = 2 if number is None else number
        if places > MOST_DECIMALS:
            raise FormatError("number", _("%(name)s takes no such number.") % {"name": name})
        return {"decimals": places} | ({"scale": word} if word in SCALES else {})
    if word in {"over", "many", "near"}:
        if number == 0:
            raise FormatError("number", _("%(name)s takes no such number.") % {"name": name})
        return {"approximate": word} | ({"step": Decimal(number)} if number else {})
    return {} if word == "plain" else {word: True}


def missing() -> str:
    """What stands for a value that there is none of."""
    return _("[missing]")


def write(value: Decimal | None, form: Format, *, places: int = 0, percent: bool = False, unit: str = "") -> str:
    """The value in words of official prose. `places`: decimals where the format names none; `percent`: the value is in
    percent; `unit`: its unit, written behind it where the format asks for units."""
    if value is None:
        return missing()
    if form.change:
        return _changed(value, form, places, percent, unit)
    if form.kind in {"tenths", "fraction"} and percent and 0 < value < HUNDRED:
        return _tenths(value, form.approximate) if form.kind == "tenths" else _fraction(value)
    if form.kind == "numerals":
        spoken = numerals(value, places)
        return f"百分之{spoken}" if percent and not form.bare else spoken + (unit if form.unit and not percent else "")
    return _number(value, form, places) + _after(form, percent, unit)


def _after(form: Format, percent: bool, unit: str) -> str:
    if form.points:
        return "个百分点"
    if percent:
        return "" if form.bare else "%"
    return unit if form.unit else ""


def _changed(value: Decimal, form: Format, places: int, percent: bool, unit: str) -> str:
    """增加, 减少 (for percentages 提高, 降低) by so much; 持平 where nothing changed as written."""
    plain = Format(form.decimals, form.comma, form.scale, form.approximate, form.step, form.kind, form.points, form.unit,
                   form.bare)  # fmt: skip
    if not value:
        return "持平"
    up, down = ("提高", "降低") if percent else ("增加", "减少")
    return (up if value > 0 else down) + write(abs(value), plain, places=places, percent=percent, unit=unit)


def _number(value: Decimal, form: Format, places: int) -> str:
    """Digits, grouped and scaled, with 余, 多 or 近 where something was rounded away."""
    exponent, sign = SCALES.get(form.scale, (0, ""))
    decimals = places if form.decimals is None else form.decimals
    if not form.approximate or value <= 0:
        return _digits(EXACT.scaleb(value, -exponent), decimals, form.comma) + sign
    step = form.step or (
        Decimal(1).scaleb(exponent - decimals) if sign or form.decimals is not None else second_digit(value)
    )
    rounding = ROUND_CEILING if form.approximate == "near" else ROUND_FLOOR
    whole = EXACT.multiply(EXACT.divide(value, step).to_integral_value(rounding=rounding), step)
    if not whole:
        return _digits(EXACT.scaleb(value, -exponent), decimals, form.comma) + sign  # 0余 would say nothing
    shown = _shortest(EXACT.scaleb(whole, -exponent), form.comma) + sign
    if whole == value:
        return shown
    return f"近{shown}" if form.approximate == "near" else shown + ("余" if form.approximate == "over" else "多")


def second_digit(value: Decimal) -> Decimal:
    """The place of a value's second digit: 100 for 8,612. Numbers below 100 are rounded to tens."""
    return max(Decimal(1).scaleb(value.adjusted() - 1), TEN)


def _digits(value: Decimal, decimals: int, comma: bool) -> str:
    shown = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP, context=EXACT)
    shown = shown or abs(shown)  # no −0
    return f"{shown:,f}" if comma else f"{shown:f}"


def _shortest(value: Decimal, comma: bool) -> str:
    text = f"{value:,f}" if comma else f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _tenths(percent: Decimal, approximate: str) -> str:
    """七成, 七成多 (more than seven), 近八成 (not quite eight), 不到一成."""
    down = int(percent // TEN)
    if percent % TEN == 0:
        return f"{DIGITS[down]}成"
    if approximate == "near" and down < TEN - 1:
        return f"近{DIGITS[down + 1]}成"
    return f"{DIGITS[down]}成多" if down else "不到一成"


def _fraction(percent: Decimal) -> str:
    """三分之二, or 约三分之二 where it is not exact; percent where the nearest simple fraction is nothing or all."""
    exact = Fraction(percent) / 100
    near = exact.limit_denominator(LARGEST_DENOMINATOR)
    if near in (0, 1):
        return f"{_digits(percent, 2, comma=False)}%"
    spoken = f"{numerals(Decimal(near.denominator))}分之{numerals(Decimal(near.numerator))}"
    return spoken if near == exact else f"约{spoken}"


def numerals(value: Decimal, places: int = 0) -> str:
    """Chinese numerals: 一万二千五百八十七, 七十点二七, 负三. Beyond 9999万亿 plain digits."""
    shown = abs(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=EXACT)
    if shown >= LARGEST:
        return f"{value:f}"
    whole, _point, decimals = f"{shown:f}".partition(".")
    text = _whole_numerals(int(whole))
    if decimals:
        text += "点" + "".join(DIGITS[int(digit)] for digit in decimals)
    return f"负{text}" if value < 0 and shown else text


def _whole_numerals(number: int) -> str:
    if not number:
        return DIGITS[0]
    groups: list[int] = []
    while number:
        number, group = divmod(number, TEN_THOUSAND)
        groups.append(group)
    text, gap = "", False
    for power in range(len(groups) - 1, -1, -1):
        group = groups[power]
        if not group:
            gap = bool(text)
            continue
        if text and (gap or group < TEN_THOUSAND // 10):
            text += DIGITS[0]
        text += _group_numerals(group) + _large_unit(power, groups)
        gap = False
    return text.removeprefix("一") if text.startswith("一十") else text


def _large_unit(power: int, groups: list[int]) -> str:
    # 万亿 is said once: 三万五千亿, but 三万亿 where no 亿 follows.
    yi = LARGE_UNITS.index("亿")
    return "万" if power > yi and groups[yi] else LARGE_UNITS[power]


def _group_numerals(group: int) -> str:
    text, gap = "", False
    for power in range(len(SMALL_UNITS) - 1, -1, -1):
        digit = group // 10**power % 10
        if digit:
            text += (DIGITS[0] if gap and text else "") + DIGITS[digit] + SMALL_UNITS[power]
            gap = False
        else:
            gap = True
    return text
