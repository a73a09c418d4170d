"""Initials are what pinyin gives for the whole name, though they are put together from words met before."""

from __future__ import annotations

import pytest
from pypinyin import Style, lazy_pinyin

from yinling.network import guizhou2012, initials_of

ODD = (
    "",
    "A组（2）",
    "㐂街村",
    "重庆路社区",
    "重阳敬老会",
    "长顺县长寨镇",
    "乐里镇音乐社区",
    "𠮷田",
    "Ünal 村",
    "１２号院",
    "银行东街",
)


def asked_whole(name: str) -> str:
    letters = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="default"))
    return "".join(letter for letter in letters.lower() if letter.isalnum())[:80]


@pytest.mark.parametrize(
    ("name", "initials"), [("街上村", "jsc"), ("重庆路社区", "cqlsq"), ("重安镇", "zaz"), ("A组（2）", "az2")]
)
def test_initials(name: str, initials: str) -> None:
    assert initials_of(name) == initials


def test_a_word_at_a_time_gives_what_the_whole_name_gives() -> None:
    places = sorted({place.name for place in guizhou2012.read()})
    names = [*places, *(f"{name}老年协会" for name in places[::20]), *ODD]
    assert {name: initials_of(name) for name in names} == {name: asked_whole(name) for name in names}
