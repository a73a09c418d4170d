"""What stands above and below the rows of a list: choices and chips that narrow it, the ways to its other pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import QuerySet

from yinling.base.rules import Reason
from yinling.facts import head
from yinling.web.page import Request

Row = dict[str, object]


COUNTS = 2000
"""Lists whose counts a process keeps at most: a night in which nobody writes is no reason to fill the memory."""


class _Counts:
    """Counts of lists, all taken while the audit trail had one head."""

    def __init__(self) -> None:
        self._kept: tuple[bytes, dict[str, int]] = b"", {}

    def under(self, head: bytes) -> dict[str, int]:
        """The counts taken under this head; none yet where it is a new one. Requests side by side may see two heads: each
        then fills a dictionary of its own, and the later one stays."""
        kept = self._kept
        if kept[0] != head:
            kept = self._kept = head, {}
        return kept[1]


_counts = _Counts()


def count_of(rows: QuerySet[Any]) -> int:
    """How many rows a list has: counted when it is first shown, and again only after an action has written something.

    Who turns the pages of a register would count it anew on each, which takes longer than to find the page. Every write
    is an action and every action ends in the audit trail, so the head of the trail, read before counting, says whether
    a count still holds.
    """
    if connection.in_atomic_block:  # what this transaction wrote may never be
        return rows.count()
    counts = _counts.under(head())
    key = repr(rows.order_by().values("pk").query.sql_with_params())
    count = counts.get(key)
    if count is None:
        count = rows.count()
        if len(counts) < COUNTS:
            counts[key] = count
    return count


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
