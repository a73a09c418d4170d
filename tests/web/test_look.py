"""The look: components keep to the content security policy, colours can be read, charts show what they are given."""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from django import forms
from django.template.backends.django import DjangoTemplates
from django.test import RequestFactory
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from tests.web import gallery
from yinling.web import printed, trend
from yinling.web.templatetags import ui

WEB = Path(ui.__file__).resolve().parent.parent
BUDGET_BYTES = 60 * 1024


@pytest.fixture
def engine() -> DjangoTemplates:
    """An engine for these templates alone: no context processor that would need a session or a database."""
    options = {
        "context_processors": ["django.template.context_processors.request"],
        "libraries": {"ui": "yinling.web.templatetags.ui"},
    }
    return DjangoTemplates({"NAME": "look", "DIRS": [WEB / "templates"], "APP_DIRS": True, "OPTIONS": options})


def show(engine: DjangoTemplates, name: str, context: dict[str, object] | None = None, large: str = "") -> str:
    request = RequestFactory().get("/somewhere")
    request.COOKIES["large"] = large
    return str(engine.get_template(name).render(context or {}, request))


def test_every_component_renders_without_inline_style_or_script(engine: DjangoTemplates) -> None:
    page = show(engine, "components/gallery.html", gallery.context())
    assert "72.45" in page
    assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", page)
    assert all("src=" in script for script in re.findall(r"<script[^>]*>", page))


def test_every_template_compiles(engine: DjangoTemplates) -> None:
    root = WEB / "templates"
    for path in root.rglob("*.html"):
        engine.get_template(str(path.relative_to(root)))


def test_every_component_states_its_context() -> None:
    for path in (WEB / "templates" / "components").glob("*.html"):
        assert "Context" in path.read_text("utf-8").split("{% endcomment %}")[0] or path.name == "language.html", path


def test_large_type_follows_the_cookie(engine: DjangoTemplates) -> None:
    assert 'class="large"' in show(engine, "plain.html", large="1")
    assert 'class="large"' not in show(engine, "plain.html", large="0")


def test_the_failure_page_needs_no_request(engine: DjangoTemplates) -> None:
    assert "<h1>" in engine.get_template("errors/500.html").render()


def test_a_refusal_says_why(engine: DjangoTemplates) -> None:
    assert "只有本县老龄办可以" in show(engine, "errors/403.html", {"reason": "只有本县老龄办可以"})


@pytest.mark.parametrize(
    ("cell", "expected", "absent"),
    [
        ({"text": "71", "unit": "个", "url": "/f/1"}, '<a href="/f/1" class="fig">71<small>个</small></a>', "title"),
        ({"text": "0", "url": "/f/1"}, "fig-zero", "—"),
        ({"text": "0", "url": "/f/1", "missing": True}, "—", ">0<"),
        ({"text": "71"}, '<span class="fig">71</span>', "<a"),
        ({"text": "1", "definition": '<b>"'}, "&lt;b&gt;&quot;", "<b>"),
    ],
)
def test_a_figure_is_a_door_without_blanks_around_it(cell: dict[str, object], expected: str, absent: str) -> None:
    html = printed.figure(cell)
    assert expected in html
    assert absent not in html
    assert html == html.strip()


def test_printed_text_is_what_a_template_prints(engine: DjangoTemplates) -> None:
    values = [
        "<i>\"'&",
        mark_safe("<i>"),
        1234567,
        Decimal("12.50"),
        date(2012, 8, 16),
        True,
        gettext_lazy("Name"),
        None,
    ]
    values.append(datetime(2012, 8, 16, 23, 30, tzinfo=UTC))
    template = engine.from_string("{{ value }}")
    assert [printed.text(value) for value in values] == [template.render({"value": value}) for value in values]


def test_a_table_of_records_escapes_and_keeps_cells_under_their_columns() -> None:
    columns: list[gallery.Sample] = [
        {"label": "Name"},
        {"label": 'A"B', "numeric": True, "sort_url": "?a&b", "sorted": "ascending"},
    ]
    cells: list[gallery.Sample] = [
        {"text": "<b>"},
        {"figure": {"text": "7", "url": "/f"}},
        {"text": "late", "signal": "warn"},
    ]
    rows: list[gallery.Sample] = [
        {"url": "/1", "key": 1, "cells": cells},
        {"cells": [{"html": mark_safe("<i>x</i>")}, {"text": None}]},
    ]
    html = printed.records(columns, [*rows, {"url": "/3", "key": 3, "cells": [{"text": "short"}]}], "All", bulk=True)
    assert '<th scope="col" class="n" aria-sort="ascending"><a href="?a&amp;b">A&quot;B</a></th>' in html
    assert '<th scope="row"><a href="/1">&lt;b&gt;</a></th>' in html
    assert '<td data-label="A&quot;B" class="n"><a href="/f" class="fig">7</a></td>' in html
    assert '<td data-label=""><span class="signal signal-warn">late</span></td>' in html
    assert '<th scope="row"><i>x</i></th><td data-label="A&quot;B" class="n"></td>' in html
    assert '>short</a></th><td data-label="A&quot;B" class="n"></td></tr>' in html
    assert html.count('name="ids"') == len(rows) + 1
    assert 'value="3" form="bulk"' in html
    assert 'name="ids"' not in printed.records(columns, rows)


