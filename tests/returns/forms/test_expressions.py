"""Expressions: what they give, what they refuse, and that nothing makes them fail."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.returns.forms.made import conditions
from yinling.returns.forms.evaluation import Ground, Value, evaluate
from yinling.returns.forms.expressions import FUNCTIONS, Expression, ExpressionError, parse, walk
from yinling.returns.forms.portable import gives_number, portable

GROUND = Ground(
    {"n": Decimal(7), "half": Decimal("0.5"), "name": "村", "kinds": "sport help", "day": "2024-03-01", "yes": "yes"},
    own=Decimal(12),
    last={"n": Decimal(4)},
    today=date(2024, 3, 11),
)


def worked_out(text: str, ground: Ground = GROUND) -> Value:
    return evaluate(parse(text), ground)


def parsed(text: str) -> tuple[Expression | None, int]:
    """The expression, or the column of the mistake."""
    try:
        return parse(text), 0
    except ExpressionError as error:
        return None, error.column


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", Decimal(7)),
        ("(1 + 2) * 3", Decimal(9)),
        ("10 - 4 - 3", Decimal(3)),
        ("-2 - -3", Decimal(1)),
        ("--3", Decimal(3)),
        ("7 div 2", Decimal("3.5")),
        ("-7 mod 3", Decimal(-1)),
        ("0.1 + 0.2 = 0.3", True),
        (".5 * 2", Decimal(1)),
        ("${n} > 5 and ${n} < 9", True),
        ("1 = 2 or 3 = 3 and 1 = 1", True),
        ("1 < 2 = true()", True),
        (". >= 12", True),
        ("${name} = '村'", True),
        ('${name} != "社区"', True),
        ("${yes} = 'yes'", True),
        ("selected(${kinds}, 'help')", True),
        ("selected(${kinds}, 'hel')", False),
        ("count-selected(${kinds})", Decimal(2)),
        ("string-length('老年')", Decimal(2)),
        ("if(${n} = 7, 'a', 'b')", "a"),
        ("coalesce(${none}, 3)", Decimal(3)),
        ("coalesce(0, 3)", Decimal(0)),
        ("regex('550001', '[0-9]{6}')", True),
        ("regex('5500011', '[0-9]{6}')", False),
        ("round(2.5)", Decimal(3)),
        ("round(-2.5)", Decimal(-3)),
        ("round(2.345, 2)", Decimal("2.35")),
        ("round(1250, -2)", Decimal(1300)),
        ("int(2.9)", Decimal(2)),
        ("int(-2.9)", Decimal(-2)),
        ("number('3.50') + 1", Decimal("4.5")),
        ("min(3, ${none}, 2)", Decimal(2)),
        ("max(3, ${none}, 2)", Decimal(3)),
        ("sum(3, ${none}, ${n})", Decimal(10)),
        ("today()", "2024-03-11"),
        ("today() - ${day}", Decimal(10)),
        ("${day} <= today()", True),
        ("${n} - last(${n})", Decimal(3)),
        ("not(true()) or false()", False),
    ],
)
def test_values(text: str, value: Value) -> None:
    found = worked_out(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${none} + 1", ""),
        ("1 div 0", ""),
        ("1 mod 0", ""),
        ("${name} * 2", ""),
        ("-${none}", ""),
        ("round(${none})", ""),
        ("int('x')", ""),
        ("min(${none})", ""),
        ("sum(1, ${name})", ""),
        ("sum(${none})", Decimal(0)),
        ("number('2024-02-31')", ""),
        ("${none} = ''", True),
        ("${none} != 5", True),
        ("${none} = 5", False),
        ("${none} < 5", False),
        ("${none} >= 5", False),
        ("not(${none})", True),
        ("${none} or 1", True),
        ("last(${name}) = ''", True),
        ("string-length(${none})", Decimal(0)),
        ("count-selected(${none})", Decimal(0)),
        ("999999999999999999999 * 999999999999999999999", ""),
        ("0.000000000000000000001 * 0.000000000000000000001", Decimal(0)),
    ],
)
def test_what_is_empty_stays_empty(text: str, value: Value) -> None:
    assert worked_out(text) == value


@pytest.mark.parametrize(
    ("text", "column", "part"),
    [
        ("", 1, "value"),
        ("1 +", 4, "value"),
        ("(1", 3, "“)”"),
        ("1)", 2, "too much"),
        ("1 2", 3, "operator"),
        ("${}", 1, "${key}"),
        ("${A b}", 1, "${key}"),
        ("1 + pulldata('a')", 5, "pulldata"),
        ("../a > 1", 3, "not understood"),
        ("'open", 1, "does not end"),
        ("1 # 2", 3, "not understood"),
        ("if(1, 2)", 1, "if() takes 3"),
        ("today(1)", 1, "today() takes 0"),
        ("round(1, 2, 3)", 1, "round() takes 2"),
        ("regex(., ${a})", 10, "written out"),
        ("1 + regex(., '(')", 14, "closing bracket"),
        ("last(3)", 6, "${key}"),
        ("1" * 31, 1, "too long"),
    ],
)
def test_mistakes_are_told_with_their_place(text: str, column: int, part: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        parse(text)
    assert part in str(raised.value)
    assert raised.value.column == column


@pytest.mark.parametrize("text", ["(" * 10_000, "not(" * 480, "-" * 10_000, "if(" * 600, "(" * 900 + "1" + ")" * 900])
def test_depth_gives_a_message(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


@pytest.mark.parametrize("text", ["-" * 1_999 + "1", "1" + "+1" * 999, "1" + " or 0" * 399, "(" * 20 + "1" + ")" * 20])
def test_length_is_no_trouble(text: str) -> None:
    assert worked_out(text) in (Decimal(-1), Decimal(1000), Decimal(1), True)


def test_names_are_known() -> None:
    found = parse("${a} + last(${b}) > if(., ${c}, '${d}')")
    assert (found.names, found.last_names) == (frozenset(("a", "c")), frozenset("b"))
    assert found.uses_own


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_takes_anything(name: str) -> None:
    for least in set(FUNCTIONS[name]) - {100}:
        for value in ("''", "${none}", "-1.5", "'x y'", "true()", "today()"):
            values = [value, "'[0-9]'"] if name == "regex" else [value] * least
            assert isinstance(worked_out(f"{name}({', '.join(values)})"), get_args(Value))


pieces = st.sampled_from(
    ["${a}", "last(${b})", ".", "1", "2.5", "'x'", "+", "-", "*", " div ", " mod ", "=", "!=", "<", ">=", " and ", " or ", "(", ")"]
    + [f"{name}(" for name in FUNCTIONS] + [", ", " "]
)  # fmt: skip
held = st.one_of(st.decimals(allow_nan=False, allow_infinity=False, places=4), st.text(max_size=8), st.booleans())


@given(st.one_of(st.text(max_size=60), st.lists(pieces, max_size=15).map("".join)), held, held)
def test_any_text_is_refused_or_gives_a_value(text: str, one: Value, other: Value) -> None:
    expression, column = parsed(text)
    if expression is None:
        assert 1 <= column <= len(text) + 1
        return
    found = evaluate(expression, Ground({"a": one}, own=other, last={"b": other}))
    assert isinstance(found, get_args(Value))
    assert not isinstance(found, Decimal) or found.is_finite()


@given(conditions(["a"], own=True).filter(bool), held)
def test_what_the_standard_says_otherwise_means_the_same(text: str, value: Value) -> None:
    ground = Ground({"a": value}, own=value, last={"a": Decimal(3)})
    again = portable(text).replace("${last-saved#a}", "last(${a})")
    assert evaluate(parse(again), ground) == evaluate(parse(text), ground)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("${a}  >1", "${a}  >1"),
        ("last(${a}) * (1 + 2)", "${last-saved#a} * (1 + 2)"),
        ("sum(${a}, 2)", "(coalesce(${a}, 0) + coalesce(2, 0))"),
        ("-round(${a})", "-round(${a}, 0)"),
        ('last(${a}) = "it\'s"', '${last-saved#a} = "it\'s"'),
    ],
)
def test_in_words_of_the_standard(text: str, shown: str) -> None:
    assert portable(text) == shown


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("${a} + 1", True),
        ("if(1, 2, 'x')", False),
        ("if(1, 2, 3)", True),
        ("${a}", False),
        ("today()", False),
        ("1 = 1", True),
    ],
)
def test_what_a_calculation_gives_is_foreseen(text: str, number: bool) -> None:
    assert gives_number(parse(text).root) is number


def test_the_tree_is_flat() -> None:
    assert len(list(walk(parse("1" + "+1" * 500).root))) == 502
