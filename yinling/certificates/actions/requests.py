"""Asking for a certificate of service, and what becomes of the request."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, because, change, create, current, locked
from yinling.base.rules import Actor, Refused
from yinling.certificates.actions.numbering import demand_issuer
from yinling.certificates.content import NAME, REASON
from yinling.certificates.models import Certificate, CertificateRequest, Kind
from yinling.certificates.records import others, service_of
from yinling.certificates.rules import is_holder, may_ask_for, may_certify
from yinling.network import Body
from yinling.volunteers import Volunteer, is_self

PURPOSE = 120


@action(
    "certificates.ask",
    label=gettext_lazy("Ask for a certificate of service"),
    rule=may_ask_for | is_self,
    on="volunteer",
)
def ask(
    *,
    volunteer: Volunteer,
    issuer: Body,
    since: date,
    until: date,
    purpose: str = "",
    show_identity: bool = False,
    by: Actor,
) -> CertificateRequest:
    """A volunteer, or staff for them, asks `issuer` to certify the service of a period, both days included (民发〔2015〕149号,
    application). Refused where the issuer organised none of it: who records, certifies. Free of charge (Order 685, 19)."""
    purpose = " ".join(purpose.split())
    if len(purpose) > PURPOSE:
        raise ValidationError({"purpose": _("At most %(count)s characters.") % {"count": PURPOSE}})
    demand_period(since, until)
    demand_issuer(issuer)
    person = volunteer.person
    demand_service(volunteer, issuer, since, until)
    already = Certificate.objects.filter(
        kind=Kind.SERVICE, issuer=issuer, person=person, since=since, until=until, state=Certificate.State.ISSUED
    ).first()
    if already is not None:
        raise Refused(_("This period is certified already, by %(number)s.") % {"number": already.number})
    row = CertificateRequest(
        person=person, issuer=issuer, area_path=issuer.area_path, since=since, until=until, purpose=purpose,
        show_identity=show_identity, proxy="" if volunteer.account_id == by.account_id and by.account_id else by.name,
        asked_on=clock.today(), changed_by=current().entry_id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            return create(row)
    except IntegrityError:
        raise Refused(_("This is asked for already and waits for the issuer.")) from None


def demand_period(since: date, until: date) -> None:
    """ValidationError next to the day that cannot be right."""
    if until < since:
        raise ValidationError({"until": _("The end lies before the beginning.")})
    if until > clock.today():
        raise ValidationError({"until": _("The day lies in the future.")})


def demand_service(volunteer: Volunteer, issuer: Body, since: date, until: date) -> None:
    """Refused where the issuer's own records confirm no service of the person in the period."""
    if service_of(volunteer.person, issuer=issuer, since=since, until=until).minutes:
        return
    names = others(volunteer.person, issuer=issuer, since=since, until=until)
    if names:
        told = {"issuer": issuer.name, "others": "、".join(names)}
        raise Refused(
            _("%(issuer)s organised none of this service and cannot certify it. It was organised by %(others)s.") % told
        )
    raise Refused(_("In this period no service is confirmed."))


@action("certificates.accept", label=gettext_lazy("Accept a request"), rule=may_certify, on="request")
def accept(*, request: CertificateRequest, handler: str, by: Actor) -> CertificateRequest:
    """`handler` takes the request on; it can then be issued."""
    handler = " ".join(handler.split())
    if not handler or len(handler) > NAME:
        raise ValidationError({"handler": _("Give a name of at most %(count)s characters.") % {"count": NAME}})
    row = locked(request)
    _demand_state(row, CertificateRequest.State.ASKED)
    demand_not_self(row, by)
    return change(row, state=CertificateRequest.State.ACCEPTED, handler=handler, changed_by=current().entry_id)


@action("certificates.decline", label=gettext_lazy("Decline a request"), rule=may_certify, on="request")
def decline(*, request: CertificateRequest, reason: str, by: Actor) -> CertificateRequest:
    """The request is not met; the volunteer reads the reason."""
    row = locked(request)
    _demand_state(row, CertificateRequest.State.ASKED, CertificateRequest.State.ACCEPTED)
    reason = given_reason(reason)
    return change(row, state=CertificateRequest.State.DECLINED, reason=reason, changed_by=current().entry_id)


@action("certificates.withdraw", label=gettext_lazy("Withdraw a request"), rule=may_ask_for | is_holder, on="request")
def withdraw_request(*, request: CertificateRequest, by: Actor) -> CertificateRequest:
    """The volunteer no longer wants it."""
    row = locked(request)
    _demand_state(row, CertificateRequest.State.ASKED, CertificateRequest.State.ACCEPTED)
    return change(row, state=CertificateRequest.State.WITHDRAWN, changed_by=current().entry_id)


def _demand_state(row: CertificateRequest, *states: CertificateRequest.State) -> None:
    if row.state not in states:
        raise Refused(_("This request is %(state)s.") % {"state": row.get_state_display()})


def demand_not_self(row: CertificateRequest, by: Actor) -> None:
    """Refused for the account of the volunteer whom it is about."""
    volunteer = getattr(row.person, "volunteer", None)
    if by.account_id is not None and volunteer is not None and volunteer.account_id == by.account_id:
        raise Refused(_("Nobody certifies their own service."))


def given_reason(reason: str) -> str:
    """The reason for the trail and for those who check; ValidationError without one."""
    reason = " ".join(reason.split())
    if not reason or len(reason) > REASON:
        raise ValidationError({"reason": _("Give a reason of at most %(count)s characters.") % {"count": REASON}})
    because(reason)
    return reason
