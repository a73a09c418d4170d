"""What stands above and below the rows of a list: choices and chips that narrow it, the ways to its other pages."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from yinling.base.rules import Reason
from yinling.web.page import Request

Row = dict[str, object]


def select(name: str, label: str, options: Iterable[tuple[object, Reason]], chosen: object) -> Row:
    """A choice that narrows a list: its `options` as value and words, the `chosen` value marked."""
    shown = [{"value": value, "label": str(words), "selected": value == chosen} for value, words in options]
    return {"name": name, "label": label, "options": shown}


def chip(query: dict[str, str], name: str, value: str, label: str, group: str, active: bool) -> Row:
    """A chip that narrows a list by one value, or takes that away again."""
    rest = {key: kept for key, kept in query.items() if key != name}
    address = "?" + urlencode(rest if active else {**rest, name: value})
    return {"label": label, "group": group, "active": active, "url": address}


def page_number(request: Request) -> int:
    """The page of a list that an address asks for, from 0; the first for anything that is none."""
    text = request.GET.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("10000") else 0


def turning(query: dict[str, str], number: int, *, more: bool) -> Row:
    """The ways to the pages before and after, keeping what the address says."""

    def to(other: int) -> str:
        return "?" + urlencode({**query, "page": str(other)})

    return {"text": "", "prev_url": to(number - 1) if number else "", "next_url": to(number + 1) if more else ""}
