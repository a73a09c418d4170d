"""How the parts of a document are worded and measured, whatever it is printed with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from typing import TypeVar

from yinling.office.layout import Grid, Layout

D = TypeVar("D")
CHECK_LABEL = "扫码或输入核验码，查验本文件"

DRAFT = "草稿"
"""In the place of the header of a document without a number. Not translated: it is part of a Chinese document."""

TITLE_WIDTH = 19
"""Characters of size 2 (22 pt) in one line of a title: 20 would fill the 156 mm from edge to edge."""

WORDS = (
    "老年协会", "老龄工作", "工作委员会", "委员会", "办公室", "老龄办", "规范化建设", "规范化", "建设", "基层",
    "城乡", "社区", "农村", "城市", "乡镇", "街道", "村级", "协会", "老年人", "老龄", "人口", "事业", "产业", "服务",
    "养老服务", "养老", "互助养老", "居家养老", "机构", "活动", "场所", "经费", "管理", "办法", "意见", "通知",
    "通报", "报告", "请示", "批复", "决定", "公告", "方案", "计划", "规划", "总结", "会议", "纪要", "函", "情况",
    "统计", "数据", "年度", "上半年", "下半年", "季度", "月份", "全省", "全市", "全州", "全县", "全区", "贵州省",
    "自治州", "自治县", "民政", "财政", "人民政府", "关于", "印发", "转发", "做好", "加强", "推进", "开展", "进一步",
    "有关", "工作", "问题", "实施", "试行", "补贴", "高龄津贴", "优待", "权益", "保障", "表彰", "先进", "集体",
    "个人", "示范", "督查", "检查", "调查", "调研", "评估", "考核", "培训", "登记", "备案", "推进会", "座谈会",
    "现场会", "表彰大会", "第一", "第二", "第三", "第四",
)  # fmt: skip
"""Words that a title is not broken in."""

LONGEST_TITLE = 200
"""Characters; no document is issued with more. What is longer is cut where a line is full."""

AFTER = "的、，》）和与及暨"
NEVER_FIRST = "、，。；：！？）》〉”’〕】·…—的了们化性者会等"
NEVER_LAST = "（《〈“‘〔【第各该本"
FEW_COLUMNS = 8
INSIDE_WORD, UGLY, WELCOME = 60.0, 200.0, -4.0


def plain(text: str) -> str:
    """Text without what no page can show: control characters, halves of surrogate pairs, marks of direction. Line ends and
    tabs become spaces."""
    return "".join(
        " " if sign in "\t\n\r\v\f\x85\u2028\u2029" else sign
        for sign in text
        if sign in "\t\n\r\v\f\x85\u2028\u2029" or unicodedata.category(sign) not in {"Cc", "Cs", "Cf", "Co", "Cn"}
    )


def cleaned(value: D) -> D:
    """A layout, or a part of one, with every text in it made `plain`."""
    return _cleaned(value)  # type: ignore[return-value] # the same shape comes back


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, tuple):
        return tuple(_cleaned(part) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        return type(value)(**{field.name: _cleaned(getattr(value, field.name)) for field in fields(value)})
    return value


def width(text: str) -> float:
    """The width of a text in characters: one for what is set wide, a half for Latin letters and digits."""
    return sum(0.5 if unicodedata.east_asian_width(sign) in "NaH" else 1.0 for sign in text)


def day(on: date) -> str:
    """A date as documents write it, in Arabic digits without leading zeros (GB/T 9704-2012, 7.3.5.4)."""
    return f"{on.year}年{on.month}月{on.day}日"


def annex_names(layout: Layout) -> list[str]:
    """How the annexes are called at their head: 附件, or 附件1, 附件2 where there are more."""
    return [f"附件{number}" for number in range(1, len(layout.annexes) + 1)] if len(layout.annexes) > 1 else ["附件"]


def addressee(layout: Layout) -> str:
    """The line of the addressees, closed with a colon (GB/T 9704-2012, 7.3.2)."""
    return layout.addressee.rstrip("：: ") + "：" if layout.addressee.strip() else ""


def header(layout: Layout) -> str:
    """What stands in red above a numbered document: the issuer with 文件 (GB/T 9704-2012, 7.2.4)."""
    return layout.issuer if layout.issuer.endswith("文件") else f"{layout.issuer}文件"


def header_size(text: str) -> tuple[float, float]:
    """Size in pt and share of its width for the red header, so that it fills the line and stays on it: as large as the name
    allows up to 60 pt, then narrower down to two thirds, as printers do, then smaller."""
    room, largest, smallest, narrowest = 436.0, 60.0, 34.0, 0.66
    count = max(width(text), 1.0)
    size = min(largest, max(smallest, room / count))
    share = min(1.0, room / (count * size))
    return (size, share) if share >= narrowest else (room / (count * narrowest), narrowest)


def title_lines(title: str, room: float = TITLE_WIDTH) -> list[str]:
    """A title in as few lines as it needs, of nearly equal length, broken between words (GB/T 9704-2012, 7.3.1: whole in
    meaning, in the shape of a trapezium or a lozenge)."""
    title = title.strip()
    if len(title) > LONGEST_TITLE:
        return [title[start : start + int(room)] for start in range(0, len(title), int(room))]
    count = int(-(-width(title) // room)) or 1
    while True:
        lines = _divided(title, count, room)
        if lines or count > len(title):
            return lines or [title]
        count += 1


def _divided(title: str, count: int, room: float) -> list[str]:
    """The best division into this many lines; empty where none fits."""
    wide, fair = [width(title[:end]) for end in range(len(title) + 1)], width(title) / count
    inside = _inside_words(title)

    @cache
    def best(start: int, lines: int) -> tuple[float, tuple[int, ...]]:
        if lines == 1:
            rest = wide[-1] - wide[start]
            return ((rest - fair) ** 2, ()) if rest <= room else (float("inf"), ())
        options: list[tuple[float, tuple[int, ...]]] = []
        for end in range(start + 1, len(title)):
            length = wide[end] - wide[start]
            if length > room:
                break
            later, ends = best(end, lines - 1)
            options.append(((length - fair) ** 2 + _price(title, end, inside) + later, (end, *ends)))
        return min(options, default=(float("inf"), ()))

    price, ends = best(0, count)
    if price == float("inf"):
        return []
    return [title[start:end].strip() for start, end in zip((0, *ends), (*ends, len(title)), strict=True)]


def _price(title: str, at: int, inside: frozenset[int]) -> float:
    """What a break before the character `at` costs."""
    before, after = title[at - 1], title[at]
    if after in NEVER_FIRST or before in NEVER_LAST:
        return UGLY
    if before.isascii() and after.isascii() and before.isalnum() and after.isalnum():
        return UGLY
    if at in inside:
        return INSIDE_WORD
    return WELCOME if before in AFTER else 0.0


def _inside_words(title: str) -> frozenset[int]:
    """The positions that lie inside a known word."""
    return frozenset(at for start, end in _words(title) for at in range(start + 1, end))


def _words(title: str) -> Iterator[tuple[int, int]]:
    for word in WORDS:
        for found in re.finditer(word, title):
            yield found.span()


def column_widths(grid: Grid) -> list[float]:
    """Shares of the width for the columns of a table, by their longest cells; none so narrow that it cannot be read."""
    longest = [max(2.0, min(width(text), 24.0)) for text in grid.head]
    for row in grid.rows:
        for number, run in enumerate(row[: len(longest)]):
            longest[number] = max(longest[number], min(width(run.text), 24.0))
    return [one + 1.0 for one in longest]


def table_size(grid: Grid) -> float:
    """The size of a table's text in pt: 12; as many columns ask for it smaller, but 10.5 for up to eight, 7.5 at least."""
    least = 10.5 if len(grid.head) <= FEW_COLUMNS else 7.5
    return max(least, min(12.0, 430.0 / max(sum(column_widths(grid)), 1.0)))
