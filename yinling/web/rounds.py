"""Collection rounds on the desk: which there are, how far each is, place by place; the list as Excel; the burden meter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yinling.base import clock
from yinling.base.paths import is_under
from yinling.base.period import Period, as_of, parse
from yinling.base.rules import Actor, Denied
from yinling.facts import entries_about
from yinling.figures import Table
from yinling.network import Place, children_of, line_of, place_at
from yinling.returns import (
    RESPONDENTS,
    Return,
    Round,
    check_many,
    list_to_fill,
    may_check_lists,
    may_fill,
    may_open,
    may_see_rounds,
    progress,
    progress_root,
    returns_of,
    round_measure,
    rounds,
    submit_unchanged,
)
from yinling.web.cells import Cell, cell
from yinling.web.exports import workbook
from yinling.web.happened import Names, history
from yinling.web.list_tools import count_of
from yinling.web.page import Request, address_of, attempt, page

SIZE, REASONS = 100, 5
LONGEST_ID = 18
States = Return.State
SIGNALS = {
    States.DRAFT: "none", States.SUBMITTED: "warn", States.RETURNED: "bad", States.ACCEPTED: "ok", States.LOCKED: "ok",
}  # fmt: skip


@page("rounds/", name="rounds", rule=may_see_rounds)
def list_page(request: Request) -> HttpResponse:
    """The rounds that concern the actor's area, the newest first."""
    new = {"label": _("Open a round"), "url": address_of("round-new"), "primary": True}
    may = bool(may_open.check(request.actor))
    shown = list(rounds(request.actor)[:SIZE])
    labels = (_("Round"), _("Form"), _("Asked by"), _("Period"), _("Due on"), _("State"), _("Returns"))
    burden = {"label": _("Burden meter"), "url": address_of("burden")}
    listing = {
        "title": _("Collection rounds"),
        "count_text": _("%(count)s rounds") % {"count": len(shown)},
        "actions": [*([new] if may else []), burden],
        "columns": [{"label": label, "numeric": label == labels[-1]} for label in labels],
        "rows": [_row(one) for one in shown],
        "empty": {
            "title": _("No round has been opened."),
            "hint": _("A round asks a published form of every village or body of an area."),
            "action": new if may else None,
        },
    }
    return render(request, "pages/list.html", {"page": listing, "crumbs": [{"label": listing["title"]}]})


def _row(one: Round) -> dict[str, object]:
    late = one.state == Round.State.OPEN and one.due_on < clock.today()
    return {
        "url": address(one),
        "cells": [
            {"text": one.name}, {"text": one.form.title}, {"text": one.asked_by.name},
            {"text": parse(one.period).label()}, {"text": one.due_on.isoformat(), "signal": "bad" if late else ""},
            {"text": one.get_state_display(), "signal": "ok" if one.state == Round.State.LOCKED else "none"},
            {"text": one.units},
        ],
    }  # fmt: skip


def address(one: Round) -> str:
    """The page of a round."""
    return address_of("round", pk=one.pk)


