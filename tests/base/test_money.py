"""Amounts: exact, rounded half up once, read as people write them and written as they read them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from yinling.base.money import LARGEST, MoneyError, Unit, format_yuan, yuan

fen = st.integers(-(10**18) + 1, 10**18 - 1)
thousandths = st.integers(-(10**15), 10**15)


@given(fen)
def test_amounts_of_whole_fen_are_kept_exactly(count: int) -> None:
    exact = Decimal(f"{count}E-2")
    assert yuan(exact) == exact
    assert yuan(exact).as_tuple().exponent == -2
    assert yuan(str(exact)) == exact


@given(thousandths)
def test_rounding_is_half_up_and_the_same_for_a_clawback(count: int) -> None:
    sign, size = (-1 if count < 0 else 1), abs(count)
    expected = sign * ((size + 5) // 10)  # in fen, by integer arithmetic
    assert yuan(Decimal(f"{count}E-3")) == Decimal(f"{expected}E-2")
    assert yuan(Decimal(f"{-count}E-3")) == -yuan(Decimal(f"{count}E-3"))


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1292593.77", "1292593.77"),
        ("1,292,593.77", "1292593.77"),
        ("￥1,292,593.77", "1292593.77"),
        ("¥ 12", "12.00"),
        ("人民币100元整", "100.00"),
        ("１２.５元", "12.50"),
        ("129.26万元", "1292600.00"),
        ("129.26 万", "1292600.00"),
        ("1.2亿元", "120000000.00"),
        ("0.00005万元", "0.50"),
        ("0.0000005万元", "0.01"),
        ("-3", "-3.00"),
        ("−￥3", "-3.00"),
        ("￥-3", "-3.00"),
        ("-0.001", "0.00"),
        ("  7 ", "7.00"),
    ],
)
def test_text(text: str, amount: str) -> None:
    assert str(yuan(text)) == amount


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" ", "empty"),
        ("12,5", "amount"),
        ("1,2345.00", "amount"),
        ("1e5", "amount"),
        ("NaN", "amount"),
        ("-￥-3", "amount"),
        ("1.2.3", "amount"),
        ("٣", "amount"),
        ("12美元", "amount"),
        (".5", "amount"),
        ("1亿亿", "amount"),
        ("99999999999999999", "too_large"),
        ("999999999亿", "too_large"),
    ],
)
def test_refused_text(text: str, reason: str) -> None:
    with pytest.raises(MoneyError) as caught:
        yuan(text)
    assert caught.value.reason == reason
    assert str(caught.value)


@pytest.mark.parametrize("value", [1.0, True, None])
def test_floats_and_other_types_are_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        yuan(value)


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "1E+999999", "1E+20"])
def test_numbers_that_are_no_amount_are_refused(value: str) -> None:
    with pytest.raises(MoneyError):
        yuan(Decimal(value))


@pytest.mark.parametrize(
    ("language", "unit", "shown"),
    [
        ("zh-hans", "yuan", "1,292,593.77 元"),
        ("zh-hans", "wan", "129.26 万元"),
        ("en", "yuan", "1,292,593.77 yuan"),
        ("en", "wan", "129.26 ten thousand yuan"),
    ],
)
def test_format(language: str, unit: Unit, shown: str) -> None:
    with translation.override(language):
        assert format_yuan(Decimal("1292593.77"), unit) == shown


@given(fen, st.sampled_from(["zh-hans", "en"]))
def test_what_is_written_reads_back(count: int, language: str) -> None:
    amount = Decimal(f"{count}E-2")
    with translation.override(language):
        assert yuan(format_yuan(amount)) == amount


@given(st.integers(-(10**17), 10**17))
def test_ten_thousands_are_off_by_at_most_half_a_unit_of_the_last_place(count: int) -> None:
    amount = Decimal(f"{count}E-2")
    with translation.override("zh-hans"):
        assert abs(yuan(format_yuan(amount, "wan")) - amount) <= 50


def test_the_largest_amount_fits() -> None:
    assert yuan(LARGEST) == LARGEST
    with pytest.raises(MoneyError):
        yuan(LARGEST + 1)
