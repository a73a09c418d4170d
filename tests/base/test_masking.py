"""Masks show what they may and nothing more, whatever they are given."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinling.base import codes, masking


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("", ""),
        ("张", "*"),
        ("李四", "李*"),
        ("张晓明", "张*明"),
        ("欧阳修远", "欧**远"),
        ("阿卜杜·买买提", "阿**·**提"),
        ("买·提", "买·*"),
        ("John Smith", "J*** ****h"),
    ],
)
def test_names(name: str, shown: str) -> None:
    assert masking.mask_name(name) == shown


@given(st.text(st.characters(categories=["Lo", "Ll"]), min_size=1, max_size=12))
def test_a_name_never_shows_more_than_two_characters(name: str) -> None:
    shown = masking.mask_name(name)
    assert len(shown) == len(name)
    assert len(shown) - shown.count("*") == min(len(name) - 1, 2)


def test_resident_numbers() -> None:
    number = codes.synthetic_resident_id(date(1950, 1, 1), 1)
    assert masking.mask_resident_id(number) == f"990101********{number[-4:]}"
    assert masking.mask_resident_id("990101500101001") == "990101*****1001"


@given(st.text(max_size=30))
def test_other_text_as_a_resident_number_shows_at_most_four(text: str) -> None:
    shown = masking.mask_resident_id(text)
    assert len(shown) == len(text)
    allowed = 10 if len(text) in (15, 18) else 4
    assert len(text) == 0 or len(shown) - shown.count("*") <= min(allowed, len(text) / 2 + 3)
    if len(text) not in (15, 18):
        assert set(shown[:-4]) <= {"*"}


@pytest.mark.parametrize(
    ("number", "shown"),
    [("6222000000000001234", "***************1234"), ("E12345678", "*****5678"), ("1234567", "*******"), ("", "")],
)
def test_numbers_by_their_tail(number: str, shown: str) -> None:
    assert masking.mask_number(number) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13800000000", "138****0000"),
        ("0931-8888123", "0931-****123"),
        ("010-88881234", "010-****1234"),
        ("0931-8888123-801", "0931-****123"),
        ("8888123", "*******"),
        ("", ""),
    ],
)
def test_telephones(number: str, shown: str) -> None:
    assert masking.mask_phone(number) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("甘肃省兰州市城关区东岗街道东岗社区12号楼3单元502室", "甘肃省兰州市城关区东岗街道东岗社区****"),
        ("兰州市城关区东岗街道东岗社区十二号楼", "兰州市城关区东岗街道东岗社区****"),
        ("榆中县和平镇范家营村三社15号", "榆中县和平镇范家营村****"),
        ("榆中县和平镇范家营村村民委员会", "榆中县和平镇范家营村****"),
        ("景德镇市珠山区新村街道新村社区甲栋", "景德镇市珠山区新村街道新村社区****"),
        ("兰州市城关区东岗街道东岗东路100号", "兰州市城关区东岗街道****"),
        ("兰州市城关区阳光小区三号楼", "兰州市城关区****"),
        ("兰州市南河路5号", "兰州市****"),
        ("阿拉善左旗巴彦浩特镇布古图嘎查", "阿拉善左旗巴彦浩特镇布古图嘎查"),
        ("南河路5号", "****"),
        ("", ""),
    ],
)
def test_addresses(address: str, shown: str) -> None:
    assert masking.mask_address(address) == shown


@given(st.text("甘省市县区镇乡街道村社路号楼0123三小", max_size=20))
def test_an_address_never_shows_a_digit_and_only_its_beginning(address: str) -> None:
    shown = masking.mask_address(address)
    kept = shown.removesuffix("****")
    assert address.startswith(kept)
    assert not any(character.isdigit() for character in kept)
    assert shown == address or shown.endswith("****")
