"""Reads of certificates; each takes the viewer."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from yinling.base.rules import Actor
from yinling.certificates.models import Certificate, CertificateObjection, CertificateRequest, StarApplication
from yinling.certificates.rules import may_certify, may_decide_stars, may_see_certificates

WAITING = (CertificateRequest.State.ASKED, CertificateRequest.State.ACCEPTED)


def certificates(viewer: Actor) -> QuerySet[Certificate]:
    """The certificates issued by bodies of the viewer's area, the newest first, each with `objected`."""
    rows = may_see_certificates.filter(viewer, Certificate.objects.all())
    waiting = CertificateObjection.objects.filter(certificate=OuterRef("pk"), state=CertificateObjection.State.OPEN)
    return rows.annotate(objected=Exists(waiting)).defer("credential", "records").order_by("-issued_on", "-pk")


def requests(viewer: Actor) -> QuerySet[CertificateRequest]:
    """The requests made to bodies of the viewer's area, the oldest first."""
    rows = may_see_certificates.filter(viewer, CertificateRequest.objects.all())
    return rows.select_related("person", "issuer").order_by("asked_on", "pk")


def waiting_requests(viewer: Actor) -> QuerySet[CertificateRequest]:
    """What waits to be accepted or issued by the viewer."""
    rows = may_certify.filter(viewer, CertificateRequest.objects.filter(state__in=WAITING))
    return rows.select_related("person", "issuer").order_by("asked_on", "pk")


def waiting_objections(viewer: Actor) -> QuerySet[CertificateObjection]:
    """Objections the viewer has to decide."""
    rows = may_certify.filter(viewer, CertificateObjection.objects.filter(state=CertificateObjection.State.OPEN))
    return rows.select_related("certificate").order_by("raised_on", "pk")


def star_applications(viewer: Actor) -> QuerySet[StarApplication]:
    """Applications for stars of volunteers of the viewer's area, or that the viewer's office decides; the oldest first."""
    own = may_see_certificates.filter(viewer, StarApplication.objects.all())
    return (
        (own | may_decide_stars.filter(viewer, StarApplication.objects.all()))
        .select_related("person__place", "office")
        .order_by("applied_on", "pk")
    )


def waiting_stars(viewer: Actor) -> QuerySet[StarApplication]:
    """Applications the viewer's own office decides: those of its level, not those of the offices below."""
    paths: Iterable[str] = {grant.path for grant in viewer.grants}
    rows = may_decide_stars.filter(viewer, StarApplication.objects.filter(state=StarApplication.State.APPLIED))
    return rows.filter(office_path__in=paths).select_related("person", "office").order_by("applied_on", "pk")


def issued_in_one(viewer: Actor, entry_id: int) -> QuerySet[Certificate]:
    """The certificates one run over many volunteers gave, in the order of their numbers, with their credentials."""
    rows = may_certify.filter(viewer, Certificate.objects.filter(entry_id=entry_id))
    return rows.order_by("series", "year", "serial")
