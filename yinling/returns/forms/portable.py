"""Expressions as other tools that read XLSForm understand them."""

from __future__ import annotations

from decimal import Decimal

from yinling.returns.forms.encoding import plain
from yinling.returns.forms.expressions import Answer, Call, Chain, Constant, Negative, Node, Own, parse, walk

_TRUTHS = frozenset(("=", "!=", "<", "<=", ">", ">=", "and", "or"))
_TRUE_CALLS = frozenset(("selected", "regex", "not", "true", "false"))
_NUMBER_CALLS = frozenset(("count-selected", "string-length", "number", "int", "round", "min", "max", "sum"))


def portable(text: str) -> str:
    """The expression as it stands, unless it says something that XLSForm says otherwise: last(${name}) is
    ${last-saved#name} there, sum() takes no list, round() wants its places."""
    root = parse(text).root
    return _written(root) if any(_is_ours(node) for node in walk(root)) else text


def gives_number(node: Node) -> bool:
    """Whether a calculation by this tree gives a number (or truth), as far as the tree alone tells."""
    if isinstance(node, Constant):
        return isinstance(node.value, Decimal)
    if isinstance(node, Call):
        if node.name in ("if", "coalesce"):
            return all(gives_number(each) for each in node.values[-2:])
        return node.name in _NUMBER_CALLS | _TRUE_CALLS
    return isinstance(node, Chain | Negative)


def _is_ours(node: Node) -> bool:
    if isinstance(node, Call):
        return node.name == "sum" or (node.name == "round" and len(node.values) == 1)
    return isinstance(node, Answer) and node.of_last


def _written(node: Node) -> str:
    if isinstance(node, Constant):
        return plain(node.value) if isinstance(node.value, Decimal) else quoted(node.value)
    if isinstance(node, Call):
        return _call(node)
    if isinstance(node, Answer):
        return f"${{last-saved#{node.name}}}" if node.of_last else f"${{{node.name}}}"
    if isinstance(node, Own):
        return "."
    if isinstance(node, Negative):
        return f"-{_inner(node.of)}"
    return " ".join((_inner(node.first), *(f"{sign} {_inner(each)}" for sign, each in node.rest)))


def _call(node: Call) -> str:
    values = [_written(each) for each in node.values]
    if node.name == "sum":
        return f"({' + '.join(f'coalesce({value}, 0)' for value in values)})"
    if node.name == "round" and len(values) == 1:
        values.append("0")
    return f"{node.name}({', '.join(values)})"


def _inner(node: Node) -> str:
    return f"({_written(node)})" if isinstance(node, Chain | Negative) else _written(node)


def quoted(text: str) -> str:
    """A text as a constant. XPath has no escapes: a text with both kinds of quotes cannot be written (ValueError)."""
    sign = '"' if "'" in text else "'"
    if sign in text:
        raise ValueError("a text with both kinds of quotes cannot be written")
    return f"{sign}{text}{sign}"
