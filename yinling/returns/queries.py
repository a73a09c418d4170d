"""Reads of rounds and returns that span tables; they take the viewer."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from yinling.base import clock
from yinling.base.paths import is_under, level_of, under
from yinling.base.period import Period
from yinling.base.rules import Actor
from yinling.figures import Table, table
from yinling.network import Place
from yinling.returns.actions.dictionary import normal
from yinling.returns.measures import round_measure
from yinling.returns.models import CHANGEABLE, DictionaryField, FormVersion, Return, Round
from yinling.returns.rules import CHECKERS, DESIGNERS, may_check, may_fill, may_see_returns


def rounds(viewer: Actor) -> QuerySet[Round]:
    """The rounds that concern a viewer: those over the area it works in, and those of offices in that area; newest first."""
    paths = [grant.path for grant in viewer.grants]
    concerned = Q(pk__in=[])
    for path in paths:
        above = [path[:width] for width in range(len(path) + 1)]
        concerned |= under(path) | Q(area_path__in=above)
    rows = Round.objects.all() if viewer.system else Round.objects.filter(concerned)
    return rows.select_related("form", "asked_by").order_by("-opened_on", "-pk")


def designs(viewer: Actor) -> QuerySet[FormVersion]:
    """The forms a designer sees: all of the offices in the area it works in, and what the offices above it published; each
    form together with its versions, the newest first."""
    seen = Q(pk__in=[])
    for path in viewer.reach(DESIGNERS):
        seen |= under(path) | (Q(area_path__in=[path[:width] for width in range(len(path))]) & ~Q(digest=""))
    rows = FormVersion.objects.all() if viewer.system else FormVersion.objects.filter(seen)
    return rows.select_related("owner").order_by("key", "-number")


def find_fields(text: str) -> QuerySet[DictionaryField]:
    """The fields of the dictionary whose label or key holds a text, by key. Every designer sees all of them: what can be asked
    is defined once for everybody."""
    rows = DictionaryField.objects.select_related("owner").order_by("key")
    wanted = normal(text)
    if not wanted:
        return rows
    return rows.filter(
        Q(label__contains=wanted) | Q(key__contains=wanted) | Q(definition__labels__en__icontains=text.strip())
    )


def returns_of(round_: Round, viewer: Actor) -> QuerySet[Return]:
    """The returns of a round that the viewer may see, in the order of the map."""
    rows = round_.returns.select_related("place", "body").order_by("area_path", "pk")
    return may_see_returns.filter(viewer, rows)


def takes_returns() -> Q:
    """The returns that are still worked on: of open rounds that have not expired, and those reopened since."""
    return Q(round__state=Round.State.OPEN, round__expires_on__gte=clock.today()) | Q(reopened=True)


def to_fill(viewer: Actor) -> QuerySet[Return]:
    """What the viewer is to fill in: returns of open rounds not handed in, or sent back; of its own units, or of all units
    in its area where it works in an office that is not the asking one."""
    rows = Return.objects.filter(takes_returns(), state__in=CHANGEABLE)
    return may_fill.filter(viewer, rows).select_related("round", "place", "body").order_by("round__due_on", "pk")


def to_check(viewer: Actor) -> QuerySet[Return]:
    """What waits to be checked at exactly the levels the viewer works at."""
    levels = {level_of(path) for path in viewer.reach(CHECKERS)}
    rows = Return.objects.filter(takes_returns(), state=Return.State.SUBMITTED, waits_at__in=levels)
    return may_check.filter(viewer, rows).select_related("round", "place", "body").order_by("round__due_on", "pk")


def progress(round_: Round, places: Sequence[Place], on: Period) -> Table:
    """How many returns of a round are in each state, by place, as figures."""
    measures = [round_measure(round_.pk), *(round_measure(round_.pk, state) for state in Return.State.values)]
    return table(measures, paths=[place.area_path for place in places], periods=[on])


def progress_root(round_: Round, viewer: Actor) -> str:
    """The widest area of a round that the viewer works in."""
    inside = [grant.path for grant in viewer.grants if is_under(grant.path, round_.area_path)]
    if viewer.system or any(is_under(round_.area_path, grant.path) for grant in viewer.grants):
        return round_.area_path
    return min(inside, key=len, default=round_.area_path)
