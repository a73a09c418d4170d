"""Geometry of the line chart that the server draws: from values to SVG coordinates, in units of the view box."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

Value = Decimal | float | int | None

WIDTH, HEIGHT = 360, 190
TOP, BOTTOM, LEFT_PAD, END_PAD = 12, 24, 8, 8
WIDE_CHAR, NARROW_CHAR = 11.8, 7.6
MAX_END_WIDTH = 150.0
LINE_STEP = 15.0
MAX_LABELS = 6
TICKS = 3
# Below these a difference is no difference: figures are published with a few decimals at most.
SAME, FINEST = 1e-6, 1e-6


@dataclass(frozen=True)
class Series:
    """One line: points are (label of the period, value); None is "not reported" and leaves a gap in the line."""

    label: str
    points: Sequence[tuple[str, Value]]
    emphasised: bool = False


@dataclass(frozen=True)
class Mark:
    """A place in the drawing with its text."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Line:
    """One drawn line; `end` is the label at its last point, None for a series without values."""

    label: str
    path: str
    dots: list[Mark]
    end: Mark | None
    main: bool


@dataclass(frozen=True)
class Chart:
    """Everything components/trend.html prints."""

    summary: str
    width: int
    height: int
    left: float
    right: float
    ticks: list[Mark]
    labels: list[Mark]
    lines: list[Line]
    table_head: list[str]
    table_rows: list[tuple[str, list[str]]]


@dataclass(frozen=True)
class _Scale:
    left: float
    right: float
    low: float
    high: float
    count: int

    def x(self, index: int) -> float:
        share = index / (self.count - 1) if self.count > 1 else 0.5
        return round(self.left + share * (self.right - self.left), 1)

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP), 1)


def text(value: Value) -> str:
    """Print a value with the reader's separators; nothing reported is a dash."""
    return "—" if value is None else str(number_format(value))


def draw(series: Sequence[Series], unit: str = "") -> Chart | None:
    """Lay out the chart; None when no series has a value. Series are matched by the labels of their points."""
    labels = list(dict.fromkeys(label for line in series for label, _value in line.points))
    values = [float(value) for line in series for _label, value in line.points if value is not None]
    if not values:
        return None
    low, high, step = _nice(min(values), max(values))
    ticks = [low + step * i for i in range(round((high - low) / step) + 1)]
    tick_texts = [text(round(tick, 6) if step % 1 else int(tick)) for tick in ticks]
    left = max(_width(tick) for tick in tick_texts) + LEFT_PAD
    ends = {line.label: f"{line.label} {text(_last(line))}{unit}" for line in series}
    right = WIDTH - min(MAX_END_WIDTH, max(_width(end) for end in ends.values())) - END_PAD
    scale = _Scale(left, right, low, high, len(labels))
    # The emphasised line is drawn last, so that it lies on top of the others.
    ordered = sorted(series, key=lambda line: line.emphasised)
    return Chart(
        summary="; ".join(_("%(label)s, last value") % {"label": end} for end in ends.values()),
        width=WIDTH,
        height=HEIGHT,
        left=left,
        right=right,
        ticks=[Mark(left, scale.y(tick), tick_text) for tick, tick_text in zip(ticks, tick_texts, strict=True)],
        labels=[Mark(scale.x(i), HEIGHT, labels[i]) for i in _thinned(len(labels))],
        lines=_spread([_line(line, labels, scale, ends[line.label], unit) for line in ordered]),
        table_head=[line.label for line in series],
        table_rows=[(label, [text(dict(line.points).get(label)) for line in series]) for label in labels],
    )


def _line(line: Series, labels: list[str], scale: _Scale, end_text: str, unit: str) -> Line:
    values = dict(line.points)
    dots: list[Mark] = []
    path: list[str] = []
    pen_down = False
    for index, label in enumerate(labels):
        value = values.get(label)
        if value is None:
            pen_down = False
            continue
        x, y = scale.x(index), scale.y(float(value))
        path.append(f"{'L' if pen_down else 'M'}{x} {y}")
        dots.append(Mark(x, y, f"{line.label} {label}: {text(value)}{unit}"))
        pen_down = True
    end = Mark(dots[-1].x + END_PAD, dots[-1].y, end_text) if dots else None
    return Line(line.label, "".join(path), dots, end, line.emphasised)


def _spread(lines: list[Line]) -> list[Line]:
    """Move the labels at the line ends apart where they would overprint, downwards and then back up from the floor."""
    ends = sorted((line.end.y, index) for index, line in enumerate(lines) if line.end)
    heights: list[float] = []
    for y, _index in ends:
        heights.append(max(y, heights[-1] + LINE_STEP) if heights else y)
    floor = HEIGHT - BOTTOM + LINE_STEP / 2
    for place in range(len(heights) - 1, -1, -1):
        heights[place] = min(heights[place], floor)
        floor = heights[place] - LINE_STEP
    moved = {index: height for (_y, index), height in zip(ends, heights, strict=True)}
    return [
        Line(line.label, line.path, line.dots, Mark(line.end.x, moved[i], line.end.text), line.main)
        if line.end
        else line
        for i, line in enumerate(lines)
    ]


def _nice(low: float, high: float) -> tuple[float, float, float]:
    """Round limits and step for about three intervals. Zero is kept in view unless it would flatten every line."""
    level = high - low <= SAME * max(abs(low), abs(high))
    if level or 0 <= low < high / 2:
        low, high = min(0.0, low), max(0.0, high)
    rough = max((high - low) / TICKS, FINEST)
    magnitude = 10.0 ** math.floor(math.log10(rough))
    step = next(magnitude * factor for factor in (1, 2, 2.5, 5, 10) if magnitude * factor >= rough)
    bottom, top = math.floor(low / step), math.ceil(high / step)
    return bottom * step, max(top, bottom + 1) * step, step


def _thinned(count: int) -> Iterable[int]:
    """Which labels to print: all if they fit, else evenly spaced with the last one always among them."""
    stride = math.ceil(count / MAX_LABELS)
    return range((count - 1) % stride, count, stride)


def _last(line: Series) -> Value:
    return next((value for _label, value in reversed(line.points) if value is not None), None)


def _width(label: str) -> float:
    return sum(WIDE_CHAR if unicodedata.east_asian_width(char) in "WF" else NARROW_CHAR for char in label)
