"""Service hours on the desk: the records of an area, what waits to be confirmed, one record with its history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from yinling.base.paths import prefixes
from yinling.base.period import year
from yinling.base.rules import Actor
from yinling.facts import Entry, entries_about
from yinling.figures import table
from yinling.hours import (
    GRADED,
    HOURS,
    SERVED,
    Attendance,
    Confirmed,
    Grade,
    Source,
    State,
    attendance_visible,
    confirm_many,
    may_see_hours,
    why_not,
)
from yinling.network import Place, place_at
from yinling.web.cells import Cell, cell
from yinling.web.happened import Names, history
from yinling.web.hour_words import day_and_time, length, names_of, span, state_cell
from yinling.web.list_tools import select
from yinling.web.page import Request, address_of, attempt, found, page
from yinling.web.rounds import id_of
from yinling.web.session_words import way_to

SIZE = 50
NAMED = 5
"""Records left out of a confirmation whose reasons are shown."""


@page("hours/", name="hours", rule=may_see_hours, methods="GET POST")
def list_page(request: Request) -> HttpResponse:
    """The records of the viewer's area, the newest first; many confirmed in one act."""
    if request.method == "POST":
        _confirm_many(request)
        return redirect(request.get_full_path())
    rows = _wanted(request)
    after = id_of(request.GET.get("after", ""))
    shown = list(_after(rows, after).select_related("person", "session__activity", "session__place")[: SIZE + 1])
    query = request.GET.copy()
    query.pop("after", None)
    following = f"?{query.urlencode()}&after={shown[SIZE - 1].pk}" if len(shown) > SIZE else ""
    labels = (
        _("Volunteer"),
        _("Day"),
        _("Time"),
        _("Length"),
        _("What took place"),
        _("Place"),
        _("Grade"),
        _("State"),
    )
    listing = {
        "title": _("Service hours"),
        "count_text": _counted(rows),
        "actions": _actions(),
        "search": {"q": request.GET.get("q", ""), "placeholder": _("Name or volunteer number")},
        "selects": _selects(request),
        "hidden": [
            {"name": key, "value": str(value)} for key, value in query.items() if key not in {"q", "source", "place"}
        ],
        "filters": list(_chips(request)),
        "columns": [{"label": label, "numeric": label == labels[3]} for label in labels],
        "rows": list(_rows(shown[:SIZE])),
        "bulk": {"url": request.get_full_path(), "verbs": [{"name": "confirm", "label": _("Confirm")}]},
        "pagination": {
            "text": "", "next_url": following, "prev_url": f"?{query.urlencode()}" if after is not None else "",
        },
        "empty": {
            "title": _("No record matches."),
            "hint": _("Presence is recorded at sessions: by scanning a code, on the host's list, or from a paper sheet."),
        },
    }  # fmt: skip
    return render(request, "pages/list.html", {"page": listing, "crumbs": [{"label": listing["title"]}]})


def _wanted(request: Request) -> QuerySet[Attendance]:
    get, rows = request.GET.get, attendance_visible(request.actor)
    if get("state", "") in State.values:
        rows = rows.filter(state=get("state"))
    if get("grade", "") in Grade.values:
        rows = rows.filter(grade=get("grade"))
    if get("source", "") in Source.values:
        rows = rows.filter(source=get("source"))
    if (place := get("place", "")).isascii() and place.isalnum():
        rows = rows.filter(area_path__under=place)
    for key, column in (("session", "session"), ("batch", "batch_id"), ("person", "person")):
        if (number := id_of(get(key, ""))) is not None:
            rows = rows.filter(**{column: number})
    if (day := _day(get("day", ""))) is not None:
        rows = rows.filter(day=day)
    if keys := [number for text in get("ids", "").split(",") if (number := id_of(text)) is not None]:
        rows = rows.filter(pk__in=keys)
    if text := get("q", "").replace("\0", "").strip():
        rows = rows.filter(Q(person__name__startswith=text) | Q(person__volunteer__number=text.upper()))
    return rows.order_by("-day", "-pk")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _after(rows: QuerySet[Attendance], after: int | None) -> QuerySet[Attendance]:
    edge = Attendance.objects.filter(pk=after).values_list("day", flat=True).first() if after is not None else None
    return rows if edge is None else rows.filter(Q(day__lt=edge) | Q(day=edge, pk__lt=after))


MANY = 10_000
"""So many records are counted; of more it is said that there are more."""


def _counted(rows: QuerySet[Attendance]) -> str:
    count = rows.order_by()[: MANY + 1].count()
    if count > MANY:
        return _("more than %(count)s records") % {"count": MANY}
    return ngettext("%(count)s record", "%(count)s records", count) % {"count": count}