def round_of(actor: Actor, pk: int) -> Round:
    """A round that concerns the actor; 404 otherwise."""
    found = rounds(actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@page("rounds/<int:pk>/", name="round", rule=may_see_rounds)
def detail_page(request: Request, pk: int) -> HttpResponse:
    """How far a round is: the whole, and each place below."""
    one = round_of(request.actor, pk)
    root = progress_root(one, request.actor)
    wanted = request.GET.get("place", "")
    place = place_at(wanted if wanted.isalnum() and is_under(wanted, root) else root)
    if place is None:
        raise Http404
    children = list(children_of(place)) if place.level < Place.Level.TOWNSHIP else []
    now = as_of(clock.today())
    figures = progress(one, [place, *children], now)
    context = {
        "title": one.name,
        "round": one,
        "signal": {"level": "ok" if one.state == Round.State.LOCKED else "none", "text": one.get_state_display()},
        "place": place,
        "tiles": [
            {"figure": cell(figures.at(round_measure(one.pk, state), place.area_path, now), unit=False)}
            for state in ("", *_shown_states(one))
        ],
        "facts": _facts(one),
        "bars": _bars(one, children, figures, now),
        "verbs": _verbs(request.actor, one, place),
        "history": history(
            list(entries_about({"round": [one.pk]})), Names(bodies={one.asked_by_id: one.asked_by.name})
        ),
        "lists": _lists(one, place),
        "crumbs": _crumbs(one, place, root),
    }
    return render(request, "rounds/detail.html", context)


def _crumbs(one: Round, place: Place, root: str) -> list[dict[str, object]]:
    crumbs: list[dict[str, object]] = [
        {"label": _("Collection rounds"), "url": address_of("rounds")}, {"label": one.name, "url": address(one)},
    ]  # fmt: skip
    inside = (above for above in line_of(place) if is_under(above.area_path, root))
    crumbs += [{"label": above.short_name, "url": f"{address(one)}?place={above.area_path}"} for above in inside]
    return crumbs


def _facts(one: Round) -> list[dict[str, object]]:
    levels = dict(Place.Level.choices)
    return [
        {
            "label": _("Form"), "value": f"{one.form.title} v{one.form.number}",
            "url": address_of("form", pk=one.form_id),
        },
        {"label": _("Period"), "value": parse(one.period).label()},
        {"label": _("Asked by"), "value": one.asked_by.name},
        {"label": _("Who must fill it"), "value": RESPONDENTS[one.respondents]},
        {"label": _("Checked by"), "value": " → ".join(str(levels[level]) for level in one.checked_at)},
        {"label": _("Opened on"), "value": one.opened_on.isoformat()},
        {
            "label": _("Due on"), "value": one.due_on.isoformat(), "note": _("expires on %(day)s") % {"day": one.expires_on},
        },
        {"label": _("Approved by"), "value": one.approver},
        {"label": _("Legal basis"), "value": one.legal_basis},
    ]  # fmt: skip


def _shown_states(one: Round) -> list[str]:
    """A locked round has nothing accepted any more, an open one nothing locked yet."""
    absent = States.ACCEPTED if one.state == Round.State.LOCKED else States.LOCKED
    return [state.value for state in States if state != absent]


def _bars(one: Round, children: Sequence[Place], figures: Table, now: Period) -> dict[str, object] | None:
    def of(state: str, path: str) -> Cell:
        return cell(figures.at(round_measure(one.pk, state), path, now), unit=False)

    rows = []
    for child in children:
        path = child.area_path
        whole = figures.at(round_measure(one.pk), path, now).value
        if not whole:
            continue
        done = sum(figures.at(round_measure(one.pk, state), path, now).value or 0 for state in ("accepted", "locked"))
        shown = (States.DRAFT, States.RETURNED, States.SUBMITTED)
        rows.append(
            {
                "label": child.short_name,
                "url": f"{address(one)}?place={path}",
                "figure": of("locked" if one.state == Round.State.LOCKED else "accepted", path),
                "value": round(float(done / whole) * 100, 2),
                "cells": [of("", path), *(of(state, path) for state in shown)],
            }
        )
    rows.sort(key=lambda row: (row["value"], row["label"]))
    return {
        "title": _("By place"),
        "note": _("those furthest behind first"),
        "place_label": _("Place"),
        "value_label": _("Accepted"),
        "columns": [_("Returns"), *(state.label for state in (States.DRAFT, States.RETURNED, States.SUBMITTED))],
        "rows": rows,
    } if rows else None  # fmt: skip


def _lists(one: Round, place: Place) -> list[dict[str, str]]:
    base = address_of("round-returns", pk=one.pk) + f"?place={place.area_path}"
    return [{"label": _("All returns"), "url": base}] + [
        {"label": str(States(state).label), "url": f"{base}&state={state}"} for state in _shown_states(one)
    ]


def _verbs(actor: Actor, one: Round, place: Place) -> list[dict[str, object]]:
    answer = may_open.check(actor, one.asked_by)
    reason = str(answer.reason) if isinstance(answer, Denied) else ""
    if one.state == Round.State.LOCKED:
        reason = _("This round is locked.")
    key = {"pk": one.pk}
    fills = bool(may_fill.check(actor)) and one.state == Round.State.OPEN
    verbs: list[dict[str, object]] = [
        {
            "label": _("Take the list as Excel"),
            "url": address_of("round-list", **key) + f"?place={place.area_path}",
            "reason": "" if fills else _("Only those who fill in take this list."),
        },
        {
            "label": _("Hand in the filled list"),
            "url": address_of("import-new", key=f"returns.{one.pk}"),
            "reason": "" if fills else _("Only those who fill in take this list."),
        },
        {"label": _("Give more time"), "url": address_of("round-extend", **key), "reason": reason},
        {"label": _("Lock the round"), "url": address_of("round-lock", **key), "reason": reason},
    ]
    return verbs


@page("rounds/<int:pk>/list.xlsx", name="round-list", rule=may_fill)
def excel_page(request: Request, pk: int) -> HttpResponse:
    """The returns of a round as an Excel list to fill in and hand in again."""
    one = round_of(request.actor, pk)
    rows = _listed(request, one).select_related("round__form")
    columns, cells = list_to_fill(one, list(may_fill.filter(request.actor, rows)))
    return workbook(request, title=one.name, columns=columns, rows=cells)


def id_of(text: str) -> int | None:
    """The number of a row that somebody sent, if it can be one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else None


def _listed(request: Request, one: Round) -> QuerySet[Return]:
    rows = returns_of(one, request.actor)
    place, state = request.GET.get("place", ""), request.GET.get("state", "")
    if place.isascii() and place.isalnum():
        rows = rows.filter(area_path__under=place)
    if state in States.values:
        rows = rows.filter(state=state)
    if text := request.GET.get("q", "").replace("\0", "").strip():
        rows = rows.filter(place__name__contains=text) | rows.filter(body__name__contains=text)
    return rows


@page("rounds/<int:pk>/returns/", name="round-returns", rule=may_see_rounds, methods="GET POST")
def returns_page(request: Request, pk: int) -> HttpResponse:
    """The returns of a round, by place and state; many checked, or handed in without change, in one act."""
    one = round_of(request.actor, pk)
    if request.method == "POST":
        _act(request, one)
        return redirect(request.get_full_path())
    rows = _listed(request, one)
    after = id_of(request.GET.get("after", ""))
    if after is not None:
        edge = rows.filter(pk=after).values_list("area_path", flat=True).first() or ""
        rows = rows.filter(area_path__gte=edge).exclude(area_path=edge, pk__lte=after)
    shown = list(rows[: SIZE + 1])
    query = request.GET.copy()
    query.pop("after", None)
    following = f"?{query.urlencode()}&after={shown[SIZE - 1].pk}" if len(shown) > SIZE else ""
    labels = (_("Unit"), _("State"), _("Waits at"), _("Stands out"), _("Handed in on"))
    listing = {
        "title": _("Returns"),
        "count_text": _("%(count)s returns") % {"count": count_of(_listed(request, one))},
        "search": {"q": request.GET.get("q", ""), "placeholder": _("Name of the unit")},
        "hidden": [{"name": key, "value": str(value)} for key, value in query.items() if key != "q"],
        "filters": list(_chips(request)),
        "columns": [{"label": label} for label in labels],
        "rows": [return_row(answer) for answer in shown[:SIZE]],
        "bulk": _bulk(request.actor, one, request),
        "pagination": {
            "text": "",
            "next_url": following,
            "prev_url": f"?{query.urlencode()}" if after is not None else "",
        },
        "empty": {"title": _("No return matches."), "hint": _("Take a filter away.")},
    }
    crumbs = [
        {"label": _("Collection rounds"), "url": address_of("rounds")}, {"label": one.name, "url": address(one)},
        {"label": _("Returns")},
    ]  # fmt: skip
    return render(request, "pages/list.html", {"page": listing, "crumbs": crumbs})


def return_row(answer: Return) -> dict[str, object]:
    """A return as a row of a list."""
    levels = dict(Place.Level.choices)
    outliers = len(answer.outliers)
    return {
        "url": address_of("return", pk=answer.pk),
        "key": answer.pk,
        "cells": [
            {"text": answer.unit},
            {"text": answer.get_state_display(), "signal": SIGNALS[States(answer.state)]},
            {"text": levels.get(answer.waits_at, "") if answer.waits_at else ""},
            {"text": _("%(count)s answers") % {"count": outliers}, "signal": "warn"} if outliers else {"text": ""},
            {"text": answer.submitted_on.isoformat() if answer.submitted_on else ""},
        ],
    }


def _chips(request: Request) -> Iterator[dict[str, object]]:
    chosen = request.GET.get("state", "")
    for state in States:
        query = request.GET.copy()
        query.pop("after", None)
        if state.value == chosen:
            query.pop("state")
        else:
            query["state"] = state.value
        yield {
            "label": state.label, "group": _("State"), "active": state.value == chosen, "url": f"?{query.urlencode()}",
        }  # fmt: skip


def _bulk(actor: Actor, one: Round, request: Request) -> dict[str, object] | None:
    verbs = []
    if one.state == Round.State.OPEN and may_check_lists.check(actor):
        verbs.append({"name": "check", "label": _("Found right")})
    if one.state == Round.State.OPEN and may_fill.check(actor):
        verbs.append({"name": "unchanged", "label": _("No change since last time")})
    return {"url": request.get_full_path(), "verbs": verbs} if verbs else None


def _act(request: Request, one: Round) -> None:
    ids = [pk for text in request.POST.getlist("ids") if (pk := id_of(text)) is not None]
    area = place_at(progress_root(one, request.actor)) or one.asked_by.place
    verb: dict[str, Any] = {"round": one, "ids": ids, "area": area, "by": request.actor}
    refused: dict[str, str] = {}
    if request.POST.get("verb") == "check":
        text = _("Checked. What stands out was left for a look at each.")
        attempt(request, lambda: refused.update(check_many(**verb)), text)
    elif request.POST.get("verb") == "unchanged":
        text = _("Handed in without change, wherever the last answers are known and complete.")
        attempt(request, lambda: submit_unchanged(**verb), text)
    for unit, reason in list(refused.items())[:REASONS]:
        messages.warning(request, _("Not accepted: %(unit)s. %(reason)s") % {"unit": unit, "reason": reason})
