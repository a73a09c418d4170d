"""Claims: somebody applied under a number the register has. A clerk decides, the identity document in hand."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, because, change, create, current, demand_seen, locked
from yinling.base.rules import Actor, Refused
from yinling.network import Account, Body, close_own_account
from yinling.people import identity
from yinling.volunteers.actions.counting import count
from yinling.volunteers.actions.registering import new_number
from yinling.volunteers.models import Claim, Source, State, Volunteer
from yinling.volunteers.particulars import Particulars
from yinling.volunteers.rules import demand_not_own, may_verify

SHORTEST_REASON = 2


@action("volunteers.approve_claim", label=gettext_lazy("Approve a claim"), rule=may_verify, on="claim",
        records=["volunteer.registered"])  # fmt: skip
def approve_claim(*, claim: Claim, seen: int | None = None, by: Actor) -> Volunteer:
    """The document shows that who applied is the person of the record: the sign-in opened with the claim becomes that of
    the volunteer (an earlier one, somebody else's or forgotten, ends), who is registered from today if not already.

    Refused where name and record differ: correct the person first, or refuse the claim.
    """
    claim = _waiting(claim, seen)
    demand_not_own(claim.account_id, by)
    person = locked(claim.person)
    if person.name != claim.name:
        raise Refused(_("The names differ. Correct the name of the person first, or refuse the claim."))
    row = Volunteer.objects.select_for_update(of=("self",)).filter(pk=person.pk).first() or _registered(claim, by)
    if row.state == State.DECEASED or row.merged_into_id is not None:
        raise Refused(_("This record has ended; look at how, and refuse the claim."))
    if not person.phone and claim.phone:
        change(person, **identity("", claim.phone))
    columns = _sign_in(row, claim, by)
    if row.state not in {State.ACTIVE, State.PAUSED}:
        columns |= {"state": State.ACTIVE, "verified_on": clock.today(), "verified_by": by.name[:80]}
    row = change(row, **columns, changed_by=current().entry_id)
    count(row, clock.today())
    _decide(claim, Claim.State.APPROVED, "", by)
    return row


@action("volunteers.refuse_claim", label=gettext_lazy("Refuse a claim"), rule=may_verify, on="claim")
def refuse_claim(*, claim: Claim, reason: str, seen: int | None = None, by: Actor) -> Claim:
    """Who applied is not the person of the record. The sign-in opened with the claim ends."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise ValidationError({"reason": _("Say why.")})
    because(reason.strip())
    claim = _waiting(claim, seen)
    if claim.account is not None and not claim.account.roles_held.exists():
        close_own_account(account=claim.account, area=claim, by=by)
    return _decide(claim, Claim.State.REFUSED, reason.strip(), by)


def _waiting(claim: Claim, seen: int | None) -> Claim:
    claim = locked(claim)
    demand_seen(claim, seen)
    if claim.state != Claim.State.WAITING:
        raise Refused(_("Somebody has already decided on this claim."))
    current().about(claim)
    return claim


def _registered(claim: Claim, by: Actor) -> Volunteer:
    """The person was known, but not as a volunteer: one is made of what was typed."""
    given: dict[str, Any] = json.loads(claim.details)
    unit = Body.objects.filter(pk=given.pop("unit") or 0).first()
    typed: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    particulars = Particulars(unit=unit, **typed)
    return create(
        Volunteer(
            person=claim.person,
            area_path=claim.place.area_path,
            number=new_number(claim.place.area_path),
            source=Source.ONLINE,
            state=State.APPLIED,
            registered_on=claim.made_on,
            changed_by=current().entry_id,
            **particulars.columns(claim.made_on),
        )
    )


def _sign_in(row: Volunteer, claim: Claim, by: Actor) -> dict[str, object]:
    """The columns that tie the claim's sign-in to the volunteer."""
    account: Account | None = claim.account
    if account is None or account.pk == row.account_id:
        return {}
    before = row.account
    if before is not None:
        change(row, account=None)
        if not before.roles_held.exists():
            close_own_account(account=before, area=row, by=by)
    return {"account": account}


def _decide(claim: Claim, state: str, reason: str, by: Actor) -> Claim:
    return change(
        claim, state=state, reason=reason, decided_on=clock.today(), decided_by=by.name[:80],
        changed_by=current().entry_id,
    )  # fmt: skip
