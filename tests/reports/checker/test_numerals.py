"""Numbers as Chinese texts write them, and the figures that are found by them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinling.reports.checker.mentions import Mention, find, normal
from yinling.reports.checker.numerals import read

DIGITS = "零一二三四五六七八九"


def written(number: int) -> str:
    """A whole number below 10^16 in Chinese numerals, as it is taught at school."""
    for times, letter in ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if number >= times:
            above, rest = divmod(number, times)
            gap = "零" if 0 < rest < times // 10 else ""
            return written(above) + letter + gap + (written(rest) if rest else "")
    return DIGITS[number]


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_what_is_written_is_read_back(number: int) -> None:
    assert read(written(number)) == number
    assert read(str(number)) == number
    assert read(f"{number:,}") == number


@given(st.integers(min_value=11, max_value=10**8), st.integers(min_value=0, max_value=99))
def test_places_after_the_point_are_read_back(number: int, part: int) -> None:
    assert read(f"{written(number)}点{DIGITS[part // 10]}{DIGITS[part % 10]}") == Decimal(f"{number}.{part:02}")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一万二千五百八十七", 12587), ("两千", 2000), ("十", 10), ("二十", 20), ("一百零五", 105), ("三百五", 350),
        ("一万二", 12000), ("一万零二", 10002), ("二〇一二", 2012), ("一万亿", 10**12), ("三亿四千万", 340000000),
        ("1,292,593.77", Decimal("1292593.77")), ("十万五千", 105000),
        ("二三", None), ("十百", None), ("百", None), ("万", None), ("一二十", None), ("一亿亿", None), ("1" * 16, None),
        ("一百二百", None), ("五万万", None),
    ],
)  # fmt: skip
def test_numerals(text: str, value: Decimal | int | None) -> None:
    assert read(text) == value


def only(text: str) -> Mention:
    """The one figure of a text."""
    found = list(find(normal(text)))
    assert len(found) == 1, [text[one.start : one.end] for one in found]
    return found[0]


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("建会12587个", 12587, 12587, "个"), ("共有１２，个体户", 12, 12, ""), ("建会１２５８７个", 12587, 12587, "个"),
        ("会员1.2万人", 11500, 12500, "人"), ("投入3.4亿元", 335000000, 345000000, "元"), ("收入380,000.00元", 380000, 380000, "元"),
        ("会员8600余人", 8600, 8700, "人"), ("走访20多家", 20, 30, "家"), ("筹资80余万元", 800000, 900000, "元"),
        ("赠书3万余册", 30000, 40000, "册"), ("演出近1200场", 1100, 1200, "场"), ("约1200人", 1100, 1300, "人"),
        ("注册不足200人", 0, 200, "人"), ("帮助超过36家", 36, None, "家"), ("会员100人以上", 100, None, "人"),
        ("每队3—5人", 3, 5, "人"), ("每队3至5人", 3, 5, "人"), ("每队三到五人", 3, 5, "人"), ("会员六十八人", 68, 68, "人"),
        ("老人两名", 2, 2, "名"), ("占比34.63%", Decimal("34.625"), Decimal("34.635"), "%"), ("占比百分之七点七三", Decimal("7.725"), Decimal("7.735"), "%"),
        ("增长千分之五", Decimal("0.45"), Decimal("0.55"), "%"), ("增长5‰", Decimal("0.45"), Decimal("0.55"), "‰"), ("占三成", 25, 35, "%"), ("占三成以上", 30, None, "%"),
        ("半数协会", 45, 55, "%"), ("过半协会", 50, None, "%"), ("提高10.27个百分点", Decimal("10.265"), Decimal("10.275"), "个百分点"),
        ("是原来的3倍", Decimal("2.5"), Decimal("3.5"), "倍"), ("评估全市1427养老机构", 1427, 1427, ""),
    ],
)  # fmt: skip
def test_figures(text: str, low: Decimal | int, high: Decimal | int | None, unit: str) -> None:
    if unit == "%" and "成" in text:
        unit = "成"
    found = only(text)
    assert (found.low, found.high, found.unit) == (low, high, unit)


@pytest.mark.parametrize(
    "text",
    [
        "截至2012年8月16日", "2020年1月至11月", "2012-08-16", "二〇一二年八月", "去年7月", "第三章第12条", "省老龄办发〔2012〕8号", "国发[2012]2号",
        "电话：0856-5221234", "手机13800000006", "实施345工程", "345(三项举措、四位一体)工程", "四个确保", "“六个一”", "教育部1+X证书",
        "“6+3”体系", "一、工作情况", "（二）做法", "1.做法", "第十五届博览会", "60岁以上老人", "建党100周年", "四位一体", "十四五规划",
        "GB/T 33168-2016", "http://www.example.cn/2012/8", "《三年行动》", "统一思想", "一个协会", "2020中国博览会", "520622102201201234个", "8时30分", "成立两成立",
    ],
)  # fmt: skip
def test_what_is_no_figure(text: str) -> None:
    assert [text[one.start : one.end] for one in find(normal(text))] == []
