"""From a template, a place and a period to a document: every figure read together, then written into the text."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from yinling.base import clock
from yinling.base.period import Period
from yinling.figures import UNITS, Figure, Ratio, Wanted, measure_of, read_many
from yinling.figures import Table as Values
from yinling.network import Place
from yinling.office import Bar, Block, Grid, Layout, Run
from yinling.office import Chart as Bars
from yinling.reports import prose
from yinling.reports.blocks import Text as Prose
from yinling.reports.frame import Frame, Row
from yinling.reports.models import HUNDRED, ReportFigure
from yinling.reports.prose import PLAIN, Format
from yinling.reports.stacking import Stated, stated_by, summed
from yinling.reports.template import (
    Both,
    Broken,
    Chart,
    Cited,
    Compare,
    Condition,
    Difference,
    Either,
    If,
    Node,
    Not,
    Number,
    Parsed,
    Problem,
    Reading,
    Said,
    Share,
    Single,
    Table,
    Text,
)

Kind = ReportFigure.Kind
NONE = "–"
"""Stands in a table where there is no such figure: a share of nothing."""

COMPARE: dict[str, Callable[[Decimal, Decimal], bool]] = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CitedFigure:
    """A figure of a document: its mark, how it is printed, the figure read (and the one it is set against), its value.
    `stated`: for a sum of reports, what each of them states."""

    mark: str
    kind: ReportFigure.Kind
    text: str
    figure: Figure
    against: Figure | None
    value: Decimal | None
    stated: tuple[Stated, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolved:
    """A document, the figures it cites, what is missing (figures without a value, in words) and what is wrong with it."""

    layout: Layout
    figures: tuple[CitedFigure, ...]
    missing: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def ready(self) -> bool:
        """Whether it may be issued."""
        return not self.missing and not self.problems


def resolve(
    parsed: Parsed,
    *,
    place: Place,
    period: Period,
    title: str,
    issuer: str,
    on: date | None = None,
    known_at: int | None = None,
) -> Resolved:
    """The document a template gives for a place and a period, as known now or at a cut-off.

    `title` stands above it where the template has no heading of its own; `on` is the day it is dated. It is written in the
    language of the installation, whoever asks. Everything is read in a few statements whatever the number of figures.
    """
    with translation.override(settings.LANGUAGE_CODE):
        frame = Frame(place, period)
        nodes = list(_all(parsed.nodes))
        frame.learn(reading.place for node in nodes for reading in _readings(node))
        values = read_many(_wanted(frame, nodes), known_at)
        cited = [node for node in nodes if isinstance(node, Cited)]
        asked = {(found[0].card.key, found[2].key) for node in cited if (found := frame.wanted(node.reading))}
        stated = stated_by(frame.children(place.area_path), asked) if asked else {}
        writer = _Writer(frame, values, stated, issuer, on or clock.today())
        writer.write(parsed.nodes)
        own_title, blocks = writer.prose.finish()
        layout = Layout(issuer=issuer, title=own_title or title, blocks=blocks)
        problems = sorted([*parsed.problems, *frame.problems], key=lambda one: (one.at.line, one.at.column))
        return Resolved(layout, tuple(writer.figures), tuple(dict.fromkeys(writer.missing)), tuple(problems))


def _all(nodes: Iterable[Node]) -> Iterator[Node]:
    """Every node, those of all branches among them."""
    for node in nodes:
        yield node
        if isinstance(node, If):
            for _condition, inner in node.branches:
                yield from _all(inner)


def _readings(node: Node) -> Iterator[Reading]:
    """Every reading of a node."""
    match node:
        case Single() | Cited():
            yield node.reading
        case Share():
            yield from (node.part, node.whole)
        case Difference():
            yield from (node.to, node.since)
        case Table():
            yield from node.columns
        case Chart():
            yield node.column
        case If():
            for condition, _nodes in node.branches:
                yield from _compared(condition)


def _compared(condition: Condition | None) -> Iterator[Reading]:
    match condition:
        case Compare():
            yield from (side for side in (condition.left, condition.right) if isinstance(side, Reading))
        case Not():
            yield from _compared(condition.part)
        case Both() | Either():
            for part in condition.parts:
                yield from _compared(part)


def _wanted(frame: Frame, nodes: Iterable[Node]) -> Iterator[Wanted]:
    for node in nodes:
        for reading in _readings(node):
            found = frame.wanted(reading)
            if found is None:
                continue
            if isinstance(node, Table | Chart):
                yield from ((found[0], row.path, row.period) for row in frame.rows(node))
            if not isinstance(node, Chart):
                yield found


@dataclass
class _Writer:
    """Walks the tree once, printing what holds."""

    frame: Frame
    values: Values
    stated: Mapping[tuple[str, str], tuple[Stated, ...]]
    issuer: str
    on: date
    prose: Prose = field(default_factory=Prose)
    figures: list[CitedFigure] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def write(self, nodes: Sequence[Node]) -> None:
        for node in nodes:
            match node:
                case Text():
                    self.prose.words(node.text)
                case Broken():
                    self.prose.run(Run(f"〔{node.message}〕"))
                case Said():
                    self.prose.run(Run(self.said(node)))
                case If():
                    self.write(self.branch(node))
                case Table():
                    self.prose.block(self.grid(node))
                case Chart():
                    self.prose.block(self.chart(node))
                case _:
                    self.prose.run(self.run(node))

    def said(self, node: Said) -> str:
        match node.what:
            case "place":
                return self.frame.place.name
            case "period":
                return self.frame.period.label()
            case "issuer":
                return self.issuer
            case "date":
                return Period(self.on, self.on).label()

    def at(self, reading: Reading) -> Figure | None:
        found = self.frame.wanted(reading)
        return self.values.at(*found) if found else None

    def run(self, node: Single | Share | Difference | Cited) -> Run:
        """One figure in running text."""
        match node:
            case Single():
                figure = self.at(node.reading)
                return self.cite(Kind.SINGLE, node.form, figure, None, figure.value if figure else None)
            case Share():
                figure, whole = self.at(node.part), self.at(node.whole)
                value = share(figure, whole)
                return self.cite(Kind.SHARE, node.form, figure, whole, value, percent=True)
            case Difference():
                figure, before = self.at(node.to), self.at(node.since)
                return self.cite(Kind.DIFFERENCE, _in_points(node.form, figure), figure, before, less(figure, before))
            case Cited():
                figure = self.at(node.reading)
                if figure is None:
                    return Run(prose.missing())
                stated = self.stated[figure.measure.card.key, figure.period.key]
                return self.cite(Kind.CITED, node.form, figure, None, summed(figure.measure, stated), stated=stated)

    def cite(
        self,
        kind: ReportFigure.Kind,
        form: Format,
        figure: Figure | None,
        against: Figure | None,
        value: Decimal | None,
        *,
        percent: bool | None = None,
        stated: tuple[Stated, ...] = (),
    ) -> Run:
        """Print a value and keep what it was made from."""
        if figure is None:
            return Run(prose.missing())
        unit = UNITS["percent" if percent else figure.measure.card.unit]
        text = prose.write(value, form, places=unit.places, percent=unit.key == "percent", unit=str(unit.label))
        if value is None:
            self.lacks(figure)
        mark = f"f{len(self.figures) + 1}"
        self.figures.append(CitedFigure(mark, kind, text, figure, against, value, stated))
        return Run(text, mark)

    def lacks(self, figure: Figure) -> None:
        """Note that a figure has no value."""
        near = {one.area_path: one.short_name for one in (self.frame.place, *self.frame.places.values())}
        self.missing.append(
            _("%(figure)s (%(place)s, %(period)s)")
            % {
                "figure": figure.measure.card.label, "place": near.get(figure.path, figure.path),
                "period": figure.period.label(),
            }
        )  # fmt: skip

    # Conditions

    def branch(self, node: If) -> tuple[Node, ...]:
        """The branch that stands: the first whose condition holds, else the one without a condition."""
        for condition, nodes in node.branches:
            if condition is None or self.holds(condition):
                return nodes
        return ()

    def holds(self, condition: Condition) -> bool | None:
        """Whether a condition holds; None where a figure it turns on is missing (three-valued, so `not` does not turn what is
        unknown into what is so)."""
        match condition:
            case Compare():
                left, right = (self.operand(side) for side in (condition.left, condition.right))
                return None if left is None or right is None else COMPARE[condition.sign](left, right)
            case Not():
                inner = self.holds(condition.part)
                return None if inner is None else not inner
            case Both():
                answers = [self.holds(part) for part in condition.parts]
                return False if False in answers else None if None in answers else True
            case Either():
                answers = [self.holds(part) for part in condition.parts]
                return True if True in answers else None if None in answers else False
            case _:
                return None

    def operand(self, side: Number | Reading) -> Decimal | None:
        """The value of one side; a figure that decides a sentence is cited, though it prints nothing."""
        if isinstance(side, Number):
            return side.value
        figure = self.at(side)
        if figure is None:
            return None
        if figure.value is None:
            self.lacks(figure)
        known = {(one.figure.measure.card.key, one.figure.path, one.figure.period): one for one in self.figures
                 if one.kind == Kind.CONDITION}  # fmt: skip
        if (figure.measure.card.key, figure.path, figure.period) not in known:
            mark = f"f{len(self.figures) + 1}"
            self.figures.append(CitedFigure(mark, Kind.CONDITION, "", figure, None, figure.value))
        return figure.value

    # Tables and charts

    def grid(self, node: Table) -> Block:
        """A table. Its total, where asked for, is the place's own figure, never a sum of the rows."""
        rows: list[tuple[Run, ...]] = []
        wanted = [found for column in node.columns if (found := self.frame.wanted(column))]
        if node.total and wanted:
            rows.append((Run(_("Total")), *(self.in_table(self.values.at(*one)) for one in wanted)))
        for row in self.frame.rows(node):
            cells = [self.in_table(self.values.at(one[0], row.path, row.period)) for one in wanted]
            rows.append((Run(row.label), *cells))
        first = _("Place") if node.rows == "children" else _("Month")
        heads = node.heads or tuple(_head(column) for column in node.columns)
        return Grid(node.caption, (first, *heads), tuple(rows), (False, *(True for _head in heads)))

    def in_table(self, figure: Figure) -> Run:
        """A cell: the figure without its unit, which the head names."""
        if figure.value is None:
            return Run(NONE)
        return self.cite(Kind.SINGLE, IN_TABLE, figure, None, figure.value)

    def chart(self, node: Chart) -> Block:
        """Bars: places with the longest first, months in their order. Places without a value are left out."""
        column = self.frame.wanted(node.column)
        found: list[tuple[Row, Figure, Decimal]] = []
        for row in self.frame.rows(node) if column else ():
            assert column is not None
            figure = self.values.at(column[0], row.path, row.period)
            if figure.value is not None:
                found.append((row, figure, figure.value))
        if node.rows == "children":
            found.sort(key=lambda one: -one[2])
        longest = max((value for _row, _figure, value in found), default=Decimal(0))
        bars = [
            Bar(
                row.label, round(float(max(value, Decimal(0)) / longest), 4) if longest > 0 else 0.0,
                self.cite(Kind.SINGLE, PLAIN, figure, None, value),
            )
            for row, figure, value in found
        ]  # fmt: skip
        return Bars(node.caption or _head(node.column), tuple(bars))


IN_TABLE = Format(bare=True)


def share(part: Figure | None, whole: Figure | None) -> Decimal | None:
    """What share one count is of another, in percent; None where the other is nothing."""
    if part is None or whole is None or part.value is None or not whole.value:
        return None
    return part.value * HUNDRED / whole.value


def less(figure: Figure | None, before: Figure | None) -> Decimal | None:
    """By how much a figure exceeds another; None where either has no value."""
    if figure is None or before is None or figure.value is None or before.value is None:
        return None
    return figure.value - before.value


def _in_points(form: Format, figure: Figure | None) -> Format:
    """A difference of shares is one of percentage points, whatever else the format says."""
    if figure is None or not isinstance(figure.measure, Ratio) or form.bare:
        return form
    return Format(
        form.decimals, form.comma, form.scale, form.approximate, form.step, "", points=True, change=form.change
    )


def _head(column: Reading) -> str:
    card = measure_of(column.key).card
    return _("%(figure)s (%(unit)s)") % {"figure": card.label, "unit": UNITS[card.unit].label}
