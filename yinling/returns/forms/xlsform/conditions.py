"""Expressions of an XLSForm in our own spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from yinling.base.invalid import Invalid
from yinling.returns.forms.expressions import Chain, Constant, Negative, Node, Own, parse, tokens
from yinling.returns.forms.portable import portable

_LAST = re.compile(r"last-saved#(.+)")


def translated(text: str, keys: Mapping[str, str], *, own: bool = False) -> str:
    """The expression with questions by their keys, ${last-saved#name} as last(${key}). Raises Invalid where it is not
    understood or uses what is not imported (`keys` holds what is)."""
    found = " ".join(text.replace("\xa0", " ").split("\n")).replace("\t", " ").strip()
    for token in reversed(list(tokens(found))):
        if token.kind != "name":
            continue
        name = token.text.strip()
        last = _LAST.fullmatch(name)
        name = last[1] if last else name
        if name not in keys:
            raise Invalid("name", _("It uses “%(name)s”, which is not imported.") % {"name": name[:60]})
        written = f"last(${{{keys[name]}}})" if last else f"${{{keys[name]}}}"
        found = found[: token.at] + written + found[token.at + len(token.text) + len("${}") :]
    if parse(found).uses_own and not own:
        raise Invalid(
            "own", _("The point stands for the answer that is checked; only a condition for answers has one.")
        )
    return found


def chosen(standard: str, ours: str) -> str:
    """Our own expression, unless somebody has changed the standard's beside it."""
    if not ours:
        return standard
    try:
        return ours if portable(ours) == standard else standard
    except Invalid:
        return standard


def both(conditions: Iterable[str]) -> str:
    """All conditions as one."""
    given = [each for each in conditions if each]
    return given[0] if len(given) == 1 else " and ".join(f"({each})" for each in given)


def bounds(constraint: str) -> tuple[Decimal | None, Decimal | None] | None:
    """The smallest and largest value, if a condition says these and nothing else."""
    root = parse(constraint).root
    nodes = [root]
    if isinstance(root, Chain) and all(sign == "and" for sign, _node in root.rest):
        nodes = [root.first, *(node for _sign, node in root.rest)]
    found: dict[str, Decimal] = {}
    for node in nodes:
        bound = _bound(node)
        if bound is None or bound[0] in found:
            return None
        found[bound[0]] = bound[1]
    return found.get(">="), found.get("<=")


def _bound(node: Node) -> tuple[str, Decimal] | None:
    if not isinstance(node, Chain) or not isinstance(node.first, Own) or len(node.rest) != 1:
        return None
    sign, limit = node.rest[0]
    negative = isinstance(limit, Negative)
    value = limit.of if isinstance(limit, Negative) else limit
    if sign not in (">=", "<=") or not isinstance(value, Constant) or not isinstance(value.value, Decimal):
        return None
    return sign, -value.value if negative else value.value
