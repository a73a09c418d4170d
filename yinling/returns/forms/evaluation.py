"""Working out expressions over answers. It never fails: what cannot be worked out is the empty text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, localcontext

from yinling.base import clock
from yinling.returns.forms.encoding import plain
from yinling.returns.forms.expressions import Answer, Call, Chain, Constant, Expression, Negative, Node, Own

Value = Decimal | str | bool
EMPTY = ""

LARGEST = Decimal(10) ** 30
"""Numbers from here on are empty, and those below its inverse nought: nothing that is counted comes near."""
MAX_PLACES = 12
_CONTEXT = Context(prec=50, rounding=ROUND_HALF_UP, traps=[])
_EPOCH = date(1970, 1, 1)
_NUMBER = re.compile(r"\s*-?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})\s*")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Ground:
    """What an expression is worked out over: the answers as values, the one being checked, those of the period before."""

    answers: Mapping[str, Value]
    own: Value = EMPTY
    last: Mapping[str, Value] = field(default_factory=dict)
    today: date = field(default_factory=clock.today)


def evaluate(expression: Expression, ground: Ground) -> Value:
    """The value of the expression: a number, a text (empty where there is nothing) or a truth."""
    with localcontext(_CONTEXT):
        return _value(expression.root, ground)


def holds(expression: Expression, ground: Ground) -> bool:
    """Whether the expression is true: not empty, not nought, not false."""
    return truth(evaluate(expression, ground))


def number(value: Value) -> Decimal | None:
    """The value as a number; a date as days since 1970; None where it is none."""
    if isinstance(value, bool):
        return Decimal(int(value))
    if isinstance(value, Decimal):
        return value
    if _DAY.fullmatch(value):
        try:
            return Decimal((date.fromisoformat(value) - _EPOCH).days)
        except ValueError:
            return None
    return Decimal(value.strip()) if _NUMBER.fullmatch(value) else None


def text(value: Value) -> str:
    """The value as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain(value) if isinstance(value, Decimal) else value


def truth(value: Value) -> bool:
    """Whether the value counts as true."""
    return bool(value)


def day(value: Value) -> str:
    """A value as a date: a text as it is, a number as so many days after 1970 began; empty where it is none."""
    if not isinstance(value, Decimal):
        return text(value)
    try:
        return (_EPOCH + timedelta(days=int(value))).isoformat()
    except OverflowError:
        return EMPTY


def _value(node: Node, ground: Ground) -> Value:
    if isinstance(node, Constant):
        return node.value
    if isinstance(node, Answer):
        return (ground.last if node.of_last else ground.answers).get(node.name, EMPTY)
    if isinstance(node, Own):
        return ground.own
    if isinstance(node, Negative):
        found = number(_value(node.of, ground))
        return EMPTY if found is None else _bounded(-found)
    if isinstance(node, Chain):
        return _chain(node, ground)
    return _call(node, ground)


def _chain(node: Chain, ground: Ground) -> Value:
    found = _value(node.first, ground)
    for sign, each in node.rest:
        if sign in ("and", "or"):
            found = truth(found)
            # The rest is not even looked at once the answer is certain.
            found = found if found == (sign == "or") else truth(_value(each, ground))
        elif sign in _COMPARED:
            found = _compared(sign, found, _value(each, ground))
        else:
            found = _reckoned(sign, number(found), number(_value(each, ground)))
    return found


def _reckoned(sign: str, left: Decimal | None, right: Decimal | None) -> Value:
    if left is None or right is None or (sign in ("div", "mod") and not right):
        return EMPTY
    return _bounded(_RECKONED[sign](left, right))


def _remainder(left: Decimal, right: Decimal) -> Decimal:
    return left - right * (left / right).to_integral_value(ROUND_DOWN)


_RECKONED: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "div": lambda left, right: left / right,
    "mod": _remainder,
}
_COMPARED: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def _bounded(found: Decimal) -> Value:
    if not found.is_finite() or abs(found) >= LARGEST:
        return EMPTY
    return found if abs(found) > 1 / LARGEST else Decimal(0)


def _compared(sign: str, left: Value, right: Value) -> bool:
    """Texts are equal by their characters; truths by what counts as true; everything else is compared as numbers."""
    if sign in ("=", "!="):
        if isinstance(left, bool) or isinstance(right, bool):
            return (truth(left) == truth(right)) == (sign == "=")
        if isinstance(left, str) and isinstance(right, str):
            return (left == right) == (sign == "=")
    first, second = number(left), number(right)
    if first is None or second is None:
        return sign == "!="
    return _COMPARED[sign](first, second)


def _call(node: Call, ground: Ground) -> Value:
    if node.name == "if":
        condition, yes, no = node.values
        return _value(yes if truth(_value(condition, ground)) else no, ground)
    values = [_value(each, ground) for each in node.values]
    if node.pattern is not None:
        return node.pattern.matches(text(values[0]))
    return _FUNCTIONS[node.name](values, ground)


Values = list[Value]


def _over(values: Values, work: Callable[[list[Decimal]], Value]) -> Value:
    """Work over the numbers among the values: empty ones passed over, empty itself where something is no number."""
    found = [number(value) for value in values if value != EMPTY]
    numbers = [each for each in found if each is not None]
    return work(numbers) if len(numbers) == len(found) else EMPTY


def _rounded(values: Values, _ground: Ground) -> Value:
    found = number(values[0])
    places = number(values[1]) if len(values) > 1 else Decimal(0)
    if found is None or places is None:
        return EMPTY
    step = Decimal(1).scaleb(-max(-MAX_PLACES, min(MAX_PLACES, int(places))))
    # Divided first, because a number cannot be quantized to tens in one step.
    return _bounded((found / step).to_integral_value(ROUND_HALF_UP) * step)


def _whole(values: Values, _ground: Ground) -> Value:
    found = number(values[0])
    return EMPTY if found is None else found.to_integral_value(ROUND_DOWN)


def _as_number(values: Values, _ground: Ground) -> Value:
    found = number(values[0])
    return EMPTY if found is None else found


_FUNCTIONS: dict[str, Callable[[Values, Ground], Value]] = {
    "coalesce": lambda values, _: values[0] if text(values[0]) else values[1],
    "selected": lambda values, _: text(values[1]) in text(values[0]).split(),
    "count-selected": lambda values, _: Decimal(len(text(values[0]).split())),
    "string-length": lambda values, _: Decimal(len(text(values[0]))),
    "not": lambda values, _: not truth(values[0]),
    "number": _as_number,
    "int": _whole,
    "round": _rounded,
    "min": lambda values, _: _over(values, lambda numbers: min(numbers, default=EMPTY)),
    "max": lambda values, _: _over(values, lambda numbers: max(numbers, default=EMPTY)),
    "sum": lambda values, _: _over(values, lambda numbers: _bounded(sum(numbers, Decimal(0)))),
    "today": lambda _values, ground: ground.today.isoformat(),
    "true": lambda _values, _: True,
    "false": lambda _values, _: False,
}
