"""Tables of certificates: what was asked for, what was issued and what became of it; stars; the keys that sign.

What law asks of a certificate of service: Regulations on Volunteer Service (Order 685) 19, Order 67 of the Ministry of Civil
Affairs, and the guidance 民发〔2015〕149号 (contents, number, publicity, who answers for it).
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yinling.base import clock
from yinling.base.crypto import EncryptedTextField
from yinling.base.paths import PathField
from yinling.network import Body
from yinling.people import Person


class Kind(models.TextChoices):
    """What a certificate says. Each kind has numbers of its own."""

    SERVICE = "service", _("certificate of service")
    STAR = "star", _("star certificate")
    COMPLETION = "completion", _("certificate of completion")


class SigningKey(models.Model):
    """A pair of Ed25519 keys that certificates are signed with, one at a time. `did` is the public half as a did:key, by which
    anybody checks a signature without asking this platform; a key that was replaced stays on record for what it signed."""

    area_path = PathField()
    did = models.CharField(max_length=80, unique=True)
    private = EncryptedTextField(context="signing_key.private")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("area_path",), name="signing_key_one", condition=models.Q(ended_at__isnull=True)
            ),
        )


class CertificateSeries(models.Model):
    """The numbers one issuer gives to one kind of certificate: 志证〔2025〕520622-000001, -000002, … anew each year. `code` is
    taken from the issuer's place when the first one is issued, and stays."""

    body = models.ForeignKey(
        Body, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("a certificate", "issuing body")
    )
    area_path = PathField()
    kind = models.CharField(max_length=12, choices=Kind)
    code = models.CharField(max_length=20, db_collation="C")
    changed_by = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("body", "kind"), name="certificate_series_once"),
            models.UniqueConstraint(fields=("kind", "code"), name="certificate_series_code"),
        )


class Certificate(models.Model):
    """A certificate as it was issued. `contents` is everything it says, frozen; `digest` its SHA-256; `credential` the same
    contents signed, as an Open Badge 3.0; `records` the attendance it was made from, as pairs of key and minutes.

    The database refuses every later change but that of its end (and of the path of its place, when the map is redrawn)."""

    class State(models.TextChoices):
        ISSUED = "issued", pgettext_lazy("a certificate", "issued")
        SUPERSEDED = "superseded", pgettext_lazy("a certificate", "superseded")
        REVOKED = "revoked", pgettext_lazy("a certificate", "revoked")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    series = models.ForeignKey(CertificateSeries, models.PROTECT, related_name="certificates")
    area_path = PathField()
    year = models.SmallIntegerField(_("year"))
    serial = models.IntegerField()
    number = models.CharField(pgettext_lazy("a certificate", "number"), max_length=48, unique=True)
    issuer = models.ForeignKey(
        Body, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("a certificate", "issued by")
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="certificates")
    since = models.DateField(_("from"))
    until = models.DateField(_("until"))
    minutes = models.PositiveIntegerField(default=0)
    level = models.PositiveSmallIntegerField(_("stars"), null=True)
    contents = models.JSONField()
    digest = models.CharField(max_length=64)
    credential = models.BinaryField()
    records = models.JSONField(default=list)
    check_code = models.CharField(_("check code"), max_length=14, unique=True)
    show_identity = models.BooleanField(_("with the identity number"), default=False)
    issued_on = models.DateField(pgettext_lazy("a certificate", "issued on"))
    publicity_until = models.DateField(_("in publicity until"), null=True)
    provisional = models.BooleanField(default=False)
    """It is valid only once its publicity is over."""
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.ISSUED)
    superseded_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="supersedes",
        verbose_name=pgettext_lazy("a certificate", "superseded by"),
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    ended_on = models.DateField(_("no longer valid since"), null=True)
    entry_id = models.BigIntegerField()
    changed_by = models.BigIntegerField()

    class Meta:
        indexes = (
            models.Index(fields=("area_path", "kind", "-issued_on", "-id"), name="certificate_place"),
            models.Index(fields=("person", "-issued_on"), name="certificate_person"),
        )
        constraints = (
            models.UniqueConstraint(fields=("series", "year", "serial"), name="certificate_number"),
            models.CheckConstraint(condition=models.Q(until__gte=models.F("since")), name="certificate_dates"),
            models.CheckConstraint(
                condition=models.Q(state="superseded", superseded_by__isnull=False)
                | (~models.Q(state="superseded") & models.Q(superseded_by__isnull=True)),
                name="certificate_superseded_by",
            ),
            models.CheckConstraint(
                condition=models.Q(state="issued", ended_on__isnull=True, reason="")
                | (~models.Q(state="issued") & models.Q(ended_on__isnull=False) & ~models.Q(reason="")),
                name="certificate_ended",
            ),
        )

    def __str__(self) -> str:
        return self.number

    def in_publicity(self, on: date | None = None) -> bool:
        """Whether it lies open for objections on a day (default: today). An end of it ends that too."""
        until = self.publicity_until
        return self.state == self.State.ISSUED and until is not None and (on or clock.today()) <= until


