"""What becomes of certificates when two records turn out to be one human being."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base.action import action, change, current
from yinling.base.rules import Actor, Refused
from yinling.certificates.actions.stars import HELD
from yinling.certificates.models import Certificate, CertificateRequest, StarApplication, StarHolder
from yinling.certificates.rules import may_certify
from yinling.facts import move_person, touch
from yinling.people import Person

WAITING = (CertificateRequest.State.ASKED, CertificateRequest.State.ACCEPTED)
KINDS = ("certificate.issued", HELD)


@action(
    "certificates.merge", label=gettext_lazy("Merge the certificates of one person"), rule=may_certify, on="kept",
    records=KINDS,
)  # fmt: skip
def merge_certificates(*, kept: Person, gone: Person, by: Actor) -> None:
    """Certificates, requests and stars of `gone` become those of `kept`; what was printed stays as it was. A star number is
    never changed: refused where both hold stars, or both applied for the same one."""
    touch(*KINDS)
    numbers = _demand_one_star(kept, gone)
    entry = current().entry_id
    move_person(gone=gone.pk, kept=kept.pk, kinds=KINDS)
    for certificate in Certificate.objects.filter(person=gone).order_by("pk"):
        change(certificate, person=kept, changed_by=entry)
    waiting = CertificateRequest.objects.filter(person=kept, state__in=WAITING)
    asked = set(waiting.values_list("issuer_id", "since", "until"))
    for request in CertificateRequest.objects.filter(person=gone).order_by("pk"):
        twice = request.state in WAITING and (request.issuer_id, request.since, request.until) in asked
        state = CertificateRequest.State.WITHDRAWN if twice else request.state
        change(request, person=kept, state=state, changed_by=entry)
    if numbers > 1:
        return  # the other's stars were all revoked: they stay with the record they were given to
    for holder in StarHolder.objects.filter(person=gone):
        change(holder, person=kept, changed_by=entry)
    for application in StarApplication.objects.filter(person=gone).order_by("pk"):
        change(application, person=kept, changed_by=entry)


def _demand_one_star(kept: Person, gone: Person) -> int:
    """How many of the two have a star number; Refused where their stars cannot be put together."""
    levels = dict(StarHolder.objects.filter(person__in=(kept, gone)).values_list("person_id", "level"))
    if len(levels) > 1 and levels[gone.pk]:
        raise Refused(
            _("Both hold stars. Revoke those of one record first; a star number is never changed.")
            if levels[kept.pk]
            else _("The other record holds the stars. Merge the other way round.")
        )
    live = (StarApplication.State.APPLIED, StarApplication.State.GRANTED)
    rows = StarApplication.objects.filter(state__in=live)
    both = set(rows.filter(person=kept).values_list("level")) & set(rows.filter(person=gone).values_list("level"))
    if both:
        raise Refused(_("Both records applied for the same star. Decide on one of them first."))
    return len(levels)
