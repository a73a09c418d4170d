"""The template language: its tree, and every mistake with line and column, in any text."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from yinling.reports.template import (
    At,
    Both,
    Broken,
    Compare,
    Difference,
    Either,
    If,
    Not,
    Number,
    Reading,
    Share,
    Single,
    Table,
    Text,
    parse,
)

pytestmark = pytest.mark.django_db  # some measures are records: fields of forms

ERRORS = [
    ("一\n\n{{ figure rural.asociations }}", 3, 11,
     "there is no measure called rural.asociations; did you mean rural.associations?"),
    ("{{ figure qqq }}", 1, 11, "there is no measure called qqq"),
    ("{{ figur villages }}", 1, 4, "there is no tag called figur; did you mean figure?"),
    ("全省{{ figure }}", 1, 6, "figure needs the code of a figure"),
    ("{{ }}", 1, 3, "there is nothing between these braces"),
    ("{{ figure villages", 1, 1, "this {{ is never closed by }}"),
    ("{{ figure villages\n\n}}", 1, 1, "this {{ is never closed by }}"),
    ("{{ figure {{ place }}", 1, 1, "this {{ is never closed by }}"),
    ("｛｛ figure villages }}", 1, 1, "Braces of tags are written with half-width characters."),
    ("{{ figure villages plac=here }}", 1, 20, "figure has no option plac; did you mean place?"),
    ("{{ figure villages place=there! }}", 1, 26, "a place is here, parent, or a path or code of 2 to 12 digits"),
    ("{{ figure villages period=2012-13 }}", 1, 27,
     "a period is this, last, lastyear, or written like 2012, 2012-08, 2012Q3 or 2012-08-16"),
    ("{{ figure villages as=wen }}", 1, 23, "There is no format called wen."),
    ("{{ figure villages as=成,comma }}", 1, 23, "These words of a format do not go together."),
    ("{{ figure villages place= }}", 1, 20, "the option place has no value"),
    ("{{ figure villages = here }}", 1, 4, "figure needs the code of a figure"),
    ("{{ figure villages place=here place=52 }}", 1, 31, "the option place stands here twice"),
    ('{{ figure villages as="wan }}', 1, 23, "this quote is never closed"),
    ("{{ figure villages communities }}", 1, 20, "communities does not belong here"),
    ("{{ share rural.coverage of=villages }}", 1, 10, "rural.coverage is a share itself; name two counts"),
    ("{{ share rural.venue }}", 1, 4, "share needs of="),
    ("{{ cited levels from=children }}", 1, 10, "levels counts different things and cannot be added up"),
    ("{{ cited villages from=parents }}", 1, 24, "from is one of: children"),
    ('{{ table rows=children columns="villages, vilages" }}', 1, 43,
     "there is no measure called vilages; did you mean villages?"),
    ('{{ table rows=rows columns="villages" }}', 1, 15, "rows is one of: children, months"),
    ('{{ table rows=months columns="," }}', 1, 30, "a table needs a column at least"),
    ('{{ table rows=months columns="villages" heads="a, b" }}', 1, 47, "there are 2 heads for 1 columns"),
    ("{{ chart rows=months }}", 1, 4, "chart needs measure="),
    ("{% if villages > 3 %}", 1, 4, "this if has no end"),
    ("{% end %}", 1, 4, "end without an if before it"),
    ("{% while villages %}", 1, 4, "there is no tag called while"),
    ("{% if %}x{% end %}", 1, 7, "a figure or a number is expected here"),
    ("{% if villages %}x{% end %}", 1, 16, "a comparison is expected here: >, >=, <, <=, = or !="),
    ("{% if 1 < 2 %}x{% end %}", 1, 9, "two numbers need no comparing; name a figure"),
    ("{% if (villages > 3 %}x{% end %}", 1, 7, "this bracket is never closed"),
    ("{% if villages > 3 4 %}x{% end %}", 1, 20, "4 does not belong here"),
    ("{% if villages > 3 %}x{% else %}y{% elif villages > 2 %}z{% end %}", 1, 37, "elif cannot follow else"),
    ("{% if vilages > 3 %}x{% end %}", 1, 7, "there is no measure called vilages; did you mean villages?"),
    ("{% if villages@last@lst > 3 %}x{% end %}", 1, 21,
     "a period is this, last, lastyear, or written like 2012, 2012-08, 2012Q3 or 2012-08-16"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "column", "message"), ERRORS)
def test_a_mistake_is_named_with_its_spot(text: str, line: int, column: int, message: str) -> None:
    with translation.override("en"):
        found = parse(text)
        assert [(one.at, one.message) for one in found.problems] == [(At(line, column), message)]
        assert str(found.problems[0]) == f"line {line}, column {column}: {message}"
    assert any(isinstance(node, Broken) for node in _all(parse(text).nodes))


def _all(nodes: tuple[object, ...]) -> list[object]:
    found: list[object] = []
    for node in nodes:
        found.append(node)
        if isinstance(node, If):
            for _condition, inner in node.branches:
                found += _all(inner)
    return found


def test_a_mistake_takes_nothing_else_with_it() -> None:
    parsed = parse("甲{{ figure rural.venue }}乙{{ figure rural.venu }}丙{{ figure villages as=wan:1 }}丁")
    kinds = [type(node) for node in parsed.nodes]
    assert kinds == [Text, Single, Text, Broken, Text, Single, Text]
    assert [node.text for node in parsed.nodes if isinstance(node, Text)] == ["甲", "乙", "丙", "丁"]
    assert len(parsed.problems) == 1


def test_tags_carry_their_options() -> None:
    nodes = parse(
        '{{ figure villages place=parent period=last as="万:1, 单位" }}{{ share rural.venue of=rural.associations }}'
        "{{ difference villages from=2011 to=2012 place=520622000000 as=增减 }}"
    ).nodes
    single, share, difference = nodes
    assert isinstance(single, Single)
    assert (single.reading.place, single.reading.period) == ("parent", "last")
    assert (single.form.decimals, single.form.scale, single.form.unit) == (1, "wan", True)
    assert isinstance(share, Share)
    assert (share.part.key, share.whole.key) == ("rural.venue", "rural.associations")
    assert isinstance(difference, Difference)
    assert (difference.since.period, difference.to.period, difference.to.place) == ("2011", "2012", "520622000000")


def test_a_table_knows_where_each_column_stands() -> None:
    (table,) = parse(
        '{{ table rows=months columns="villages，rural.venue" heads=“甲、村, 乙” caption="表 一" total=是 }}'
    ).nodes
    assert isinstance(table, Table)
    assert [(one.key, one.at.column) for one in table.columns] == [("villages", 31), ("rural.venue", 40)]
    assert (table.heads, table.caption, table.total, table.rows) == (("甲、村", "乙"), "表 一", True, "months")


def test_conditions_bind_as_usual() -> None:
    (node,) = parse(
        "{% if villages ≥ 3 且 not villages@last@parent < 2% or (levels != 5 or levels = 4) %}a{% end %}"
    ).nodes
    assert isinstance(node, If)
    either = node.branches[0][0]
    assert isinstance(either, Either)
    both, inner = either.parts
    assert isinstance(both, Both)
    assert isinstance(both.parts[0], Compare)
    assert both.parts[0].sign == ">="
    assert isinstance(both.parts[1], Not)
    assert both.parts[1].part == Compare(Reading(At(1, 26), "villages", "parent", "last"), "<", Number(Decimal(2)))
    assert isinstance(inner, Either)
    assert [part.sign for part in inner.parts if isinstance(part, Compare)] == ["!=", "=="]


def test_a_condition_alone_in_its_line_leaves_no_line_behind() -> None:
    nodes = parse("甲\n  {% if villages > 3 %}  \n乙\n{% else %}\n丙\n{% end %}\n丁").nodes
    assert nodes[0] == Text("甲\n")
    assert isinstance(nodes[1], If)
    assert [inner for _condition, inner in nodes[1].branches] == [(Text("乙\n"),), (Text("丙\n"),)]
    assert nodes[2] == Text("丁")


PIECES = st.sampled_from([
    "{{", "}}", "{%", "%}", "if", "else", "elif", "end", "figure", "villages", "rural.coverage", "=", '"', "“", "\n", " ",
    "(", ")", "and", "not", ">", "3", "@last", "place", "table", "rows", "children", "columns", "# ", "｛｛", "老年", "as", "wan:1",
])  # fmt: skip


@given(
    st.one_of(
        st.text(max_size=80), st.lists(PIECES, max_size=40).map("".join), st.lists(PIECES, max_size=40).map(" ".join)
    )
)
@example("{% if " + "(" * 60 + "villages" + ")" * 60 + " > 3 %}{% end %}")
@example("{% if villages > 3 %}" * 40)
@example("{% if " + "not " * 60 + "villages > 3 %}x{% end %}")
def test_no_text_breaks_the_parser(text: str) -> None:
    parsed = parse(text)
    lines = text.replace("\r\n", "\n").split("\n")
    for problem in parsed.problems:
        assert 1 <= problem.at.line <= len(lines)
        assert 1 <= problem.at.column <= len(lines[problem.at.line - 1]) + 2
    broken = [node for node in _all(parsed.nodes) if isinstance(node, Broken)]
    assert len(broken) == len(parsed.problems)
    if "{" not in text and "｛" not in text and text:
        assert parsed.nodes == (Text(text.replace("\r\n", "\n")),)
