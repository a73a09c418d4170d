"""What a template gives for a place and a period: figures, tables, conditions, what is missing, in few statements."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.utils import translation

from tests import cast as at
from tests.cast import SYSTEM, Cast
from tests.reports.ground import DAY, WHEN
from yinling.associations import RURAL, change_attribute, correct_attribute, register
from yinling.base.period import Period, as_of, month, year
from yinling.facts import last_seq
from yinling.figures import figure
from yinling.office import Chart, Grid, Heading, Layout, Paragraph, Run
from yinling.reports import Resolved, parse, resolve
from yinling.reports.prose import missing

if TYPE_CHECKING:
    from pytest_django.fixtures import DjangoAssertNumQueries


def given(cast: Cast, text: str, path: str = at.COUNTY, period: Period = WHEN, known_at: int | None = None) -> Resolved:
    return resolve(
        parse(text), place=cast.places[path], period=period, title="题目", issuer="老龄办", on=date(2012, 9, 1),
        known_at=known_at,
    )  # fmt: skip


def words(found: Resolved) -> list[str]:
    return [
        "".join(run.text for run in block.runs)
        for block in found.layout.blocks
        if isinstance(block, Paragraph | Heading)
    ]


def test_figures_of_all_kinds(cast: Cast) -> None:
    text = (
        "{{ figure rural.associations }}/{{ figure rural.associations place=parent as=单位 }}/{{ figure villages place=52 }}/"
        "{{ figure villages place=520623000000 }}/{{ figure rural.coverage }}/{{ share rural.venue of=villages }}/"
        "{{ figure rural.associations period=2009 }}/{{ difference rural.associations from=2009 to=2010 as=change }}/"
        "{{ difference rural.coverage from=2009 to=2010 }}/{{ difference rural.venue_share from=2010 to=2012 as=bare }}"
    )
    found = given(cast, text)
    assert words(found) == ["1/1个/3/1/50.00%/50.00%/0/增加1/50.00个百分点/0.00"]
    assert [one.kind for one in found.figures] == ["figure"] * 5 + ["share", "figure", *["difference"] * 3]
    assert found.figures[1].figure.path == at.PREFECTURE
    assert (found.missing, found.problems) == ((), ())
    assert found.ready


def test_words_and_headings(cast: Cast) -> None:
    found = given(
        cast,
        "# {{ place }}，{{ period }}\n\n## 一、甲\n乙\n丙{{ issuer }}\nAB\ncd\n\n　　丁{{ date }}\n### （一）戊\n##### 己\n# 庚",
    )
    assert found.layout.title == "玉屏侗族自治县，截至2012年8月16日"
    assert [(type(block), getattr(block, "level", 0)) for block in found.layout.blocks] == [
        (Heading, 1), (Paragraph, 0), (Paragraph, 0), (Heading, 2), (Heading, 4), (Heading, 1),
    ]  # fmt: skip
    assert words(found) == ["一、甲", "乙丙老龄办AB cd", "丁2012年9月1日", "（一）戊", "己", "庚"]
    assert given(cast, "无题").layout.title == "题目"


def test_a_table_of_the_places_below(cast: Cast) -> None:
    found = given(
        cast,
        '甲{{ table rows=children total=yes columns="villages, rural.coverage" heads="村,率" caption="表" }}乙',
        at.PREFECTURE,
    )
    before, grid, after = found.layout.blocks
    assert isinstance(grid, Grid)
    assert (grid.caption, grid.head, grid.numeric) == ("表", ("地区", "村", "率"), (False, True, True))
    assert [[run.text for run in row] for row in grid.rows][1:] == [
        ["玉屏侗族自治县", "2", "50.00"],
        ["石阡县", "1", "0.00"],
    ]
    assert [run.text for run in grid.rows[0]][1:] == ["3", "33.33"]
    assert [run.figure for row in grid.rows for run in row if run.figure] == [one.mark for one in found.figures]
    assert isinstance(before, Paragraph)
    assert isinstance(after, Paragraph)


def test_a_share_of_nothing_in_a_table_is_a_dash_and_in_the_text_is_missing(cast: Cast) -> None:
    found = given(cast, '{{ table rows=children columns="urban.coverage" }}', at.PREFECTURE)
    grid = found.layout.blocks[0]
    assert isinstance(grid, Grid)
    assert [row[1] for row in grid.rows] == [Run("100.00", "f1"), Run("–")]
    assert found.missing == ()
    text = given(cast, "覆盖率{{ figure urban.coverage }}。", at.NEIGHBOUR)
    with translation.override("zh-hans"):
        assert words(text) == [f"覆盖率{missing()}。"]
    assert [("石阡县" in one, "2012年8月16日" in one) for one in text.missing] == [(True, True)]
    assert not text.ready


def test_months(cast: Cast) -> None:
    change_attribute(
        association=cast.associations[at.VILLAGE],
        attribute="members",
        values={"member_count": 130},
        on=date(2012, 3, 5),
        by=SYSTEM,
    )
    for period, count, last in (
        (WHEN, 8, "2012年8月1日至2012年8月16日"),
        (year(2012), 12, "2012年12月"),
        (month(2012, 2), 1, "2012年2月"),
    ):
        grid = given(cast, '{{ table rows=months columns="rural.members" }}', period=period).layout.blocks[0]
        assert isinstance(grid, Grid)
        assert [row[1].text for row in grid.rows] == (["126"] * 2 + ["130"] * 12)[: 2 if count == 1 else count][-count:]
        assert grid.rows[-1][0].text == last


def test_bars_are_sorted_and_scaled(cast: Cast) -> None:
    chart = given(cast, "{{ chart measure=villages rows=children }}", at.PREFECTURE).layout.blocks[0]
    assert isinstance(chart, Chart)
    assert [(bar.label, bar.share, bar.run.text) for bar in chart.bars] == [
        ("玉屏侗族自治县", 1.0, "2"),
        ("石阡县", 0.5, "1"),
    ]
    nothing = given(cast, "{{ chart measure=communities rows=children }}", at.NEIGHBOUR).layout.blocks[0]
    assert isinstance(nothing, Chart)
    assert [bar.share for bar in nothing.bars] == [0.0]


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("rural.coverage >= 50", True), ("rural.coverage > 50%", False), ("rural.coverage = 50 and villages > 1", True),
        ("villages > 5 or not villages < 2", True), ("rural.associations > rural.associations@2009", True),
        ("rural.associations@parent = rural.associations", True), ("villages@52 > villages", True), ("villages != 2", False),
        ("50 <= rural.coverage", True),
        # A figure that is missing makes no condition true, not even its opposite.
        ("urban.coverage@520623 > 1", False), ("not urban.coverage@520623 > 1", False),
        ("urban.coverage@520623 > 1 or villages > 1", True), ("urban.coverage@520623 > 1 and villages > 1", False),
    ],
)  # fmt: skip
def test_conditions(cast: Cast, condition: str, holds: bool) -> None:
    found = given(cast, f"{{% if {condition} %}}是{{% elif villages > 99 %}}又{{% else %}}否{{% end %}}。")
    assert words(found) == ["是。" if holds else "否。"]
    kinds = {one.kind for one in found.figures}
    assert kinds == {"condition"}
    assert all(one.text == "" for one in found.figures)
    assert bool(found.missing) is ("520623" in condition)


def test_a_branch_not_taken_prints_and_cites_nothing(cast: Cast) -> None:
    found = given(
        cast,
        "{% if villages > 99 %}\n## 甲\n{{ figure urban.coverage place=520623 }}\n\n{% end %}\n乙{{ figure villages }}",
    )
    assert words(found) == ["乙2"]
    assert [(one.kind, one.text) for one in found.figures] == [("condition", ""), ("figure", "2")]
    assert found.missing == ()


def test_what_does_not_exist_is_a_problem_with_its_spot(cast: Cast) -> None:
    with translation.override("en"):
        found = given(cast, "甲{{ figure villages place=5299 }}\n{% if villages@529901 > 3 %}乙{% end %}{{ figure villages period=last }}",
                      period=as_of(date(1, 1, 5)))  # fmt: skip
    assert [(one.at.line, one.at.column) for one in found.problems] == [(1, 12), (2, 7), (2, 49)]
    assert not found.ready


def test_everything_is_as_known_at_a_cut_off(cast: Cast) -> None:
    text = '{{ figure rural.associations }}{{ figure rural.coverage place=parent }}{{ table rows=children columns="rural.venue" }}'
    cutoff = last_seq()
    then = given(cast, text, at.PREFECTURE, known_at=cutoff).layout
    register(place=cast.places[at.BARE_VILLAGE], name="前光村老年协会", founded=date(2011, 1, 1), by=SYSTEM,
             attributes={"setting": {"setting": "rural"}})  # fmt: skip
    correct_attribute(association=cast.associations[at.VILLAGE], attribute="venue", values={"has_venue": False},
                      since=date(2010, 5, 1), reason="记错", by=SYSTEM)  # fmt: skip
    assert given(cast, text, at.PREFECTURE, known_at=cutoff).layout == then
    assert given(cast, text, at.PREFECTURE).layout != then


def test_a_resolved_report_is_a_layout_that_comes_back_from_json(cast: Cast) -> None:
    layout = given(
        cast,
        '# 甲\n乙{{ figure villages }}{{ table rows=children columns="villages" }}{{ chart measure=villages rows=months }}',
    ).layout
    assert Layout.from_json(layout.as_json()) == layout


def test_few_statements_whatever_the_number_of_figures(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    figures = "".join(f"{{{{ figure {measure.card.key} }}}}" for measure in RURAL.measures)
    tables = "".join(f'{{{{ table rows=children columns="{measure.card.key}" }}}}' for measure in RURAL.measures[:8])
    with django_assert_max_num_queries(14):
        given(cast, figures + tables, at.PREFECTURE)
    with django_assert_max_num_queries(14):
        given(cast, (figures + tables) * 4, at.PREFECTURE)


def test_values_are_those_of_the_pages(cast: Cast) -> None:
    found = given(cast, "".join(f"{{{{ figure {measure.card.key} }}}}" for measure in RURAL.measures), at.PREFECTURE)
    for one, measure in zip(found.figures, RURAL.measures, strict=True):
        assert one.figure == figure(measure, path=at.PREFECTURE, period=as_of(DAY))
        assert one.value == one.figure.value
    assert any(one.value == Decimal(1) for one in found.figures)
