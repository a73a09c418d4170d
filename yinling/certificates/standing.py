"""Whether a certificate holds, in one word; and what its records have come to since it was issued."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yinling.base.rules import Reason
from yinling.certificates.models import Certificate, CertificateObjection, Kind
from yinling.certificates.records import service_of

Signal = Literal["ok", "warn", "error"]


class Standing(StrEnum):
    """What a certificate is today."""

    VALID = "valid"
    PUBLICITY = "publicity"
    OBJECTED = "objected"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Wording:
    """How a standing is said: in a list, and to somebody who checks the paper; with its signal."""

    signal: Signal
    word: Reason
    statement: Reason


WORDING: dict[Standing, Wording] = {
    Standing.VALID: Wording("ok", pgettext_lazy("a certificate", "valid"), _("This certificate is genuine and valid.")),
    Standing.PUBLICITY: Wording(
        "warn",
        pgettext_lazy("a certificate", "in publicity"),
        _("This certificate is genuine. It is in publicity and becomes valid when that ends without objection."),
    ),
    Standing.OBJECTED: Wording(
        "warn",
        pgettext_lazy("a certificate", "objection is looked into"),
        _("This certificate is genuine, but an objection to it is being looked into. It is not valid yet."),
    ),
    Standing.SUPERSEDED: Wording(
        "warn",
        pgettext_lazy("a certificate", "superseded"),
        _("This certificate is genuine, but another one has taken its place."),
    ),
    Standing.REVOKED: Wording(
        "error",
        pgettext_lazy("a certificate", "revoked"),
        _("This certificate was issued, but has been revoked. It no longer holds."),
    ),
}


def standing(certificate: Certificate, *, objected: bool | None = None) -> Standing:
    """What a certificate is today. `objected`: whether an objection waits (None: look it up)."""
    if certificate.state == Certificate.State.SUPERSEDED:
        return Standing.SUPERSEDED
    if certificate.state == Certificate.State.REVOKED:
        return Standing.REVOKED
    if not certificate.provisional:
        return Standing.VALID
    if objected is None:
        objected = CertificateObjection.objects.filter(
            certificate=certificate, state=CertificateObjection.State.OPEN
        ).exists()
    if objected:
        return Standing.OBJECTED
    return Standing.PUBLICITY if certificate.in_publicity() else Standing.VALID


def since_then(certificate: Certificate) -> int:
    """By how many minutes the issuer's confirmed records of this person and period differ today from those certified."""
    if certificate.kind != Kind.SERVICE:
        return 0
    now = service_of(certificate.person, issuer=certificate.issuer, since=certificate.since, until=certificate.until)
    return now.minutes - certificate.minutes
