"""The register of elderly associations."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router
from ninja.params.functions import Query

from yinling.associations import (
    ATTRIBUTES,
    YES_NO,
    Association,
    AttributePeriod,
    Choice,
    Setting,
    associations,
    change_attribute,
    history_of,
    may_change,
    may_see_associations,
)
from yinling.base.rules import Actor
from yinling.facts import Entry
from yinling.people import Person, people_visible
from yinling.web.api.access import actor_behind, demand, missing, opens, wrong
from yinling.web.api.network import LIMIT, MOST, beyond, mark
from yinling.web.api.schemas import AssociationOut, AssociationWithHistory, ChairOut, Change, Page, PeriodOut

router = Router(tags=["associations"])


@router.get("", **opens(may_see_associations, _("Associations of your area"), Page[AssociationOut]))
def listed(
    request: HttpRequest,
    place: str = Query("", description="path: at this place or below"),
    setting: Setting | None = None,
    funding: bool | None = Query(None, description="with (true) or without (false) a source of funds"),
    venue: bool | None = Query(None, description="with or without a venue"),
    meets: bool | None = Query(None, description="meeting regularly or not"),
    officer: bool | None = Query(None, description="chaired by a village or community officer or not"),
    q: str = Query("", max_length=80, description="part of the name, first pinyin initials, or credit code"),
    ended: bool = Query(False, description="also those that were dissolved"),
    after: str = "",
    limit: int = Query(LIMIT, ge=1, le=MOST),
) -> Page[AssociationOut]:
    """In the order of places, page by page."""
    asked = {"funding": funding, "venue": venue, "meets": meets, "officer": officer}
    answers = tuple((name, answer) for name in YES_NO if (answer := asked[name]) is not None)
    choice = Choice(text=q, path=place, setting=setting or "", answers=answers, ended=ended)
    rows = associations(actor_behind(request), choice).select_related("body", "chair")
    if after:
        rows = rows.filter(beyond(after))
    part = list(rows[: limit + 1])
    return Page(rows=[AssociationOut.model_validate(_columns(row)) for row in part[:limit]], next=mark(part, limit))


@router.get("/{pk}", **opens(may_see_associations, _("One association, with its history"), AssociationWithHistory))
def one(request: HttpRequest, pk: int) -> AssociationWithHistory:
    """As it is, and every attribute as it was, the newest first."""
    return _with_history(_visible(actor_behind(request), pk))


@router.post(
    "/{pk}/changes", **opens(may_change, _("Change an attribute from a day on"), AssociationWithHistory, "write")
)
def change(request: HttpRequest, pk: int, body: Change) -> AssociationWithHistory:
    """Figures before that day stay as they are. Refused (422) where `seen` is not the present state."""
    actor = actor_behind(request)
    row = _visible(actor, pk)
    demand(may_change, actor, row)
    values: dict[str, object] = dict(body.values)
    unknown = values.keys() - set(ATTRIBUTES[body.attribute].columns)
    if unknown:
        raise wrong(f"values.{min(unknown)}", "unknown", _("This does not belong to the attribute."))
    if values.get("chair") is not None:
        values["chair"] = _chair(actor, values["chair"])
    change_attribute(
        association=row,
        attribute=body.attribute,
        values=values,
        on=body.on,
        remark=body.remark,
        seen=body.seen,
        by=actor,
    )
    return _with_history(_visible(actor, pk))


def _visible(actor: Actor, pk: int) -> Association:
    row = associations(actor, Choice(ended=True)).select_related("body", "chair").filter(pk=pk).first()
    if row is None:
        raise missing()
    return row


def _chair(actor: Actor, given: object) -> Person:
    person = people_visible(actor).filter(pk=given).first() if type(given) is int else None
    if person is None:
        raise wrong("values.chair", "unknown", _("No such person in your area. Send the id of a person."))
    return person


def _columns(row: Association) -> dict[str, object]:
    return {
        "id": row.pk, "name": row.body.name, "place": row.area_path, "uscc": row.body.uscc,
        "founded": row.body.founded, "dissolved": row.body.dissolved, "setting": row.setting,
        "has_funding": row.has_funding, "funding_source": row.funding_source,
        "funding_amount": _text(row.funding_amount), "has_venue": row.has_venue, "venue_owner": row.venue_owner,
        "venue_area": _text(row.venue_area), "meets": row.meets, "meetings_a_year": row.meetings_a_year,
        "chair": ChairOut(id=row.chair.pk, name=row.chair.masked_name) if row.chair else None,
        "chair_is_officer": row.chair_is_officer, "member_count": row.member_count, "rule_books": row.rule_books,
        "state": row.changed_by,
    }  # fmt: skip


def _with_history(row: Association) -> AssociationWithHistory:
    history = [_period(*known) for known in history_of(row)]
    return AssociationWithHistory.model_validate({**_columns(row), "history": history})


def _period(period: AttributePeriod, entry: Entry | None) -> PeriodOut:
    return PeriodOut(
        attribute=period.attribute,
        value=period.value,
        since=period.since,
        until=period.until,
        corrected=period.corrected,
        remark=period.remark,
        recorded_at=entry.at if entry else None,
        recorded_by=entry.actor_name if entry else "",
        evidence_sha256=period.evidence.sha256 if period.evidence else None,
    )


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