def _rows(shown: list[Attendance]) -> Iterator[dict[str, object]]:
    for row in shown:
        yield {
            "url": address_of("attendance", pk=row.pk), "key": row.pk,
            "cells": [
                {"text": row.person.masked_name}, {"text": row.day.isoformat()}, {"text": span(row)},
                {"text": length(row.minutes) if row.ended_at else "–"}, {"text": row.session.activity.title},
                {"text": row.session.place.short_name}, {"text": row.grade}, state_cell(row),
            ],
        }  # fmt: skip


def _actions() -> list[dict[str, object]]:
    listed = (
        (_("Impossible hours"), address_of("hours-impossible")), (_("Objections"), address_of("objections")),
        (_("Take over old records"), address_of("import-new", key="hours")),
    )  # fmt: skip
    return [{"label": label, "url": url} for label, url in listed]


def _chips(request: Request) -> Iterator[dict[str, object]]:
    for name, group, choices in (
        ("state", _("State"), State.choices),
        ("grade", _("Grade of evidence"), Grade.choices),
    ):
        chosen = request.GET.get(name, "")
        for value, label in choices:
            query = request.GET.copy()
            query.pop("after", None)
            if value == chosen:
                query.pop(name)
            else:
                query[name] = value
            yield {"label": label, "group": group, "active": value == chosen, "url": f"?{query.urlencode()}"}
    for name, what in (
        ("day", _("On")),
        ("batch", _("Import")),
        ("session", _("Session")),
        ("ids", _("Chosen records")),
    ):
        if request.GET.get(name):
            query = request.GET.copy()
            query.pop(name)
            value = "" if name == "ids" else request.GET[name][:20]
            yield {"label": f"{what} {value}", "group": "", "active": True, "url": f"?{query.urlencode()}"}


def _selects(request: Request) -> list[dict[str, object]]:
    home = place_at(request.actor.home) if request.actor.home else None
    below = Place.objects.filter(parent=home, closed=None).order_by("area_path") if home else Place.objects.none()
    chosen, source = request.GET.get("place", ""), request.GET.get("source", "")
    places = [("", _("the whole area")), *below.values_list("area_path", "short_name")[:100]]
    return [
        select("place", _("Place"), places, chosen),
        select("source", _("Recorded how"), [("", _("any way")), *Source.choices], source),
    ]


def _confirm_many(request: Request) -> None:
    """Confirm what was ticked; or, of an import, everything."""
    ids = [pk for text in request.POST.getlist("ids") if (pk := id_of(text)) is not None]
    area = place_at(request.actor.home) if request.actor.home else None
    if not ids:
        messages.warning(request, _("Tick the records first."))
    elif area is None:
        messages.error(request, _("This lies outside the area you are responsible for."))
    else:
        attempt(request, lambda: confirm_many(area=area, ids=ids, by=request.actor), partial(tell, request))


def tell(request: Request, done: Confirmed) -> None:
    """Say what confirming many did, and why the others were left."""
    if done.count:
        text = ngettext("%(count)s record confirmed.", "%(count)s records confirmed.", done.count)
        messages.success(request, text % {"count": done.count})
    if done.left_out:
        reasons: dict[str, int] = {}
        for one in done.left:
            reasons[str(one.reason)] = reasons.get(str(one.reason), 0) + 1
        for reason, count in list(reasons.items())[:NAMED]:
            text = ngettext(
                "%(count)s record was not confirmed: %(reason)s",
                "%(count)s records were not confirmed: %(reason)s",
                count,
            )
            messages.warning(request, text % {"count": count, "reason": reason})


@page("hours/<int:pk>/", name="attendance", rule=may_see_hours)
def detail_page(request: Request, pk: int) -> HttpResponse:
    """One record: who, where, from when to when, on what evidence, what it counts, what happened to it."""
    row = record(request, pk)
    names = names_of([row.recorded_by, row.ended_by, row.confirmed_by])
    entries = list(entries_about({"attendance": [row.pk]}))
    known = {entry.pk for entry in entries}
    more = Entry.objects.filter(pk__in={row.entry_id, row.changed_by} - known)
    entries = sorted([*entries, *more], key=lambda entry: -entry.seq)
    detail = {
        "title": f"{row.person.masked_name} · {row.day.isoformat()}",
        "subtitle": row.session.activity.title,
        "signal": {"level": state_cell(row)["signal"], "text": row.get_state_display()},
        "intro": row.why,
        "facts": _facts(row, dict(names)),
        "sections": [_others(request.actor, row)],
        "history": history(entries, Names(paths={row.area_path: row.session.place.short_name})),
        "verbs": _verbs(request.actor, row),
        "counts_towards": _figures(row) if row.state == State.CONFIRMED and row.serves else [],
    }
    crumbs = [{"label": _("Service hours"), "url": address_of("hours")}, {"label": detail["title"]}]
    return render(request, "pages/detail.html", {"page": detail, "crumbs": crumbs})


