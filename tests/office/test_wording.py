"""Titles broken between words, dates, the size of the header."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinling.office.wording import cleaned, day, header_size, plain, title_lines, width


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("关于老年协会的通知", ["关于老年协会的通知"]),
        ("全省城乡基层老年协会规范化建设推进会会议纪要", ["全省城乡基层老年协会", "规范化建设推进会会议纪要"]),
        (
            "贵州省老龄工作委员会办公室关于印发《贵州省基层老年协会规范化建设管理办法（试行）》的通知",
            ["贵州省老龄工作委员会办公室", "关于印发《贵州省基层老年协会", "规范化建设管理办法（试行）》的通知"],
        ),
    ],
)
def test_titles_are_broken_between_words(title: str, lines: list[str]) -> None:
    assert title_lines(title) == lines


@given(st.text(alphabet="关于老年协会规范化建设、，（）《》的A1 ", max_size=90))
def test_no_title_loses_a_character_or_overflows(title: str) -> None:
    lines = title_lines(title)
    assert "".join(lines).replace(" ", "") == title.replace(" ", "")
    assert all(width(line) <= 19 for line in lines)


@given(st.text(max_size=60))
def test_cleaned_text_can_be_written_anywhere(text: str) -> None:
    done = cleaned(text)
    done.encode()
    assert done == plain(done)
    assert not any(ord(sign) < 32 for sign in done)


def test_dates_have_no_leading_zeros() -> None:
    assert day(date(2012, 8, 6)) == "2012年8月6日"


@given(st.integers(1, 80))
def test_the_header_always_fits_the_line(count: int) -> None:
    size, share = header_size("办" * count)
    assert count * size * share <= 442
    assert size <= 60
