"""How numbers are written in official prose, and that no way of writing says more than is true."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinling.reports.prose import WORDS, FormatError, missing, numerals, parse_format, write

COUNTS = st.integers(0, 10**15)
VALUES = st.decimals(min_value=0, max_value=10**14, places=2)
SHARES = st.decimals(min_value=0, max_value=100, places=6)


def said(value: str | Decimal | int, form: str, **more: object) -> str:
    return write(Decimal(value), parse_format(form), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "form", "expected"),
    [
        ("12587", "", "12587"), ("12587", "comma", "12,587"), ("12587", "千分位", "12,587"), ("999", "comma", "999"),
        ("12587", "wan", "1.26万"), ("12587", "wan:1", "1.3万"), ("12587", "万:0", "1万"), ("12500", "wan:1", "1.3万"),
        ("12587", "wan:3", "1.259万"), ("123456789", "yi", "1.23亿"), ("4500", "wan:1", "0.5万"),
        ("12587", "unit", "12587个"), ("12587", "wan:1,unit", "1.3万个"), ("12587", "wan:1，单位", "1.3万个"),
        ("8612", "over", "8600余"), ("8612", "余", "8600余"), ("8612", "多:1000", "8000多"), ("8600", "余", "8600"),
        ("8000", "多:1000", "8000"), ("8612", "余:1000,unit", "8000余个"), ("12587", "wan:1,over", "1.2万余"),
        ("12000", "wan:1,over", "1.2万"), ("99", "余", "90余"), ("7", "余", "7"), ("0", "余", "0"), ("999", "余:1000", "999"),
        ("8612", "near", "近8700"), ("8612", "近:1000", "近9000"), ("9000", "近:1000", "9000"), ("12587", "wan:1,near", "近1.3万"),
        ("12587", "汉字", "一万二千五百八十七"), ("10", "汉字", "十"), ("15", "汉字", "十五"), ("110", "汉字", "一百一十"),
        ("2012", "汉字", "二千零一十二"), ("100005", "汉字", "十万零五"), ("100000001", "汉字", "一亿零一"), ("0", "汉字", "零"),
        ("30000000000000", "汉字", "三十万亿"), ("5", "汉字,unit", "五个"), ("-12", "", "-12"), ("-0.001", "", "0"),
        ("12", "change", "增加12"), ("-12", "change", "减少12"), ("0", "change", "持平"), ("-12", "增减,单位", "减少12个"),
    ],
)  # fmt: skip
def test_counts(value: str, form: str, expected: str) -> None:
    assert said(value, form, unit="个") == expected


@pytest.mark.parametrize(
    ("value", "form", "expected"),
    [
        ("70.2713", "", "70.27%"), ("18", "decimals:0", "18%"), ("18.45", "小数:1", "18.5%"), ("18.449", "小数:1", "18.4%"),
        ("70.2713", "bare", "70.27"), ("3.456", "points", "3.46个百分点"), ("3.456", "百分点,小数:1", "3.5个百分点"),
        ("3", "change,points", "提高3.00个百分点"), ("-3", "change,points,decimals:0", "降低3个百分点"),
        ("70.27", "成", "七成多"), ("70", "成", "七成"), ("79.99", "成", "七成多"), ("70.27", "成,近", "近八成"), ("9.5", "成", "不到一成"),
        ("100", "成", "100.00%"), ("0", "成", "0.00%"), ("112", "成", "112.00%"), ("97", "成,近", "九成多"),
        ("66.67", "分数", "约三分之二"), ("75", "分数", "四分之三"), ("70.27", "分数", "约十分之七"), ("0.2", "分数", "0.20%"),
        ("99.9", "分数", "99.90%"), ("70.27", "汉字", "百分之七十点二七"),
    ],
)  # fmt: skip
def test_shares(value: str, form: str, expected: str) -> None:
    assert said(value, form, places=2, percent=True) == expected


def test_nothing_is_said_to_be_missing() -> None:
    assert write(None, parse_format("wan:1,unit"), unit="个") == missing() != ""


@pytest.mark.parametrize(
    "form", ["foo", "wan:x", "comma:2", "wan:9", "余:0", "余,近", "wan,yi", "成,分数", "汉字,comma", "wan:-1"]
)
def test_what_is_no_format(form: str) -> None:
    with pytest.raises(FormatError):
        parse_format(form)


@given(COUNTS, st.sampled_from(["over", "many"]), st.one_of(st.none(), st.integers(1, 10**6)))
def test_over_never_overstates(value: int, word: str, step: int | None) -> None:
    text = said(value, word if step is None else f"{word}:{step}")
    shown = int(text.rstrip("余多"))
    assert shown <= value
    assert (text[-1] in "余多") is (shown < value)
    assert value - shown < (step or max(10, 10 ** (len(str(value)) - 2)))


@given(VALUES, st.integers(0, 3), st.sampled_from([("wan", 4, "万"), ("yi", 8, "亿")]))
def test_scaled_over_never_overstates_and_near_never_understates(
    value: Decimal, places: int, scale: tuple[str, int, str]
) -> None:
    word, power, sign = scale
    for rounded, before in (("over", False), ("near", True)):
        text = said(value, f"{word}:{places},{rounded}", places=2)
        shown = Decimal(text.strip("近余").removesuffix(sign)).scaleb(power)
        if text.startswith("近"):
            assert before and value < shown < value + Decimal(10) ** (power - places)
        elif text.endswith("余"):
            assert not before and shown < value < shown + Decimal(10) ** (power - places)
        else:
            assert shown == value or shown.scaleb(-power) == value.scaleb(-power).quantize(
                Decimal(1).scaleb(-places), ROUND_HALF_UP
            )


@given(VALUES, st.integers(0, 6))
def test_scaled_values_are_rounded_half_up_once(value: Decimal, places: int) -> None:
    text = said(value, f"wan:{places}", places=2)
    assert text == f"{value.scaleb(-4).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)}万"
    assert abs(Decimal(text[:-1]).scaleb(4) - value) * 2 <= Decimal(10) ** (4 - places)


@given(SHARES)
def test_tenths_never_overstate(value: Decimal) -> None:
    text = said(value, "成", places=2, percent=True)
    if found := re.fullmatch("(.)成(多?)", text):
        tenths = Decimal("零一二三四五六七八九".index(found[1])) * 10
        assert tenths < value < tenths + 10 if found[2] else tenths == value
    else:
        assert (text == "不到一成" and 0 < value < 10) or (value in (0, 100) and text.endswith("%"))
    near = said(value, "成,近", places=2, percent=True)
    if near.startswith("近"):
        assert Decimal("零一二三四五六七八九".index(near[1])) * 10 > value


@given(SHARES)
def test_a_fraction_without_about_is_exact(value: Decimal) -> None:
    text = said(value, "分数", places=2, percent=True)
    if "分之" in text and not text.startswith("约"):
        below, above = (_read(part) for part in text.split("分之"))
        assert value * below == above * 100


@given(st.integers(0, 10**16 - 1))
def test_numerals_read_back(number: int) -> None:
    assert _read(numerals(Decimal(number))) == number


def _read(text: str) -> int:
    """Chinese numerals as a number: the plain way, by the largest unit first."""
    for sign, power in (("亿", 8), ("万", 4), ("千", 3), ("百", 2), ("十", 1)):
        if sign in text:
            before, _sign, after = text.rpartition(sign) if power > 3 else text.partition(sign)
            return (_read(before) if before.strip("零") else 1) * int(10**power) + _read(after)
    return "零一二三四五六七八九".index(text.strip("零")) if text.strip("零") else 0


@given(VALUES, st.lists(st.sampled_from(sorted(WORDS)), max_size=3), st.booleans())
def test_every_format_that_can_be_said_can_be_written(value: Decimal, words: list[str], percent: bool) -> None:
    try:
        form = parse_format(",".join(words))
    except FormatError:
        return
    for shown in (value, -value):
        assert write(shown, form, places=2, percent=percent, unit="个")
