"""The figures of a text: what stands there, between which bounds, in which unit, counting what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from yinling.reports.checker.names import masked
from yinling.reports.checker.numerals import SCALES, read

Kind = Literal["count", "share", "points", "times"]
HUNDRED = Decimal(100)
HALF = Decimal("0.5")
ONE = Decimal(1)
NEAR = Decimal(3)
"""A third, two fifths: said of shares as near as this, in percent."""

_GROUPS = {
    "person": "人 名 位 人次 人天 口",
    "money": "元",
    "time": "小时 分钟 天 年 周 个月 课时 学时",
    "area": "平方米 平方公里 亩 公顷 公里 米",
    "thing": (
        "个 家 所 户 台 套 件 项 次 场 场次 家次 期 批 篇 本 册 幅 支 只 辆 间 处 座 床 张 份 条 种 类 级 届 村 镇 乡 县 市 区 "
        "社区 街道 节 组 门 枚 块 趟 顿 岁 斤 公斤 吨 班 站 点 队 例 起 封 部 栋 片 字"
    ),
}
GROUP_OF = {unit: group for group, units in _GROUPS.items() for unit in units.split()} | {"": "thing"}
_PERCENT = {"%": ONE, "‰": Decimal("0.1"), "成": Decimal(10)}
_POINTS = ("个百分点", "百分点")
_WORDS = sorted([*GROUP_OF.keys() - {""}, *_PERCENT, *_POINTS, "倍"], key=len, reverse=True)

_CN = "零〇一二两三四五六七八九十百千万亿"
_NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d+)(?:\.\d+)?|[{_CN}]+(?:点[零〇一二三四五六七八九]+)?"
_START = re.compile(
    rf"(?P<over>百分之|千分之|[{_CN[2:13]}]{{1,2}}分之)?(?P<first>{_NUMBER})(?P<range>[—–\-~～至到](?P<second>{_NUMBER}))?"
)
_TAIL = re.compile(
    rf"(?P<more>余|多|来|几)?(?P<scale>[十百千]?[万亿]|万亿|[十百千](?![万亿\d]))?(?P<late>余|多)?"
    rf"(?P<unit>{'|'.join(_WORDS)})?(?P<last>余|多(?!次)|左右|上下|及?以上|及?以下|以内|之多)?"
)
_HALF = re.compile(r"过半数?|超过?(?:一半|半数)|半数(?:以上)?|一半(?:以上)?")
_HEDGE = re.compile(
    r"(?:(?P<about>大约|约|大概|大致)|(?P<under>接近|将近|近|不足|不到|不超过|低于|少于|至多)"
    r"|(?P<over>超过|超|逾|多于|高于|突破|不少于|不低于|至少))(?:了|过|为|有)?$"
)
_REACH = 6
"""Letters before a number in which words like "nearly" are looked for."""

_YEAR = re.compile(r"(?:19|20)\d\d")
"""Without a unit, a year: the fair of 2020."""

_VAGUE = frozenset("点部片起")
"""Units that after a numeral are mostly parts of other words: 三点要求, 一起."""

_NEITHER = re.compile(r"[\d号日月年时分点届.、)）]")
_NOT_TENTHS = "立为员果功长效熟品绩就本分都年人"
"""After 成, these make another word of it: 成立, 成员, 成为…"""

_WIDE = {code: code - 0xFEE0 for code in range(ord("０"), ord("９") + 1)} | {ord("％"): "%", ord("．"): "."}


@dataclass(frozen=True, slots=True)
class Mention:
    """A figure of a text. `value` is what is printed, in the base unit (yuan, percent, one); the quantity meant lies from
    `low` to `high` (None: without bound). `step` is what its last printed digit is worth."""

    start: int
    end: int
    value: Decimal
    step: Decimal
    low: Decimal
    high: Decimal | None
    kind: Kind
    unit: str
    hedged: bool

    @property
    def group(self) -> str:
        """What may be compared and divided: person, money, time, area, thing; shares are a group of their own."""
        return GROUP_OF.get(self.unit, "thing") if self.kind == "count" else self.kind


def normal(text: str) -> str:
    """`text` with full-width digits, points and percent signs made plain; every letter keeps its place."""
    return text.translate(_WIDE)


def find(plain: str) -> Iterator[Mention]:
    """The figures of a text made plain by `normal`, in order. Time grows in step with the length of the text."""
    mask, position = masked(plain), 0
    halves = iter([*_HALF.finditer(plain)])
    half = next(halves, None)
    while start := _START.search(plain, position):
        while half and half.start() <= start.start():
            yield _half(half)
            position, half = max(position, half.end()), next(halves, None)
        if start.start() < position:
            continue
        found = None if mask[start.start()] or mask[start.start("first")] else _mention(plain, start, mask)
        if found:
            yield found
        position = found.end if found else start.end("first")
    yield from (_half(rest) for rest in [half, *halves] if rest)


def _half(found: re.Match[str]) -> Mention:
    more = found[0].startswith(("过", "超")) or found[0].endswith("以上")
    low, high = (Decimal(50), None) if more else (Decimal(45), Decimal(55))
    return Mention(found.start(), found.end(), Decimal(50), Decimal(10), low, high, "share", "%", True)


def _mention(plain: str, start: re.Match[str], mask: bytearray) -> Mention | None:
    first, second = read(start["first"]), read(start["second"]) if start["second"] else None
    # "From 721 to 4359" names two figures, "3 to 5" is one with two bounds.
    if second is None or first is None or second <= first or plain[max(start.start() - 1, 0)] in "由从":
        second = None
    end = start.end("second") if second is not None else start.end("first")
    tail = _TAIL.match(plain, end)
    if first is None or tail is None or any(mask[start.start() : end]):
        return None
    if not _counts(plain, start, tail):
        return None
    return _built(plain, start, tail, first, second)


def _counts(plain: str, start: re.Match[str], tail: re.Match[str]) -> bool:
    """Whether the number counts something. A numeral needs its unit, for 一 and 三 stand in many words; digits need a word
    beside them."""
    unit, text = tail["unit"] or "", start["first"]
    after, before = plain[tail.end() : tail.end() + 1], plain[start.start() - 1 : start.start()]
    if (unit, after) == ("人", "民") or (unit == "成" and after and after in _NOT_TENTHS):
        return False
    if start["over"]:
        return True
    if not text[0].isascii():
        return bool(unit) and unit not in _VAGUE and text != "一"
    if (before.isascii() and before.isalpha()) or (not (unit or tail["scale"]) and _YEAR.fullmatch(text)):
        return False
    chinese = "一" <= after <= "鿿" and not _NEITHER.match(after)
    named = "一" <= before <= "鿿" or before == "\t"
    return bool(unit or tail["scale"]) or chinese or (named and not _NEITHER.match(after or " "))


def _built(
    plain: str, start: re.Match[str], tail: re.Match[str], first: Decimal, second: Decimal | None
) -> Mention | None:
    unit = tail["unit"] or ""
    scale, kind = Decimal(SCALES[tail["scale"]]) if tail["scale"] else ONE, _kind(unit)
    scale *= _PERCENT.get(unit, ONE)
    if start["over"]:
        unit, kind, over = "%", "share", start["over"][:-2]
        whole = {"百分": HUNDRED, "千分": Decimal(1000)}.get(start["over"][:2]) or read(over)
        if not whole:
            return None
        scale = HUNDRED / whole
    value, step = first * scale, _step(start["first"], first) * scale
    hedge = _HEDGE.search(plain[max(start.start() - _REACH, 0) : start.start()])
    begin = start.start() - len(hedge[0]) if hedge else start.start()
    exact = kind == "count" and scale == 1 and (step == 1 or unit == "元")
    low, high, hedged = _bounds(value, step, hedge, tail, exact)
    if start["over"] and start["over"][0] not in "百千" and not hedged:
        low, high, hedged = value - NEAR, value + NEAR, True
    if second is not None:
        low, high, hedged = value, second * scale, True
    return Mention(begin, tail.end(), value, step, low, high, kind, unit, hedged)


def _kind(unit: str) -> Kind:
    if unit in _PERCENT:
        return "share"
    if unit in _POINTS:
        return "points"
    return "times" if unit == "倍" else "count"


def _step(text: str, value: Decimal) -> Decimal:
    """What the last printed digit is worth: 0.01 of 7.73, 1 of 1200, 100 of 一千二百."""
    if text[0].isascii():
        return Decimal(1).scaleb(-len(text.partition(".")[2]))
    if "点" in text:
        return Decimal(1).scaleb(-len(text.partition("点")[2]))
    return _round_step(value) if text[-1] in "万亿" else ONE


def _round_step(value: Decimal) -> Decimal:
    """What the last digit that is not zero is worth: 100 of 1500."""
    digits = value.normalize().as_tuple()
    return Decimal(1).scaleb(int(digits.exponent)) if value else ONE


def _bounds(
    value: Decimal, step: Decimal, hedge: re.Match[str] | None, tail: re.Match[str], exact: bool
) -> tuple[Decimal, Decimal | None, bool]:
    around, last = _round_step(value), tail["last"] or ""
    if (hedge and hedge["over"]) or last.endswith("以上"):
        return value, None, True
    if hedge and hedge["under"]:
        near = hedge["under"].endswith("近")
        return (value - around if near else Decimal(0)), value, True
    if last.endswith("以下") or last == "以内":
        return Decimal(0), value, True
    if hedge or last in {"左右", "上下"}:
        return value - around, value + around, True
    if tail["more"] or tail["late"] or last in {"余", "多"}:
        return value, value + around, True
    return (value, value, False) if exact else (value - step * HALF, value + step * HALF, False)
