"""Places: loaded from the national list, opened, renamed, recoded, moved, merged, split off, abolished. All dated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import Q, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, change, create, current, locked, note
from yinling.base.paths import WIDTHS, is_under, under
from yinling.base.rules import Actor, Refused
from yinling.facts import NewFact, all_kinds, hold, move_stocks, record_many, touch
from yinling.network.divisions import Division
from yinling.network.models import Body, Parameter, Place, PlaceChange, Relocation
from yinling.network.names import initials_of
from yinling.network.rules import may_change_places

CHUNK = 20_000
COPY_PLACES = (
    "COPY yinling_place (id, parent_id, area_path, level, kind, name, short_name, initials, code, opened, made_up) "
    "FROM STDIN"
)
SEGMENT = "0123456789abcdefghijklmnopqrstuvwxyz"


def place_dims(level: int, kind: str) -> dict[str, str]:
    """Dimensions of the fact that a place exists."""
    return {"level": str(level), "kind": kind}


@action("network.load_places", label=gettext_lazy("Load the list of places"), rule=may_change_places, records=["place"])
def load_places(*, divisions: Iterable[Division], on: date, source: str, by: Actor) -> int:
    """Load places (parents before children) as valid from the day `on`; returns how many. Refused if one is there already."""
    note(source=source, on=on)
    ids: dict[str, int] = {}
    count = 0
    pending = iter(divisions)
    while chunk := list(islice(pending, CHUNK)):
        rows = _with_ids(chunk, ids)
        with connection.cursor() as cursor, cursor.copy(COPY_PLACES) as copy:
            for pk, d in rows:
                made_up = d.code == ""
                copy.write_row(
                    (
                        pk,
                        ids.get(d.parent_path),
                        d.path,
                        d.level,
                        d.kind,
                        d.name,
                        d.short,
                        d.initials,
                        d.code,
                        on,
                        made_up,
                    )
                )
        record_many("place", (NewFact(place_dims(d.level, d.kind), pk, d.path, on) for pk, d in rows))
        count += len(rows)
    touch("place")
    note(places=count)
    return count


def _with_ids(chunk: list[Division], ids: dict[str, int]) -> list[tuple[int, Division]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('yinling_place_id_seq') FROM generate_series(1, %s)", [len(chunk)])
        fresh = [row[0] for row in cursor.fetchall()]
        unknown = {d.parent_path for d in chunk if d.parent_path} - ids.keys()
        cursor.execute("SELECT area_path, id FROM yinling_place WHERE area_path = ANY(%s)", [sorted(unknown)])
        ids.update(cursor.fetchall())
    rows = list(zip(fresh, chunk, strict=True))
    ids.update((d.path, pk) for pk, d in rows if d.level < len(WIDTHS))
    if orphans := [d.path for d in chunk if d.parent_path and d.parent_path not in ids]:
        raise Refused(_("The list does not hold the place above %(path)s.") % {"path": orphans[0]})
    return rows


@action(
    "network.open_place", label=gettext_lazy("Open a place"), rule=may_change_places, on="parent", records=["place"]
)
def open_place(*, parent: Place, level: int, kind: str, name: str, code: str = "", on: date, by: Actor) -> Place:
    """A new place under `parent` from the day `on`."""
    parent = locked(parent)  # so that two opened at once do not take the same path
    if parent.closed is not None:
        raise Refused(_("This place has already ended."))
    if not parent.level < level <= len(WIDTHS):
        raise Refused(_("A place must lie at a lower level than the place it belongs to."))
    return _new_place(parent, level, kind, name=name, code=code, on=on)


@action("network.rename_place", label=gettext_lazy("Rename a place"), rule=may_change_places, on="place")
def rename_place(*, place: Place, name: str, on: date, basis: str, by: Actor) -> Place:
    """The place has a new name from the day `on`; `basis` is the document that says so."""
    place = locked(place)
    _remember(place, PlaceChange.What.NAME, on, basis, before=place.name, after=name)
    return change(place, name=name, short_name=name, initials=initials_of(name))


@action("network.recode_place", label=gettext_lazy("Change a statistical code"), rule=may_change_places, on="place")
def recode_place(*, place: Place, code: str, on: date, basis: str, by: Actor) -> Place:
    """The place has a new 12-digit code from the day `on`; its path, and so every record, stays."""
    place = locked(place)
    _remember(place, PlaceChange.What.CODE, on, basis, before=place.code, after=code)
    return change(place, code=code)


@action(
    "network.move_place",
    label=gettext_lazy("Move a place"),
    rule=may_change_places,
    on="place",
    records=["place"],
    redraws_map=True,
)
def move_place(*, place: Place, parent: Place, on: date, basis: str, by: Actor) -> Place:
    """From the day `on` the place, with everything in it, belongs to `parent`. Earlier days keep the old map."""
    place, parent = locked(place), locked(parent)
    _may_change(place, on)
    may_change_places.demand(by, parent)
    if not parent.level < place.level or parent.closed or parent.opened > on or parent.pk == place.parent_id:
        raise Refused(_("Choose an existing place of a higher level that it does not belong to yet."))
    old_parent = place.parent
    _remember(
        place,
        PlaceChange.What.MOVE,
        on,
        basis,
        before=old_parent.name if old_parent else "",
        after=parent.name,
        other=parent,
    )
    _relocate(place, parent, on)
    place.refresh_from_db()
    return place


@action(
    "network.merge_places",
    label=gettext_lazy("Merge a place into another"),
    rule=may_change_places,
    on="place",
    records=["place"],
    redraws_map=True,
)
def merge_places(*, place: Place, into: Place, on: date, basis: str, by: Actor) -> Place:
    """From the day `on`, `place` is part of `into` (same level); what is in it belongs to `into`. Returns `into`."""
    place, into = locked(place), locked(into)
    _may_change(place, on)
    may_change_places.demand(by, into)
    if place.pk == into.pk or place.level != into.level or into.closed or into.opened > on:
        raise Refused(_("A place can only be merged into another existing place of the same level."))
    # Abolished children go along, so that on today's map what they recorded lies where they would lie, and in no other.
    merged_away = Relocation.objects.values("old_path")
    for child in place.children.exclude(area_path__in=merged_away).order_by("area_path"):
        _remember(child, PlaceChange.What.MOVE, on, basis, before=place.name, after=into.name, other=into)
        _relocate(child, into, on)
    _remember(place, PlaceChange.What.MERGE, on, basis, before=place.name, after=into.name, other=into)
    hold("place", source=place.pk, path=place.area_path, on=on, quantity=0, dims=place_dims(place.level, place.kind))
    move_stocks(old=place.area_path, new=into.area_path, on=on, kinds=_stock_kinds(but="place"))
    _repoint_rows(place, into)
    _note_relocation(place.area_path, into.area_path, on)
    change(place, closed=on)
    return into


@action(
    "network.split_place",
    label=gettext_lazy("Split a place"),
    rule=may_change_places,
    on="place",
    records=["place"],
    redraws_map=True,
)
def split_place(
    *, place: Place, name: str, code: str = "", taking: list[Place], on: date, basis: str, by: Actor
) -> Place:
    """From the day `on`, a new place of the same level takes the children `taking` out of `place`. Returns the new one."""
    place, taking = locked(place), [locked(child) for child in taking]
    _may_change(place, on)
    if place.parent is None or any(child.parent_id != place.pk or child.closed for child in taking):
        raise Refused(_("Only places that belong to the place being split can go to the new one."))
    new = _new_place(place.parent, place.level, place.kind, name=name, code=code, on=on)
    _remember(new, PlaceChange.What.SPLIT, on, basis, before=place.name, after=name, other=place)
    for child in taking:
        _remember(child, PlaceChange.What.MOVE, on, basis, before=place.name, after=name, other=new)
        _relocate(child, new, on)
    return new


@action(
    "network.close_place",
    label=gettext_lazy("Abolish a place"),
    rule=may_change_places,
    on="place",
    records=["place"],
    redraws_map=True,
)
def close_place(*, place: Place, on: date, basis: str, by: Actor) -> Place:
    """The place ends on the day `on`. Refused while it has places or bodies."""
    place = locked(place)
    _may_change(place, on)
    if place.children.filter(closed__isnull=True).exists():
        raise Refused(_("Places still belong to it; move or merge them first."))
    if Body.objects.filter(place=place, dissolved__isnull=True, withdrawn=False).exists():
        raise Refused(_("Bodies are still registered there; merge the place into another instead."))
    _remember(place, PlaceChange.What.CLOSE, on, basis, before=place.name)
    hold("place", source=place.pk, path=place.area_path, on=on, quantity=0, dims=place_dims(place.level, place.kind))
    return change(place, closed=on)


def _may_change(place: Place, on: date) -> None:
    if place.closed is not None:
        raise Refused(_("This place has already ended."))
    if on < place.opened:
        raise Refused(_("The day lies before the place was opened."))
    if on > clock.today():
        # Rows get their new paths at once; until that day nothing could be recorded of them.
        raise Refused(_("The day lies in the future."))


def _new_place(parent: Place, level: int, kind: str, *, name: str, code: str, on: date) -> Place:
    """A new place on a path never used before, counted from the day `on`."""
    place = create(
        Place(
            parent=parent,
            area_path=_free_path(parent, level),
            level=level,
            kind=kind,
            name=name,
            short_name=name,
            initials=initials_of(name),
            code=code,
            opened=on,
            made_up=code == "",
        )
    )
    hold("place", source=place.pk, path=place.area_path, on=on, dims=place_dims(level, kind))
    return place


def _remember(
    place: Place,
    what: PlaceChange.What,
    on: date,
    basis: str,
    *,
    before: str,
    after: str = "",
    other: Place | None = None,
) -> None:
    create(
        PlaceChange(
            place=place,
            area_path=place.area_path,
            what=what,
            before=before,
            after=after,
            other=other,
            on=on,
            basis=basis,
            entry_id=current().entry_id,
        )
    )


def _free_path(parent: Place, level: int, wanted: str = "") -> str:
    """A path under `parent` that was never used: with the segment `wanted` if that is free, else the highest plus one."""
    head = parent.area_path.ljust(WIDTHS[level - 2], "0") if level > 1 else ""
    width = WIDTHS[level - 1]
    used = set(Place.objects.filter(under(head)).filter(level=level).values_list("area_path", flat=True))
    used.update(Relocation.objects.filter(under(head, "old_path")).values_list("old_path", flat=True))
    if wanted and head + wanted not in used:
        return head + wanted
    for segment in _segments(width - len(head)):
        if head + segment not in used:
            return head + segment
    raise Refused(_("No free code is left under this place."))


def _segments(size: int) -> Iterator[str]:
    # Codes of the national list are digits; a segment that begins with a letter can never meet a later one of theirs.
    for first in SEGMENT[10:]:
        for number in range(len(SEGMENT) ** (size - 1)):
            rest, tail = number, ""
            for _step in range(size - 1):
                rest, digit = divmod(rest, len(SEGMENT))
                tail = SEGMENT[digit] + tail
            yield first + tail


def _relocate(place: Place, parent: Place, on: date) -> None:
    """Give the subtree of `place` new paths under `parent` and carry over all that is open in it."""
    old = place.area_path
    segment = old[WIDTHS[place.level - 2] :]
    new = _free_path(parent, place.level, wanted=segment)
    touch("place")  # what lies in the place moves with it, of whatever kind: the kinds above are not known here
    move_stocks(old=old, new=new, on=on, kinds=_stock_kinds())
    for model in _placed_models():
        _repath(model, old, new)
    _repath(Place, old, new)
    Place.objects.filter(pk=place.pk).update(parent=parent)
    _note_relocation(old, new, on)
    note(place=place.pk, path_before=old, path_after=new)


def _repath(model: type[models.Model], old: str, new: str) -> None:
    path = Concat(Value(new), Substr("area_path", len(old) + 1), output_field=models.CharField())
    model._base_manager.filter(under(old)).update(area_path=path)


def _note_relocation(old: str, new: str, on: date) -> None:
    """What lay under `old` lies under `new`: of that itself, of what came there earlier, and of the part of `old` in
    whatever came, as a whole, to a place around it."""
    moves = dict(Relocation.objects.values_list("old_path", "area_path"))
    for source, target in sorted(moves.items()):
        part = source + old[len(target) :]
        if old != target and is_under(old, target) and max(filter(part.startswith, moves), key=len) == source:
            Relocation.objects.create(old_path=part, area_path=new, on=on)
    Relocation.objects.filter(under(old)).update(
        area_path=Concat(Value(new), Substr("area_path", len(old) + 1), output_field=models.CharField())
    )
    Relocation.objects.create(old_path=old, area_path=new, on=on)


def _repoint_rows(place: Place, into: Place) -> None:
    """Every row that names `place` as its place names `into`. Left out are rows of which a table says, in `speaks_for_place`,
    that the place itself speaks there: what it answered stays its own. A number that the place had set ends with it: where
    it goes, that place's own number holds."""
    taken = Body.objects.filter(place=into, withdrawn=False, dissolved__isnull=True).values("kind", "name")
    for body in Body.objects.filter(place=place, withdrawn=False, dissolved__isnull=True):
        if {"kind": body.kind, "name": body.name} in taken:
            change(body, name=f"{body.name}（{place.short_name}）")
    for model in _placed_models():
        if model in (PlaceChange, Parameter):
            continue
        for column in model._meta.concrete_fields:
            if column.related_model is Place:
                own = getattr(model, "speaks_for_place", Q(pk__in=[]))
                model._base_manager.filter(**{column.name: place}).exclude(own).update(**{column.name: into})
        _repath(model, place.area_path, into.area_path)


def _stock_kinds(but: str = "") -> list[str]:
    return [kind.key for kind in all_kinds() if kind.mode == "stock" and kind.key != but]


def _placed_models() -> list[type[models.Model]]:
    """Every table whose rows follow when their place changes: all that carry a path, but for the append-only ones and the
    places themselves."""
    fixed = {"fact", "total", "entry", "evidence", "frozen", "place", "relocation"}
    found: list[Any] = [
        model
        for model in apps.get_app_config("yinling").get_models()
        if model._meta.model_name not in fixed and any(f.name == "area_path" for f in model._meta.concrete_fields)
    ]
    return found
