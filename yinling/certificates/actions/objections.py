"""Objections during the publicity of a certificate."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, change, create, current, locked
from yinling.base.rules import Actor, Refused
from yinling.certificates.actions.issuing import end
from yinling.certificates.actions.requests import given_reason
from yinling.certificates.models import Certificate, CertificateObjection, Kind
from yinling.certificates.rules import may_certify, may_see_certificates

WHO, TEXT = 80, 400


@action(
    "certificates.object", label=gettext_lazy("Object to a certificate"), rule=may_see_certificates, on="certificate"
)
def object_to(*, certificate: Certificate, by_name: str, text: str, by: Actor) -> CertificateObjection:
    """Somebody (`by_name`) says during the publicity what is wrong with a certificate."""
    row = locked(certificate)
    if not row.in_publicity():
        raise Refused(_("Objections are raised during the publicity; this certificate is not, or no longer, in it."))
    by_name, text = " ".join(by_name.split()), " ".join(text.split())
    for name, value, most in (("by_name", by_name, WHO), ("text", text, TEXT)):
        if not value or len(value) > most:
            raise ValidationError({name: _("Between 1 and %(count)s characters.") % {"count": most}})
    return create(
        CertificateObjection(
            certificate=row, area_path=row.area_path, by_name=by_name, text=text, raised_on=clock.today(),
            changed_by=current().entry_id,
        )
    )  # fmt: skip


@action("certificates.decide_objection", label=gettext_lazy("Decide on an objection"), rule=may_certify, on="objection")
def decide_objection(*, objection: CertificateObjection, upheld: bool, reason: str, by: Actor) -> CertificateObjection:
    """Upheld, the certificate is revoked for this reason; dismissed, it stands."""
    certificate = locked(objection.certificate)
    row = locked(objection)
    reason = given_reason(reason)
    if row.state != CertificateObjection.State.OPEN:
        raise Refused(_("This objection is decided already."))
    if upheld and certificate.kind == Kind.STAR:
        raise Refused(_("Revoke the star itself; its certificate ends with it."))
    if upheld and certificate.state == Certificate.State.ISSUED:
        end(certificate, Certificate.State.REVOKED, reason)
    state = CertificateObjection.State.UPHELD if upheld else CertificateObjection.State.DISMISSED
    return change(row, state=state, reason=reason, decided_on=clock.today(), changed_by=current().entry_id)
