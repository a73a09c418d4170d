"""The choices that a list is narrowed by."""

from __future__ import annotations

from collections.abc import Iterable

from yinling.base.rules import Reason


def select(name: str, label: str, options: Iterable[tuple[object, Reason]], chosen: object) -> dict[str, object]:
    """A choice as the tools of a list show it: its `options` as value and words, the `chosen` value marked."""
    shown = [{"value": value, "label": str(words), "selected": value == chosen} for value, words in options]
    return {"name": name, "label": label, "options": shown}
