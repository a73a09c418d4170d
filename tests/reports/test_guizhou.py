"""The report of the conference of August 2012 comes out of the records with every figure as it was published."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests import cast as at
from tests.cast import Cast
from yinling import demo
from yinling.base.period import as_of
from yinling.facts import forget_series, verify
from yinling.figures import Frozen, recheck
from yinling.office import Chart, Grid
from yinling.reports import Report, drifted, issued_layout, parse, resolve
from yinling.reports.demo import TEMPLATE, WHEN
from yinling.reports.prose import numerals
from yinling.sources import BINDINGS, published


@pytest.mark.long
@pytest.mark.django_db
def test_all_published_figures_are_printed_as_published() -> None:
    forget_series()
    demo.load(service=False)
    forget_series()
    report = Report.objects.get(state=Report.State.ISSUED)
    assert report.submitted_by is not None
    assert report.submitted_by in report.writers
    printed = {
        (row.frozen.measure, row.frozen.period): row.text
        for row in report.figures.exclude(text="").select_related("frozen").order_by("-pk")
        if row.frozen and row.frozen.area_path == report.area_path
    }
    figures = {one.id: one for one in published() if one.document == "003"}
    assert len(figures) == 26
    for key, one in figures.items():
        binding = BINDINGS[key]
        text = printed[binding.keys[0], binding.period]
        if one.unit == "%":
            assert text == f"{Decimal(str(one.value)).quantize(Decimal('0.01'))}%"
            assert text in one.says
        else:
            assert text in {str(one.value), numerals(Decimal(one.value))}
            assert text in one.says
    layout = issued_layout(report)
    (grid,) = (block for block in layout.blocks if isinstance(block, Grid))
    (chart,) = (block for block in layout.blocks if isinstance(block, Chart))
    assert (len(grid.rows), len(chart.bars)) == (10, 9)
    for column in (1, 2, 4, 5):
        whole, *parts = (int(row[column].text) for row in grid.rows)
        assert whole == sum(parts)
    assert all(one.same for one in drifted(report))
    assert report.cutoff is not None
    assert Frozen.objects.filter(cutoff=report.cutoff).count() >= 26
    assert Report.objects.get(state=Report.State.DRAFT).area_path == demo.PREFECTURE
    assert [*recheck(), *verify()] == []
    assert demo.accounts_text().splitlines()[6:] == [
        "  chair       杨秀英      协会会长 · 街上村",
        "  auditor     罗德明      审计员 · 贵州省",
        "  stranger    过路人      –",
    ]


def test_the_template_holds_for_any_place(cast: Cast) -> None:
    parsed = parse(TEMPLATE.read_text("utf-8"))
    assert parsed.problems == ()
    found = resolve(parsed, place=cast.places[at.COUNTY], period=as_of(WHEN.end), title="题目", issuer="老龄办")
    assert found.missing == ()
    assert "四、经验交流" not in str(found.layout), "there was no conference here"