def test_controls_are_native_and_keep_the_value() -> None:
    class Dates(forms.Form):
        day = forms.DateField(widget=forms.DateInput(attrs={"placeholder": "Day"}))

    html = ui.control(Dates({"day": "2012-08-31"})["day"])
    assert 'type="date"' in html
    assert 'value="2012-08-31"' in html
    assert "placeholder" not in html


def test_a_cell_stays_under_its_column_when_some_are_missing() -> None:
    assert ui.under(["a"], ["A", "B"]) == [("A", "a"), ("B", None)]


def test_assets_are_named_by_the_manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ui, "BUILD", tmp_path)
    assert ui.asset("main.js") == "/static/main.js"
    (tmp_path / "manifest.json").write_text(json.dumps({"main.ts": {"file": "main-abc.js"}}), "utf-8")
    assert ui.asset("main.js") == "/static/main-abc.js"


def test_first_load_stays_within_its_budget() -> None:
    built = [*ui.BUILD.glob("main-*.js"), *ui.BUILD.glob("style-*.css")]
    if not built:
        pytest.skip("the front end has not been built")
    assert sum(len(gzip.compress(path.read_bytes())) for path in built) <= BUDGET_BYTES


def _tokens() -> list[dict[str, str]]:
    """The colours in light and in dark mode."""
    css = (WEB / "frontend" / "css" / "tokens.css").read_text("utf-8")
    light, dark = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part)) for part in css.split("@media"))
    return [light, {**light, **dark}]


def _luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2 definition."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_text_and_controls_can_be_read(mode: int) -> None:
    """WCAG 2.2 AA: text 4.5:1 (1.4.3), control edges 3:1 (1.4.11)."""
    colours = _tokens()[mode]
    for ground in ("paper", "card", "rail", "hover"):
        for text in ("ink", "soft", "sun", "ok", "warn", "bad"):
            assert _contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for text, ground in [
        ("on-sun", "sun-fill"),
        ("ink", "ok-wash"),
        ("ink", "warn-wash"),
        ("ink", "bad-wash"),
        ("sun", "bad-wash"),
        ("sun", "sun-wash"),
    ]:
        assert _contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for ground in ("paper", "card"):
        assert _contrast(colours["edge"], colours[ground]) >= 3


def test_a_gap_breaks_the_line_and_stays_a_dash_in_the_table() -> None:
    chart = trend.draw([trend.Series("县", [("2009", 1), ("2010", None), ("2011", Decimal("2.5")), ("2012", 3)])], "%")
    assert chart is not None
    assert chart.lines[0].path.count("M") == 2
    assert [values for _label, values in chart.table_rows] == [["1"], ["—"], ["2.5"], ["3"]]
    assert chart.lines[0].end is not None
    assert chart.lines[0].end.text == "县 3%"


def test_nothing_reported_draws_nothing() -> None:
    assert trend.draw([]) is None
    assert trend.draw([trend.Series("县", [("2009", None)])]) is None


finite = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)


@given(st.lists(st.lists(st.none() | finite, min_size=1, max_size=30), min_size=1, max_size=5))
def test_every_point_lies_inside_the_drawing(columns: list[list[float | None]]) -> None:
    series = [
        trend.Series(f"s{n}", [(str(year), value) for year, value in enumerate(values)], emphasised=n == 0)
        for n, values in enumerate(columns)
    ]
    chart = trend.draw(series)
    if chart is None:
        assert all(value is None for values in columns for value in values)
        return
    dots = [dot for line in chart.lines for dot in line.dots]
    assert len(dots) == sum(value is not None for values in columns for value in values)
    assert all(chart.left - 0.1 <= dot.x <= chart.right + 0.1 for dot in dots)
    assert all(trend.TOP - 0.1 <= dot.y <= trend.HEIGHT - trend.BOTTOM + 0.1 for dot in dots)
    ends = sorted(line.end.y for line in chart.lines if line.end)
    assert all(after - before >= trend.LINE_STEP - 0.1 for before, after in pairwise(ends))
    assert len(chart.labels) <= trend.MAX_LABELS
    assert chart.labels[-1].text == chart.table_rows[-1][0]