class CertificateRequest(models.Model):
    """Somebody asked a body to certify their service in a period. `proxy` names who asked for them, if they did not do it
    themselves. It is taken on by a handler, then issued by whoever is in charge, or declined with a reason."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("a request", "asked for")
        ACCEPTED = "accepted", pgettext_lazy("a request", "accepted")
        ISSUED = "issued", pgettext_lazy("a request", "issued")
        DECLINED = "declined", pgettext_lazy("a request", "declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("a request", "withdrawn")

    person = models.ForeignKey(Person, models.PROTECT, related_name="certificate_requests")
    issuer = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("asked of"))
    area_path = PathField()
    since = models.DateField(_("from"))
    until = models.DateField(_("until"))
    purpose = models.CharField(_("what it is for"), max_length=120, blank=True)
    show_identity = models.BooleanField(_("with the identity number"), default=False)
    proxy = models.CharField(_("asked for by"), max_length=80, blank=True)
    asked_on = models.DateField(_("asked on"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.ASKED)
    handler = models.CharField(_("handled by"), max_length=40, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    certificate = models.OneToOneField(Certificate, models.PROTECT, null=True, related_name="request")
    changed_by = models.BigIntegerField()

    class Meta:
        indexes = (models.Index("area_path", "state", "asked_on", "id", name="certificate_request_place"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(until__gte=models.F("since")), name="certificate_request_dates"),
            models.UniqueConstraint(
                fields=("person", "issuer", "since", "until"),
                name="certificate_request_once",
                condition=models.Q(state__in=("asked", "accepted")),
            ),
        )


class CertificateObjection(models.Model):
    """Somebody says during the publicity that a certificate is wrong. Until it is decided the certificate does not become
    valid; where it is upheld the certificate is revoked."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("an objection", "to be decided")
        UPHELD = "upheld", pgettext_lazy("an objection", "upheld")
        DISMISSED = "dismissed", pgettext_lazy("an objection", "dismissed")

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="objections")
    area_path = PathField()
    by_name = models.CharField(_("who objects"), max_length=80)
    text = models.CharField(_("what is said to be wrong"), max_length=400)
    raised_on = models.DateField(_("raised on"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    decided_on = models.DateField(_("decided on"), null=True)
    changed_by = models.BigIntegerField()


class StarHolder(models.Model):
    """A star volunteer. The number, once given, is never changed; `level` is the highest star held now (0: none)."""

    person = models.OneToOneField(Person, models.PROTECT, related_name="star_holder")
    area_path = PathField()
    number = models.CharField(_("star number"), max_length=24, unique=True)
    level = models.PositiveSmallIntegerField(_("stars"))
    given_on = models.DateField(_("given on"))
    changed_by = models.BigIntegerField()

    def __str__(self) -> str:
        return self.number


class StarApplication(models.Model):
    """A volunteer applies for the next star. `office` is the office of the level that decides, at `office_path`; `minutes` what
    was confirmed on the day of the application; `evaluation` what is said about the quality of the service."""

    class State(models.TextChoices):
        APPLIED = "applied", pgettext_lazy("a star", "to be decided")
        GRANTED = "granted", pgettext_lazy("a star", "granted")
        DECLINED = "declined", pgettext_lazy("a star", "not granted")
        REVOKED = "revoked", pgettext_lazy("a star", "revoked")

    person = models.ForeignKey(Person, models.PROTECT, related_name="star_applications")
    area_path = PathField()
    level = models.PositiveSmallIntegerField(_("stars"))
    office = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("decided by"))
    office_path = PathField()
    minutes = models.PositiveIntegerField(_("minutes"))
    proxy = models.CharField(_("asked for by"), max_length=80, blank=True)
    applied_on = models.DateField(_("applied on"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.APPLIED)
    evaluation = models.TextField(_("evaluation of the service"), blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    decided_on = models.DateField(_("decided on"), null=True)
    certificate = models.OneToOneField(Certificate, models.PROTECT, null=True, related_name="star")
    changed_by = models.BigIntegerField()

    class Meta:
        indexes = (models.Index("office_path", "state", "applied_on", "id", name="star_queue"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(level__range=(1, 5)), name="star_level"),
            models.UniqueConstraint(
                fields=("person", "level"),
                name="star_once",
                condition=models.Q(state__in=("applied", "granted")),
            ),
        )