def record(request: Request, pk: int) -> Attendance:
    """A record of the viewer's area with what a page shows of it; 404 otherwise."""
    rows = Attendance.objects.select_related(
        "person__volunteer", "session__activity__project", "session__activity__organiser", "session__place"
    )
    return found(may_see_hours, request.actor, rows, pk=pk)


def _facts(row: Attendance, names: dict[int | None, str]) -> list[dict[str, object]]:
    volunteer = getattr(row.person, "volunteer", None)
    session = way_to("session", row.session_id)
    facts: list[dict[str, object]] = [
        {"label": _("Volunteer"), "value": row.person.masked_name, "note": volunteer.number if volunteer else ""},
        {"label": _("Session"), "value": row.session.activity.title, **({"url": session} if session else {})},
        {"label": _("Organiser"), "value": row.session.activity.organiser.name},
        {"label": _("Place"), "value": row.session.where},
        {"label": _("Time"), "value": f"{row.day.isoformat()} {span(row)}"},
        {"label": _("Length"), "value": length(row.minutes) if row.ended_at else _("still present")},
        {
            "label": _("Counts as service"),
            "value": length(row.counted) if row.serves else _("no service: presence only"),
        },
        {"label": pgettext("of a session", "Role"), "value": row.role or "–", "note": row.remark},
        {"label": _("Grade of evidence"), "value": row.get_grade_display(), "note": row.get_source_display()},
        {"label": _("Recorded by"), "value": names.get(row.recorded_by, "–"), "note": day_and_time(row.recorded_at)},
    ]
    if row.ended_at and row.ended_by != row.recorded_by:
        facts.append({"label": _("End noted by"), "value": names.get(row.ended_by, "–")})
    if row.confirmed_at:
        facts.append(
            {
                "label": _("Confirmed by"),
                "value": names.get(row.confirmed_by, "–"),
                "note": day_and_time(row.confirmed_at),
            }
        )
    return facts


def _others(actor: Actor, row: Attendance) -> dict[str, object]:
    """The person's other records of the day: what shares time is found here."""
    rows = attendance_visible(actor).filter(person=row.person_id, day=row.day).exclude(pk=row.pk)
    shown = list(rows.select_related("session__activity", "session__place").order_by("started_at", "pk")[:SIZE])
    return {
        "title": _("Other records of this day"),
        "intro": "" if shown else _("None is recorded."),
        "columns": [{"label": _("What took place")}, {"label": _("Place")}, {"label": _("Time")}, {"label": _("State")}],
        "rows": [
            {
                "url": address_of("attendance", pk=one.pk),
                "cells": [
                    {"text": one.session.activity.title}, {"text": one.session.place.short_name}, {"text": span(one)},
                    state_cell(one),
                ],
            }
            for one in shown
        ],
    }  # fmt: skip


def _verbs(actor: Actor, row: Attendance) -> list[dict[str, object]]:
    hindrance = why_not(row, actor)
    key = {"pk": row.pk}
    ended = _("This record is voided already.") if row.state == State.VOIDED else ""
    waits = "" if row.state == State.PENDING else _("Only records that wait to be confirmed can be sent to review.")
    still = "" if row.state == State.OPEN else _("This presence has already ended.")
    verbs: list[dict[str, object]] = [
        {
            "label": _("Confirm"), "url": address_of("attendance-confirm", **key), "primary": True,
            "reason": str(hindrance or ""),
        },
        {"label": _("Note the end"), "url": address_of("attendance-end", **key), "reason": still},
        {"label": _("Send to review"), "url": address_of("attendance-doubt", **key), "reason": waits},
        {"label": _("Correct the times"), "url": address_of("attendance-correct", **key), "reason": ended},
        {"label": _("Void"), "url": address_of("attendance-void", **key), "reason": ended},
    ]  # fmt: skip
    return [verb for verb in verbs if verb["label"] != _("Note the end") or not still]


def _figures(row: Attendance) -> list[Cell]:
    """The figures in which the record is counted, at the place it lies in and the county above."""
    period = year(row.day.year)
    paths = [path for path in prefixes(row.area_path) if path][-3:]
    graded = next(measure for measure in GRADED if measure.where["grade"] == row.grade)
    values = table([HOURS, graded, SERVED], paths=paths, periods=[period])
    return [cell(values.at(measure, paths[0], period)) for measure in (HOURS, graded, SERVED)]
